"""The fewest hashes that stand for a range of leaves, and the root that ranges side by side lead to.

A range of leaves is made up of perfect subtrees, each over 2^level leaves and beginning at a multiple of that: the
decomposition of RFC 6962 (section 2.1) into its largest parts. Where a log's range is known leaf by leaf, the subtrees
to its left and to its right are all that is needed to reach the root.
"""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from underwriter.ledger.merkle import node_hash, root_over


class Subtree(NamedTuple):
    """The root hash of a perfect subtree over 2^level leaves."""

    level: int
    hash: bytes


def perfect_subtrees(start: int, end: int) -> list[tuple[int, int]]:
    """Return the fewest perfect subtrees that make up the leaves from start up to but not including end, in order.

    Each is told by its first leaf and its level. Raises ValueError unless 0 <= start <= end.
    """
    if not 0 <= start <= end:
        raise ValueError(f"there is no range of leaves from {start} to {end}")
    subtrees = []
    while start < end:
        level = (end - start).bit_length() - 1
        if start:
            level = min(level, (start & -start).bit_length() - 1)
        subtrees.append((start, level))
        start += 1 << level
    return subtrees


def joined(subtrees: Iterable[Subtree]) -> list[Subtree]:
    """Return as few subtrees as give the same tree. They must stand side by side, in order, from the log's beginning.

    Two of one level are joined as they meet; of a range that begins at the log's beginning, that leaves one for each
    bit set in its length, largest first.
    """
    peaks: list[Subtree] = []
    for level, node in subtrees:
        while peaks and peaks[-1].level == level:
            level, node = level + 1, node_hash(peaks.pop().hash, node)
        peaks.append(Subtree(level, node))
    return peaks


def root_of(peaks: Sequence[Subtree]) -> bytes:
    """Return the root hash of the tree that the subtrees make up, largest first (RFC 6962, section 2.1)."""
    return root_over([root for _, root in peaks])


def perfect_root(leaf_hashes: Sequence[bytes]) -> bytes:
    """Return the root hash over 2^n leaves, level by level: about one hash a leaf."""
    hashes = leaf_hashes
    while len(hashes) > 1:
        hashes = [node_hash(left, right) for left, right in zip(hashes[::2], hashes[1::2], strict=True)]
    (root,) = hashes
    return root
