"""The parts of a regular expression, as read from its text."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TypeAlias

from underwriter.feel.regular_expressions.character_sets import CharacterSet


@dataclass(frozen=True, slots=True)
class OneOf:
    """One character of a set."""

    characters: CharacterSet


@dataclass(frozen=True, slots=True)
class Start:
    """`^`: the start of the text, or, with flag m, of a line."""


@dataclass(frozen=True, slots=True)
class End:
    """`$`: the end of the text, or, with flag m, of a line."""


@dataclass(frozen=True, slots=True)
class Joined:
    """Parts one after the other."""

    parts: "tuple[Node, ...]"


@dataclass(frozen=True, slots=True)
class Choice:
    """`a|b`: the first branch that leads to a match."""

    branches: "tuple[Node, ...]"


@dataclass(frozen=True, slots=True)
class Repeated:
    """A part so many times, at most `maximum` (None is without limit); as often as can be, or as rarely if lazy."""

    part: "Node"
    minimum: int
    maximum: int | None
    is_lazy: bool


@dataclass(frozen=True, slots=True)
class Group:
    """`(a)`: a part whose match is remembered under a number, counted from 1."""

    part: "Node"
    number: int


@dataclass(frozen=True, slots=True)
class BackReference:
    r"""`\1`: the text that a group matched."""

    number: int


Node: TypeAlias = OneOf | Start | End | Joined | Choice | Repeated | Group | BackReference


Spans: TypeAlias = tuple[tuple[int, int], ...]
"""Where a match and its groups begin and end; (-1, -1) for a group that took no part."""


@dataclass(frozen=True)
class Expression:
    """A whole regular expression: its parts, and how many groups it has."""

    root: Node
    groups: int
    is_multiline: bool = False
    ignores_case: bool = False

    @cached_property
    def has_back_references(self) -> bool:
        """Whether a part asks for a text again that a group matched."""
        return _has_back_references(self.root)

    @cached_property
    def width(self) -> float:
        """The most characters that a match may have."""
        return _width(self.root)


def _children(node: Node) -> "Sequence[Node]":
    match node:
        case Joined(parts=parts) | Choice(branches=parts):
            return parts
        case Repeated(part=part) | Group(part=part):
            return (part,)
    return ()


def _has_back_references(node: Node) -> bool:
    return isinstance(node, BackReference) or any(map(_has_back_references, _children(node)))


def _width(node: Node) -> float:
    match node:
        case OneOf():
            return 1
        case Start() | End():
            return 0
        case Repeated(part=part, maximum=maximum):
            width = _width(part)
            return width * (math.inf if maximum is None else maximum) if width else 0
        case BackReference():
            return math.inf
        case Choice():
            return max(map(_width, _children(node)))
    return sum(map(_width, _children(node)))
