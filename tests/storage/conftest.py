"""What the tests of the databases share: an open database of each kind, and URLs where nothing is yet."""

import itertools
from collections.abc import Iterator
from pathlib import Path

import pytest

from underwriter.storage import Database, open_database

from .postgres_server import PostgresServer

_numbers = itertools.count(1)


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """An open, upgraded database of each kind."""
    opened = open_database(database_url)
    yield opened
    opened.close()


@pytest.fixture(params=["sqlite", "postgresql"])
def missing_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of a database that is not there. One that the test makes is removed again."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path}/new folder/50%/ledger.db"
        return
    server: PostgresServer = request.getfixturevalue("postgres_server")
    name = f"missing_{next(_numbers)}"
    yield server.url(name)
    with server.connect() as connection:
        connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)".encode())
