"""The SQLite database under the record: connections, the writers' lock, and faults in our own words."""

import fcntl
import os
import sqlite3
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from threading import Lock
from urllib.parse import quote

from sqlalchemy import URL, ClauseElement, Connection, Dialect, QueuePool, Table, create_engine
from sqlalchemy.dialects.sqlite import Insert

from underwriter.storage.errors import DatabaseUnavailable
from underwriter.storage.faults import translated

_PRAGMAS = (
    "PRAGMA journal_mode = WAL",
    # A commit is durable when it returns: FULL syncs the write-ahead log on each.
    "PRAGMA synchronous = FULL",
    "PRAGMA foreign_keys = ON",
    # A deleted key must not stay in free pages.
    "PRAGMA secure_delete = ON",
)
# A statement of many rows takes as long to prepare as to run, and there is one for each number of rows.
_CACHED_STATEMENTS = 512

_FileId = tuple[int, int]


class SqliteDatabase:
    """One SQLite file, used by any number of threads and processes. Make it after the fork, never before.

    No file is touched before the first use.
    """

    def __init__(self, url: URL, busy_timeout_s: float) -> None:
        self.path = Path(str(url.database)).absolute()
        self._busy_timeout_s = busy_timeout_s
        self._engine = create_engine(
            "sqlite://", creator=self._connect, poolclass=QueuePool, pool_size=8, hide_parameters=True
        )
        self._write_lock = WriteLock(self.path.with_name(self.path.name + ".lock"))
        self._log_path = self.path.with_name(self.path.name + "-wal")
        self._file_id: _FileId | None = None
        self._log_id: _FileId | None = None
        self._writer: Connection | None = None

    @property
    def dialect(self) -> Dialect:
        """What statements are compiled for."""
        return self._engine.dialect

    @property
    def place(self) -> str:
        """The file."""
        return str(self.path)

    def insert(self, table: Table, /) -> Insert:
        """See `Database.insert`."""
        return Insert(table)

    def compiled(self, statement: ClauseElement) -> str:
        """See `Database.compiled`."""
        return str(statement.compile(dialect=self.dialect))

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
        with _faults_translated(), self._write_lock:
            connection = self._writer_connection()
            with connection.begin():
                connection.connection.cursor().execute("BEGIN IMMEDIATE")
                self._check_log()
                yield connection

    def create(self) -> None:
        """Make an empty database, and its folder, where there is none."""
        with _faults_translated():
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self.path.touch()

    def scrub(self) -> None:
        """Empty the write-ahead log: `secure_delete` has zeroed deleted rows in the file itself.

        Readers of an older state keep the log from being emptied; DatabaseUnavailable says so.
        """
        with self.reading() as connection:
            (is_busy, *_) = connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)").one()
        if is_busy:
            raise DatabaseUnavailable("the write-ahead log is in use and could not be emptied")

    def close(self) -> None:
        """Close all connections. The next use opens them again."""
        self._close_writer()
        self._engine.dispose()
        self._write_lock.close()

    def _connect(self) -> sqlite3.Connection:
        # mode=rw: a file that is gone must be a fault, not a new and empty ledger.
        connection = sqlite3.connect(
            f"file:{quote(str(self.path))}?mode=rw",
            uri=True,
            timeout=self._busy_timeout_s,
            isolation_level=None,
            check_same_thread=False,
            cached_statements=_CACHED_STATEMENTS,
        )
        try:
            # The file is open now, and the log is with the first pragma. A connection to other files than the writers'
            # would give what is not in the record, and save another log when it is closed as their last.
            self._check_files()
            for pragma in _PRAGMAS:
                connection.execute(pragma)
            self._check_files()
        except (sqlite3.Error, OSError):
            connection.close()
            raise
        return connection

    def _writer_connection(self) -> Connection:
        if self._writer is not None and self._writer.invalidated:
            self._close_writer()
        if self._writer is None:
            self._writer = self._engine.connect()
        self._check_file()
        return self._writer

    def _close_writer(self) -> None:
        if self._writer is not None:
            self._writer.close()
        self._writer = self._log_id = None

    def _check_files(self) -> None:
        """Raise OSError if the files that the writers' connection has open are gone or others."""
        if self._file_id is not None:
            self._check_file()
        if self._log_id is not None:
            self._check_log()

    def _check_file(self) -> None:
        """Raise OSError if the file is gone or another: an open connection would go on writing where nobody looks."""
        self._file_id = _same_file(self.path, self._file_id)

    def _check_log(self) -> None:
        """Raise OSError if the log is gone or another: SQLite removes it only with its last connection."""
        self._log_id = _same_file(self._log_path, self._log_id)


def _same_file(path: Path, known: _FileId | None) -> _FileId:
    """Return which file is at a path. Raises OSError if there is none, or another than is known."""
    status = os.stat(path)
    found = status.st_dev, status.st_ino
    if known not in (None, found):
        raise OSError(f"{path} was replaced while in use; stop the server before restoring a ledger")
    return found


class WriteLock:
    """Lets one writer in at a time, over all threads and processes.

    SQLite's own lock is polled in steps that grow to 100 ms; flock() wakes the next writer at once, and the system
    frees it when its holder dies.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._threads = Lock()
        self._file: int | None = None

    def __enter__(self) -> None:
        self._threads.acquire()
        try:
            if self._file is None:
                self._file = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
            fcntl.flock(self._file, fcntl.LOCK_EX)
        except BaseException:
            self._threads.release()
            raise

    def __exit__(self, *_: object) -> None:
        try:
            if self._file is not None:
                fcntl.flock(self._file, fcntl.LOCK_UN)
        finally:
            self._threads.release()

    def close(self) -> None:
        """Close the lock's file. The lock may be used again."""
        with self._threads:
            if self._file is not None:
                os.close(self._file)
                self._file = None


def _faults_translated() -> AbstractContextManager[None]:
    return translated((sqlite3.Error, OSError))
