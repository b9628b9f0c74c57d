"""Writes logs of any length into a database, as the ledger does, without what does not matter to the tree."""

from collections.abc import Sequence
from hashlib import sha256
from uuid import UUID

from sqlalchemy import delete

from underwriter.ledger.entry import EntryKind
from underwriter.ledger.merkle import Frontier, StoredTree
from underwriter.storage import Database
from underwriter.storage.schema import entries, tree_heads, tree_nodes

LOG = "decisions"


def leaf_hashes(count: int, start: int = 0) -> list[bytes]:
    """The hashes of the leaves from an index on."""
    return [sha256(b"leaf" + index.to_bytes(4, "big")).digest() for index in range(start, start + count)]


def entry_id(index: int) -> str:
    """The id of the record at an index."""
    return str(UUID(int=index))


def append(database: Database, count: int, *, log: str = LOG, leaves: Sequence[bytes] | None = None) -> None:
    """Append records to a log in one transaction: every fourth a drawdown, the others decisions."""
    with database.writing() as connection:
        before = StoredTree(connection, log).frontier()
        new = leaves or leaf_hashes(count, before.size)
        after, nodes = before.appended(new)
        connection.execute(delete(tree_heads).where(tree_heads.c.log == log))
        connection.execute(tree_heads.insert(), {"log": log, "size": after.size, "peaks": after.to_bytes()})
        connection.execute(entries.insert(), [_row(log, index, leaf) for index, leaf in enumerate(new, before.size)])
        if nodes:
            rows = [{"log": log, "level": n.level, "node_index": n.index, "hash": n.hash} for n in nodes]
            connection.execute(tree_nodes.insert(), rows)


def head(database: Database, log: str = LOG) -> Frontier:
    """The log's growing edge."""
    with database.reading() as connection:
        return StoredTree(connection, log).frontier()


def _row(log: str, index: int, leaf_hash: bytes) -> dict[str, object]:
    return {
        "log": log,
        "log_index": index,
        "leaf_hash": leaf_hash,
        "kind": EntryKind.DRAWDOWN if index % 4 == 3 else EntryKind.DECISION,
        "entry_id": entry_id(index) if log == LOG else f"{log}-{index}",
        "request_id": f"{log}-{index}",
        "request_digest": b"",
        "subject": bytes(16),
        "product": "PAY_LATER",
        "outcome": 1,
        "policy_version": "",
        "time_us": index,
        "facts": b"",
        "payload": b"",
    }
