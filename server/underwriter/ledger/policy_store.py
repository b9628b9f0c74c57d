"""Keeps the sources of policies by the hash of their content, so that any decision can be replayed."""

from sqlalchemy import select

from underwriter.ledger.schema import policies
from underwriter.ledger.sqlite import SqliteDatabase


class PolicyStore:
    """The policies that ever were active. Safe in any thread; all methods raise LedgerUnavailable."""

    def __init__(self, database: SqliteDatabase) -> None:
        self._database = database

    def store(self, version: str, source: bytes, load_time_us: int) -> None:
        """Keep the source under its version. A version that is kept already stays as it is: it names its content."""
        row = {"version": version, "source": source, "load_time_us": load_time_us}
        with self._database.writing() as connection:
            connection.execute(self._database.insert(policies).on_conflict_do_nothing(), row)

    def load(self, version: str) -> bytes | None:
        """Return the source, None if the version was never kept."""
        with self._database.reading() as connection:
            return connection.execute(select(policies.c.source).where(policies.c.version == version)).scalar()
