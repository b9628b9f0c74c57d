"""The growing edge of the tree: all that is needed to append leaves and to tell the root."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

from underwriter.ledger.merkle.errors import TreeDamaged
from underwriter.ledger.merkle.hashing import EMPTY_ROOT, HASH_SIZE, node_hash

STORED_LEVELS = 8
"""The roots of the perfect subtrees of every 8th level are stored: those over 256, 65,536, ... leaves."""


@dataclass(frozen=True, slots=True)
class Node:
    """The root of a perfect subtree: the `index`-th, from 0, of those over 2^level leaves."""

    level: int
    index: int
    hash: bytes


@dataclass(frozen=True, slots=True)
class Frontier:
    """A tree of `size` leaves, by the roots of the perfect subtrees that make it up, largest first.

    There is one for each bit that is set in `size`, of 32 bytes.
    """

    size: int
    peaks: tuple[bytes, ...]

    @classmethod
    def empty(cls) -> Self:
        """Return the tree without leaves."""
        return cls(0, ())

    @classmethod
    def from_bytes(cls, size: int, peaks: bytes) -> Self:
        """Return the tree that `to_bytes` was called on. Raises TreeDamaged if the bytes don't fit the size."""
        if size < 0 or len(peaks) != size.bit_count() * HASH_SIZE:
            raise TreeDamaged(f"the stored head of {size} records has {len(peaks)} bytes, which do not fit its size")
        return cls(size, tuple(peaks[start : start + HASH_SIZE] for start in range(0, len(peaks), HASH_SIZE)))

    def to_bytes(self) -> bytes:
        """Return the peaks, one after the other."""
        return b"".join(self.peaks)

    def appended(self, leaf_hashes: Sequence[bytes]) -> tuple[Self, list[Node]]:
        """Return the tree with more leaves, and the roots of the stored levels that they complete, in their order.

        It takes about one hash a leaf.
        """
        peaks = list(self.peaks)
        completed = []
        for leaf_index, node in enumerate(leaf_hashes, start=self.size):
            level, index = 0, leaf_index
            # Each bit set in the index, from the lowest, is a peak as high as the node, to the left of it.
            while index & 1:
                node = node_hash(peaks.pop(), node)
                level, index = level + 1, index >> 1
                if level % STORED_LEVELS == 0:
                    completed.append(Node(level, index, node))
            peaks.append(node)
        return type(self)(self.size + len(leaf_hashes), tuple(peaks)), completed

    def root(self) -> bytes:
        """Return the root hash over all leaves (RFC 6962, section 2.1), in as many hashes as there are peaks."""
        return root_over(self.peaks)


def root_over(peaks: Sequence[bytes]) -> bytes:
    """Return the root hash of the tree that perfect subtrees make up, by their roots, largest first."""
    if not peaks:
        return EMPTY_ROOT
    *larger, root = peaks
    for peak in reversed(larger):
        root = node_hash(peak, root)
    return root
