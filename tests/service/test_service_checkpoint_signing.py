"""The signing of checkpoints in the background: it keeps up, survives the database, and ends with a last signature."""

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import structlog
from sqlalchemy import delete

from underwriter.ledger.checkpoints import CheckpointStore, SigningKey
from underwriter.service.checkpoint_signing import CheckpointSigning
from underwriter.storage import Database, open_database
from underwriter.storage.schema import entries, tree_heads

from ..ledger.merkle.stored_logs import LOG, append

KEY = SigningKey("bank.example/decisions", bytes(range(32)))
SOON = 0.005


@pytest.fixture
def log_lines() -> Iterator[list[dict[str, Any]]]:
    with structlog.testing.capture_logs() as lines:
        yield lines


@pytest.fixture
def database(sqlite_url: str) -> Iterator[Database]:
    opened = open_database(sqlite_url, busy_timeout_s=60)
    yield opened
    opened.close()


def newest_size(database: Database) -> int:
    newest = CheckpointStore(database, LOG, KEY).latest()
    return -1 if newest is None else newest.checkpoint.size


async def until_covered(database: Database, size: int) -> None:
    async with asyncio.timeout(60):
        while await asyncio.to_thread(newest_size, database) < size:
            await asyncio.sleep(SOON)


def test_what_is_recorded_is_soon_covered_and_the_rest_at_the_end(database: Database) -> None:
    async def record_and_stop() -> None:
        stop = asyncio.Event()
        signing = asyncio.create_task(CheckpointSigning(CheckpointStore(database, LOG, KEY), SOON).run(stop))
        for size in (3, 6):
            append(database, 3)
            await until_covered(database, size)
        append(database, 4)
        stop.set()
        await signing

    asyncio.run(record_and_stop())
    assert newest_size(database) == 10


def test_it_signs_at_the_start_and_a_last_time_whatever_the_interval(database: Database) -> None:
    async def record_and_stop() -> None:
        stop = asyncio.Event()
        append(database, 3)
        signing = asyncio.create_task(CheckpointSigning(CheckpointStore(database, LOG, KEY), 3600).run(stop))
        await until_covered(database, 3)
        append(database, 4)
        stop.set()
        await signing

    asyncio.run(record_and_stop())
    assert newest_size(database) == 7


def test_a_database_that_is_gone_for_a_while_is_logged_once_and_its_return_too(
    database: Database, sqlite_url: str, log_lines: list[dict[str, Any]]
) -> None:
    append(database, 3)
    file = Path(sqlite_url.removeprefix("sqlite:///"))
    away = file.rename(file.with_name("away.db"))
    missing = open_database(sqlite_url, busy_timeout_s=0.1)
    signing = CheckpointSigning(CheckpointStore(missing, LOG, KEY), SOON)

    async def sign_often() -> None:
        for _ in range(5):
            await signing.sign()
        away.rename(file)
        for _ in range(5):
            await signing.sign()

    asyncio.run(sign_often())
    missing.close()
    assert [(line["log_level"], line["event"]) for line in log_lines] == [
        ("warning", "no checkpoint can be signed"),
        ("info", "checkpoints are signed again"),
    ]
    assert newest_size(database) == 3


def test_an_altered_log_is_logged_once_as_an_error_and_never_signed(
    database: Database, log_lines: list[dict[str, Any]]
) -> None:
    append(database, 5)
    signing = CheckpointSigning(CheckpointStore(database, LOG, KEY), SOON)

    async def sign_often() -> None:
        for _ in range(3):
            await signing.sign()

    asyncio.run(sign_often())
    with database.writing() as connection:
        connection.execute(delete(entries))
        connection.execute(delete(tree_heads))
    append(database, 6, leaves=[bytes(32)] * 6)
    asyncio.run(sign_often())
    (line,) = log_lines
    assert (line["log_level"], line["fault"]) == ("error", "LogAltered")
    assert "underwriter ledger verify" in line["cause"]
    assert newest_size(database) == 5
