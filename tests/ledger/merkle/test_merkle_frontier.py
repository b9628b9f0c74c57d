"""The frontier: the root over any number of leaves, appended in any batches, and the nodes handed out to be stored."""

from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from underwriter.ledger.merkle import Frontier, Node, TreeDamaged

from .rfc_tree import mth

LEAVES = [sha256(number.to_bytes(4, "big")).digest() for number in range(1100)]


def frontier_of(size: int) -> Frontier:
    return Frontier.empty().appended(LEAVES[:size])[0]


@pytest.mark.parametrize("size", [*range(70), 255, 256, 257, 1023, 1024, 1025])
def test_root_is_the_merkle_tree_hash_of_the_rfc(size: int) -> None:
    assert frontier_of(size).root() == mth(LEAVES[:size])


@given(st.lists(st.integers(0, 40), max_size=12))
def test_leaves_may_come_in_any_batches(batches: list[int]) -> None:
    frontier, size = Frontier.empty(), 0
    for batch in batches:
        frontier, _ = frontier.appended(LEAVES[size : size + batch])
        size += batch
        assert frontier.size == size
    assert frontier == frontier_of(size)


@given(st.integers(0, 600), st.integers(0, 500))
def test_completed_nodes_are_those_of_256_leaves_that_the_batch_completes(before: int, added: int) -> None:
    _, nodes = frontier_of(before).appended(LEAVES[before : before + added])
    completed = range(before // 256, (before + added) // 256)
    assert nodes == [Node(8, index, mth(LEAVES[index * 256 : index * 256 + 256])) for index in completed]


def test_every_65536_leaves_complete_a_node_of_level_16_right_after_that_of_level_8() -> None:
    leaf = sha256(b"leaf").digest()
    frontier, nodes = Frontier.empty().appended([leaf] * 65_536)
    assert [(node.level, node.index) for node in nodes] == [*((8, index) for index in range(256)), (16, 0)]
    assert nodes[-1].hash == frontier.root()


@given(st.integers(0, 1100))
def test_bytes_give_the_frontier_back(size: int) -> None:
    frontier = frontier_of(size)
    stored = frontier.to_bytes()
    assert len(stored) == 32 * size.bit_count()
    assert Frontier.from_bytes(size, stored) == frontier


@pytest.mark.parametrize(
    ("size", "stored"),
    [
        (0, bytes(32)),
        (1, b""),
        (1, bytes(31)),
        (1, bytes(33)),
        (1, bytes(64)),
        (3, bytes(32)),
        (4, bytes(64)),
        (-1, b""),
    ],
)
def test_bytes_that_do_not_fit_the_size_are_refused(size: int, stored: bytes) -> None:
    with pytest.raises(TreeDamaged, match=f"head of {size} records"):
        Frontier.from_bytes(size, stored)


def test_appending_leaves_the_frontier_itself_as_it_is() -> None:
    frontier = frontier_of(5)
    frontier.appended(LEAVES[5:9])
    assert frontier == frontier_of(5)
