"""The tree that the stored leaf hashes give, put together from the reports of ranges."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from underwriter.ledger.archive.compact_range import Subtree, joined, perfect_root, root_of
from underwriter.ledger.verification.entry_range import BLOCK, BLOCK_LEVEL, RangeReport


@dataclass(slots=True)
class WalkedTree:
    """The tree over all entries walked so far. `blocks` are the roots over each 256 of them."""

    blocks: list[bytes] = field(default_factory=list)
    edges: dict[int, list[Subtree]] = field(default_factory=dict)

    def add(self, report: RangeReport) -> None:
        """Add the next range."""
        self.blocks += report.blocks
        self.edges |= report.edges

    def nodes(self) -> dict[tuple[int, int], bytes]:
        """Return the hashes that must be stored: by level (8, 16, ...) and index."""
        nodes: dict[tuple[int, int], bytes] = {}
        level, hashes = BLOCK_LEVEL, self.blocks
        while hashes:
            nodes |= {(level, index): node for index, node in enumerate(hashes)}
            whole = len(hashes) // BLOCK * BLOCK
            hashes = [perfect_root(hashes[start : start + BLOCK]) for start in range(0, whole, BLOCK)]
            level += BLOCK_LEVEL
        return nodes

    def peaks(self, size: int) -> list[Subtree]:
        """Return the subtrees that make up the tree of a size that was asked for, largest first."""
        whole = (Subtree(BLOCK_LEVEL, block) for block in self.blocks[: size >> BLOCK_LEVEL])
        return joined([*whole, *self.edges.get(size, ())])

    def roots(self, sizes: Iterable[int]) -> dict[int, bytes]:
        """Return the roots at sizes that were asked for, in one pass over the tree."""
        peaks: list[Subtree] = []
        roots = {}
        done = 0
        for size in sorted(sizes):
            whole = size >> BLOCK_LEVEL
            peaks = joined([*peaks, *(Subtree(BLOCK_LEVEL, block) for block in self.blocks[done:whole])])
            done = whole
            roots[size] = root_of([*peaks, *self.edges.get(size, ())])
        return roots
