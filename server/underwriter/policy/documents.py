"""YAML read so that every key and value keeps its place: the ground for findings that point at a character."""

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from itertools import accumulate

from underwriter.feel.diagnostics import Diagnostic
from underwriter.feel.source import Anchor, Position, Source, Span
from underwriter.yaml import (
    Alias,
    Mapping,
    NestedTooDeep,
    Node,
    Scalar,
    Sequence,
    UnreadableCharacter,
    YamlError,
    compose,
)

_TRUTHS = {"true": True, "false": False}
_MENDS = {
    "did not find expected '-' indicator": "indent this line like those before it that it belongs to",
    "found character that cannot start any token": "indent with blanks, not tabs; quote texts that start with % @ or `",
    "did not find expected ',' or ']'": "close the list before this, or put a comma between its items",
    "did not find expected ',' or '}'": "close the mapping before this, or put a comma between its entries",
    "found unexpected end of stream": "close the quote that was opened last",
    "did not find expected key": "indent this line like its neighbours, or quote the text that it belongs to",
}
"""What to do about what the YAML parser says, where more than the usual can be told."""


@dataclass(frozen=True, slots=True, eq=False)
class Text:
    """A scalar. `tag` is what YAML takes it for: str, int, float, bool, null, or an own tag such as !csv."""

    source: Source
    tag: str

    @property
    def text(self) -> str:
        """The text as YAML understands it."""
        return self.source.text

    @property
    def is_number(self) -> bool:
        """Whether YAML takes it for a number, such as 12, 1e3, 0x1F or .inf."""
        return self.tag in ("int", "float")

    @property
    def value(self) -> Decimal | str | bool | None:
        """The value: numbers exactly as written, never through binary floats."""
        if self.is_number:
            try:
                return Decimal(self.text)
            except InvalidOperation:
                return self.text
        if self.tag == "null":
            return None
        return _TRUTHS.get(self.text.lower(), self.text) if self.tag == "bool" else self.text


@dataclass(frozen=True, slots=True, eq=False)
class Items:
    """A sequence."""

    source: Source
    items: "tuple[Data, ...]"


@dataclass(frozen=True, slots=True, eq=False)
class Fields:
    """A mapping, its entries in order."""

    source: Source
    entries: "tuple[tuple[Text, Data], ...]"

    def get(self, key: str) -> "Data | None":
        """Return the value of a key, None if it is not there."""
        for name, value in self.entries:
            if name.source.text == key:
                return value
        return None

    def __iter__(self) -> "Iterator[tuple[Text, Data]]":
        return iter(self.entries)


Data = Text | Items | Fields


@lru_cache(maxsize=128)  # policies share their includes, and a reload changes few files
def read_document(name: str, text: str) -> tuple[Data | None, tuple[Diagnostic, ...]]:
    """Read a YAML text. `name` is its path as findings show it."""
    file = Source(text, name)
    reader = _Reader(file)
    try:
        node = compose(text)
        document = reader.data(node) if node is not None else None
    except YamlError as error:
        return None, (_syntax_fault(file, error),)
    if reader.has_aliases:
        return None, tuple(reader.diagnostics)
    if document is None:
        return None, (Diagnostic("empty-file", "the file is empty", file, Span(0, 0), "fill it, or remove it"),)
    return document, tuple(reader.diagnostics)


def plain_value(data: Data) -> object:
    """Return a document as plain values: dicts, lists, texts, decimals, truths and None."""
    match data:
        case Fields():
            return {key.text: plain_value(value) for key, value in data}
        case Items():
            return [plain_value(item) for item in data.items]
        case Text():
            return data.value


def _syntax_fault(file: Source, error: YamlError) -> Diagnostic:
    start = min(error.offset or 0, max(len(file.text) - 1, 0))
    match error:
        case NestedTooDeep():
            mend = "write it with fewer levels"
        case UnreadableCharacter():
            mend = "take it out"
        case _:
            mend = _MENDS.get(error.problem, "quote texts that hold ': ' or start with one of {[&*!|>%@`")
    return Diagnostic("yaml-syntax", f"not valid YAML: {error.problem}", file, Span(start, start + 1), mend)


class _Reader:
    """Turns YAML's nodes into data. Aliases are refused: what they stand for has another place, or contains itself."""

    def __init__(self, file: Source) -> None:
        self._file = file
        self._line_starts = [0, *accumulate(len(line) + 1 for line in file.text.split("\n"))]
        self.has_aliases = False
        self.diagnostics: list[Diagnostic] = []

    def data(self, node: Node) -> Data:
        match node:
            case Scalar():
                return self._text(node)
            case Mapping():
                return self._fields(node)
            case Sequence():
                return Items(self._part(node), tuple([self.data(item) for item in node.items]))
            case Alias():
                return self._alias(node)

    def _alias(self, node: Alias) -> Text:
        self.has_aliases = True
        part = self._part(node)
        message = "this alias (*) stands for another part of the file; rule files don't use aliases"
        mend = "write it out, or make a parameter or a decision of it"
        self.diagnostics.append(Diagnostic("yaml-alias", message, part, part.whole, mend))
        return Text(part, "str")

    def _fields(self, node: Mapping) -> Fields:
        entries: dict[str, tuple[Text, Data]] = {}
        for key, value in node.entries:
            name = self._text(key)
            if name.text in entries:
                message = f"'{name.text}' stands here twice"
                self.diagnostics.append(
                    Diagnostic("duplicate-key", message, name.source, name.source.whole, "keep one of the two")
                )
            entries.setdefault(name.text, (name, self.data(value)))
        return Fields(self._part(node), tuple(entries.values()))

    def _text(self, node: Node) -> Text:
        if not isinstance(node, Scalar):
            part = self._part(node)
            self.diagnostics.append(
                Diagnostic("not-a-key", "a key must be a plain text", part, Span(0, 1), "write a name")
            )
            return Text(part, "str")
        start, end = node.start, node.end
        if start == end:  # nothing was written: YAML puts that where the next thing stands
            start = end = len(self._file.text[:start].rstrip())
        raw = self._file.text[start:end]
        joints = _joints(raw, node.text, node.style)
        anchors = [Anchor(offset, self._position(start + place)) for offset, place in joints]
        return Text(Source(node.text, self._file.name, self._file.text, tuple(anchors)), node.tag)

    def _part(self, node: Node) -> Source:
        text = self._file.text[node.start : node.end].rstrip()
        return Source(text, self._file.name, self._file.text, (Anchor(0, self._position(node.start)),))

    def _position(self, offset: int) -> Position:
        line = bisect_right(self._line_starts, offset) - 1
        return Position(line, offset - self._line_starts[line])


def _joints(raw: str, value: str, style: str | None) -> Iterable[tuple[int, int]]:
    """Pair offsets in a scalar's value with places in its raw text, wherever the two begin to run side by side anew."""
    if raw == value:
        return [(0, 0)]
    if raw[1:-1] == value and style in ("'", '"'):
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
        length = _escape_length(raw, place, style)
        if length == 1 and character.isspace() and raw[place : place + 1] != character:
            continue  # the end of a folded line; what comes next finds its own place
        while place < len(raw) and raw[place].isspace() and raw[place] != character:
            place += 1
            length = _escape_length(raw, place, style)
        if place - offset != shift:
            shift = place - offset
            yield offset, place
        place = min(place + length, len(raw))


def _escape_length(raw: str, place: int, style: str | None) -> int:
    """Return how many characters of the raw text stand for the one at this place (YAML 1.2, 5.7 and 7.3)."""
    if style == '"' and raw[place : place + 1] == "\\":
        return 2 + {"x": 2, "u": 4, "U": 8}.get(raw[place + 1 : place + 2], 0)
    return 2 if style == "'" and raw[place : place + 2] == "''" else 1
