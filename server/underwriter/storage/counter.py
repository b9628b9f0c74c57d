"""Numbers given out one after another, without gaps, inside the writers' transactions."""

from sqlalchemy import select
from sqlalchemy.engine.interfaces import DBAPICursor

from underwriter.storage.database import Database
from underwriter.storage.schema import counters


class Counter:
    """One gapless count, from 1. A transaction that is rolled back gives its numbers back; deleted rows don't."""

    def __init__(self, database: Database, name: str) -> None:
        self._name = name
        insert = database.insert(counters).values(name=None, last=None)
        self._count = database.compiled(
            insert.on_conflict_do_update(
                index_elements=[counters.c.name], set_={counters.c.last: counters.c.last + insert.excluded.last}
            ).returning(counters.c.last)
        )
        self._last = select(counters.c.last).where(counters.c.name == name)
        self._database = database

    def take(self, cursor: DBAPICursor, count: int) -> int:
        """Return the first of so many numbers, which follow one another. Only while no other writer is at work."""
        cursor.execute(self._count, (self._name, count))
        (row,) = cursor.fetchall()
        return int(row[0]) - count + 1

    def last(self) -> int:
        """Return the last number that was given; 0 before the first. Raises DatabaseUnavailable."""
        with self._database.reading() as connection:
            return connection.execute(self._last).scalar_one_or_none() or 0
