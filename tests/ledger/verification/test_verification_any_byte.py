"""A property: one changed byte, in whatever column of whatever row, is found."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Table, select

from underwriter.ledger.checkpoints import SigningKey
from underwriter.ledger.keys import MasterKeys
from underwriter.storage import Database, open_database
from underwriter.storage.schema import checkpoints, entries, secrets, subjects, tree_heads, tree_nodes

from .altered_logs import AlteredLog

# What no signature or leaf covers: when a checkpoint was signed; by which name a subject is found, and how many of its
# entries have facts, which only those can tell who know the names and fold the facts.
UNCOVERED = {("checkpoints", "sign_time_us"), ("subjects", "subject_ref"), ("subjects", "version")}
TABLES = (entries, tree_heads, tree_nodes, checkpoints, subjects, secrets)
COLUMNS = [(t, c.name) for t in TABLES for c in t.c if (t.name, c.name) not in UNCOVERED]


@pytest.fixture
def unguarded(
    tmp_path: Path, sqlite_template: Path, fill: Callable[[Database], None], signing_key: SigningKey
) -> Iterator[AlteredLog]:
    """A log without keys and constraints, so that every change can be made."""
    path = tmp_path / "log.db"
    shutil.copy(sqlite_template, path)
    database = open_database(f"sqlite:///{path}")
    fill(database)
    log = AlteredLog(f"sqlite:///{path}", database, signing_key.verifier_key())
    for table in TABLES:
        log.do(f"CREATE TABLE copied AS SELECT * FROM {table.name}")
        log.do(f"DROP TABLE {table.name}")
        log.do(f"ALTER TABLE copied RENAME TO {table.name}")
    yield log
    database.close()


@settings(
    max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(data=st.data())
def test_one_changed_byte_is_found(unguarded: AlteredLog, master_keys: MasterKeys, data: st.DataObject) -> None:
    table, column = data.draw(st.sampled_from(COLUMNS))
    row = data.draw(st.integers(0, _rows(unguarded, table) - 1))
    before = _read(unguarded, table, column, row)
    after = _changed(before, data)
    _write(unguarded, table, column, row, after)
    try:
        findings, result = unguarded.verify(master_keys=master_keys)
        assert not result.is_sound
        assert findings
    finally:
        _write(unguarded, table, column, row, before)


def _changed(value: Any, data: st.DataObject) -> Any:
    if isinstance(value, int):
        return value ^ 1 << data.draw(st.integers(0, 40))
    raw = value if isinstance(value, bytes) else value.encode()
    if not raw:
        return b"\0" if isinstance(value, bytes) else "x"
    place = data.draw(st.integers(0, len(raw) - 1))
    return raw[:place] + bytes([raw[place] ^ data.draw(st.integers(1, 255))]) + raw[place + 1 :]


def _rows(log: AlteredLog, table: Table) -> int:
    with log.database.reading() as connection:
        return len(connection.execute(select(table)).all())


def _read(log: AlteredLog, table: Table, column: str, row: int) -> Any:
    with log.database.reading() as connection:
        statement = f"SELECT {column} FROM {table.name} ORDER BY rowid LIMIT 1 OFFSET {row}"
        return connection.exec_driver_sql(statement).scalar_one()


def _write(log: AlteredLog, table: Table, column: str, row: int, value: Any) -> None:
    """Bytes for a text column are stored as text, whether they are UTF-8 or not: the file could hold them."""
    is_text = table.c[column].type.python_type is str
    place = f"(SELECT rowid FROM {table.name} ORDER BY rowid LIMIT 1 OFFSET {row})"
    given_value = "CAST(? AS TEXT)" if is_text else "?"
    with log.database.writing() as connection:
        connection.exec_driver_sql(f"UPDATE {table.name} SET {column} = {given_value} WHERE rowid = {place}", (value,))
