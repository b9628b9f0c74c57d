"""A signed log that tests may alter: made once by the real ledger, then copied into a database of each kind."""

import asyncio
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from underwriter.ledger import Entry, open_ledger
from underwriter.ledger.checkpoints import CheckpointStore, SigningKey
from underwriter.ledger.keys import MasterKeys
from underwriter.storage import Database, open_database
from underwriter.storage.schema import metadata

from .altered_logs import LOG, SIGNED_SIZES, SIZE, AlteredLog, entry_id_of

Rows = dict[str, list[dict[str, Any]]]


@pytest.fixture(scope="session")
def signing_key() -> SigningKey:
    return SigningKey("lender.example/decisions", bytes(range(32)))


@pytest.fixture(scope="session")
def written_rows(
    tmp_path_factory: pytest.TempPathFactory,
    sqlite_template: Path,
    master_keys: MasterKeys,
    signing_key: SigningKey,
    entry_of: Callable[..., Entry],
) -> Rows:
    """All rows of a database with a log of 300 records on 30 subjects, signed at four sizes."""
    path = tmp_path_factory.mktemp("written") / "ledger.db"
    shutil.copy(sqlite_template, path)
    with open_ledger(f"sqlite:///{path}", master_keys) as ledger:
        store = CheckpointStore(ledger.database, LOG, signing_key)
        start = 0
        for end in SIGNED_SIZES:
            entries = [
                entry_of(f"r{n}", entry_id=entry_id_of(n), subject_id=f"s{n % 30}", facts=b"f")
                for n in range(start, end)
            ]
            asyncio.run(_commit(ledger, entries))
            store.covering_all(end)
            start = end
        last = [entry_of(f"r{n}", entry_id=entry_id_of(n), subject_id=f"s{n % 30}") for n in range(start, SIZE)]
        asyncio.run(_commit(ledger, last))
        with ledger.database.reading() as connection:
            return {
                table.name: [dict(row._mapping) for row in connection.execute(select(table))]
                for table in metadata.sorted_tables
            }


async def _commit(ledger: Any, entries: list[Entry]) -> None:
    for entry in entries:
        await ledger.commit(entry)


@pytest.fixture
def fill(written_rows: Rows) -> Callable[[Database], None]:
    """Copies the log into an empty database."""

    def copy(database: Database) -> None:
        with database.writing() as connection:
            for table in metadata.sorted_tables:
                if written_rows[table.name]:
                    connection.execute(table.insert(), written_rows[table.name])

    return copy


@pytest.fixture
def log(database_url: str, fill: Callable[[Database], None], signing_key: SigningKey) -> Iterator[AlteredLog]:
    database = open_database(database_url)
    fill(database)
    yield AlteredLog(database_url, database, signing_key.verifier_key())
    database.close()
