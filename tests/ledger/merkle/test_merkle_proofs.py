"""Proofs: the published vectors of Certificate Transparency, the RFC's definitions as oracle, and every alteration."""

import itertools
import json
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from underwriter.ledger.merkle import (
    EMPTY_ROOT,
    Frontier,
    consistency_path,
    inclusion_path,
    verify_consistency,
    verify_inclusion,
)

from .rfc_tree import mth, path, proof

REFERENCE = json.loads(Path(__file__).with_name("reference_tree.json").read_text())
REFERENCE_LEAVES = [sha256(b"\x00" + bytes.fromhex(leaf)).digest() for leaf in REFERENCE["leaves"]]
REFERENCE_ROOTS = [bytes.fromhex(root) for root in REFERENCE["roots"]]

LEAVES = [sha256(bytes([number])).digest() for number in range(140)]
SIZES = st.integers(1, len(LEAVES))


def subtree_of(leaves: list[bytes]) -> Callable[[int, int], bytes]:
    return lambda start, end: mth(leaves[start:end])


@pytest.mark.parametrize("size", range(9))
def test_published_roots(size: int) -> None:
    assert Frontier.empty().appended(REFERENCE_LEAVES[:size])[0].root() == REFERENCE_ROOTS[size]


@pytest.mark.parametrize("vector", REFERENCE["inclusion"], ids=lambda vector: f"{vector['index']}-of-{vector['size']}")
def test_published_inclusion_paths(vector: dict[str, object]) -> None:
    index, size = int(str(vector["index"])), int(str(vector["size"]))
    hashes = inclusion_path(index, size, subtree_of(REFERENCE_LEAVES))
    assert [node.hex() for node in hashes] == vector["path"]
    assert verify_inclusion(REFERENCE_LEAVES[index], index, size, hashes, REFERENCE_ROOTS[size])


@pytest.mark.parametrize("vector", REFERENCE["consistency"], ids=lambda v: f"{v['first']}-in-{v['second']}")
def test_published_consistency_paths(vector: dict[str, object]) -> None:
    first, second = int(str(vector["first"])), int(str(vector["second"]))
    hashes = consistency_path(first, second, subtree_of(REFERENCE_LEAVES))
    assert [node.hex() for node in hashes] == vector["path"]
    assert verify_consistency(first, REFERENCE_ROOTS[first], second, REFERENCE_ROOTS[second], hashes)


@given(st.data())
def test_inclusion_paths_are_those_of_the_rfc_and_verify(data: st.DataObject) -> None:
    size = data.draw(SIZES)
    index = data.draw(st.integers(0, size - 1))
    hashes = inclusion_path(index, size, subtree_of(LEAVES))
    assert hashes == path(index, LEAVES[:size])
    assert verify_inclusion(LEAVES[index], index, size, hashes, mth(LEAVES[:size]))


@given(st.data())
def test_consistency_paths_are_those_of_the_rfc_and_verify(data: st.DataObject) -> None:
    second = data.draw(SIZES)
    first = data.draw(st.integers(1, second))
    hashes = consistency_path(first, second, subtree_of(LEAVES))
    assert hashes == proof(first, LEAVES[:second])
    assert verify_consistency(first, mth(LEAVES[:first]), second, mth(LEAVES[:second]), hashes)


def altered(values: list[bytes], data: st.DataObject) -> list[bytes]:
    """The values with one bit flipped, one left out, one doubled, two swapped, or one more."""
    where = data.draw(st.integers(0, len(values) - 1))
    match data.draw(st.sampled_from(["bit", "left out", "doubled", "swapped", "more", "cut", "moved"])):
        case "bit":
            bit = data.draw(st.integers(0, 8 * len(values[where]) - 1))
            flipped = bytearray(values[where])
            flipped[bit // 8] ^= 1 << bit % 8
            return [*values[:where], bytes(flipped), *values[where + 1 :]]
        case "left out":
            return values[:where] + values[where + 1 :]
        case "doubled":
            return [*values[: where + 1], *values[where:]]
        case "swapped":
            return [*values[:where], *values[where:][::-1]]
        case "more":
            return [*values, data.draw(st.binary(min_size=32, max_size=32))]
        case "cut":
            return [*values[:where], values[where][:-1], *values[where + 1 :]]
        case _:
            # The same bytes, parted elsewhere: a verifier that only concatenates would not see it.
            joined = values[where] + values[(where + 1) % len(values)]
            return [*values[:where], joined[:31], joined[31:], *values[where + 2 :]]


@given(st.data())
def test_an_altered_inclusion_proof_is_refused(data: st.DataObject) -> None:
    size = data.draw(SIZES)
    index = data.draw(st.integers(0, size - 1))
    proven = [LEAVES[index], *path(index, LEAVES[:size]), mth(LEAVES[:size])]
    forged = altered(proven, data)
    is_accepted = len(forged) > 1 and verify_inclusion(forged[0], index, size, forged[1:-1], forged[-1])
    assert is_accepted == (forged == proven)


@given(st.data())
def test_an_altered_consistency_proof_is_refused(data: st.DataObject) -> None:
    second = data.draw(SIZES)
    first = data.draw(st.integers(1, second))
    proven = [mth(LEAVES[:first]), *proof(first, LEAVES[:second]), mth(LEAVES[:second])]
    forged = altered(proven, data)
    is_accepted = len(forged) > 1 and verify_consistency(first, forged[0], second, forged[-1], forged[1:-1])
    assert is_accepted == (forged == proven)


@given(st.data())
def test_a_leaf_is_not_proven_at_another_index(data: st.DataObject) -> None:
    size = data.draw(st.integers(2, len(LEAVES)))
    index, other = data.draw(st.lists(st.integers(-1, size), min_size=2, max_size=2, unique=True))
    if 0 <= index < size:
        hashes = path(index, LEAVES[:size])
        assert not verify_inclusion(LEAVES[index], other, size, hashes, mth(LEAVES[:size]))


@given(st.data())
def test_a_log_that_changed_a_record_has_no_consistency_proof(data: st.DataObject) -> None:
    second = data.draw(SIZES)
    first = data.draw(st.integers(1, second))
    changed = data.draw(st.integers(0, first - 1))
    forged = [*LEAVES[:changed], bytes(32), *LEAVES[changed + 1 : second]]
    hashes = proof(first, forged)
    assert not verify_consistency(first, mth(LEAVES[:first]), second, mth(forged), hashes)


@pytest.mark.parametrize("size", [2, 3, 7, 8, 100])
def test_a_path_to_a_smaller_tree_s_root_proves_nothing_of_a_larger(size: int) -> None:
    for smaller in range(1, size):
        root = mth(LEAVES[:smaller])
        lengths_differ = (size - 1).bit_length() != (smaller - 1).bit_length()
        assert verify_inclusion(LEAVES[0], 0, size, path(0, LEAVES[:smaller]), root) != lengths_differ
        assert not lengths_differ or not verify_consistency(1, LEAVES[0], size, root, proof(1, LEAVES[:smaller]))


@pytest.mark.parametrize("size", [1, 2, 3, 7, 8, 100])
def test_a_path_beyond_the_root_proves_nothing(size: int) -> None:
    more, root = bytes(32), mth(LEAVES[:size])
    for index in range(size):
        above = sha256(b"\x01" + root + more).digest(), sha256(b"\x01" + more + root).digest()
        hashes = [*path(index, LEAVES[:size]), more]
        assert not any(verify_inclusion(LEAVES[index], index, size, hashes, node) for node in above)


def test_an_empty_path_proves_no_growth() -> None:
    for first, second in itertools.combinations(range(1, 20), 2):
        root = mth(LEAVES[:first])
        assert not verify_consistency(first, root, second, root, [])


@pytest.mark.parametrize(("index", "size"), [(0, 0), (1, 1), (-1, 3), (3, 3), (7, 3)])
def test_no_inclusion_path_outside_of_the_tree(index: int, size: int) -> None:
    with pytest.raises(ValueError, match=f"no leaf {index} in a tree of {size}"):
        inclusion_path(index, size, subtree_of(LEAVES))
    assert not verify_inclusion(LEAVES[0], index, size, [], LEAVES[0])


@pytest.mark.parametrize(("first", "second"), [(0, 0), (0, 3), (4, 3), (-1, 3)])
def test_no_consistency_path_from_an_empty_or_larger_tree(first: int, second: int) -> None:
    with pytest.raises(ValueError, match=f"no tree of {second} leaves grew from one of {first}"):
        consistency_path(first, second, subtree_of(LEAVES))
    assert not verify_consistency(first, EMPTY_ROOT, second, mth(LEAVES[:second]), [])
