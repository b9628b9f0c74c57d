"""What the tests of accounts share: a book of facilities and the writer of the log that it follows."""

from collections.abc import Iterator

import pytest

from underwriter.accounts import FacilityBook
from underwriter.ledger.entry_writer import EntryWriter
from underwriter.ledger.keys import MasterKeys, Vault
from underwriter.storage import Database, open_database


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    opened = open_database(database_url)
    yield opened
    opened.close()


@pytest.fixture
def vault(database: Database) -> Vault:
    return Vault(database, MasterKeys.generate())


@pytest.fixture
def book(database: Database) -> FacilityBook:
    return FacilityBook(database)


@pytest.fixture
def writer(database: Database, vault: Vault, book: FacilityBook) -> EntryWriter:
    return EntryWriter(database, "decisions", vault, [book])
