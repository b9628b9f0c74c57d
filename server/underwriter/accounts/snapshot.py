"""Reads several tables as they were at one moment, while others write."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection

from underwriter.storage.database import Database

# Without these, each statement would see a state of its own.
_BEGIN = {"sqlite": "BEGIN", "postgresql": "BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY"}


@contextmanager
def snapshot(database: Database) -> Iterator[Connection]:
    """Lend a connection that sees one state of the database, from its first statement to the end of the block.

    No writer waits for it. While it lasts, SQLite's write-ahead log can't be emptied and PostgreSQL keeps replaced
    rows, so both grow with what is written meanwhile. Raises DatabaseUnavailable.
    """
    with database.reading() as connection:
        connection.exec_driver_sql(_BEGIN[connection.dialect.name])
        try:
            yield connection
        finally:
            connection.rollback()
