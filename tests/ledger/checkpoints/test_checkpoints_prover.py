"""Proofs from a database: they verify against signed checkpoints, or nothing is given out."""

import pytest
from sqlalchemy import update

from underwriter.ledger.checkpoints import CheckpointStore, LogAltered, LogProver, SigningKey, open_checkpoint
from underwriter.ledger.entry import EntryKind
from underwriter.ledger.merkle import Frontier, verify_consistency, verify_inclusion
from underwriter.storage import Database
from underwriter.storage.schema import entries, tree_nodes

from ..merkle.stored_logs import LOG, append, entry_id, leaf_hashes

KEY = SigningKey("bank.example/decisions", bytes(range(32)))
SIZE = 530


@pytest.fixture
def database(database: Database) -> Database:
    """A database with a log of SIZE records, beside another log."""
    append(database, 3, log="other")
    append(database, SIZE)
    return database


@pytest.fixture
def store(database: Database) -> CheckpointStore:
    return CheckpointStore(database, LOG, KEY)


@pytest.fixture
def prover(database: Database, store: CheckpointStore) -> LogProver:
    return LogProver(database, LOG, store)


@pytest.mark.parametrize("index", [0, 1, 255, 256, 511, 512, SIZE - 1])
def test_a_record_is_proven_right_after_it_was_made(prover: LogProver, index: int) -> None:
    proof = prover.inclusion(entry_id(index), now_us=1)
    assert proof is not None
    checkpoint = open_checkpoint(proof.checkpoint.note, KEY.verifier_key())
    assert (proof.index, proof.leaf_hash, checkpoint.size) == (index, leaf_hashes(1, index)[0], SIZE)
    assert verify_inclusion(proof.leaf_hash, index, SIZE, proof.path, checkpoint.root_hash)
    assert proof.kind == (EntryKind.DRAWDOWN if index % 4 == 3 else EntryKind.DECISION)


def test_an_older_record_is_proven_without_a_new_signature(
    database: Database, store: CheckpointStore, prover: LogProver
) -> None:
    signed = store.covering_all(now_us=1)
    append(database, 10)
    older, newer = prover.inclusion(entry_id(7), now_us=2), prover.inclusion(entry_id(SIZE), now_us=3)
    assert older is not None
    assert newer is not None
    assert older.checkpoint == signed
    assert newer.checkpoint.checkpoint.size == SIZE + 10


@pytest.mark.parametrize("missing", [entry_id(SIZE), "other-1", ""])
def test_what_is_not_in_the_log_has_no_proof(prover: LogProver, missing: str) -> None:
    assert prover.inclusion(missing, now_us=1) is None


def test_a_record_whose_leaf_was_altered_gets_no_false_proof(
    database: Database, store: CheckpointStore, prover: LogProver
) -> None:
    store.covering_all(now_us=1)
    with database.writing() as connection:
        connection.execute(update(entries).where(entries.c.log_index == 5).values(leaf_hash=bytes(32)))
    for index in (5, 4, 6):
        with pytest.raises(LogAltered, match=f"record {entry_id(index)} does not lead to the root"):
            prover.inclusion(entry_id(index), now_us=2)
    assert prover.inclusion(entry_id(300), now_us=2) is not None


def test_a_node_that_was_altered_gets_no_false_proof(
    database: Database, store: CheckpointStore, prover: LogProver
) -> None:
    store.covering_all(now_us=1)
    with database.writing() as connection:
        connection.execute(update(tree_nodes).where(tree_nodes.c.node_index == 0).values(hash=bytes(32)))
    with pytest.raises(LogAltered):
        prover.inclusion(entry_id(SIZE - 1), now_us=2)


@pytest.mark.parametrize("first", [1, 256, 257, 511, SIZE])
def test_an_older_size_is_proven_to_be_the_beginning(store: CheckpointStore, prover: LogProver, first: int) -> None:
    first_root = Frontier.empty().appended(leaf_hashes(first))[0].root()
    second_root = store.covering_all(now_us=1).checkpoint.root_hash
    assert verify_consistency(first, first_root, SIZE, second_root, prover.consistency(first, SIZE))
