"""Which checkpoints can be believed: those of the database, and those that were kept elsewhere."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from underwriter.ledger.checkpoints import Checkpoint, Note, NoteInvalid, VerifierKey, open_checkpoint
from underwriter.ledger.verification import wording
from underwriter.ledger.verification.extent import SignedRoot
from underwriter.ledger.verification.findings import Finding
from underwriter.ledger.verification.log_state import StoredCheckpoint


@dataclass(slots=True)
class SignedRoots:
    """The roots of all checkpoints of a log that are right in themselves, and the findings on the others.

    Without a verifier key signatures are not checked: what the notes say is believed, which an attacker may know.
    """

    log: str
    key: VerifierKey | None
    roots: list[SignedRoot] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)

    def add_stored(self, checkpoints: Iterable[StoredCheckpoint]) -> None:
        """Take the rows of a database: each must be what its note says."""
        for size, root_hash, note in checkpoints:
            try:
                checkpoint = read_checkpoint(note, self.key)
            except NoteInvalid as error:
                self.findings.append(wording.checkpoint_refused(self.log, size, str(error)))
                continue
            if (checkpoint.size, checkpoint.root_hash) != (size, root_hash):
                why = "its row says another size or root than its note"
                self.findings.append(wording.checkpoint_refused(self.log, size, why))
            self.roots.append(SignedRoot(checkpoint.size, checkpoint.root_hash))

    def add_given(self, checkpoints: Sequence[Checkpoint]) -> None:
        """Take checkpoints that were kept elsewhere, read by `read_checkpoint`."""
        self.roots += [SignedRoot(checkpoint.size, checkpoint.root_hash) for checkpoint in checkpoints]

    def __iter__(self) -> Iterator[SignedRoot]:
        return iter(self.roots)


def read_checkpoint(note: str, key: VerifierKey | None) -> Checkpoint:
    """Return the checkpoint in a note. Raises NoteInvalid. Without a key the signature is not checked."""
    return open_checkpoint(note, key) if key is not None else Checkpoint.parse(Note.parse(note).text)
