"""Master keys: their text, every fault in it at once, and what they wrap."""

from base64 import b64encode
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from underwriter.ledger.keys import (
    KeyDamaged,
    MasterKey,
    MasterKeyInvalid,
    MasterKeyMissing,
    MasterKeys,
    WrappedKey,
    parse_master_keys,
    read_master_keys,
)

A, B = (MasterKey(name, name.encode() * 32) for name in "ab")
KEY = b"k" * 32


def text_of(*keys: MasterKey) -> str:
    return "\n".join(key.line() for key in keys)


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        (text_of(A), ("a",)),
        (text_of(A, B), ("a", "b")),
        (f"# the current key\n\n{A.line()}\n  # an older one\n\t{B.line()}  \n", ("a", "b")),
        (text_of(A, B).replace(" ", "\t"), ("a", "b")),
        (text_of(A, B).replace("\n", "\r\n"), ("a", "b")),
    ],
)
def test_the_first_key_is_current_and_the_others_older(text: str, ids: tuple[str, ...]) -> None:
    keys = parse_master_keys(text)
    assert keys.ids() == ids
    assert keys.current == A


@pytest.mark.parametrize(
    ("text", "faults"),
    [
        ("", ["keys: there is no key; `underwriter keys create FILE` makes a file with one"]),
        ("# nothing\n", ["keys: there is no key; `underwriter keys create FILE` makes a file with one"]),
        ("a", ["keys:1: a line is a key id, a blank and the key in base64"]),
        (f"{A.line()} more", ["keys:1: a line is a key id, a blank and the key in base64"]),
        (f"a/b {b64encode(KEY).decode()}", ["keys:1: the key id has up to 64 letters, digits, '.', '_' and '-'"]),
        (
            f"{'a' * 65} {b64encode(KEY).decode()}",
            ["keys:1: the key id has up to 64 letters, digits, '.', '_' and '-'"],
        ),
        ("a secret!", ["keys:1: the key is not in base64"]),
        ("a schlüssel", ["keys:1: the key is not in base64"]),
        (f"a {b64encode(KEY[1:]).decode()}", ["keys:1: the key has 31 bytes; it must have 32"]),
        (
            f"{A.line()}\n# fine\nb\n{A.line()}\nc secret!",
            [
                "keys:3: a line is a key id, a blank and the key in base64",
                "keys:4: the key id a stands on an earlier line already",
                "keys:5: the key is not in base64",
            ],
        ),
    ],
)
def test_every_fault_is_told_with_its_line_and_without_the_key(text: str, faults: list[str]) -> None:
    with pytest.raises(MasterKeyInvalid) as caught:
        parse_master_keys(text, "keys")
    assert list(caught.value.faults) == faults
    assert str(caught.value) == "\n".join(faults)
    assert "secret" not in str(caught.value)
    assert b64encode(KEY).decode()[:8] not in str(caught.value)


def test_a_file_that_cannot_be_read_is_told_by_its_name(tmp_path: Path) -> None:
    with pytest.raises(MasterKeyInvalid, match=r"nowhere: can't be read: No such file"):
        read_master_keys(tmp_path / "nowhere")
    binary = tmp_path / "binary"
    binary.write_bytes(b"\xff\xfe")
    with pytest.raises(MasterKeyInvalid, match="binary: is not text in UTF-8"):
        read_master_keys(binary)


def test_new_keys_are_never_the_same() -> None:
    keys = [MasterKeys.generate().current for _ in range(100)]
    assert len({key.key for key in keys}) == len({key.key_id for key in keys}) == 100
    assert {len(key.key) for key in keys} == {32}


def test_no_representation_shows_a_key() -> None:
    shown = repr(MasterKeys(A, (B,)))
    assert "'a'" in shown
    assert "aaa" not in shown


@given(st.binary(max_size=64), st.binary(max_size=40))
def test_what_is_wrapped_unwraps_by_the_current_key_and_later_as_an_older_one(key: bytes, purpose: bytes) -> None:
    wrapped = MasterKeys(A).wrap(key, purpose)
    assert wrapped.master_key_id == "a"
    assert key not in wrapped.wrapped or len(key) < 4
    for keys in (MasterKeys(A), MasterKeys(B, (A,))):
        assert keys.unwrap(wrapped, purpose) == key


def test_a_master_key_that_is_missing_is_named_with_what_to_do() -> None:
    wrapped = MasterKeys(A).wrap(KEY, b"purpose")
    with pytest.raises(
        MasterKeyMissing, match=r"master key a, .*add the line of a again .*UNDERWRITER_MASTER_KEY"
    ) as caught:
        MasterKeys(B).unwrap(wrapped, b"purpose")
    assert caught.value.key_id == "a"


@pytest.mark.parametrize("length", [0, 11, 12, 27])
def test_a_wrapped_key_cut_short_is_found(length: int) -> None:
    wrapped = MasterKeys(A).wrap(KEY, b"purpose")
    with pytest.raises(KeyDamaged):
        MasterKeys(A).unwrap(WrappedKey("a", wrapped.wrapped[:length]), b"purpose")


@given(st.data())
def test_an_altered_wrapped_key_is_found(data: st.DataObject) -> None:
    wrapped = bytearray(MasterKeys(A).wrap(KEY, b"purpose").wrapped)
    wrapped[data.draw(st.integers(0, len(wrapped) - 1))] ^= data.draw(st.integers(1, 255))
    with pytest.raises(KeyDamaged, match="master key a"):
        MasterKeys(A).unwrap(WrappedKey("a", bytes(wrapped)), b"purpose")


def test_a_key_wrapped_for_another_purpose_is_refused() -> None:
    wrapped = MasterKeys(A).wrap(KEY, b"subject-1")
    with pytest.raises(KeyDamaged):
        MasterKeys(A).unwrap(wrapped, b"subject-2")


def test_another_key_of_the_same_name_is_refused() -> None:
    wrapped = MasterKeys(A).wrap(KEY, b"purpose")
    with pytest.raises(KeyDamaged):
        MasterKeys(MasterKey("a", B.key)).unwrap(wrapped, b"purpose")
