"""URLs: which open what, and how others are refused."""

import subprocess
import sys

import pytest

from underwriter.storage import DatabaseUrlInvalid, open_database, revisions, upgrade
from underwriter.storage.postgres import PostgresDatabase
from underwriter.storage.sqlite import SqliteDatabase

WITHOUT_PSYCOPG = """
import sys
sys.modules["psycopg"] = None
from underwriter.storage import DatabaseUrlInvalid, open_database
open_database("sqlite:///ledger.db")
try:
    open_database("postgresql://clerk:secret@host/ledger")
except DatabaseUrlInvalid as refusal:
    print(refusal)
"""


@pytest.mark.parametrize(
    ("url", "kind", "place"),
    [
        ("sqlite:////folder/ledger.db", SqliteDatabase, "/folder/ledger.db"),
        ("postgresql://host/ledger", PostgresDatabase, "postgresql://host/ledger"),
        ("postgresql+psycopg://host/ledger", PostgresDatabase, "postgresql://host/ledger"),
        ("postgresql://clerk:secret@host:5433/ledger", PostgresDatabase, "postgresql://clerk:***@host:5433/ledger"),
        (
            "postgresql://clerk@/ledger?host=/run/postgresql&password=secret&sslpassword=secret&options=-csecret",
            PostgresDatabase,
            "postgresql://clerk@/ledger?host=%2Frun%2Fpostgresql",
        ),
    ],
)
def test_a_url_opens_its_database_and_the_place_hides_passwords(url: str, kind: type, place: str) -> None:
    database = open_database(url)
    assert type(database) is kind
    assert database.place == place
    database.close()


@pytest.mark.parametrize(
    "url",
    [
        "",
        "ledger.db",
        "sqlite://",
        "sqlite:///:memory:",
        "sqlite+aiosqlite:///ledger.db",
        "postgresql://host",
        "postgresql+asyncpg://clerk:secret@host/ledger",
        "postgres://clerk:secret@host/ledger",
        "mysql://clerk:secret@host/ledger?password=secret",
        "clerk:secret@host/ledger",
        "postgresql://clerk:secret@host:port/ledger",
    ],
)
@pytest.mark.parametrize("use", [open_database, upgrade, revisions])
def test_a_url_of_something_else_is_refused_with_both_forms(url: str, use: object) -> None:
    with pytest.raises(DatabaseUrlInvalid) as refusal:
        use(url)  # type: ignore[operator]
    assert "sqlite:///path/to/ledger.db" in str(refusal.value)
    assert "postgresql://user:password@host:5432/database" in str(refusal.value)
    assert "secret" not in str(refusal.value)


def test_without_its_driver_postgresql_is_refused_with_the_remedy() -> None:
    ended = subprocess.run([sys.executable, "-c", WITHOUT_PSYCOPG], capture_output=True, text=True, check=True)
    assert "pip install 'underwriter[postgres]'" in ended.stdout
    assert "secret" not in ended.stdout


def test_opening_does_not_import_psycopg_for_sqlite() -> None:
    program = "import sys, underwriter.storage as s; s.open_database('sqlite:///l.db'); print('psycopg' in sys.modules)"
    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert ended.stdout == "False\n"
