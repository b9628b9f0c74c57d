"""Signed notes and checkpoints: published notes, golden files, and every alteration refused."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from underwriter.ledger.checkpoints import Checkpoint, Note, NoteInvalid, SigningKey, VerifierKey, open_checkpoint

from .published_notes import (
    GO_NOTE,
    GO_SECOND_LINE,
    GO_SECOND_VERIFIER_KEY,
    GO_SIGNING_KEY,
    GO_TEXT,
    GO_VERIFIER_KEY,
    SPEC_NOTE,
    SPEC_VERIFIER_KEY,
)

GOLDEN = Path(__file__).with_name("golden")
KEY = SigningKey("bank.example/underwriter/decisions", bytes(range(32)))
CHECKPOINT = Checkpoint(KEY.name, 20_852_163, bytes(range(100, 132)))
SIGNED = str(KEY.signed(str(CHECKPOINT)))
ROOT = "ZGVmZ2hpamtsbW5vcHFyc3R1dnd4eXp7fH1+f4CBgoM="


def test_signing_gives_the_published_note_of_the_go_package() -> None:
    assert str(SigningKey.parse(GO_SIGNING_KEY).signed(GO_TEXT)) == GO_NOTE


@pytest.mark.parametrize(
    ("content", "verifier_key"),
    [
        (GO_NOTE, GO_VERIFIER_KEY),
        (GO_NOTE + GO_SECOND_LINE, GO_VERIFIER_KEY),
        (GO_NOTE + GO_SECOND_LINE, GO_SECOND_VERIFIER_KEY),
        (SPEC_NOTE, SPEC_VERIFIER_KEY),
    ],
)
def test_published_notes_verify_whoever_else_signed_them(content: str, verifier_key: str) -> None:
    note = Note.parse(content)
    assert str(note) == content
    note.check(VerifierKey.parse(verifier_key))


@pytest.mark.parametrize("size", [0, 1, 20_852_163])
def test_checkpoints_are_written_as_they_always_were(size: int) -> None:
    checkpoint = Checkpoint(KEY.name, size, bytes(range(100, 132)))
    content = str(KEY.signed(str(checkpoint)))
    assert content == (GOLDEN / f"checkpoint_{size}.txt").read_text(encoding="utf-8")
    assert open_checkpoint(content, KEY.verifier_key()) == checkpoint


def test_a_note_with_any_bit_flipped_is_refused() -> None:
    content = SIGNED.encode()
    for place in range(8 * len(content)):
        flipped = bytearray(content)
        flipped[place // 8] ^= 1 << place % 8
        with pytest.raises((NoteInvalid, UnicodeDecodeError)):
            open_checkpoint(flipped.decode(), KEY.verifier_key())


def test_a_note_cut_anywhere_is_refused() -> None:
    for length in range(len(SIGNED)):
        with pytest.raises(NoteInvalid):
            open_checkpoint(SIGNED[:length], KEY.verifier_key())


def test_a_wrong_signature_spoils_a_note_even_beside_a_right_one() -> None:
    forged = str(KEY.signature("another text\n"))
    with pytest.raises(NoteInvalid, match="the note was changed"):
        open_checkpoint(f"{SIGNED}{forged}\n", KEY.verifier_key())


@pytest.mark.parametrize(
    "line",
    [
        GO_SECOND_LINE,
        f"— {KEY.name} AAAAAAE=\n",
        "— bank.example/other AAAAAAE=\n",
        "— Wörter/日本 AAAAAAAAAAAAAAAAAAAA\n",
    ],
)
def test_signatures_of_keys_that_nobody_knows_do_not_matter(line: str) -> None:
    assert open_checkpoint(SIGNED + line, KEY.verifier_key()) == CHECKPOINT
    text, signatures = SIGNED.split("\n\n")
    assert open_checkpoint(f"{text}\n\n{line}{signatures}", KEY.verifier_key()) == CHECKPOINT


def test_a_note_takes_16_signatures_and_more_but_not_endlessly() -> None:
    assert open_checkpoint(SIGNED + GO_SECOND_LINE * 99, KEY.verifier_key()) == CHECKPOINT
    with pytest.raises(NoteInvalid, match="more than 100 signatures"):
        open_checkpoint(SIGNED + GO_SECOND_LINE * 100, KEY.verifier_key())
    with pytest.raises(NoteInvalid, match="too long"):
        Note.parse("a" * 1_000_000 + SIGNED)


@pytest.mark.parametrize(
    "content",
    [
        "",
        "\n\n",
        GO_TEXT,
        GO_TEXT + GO_NOTE.split("\n\n")[1],
        GO_NOTE.removesuffix("\n"),
        GO_NOTE + "\n",
        GO_NOTE.replace("— ", "- "),
        GO_NOTE.replace("— ", "—"),
        GO_NOTE.replace("— PeterNeumann", "— Peter+Neumann"),
        GO_NOTE.replace("— PeterNeumann", "— "),
        GO_NOTE.replace("— PeterNeumann", "— Peter\u00a0Neumann"),
        GO_NOTE.replace("nAM=", "nAM"),
        GO_NOTE.replace("nAM=", "nAN="),
        GO_NOTE.replace("nAM=", "nAM= "),
        GO_NOTE.replace("cryptography", "crypto\tgraphy"),
        GO_NOTE.replace("cryptography", "crypto\rgraphy"),
        GO_NOTE.replace("cryptography", "crypto\x00graphy"),
        GO_NOTE.replace("cryptography", "crypto\ud800graphy"),
        GO_TEXT + "\n— PeterNeumann \n",
        GO_TEXT + "\n— PeterNeumann x08goA==\n",
    ],
)
def test_texts_that_are_no_signed_notes(content: str) -> None:
    with pytest.raises(NoteInvalid):
        Note.parse(content)


@pytest.mark.parametrize(
    "text",
    [
        "",
        f"{KEY.name}\n7\n",
        f"{KEY.name}\n7\n{ROOT}",
        f"{KEY.name}\n7\n{ROOT}\nextension\n",
        f"{KEY.name}\n07\n{ROOT}\n",
        f"{KEY.name}\n+7\n{ROOT}\n",
        f"{KEY.name}\n-7\n{ROOT}\n",
        f"{KEY.name}\n7 \n{ROOT}\n",
        f"{KEY.name}\n7.0\n{ROOT}\n",
        f"{KEY.name}\n٧\n{ROOT}\n",
        f"{KEY.name}\n\n{ROOT}\n",
        f"{KEY.name}\n{10**18}\n{ROOT}\n",
        f"{KEY.name}\n7\n{ROOT[:-1]}\n",
        f"{KEY.name}\n7\n{ROOT[:-2]}N=\n",
        f"{KEY.name}\n7\n{ROOT} \n",
        f"{KEY.name}\n7\nAAAA\n",
        f"\n7\n{ROOT}\n",
    ],
)
def test_signed_texts_that_are_no_checkpoints(text: str) -> None:
    with pytest.raises(NoteInvalid, match="no checkpoint"):
        Checkpoint.parse(text)
    with pytest.raises(NoteInvalid):
        open_checkpoint(str(KEY.signed(text)), KEY.verifier_key())


def test_a_key_signs_for_the_log_of_its_name_only() -> None:
    other = Checkpoint("bank.example/other", 7, bytes(32))
    with pytest.raises(NoteInvalid, match=r"of the log bank.example/other, but the key is that of"):
        open_checkpoint(str(KEY.signed(str(other))), KEY.verifier_key())


@pytest.mark.parametrize("other", [SigningKey(KEY.name, bytes(32)), SigningKey("bank.example/x", KEY.seed)])
def test_a_note_signed_by_another_key_or_name_is_refused(other: SigningKey) -> None:
    with pytest.raises(NoteInvalid, match="is not signed by"):
        open_checkpoint(str(other.signed(str(CHECKPOINT))), KEY.verifier_key())


@given(
    st.text(st.characters(exclude_categories=["Cc", "Cs", "Z"], exclude_characters="+"), min_size=1),
    st.integers(0, 10**18 - 1),
    st.binary(min_size=32, max_size=32),
    st.binary(min_size=32, max_size=32),
)
def test_whatever_is_signed_is_opened(name: str, size: int, root_hash: bytes, seed: bytes) -> None:
    key, checkpoint = SigningKey(name, seed), Checkpoint(name, size, root_hash)
    assert SigningKey.parse(key.line()) == key
    assert open_checkpoint(str(key.signed(str(checkpoint))), VerifierKey.parse(str(key.verifier_key()))) == checkpoint


@given(st.text("— \nab+AA=="), st.text("— \nab+AA==", max_size=4))
def test_any_text_is_a_note_as_written_or_is_refused(text: str, name: str) -> None:
    content = f"{text}\n\n— {name} AAAAAAE=\n"
    try:
        note = Note.parse(content)
    except NoteInvalid:
        return
    assert str(note) == content
