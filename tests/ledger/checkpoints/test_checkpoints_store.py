"""Checkpoints in the database: signed once, the same by all processes, and never for a log that was altered."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest
from sqlalchemy import Delete, Update, delete, func, insert, select, update

from underwriter.ledger.checkpoints import (
    Checkpoint,
    CheckpointStore,
    LogAltered,
    OriginChanged,
    SignedCheckpoint,
    SigningKey,
    open_checkpoint,
)
from underwriter.ledger.merkle import EMPTY_ROOT, Frontier, TreeDamaged
from underwriter.storage import Database, DatabaseUnavailable, open_database
from underwriter.storage.schema import checkpoints, entries, tree_heads, tree_nodes

from ..merkle.stored_logs import LOG, append, head, leaf_hashes

KEY = SigningKey("bank.example/decisions", bytes(range(32)))
NEXT_KEY = SigningKey("bank.example/decisions", bytes(range(32, 64)))


@pytest.fixture
def store(database: Database) -> CheckpointStore:
    return CheckpointStore(database, LOG, KEY)


def stored_sizes(database: Database) -> list[int]:
    with database.reading() as connection:
        return list(connection.execute(select(checkpoints.c.size).order_by(checkpoints.c.size)).scalars())


def run(database: Database, *statements: Update | Delete) -> None:
    with database.writing() as connection:
        for statement in statements:
            connection.execute(statement)


def root_over(size: int) -> bytes:
    return Frontier.empty().appended(leaf_hashes(size))[0].root()


def test_a_log_without_records_has_a_checkpoint_of_size_0(store: CheckpointStore) -> None:
    signed = store.covering_all(now_us=1)
    assert open_checkpoint(signed.note, KEY.verifier_key()) == Checkpoint(KEY.name, 0, EMPTY_ROOT)


def test_a_checkpoint_covers_all_records_and_is_stored(database: Database, store: CheckpointStore) -> None:
    append(database, 300)
    signed = store.covering_all(now_us=1_700_000_000_000_000)
    assert signed.checkpoint == Checkpoint(KEY.name, 300, root_over(300))
    assert open_checkpoint(signed.note, store.verifier_key) == signed.checkpoint
    assert signed.sign_time_us == 1_700_000_000_000_000
    other = CheckpointStore(database, LOG, KEY)
    assert other.latest() == other.at(300) == other.covering(300, 2) == signed


def test_nothing_is_signed_while_a_checkpoint_covers_what_is_asked_for(
    database: Database, store: CheckpointStore
) -> None:
    append(database, 5)
    first = store.covering_all(now_us=1)
    assert store.covering_all(now_us=2) == first
    append(database, 5)
    assert store.covering(5, now_us=3) == first
    assert store.covering(6, now_us=4).checkpoint.size == 10
    assert stored_sizes(database) == [5, 10]
    newest = store.latest()
    assert newest is not None
    assert newest.checkpoint.size == 10


def test_what_another_process_signed_serves(database: Database, store: CheckpointStore) -> None:
    append(database, 5)
    signed = store.covering_all(now_us=1)
    append(database, 5)
    assert CheckpointStore(database, LOG, KEY).covering(5, now_us=2) == signed


def test_a_signed_beginning_that_was_not_empty_is_no_beginning(database: Database, store: CheckpointStore) -> None:
    forged = Checkpoint(KEY.name, 0, bytes(32))
    row = {"log": LOG, "size": 0, "root_hash": bytes(32), "note": str(KEY.signed(str(forged))), "sign_time_us": 1}
    with database.writing() as connection:
        connection.execute(insert(checkpoints), row)
    append(database, 5)
    with pytest.raises(LogAltered, match="its first 0 records are not those that were signed"):
        store.covering_all(now_us=2)


def test_there_is_none_before_the_first_and_none_of_a_size_never_signed(
    database: Database, store: CheckpointStore
) -> None:
    assert store.latest() is None
    append(database, 5)
    store.covering_all(now_us=1)
    assert store.at(4) is None
    assert store.at(6) is None


def test_logs_in_one_database_have_checkpoints_of_their_own(database: Database, store: CheckpointStore) -> None:
    append(database, 5)
    append(database, 3, log="other")
    others = CheckpointStore(database, "other", SigningKey("bank.example/other", bytes(32)))
    assert (store.covering_all(1).checkpoint.size, others.covering_all(1).checkpoint.size) == (5, 3)
    assert (others.at(5), store.at(3)) == (None, None)


def test_processes_that_sign_at_the_same_time_come_to_the_same_note(database_url: str, database: Database) -> None:
    append(database, 40)
    databases = [open_database(database_url) for _ in range(6)]
    start = Barrier(len(databases))

    def sign(own: Database) -> SignedCheckpoint:
        start.wait()
        return CheckpointStore(own, LOG, KEY).covering_all(now_us=1)

    with ThreadPoolExecutor(len(databases)) as pool:
        assert len(set(pool.map(sign, databases))) == 1
    for own in databases:
        own.close()
    assert stored_sizes(database) == [40]


def test_checkpoints_are_signed_while_the_log_grows(database_url: str, database: Database) -> None:
    databases = [open_database(database_url) for _ in range(3)]
    stores = [CheckpointStore(own, LOG, KEY) for own in databases]

    def sign(own: CheckpointStore) -> None:
        while own.covering_all(now_us=1).checkpoint.size < 600:
            pass

    with ThreadPoolExecutor(len(stores)) as pool:
        signing = [pool.submit(sign, own) for own in stores]
        for _ in range(40):
            append(database, 15)
        for done in signing:
            done.result()
    for own in databases:
        own.close()
    sizes = stored_sizes(database)
    assert sizes[-1] == 600
    for size in sizes:
        signed = CheckpointStore(database, LOG, KEY).at(size)
        assert signed is not None
        assert signed.checkpoint.root_hash == root_over(size)


def cut_off(database: Database, size: int) -> None:
    """Make the log as if it had ended at a size, the head included."""
    shorter = Frontier.empty().appended(leaf_hashes(size))[0]
    run(
        database,
        delete(entries).where(entries.c.log_index >= size),
        delete(tree_nodes).where((tree_nodes.c.node_index + 1) * 256 > size),
        update(tree_heads).values(size=size, peaks=shorter.to_bytes()),
    )


def rewritten(database: Database, size: int, changed: int) -> None:
    """Make the log as if it had been written with another record at an index, everything else in order."""
    run(database, delete(entries), delete(tree_nodes), delete(tree_heads))
    leaves = leaf_hashes(size)
    leaves[changed] = bytes(32)
    append(database, size, leaves=leaves)


def test_a_log_cut_off_behind_a_checkpoint_is_not_signed(database: Database, store: CheckpointStore) -> None:
    append(database, 600)
    store.covering_all(now_us=1)
    cut_off(database, 599)
    with pytest.raises(LogAltered, match="it has 599 records, but 600 were signed"):
        CheckpointStore(database, LOG, KEY).covering_all(now_us=2)


@pytest.mark.parametrize("changed", [0, 255, 256, 399])
def test_a_log_written_anew_is_not_signed(database: Database, store: CheckpointStore, changed: int) -> None:
    append(database, 400)
    store.covering_all(now_us=1)
    rewritten(database, 600, changed)
    with pytest.raises(LogAltered, match="its first 400 records are not those that were signed"):
        CheckpointStore(database, LOG, KEY).covering_all(now_us=2)
    assert stored_sizes(database) == [400]


def test_taking_the_checkpoints_out_too_does_not_deceive_whoever_saw_them(
    database: Database, store: CheckpointStore
) -> None:
    append(database, 400)
    store.covering_all(now_us=1)
    rewritten(database, 600, 17)
    run(database, delete(checkpoints))
    with pytest.raises(LogAltered, match="its first 400 records are not those that were signed"):
        store.covering_all(now_us=2)


def test_a_record_known_to_the_caller_but_gone_is_told(database: Database, store: CheckpointStore) -> None:
    append(database, 10)
    with pytest.raises(LogAltered, match="it has 10 records, but it had 11"):
        store.covering(11, now_us=1)


class Overtaken(CheckpointStore):
    """A store that another holder of the key overtakes: it signs something else just before this one does."""

    def _kept(self, checkpoint: Checkpoint, now_us: int) -> SignedCheckpoint:
        forged = Checkpoint(KEY.name, checkpoint.size, bytes(32))
        row = {"log": LOG, "size": forged.size, "root_hash": forged.root_hash, "sign_time_us": 1}
        with self._database.writing() as connection:
            connection.execute(insert(checkpoints), row | {"note": str(KEY.signed(str(forged)))})
        return super()._kept(checkpoint, now_us)


def test_another_root_of_the_same_size_is_never_signed(database: Database) -> None:
    append(database, 10)
    with pytest.raises(LogAltered, match="two different roots over its first 10 records were signed"):
        Overtaken(database, LOG, KEY).covering_all(now_us=2)


@pytest.mark.parametrize(
    ("change", "finding"),
    [
        ({"root_hash": bytes(32)}, "the note of its checkpoint of size 9 says something else"),
        ({"size": 8}, "the note of its checkpoint of size 8 says something else"),
        ({"note": "nothing"}, "its checkpoint of size 9 is invalid"),
        ({"note": str(KEY.signed("no checkpoint\n"))}, "its checkpoint of size 9 is invalid"),
        ({"note": func.replace(checkpoints.c.note, "\n9\n", "\n8\n")}, "its checkpoint of size 9 is invalid"),
    ],
)
def test_an_altered_checkpoint_is_not_given_out(
    database: Database, store: CheckpointStore, change: dict[str, object], finding: str
) -> None:
    append(database, 9)
    store.covering_all(now_us=1)
    run(database, update(checkpoints).values(**change))
    with pytest.raises(LogAltered, match=finding):
        store.latest()
    append(database, 1)
    with pytest.raises(LogAltered, match=finding):
        store.covering_all(now_us=2)


def test_a_missing_hash_keeps_a_head_from_being_signed(database: Database, store: CheckpointStore) -> None:
    append(database, 400)
    store.covering_all(now_us=1)
    append(database, 200)
    run(database, delete(tree_nodes))
    with pytest.raises(TreeDamaged, match="lacks the hash of node 0 of level 8"):
        store.covering_all(now_us=2)


def test_a_new_key_of_the_same_name_signs_what_the_old_one_signed_as_well(
    database: Database, store: CheckpointStore
) -> None:
    append(database, 9)
    old = store.covering_all(now_us=1)
    renewed = CheckpointStore(database, LOG, NEXT_KEY)
    for signed in (renewed.covering_all(2), renewed.latest(), renewed.at(9), store.at(9)):
        assert signed is not None
        assert open_checkpoint(signed.note, NEXT_KEY.verifier_key()) == old.checkpoint
        assert open_checkpoint(signed.note, KEY.verifier_key()) == old.checkpoint


def test_a_new_key_signs_nothing_that_the_log_does_not_bear_out(database: Database, store: CheckpointStore) -> None:
    append(database, 9)
    store.covering_all(now_us=1)
    rewritten(database, 9, 3)
    with pytest.raises(LogAltered, match="its first 9 records are not those that were signed"):
        CheckpointStore(database, LOG, NEXT_KEY).at(9)


def test_the_key_of_another_log_is_refused(database: Database, store: CheckpointStore) -> None:
    append(database, 9)
    store.covering_all(now_us=1)
    stranger = CheckpointStore(database, LOG, SigningKey("bank.example/staging", KEY.seed))
    with pytest.raises(OriginChanged, match=r"of the log bank.example/decisions, but the signing key is named"):
        stranger.latest()
    with pytest.raises(OriginChanged):
        stranger.covering_all(now_us=2)


def test_a_database_that_is_gone_is_told_and_nothing_is_given_out(sqlite_url: str) -> None:
    database = open_database(sqlite_url, busy_timeout_s=0.2)
    append(database, 3)
    store = CheckpointStore(database, LOG, KEY)
    file = Path(sqlite_url.removeprefix("sqlite:///"))
    away = file.rename(file.with_name("away.db"))
    with pytest.raises(DatabaseUnavailable):
        CheckpointStore(open_database(sqlite_url), LOG, KEY).covering_all(now_us=1)
    away.rename(file)
    assert store.covering_all(now_us=2).checkpoint == Checkpoint(KEY.name, 3, head(database).root())
    database.close()
