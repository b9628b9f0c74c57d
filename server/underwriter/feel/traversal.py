"""Walks over syntax trees without recursion, so that no tree is too deep for it."""

from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from decimal import Decimal

from underwriter.feel.bounds import MAXIMUM_ITEMS
from underwriter.feel.nodes import ContextLiteral, Filter, FunctionLiteral, ListLiteral, Node, NumberLiteral

_WEIGHTS: dict[type[Node], int] = {ListLiteral: 8, ContextLiteral: 8, FunctionLiteral: 16}
"""As how many nodes those count that take room for something new."""

_PLAIN = (Decimal, str, bool)
_NAMES_OF_PARTS = {
    kind: tuple(field.name for field in fields(kind) if field.name != "span" and field.type not in _PLAIN)
    for kind in (Node, *Node.__subclasses__())
    if is_dataclass(kind)
}
"""The fields of each kind of node in which nodes may stand: all but the span and those of plain values."""


def children(node: Node) -> Iterator[Node]:
    """Yield the nodes directly below this one, in the order of the text."""
    for name in _NAMES_OF_PARTS[type(node)]:
        value = getattr(node, name)
        if isinstance(value, Node):
            yield value
        elif isinstance(value, tuple):
            for item in value:
                if isinstance(item, Node):
                    yield item


def with_depths(tree: Node) -> Iterator[tuple[Node, int]]:
    """Yield every node with the number of nodes above it, the root first."""
    waiting = [(tree, 0)]
    while waiting:
        node, depth = waiting.pop()
        yield node, depth
        waiting.extend((child, depth + 1) for child in children(node))


def descendants(tree: Node) -> Iterator[Node]:
    """Yield the tree's root and every node below it."""
    waiting = [tree]
    while waiting:
        node = waiting.pop()
        yield node
        waiting.extend(children(node))


def weights(tree: Node) -> dict[int, int]:
    """Return how much there is to do for each node and those below it, by the `id` of the node."""
    found: dict[int, int] = {}
    for node in reversed(list(descendants(tree))):  # every node stands after the one that it is below
        found[id(node)] = _WEIGHTS.get(type(node), 1) + sum(found[id(child)] for child in children(node))
    return found


def position_of(node: Filter) -> int | None:
    """Return the position that a filter picks if it is written as a whole number from 1: `statements[1]`."""
    condition = node.condition
    if not isinstance(condition, NumberLiteral) or not 1 <= condition.value <= MAXIMUM_ITEMS:
        return None
    if condition.value != int(condition.value):
        return None
    return int(condition.value)
