"""`underwriter keys`: what it says and how it ends, on real databases and key files."""

import stat
from pathlib import Path

import pytest
from sqlalchemy import insert, update

from underwriter.ledger.checkpoints import read_signing_key
from underwriter.ledger.keys import MasterKeys, Vault, create_master_key_file, read_master_keys
from underwriter.ledger.keys.rotation import Rotation
from underwriter.storage import open_database
from underwriter.storage.schema import subjects

from .commands import Call


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "master.key"
    create_master_key_file(path)
    return path


@pytest.fixture
def url(database_url: str, file: Path) -> str:
    """A database with the keys of seven subjects."""
    store(database_url, read_master_keys(file), 7)
    return database_url


def store(url: str, keys: MasterKeys, count: int) -> None:
    database = open_database(url)
    vault = Vault(database, keys)
    rows = [vault.new_subject(vault.subject_ref(f"subject-{number}"))._asdict() for number in range(count)]
    with database.writing() as connection:
        connection.execute(insert(subjects), rows)
    database.close()


def test_a_new_file_is_private_and_its_key_is_not_shown(call: Call, tmp_path: Path) -> None:
    file = tmp_path / "new.key"
    made = call("keys", "create", file)
    key = read_master_keys(file).current
    assert made.code == 0
    assert key.key_id in made.out
    assert key.line().split()[1] not in made.out
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    again = call("keys", "create", file)
    assert (again.code, again.out, again.errors) == (2, "", f"{file}: is there already; it is not overwritten\n")
    assert read_master_keys(file).current == key


def test_a_new_signing_key_is_private_and_shows_what_verifies_it(call: Call, tmp_path: Path) -> None:
    file = tmp_path / "signing.key"
    made = call("keys", "create-signing", file, "--origin", "bank.example/decisions")
    assert (made.code, made.errors) == (0, "")
    assert str(read_signing_key(file).verifier_key()) in made.out
    assert "bank.example/decisions+" in made.out
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    again = call("keys", "create-signing", file)
    assert (again.code, again.errors) == (2, f"{file}: is there already; it is not overwritten\n")
    unnamed = [call("keys", "create-signing", tmp_path / name) for name in ("a", "b")]
    assert [ended.code for ended in unnamed] == [0, 0]
    assert read_signing_key(tmp_path / "a").name != read_signing_key(tmp_path / "b").name
    misnamed = call("keys", "create-signing", tmp_path / "c", "--origin", "a+b")
    assert (misnamed.code, misnamed.out) == (2, "")


def test_rotating_showing_and_forgetting_a_key(call: Call, file: Path, url: str) -> None:
    old = read_master_keys(file).current.key_id
    rotated = call("keys", "rotate", file, "--database", url)
    new = read_master_keys(file).current.key_id
    assert (rotated.code, rotated.out) == (0, f"{new} is the current key (it is new); keys wrapped by it now: 8\n")
    shown = call("keys", "show", file, "--database", url, "--format", "json")
    assert shown.json == [
        {"key_id": new, "is_current": True, "subjects": 7, "secrets": 1},
        {"key_id": old, "is_current": False, "subjects": 0, "secrets": 0},
    ]
    lines = call("keys", "show", file, "--database", url).out.splitlines()
    assert [line.split() for line in lines] == [
        ["key", "subjects", "secrets"],
        [new, "current", "7", "1"],
        [old, "older", "0", "0"],
    ]
    forgotten = call("keys", "forget", file, old, "--database", url)
    assert (forgotten.code, forgotten.errors) == (0, "")
    assert read_master_keys(file).ids() == (new,)


def test_a_key_in_use_is_not_forgotten(call: Call, file: Path, url: str) -> None:
    (key_id,) = read_master_keys(file).ids()
    refused = call("keys", "forget", file, key_id, "--database", url)
    assert (refused.code, refused.out) == (2, "")
    assert refused.errors == f"{key_id} wraps 8 stored keys; run `underwriter keys rotate` first\n"
    assert read_master_keys(file).ids() == (key_id,)


@pytest.mark.parametrize(("key_id", "said"), [("other", "there is no key other"), (None, "is the current key")])
def test_neither_the_current_key_nor_an_unknown_one_is_forgotten(
    call: Call, file: Path, sqlite_url: str, key_id: str | None, said: str
) -> None:
    before = file.read_bytes()
    refused = call("keys", "forget", file, key_id or read_master_keys(file).current.key_id, "--database", sqlite_url)
    assert refused.code == 2
    assert said in refused.errors
    assert file.read_bytes() == before


def test_an_unfinished_rotation_is_finished_without_another_key(call: Call, file: Path, url: str) -> None:
    call("keys", "rotate", file, "--database", url)
    keys = read_master_keys(file)
    database = open_database(url)
    swapped = MasterKeys(keys.older[0], (keys.current,))
    Rotation(database, swapped).rewrap_batch(5)
    database.close()
    finished = call("keys", "rotate", file, "--database", url)
    said = "(an earlier rotation is through now, no new key was made); keys wrapped by it now: 5"
    assert (finished.code, finished.out) == (0, f"{keys.current.key_id} is the current key {said}\n")
    assert read_master_keys(file) == keys


def test_no_key_is_added_to_a_file_that_is_not_the_databases(call: Call, tmp_path: Path, url: str, file: Path) -> None:
    (missing,) = read_master_keys(file).ids()
    other = tmp_path / "other.key"
    create_master_key_file(other)
    before = other.read_bytes()
    for command in ("rotate", "show"):
        refused = call("keys", command, other, "--database", url)
        assert refused.code == 2
        assert f"master key {missing}, which is not among the master keys" in refused.errors
    assert other.read_bytes() == before


def test_a_damaged_key_stops_the_rotation(call: Call, file: Path, url: str) -> None:
    database = open_database(url)
    with database.writing() as connection:
        connection.execute(update(subjects).values(wrapped_key=bytes(60)))
    database.close()
    refused = call("keys", "rotate", file, "--database", url)
    assert refused.code == 2
    assert "can't be unwrapped: it was altered" in refused.errors


def test_a_file_that_others_may_read_gives_a_warning(call: Call, file: Path, sqlite_url: str) -> None:
    file.chmod(0o644)
    shown = call("keys", "show", file, "--database", sqlite_url)
    assert shown.code == 0
    assert shown.errors == (
        f"warning: {file} has mode 0644: others than its owner may read or change it; run `chmod 600 {file}`\n"
    )


def test_what_cannot_be_used_is_told(call: Call, file: Path, tmp_path: Path) -> None:
    garbled = tmp_path / "garbled"
    garbled.write_text("a b c\n\nd\n")
    nowhere = f"sqlite:///{tmp_path}/nowhere.db"
    for arguments, said in (
        (("show", garbled, "--database", nowhere), f"{garbled}:3: a line is a key id"),
        (("show", tmp_path / "none", "--database", nowhere), "can't be read: No such file"),
        (("show", file, "--database", nowhere), "nowhere.db"),
        (("rotate", file, "--database", "mysql://host/db"), "mysql"),
    ):
        ended = call("keys", *arguments)
        assert (ended.code, ended.out) == (2, "")
        assert said in ended.errors
