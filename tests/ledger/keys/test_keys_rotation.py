"""Changing the master key: every stored key is wrapped anew, whatever happens meanwhile, and still the same key."""

import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import delete, select, update

from underwriter.ledger.keys import (
    KeyDamaged,
    MasterKeyFile,
    MasterKeyMissing,
    MasterKeys,
    SubjectRow,
    Vault,
    create_master_key_file,
    read_master_keys,
)
from underwriter.ledger.keys.master_key_file import add_current_key
from underwriter.ledger.keys.rotation import KeyUse, Rotation, key_uses
from underwriter.storage import Database, open_database
from underwriter.storage.schema import subjects

SUBJECTS = 305


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    opened = open_database(database_url)
    yield opened
    opened.close()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "master.key"
    create_master_key_file(path)
    return path


def insert(database: Database, rows: list[SubjectRow]) -> None:
    with database.writing() as connection:
        connection.execute(subjects.insert(), [row._asdict() for row in rows])


def stored_rows(database: Database) -> list[SubjectRow]:
    with database.reading() as connection:
        return [SubjectRow(*row) for row in connection.execute(select(subjects).order_by(subjects.c.subject))]


def stored_keys(database: Database, file: Path) -> dict[bytes, bytes]:
    """Return the keys of all subjects, unwrapped."""
    vault = Vault(database, read_master_keys(file))
    return {
        row.subject: vault.subject_key(row.subject, row.wrapped_key, row.master_key_id) for row in stored_rows(database)
    }


@pytest.fixture
def keys_before(database: Database, file: Path) -> dict[bytes, bytes]:
    """The keys of many subjects, whose rows are stored."""
    vault = Vault(database, read_master_keys(file))
    refs = [vault.subject_ref(f"subject-{number}") for number in range(SUBJECTS)]
    insert(database, [vault.new_subject(ref)._replace(version=number) for number, ref in enumerate(refs)])
    return stored_keys(database, file)


def test_every_key_is_wrapped_anew_and_stays_the_same_key(
    database: Database, file: Path, keys_before: dict[bytes, bytes]
) -> None:
    old = read_master_keys(file)
    ref, rows = Vault(database, old).subject_ref("subject-1"), stored_rows(database)
    keys = add_current_key(file)
    rotation = Rotation(database, keys)
    assert rotation.rows_left() == SUBJECTS + 1
    assert list(iter(lambda: rotation.rewrap_batch(100), 0)) == [100, 100, 100, 6]
    assert rotation.rows_left() == 0
    assert key_uses(database) == [KeyUse(keys.current.key_id, SUBJECTS, 1)]
    alone = MasterKeys(keys.current)
    assert Vault(database, alone).subject_ref("subject-1") == ref
    assert stored_keys(database, file) == keys_before
    kept = [(row.subject, row.subject_ref, row.version) for row in rows]
    assert [(row.subject, row.subject_ref, row.version) for row in stored_rows(database)] == kept
    with pytest.raises(MasterKeyMissing):
        Vault(database, old).prepare()


def test_a_rotation_that_was_killed_goes_on_where_it_stopped(
    database: Database, database_url: str, file: Path, keys_before: dict[bytes, bytes]
) -> None:
    keys = add_current_key(file)
    script = Path(__file__).with_name("rotate_and_die.py")
    died = subprocess.run([sys.executable, script, database_url, file], timeout=300, check=False)
    assert died.returncode == -signal.SIGKILL
    rotation = Rotation(database, keys)
    assert rotation.rows_left() == SUBJECTS + 1 - 200
    assert stored_keys(database, file) == keys_before
    assert list(iter(lambda: rotation.rewrap_batch(100), 0)) == [100, 6]
    assert stored_keys(database, file) == keys_before


def test_a_running_server_goes_on_while_keys_are_rotated(
    database: Database, database_url: str, file: Path, keys_before: dict[bytes, bytes]
) -> None:
    serving = open_database(database_url)
    server = Vault(serving, MasterKeyFile(file))
    server.prepare()
    rotation = Rotation(database, add_current_key(file))
    made = []
    while rotation.rewrap_batch(50):
        for row in stored_rows(serving):
            server.forget(row.subject)
            key = server.subject_key(row.subject, row.wrapped_key, row.master_key_id)
            assert keys_before.get(row.subject, key) == key
        made.append(server.new_subject(b"new%013d" % len(made)))
        insert(serving, made[-1:])
    serving.close()
    assert len(made) == 7
    assert rotation.rows_left() == 0
    assert stored_keys(database, file).keys() == keys_before.keys() | {row.subject for row in made}


def test_what_changes_in_between_stays_changed(database: Database, file: Path, keys_before: dict[bytes, bytes]) -> None:
    rotation = Rotation(database, add_current_key(file))
    rotation.rewrap_batch(100)
    erased, changed = sorted(keys_before)[0], sorted(keys_before)[1]
    with database.writing() as connection:
        connection.execute(delete(subjects).where(subjects.c.subject == erased))
        connection.execute(update(subjects).where(subjects.c.subject == changed).values(version=99))
    while rotation.rewrap_batch(100):
        pass
    rows = {row.subject: row for row in stored_rows(database)}
    assert erased not in rows
    assert rows[changed].version == 99


def test_a_key_that_cannot_be_unwrapped_stops_the_batch_and_changes_nothing(
    database: Database, file: Path, keys_before: dict[bytes, bytes]
) -> None:
    with database.writing() as connection:
        connection.execute(update(subjects).where(subjects.c.version == 7).values(wrapped_key=bytes(60)))
    before = stored_rows(database)
    with pytest.raises(KeyDamaged):
        Rotation(database, add_current_key(file)).rewrap_batch(len(keys_before) + 1)
    assert stored_rows(database) == before


def test_a_master_key_that_is_missing_is_told(database: Database, keys_before: dict[bytes, bytes]) -> None:
    with pytest.raises(MasterKeyMissing):
        Rotation(database, MasterKeys.generate()).rewrap_batch()
    assert len(keys_before) == SUBJECTS


def test_rotating_again_leaves_only_the_newest_in_use(
    database: Database, file: Path, keys_before: dict[bytes, bytes]
) -> None:
    for _ in range(3):
        rotation = Rotation(database, add_current_key(file))
        while rotation.rewrap_batch():
            pass
    assert [use.key_id for use in key_uses(database)] == [read_master_keys(file).current.key_id]
    assert stored_keys(database, file) == keys_before
