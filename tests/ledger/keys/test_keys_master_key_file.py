"""The file of the master keys: private when made, whole at any instant, and read again when it changed."""

import os
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from underwriter.ledger.keys import (
    MasterKeyFile,
    MasterKeyInvalid,
    MasterKeyMissing,
    MasterKeys,
    access_warning,
    create_master_key_file,
    read_master_keys,
)
from underwriter.ledger.keys.master_key_file import add_current_key, remove_key

KEY = b"k" * 32


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "keys" / "master.key"
    create_master_key_file(path)
    return path


def test_a_new_file_has_one_key_and_is_its_owners_alone(file: Path) -> None:
    assert len(read_master_keys(file).ids()) == 1
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700
    assert list(file.parent.iterdir()) == [file]
    assert access_warning(file) is None


def test_a_file_that_is_there_is_not_overwritten(file: Path) -> None:
    before = file.read_bytes()
    with pytest.raises(MasterKeyInvalid, match="is there already"):
        create_master_key_file(file)
    assert file.read_bytes() == before
    assert list(file.parent.iterdir()) == [file]


def test_of_many_that_make_the_file_at_once_one_does(tmp_path: Path) -> None:
    file = tmp_path / "master.key"

    def make(_: int) -> MasterKeys | None:
        try:
            return create_master_key_file(file)
        except MasterKeyInvalid:
            return None

    with ThreadPoolExecutor(8) as threads:
        made = [keys for keys in threads.map(make, range(32)) if keys]
    assert made == [read_master_keys(file)]


def test_a_file_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(MasterKeyInvalid, match="can't be written"):
        create_master_key_file(tmp_path / "file" / "master.key")


@pytest.mark.parametrize(
    ("mode", "warns"), [(0o600, False), (0o400, False), (0o640, True), (0o604, True), (0o620, True)]
)
def test_a_file_open_to_others_gives_a_warning(file: Path, mode: int, warns: bool) -> None:
    file.chmod(mode)
    warning = access_warning(file)
    assert (warning is not None) == warns
    if warning:
        assert f"mode {mode:04o}" in warning
        assert "chmod 600" in warning


def test_a_new_key_goes_on_top_and_remarks_stay(file: Path) -> None:
    first = read_master_keys(file).current
    file.write_text(f"# ours\n{first.line()}\n# the end\n")
    keys = add_current_key(file)
    assert keys.older == (first,)
    assert file.read_text() == f"# ours\n{keys.current.line()}\n{first.line()}\n# the end\n"
    assert remove_key(file, first.key_id).ids() == (keys.current.key_id,)
    assert file.read_text() == f"# ours\n{keys.current.line()}\n# the end\n"


def test_a_changed_file_keeps_its_mode_and_a_link_stays_a_link(file: Path, tmp_path: Path) -> None:
    file.chmod(0o640)
    link = tmp_path / "link"
    link.symlink_to(file)
    add_current_key(link)
    assert link.is_symlink()
    assert stat.S_IMODE(file.stat().st_mode) == 0o640
    assert len(read_master_keys(file).ids()) == 2


def test_a_change_that_fails_half_way_leaves_the_file_as_it_was(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = file.read_bytes()

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(MasterKeyInvalid, match="No space left on device"):
        add_current_key(file)
    assert file.read_bytes() == before
    assert list(file.parent.iterdir()) == [file]


def test_neither_the_current_key_nor_one_that_is_not_there_is_removed(file: Path) -> None:
    current = read_master_keys(file).current.key_id
    with pytest.raises(MasterKeyInvalid, match="is the current key"):
        remove_key(file, current)
    with pytest.raises(MasterKeyInvalid, match="there is no key other"):
        remove_key(file, "other")


def test_a_running_server_wraps_by_the_new_key_once_the_file_has_it(file: Path) -> None:
    keys = MasterKeyFile(file)
    before = keys.wrap(KEY, b"purpose")
    current = add_current_key(file).current.key_id
    after = keys.wrap(KEY, b"purpose")
    assert (before.master_key_id != current, after.master_key_id) == (True, current)
    assert keys.unwrap(before, b"purpose") == keys.unwrap(after, b"purpose") == KEY


def test_a_running_server_meets_a_key_that_it_does_not_know_and_reads_the_file_again(file: Path) -> None:
    keys = MasterKeyFile(file)
    rotated = add_current_key(file).wrap(KEY, b"purpose")
    assert keys.unwrap(rotated, b"purpose") == KEY


def test_a_key_that_the_file_does_not_have_either_is_missing(file: Path) -> None:
    keys = MasterKeyFile(file)
    with pytest.raises(MasterKeyMissing):
        keys.unwrap(MasterKeys.generate().wrap(KEY, b"purpose"), b"purpose")


@pytest.mark.parametrize("text", ["garbled", None])
def test_a_file_that_breaks_while_it_is_used_does_not_stop_the_server(file: Path, text: str | None) -> None:
    keys = MasterKeyFile(file)
    wrapped = keys.wrap(KEY, b"purpose")
    if text is None:
        file.unlink()
    else:
        file.write_text(text)
    assert keys.unwrap(keys.wrap(KEY, b"purpose"), b"purpose") == keys.unwrap(wrapped, b"purpose") == KEY


def test_a_file_that_cannot_be_used_at_first_is_refused(tmp_path: Path) -> None:
    with pytest.raises(MasterKeyInvalid):
        MasterKeyFile(tmp_path / "nowhere")
