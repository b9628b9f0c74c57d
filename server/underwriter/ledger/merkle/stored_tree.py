"""The tree as the database keeps it, read where a proof needs it."""

from sqlalchemy import Connection, select

from underwriter.ledger.merkle.errors import TreeDamaged
from underwriter.ledger.merkle.frontier import STORED_LEVELS, Frontier
from underwriter.ledger.merkle.hashing import HASH_SIZE
from underwriter.storage.schema import entries, tree_heads, tree_nodes

RUN_LENGTH = 1 << STORED_LEVELS
"""How many neighbouring hashes of a stored level are read at once: those under one node of the next stored level."""


class StoredTree:
    """One log's tree, as of any size up to the log's. It reads by the connection for as long as that is lent.

    A proof in a log of n records reads at most two runs of 256 hashes for each stored level: about 1,100 hashes for
    a million records. A run is read once, so records that come later are not seen where they would be in a run read
    before: ask for the frontier first.
    """

    def __init__(self, connection: Connection, log: str) -> None:
        self._connection = connection
        self._log = log
        self._runs: dict[tuple[int, int], dict[int, bytes]] = {}

    def frontier(self) -> Frontier:
        """Return the tree's growing edge. Raises TreeDamaged if what is stored is not one."""
        head = self._connection.execute(
            select(tree_heads.c.size, tree_heads.c.peaks).where(tree_heads.c.log == self._log)
        ).one_or_none()
        return Frontier.empty() if head is None else Frontier.from_bytes(head.size, head.peaks)

    def subtree(self, start: int, end: int) -> bytes:
        """Return MTH(D[start:end]) (RFC 6962, section 2.1) for a range that the RFC's proofs split the tree into.

        Raises TreeDamaged if a hash is missing or not one, and ValueError for a range that starts within a subtree.
        """
        peaks = []
        position = start
        while position < end:
            level = (end - position).bit_length() - 1
            if position & ((1 << level) - 1):
                raise ValueError(f"leaves {start} to {end} are no subtree")
            peaks.append(self._perfect_subtree(level, position >> level))
            position += 1 << level
        return Frontier(end - start, tuple(peaks)).root()

    def _perfect_subtree(self, level: int, index: int) -> bytes:
        """Return the root of the `index`-th subtree of 2^level leaves, from the nearest stored level below it."""
        height = level % STORED_LEVELS
        first = index << height
        nodes = [self._node(level - height, node_index) for node_index in range(first, first + (1 << height))]
        return Frontier.empty().appended(nodes)[0].root()

    def _node(self, level: int, index: int) -> bytes:
        run_key = (level, index // RUN_LENGTH)
        if run_key not in self._runs:
            self._runs[run_key] = self._read_run(*run_key)
        node = self._runs[run_key].get(index)
        if node is None or len(node) != HASH_SIZE:
            raise TreeDamaged(f"log {self._log} lacks the hash of node {index} of level {level}")
        return node

    def _read_run(self, level: int, run: int) -> dict[int, bytes]:
        """Return the hashes of a run of a stored level by their index. The leaves are level 0."""
        if level == 0:
            index, statement = entries.c.log_index, select(entries.c.log_index, entries.c.leaf_hash)
            statement = statement.where(entries.c.log == self._log)
        else:
            index, statement = tree_nodes.c.node_index, select(tree_nodes.c.node_index, tree_nodes.c.hash)
            statement = statement.where(tree_nodes.c.log == self._log, tree_nodes.c.level == level)
        first = run * RUN_LENGTH
        rows = self._connection.execute(statement.where(index >= first, index < first + RUN_LENGTH))
        return dict(rows.all())
