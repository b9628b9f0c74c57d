"""Makes the proof of one record, to be given to whoever may ask."""

from dataclasses import dataclass

from sqlalchemy import select

from underwriter.ledger.checkpoints import LogProver
from underwriter.ledger.entry import Sealed
from underwriter.ledger.keys import Vault, record_key
from underwriter.ledger.leaf import canonical_bytes
from underwriter.ledger.verification.errors import NotDisclosable, RecordNotFound
from underwriter.ledger.verification.proof_file import ProofFile
from underwriter.storage import Database
from underwriter.storage.schema import entries, subjects


@dataclass(frozen=True, slots=True)
class Prover:
    """Makes proofs of the records of one log.

    Without `vault` no record can be disclosed. `prove` raises RecordNotFound, NotDisclosable, SealingError,
    DatabaseUnavailable, and what `LogProver` raises.
    """

    database: Database
    log: str
    log_prover: LogProver
    vault: Vault | None = None

    def prove(self, entry_id: str, now_us: int, *, is_disclosed: bool = False) -> ProofFile:
        """Return the proof of a record; if it is disclosed, with the key that opens this record and no other."""
        sealed = self._sealed(entry_id)
        key = self._record_key(sealed) if is_disclosed else None
        inclusion = self.log_prover.inclusion(entry_id, now_us)
        if inclusion is None:
            raise RecordNotFound(self.log, entry_id)
        note = inclusion.checkpoint.note
        return ProofFile(inclusion.index, inclusion.path, note, canonical_bytes(sealed), key)

    def _sealed(self, entry_id: str) -> Sealed:
        columns = [entries.c[name] for name in Sealed._fields]
        with self.database.reading() as connection:
            found = select(*columns).where(entries.c.log == self.log, entries.c.entry_id == entry_id)
            row = connection.execute(found).one_or_none()
        if row is None:
            raise RecordNotFound(self.log, entry_id)
        sealed = Sealed._make(row)
        if sealed.payload is None:
            raise NotDisclosable(f"the payload of record {entry_id} is in an archive; restore that first")
        return sealed

    def _record_key(self, sealed: Sealed) -> bytes:
        if self.vault is None:
            raise NotDisclosable("a record can be disclosed only with the master keys")
        with self.database.reading() as connection:
            of_subject = select(subjects.c.wrapped_key, subjects.c.master_key_id)
            row = connection.execute(of_subject.where(subjects.c.subject == sealed.subject)).one_or_none()
        if row is None:
            raise NotDisclosable(f"the data of record {sealed.entry_id} was erased: nobody can open it any more")
        return record_key(self.vault.subject_key(sealed.subject, *row), sealed.entry_id)
