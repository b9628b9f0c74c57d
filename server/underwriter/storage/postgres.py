"""The PostgreSQL database under the record: connections, the writers' lock, and faults in our own words."""

import re
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from itertools import count
from select import POLLIN, poll
from threading import Lock
from typing import Any, cast

import psycopg
from psycopg import sql
from psycopg.errors import InsufficientPrivilege
from sqlalchemy import URL, ClauseElement, Connection, Dialect, Table, create_engine, event
from sqlalchemy.dialects.postgresql import Insert
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
from sqlalchemy.exc import SQLAlchemyError

from underwriter.storage.errors import DatabaseUnavailable
from underwriter.storage.faults import translated
from underwriter.storage.postgres_connection import Patience, PostgresConnection, connect
from underwriter.storage.schema import metadata

# The advisory locks of all writers of a database, and of all who create one. Any numbers that are ours alone will do.
_WRITERS_LOCK = 0x756E6465727772
_CREATORS_LOCK = _WRITERS_LOCK + 1

# One round trip. The lock ends with the transaction, when the commit is durable and seen by all.
_BEGIN = f"BEGIN; SELECT pg_advisory_xact_lock({_WRITERS_LOCK})"

# Of one process, the writers' among them. A server has 100 for all, unless it is told otherwise.
_CONNECTIONS = 8

# Every server has it, to connect to when the database that is meant is not there.
_MAINTENANCE_DATABASE = "postgres"

# The C locale: the order of an index must not depend on a library of the server's system.
_CREATE_DATABASE = "CREATE DATABASE {} TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C'"

# Where SQLAlchemy numbers the places, a value that is used twice gets one number. Not so with SQLite, nor so.
_EACH_PLACE_COUNTS: Dialect = PGDialect_psycopg(paramstyle="format")  # type: ignore[no-untyped-call]


class PostgresDatabase:
    """One database of a PostgreSQL server, used by any number of threads and processes. Make it after the fork.

    It holds at most eight connections. Nothing waits without end: `busy_timeout_s` bounds the wait for a connection and
    for other writers, `answer_timeout_s` that for the answer to any statement, a commit among them; both end in
    DatabaseUnavailable.
    """

    def __init__(self, url: URL, busy_timeout_s: float, answer_timeout_s: float = 30.0) -> None:
        self._url = url.set(drivername="postgresql+psycopg")
        self._patience = Patience(busy_timeout_s, answer_timeout_s)
        self._engine = create_engine(
            self._url,
            # PostgreSQL's own, which the driver's raw cursors pass on as they are.
            paramstyle="numeric_dollar",
            use_native_hstore=False,
            # Connections that a restart of the server ended are found out before they are used.
            pool_pre_ping=True,
            pool_size=_CONNECTIONS,
            max_overflow=0,
            pool_timeout=busy_timeout_s,
            hide_parameters=True,
        )
        event.listen(self._engine, "do_connect", self._connect)
        self._threads = Lock()
        self._writer: Connection | None = None

    @property
    def dialect(self) -> Dialect:
        """What statements are compiled for."""
        return self._engine.dialect

    @property
    def place(self) -> str:
        """The URL without its password, and of its options only those that say where the server is."""
        where = {name: value for name, value in self._url.query.items() if name in ("host", "port")}
        return self._url.set(drivername="postgresql", query=where).render_as_string(hide_password=True)

    def insert(self, table: Table, /) -> Insert:
        """See `Database.insert`."""
        return Insert(table)

    def compiled(self, statement: ClauseElement) -> str:
        """See `Database.compiled`. The places are numbered in the order of the text: $1, $2 ..."""
        numbers = count(1)
        text = str(statement.compile(dialect=_EACH_PLACE_COUNTS))
        return re.sub("%([s%])", lambda found: f"${next(numbers)}" if found[1] == "s" else "%", text)

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Lend a connection to read by. Raises DatabaseUnavailable for every fault of the database."""
        with _faults_translated(), self._engine.connect() as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """Lend the writers' connection inside a transaction that no other writer shares; commit at the end, durably.

        Any exception rolls all of it back. Raises DatabaseUnavailable for every fault of the database.
        """
        with _faults_translated(), self._only_thread():
            connection = self._writer_connection()
            try:
                with connection.begin():
                    _driver_connection(connection).execute(_BEGIN, prepare=False)
                    yield connection
            except (SQLAlchemyError, psycopg.Error):
                self._drop_writer()
                raise

    def create(self) -> None:
        """Make the database where there is none, if the user may. Raises DatabaseUnavailable if not."""
        try:
            with self.reading():
                return
        except DatabaseUnavailable:
            if not self._create_missing():
                raise

    def scrub(self) -> None:
        """Vacuum all tables and their indexes: no statement can reach what was deleted any more.

        More a client can't do. The bytes stay in the database's files until new rows take their place, in the
        write-ahead log until its segments are reused, and in replicas and backups as long as these are kept. What
        protects them there is that keys are stored wrapped by the master key, which is elsewhere. An operator who
        wants more runs `VACUUM FULL` in a quiet hour and lets backups expire.
        """
        tables = sql.SQL(", ").join(sql.Identifier(table.name) for table in metadata.sorted_tables)
        with _faults_translated(), self._maintenance(self._url) as connection:
            connection.execute(sql.SQL("VACUUM (INDEX_CLEANUP ON) {}").format(tables))

    def close(self) -> None:
        """Close all connections. The next use opens them again."""
        with self._threads:
            self._drop_writer()
        self._engine.dispose()

    def _connect(self, _dialect: Dialect, _record: Any, _positional: Any, arguments: dict[str, Any]) -> Any:
        return connect(arguments, self._patience)

    def _maintenance(self, url: URL) -> PostgresConnection:
        """Connect for a statement that takes as long as it takes."""
        _, arguments = self.dialect.create_connect_args(url)
        return connect(dict(arguments), self._patience._replace(answer_s=None))

    @contextmanager
    def _only_thread(self) -> Iterator[None]:
        if not self._threads.acquire(timeout=self._patience.busy_s):
            raise DatabaseUnavailable("the database failed: other threads have been writing for too long")
        try:
            yield
        finally:
            self._threads.release()

    def _writer_connection(self) -> Connection:
        """Return the kept connection, or a new one if the server has ended it since it was used."""
        if self._writer is not None and _was_ended(_driver_connection(self._writer)):
            self._drop_writer()
        if self._writer is None:
            self._writer = self._engine.connect()
        return self._writer

    def _drop_writer(self) -> None:
        if self._writer is not None:
            writer, self._writer = self._writer, None
            writer.invalidate()
            writer.close()

    def _create_missing(self) -> bool:
        """Create the database unless another process just did; return False if the server can't be asked."""
        try:
            connection = self._maintenance(self._url.set(database=_MAINTENANCE_DATABASE))
        except (psycopg.Error, DatabaseUnavailable):
            return False
        name = str(self._url.database)
        with _faults_translated(), connection:
            connection.execute("SELECT pg_advisory_lock($1)", [_CREATORS_LOCK])
            if connection.execute("SELECT FROM pg_database WHERE datname = $1", [name]).fetchone() is not None:
                return True
            try:
                connection.execute(sql.SQL(_CREATE_DATABASE).format(sql.Identifier(name)))
            except InsufficientPrivilege:
                raise DatabaseUnavailable(
                    f"there is no database {name}, and user {connection.info.user} may not create it"
                ) from None
        return True


def _driver_connection(connection: Connection) -> PostgresConnection:
    return cast(PostgresConnection, connection.connection.driver_connection)


def _was_ended(connection: PostgresConnection) -> bool:
    """Tell whether the server has something to say to an idle connection: that it ended, as a rule."""
    if connection.closed:
        return True
    socket = poll()
    socket.register(connection.fileno(), POLLIN)
    return bool(socket.poll(0))


def _faults_translated() -> AbstractContextManager[None]:
    return translated((psycopg.Error,), _without_rows)


def _without_rows(cause: BaseException) -> str:
    """Return what PostgreSQL says is wrong, on one line, without what it quotes of rows."""
    if not isinstance(cause, psycopg.Error) or cause.sqlstate is None:
        return " ".join(str(cause).split())
    if isinstance(cause, psycopg.DataError):
        return f"{type(cause).__name__} ({cause.sqlstate})"
    return f"{cause.diag.message_primary} ({cause.sqlstate})"
