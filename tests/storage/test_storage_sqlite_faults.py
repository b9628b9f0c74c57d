"""SQLite files that are locked, full, gone or broken: the calls fail, nothing is half-written, the next ones work."""

import resource
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from pathlib import Path
from random import Random
from typing import Any

import pytest
from sqlalchemy import make_url

from underwriter.storage import DatabaseUnavailable
from underwriter.storage.sqlite import SqliteDatabase

from .stored import versions, write

NOISE = Random(4).randbytes(100_000)  # noqa: S311 any bytes that don't compress

Fault = Callable[[Path], AbstractContextManager[None]]


@contextmanager
def locked_file(path: Path) -> Iterator[None]:
    """A stranger, who knows nothing of our lock, holds the database."""
    stranger = sqlite3.connect(path, isolation_level=None)
    stranger.execute("BEGIN EXCLUSIVE")
    yield
    stranger.close()


@contextmanager
def full_file(path: Path) -> Iterator[None]:
    """No file may grow beyond what the write-ahead log has now, so that a large row fits half."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    log = path.with_name(path.name + "-wal")
    resource.setrlimit(resource.RLIMIT_FSIZE, (log.stat().st_size + 10_000, hard))
    yield
    resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@contextmanager
def gone_file(path: Path) -> Iterator[None]:
    path.rename(path.with_name("elsewhere"))
    yield
    path.with_name("elsewhere").rename(path)


@contextmanager
def replaced_file(path: Path) -> Iterator[None]:
    """A copy is in the file's place."""
    with gone_file(path):
        shutil.copy(path.with_name("elsewhere"), path)
        yield


def replaced_log(path: Path) -> AbstractContextManager[None]:
    return replaced_file(path.with_name(path.name + "-wal"))


def gone_log(path: Path) -> AbstractContextManager[None]:
    """What is only in the write-ahead log would be lost with the process that has it open."""
    return gone_file(path.with_name(path.name + "-wal"))


@contextmanager
def lock_in_the_way(path: Path) -> Iterator[None]:
    """The lock's file can't be opened, as when its folder can't be written to."""
    lock = path.with_name(path.name + ".lock")
    lock.unlink()
    lock.mkdir()
    yield
    lock.rmdir()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "ledger.db"


@pytest.fixture
def database(sqlite_url: str) -> Iterator[SqliteDatabase]:
    opened = SqliteDatabase(make_url(sqlite_url), busy_timeout_s=0.2)
    yield opened
    opened.close()


@pytest.mark.parametrize("fault", [locked_file, full_file, gone_file, gone_log])
def test_a_fault_fails_its_call_only_and_passes(database: SqliteDatabase, file: Path, fault: Fault) -> None:
    write(database, "before")
    with fault(file):
        with pytest.raises(DatabaseUnavailable, match="the database failed: ") as error:
            write(database, "a secret", content=NOISE)
        assert "secret" not in str(error.value)
    assert versions(database) == ["before"]
    write(database, "a secret")
    assert versions(database) == ["a secret", "before"]


def test_a_lock_that_can_not_be_taken_fails_the_call(database: SqliteDatabase, file: Path) -> None:
    write(database, "before")
    database.close()
    with lock_in_the_way(file), pytest.raises(DatabaseUnavailable, match="the database failed: "):
        write(database, "v1")
    write(database, "v2")
    assert versions(database) == ["before", "v2"]


def test_nothing_is_written_to_a_file_put_in_the_place_of_ours(database: SqliteDatabase, file: Path) -> None:
    write(database, "v1")
    with gone_file(file):
        file.write_bytes(b"")
        with pytest.raises(DatabaseUnavailable, match="stop the server before restoring"):
            write(database, "v2")
        assert file.read_bytes() == b""
    write(database, "v2")
    assert versions(database) == ["v1", "v2"]


@pytest.mark.parametrize("fault", [gone_file, gone_log, replaced_file, replaced_log])
def test_no_connection_is_made_to_files_that_change_meanwhile(
    database: SqliteDatabase, file: Path, fault: Fault, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A reader of other files would give what is not in the record, or errors, for as long as it lived."""
    write(database, "v1")
    connect = sqlite3.connect
    with ExitStack() as at_connect, monkeypatch.context() as patched:

        def connect_too_late(*arguments: Any, **options: Any) -> sqlite3.Connection:
            at_connect.enter_context(fault(file))
            return connect(*arguments, **options)

        patched.setattr(sqlite3, "connect", connect_too_late)
        with pytest.raises(DatabaseUnavailable):
            versions(database)
    write(database, "v2")
    assert versions(database) == ["v1", "v2"]
    database.close()
    assert versions(database) == ["v1", "v2"]


def test_a_broken_file_fails_with_our_error(database: SqliteDatabase, file: Path) -> None:
    database.close()
    file.write_bytes(b"not a database" * 1000)
    with pytest.raises(DatabaseUnavailable, match="not a database"):
        versions(database)
    with pytest.raises(DatabaseUnavailable, match="not a database"):
        write(database, "v1")


def test_a_connection_that_broke_is_made_anew(database: SqliteDatabase) -> None:
    write(database, "v1")
    writer = database._writer
    assert writer is not None
    writer.connection.cursor().connection.close()
    with pytest.raises(DatabaseUnavailable):
        write(database, "v2")
    write(database, "v2")
    assert versions(database) == ["v1", "v2"]


def test_every_commit_is_synced_and_what_is_deleted_is_overwritten(database: SqliteDatabase) -> None:
    names = ("journal_mode", "synchronous", "foreign_keys", "secure_delete", "busy_timeout")
    with database.writing() as connection:
        settings = [connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in names]
    assert settings == ["wal", 2, 1, 1, 200]


def test_scrubbed_rows_are_in_no_file(database: SqliteDatabase, file: Path) -> None:
    def is_left() -> bool:
        content = b"".join(path.read_bytes() for path in file.parent.glob("ledger.db*"))
        return any(NOISE[start : start + 64] in content for start in range(0, 50_000, 64))

    write(database, "v1", content=NOISE[:50_000])
    assert is_left()
    with database.writing() as connection:
        connection.exec_driver_sql("DELETE FROM artifacts")
    assert is_left()
    database.scrub()
    assert not is_left()


def test_a_reader_of_an_older_state_keeps_rows_from_being_scrubbed(database: SqliteDatabase, file: Path) -> None:
    write(database, "v1")
    reader = sqlite3.connect(file, isolation_level=None)
    reader.execute("BEGIN")
    reader.execute("SELECT * FROM artifacts").fetchall()
    write(database, "v2")
    with pytest.raises(DatabaseUnavailable, match="could not be emptied"):
        database.scrub()
    reader.close()
    database.scrub()
