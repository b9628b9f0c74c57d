"""The parts of a YAML document. `start` and `end` are offsets into its text; `end` is the one after the last character.

A block mapping or sequence ends where the next thing begins.
"""

from typing import NamedTuple, TypeAlias


class Scalar(NamedTuple):
    """A single value as text.

    `tag` is what YAML takes it for: str, int, float, bool, null, timestamp, merge, value, or an own tag such as !csv.
    `style` is how it is written: `'`, `"`, `|`, `>`, or None if it is plain.
    """

    start: int
    end: int
    text: str
    tag: str
    style: str | None


class Sequence(NamedTuple):
    """A list."""

    start: int
    end: int
    items: "tuple[Node, ...]"


class Mapping(NamedTuple):
    """Keys and values in their order; the same key may stand there twice."""

    start: int
    end: int
    entries: "tuple[tuple[Node, Node], ...]"


class Alias(NamedTuple):
    """Stands for a node that was read before, the last that has its anchor."""

    start: int
    end: int


Node: TypeAlias = Scalar | Sequence | Mapping | Alias
