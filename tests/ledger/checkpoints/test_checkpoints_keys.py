"""Signing and verifier keys: the published key of the Go package, every way to garble it, and the key's file."""

import itertools
import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from underwriter.ledger.checkpoints import (
    KeyInvalid,
    SigningKey,
    VerifierKey,
    default_origin,
    make_signing_key,
    read_signing_key,
)

from .published_notes import GO_SECOND_VERIFIER_KEY, GO_SIGNING_KEY, GO_VERIFIER_KEY, SPEC_VERIFIER_KEY

SECRET = GO_SIGNING_KEY.rpartition("+")[2]


@pytest.mark.parametrize("text", [GO_VERIFIER_KEY, GO_SECOND_VERIFIER_KEY, SPEC_VERIFIER_KEY])
def test_published_verifier_keys_are_read_and_written(text: str) -> None:
    assert str(VerifierKey.parse(text)) == text


def test_the_published_signing_key_has_the_published_verifier_key() -> None:
    key = SigningKey.parse(GO_SIGNING_KEY)
    assert key.line() == GO_SIGNING_KEY
    assert str(key.verifier_key()) == GO_VERIFIER_KEY


def test_no_part_of_a_verifier_key_alone_is_one() -> None:
    length = len(GO_VERIFIER_KEY)
    for start in range(length):
        for end in range(start + 1, length + 1):
            if end - start < length:
                with pytest.raises(KeyInvalid):
                    VerifierKey.parse(GO_VERIFIER_KEY[start:end])


def with_one_bit_flipped(text: str) -> Iterator[str]:
    for place, bit in itertools.product(range(len(text)), range(7)):
        yield text[:place] + chr(ord(text[place]) ^ 1 << bit) + text[place + 1 :]


def test_a_verifier_key_with_a_flipped_bit_is_refused() -> None:
    for text in with_one_bit_flipped(GO_VERIFIER_KEY):
        with pytest.raises(KeyInvalid):
            VerifierKey.parse(text)


def test_a_signing_key_with_a_flipped_bit_is_refused_without_a_word_of_it() -> None:
    for text in with_one_bit_flipped(GO_SIGNING_KEY):
        with pytest.raises(KeyInvalid) as refused:
            SigningKey.parse(text)
        assert not any(SECRET[start : start + 6] in str(refused.value) for start in range(len(SECRET) - 6))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "PeterNeumann",
        "PeterNeumann+c74f20a3",
        "PeterNeumann+c74f20a3+",
        GO_VERIFIER_KEY + "=",
        # From Go's tests: a key of the wrong length and one of an unknown type, each with the hash that fits it.
        "PeterNeumann+cc469956+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TWBADKEY==",
        "PeterNeumann+173116ae+ZRpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
    ],
)
def test_texts_that_are_no_verifier_keys(text: str) -> None:
    with pytest.raises(KeyInvalid, match="a verifier key has the form"):
        VerifierKey.parse(text)


def test_keys_of_another_length_are_refused_though_their_hash_fits() -> None:
    for length in (31, 33):
        with pytest.raises(KeyInvalid, match="a verifier key has the form"):
            VerifierKey.parse(str(VerifierKey("example.com/log", bytes(length))))


def test_a_hash_is_written_in_small_letters() -> None:
    with pytest.raises(KeyInvalid, match="hash does not belong"):
        VerifierKey.parse(GO_VERIFIER_KEY.replace("c74f20a3", "C74F20A3"))


def test_a_verifier_key_in_place_of_a_signing_key_is_told() -> None:
    with pytest.raises(KeyInvalid, match="a signing key has the form"):
        SigningKey.parse(GO_VERIFIER_KEY)


@pytest.mark.parametrize("name", ["", "a b", "a+b", "a\u2003b", "a\nb", "a\x00b"])
def test_names_that_no_key_may_have(name: str) -> None:
    with pytest.raises(KeyInvalid, match="name"):
        SigningKey.generate(name)


def test_a_signing_key_does_not_show_itself() -> None:
    key = SigningKey.parse(GO_SIGNING_KEY)
    assert SECRET not in repr(key)
    assert str(key.seed) not in repr(key)


def test_a_key_file_is_made_for_its_owner_alone_and_read_back(tmp_path: Path) -> None:
    file = tmp_path / "keys" / "signing.key"
    before = os.umask(0)
    try:
        made = make_signing_key(file, "example.com/log")
    finally:
        os.umask(before)
    assert read_signing_key(file) == made
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700
    assert [entry.name for entry in file.parent.iterdir()] == ["signing.key"]


def test_a_key_file_is_never_overwritten(tmp_path: Path) -> None:
    file = tmp_path / "signing.key"
    file.write_text("something else")
    with pytest.raises(FileExistsError):
        make_signing_key(file, "example.com/log")
    assert file.read_text() == "something else"
    assert list(tmp_path.iterdir()) == [file]


@pytest.mark.parametrize("content", [b"", b"PRIVATE+KEY+\n", b"\xff\xfe", (GO_SIGNING_KEY + "\n\n").encode()])
def test_a_file_that_holds_no_key_is_named(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "signing.key"
    file.write_bytes(content)
    with pytest.raises(KeyInvalid, match=r"signing.key: a signing key has the form"):
        read_signing_key(file)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(KeyInvalid, match=r"signing.key: can't be read: No such file"):
        read_signing_key(tmp_path / "signing.key")


def test_a_file_that_can_not_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    with pytest.raises(KeyInvalid, match=r"signing.key: can't be written: Not a directory"):
        make_signing_key(tmp_path / "file" / "below" / "signing.key", "example.com/log")


def test_every_log_without_a_name_gets_one_of_its_own() -> None:
    names = {default_origin("decisions") for _ in range(100)}
    assert len(names) == 100
    assert all(name.startswith("underwriter/decisions/") and SigningKey.generate(name) for name in names)
