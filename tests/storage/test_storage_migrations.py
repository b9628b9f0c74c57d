"""The migrations make the tables that the statements expect, and may be run again."""

from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import MetaData, Table, inspect, select

import underwriter.storage
from underwriter.storage import (
    Database,
    DatabaseNotUpgraded,
    DatabaseUnavailable,
    Revisions,
    StorageError,
    check_upgraded,
    open_database,
    revisions,
    upgrade,
)
from underwriter.storage.revisions import NEWEST
from underwriter.storage.schema import commitments, counted_shares, facilities, facility_parts, metadata
from underwriter.v1.record_pb2 import TOTAL_KIND_FUNDER

from .stored import versions, write

FACILITY = "'f', 'subject', 2, 'LINE', 'CNY', TRUE, 0, 12, '', 'A', '0.07', NULL, 1, 2"
MIGRATIONS = Path(underwriter.storage.__file__).parent / "migrations"


def constraints(table: Table) -> object:
    """All of a table that Alembic's own comparison leaves out, and the rest of it besides."""
    return (
        [(column.name, column.type.python_type, column.nullable) for column in table.columns],
        (table.primary_key.name, table.primary_key.columns.keys()),
        sorted((index.name, index.columns.keys(), bool(index.unique)) for index in table.indexes),
        sorted(
            (key.name, key.columns.keys(), str(key.elements[0].target_fullname))
            for key in table.foreign_key_constraints
        ),
    )


def unique_keys(database: Database, table: str) -> set[tuple[object, ...]]:
    with database.reading() as connection:
        keys = inspect(connection).get_unique_constraints(table)
    return {(key["name"], *key["column_names"]) for key in keys}


def execute(database: Database, *statements: str) -> None:
    with database.writing() as connection:
        for statement in statements:
            connection.exec_driver_sql(statement)


def tables(database: Database) -> list[str]:
    with database.reading() as connection:
        return sorted(inspect(connection).get_table_names())


def upgrade_to(url: str, revision: str) -> None:
    """What the versions of before left behind."""
    database = open_database(url)
    database.create()
    with database.writing() as connection:
        config = Config(attributes={"connection": connection})
        config.set_main_option("script_location", str(MIGRATIONS))
        command.upgrade(config, revision)
    database.close()


def test_the_migrations_make_the_tables_of_the_schema(database: Database) -> None:
    found = MetaData()
    with database.reading() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []
        found.reflect(connection)
    assert set(found.tables) == {*metadata.tables, "alembic_version"}
    for name, table in metadata.tables.items():
        assert constraints(found.tables[name]) == constraints(table)


def test_the_migrations_make_the_unique_keys_of_the_schema(database: Database) -> None:
    assert unique_keys(database, "entries") == {
        ("entries_entry_id_unique", "entry_id"),
        ("entries_request_id_unique", "kind", "request_id"),
    }
    assert unique_keys(database, "subjects") == {("subjects_ref_unique", "subject_ref")}


def test_the_newest_revision_is_that_of_the_migrations() -> None:
    scripts = ScriptDirectory(str(MIGRATIONS))
    assert scripts.get_current_head() == NEWEST
    assert [script.revision for script in scripts.walk_revisions()] == ["0005", "0004", "0003", "0002", "0001"]


def test_a_new_database_is_made_and_upgraded_once(missing_url: str) -> None:
    assert upgrade(missing_url) == Revisions(None, NEWEST)
    assert revisions(missing_url) == Revisions(NEWEST, NEWEST)
    database = open_database(missing_url)
    check_upgraded(database)
    write(database, "v1")
    assert upgrade(missing_url) == Revisions(NEWEST, NEWEST)
    assert versions(database) == ["v1"]
    database.close()


def test_the_first_layout_is_replaced_if_it_holds_no_decisions(missing_url: str) -> None:
    upgrade_to(missing_url, "0001")
    database = open_database(missing_url)
    execute(database, "INSERT INTO policies VALUES ('v1', 'rules', 1)")
    with pytest.raises(DatabaseNotUpgraded, match=f"revision 0001, not {NEWEST}; run: underwriter db upgrade"):
        check_upgraded(database)
    assert upgrade(missing_url) == Revisions("0001", NEWEST)
    assert tables(database) == sorted([*metadata.tables, "alembic_version"])
    database.close()


def test_what_funders_have_committed_is_taken_over(missing_url: str) -> None:
    upgrade_to(missing_url, "0002")
    database = open_database(missing_url)
    execute(
        database,
        "INSERT INTO funders VALUES ('own', 'CNY', 9007199254740993), ('own', 'JPY', 0), ('Übersee', 'CNY', 70)",
        f"INSERT INTO facilities VALUES ({FACILITY})",
        "INSERT INTO facility_parts VALUES ('f', 'own', 100, 60, 40)",
    )
    assert upgrade(missing_url) == Revisions("0002", NEWEST)
    check_upgraded(database)
    assert tables(database) == sorted([*metadata.tables, "alembic_version"])
    with database.reading() as connection:
        told = connection.execute(select(commitments).order_by(commitments.c.currency, commitments.c.committed)).all()
        kept = [connection.execute(select(table)).all() for table in (facilities, facility_parts, counted_shares)]
    assert told == [
        (TOTAL_KIND_FUNDER, "Übersee", "CNY", 70),
        (TOTAL_KIND_FUNDER, "own", "CNY", 9007199254740993),
        (TOTAL_KIND_FUNDER, "own", "JPY", 0),
    ]
    assert [len(rows) for rows in kept] == [1, 1, 0]
    database.close()


def test_the_first_layout_is_kept_if_it_holds_decisions(missing_url: str) -> None:
    upgrade_to(missing_url, "0001")
    database = open_database(missing_url)
    row = "'log', 0, 'h', 'd', 'r', 'd', 'a secret', 'p', 1, 'v', 1, 'r', 'd', 'e'"
    execute(database, f"INSERT INTO entries VALUES ({row})")
    with pytest.raises(StorageError, match="keep this database as it is and start with a new one") as refusal:
        upgrade(missing_url)
    assert "secret" not in str(refusal.value)
    assert tables(database) == ["alembic_version", "entries", "policies"]
    assert revisions(missing_url) == Revisions("0001", NEWEST)
    database.close()


def test_a_failed_upgrade_leaves_nothing_behind(missing_url: str) -> None:
    database = open_database(missing_url)
    database.create()
    execute(database, "CREATE TABLE policies (stranger TEXT)")
    with pytest.raises(DatabaseUnavailable, match=r"policies.* already exists"):
        upgrade(missing_url)
    assert tables(database) == ["policies"]
    database.close()


def test_a_database_of_a_later_version_is_left_alone(database: Database, database_url: str) -> None:
    execute(database, "UPDATE alembic_version SET version_num = '9999'")
    before = tables(database)
    with pytest.raises(DatabaseNotUpgraded, match=f"revision 9999, made by a later version; this one knows {NEWEST}"):
        upgrade(database_url)
    with pytest.raises(DatabaseNotUpgraded, match="later version"):
        check_upgraded(database)
    assert tables(database) == before
    assert revisions(database_url) == Revisions("9999", NEWEST)


def test_a_database_without_tables_must_be_upgraded(missing_url: str) -> None:
    database = open_database(missing_url)
    database.create()
    with pytest.raises(DatabaseNotUpgraded, match="has no tables yet; run: underwriter db upgrade"):
        check_upgraded(database)
    database.close()


def test_a_database_that_is_not_there_is_not_made_by_looking(missing_url: str) -> None:
    for _ in range(2):
        database = open_database(missing_url)
        with pytest.raises(DatabaseUnavailable, match=r"; is .+ the database\?"):
            check_upgraded(database)
        with pytest.raises(DatabaseUnavailable):
            revisions(missing_url)
        database.close()


def test_a_file_that_is_no_database_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "ledger.db"
    path.write_bytes(b"not a database" * 1000)
    database = open_database(f"sqlite:///{path}")
    with pytest.raises(DatabaseUnavailable, match=r"not a database; is .*ledger\.db the database\?"):
        check_upgraded(database)
    with pytest.raises(DatabaseUnavailable, match="not a database"):
        upgrade(f"sqlite:///{path}")
    assert path.read_bytes() == b"not a database" * 1000
    database.close()
