"""Source text and positions in it. Every later stage speaks in offsets; this file turns them into lines and columns."""

from bisect import bisect_right
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple


class Span(NamedTuple):
    """A stretch of source text: offsets of its first character and of the one after its last."""

    start: int
    end: int

    def to(self, other: "Span") -> "Span":
        """Return the span from the start of this one to the end of the other."""
        return Span(self.start, other.end)


class Position(NamedTuple):
    """A place in a file. Line and column count from 0 here and from 1 when shown."""

    line: int
    column: int

    def __str__(self) -> str:
        return f"{self.line + 1}:{self.column + 1}"


class Anchor(NamedTuple):
    """Says that the text from `offset` on stands in the host file from `position` on, until the next anchor."""

    offset: int
    position: Position


@dataclass(frozen=True)
class Source:
    """An expression's text, the file it stands in, and where in that file.

    `text` is what is parsed. `name` is the file's path as it is shown. `host` is the file's whole text, when the
    expression is only a part of it, such as a cell of a table in a YAML file. `anchors` tie the two together; they
    are sorted by offset and the first has offset 0.
    """

    text: str
    name: str = "<expression>"
    host: str | None = None
    anchors: tuple[Anchor, ...] = (Anchor(0, Position(0, 0)),)

    def position(self, offset: int) -> Position:
        """Return where in the file the character at `offset` of the text stands."""
        anchor = self.anchors[0]
        if len(self.anchors) > 1:
            anchor = self.anchors[max(bisect_right(self.anchors, offset, key=lambda each: each.offset) - 1, 0)]
        end = min(offset, len(self.text))
        newlines = self.text.count("\n", anchor.offset, end)
        if newlines == 0:
            return Position(anchor.position.line, anchor.position.column + end - anchor.offset)
        return Position(anchor.position.line + newlines, end - self.text.rindex("\n", anchor.offset, end) - 1)

    def location(self, offset: int) -> str:
        """Return `file:line:column` of the character at `offset`, counted from 1."""
        return f"{self.name}:{self.position(offset)}"

    def line(self, number: int) -> str:
        """Return a line of the file, without its newline; empty if there is no such line."""
        return self._lines[number] if 0 <= number < len(self._lines) else ""

    def part(self, start: int, end: int) -> "Source":
        """Return a part of this text as a source of its own, still tied to the same file."""
        inner = tuple(Anchor(a.offset - start, a.position) for a in self.anchors if start < a.offset < end)
        anchors = (Anchor(0, self.position(start)), *inner)
        return Source(self.text[start:end], self.name, self.host if self.host is not None else self.text, anchors)

    @cached_property
    def _lines(self) -> list[str]:
        return (self.text if self.host is None else self.host).split("\n")

    @property
    def whole(self) -> Span:
        """The span of the whole text."""
        return Span(0, len(self.text))
