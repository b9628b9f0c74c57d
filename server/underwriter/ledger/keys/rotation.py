"""Wraps the stored keys by the current master key: what they seal stays as it is."""

from dataclasses import dataclass

from sqlalchemy import Column, Connection, Table, bindparam, func, select, update

from underwriter.ledger.keys.master_keys import MasterKeys, WrappedKey
from underwriter.ledger.keys.vault import secret_purpose, subject_purpose
from underwriter.storage.database import Database
from underwriter.storage.schema import secrets, subjects

BATCH_ROWS = 500
"""How many keys are wrapped in one transaction: few enough that a running server waits only some milliseconds."""


@dataclass(frozen=True, slots=True)
class KeyUse:
    """How many stored keys a master key wraps."""

    key_id: str
    subjects: int
    secrets: int

    @property
    def rows(self) -> int:
        """All of them together."""
        return self.subjects + self.secrets


class Rotation:
    """Wraps every stored key anew that another master key than the current one wraps.

    It may be ended at any instant and begun again, and servers may use the database meanwhile: each batch is a
    transaction of its own, and what is done can be told from the rows. Methods raise DatabaseUnavailable.
    """

    def __init__(self, database: Database, master_keys: MasterKeys) -> None:
        self._database = database
        self._master_keys = master_keys

    def rows_left(self) -> int:
        """Return how many stored keys the current master key does not wrap."""
        current = self._master_keys.current.key_id
        return sum(use.rows for use in key_uses(self._database) if use.key_id != current)

    def rewrap_batch(self, limit: int = BATCH_ROWS) -> int:
        """Wrap up to `limit` keys anew, durably, and return how many; 0 if there is nothing left to do.

        Raises MasterKeyMissing and KeyDamaged if a key can't be unwrapped; nothing of the batch is changed then.
        """
        with self._database.writing() as connection:
            done = self._rewrap(connection, secrets, secrets.c.name, limit)
            return done + self._rewrap(connection, subjects, subjects.c.subject, limit - done)

    def _rewrap(self, connection: Connection, table: Table, name: Column[str] | Column[bytes], limit: int) -> int:
        # The ids are counted over an index, so that finding the rows of older keys reads no others.
        ids = [key_id for key_id in _counted(connection, table) if key_id != self._master_keys.current.key_id]
        columns = (name, table.c.master_key_id, table.c.wrapped_key)
        rows = connection.execute(select(*columns).where(table.c.master_key_id.in_(ids)).limit(limit)).all()
        if rows:
            change = update(table).where(name == bindparam("row_name"))
            connection.execute(change, [self._anew(*row) for row in rows])
        return len(rows)

    def _anew(self, name: str | bytes, master_key_id: str, wrapped: bytes) -> dict[str, str | bytes]:
        purpose = secret_purpose(name) if isinstance(name, str) else subject_purpose(bytes(name))
        key = self._master_keys.unwrap(WrappedKey(master_key_id, wrapped), purpose)
        anew = self._master_keys.wrap(key, purpose)
        return {"row_name": name, "master_key_id": anew.master_key_id, "wrapped_key": anew.wrapped}


def key_uses(database: Database) -> list[KeyUse]:
    """Return for each master key that wraps a stored key how many it wraps, by id. Raises DatabaseUnavailable."""
    with database.reading() as connection:
        of_subjects, of_secrets = _counted(connection, subjects), _counted(connection, secrets)
    ids = sorted(of_subjects.keys() | of_secrets.keys())
    return [KeyUse(key_id, of_subjects.get(key_id, 0), of_secrets.get(key_id, 0)) for key_id in ids]


def _counted(connection: Connection, table: Table) -> dict[str, int]:
    counts = select(table.c.master_key_id, func.count()).group_by(table.c.master_key_id)
    return dict(map(tuple, connection.execute(counts)))
