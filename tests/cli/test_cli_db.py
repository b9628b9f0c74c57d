"""`underwriter db`: what it says and how it ends, on real databases."""

from pathlib import Path

import pytest

from underwriter.storage import open_database
from underwriter.storage.revisions import NEWEST

from .commands import Call


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder without a configuration."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("UNDERWRITER_DATABASE", raising=False)


def test_a_new_database_is_upgraded_once_and_its_status_tells(call: Call) -> None:
    url = "sqlite:///new/ledger.db"
    missing = call("db", "status", "--database", url)
    assert (missing.code, missing.out) == (2, "")
    assert "is " in missing.errors
    assert "ledger.db the database?" in missing.errors
    upgraded = call("db", "upgrade", "--database", url)
    assert (upgraded.code, upgraded.out) == (0, f"upgraded from an empty database to revision {NEWEST}\n")
    again = call("db", "upgrade", "--database", url)
    assert (again.code, again.out) == (0, f"nothing to do: the tables are of revision {NEWEST}\n")
    status = call("db", "status", "--database", url)
    assert (status.code, status.out) == (0, f"the tables are up to date: revision {NEWEST}\n")


def test_postgresql_is_upgraded_too(call: Call, postgres_url: str) -> None:
    upgraded = call("db", "upgrade", "--database", postgres_url)
    assert (upgraded.code, upgraded.out) == (0, f"nothing to do: the tables are of revision {NEWEST}\n")
    status = call("db", "status", "--database", postgres_url, "--format", "json")
    assert (status.code, status.json) == (0, {"found": NEWEST, "newest": NEWEST})


@pytest.mark.parametrize(
    ("revision", "told", "end_of_upgrade"),
    [
        (None, "has no tables yet; run: underwriter db upgrade", 0),
        ("9999", f"are of revision 9999, made by a later version; this one knows {NEWEST}", 2),
    ],
)
def test_other_tables_end_the_status_with_1(
    call: Call, sqlite_url: str, revision: str | None, told: str, end_of_upgrade: int
) -> None:
    if revision is None:
        sqlite_url = "sqlite:///empty.db"
        Path("empty.db").touch()
    else:
        database = open_database(sqlite_url)
        with database.writing() as connection:
            connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
        database.close()
    status = call("db", "status", "--database", sqlite_url)
    assert (status.code, told in status.out) == (1, True)
    as_json = call("db", "status", "--database", sqlite_url, "--format", "json")
    assert (as_json.code, as_json.json) == (1, {"found": revision, "newest": NEWEST})
    assert call("db", "upgrade", "--database", sqlite_url).code == end_of_upgrade


def test_the_database_is_that_of_the_server_if_none_is_named(
    call: Call, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    Path("underwriter.toml").write_text('database = "sqlite:///from_file.db"\n')
    assert call("db", "upgrade").code == 0
    assert Path("from_file.db").exists()
    monkeypatch.setenv("UNDERWRITER_DATABASE", f"sqlite:///{tmp_path}/from_environment.db")
    assert call("db", "upgrade").code == 0
    assert Path("from_environment.db").exists()


@pytest.mark.parametrize("command", ["upgrade", "status"])
@pytest.mark.parametrize("url", ["nodb://clerk:secret@host/ledger", "postgresql://clerk:secret@127.0.0.1:1/ledger"])
def test_a_database_that_can_not_be_used_ends_with_2_and_no_password(call: Call, command: str, url: str) -> None:
    ended = call("db", command, "--database", url)
    assert (ended.code, ended.out) == (2, "")
    assert ended.errors
    assert "secret" not in ended.errors
    assert "Traceback" not in ended.errors
