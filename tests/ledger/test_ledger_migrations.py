"""The migrations make the tables that the statements expect, and may be run again."""

from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from underwriter.ledger import LedgerUnavailable, LedgerUrlInvalid, open_ledger, upgrade
from underwriter.ledger.schema import metadata
from underwriter.ledger.sqlite import SqliteDatabase


def test_the_migrations_make_the_tables_of_the_schema(ledger_url: str) -> None:
    database = SqliteDatabase(ledger_url, busy_timeout_s=1)
    with database.reading() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []
    database.close()


def test_upgrading_again_changes_nothing(ledger_url: str) -> None:
    database = SqliteDatabase(ledger_url, busy_timeout_s=1)
    with database.writing() as connection:
        connection.exec_driver_sql("INSERT INTO policies VALUES ('v1', 'rules', 1)")
    upgrade(ledger_url)
    with database.reading() as connection:
        assert connection.exec_driver_sql("SELECT version FROM policies").all() == [("v1",)]
    database.close()


def test_a_failed_upgrade_leaves_nothing_behind(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/ledger.db"
    database = SqliteDatabase(url, busy_timeout_s=1)
    database.create_file()
    with database.writing() as connection:
        connection.exec_driver_sql("CREATE TABLE policies (stranger TEXT)")
    with pytest.raises(LedgerUnavailable, match="policies already exists"):
        upgrade(url)
    with database.reading() as connection:
        tables = connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'table'").scalars().all()
    assert tables == ["policies"]
    database.close()


def test_a_ledger_of_a_later_version_is_left_alone(ledger_url: str) -> None:
    database = SqliteDatabase(ledger_url, busy_timeout_s=1)
    with database.writing() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(LedgerUnavailable, match=r"can't be upgraded: .*9999"):
        upgrade(ledger_url)
    database.close()


@pytest.mark.parametrize("prepare", ["nothing", "empty file", "no database"])
def test_a_ledger_that_was_not_upgraded_is_not_opened(tmp_path: Path, prepare: str) -> None:
    path = tmp_path / "ledger.db"
    if prepare != "nothing":
        path.write_bytes(b"" if prepare == "empty file" else b"not a database" * 1000)
    before = {file.name for file in tmp_path.iterdir()} if prepare == "nothing" else {"ledger.db"}
    with pytest.raises(LedgerUnavailable, match=r"does .*ledger\.db hold an upgraded ledger\?"):
        open_ledger(f"sqlite:///{path}")
    assert {file.name for file in tmp_path.iterdir()} == before


@pytest.mark.parametrize(
    "url", ["", "ledger.db", "sqlite://", "sqlite:///:memory:", "postgresql://clerk:secret@host/ledger", "nodb:///x"]
)
@pytest.mark.parametrize("use", [open_ledger, upgrade])
def test_a_url_of_something_else_is_refused_with_an_example(url: str, use: object) -> None:
    with pytest.raises(LedgerUrlInvalid, match=r"write sqlite:///path/to/ledger\.db") as refusal:
        use(url)  # type: ignore[operator]
    assert "secret" not in str(refusal.value)
