"""Makes proofs that lead to signed checkpoints: that a record stands in the log, and that the log only grew."""

from dataclasses import dataclass

from sqlalchemy import select

from underwriter.ledger.checkpoints.errors import LogAltered
from underwriter.ledger.checkpoints.store import CheckpointStore, SignedCheckpoint
from underwriter.ledger.merkle import StoredTree, consistency_path, inclusion_path, verify_inclusion
from underwriter.storage import Database
from underwriter.storage.schema import entries


@dataclass(frozen=True, slots=True)
class Inclusion:
    """The proof that a record stands at an index of the log: the path from its leaf to the checkpoint's root.

    `kind` is the number of the record's EntryKind.
    """

    kind: int
    index: int
    leaf_hash: bytes
    path: tuple[bytes, ...]
    checkpoint: SignedCheckpoint


class LogProver:
    """Makes proofs for one log from what the database keeps of it. Safe in any thread; it blocks.

    Every method raises what `CheckpointStore` does.
    """

    def __init__(self, database: Database, log: str, checkpoint_store: CheckpointStore) -> None:
        self._database = database
        self._log = log
        self._checkpoints = checkpoint_store

    def inclusion(self, entry_id: str, now_us: int) -> Inclusion | None:
        """Prove that a record stands in the log, None if it doesn't. A checkpoint is signed if none covers it yet."""
        statement = select(entries.c.kind, entries.c.log_index, entries.c.leaf_hash)
        with self._database.reading() as connection:
            found = connection.execute(
                statement.where(entries.c.log == self._log, entries.c.entry_id == entry_id)
            ).one_or_none()
        if found is None:
            return None
        kind, index, leaf_hash = found
        signed = self._checkpoints.covering(index + 1, now_us)
        size = signed.checkpoint.size
        with self._database.reading() as connection:
            path = inclusion_path(index, size, StoredTree(connection, self._log).subtree)
        if not verify_inclusion(leaf_hash, index, size, path, signed.checkpoint.root_hash):
            raise LogAltered(self._log, f"record {entry_id} does not lead to the root that was signed over {size}")
        return Inclusion(kind, index, leaf_hash, tuple(path), signed)

    def consistency(self, first_size: int, second_size: int) -> tuple[bytes, ...]:
        """Prove that the log of the second size begins with that of the first, by the hashes of RFC 6962, 2.1.2.

        Raises ValueError unless 1 <= first_size <= second_size, and TreeDamaged if the log has not so many records.
        """
        with self._database.reading() as connection:
            return tuple(consistency_path(first_size, second_size, StoredTree(connection, self._log).subtree))
