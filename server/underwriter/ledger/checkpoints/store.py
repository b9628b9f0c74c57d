"""The checkpoints that were signed: kept in the database before anybody gets them."""

from dataclasses import dataclass
from threading import Lock

from sqlalchemy import Connection, Select, select, update

from underwriter.ledger.checkpoints.checkpoint import Checkpoint
from underwriter.ledger.checkpoints.errors import LogAltered, NoteInvalid, OriginChanged
from underwriter.ledger.checkpoints.note import Note
from underwriter.ledger.checkpoints.signer import SigningKey
from underwriter.ledger.checkpoints.verifier_key import VerifierKey
from underwriter.ledger.merkle import EMPTY_ROOT, Frontier, StoredTree, consistency_path, verify_consistency
from underwriter.storage import Database
from underwriter.storage.schema import checkpoints

_Query = Select[int, bytes, str, int]


@dataclass(frozen=True, slots=True)
class SignedCheckpoint:
    """A checkpoint, the signed note that holds it, and when it was signed, which the signature does not cover."""

    checkpoint: Checkpoint
    note: str
    sign_time_us: int


class CheckpointStore:
    """The checkpoints of one log, whose origin is the signing key's name. Safe in any thread; it blocks.

    Several processes may sign at the same time: they come to the same notes. What was signed once, by any key, is never
    contradicted: before a head is signed, it must be consistent with the newest checkpoint stored and with the newest
    that this process has seen, so that checkpoints taken out of the database are missed.

    Every method raises LogAltered if the log is not what was signed before, OriginChanged if the stored checkpoints are
    those of another log, TreeDamaged, and DatabaseUnavailable.
    """

    def __init__(self, database: Database, log: str, signing_key: SigningKey) -> None:
        self._database = database
        self._log = log
        self._signing_key = signing_key
        self._verifier_key = signing_key.verifier_key()
        self._newest: SignedCheckpoint | None = None
        self._signing = Lock()

    @property
    def verifier_key(self) -> VerifierKey:
        """The key that verifies all checkpoints that this store gives out."""
        return self._verifier_key

    def latest(self) -> SignedCheckpoint | None:
        """Return the newest checkpoint stored, None if there is none."""
        with self._database.reading() as connection:
            stored = self._stored(connection, _newest_first(self._log))
        return stored and self._signed_by_us(stored)

    def at(self, size: int) -> SignedCheckpoint | None:
        """Return the checkpoint over exactly so many records, None if none was signed."""
        with self._database.reading() as connection:
            stored = self._stored(connection, _newest_first(self._log).where(checkpoints.c.size == size))
        return stored and self._signed_by_us(stored)

    def covering_all(self, now_us: int) -> SignedCheckpoint:
        """Return a checkpoint over all records that were durable when this was called; sign one if there is none."""
        with self._database.reading() as connection:
            size = StoredTree(connection, self._log).frontier().size
        return self.covering(size, now_us)

    def covering(self, size: int, now_us: int) -> SignedCheckpoint:
        """Return a checkpoint over at least so many records; sign one over all that there are if there is none.

        Of those that call this at the same time, one signs for all.
        """
        with self._signing:
            if self._newest is None or self._newest.checkpoint.size < size:
                self._newest = self._stored_or_signed(size, now_us)
            return self._newest

    def _stored_or_signed(self, size: int, now_us: int) -> SignedCheckpoint:
        with self._database.reading() as connection:
            tree = StoredTree(connection, self._log)
            stored = self._stored(connection, _newest_first(self._log))
            head = tree.frontier()
            for earlier in (self._newest, stored):
                if earlier is not None:
                    self._check_grew(earlier.checkpoint, head, tree)
        if head.size < size:
            raise LogAltered(self._log, f"it has {head.size} records, but it had {size}")
        if stored is not None and stored.checkpoint.size >= size:
            return self._signed_by_us(stored)
        return self._kept(Checkpoint(self._verifier_key.name, head.size, head.root()), now_us)

    def _check_grew(self, earlier: Checkpoint, head: Frontier, tree: StoredTree) -> None:
        """Raise LogAltered unless the log at its head begins with the log of the checkpoint.

        The consistency proof between both is made and verified: it reads some hundred hashes, however long the log is.
        """
        if earlier.size > head.size:
            raise LogAltered(self._log, f"it has {head.size} records, but {earlier.size} were signed")
        if earlier.size == 0:
            grew = earlier.root_hash == EMPTY_ROOT
        else:
            path = consistency_path(earlier.size, head.size, tree.subtree)
            grew = verify_consistency(earlier.size, earlier.root_hash, head.size, head.root(), path)
        if not grew:
            raise LogAltered(self._log, f"its first {earlier.size} records are not those that were signed")

    def _kept(self, checkpoint: Checkpoint, now_us: int) -> SignedCheckpoint:
        """Sign a checkpoint and store it, unless another process stored the same just now. Return what is stored."""
        row = {
            "log": self._log,
            "size": checkpoint.size,
            "root_hash": checkpoint.root_hash,
            "note": str(self._signing_key.signed(str(checkpoint))),
            "sign_time_us": now_us,
        }
        with self._database.writing() as connection:
            connection.execute(self._database.insert(checkpoints).on_conflict_do_nothing(), row)
            stored = self._stored(connection, _newest_first(self._log).where(checkpoints.c.size == checkpoint.size))
        if stored is None or stored.checkpoint != checkpoint:
            raise LogAltered(self._log, f"two different roots over its first {checkpoint.size} records were signed")
        return self._signed_by_us(stored)

    def _stored(self, connection: Connection, statement: _Query) -> SignedCheckpoint | None:
        """Return the first checkpoint of a query, once its note says what its row says."""
        row = connection.execute(statement.limit(1)).one_or_none()
        if row is None:
            return None
        size, root_hash, content, sign_time_us = row
        try:
            note = Note.parse(content)
            checkpoint = Checkpoint.parse(note.text)
            if note.has_signature_of(self._verifier_key):
                note.check(self._verifier_key)
        except NoteInvalid as error:
            raise LogAltered(self._log, f"its checkpoint of size {size} is invalid: {error}") from None
        if checkpoint.origin != self._verifier_key.name:
            raise OriginChanged(checkpoint.origin, self._verifier_key.name)
        if (checkpoint.size, checkpoint.root_hash) != (size, root_hash):
            raise LogAltered(self._log, f"the note of its checkpoint of size {size} says something else")
        return SignedCheckpoint(checkpoint, content, sign_time_us)

    def _signed_by_us(self, stored: SignedCheckpoint) -> SignedCheckpoint:
        """Return a stored checkpoint with our signature; add it if it was signed by the key before ours only.

        The log must bear it out, since we can't tell whether the other signature is one.
        """
        note = Note.parse(stored.note)
        if note.has_signature_of(self._verifier_key):
            return stored
        with self._database.reading() as connection:
            tree = StoredTree(connection, self._log)
            self._check_grew(stored.checkpoint, tree.frontier(), tree)
        content = str(Note(note.text, (*note.signatures, self._signing_key.signature(note.text))))
        is_ours = (checkpoints.c.log == self._log) & (checkpoints.c.size == stored.checkpoint.size)
        with self._database.writing() as connection:
            connection.execute(update(checkpoints).where(is_ours).values(note=content))
        return SignedCheckpoint(stored.checkpoint, content, stored.sign_time_us)


def _newest_first(log: str) -> _Query:
    columns = (checkpoints.c.size, checkpoints.c.root_hash, checkpoints.c.note, checkpoints.c.sign_time_us)
    return select(*columns).where(checkpoints.c.log == log).order_by(checkpoints.c.size.desc())
