"""Empty, upgraded databases for tests, used again and again: to make and to drop one takes longer than most tests."""

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count

from underwriter.storage import upgrade
from underwriter.storage.schema import metadata

from .postgres_server import PostgresServer

_TEMPLATE = "upgraded"
_END_SESSIONS = """
    SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid()
"""
_EMPTY = "; ".join(f"DELETE FROM {table.name}" for table in reversed(metadata.sorted_tables))
# Whatever makes, alters, renames or drops tables and indexes, or sets anything for the database, changes these rows.
_SHAPE = """
    SELECT string_agg(format('%s %s %s', oid, relname, xmin), ', ' ORDER BY oid)
    FROM pg_class WHERE relnamespace = 'public'::regnamespace
    UNION ALL
    SELECT format('%s %s', setrole, setconfig)
    FROM pg_db_role_setting JOIN pg_database ON pg_database.oid = setdatabase WHERE datname = current_database()
"""

Shape = list[tuple[object, ...]]


class PostgresDatabases:
    """The databases of one server, each lent to one test at a time."""

    def __init__(self, server: PostgresServer) -> None:
        self._server = server
        self._free: list[tuple[str, Shape]] = []
        self._numbers = count(1)
        upgrade(server.url(_TEMPLATE))

    @contextmanager
    def lent(self) -> Iterator[str]:
        """Lend the URL of an empty, upgraded database."""
        name, shape = self._emptied() or self._made()
        yield self._server.url(name)
        self._free.append((name, shape))

    def _emptied(self) -> tuple[str, Shape] | None:
        """Return a database that was lent before, once those who used it are surely gone: not when they gave it back.

        One that is not as it was made is dropped.
        """
        while self._free:
            name, shape = self._free.pop()
            with self._server.connect(name) as connection:
                connection.execute(_END_SESSIONS)
                if connection.execute(_SHAPE).fetchall() == shape:
                    connection.execute(_EMPTY.encode())
                    return name, shape
            with self._server.connect() as connection:
                connection.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())
        return None

    def _made(self) -> tuple[str, Shape]:
        name = f"ledger_{next(self._numbers)}"
        with self._server.connect() as connection:
            connection.execute(f"CREATE DATABASE {name} TEMPLATE {_TEMPLATE}".encode())
        with self._server.connect(name) as connection:
            return name, connection.execute(_SHAPE).fetchall()
