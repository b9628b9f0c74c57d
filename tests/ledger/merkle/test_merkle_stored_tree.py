"""The tree read back from a database: the same roots and proofs as from all leaves, by reading few of them."""

from hashlib import sha256

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, update

from underwriter.ledger.merkle import (
    EMPTY_ROOT,
    Frontier,
    StoredTree,
    TreeDamaged,
    consistency_path,
    inclusion_path,
    verify_consistency,
    verify_inclusion,
)
from underwriter.storage import Database
from underwriter.storage.schema import entries, tree_heads, tree_nodes

from .rfc_tree import mth, path, proof
from .stored_logs import LOG, append, head, leaf_hashes

SIZE = 700
LEAVES = leaf_hashes(SIZE)
MILLION = 1_000_003

# Many examples read one database, which none of them changes.
one_database = settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow], deadline=None
)


@pytest.fixture
def logged(database: Database) -> Database:
    """A database with a log of SIZE records, written in several batches, beside others."""
    append(database, 300, log="another", leaves=[bytes(32)] * 300)
    for batch in (1, 255, 300, SIZE - 556):
        append(database, batch)
    append(database, 300, log="other", leaves=[bytes(32)] * 300)
    return database


def test_a_log_without_records_has_the_empty_root(database: Database) -> None:
    with database.reading() as connection:
        tree = StoredTree(connection, LOG)
        assert tree.frontier() == Frontier.empty()
        assert tree.subtree(0, 0) == EMPTY_ROOT


@one_database
@given(st.data())
def test_proofs_are_those_of_the_rfc(logged: Database, data: st.DataObject) -> None:
    size = data.draw(st.integers(1, SIZE))
    index, first = data.draw(st.integers(0, size - 1)), data.draw(st.integers(1, size))
    with logged.reading() as connection:
        tree = StoredTree(connection, LOG)
        assert inclusion_path(index, size, tree.subtree) == path(index, LEAVES[:size])
        assert consistency_path(first, size, tree.subtree) == proof(first, LEAVES[:size])
        assert tree.subtree(0, size) == mth(LEAVES[:size])


def test_the_frontier_is_the_whole_log(logged: Database) -> None:
    assert head(logged) == Frontier.empty().appended(LEAVES)[0]


def test_a_range_that_is_no_subtree_is_refused(logged: Database) -> None:
    with logged.reading() as connection, pytest.raises(ValueError, match="leaves 1 to 3 are no subtree"):
        StoredTree(connection, LOG).subtree(1, 3)


@pytest.mark.parametrize(
    ("statement", "what"),
    [
        (delete(entries).where(entries.c.log == LOG, entries.c.log_index == 513), "node 513 of level 0"),
        (update(entries).where(entries.c.log_index == 513).values(leaf_hash=bytes(31)), "node 513 of level 0"),
        (delete(tree_nodes).where(tree_nodes.c.node_index == 1), "node 1 of level 8"),
        (update(tree_nodes).where(tree_nodes.c.node_index == 1).values(hash=bytes(33)), "node 1 of level 8"),
    ],
)
def test_a_hash_that_is_missing_or_none_is_named(logged: Database, statement: object, what: str) -> None:
    with logged.writing() as connection:
        connection.execute(statement)  # type: ignore[call-overload]
    with logged.reading() as connection, pytest.raises(TreeDamaged, match=f"log {LOG} lacks the hash of {what}"):
        StoredTree(connection, LOG).subtree(0, SIZE)


def test_a_head_that_does_not_fit_its_size_is_refused(logged: Database) -> None:
    with logged.writing() as connection:
        connection.execute(update(tree_heads).values(size=SIZE + 1))
    with pytest.raises(TreeDamaged, match=f"head of {SIZE + 1} records"):
        head(logged)


class MillionEqualLeaves(StoredTree):
    """A stored tree of MILLION equal leaves, without a database; it counts the hashes that it reads."""

    def __init__(self) -> None:
        self._runs: dict[tuple[int, int], dict[int, bytes]] = {}
        self.hashes_read = 0
        self.by_level = {0: sha256(b"leaf").digest()}
        for level in (8, 16):
            below = [self.by_level[level - 8]] * 256
            self.by_level[level] = Frontier.empty().appended(below)[0].root()

    def _read_run(self, level: int, run: int) -> dict[int, bytes]:
        indices = range(run * 256, min(run * 256 + 256, MILLION >> level))
        self.hashes_read += len(indices)
        return dict.fromkeys(indices, self.by_level[level])


@pytest.fixture(scope="module")
def root_of_a_million() -> bytes:
    return Frontier.empty().appended([sha256(b"leaf").digest()] * MILLION)[0].root()


@given(st.integers(0, MILLION - 1))
@settings(max_examples=30, deadline=None)
def test_an_inclusion_proof_in_a_million_records_reads_few_hashes(root_of_a_million: bytes, index: int) -> None:
    tree = MillionEqualLeaves()
    hashes = inclusion_path(index, MILLION, tree.subtree)
    assert tree.hashes_read <= 1_100
    assert verify_inclusion(tree.by_level[0], index, MILLION, hashes, root_of_a_million)


@given(st.integers(1, MILLION))
@settings(max_examples=30, deadline=None)
def test_a_consistency_proof_in_a_million_records_reads_few_hashes(root_of_a_million: bytes, first: int) -> None:
    tree = MillionEqualLeaves()
    hashes = consistency_path(first, MILLION, tree.subtree)
    assert tree.hashes_read <= 1_100
    first_root = tree.subtree(0, first)
    assert verify_consistency(first, first_root, MILLION, root_of_a_million, hashes)
