"""Reads a YAML mapping key by key and collects every fault with its line and column."""

import difflib
import math
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.scalarstring import (
    DoubleQuotedScalarString,
    FoldedScalarString,
    LiteralScalarString,
    SingleQuotedScalarString,
)

from underwriter.scoring.errors import Fault


class Position(NamedTuple):
    """A place in a file; line and column count from 1."""

    line: int
    column: int


class Document:
    """A YAML file being read: its text, its name for messages, and the faults found so far."""

    def __init__(self, path: Path, text: str) -> None:
        self.path = path
        self.lines = text.splitlines()
        self.faults: list[Fault] = []

    def fault(self, position: Position, message: str, remedy: str) -> None:
        """Note that something is wrong at `position`."""
        self.faults.append(Fault(str(self.path), *position, message, remedy))

    def parse(self, text: str) -> "Section":
        """The file's top mapping; an empty one, and a fault, when the text is no YAML mapping."""
        yaml = YAML(typ="rt", pure=True)
        yaml.preserve_quotes = True
        content = None
        try:
            content = yaml.load(text)
        except MarkedYAMLError as error:
            mark = error.problem_mark
            position = Position(mark.line + 1, mark.column + 1) if mark else Position(1, 1)
            self.fault(position, f"this is not valid YAML: {error.problem}", "Correct the line")
        except (YAMLError, ValueError) as error:
            self.fault(Position(1, 1), f"this is not valid YAML: {error}", "Correct the file")
        else:
            if not isinstance(content, CommentedMap):
                self.fault(Position(1, 1), "the file holds no mapping", "Write `key: value` lines")
        if isinstance(content, CommentedMap):
            return Section(self, content, "", Position(1, 1))
        return Section(self, CommentedMap(), "", Position(1, 1), is_readable=False)


class Section:
    """One mapping of the document. Each reading method returns a value of its type even when it notes a fault.

    The caller reads every key that it knows and then calls `finish`, which faults the keys that nobody asked for.
    """

    def __init__(
        self, document: Document, mapping: CommentedMap, path: str, position: Position, *, is_readable: bool = True
    ) -> None:
        self.document = document
        self.path = path
        self.position = position
        self._mapping = mapping
        self._is_readable = is_readable
        self._known: list[str] = []

    def __contains__(self, key: str) -> bool:
        return key in self._mapping

    def text(self, key: str, pattern: str | None = None) -> str:
        """A text; with `pattern`, one that matches it from end to end."""
        value = self._read(key, "a text", lambda value: isinstance(value, str) and value.strip() != "")
        if value is None:
            return ""
        if pattern and not re.fullmatch(pattern, str(value)):
            self.fault(key, f"`{value}` is not of the form {pattern}", "Write it in that form")
        return str(value)

    def choice(self, key: str, choices: tuple[str, ...]) -> str:
        """One of `choices`."""
        value = self._read(key, f"one of {', '.join(choices)}", choices.__contains__)
        return choices[0] if value is None else str(value)

    def integer(self, key: str, minimum: int, maximum: int) -> int:
        """A whole number from `minimum` to `maximum`."""
        value = self._read(
            key,
            f"a whole number from {minimum} to {maximum}",
            lambda value: isinstance(value, int) and not isinstance(value, bool) and minimum <= value <= maximum,
        )
        return minimum if value is None else int(value)

    def number(self, key: str, above: float = -math.inf, below: float = math.inf) -> float:
        """A finite number between `above` and `below`, neither included."""
        value = self._read(
            key, f"a number{_between(above, below)}", lambda value: _is_number(value) and above < float(value) < below
        )
        return math.nan if value is None else float(value)

    def numbers(self, key: str) -> tuple[float, ...]:
        """A list of finite numbers."""
        value = self._read(key, "a list of numbers", _list_of(_is_number))
        return tuple(float(item) for item in value or ())

    def optional_numbers(self, key: str) -> tuple[float | None, ...]:
        """A list of finite numbers and nulls."""
        value = self._read(key, "a list of numbers and nulls", _list_of(lambda item: item is None or _is_number(item)))
        return tuple(None if item is None else float(item) for item in value or ())

    def section(self, key: str) -> "Section":
        """The mapping under `key`."""
        value = self._read(key, "a mapping", lambda value: isinstance(value, CommentedMap))
        if value is None:
            return Section(self.document, CommentedMap(), f"{self.path}{key}.", self.position, is_readable=False)
        return Section(self.document, value, f"{self.path}{key}.", self.key_position(key))

    def sections(self, key: str) -> Iterator["Section"]:
        """The mappings listed under `key`, of which there is at least one."""
        value = self._read(key, "a list of mappings", _list_of(lambda item: isinstance(item, CommentedMap)))
        for index, item in enumerate(value or ()):
            line, column = value.lc.item(index)
            yield Section(self.document, item, f"{self.path}{key}[{index + 1}].", Position(line + 1, column + 1))

    def finish(self) -> None:
        """Note each key that was not read."""
        for key in self._mapping:
            if key not in self._known:
                near = difflib.get_close_matches(str(key), self._known, 1)
                remedy = f"Did you mean `{near[0]}`? " if near else ""
                self.fault(
                    key, f"`{self.path}{key}` is not a known key", f"{remedy}Known here: {', '.join(self._known)}"
                )

    def fault(self, key: str, message: str, remedy: str) -> None:
        """Note that something is wrong with the value of `key`."""
        self.document.fault(self.key_position(key), message, remedy)

    def key_position(self, key: str) -> Position:
        """Where the key stands; where the mapping begins when it has no such key."""
        if key not in self._mapping:
            return self.position
        line, column = self._mapping.lc.key(key)
        return Position(line + 1, column + 1)

    def text_position(self, key: str) -> Position:
        """Where the first character of the text under `key` stands."""
        if not isinstance(self._mapping.get(key), str):
            return self.key_position(key)
        value = self._mapping[key]
        line, column = self._mapping.lc.value(key)
        if isinstance(value, (LiteralScalarString, FoldedScalarString)):
            first = self.document.lines[line + 1]
            return Position(line + 2, len(first) - len(first.lstrip()) + 1)
        is_quoted = isinstance(value, (DoubleQuotedScalarString, SingleQuotedScalarString))
        return Position(line + 1, column + 1 + is_quoted)

    def _read(self, key: str, expected: str, is_allowed: Callable[[Any], bool]) -> Any:
        """The value of `key`, or None and a fault when it is absent or not allowed."""
        self._known.append(key)
        if not self._is_readable:
            return None
        if key not in self._mapping:
            message = f"`{self.path}{key}` is missing"
            self.document.fault(self.position, message, f"Add it: {expected}")
            return None
        value = self._mapping[key]
        if not is_allowed(value):
            self.fault(key, f"`{self.path}{key}` is {_shown(value)}", f"Give {expected}")
            return None
        return value


def _is_number(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value)


def _list_of(is_allowed: Callable[[Any], bool]) -> Callable[[Any], bool]:
    return lambda value: isinstance(value, CommentedSeq) and bool(value) and all(is_allowed(item) for item in value)


def _between(above: float, below: float) -> str:
    lower = "" if math.isinf(above) else f" above {above:g}"
    upper = "" if math.isinf(below) else f" below {below:g}"
    return lower + (" and" if lower and upper else "") + upper


def _shown(value: object) -> str:
    if isinstance(value, CommentedMap):
        return "a mapping"
    if isinstance(value, CommentedSeq):
        return "a list" if value else "an empty list"
    return "null" if value is None else f"`{value}`"
