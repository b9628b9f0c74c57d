"""Paths of hashes that prove something of a tree to whoever knows its root (RFC 6962 and 9162, sections 2.1).

Nothing here reads or keeps anything. The proofs are made as in RFC 6962, 2.1.1 and 2.1.2, by splitting the tree, and
verified as in RFC 9162, 2.1.3.2 and 2.1.4.2, by the bits of the numbers: neither is made from the other.
"""

from collections.abc import Callable, Sequence

from underwriter.ledger.merkle.hashing import HASH_SIZE, node_hash

Subtree = Callable[[int, int], bytes]
"""Gives MTH(D[start:end]), the root hash over the leaves from start up to but not including end."""


def inclusion_path(index: int, size: int, subtree: Subtree) -> list[bytes]:
    """Return PATH(index, D[size]): the hashes from the leaf's sibling up to the root.

    Raises ValueError unless 0 <= index < size.
    """
    if not 0 <= index < size:
        raise ValueError(f"there is no leaf {index} in a tree of {size}")
    path = []
    start, end = 0, size
    while end - start > 1:
        middle = start + largest_power_of_two_below(end - start)
        if index < middle:
            path.append(subtree(middle, end))
            end = middle
        else:
            path.append(subtree(start, middle))
            start = middle
    return path[::-1]


def consistency_path(first: int, second: int, subtree: Subtree) -> list[bytes]:
    """Return PROOF(first, D[second]), which is empty for two equal sizes.

    Raises ValueError unless 1 <= first <= second.
    """
    if not 1 <= first <= second:
        raise ValueError(f"no tree of {second} leaves grew from one of {first}")
    path = []
    start, end = 0, second
    while end != first:
        middle = start + largest_power_of_two_below(end - start)
        if first <= middle:
            path.append(subtree(middle, end))
            end = middle
        else:
            path.append(subtree(start, middle))
            start = middle
    # From 0 on, it is the older tree itself, whose root the verifier knows.
    if start > 0:
        path.append(subtree(start, end))
    return path[::-1]


def verify_inclusion(leaf_hash: bytes, index: int, size: int, path: Sequence[bytes], root: bytes) -> bool:
    """Tell whether the path proves that the leaf is the `index`-th, from 0, of the tree of that size and root."""
    if not 0 <= index < size or not _are_hashes(leaf_hash, root, *path):
        return False
    position, last = index, size - 1
    node = leaf_hash
    for sibling in path:
        if last == 0:
            return False
        if position & 1 or position == last:
            node = node_hash(sibling, node)
            position, last = _up_to_right_child(position, last)
        else:
            node = node_hash(node, sibling)
        position, last = position >> 1, last >> 1
    return last == 0 and node == root


def verify_consistency(first: int, first_root: bytes, second: int, second_root: bytes, path: Sequence[bytes]) -> bool:
    """Tell whether the path proves that the first tree is the beginning of the second. An empty tree proves nothing."""
    if not 1 <= first <= second or not _are_hashes(first_root, second_root, *path):
        return False
    if first == second:
        return not path and first_root == second_root
    if not path:
        return False
    # A first tree that is one perfect subtree is left out of the path, since the verifier knows its root.
    start, *rest = [first_root, *path] if first.bit_count() == 1 else path
    position, last = first - 1, second - 1
    while position & 1:
        position, last = position >> 1, last >> 1
    first_node = second_node = start
    for sibling in rest:
        if last == 0:
            return False
        if position & 1 or position == last:
            first_node = node_hash(sibling, first_node)
            second_node = node_hash(sibling, second_node)
            position, last = _up_to_right_child(position, last)
        else:
            second_node = node_hash(second_node, sibling)
        position, last = position >> 1, last >> 1
    return last == 0 and first_node == first_root and second_node == second_root


def largest_power_of_two_below(number: int) -> int:
    """Return the RFC's k, the largest power of two smaller than a number from 2."""
    return 1 << (number - 1).bit_length() - 1


def _up_to_right_child(position: int, last: int) -> tuple[int, int]:
    """Skip the levels at which a node on the right edge has no sibling: it is its parent there."""
    while position and not position & 1:
        position, last = position >> 1, last >> 1
    return position, last


def _are_hashes(*values: bytes) -> bool:
    return all(len(value) == HASH_SIZE for value in values)
