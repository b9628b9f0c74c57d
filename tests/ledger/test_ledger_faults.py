"""Databases that are locked, full, gone or broken: the calls fail, nothing is half-written, and the ledger recovers."""

import asyncio
import os
import resource
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest

from underwriter.ledger import Entry, LedgerUnavailable, SqlLedger

EntryOf = Callable[..., Entry]


def file_of(ledger: SqlLedger) -> Path:
    return ledger.entries._database.path


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """A stranger, who knows nothing of our lock, holds the database."""
    stranger = sqlite3.connect(path, isolation_level=None)
    stranger.execute("BEGIN EXCLUSIVE")
    yield
    stranger.close()


@contextmanager
def full(path: Path) -> Iterator[None]:
    """No file may grow beyond what the write-ahead log has now, so that a large entry fits half."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    log = path.with_name(path.name + "-wal")
    resource.setrlimit(resource.RLIMIT_FSIZE, (log.stat().st_size + 10_000, hard))
    yield
    resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@contextmanager
def gone(path: Path) -> Iterator[None]:
    path.rename(path.with_name("elsewhere"))
    yield
    path.with_name("elsewhere").rename(path)


@contextmanager
def lock_in_the_way(path: Path) -> Iterator[None]:
    """The lock's file can't be opened, as when its folder can't be written to."""
    lock = path.with_name(path.name + ".lock")
    lock.unlink()
    lock.mkdir()
    yield
    lock.rmdir()


def commit(ledger: SqlLedger, *entries: Entry) -> list[object]:
    async def together() -> list[object]:
        return list(await asyncio.gather(*map(ledger.commit, entries), return_exceptions=True))

    return asyncio.run(together())


@pytest.mark.parametrize("fault", [locked, full, gone])
def test_a_fault_fails_its_calls_only_and_passes(
    ledger: SqlLedger, entry_of: EntryOf, fault: Callable[[Path], AbstractContextManager[None]]
) -> None:
    commit(ledger, entry_of("before"))
    failing = [entry_of(f"r{number}", request=os.urandom(30_000), subject_id="a secret") for number in range(5)]
    with fault(file_of(ledger)):
        errors = commit(ledger, *failing)
    for error in errors:
        assert isinstance(error, LedgerUnavailable)
        assert "the ledger's database failed: " in str(error)
        assert "secret" not in str(error)
    assert ledger.entries.find_by_request_id("before") is not None
    assert not any(ledger.entries.find_by_request_id(entry.request_id) for entry in failing)
    assert sorted(record.index for record in commit(ledger, *failing)) == [1, 2, 3, 4, 5]
    assert [ledger.entries.find(entry.decision_id).entry for entry in failing] == failing


def test_a_lock_that_cannot_be_taken_fails_the_call(ledger: SqlLedger, entry_of: EntryOf) -> None:
    with lock_in_the_way(file_of(ledger)):
        (error,) = commit(ledger, entry_of("r1"))
    assert isinstance(error, LedgerUnavailable)
    assert commit(ledger, entry_of("r1"))[0].index == 0


def test_nothing_is_written_to_a_database_put_in_the_place_of_ours(ledger: SqlLedger, entry_of: EntryOf) -> None:
    commit(ledger, entry_of("r1"))
    path = file_of(ledger)
    with gone(path):
        path.write_bytes(b"")
        (error,) = commit(ledger, entry_of("r2"))
        assert path.read_bytes() == b""
    assert isinstance(error, LedgerUnavailable)
    assert "stop the server before restoring" in str(error)
    assert commit(ledger, entry_of("r2"))[0].index == 1


def test_reading_a_broken_database_fails_with_our_error(ledger: SqlLedger) -> None:
    ledger.close()
    file_of(ledger).write_bytes(b"not a database" * 1000)
    with pytest.raises(LedgerUnavailable, match="not a database"):
        ledger.entries.find("d1")
    with pytest.raises(LedgerUnavailable, match="not a database"):
        ledger.policies.store("v1", b"rules", 1)


def test_a_connection_that_broke_is_made_anew(ledger: SqlLedger, entry_of: EntryOf) -> None:
    commit(ledger, entry_of("r1"))
    writer = ledger.entries._database._writer
    assert writer is not None
    writer.connection.cursor().connection.close()
    (error,) = commit(ledger, entry_of("r2"))
    assert isinstance(error, LedgerUnavailable)
    assert commit(ledger, entry_of("r2"))[0].index == 1


def test_every_commit_is_synced_and_foreign_keys_are_checked(ledger: SqlLedger) -> None:
    with ledger.entries._database.writing() as connection:
        settings = [
            connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        ]
    assert settings == ["wal", 2, 1, 200]
