"""Shows a syntax tree as an indented outline, one node a line with its offsets: for tests."""

from collections.abc import Iterator
from dataclasses import fields

from underwriter.feel.nodes import Node
from underwriter.feel.traversal import children


def outline(tree: Node) -> str:
    """Return the outline of a tree, such as `Arithmetic '+' 0..5` with its operands indented below."""
    return "\n".join(_lines(tree, 0))


def _lines(node: Node, depth: int) -> Iterator[str]:
    yield f"{'  ' * depth}{_headline(node)}"
    for child in children(node):
        yield from _lines(child, depth + 1)


def _headline(node: Node) -> str:
    values = [getattr(node, field.name) for field in fields(node) if field.name != "span"]
    plain = [str(value) if not isinstance(value, str) else repr(value) for value in values if _is_plain(value)]
    return " ".join([type(node).__name__, *plain, f"{node.span.start}..{node.span.end}"])


def _is_plain(value: object) -> bool:
    return value is not None and not isinstance(value, Node | tuple)
