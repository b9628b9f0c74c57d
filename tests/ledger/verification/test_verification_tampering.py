"""Whatever is altered in the database, a verification finds it and names the first bad entry."""

from collections.abc import Callable
from typing import Any

import pytest

from underwriter.ledger.checkpoints import SigningKey
from underwriter.ledger.verification import FindingKind, read_checkpoint
from underwriter.storage.schema import entries

from .altered_logs import SIGNED_SIZES, SIZE, AlteredLog, entry_id_of

Alter = Callable[[AlteredLog], None]

METADATA: dict[str, Any] = {
    "kind": 2,
    "entry_id": "00000000-0000-0000-0000-0000000fffff",
    "request_id": "other",
    "request_digest": b"\x01" * 32,
    "subject": b"\x02" * 16,
    "product": "OTHER",
    "outcome": 2,
    "policy_version": "b" * 64,
    "time_us": 1_790_000_000_000_001,
    "facts": b"other",
    "payload": b"\x03" * 90,
}


def test_a_log_as_it_was_written_is_sound(log: AlteredLog) -> None:
    findings, result = log.verify()
    assert (findings, result.is_sound, result.size) == ([], True, SIZE)
    assert result.checkpoints == len(SIGNED_SIZES)


def test_every_column_of_an_entry_has_a_case() -> None:
    assert METADATA.keys() | {"log", "log_index", "leaf_hash"} == set(entries.c.keys())


# One in a whole block of 256, whose hash is stored; one behind, which only the head and a checkpoint cover; one that
# no checkpoint covers yet.
@pytest.mark.parametrize("index", [0, 123, 255, 277, 299])
@pytest.mark.parametrize("column", METADATA)
def test_an_altered_content_is_named_exactly(log: AlteredLog, column: str, index: int) -> None:
    log.set(index, **{column: METADATA[column]})
    findings, result = log.verify()
    first = findings[0]
    assert result.first == first
    assert (first.kind, first.place) == (FindingKind.CONTENT, f"decisions[{index}]")
    assert first.entry_id == (METADATA["entry_id"] if column == "entry_id" else entry_id_of(index))
    assert {finding.kind for finding in findings[1:]} <= {FindingKind.SUBJECT}


@pytest.mark.parametrize("index", [0, 123, 277, 299])
def test_an_altered_leaf_hash_is_told_from_an_altered_content(log: AlteredLog, index: int) -> None:
    log.set(index, leaf_hash=b"\x05" * 32)
    findings, result = log.verify()
    assert result.first is not None
    assert (result.first.kind, result.first.place) == (FindingKind.LEAF_HASH, f"decisions[{index}]")
    assert "the content is as it was recorded" in result.first.meaning
    assert all(finding.follows_from == index for finding in findings[1:])


def _copy_under_a_new_index(log: AlteredLog) -> None:
    log.take_constraints_away()
    log.insert(**(log.row(7) | {"log_index": SIZE}))


def _insert_in_the_middle(log: AlteredLog) -> None:
    log.take_constraints_away()
    log.shift(100, 1)
    log.insert(**(log.row(99) | {"log_index": 100, "entry_id": "00000000-0000-0000-0000-0000000fffff"}))
    log.rehash(100)


def _delete_and_close_the_gap(log: AlteredLog) -> None:
    log.take_constraints_away()
    log.delete(120)
    log.shift(121, -1)


def _rewrite_from(index: int) -> Alter:
    def rewrite(log: AlteredLog) -> None:
        log.set(index, outcome=2)
        log.rehash(index)
        log.rebuild_tree()

    return rewrite


def _cut(size: int, *, is_consistent: bool, has_checkpoints: bool = True) -> Alter:
    def cut(log: AlteredLog) -> None:
        log.do("DELETE FROM entries WHERE log_index >= :size", size=size)
        if is_consistent:
            log.rebuild_tree()
        if not has_checkpoints:
            log.do("DELETE FROM checkpoints WHERE size > :size", size=size)

    return cut


def _do(statement: str, **values: Any) -> Alter:
    return lambda log: log.do(statement, **values)


def _all(*steps: Alter) -> Alter:
    def alter(log: AlteredLog) -> None:
        for step in steps:
            step(log)

    return alter


CASES: dict[str, tuple[Alter, FindingKind, str]] = {
    "two swapped, their hashes left": (
        lambda log: [log.take_constraints_away(), log.swap(5, 9)][1]
        or log.set(5, leaf_hash=log.row(9)["leaf_hash"]),
        FindingKind.LEAF_HASH,
        "decisions[5]",
    ),
    "two swapped with their hashes": (lambda log: log.swap(210, 215), FindingKind.ORDER, "decisions[200..255]"),
    "two swapped behind the last whole block": (
        lambda log: log.swap(272, 280),
        FindingKind.ORDER,
        "decisions[270..289]",
    ),
    "two swapped that no checkpoint covers": (lambda log: log.swap(297, 299), FindingKind.ORDER, "decisions[296..299]"),
    "one deleted": (lambda log: log.delete(123), FindingKind.MISSING, "decisions[123]"),
    "one deleted behind the last whole block": (lambda log: log.delete(277), FindingKind.MISSING, "decisions[277]"),
    "one deleted and the gap closed": (_delete_and_close_the_gap, FindingKind.ORDER, "decisions[40..199]"),
    "one copied under a new index": (_copy_under_a_new_index, FindingKind.BEYOND, "decisions[300]"),
    "one inserted": (_insert_in_the_middle, FindingKind.ORDER, "decisions[40..199]"),
    "one moved to another log": (
        _do("UPDATE entries SET log = 'other' WHERE log_index = 123"),
        FindingKind.MISSING,
        "decisions[123]",
    ),
    "content and leaf hash altered": (
        lambda log: [log.set(230, outcome=2), log.rehash(230)][0],
        FindingKind.ORDER,
        "decisions[200..255]",
    ),
    "tail cut": (_cut(280, is_consistent=False), FindingKind.CUT, "decisions[280]"),
    "tail cut within a block": (_cut(100, is_consistent=False), FindingKind.CUT, "decisions[100]"),
    "tail cut and the tree made to fit": (_cut(280, is_consistent=True), FindingKind.CUT, "decisions[280]"),
    "everything rewritten from one entry on": (_rewrite_from(150), FindingKind.ORDER, "decisions[40..199]"),
    "the tail rewritten": (_rewrite_from(285), FindingKind.ORDER, "decisions[270..289]"),
    "a stored hash altered": (
        lambda log: log.do("UPDATE tree_nodes SET hash = :hash", hash=b"\x06" * 32),
        FindingKind.TREE_NODE,
        "decisions[0..255]",
    ),
    "a stored hash deleted": (_do("DELETE FROM tree_nodes"), FindingKind.TREE_NODE, "decisions[0..255]"),
    "a stored hash moved": (
        _do("UPDATE tree_nodes SET node_index = 5"),
        FindingKind.TREE_NODE,
        "decisions[0..255]",
    ),
    "a stored hash of a level that is none": (
        _do("INSERT INTO tree_nodes VALUES ('decisions', 3, 0, :hash)", hash=b"\x06" * 32),
        FindingKind.TREE_NODE,
        "decisions",
    ),
    "the head's hashes altered": (
        lambda log: log.do("UPDATE tree_heads SET peaks = :peaks", peaks=b"\x06" * 32 * 4),
        FindingKind.TREE_HEAD,
        "decisions",
    ),
    "the head's size altered": (_do("UPDATE tree_heads SET size = 44"), FindingKind.TREE_HEAD, "decisions"),
    "the head deleted": (_do("DELETE FROM tree_heads"), FindingKind.TREE_HEAD, "decisions"),
    "a checkpoint's note altered": (
        _do("UPDATE checkpoints SET note = replace(note, '200', '201') WHERE size = 200"),
        FindingKind.CHECKPOINT,
        "decisions",
    ),
    "a checkpoint's row altered": (
        lambda log: log.do("UPDATE checkpoints SET root_hash = :root WHERE size = 200", root=b"\x06" * 32),
        FindingKind.CHECKPOINT,
        "decisions",
    ),
    "a payload taken out": (lambda log: log.set(123, payload=None), FindingKind.PAYLOAD, "decisions[123]"),
    "a subject's key deleted": (
        _do("DELETE FROM subjects WHERE subject = (SELECT subject FROM entries WHERE log_index = 8)"),
        FindingKind.SUBJECT,
        "decisions[8]",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_what_was_altered_is_found_and_the_first_bad_entry_named(log: AlteredLog, case: str) -> None:
    alter, kind, place = CASES[case]
    alter(log)
    findings, result = log.verify()
    assert result.first is not None
    assert (result.first.kind, result.first.place) == (kind, place), findings
    assert result.kinds.total() == len(findings)


def test_a_tail_cut_with_its_checkpoints_is_found_by_one_that_was_kept_elsewhere(log: AlteredLog) -> None:
    with log.database.reading() as connection:
        note = connection.exec_driver_sql("SELECT note FROM checkpoints WHERE size = 290").scalar_one()
    _cut(280, is_consistent=True, has_checkpoints=False)(log)
    assert log.verify()[1].is_sound
    _, result = log.verify(checkpoints=[read_checkpoint(note, log.verifier_key)])
    assert result.first is not None
    assert (result.first.kind, result.first.place) == (FindingKind.CUT, "decisions[280]")


def test_a_rewritten_log_is_found_by_a_checkpoint_that_was_kept_elsewhere(log: AlteredLog) -> None:
    with log.database.reading() as connection:
        note = connection.exec_driver_sql("SELECT note FROM checkpoints WHERE size = 200").scalar_one()
    _rewrite_from(150)(log)
    log.do("DELETE FROM checkpoints")
    assert log.verify()[1].is_sound
    _, result = log.verify(checkpoints=[read_checkpoint(note, log.verifier_key)])
    assert result.first is not None
    assert (result.first.kind, result.first.place) == (FindingKind.ORDER, "decisions[0..199]")


def test_a_checkpoint_that_another_key_signed_is_refused(log: AlteredLog, signing_key: SigningKey) -> None:
    stranger = SigningKey(signing_key.name, bytes(32))
    findings, _ = log.verify(verifier_key=stranger.verifier_key())
    assert [finding.kind for finding in findings] == [FindingKind.CHECKPOINT] * len(SIGNED_SIZES)


def test_an_erased_subject_is_no_finding(log: AlteredLog) -> None:
    """The record of the erasure is what explains that the key is gone."""
    log.do("DELETE FROM subjects WHERE subject = (SELECT subject FROM entries WHERE log_index = 8)")
    log.set(8, kind=6)
    log.rehash(8)
    log.rebuild_tree()
    log.do("DELETE FROM checkpoints")
    assert log.verify()[0] == []
