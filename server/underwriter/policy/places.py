"""Finds where the scalars and other parts of a YAML text stand in it, so that findings point at a character."""

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from itertools import accumulate

from underwriter.feel.source import Anchor, Position, Source
from underwriter.yaml import Node, Scalar

_QUOTES = ("'", '"')


class Places:
    """The places in one file."""

    def __init__(self, file: Source) -> None:
        self._file = file
        self._line_starts = [0, *accumulate(len(line) + 1 for line in file.text.split("\n"))]

    def scalar(self, node: Scalar) -> Source:
        """Return the source of a scalar: its value, of which every character knows its place."""
        start, end = node.start, node.end
        if start == end:  # nothing was written: YAML puts that where the next thing stands
            start = end = len(self._file.text[:start].rstrip())
        joints = _joints(self._file.text[start:end], node.text, node.style)
        anchors = [Anchor(offset, self._position(start + place)) for offset, place in joints]
        return Source(node.text, self._file.name, self._file.text, tuple(anchors))

    def part(self, node: Node) -> Source:
        """Return the source of any node: all that is written there."""
        text = self._file.text[node.start : node.end].rstrip()
        return Source(text, self._file.name, self._file.text, (Anchor(0, self._position(node.start)),))

    def _position(self, offset: int) -> Position:
        line = bisect_right(self._line_starts, offset) - 1
        return Position(line, offset - self._line_starts[line])


def _joints(raw: str, value: str, style: str | None) -> Iterable[tuple[int, int]]:
    """Pair offsets in a scalar's value with places in its raw text, wherever the two begin to run side by side anew."""
    if raw == value:
        return [(0, 0)]
    if raw[1:-1] == value and style in _QUOTES:
        return [(0, 1)]
    by_lines = _joints_by_lines(raw, value) if style == "|" else None
    return _joints_one_by_one(raw, value, style) if by_lines is None else by_lines


def _joints_by_lines(raw: str, value: str) -> list[tuple[int, int]] | None:
    """Pair the lines of a literal block, each of which ends as its line in the raw text does; None if one does not."""
    joints: list[tuple[int, int]] = []
    offset, place = 0, raw.find("\n") + 1
    for line, written in zip(value.split("\n"), raw[place:].split("\n"), strict=False):
        if not written.endswith(line):
            return None
        joints.append((offset, place + len(written) - len(line)))
        offset += len(line) + 1
        place += len(written) + 1
    return joints


def _joints_one_by_one(raw: str, value: str, style: str | None) -> Iterator[tuple[int, int]]:
    """Pair them character by character.

    Quotes, the head of a block, indentation and the ends of folded lines are in the raw text only, and escapes are
    longer there.
    """
    place = raw.index("\n") + 1 if style in ("|", ">") and "\n" in raw else min(len(style or ""), len(raw))
    yield 0, place
    shift = place
    for offset, character in enumerate(value):
        length = _escape_length(raw, place, style) if style in _QUOTES else 1
        if length == 1 and character.isspace() and raw[place : place + 1] != character:
            continue  # the end of a folded line; what comes next finds its own place
        while place < len(raw) and raw[place].isspace() and raw[place] != character:
            place += 1
            length = _escape_length(raw, place, style) if style in _QUOTES else 1
        if place - offset != shift:
            shift = place - offset
            yield offset, place
        place = min(place + length, len(raw))


def _escape_length(raw: str, place: int, style: str | None) -> int:
    """Return how many characters of the raw text stand for the one at this place (YAML 1.2, 5.7 and 7.3)."""
    if style == '"' and raw[place : place + 1] == "\\":
        return 2 + {"x": 2, "u": 4, "U": 8}.get(raw[place + 1 : place + 2], 0)
    return 2 if style == "'" and raw[place : place + 2] == "''" else 1
