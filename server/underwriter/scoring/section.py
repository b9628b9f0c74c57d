"""Reads a YAML mapping key by key and collects every fault with its line and column."""

import difflib
import math
import re
from bisect import bisect_right
from collections.abc import Callable, Iterator
from itertools import accumulate
from pathlib import Path
from typing import Any, NamedTuple, TypeAlias

from underwriter.scoring.errors import Fault
from underwriter.yaml import Alias, Mapping, Node, Scalar, Sequence, YamlError, compose


class Position(NamedTuple):
    """A place in a file; line and column count from 1."""

    line: int
    column: int


Entries: TypeAlias = dict[str, tuple[Node, Node]]
"""The keys and values of a mapping by the keys' texts."""


class Document:
    """A YAML file being read: its text, its name for messages, and the faults found so far."""

    def __init__(self, path: Path, text: str) -> None:
        self.path = path
        self.faults: list[Fault] = []
        self._text = text
        self._line_starts = [0, *accumulate(len(line) + 1 for line in text.split("\n"))]

    def fault(self, position: Position, message: str, remedy: str) -> None:
        """Note that something is wrong at `position`."""
        self.faults.append(Fault(str(self.path), *position, message, remedy))

    def position(self, offset: int) -> Position:
        """Return where the character at an offset stands."""
        line = bisect_right(self._line_starts, offset)
        return Position(line, offset - self._line_starts[line - 1] + 1)

    def first_character(self, scalar: Scalar) -> Position:
        """Return where the text of a scalar begins: behind a quote, on the line below the head of a block."""
        start = scalar.start
        if scalar.style in ("|", ">"):
            start = self._text.index("\n", start) + 1
            start += len(self._text[start:]) - len(self._text[start:].lstrip())
        elif scalar.style:
            start += 1
        return self.position(start)

    def parse(self) -> "Section":
        """The file's top mapping; an empty one, and a fault, when the text is no YAML mapping."""
        content = None
        try:
            content = compose(self._text)
        except YamlError as error:
            self._refuse(error.offset, error.problem)
        else:
            if isinstance(content, Mapping):
                self._refuse_repetitions(content)
            else:
                self.fault(Position(1, 1), "the file holds no mapping", "Write `key: value` lines")
        if isinstance(content, Mapping) and not self.faults:
            return Section(self, _entries(content), "", Position(1, 1))
        return Section(self, {}, "", Position(1, 1), is_readable=False)

    def _refuse_repetitions(self, node: Node) -> None:
        """Note what stands in a mapping twice, keys that are no texts, and aliases, which stand for something else."""
        match node:
            case Mapping(entries=entries):
                seen: set[str] = set()
                for key, value in entries:
                    self._refuse_key(key, seen)
                    self._refuse_repetitions(value)
            case Sequence(items=items):
                for item in items:
                    self._refuse_repetitions(item)
            case Alias(start=start):
                self._refuse(start, "an alias (*) may not stand here")

    def _refuse_key(self, key: Node, seen: set[str]) -> None:
        if not isinstance(key, Scalar):
            self._refuse(key.start, "a key must be a plain text")
        elif key.text in seen:
            self._refuse(key.start, f"the key `{key.text}` stands here twice")
        else:
            seen.add(key.text)

    def _refuse(self, offset: int | None, problem: str) -> None:
        position = Position(1, 1) if offset is None else self.position(offset)
        self.fault(position, f"this is not valid YAML: {problem}", "Correct the line")


class Section:
    """One mapping of the document. Each reading method returns a value of its type even when it notes a fault.

    The caller reads every key that it knows and then calls `finish`, which faults the keys that nobody asked for.
    """

    def __init__(
        self, document: Document, entries: Entries, path: str, position: Position, *, is_readable: bool = True
    ) -> None:
        self.document = document
        self.path = path
        self.position = position
        self._entries = entries
        self._is_readable = is_readable
        self._known: list[str] = []

    def __contains__(self, key: str) -> bool:
        return key in self._entries

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
        value = self._read(key, "a mapping", lambda value: isinstance(value, Mapping))
        if value is None:
            return Section(self.document, {}, f"{self.path}{key}.", self.position, is_readable=False)
        return Section(self.document, _entries(value), f"{self.path}{key}.", self.key_position(key))

    def sections(self, key: str) -> Iterator["Section"]:
        """The mappings listed under `key`, of which there is at least one."""
        value = self._read(key, "a list of mappings", _list_of(lambda item: isinstance(item, Mapping)))
        for number, item in enumerate(value or (), 1):
            yield Section(
                self.document, _entries(item), f"{self.path}{key}[{number}].", self.document.position(item.start)
            )

    def finish(self) -> None:
        """Note each key that was not read."""
        for key in self._entries:
            if key not in self._known:
                near = difflib.get_close_matches(key, self._known, 1)
                remedy = f"Did you mean `{near[0]}`? " if near else ""
                self.fault(
                    key, f"`{self.path}{key}` is not a known key", f"{remedy}Known here: {', '.join(self._known)}"
                )

    def fault(self, key: str, message: str, remedy: str) -> None:
        """Note that something is wrong with the value of `key`."""
        self.document.fault(self.key_position(key), message, remedy)

    def key_position(self, key: str) -> Position:
        """Where the key stands; where the mapping begins when it has no such key."""
        if key not in self._entries:
            return self.position
        return self.document.position(self._entries[key][0].start)

    def text_position(self, key: str) -> Position:
        """Where the first character of the text under `key` stands."""
        _, value = self._entries.get(key, (None, None))
        if isinstance(value, Scalar) and value.tag == "str":
            return self.document.first_character(value)
        return self.key_position(key)

    def _read(self, key: str, expected: str, is_allowed: Callable[[Any], bool]) -> Any:
        """The value of `key`, or None and a fault when it is absent or not allowed."""
        self._known.append(key)
        if not self._is_readable:
            return None
        if key not in self._entries:
            message = f"`{self.path}{key}` is missing"
            self.document.fault(self.position, message, f"Add it: {expected}")
            return None
        value = _value(self._entries[key][1])
        if not is_allowed(value):
            self.fault(key, f"`{self.path}{key}` is {_shown(value)}", f"Give {expected}")
            return None
        return value


def _entries(mapping: Mapping) -> Entries:
    return {key.text: (key, value) for key, value in mapping.entries if isinstance(key, Scalar)}


def _value(node: Node) -> object:
    """Return a scalar as a plain value, a list as a list of values; a mapping and what has another meaning as it is."""
    match node:
        case Sequence(items=items):
            return [_value(item) for item in items]
        case Scalar(tag="null"):
            return None
        case Scalar(tag="bool", text=text):
            return text.lower() == "true"
        case Scalar(tag="int" | "float", text=text):
            return _number(text)
        case Scalar(tag="str", text=text):
            return text
    return node


def _number(text: str) -> int | float | str:
    """Return a number as YAML 1.2 writes them (10.3.2); the text if it only looks like one."""
    digits = text.replace("_", "")
    try:
        base = {"0b": 2, "0o": 8, "0x": 16}.get(digits.lstrip("+-")[:2])
        if base:
            return int(digits, base)
        return int(digits) if digits.lstrip("+-").isdecimal() else float(digits.lower().replace(".inf", "inf"))
    except ValueError:
        return text


def _is_number(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value)


def _list_of(is_allowed: Callable[[Any], bool]) -> Callable[[Any], bool]:
    return lambda value: isinstance(value, list) and bool(value) and all(is_allowed(item) for item in value)


def _between(above: float, below: float) -> str:
    lower = "" if math.isinf(above) else f" above {above:g}"
    upper = "" if math.isinf(below) else f" below {below:g}"
    return lower + (" and" if lower and upper else "") + upper


def _shown(value: object) -> str:
    match value:
        case Mapping():
            return "a mapping"
        case list():
            return "a list" if value else "an empty list"
        case Scalar(text=text):
            return f"`{text}`"
    return "null" if value is None else f"`{value}`"
