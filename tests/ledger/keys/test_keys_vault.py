"""The vault's keys: the same for all processes of a database, none without its master key, and gone when forgotten."""

import hmac
import subprocess
import sys
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import pytest
from sqlalchemy import func, select

from underwriter.ledger.keys import (
    KeyDamaged,
    MasterKeyMissing,
    MasterKeys,
    Vault,
    WrappedKey,
    create_master_key_file,
)
from underwriter.ledger.keys.unwrapped_keys import UnwrappedKeys
from underwriter.storage import Database, open_database
from underwriter.storage.schema import secrets, subjects

MASTER_KEYS = MasterKeys.generate()


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    opened = open_database(database_url)
    yield opened
    opened.close()


@pytest.fixture
def sqlite_vault(sqlite_url: str) -> Iterator[Vault]:
    opened = open_database(sqlite_url)
    yield Vault(opened, MASTER_KEYS)
    opened.close()


def test_references_and_digests_are_the_documented_hmacs(database: Database) -> None:
    vault = Vault(database, MASTER_KEYS)
    vault.prepare()
    with database.reading() as connection:
        row = connection.execute(select(secrets).where(secrets.c.name == "index")).one()
    index_key = MASTER_KEYS.unwrap(WrappedKey(row.master_key_id, bytes(row.wrapped_key)), b"secretindex")
    expected_ref = hmac.new(index_key, "subject\0客戶-1".encode(), sha256).digest()[:16]
    assert vault.subject_ref("客戶-1") == expected_ref
    assert vault.request_digest(b"a request") == hmac.new(index_key, b"request\0a request", sha256).digest()
    assert vault.event_digest(b"an event") == hmac.new(index_key, b"event\0an event", sha256).digest()
    assert vault.device_ref("手機") == hmac.new(index_key, "device\0手機".encode(), sha256).digest()[:16]
    assert vault.party_ref("銀行") == hmac.new(index_key, "party\0銀行".encode(), sha256).digest()[:8]


def test_all_vaults_of_a_database_agree_and_those_of_others_do_not(database: Database) -> None:
    first, second = Vault(database, MASTER_KEYS), Vault(database, MASTER_KEYS)
    assert first.subject_ref("one") == second.subject_ref("one") != first.subject_ref("two")
    assert first.request_digest(b"one") == second.request_digest(b"one") != first.request_digest(b"two")
    with database.reading() as connection:
        assert connection.execute(select(func.count()).select_from(secrets)).scalar() == 1


def test_the_same_subject_has_other_references_in_another_database(sqlite_vault: Vault, postgres_url: str) -> None:
    other = open_database(postgres_url)
    assert Vault(other, MASTER_KEYS).subject_ref("one") != sqlite_vault.subject_ref("one")
    other.close()


def test_processes_that_start_at_once_on_a_new_database_end_with_one_index_key(
    database_url: str, tmp_path: Path
) -> None:
    file = tmp_path / "master.key"
    create_master_key_file(file)
    script = Path(__file__).with_name("make_index_key.py")
    command = [sys.executable, script, database_url, file, "subject-1"]
    processes = [subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) for _ in range(4)]
    for process in processes:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
    answers = {process.communicate("\n", timeout=120)[0] for process in processes}
    assert len(answers) == 1
    assert len(answers.pop().strip()) == 32


def test_a_vault_with_another_master_key_says_which_is_missing(database: Database) -> None:
    Vault(database, MASTER_KEYS).prepare()
    with pytest.raises(MasterKeyMissing, match=MASTER_KEYS.current.key_id):
        Vault(database, MasterKeys.generate()).prepare()


def test_an_altered_index_key_is_found(database: Database) -> None:
    Vault(database, MASTER_KEYS).prepare()
    with database.writing() as connection:
        connection.execute(secrets.update().values(wrapped_key=bytes(60)))
    with pytest.raises(KeyDamaged):
        Vault(database, MASTER_KEYS).prepare()


def test_a_new_subject_shows_nothing_of_its_identifier_and_its_key_can_be_unwrapped(sqlite_vault: Vault) -> None:
    first, second = (sqlite_vault.new_subject(sqlite_vault.subject_ref("subject-1")) for _ in range(2))
    assert first.subject_ref == second.subject_ref == sqlite_vault.subject_ref("subject-1")
    assert first.subject != second.subject
    assert (len(first.subject), len(first.subject_ref), first.version) == (16, 16, 0)
    key = sqlite_vault.subject_key(first.subject, first.wrapped_key, first.master_key_id)
    assert key == MASTER_KEYS.unwrap(WrappedKey(first.master_key_id, first.wrapped_key), b"subject" + first.subject)
    assert key != sqlite_vault.subject_key(second.subject, second.wrapped_key, second.master_key_id)


def test_a_prepared_vault_needs_no_database(sqlite_url: str) -> None:
    database = open_database(sqlite_url)
    vault = Vault(database, MASTER_KEYS)
    vault.prepare()
    database.close()
    Path(sqlite_url.removeprefix("sqlite:///")).unlink()
    row = vault.new_subject(vault.subject_ref("subject-1"))
    vault.forget(row.subject)
    assert row.subject_ref == vault.subject_ref("subject-1")
    assert len(vault.subject_key(row.subject, row.wrapped_key, row.master_key_id)) == 32
    assert len(vault.request_digest(b"")) == 32


def test_a_forgotten_key_is_unwrapped_anew(sqlite_vault: Vault) -> None:
    row = sqlite_vault.new_subject(bytes(16))
    nothing = bytes(60)
    assert len(sqlite_vault.subject_key(row.subject, nothing, row.master_key_id)) == 32
    sqlite_vault.forget(row.subject)
    with pytest.raises(KeyDamaged):
        sqlite_vault.subject_key(row.subject, nothing, row.master_key_id)


def test_a_subjects_key_does_not_unwrap_for_another_subject(sqlite_vault: Vault) -> None:
    one, other = (sqlite_vault.new_subject(name * 16) for name in (b"1", b"2"))
    sqlite_vault.forget(other.subject)
    with pytest.raises(KeyDamaged):
        sqlite_vault.subject_key(other.subject, one.wrapped_key, one.master_key_id)


def test_no_more_keys_are_remembered_than_there_is_room_for_and_the_used_ones_stay() -> None:
    keys = UnwrappedKeys(capacity=3)
    for name in (b"a", b"b", b"c"):
        keys.put(name, name * 32)
    assert keys.get(b"a") == b"a" * 32
    keys.put(b"d", b"d" * 32)
    assert len(keys) == 3
    assert [keys.get(name) is not None for name in (b"a", b"b", b"c", b"d")] == [True, False, True, True]
    keys.forget(b"a")
    keys.forget(b"never there")
    assert keys.get(b"a") is None
    assert len(keys) == 2


def test_making_a_subject_leaves_no_row(database: Database) -> None:
    Vault(database, MASTER_KEYS).new_subject(bytes(16))
    with database.reading() as connection:
        assert connection.execute(select(func.count()).select_from(subjects)).scalar() == 0
