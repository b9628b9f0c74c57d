"""XML as a tree in which every text and attribute knows its place in the file.

Document types, and with them entities of an author's own, are refused: neither bombs of entities nor other files can
come in. Size and depth are bounded.
"""

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from xml.parsers import expat

from underwriter.dmn.xml import faults
from underwriter.feel.diagnostics import Diagnostic
from underwriter.feel.source import Anchor, Position, Source, Span

MAX_LENGTH = 10_000_000
"""Longest file that is read, in characters."""

MAX_DEPTH = 200
"""How deep elements may be nested."""

MAX_ELEMENTS = 200_000
"""How many elements a file may have; a row of a decision table with ten columns has about twenty."""

MAX_TEXTS = 600_000
"""How many lines and other pieces of text a file may have, entities such as `&lt;` counting as pieces."""

MAX_NAME = 1_000
"""Longest name of an element or attribute, its namespace included, in characters."""

MAX_ATTRIBUTE = 100_000
"""Longest value of an attribute, in characters."""

_NO_ATTRIBUTES: Mapping[str, str] = MappingProxyType({})
_BLANKS = " \t\n"
_ATTRIBUTE = re.compile(r"""\s+([^\s=]+)\s*=\s*(?:"([^"]*)"|'([^']*)')""")
_REFERENCE = re.compile(r"&[^;]+;")


@dataclass(slots=True)
class File:
    """A file's text, its ends of lines made plain (XML 1.0, 2.11), and the prefixes of namespaces declared in it."""

    source: Source
    line_starts: list[int]
    namespaces: dict[str, str] = field(default_factory=dict)

    def offset(self, position: Position) -> int:
        """Return how many characters stand before a place."""
        return self.line_starts[position.line] + position.column

    def part(self, start: int, end: int) -> Source:
        """Return a part of the file; unlike `Source.part` it takes no longer far down in the file."""
        line = bisect_right(self.line_starts, start) - 1
        anchor = Anchor(0, Position(line, start - self.line_starts[line]))
        return Source(self.source.text[start:end], self.source.name, self.source.text, (anchor,))


@dataclass(slots=True)
class Element:
    """An element: its namespace and name, its attributes, its children and its text.

    An attribute that has a namespace stands under both, with a space between.
    """

    file: File
    namespace: str
    name: str
    attributes: Mapping[str, str]
    position: Position
    children: "Sequence[Element]" = ()
    pieces: Sequence[tuple[str, Position]] = ()

    @property
    def source(self) -> Source:
        """The start tag."""
        start = self.file.offset(self.position)
        return self.file.part(start, self._attributes_end(start) + 1)

    def attribute(self, name: str) -> Source | None:
        """Return the value of an attribute, None if it is not there."""
        if name not in self.attributes:
            return None
        found = next(match for match in self._written_attributes() if match[1] == name)
        start = found.start(2) if found[2] is not None else found.start(3)
        raw = self.file.part(start, start + len(found[2] or found[3] or ""))
        return Source(self.attributes[name], raw.name, raw.host, tuple(_joints(raw)))

    def named(self, *names: str) -> "Iterator[Element]":
        """Yield the children of the same namespace that have one of these names."""
        return (child for child in self.children if child.name in names and child.namespace == self.namespace)

    def first(self, name: str) -> "Element | None":
        """Return the first child of a name."""
        return next(self.named(name), None)

    @property
    def all_text(self) -> str:
        """The text of the element itself with all its blanks."""
        return "".join(piece for piece, _ in self.pieces)

    @property
    def text(self) -> Source:
        """The text of the element itself, without the blanks around it; if there is none, at the start tag."""
        text = self.all_text
        if not text.strip(_BLANKS):
            start = self.file.offset(self.position)
            return self.file.part(start, start)
        whole = Source(text, self.file.source.name, self.file.source.text, tuple(self._anchors()))
        start = len(text) - len(text.lstrip(_BLANKS))
        return whole.part(start, len(text.rstrip(_BLANKS)))

    def _anchors(self) -> Iterator[Anchor]:
        """Yield an anchor wherever the text and the file begin to run side by side anew."""
        offset = 0
        for piece, position in self.pieces:
            yield Anchor(offset, position)
            offset += len(piece)

    def _written_attributes(self) -> Iterator[re.Match[str]]:
        text = self.file.source.text
        place = self.file.offset(self.position) + 1
        while text[place] not in " \t\n/>":
            place += 1
        while match := _ATTRIBUTE.match(text, place):
            yield match
            place = match.end()

    def _attributes_end(self, start: int) -> int:
        last = start
        for match in self._written_attributes():
            last = match.end()
        return self.file.source.text.index(">", last)


def read_tree(text: str, name: str) -> tuple[Element | None, list[Diagnostic]]:
    """Read an XML text; `name` is the file's path as it is shown. None with a finding if it is not well-formed."""
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    source = Source(text, name)
    if len(text) > MAX_LENGTH:
        return None, [faults.too_long(source, MAX_LENGTH)]
    if text.count("\n") > MAX_TEXTS:
        return None, [faults.too_many(source, Span(0, 1), "lines", MAX_TEXTS)]
    builder = _Builder(File(source, _line_starts(text)))
    try:
        return builder.build(), []
    except _Refused as refused:
        return None, [refused.fault]
    except expat.ExpatError as error:
        place = Span(*[builder.file.offset(Position(error.lineno - 1, error.offset))] * 2)
        return None, [faults.not_well_formed(source, place, expat.ErrorString(error.code))]


class _Refused(Exception):
    """Ends the reading of a file that is not to be read further."""

    def __init__(self, fault: Diagnostic) -> None:
        super().__init__(fault.message)
        self.fault = fault


class _Builder:
    """Builds the tree from what expat reports."""

    def __init__(self, file: File) -> None:
        self.file = file
        self._root: Element | None = None
        self._open: list[Element] = []
        self._children: list[list[Element]] = []
        self._pieces: list[list[tuple[str, Position]]] = []
        self._elements = 0
        self._texts = 0
        self._parser = expat.ParserCreate("utf-8", " ")
        self._parser.StartDoctypeDeclHandler = self._doctype
        self._parser.StartNamespaceDeclHandler = self._namespace
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.CharacterDataHandler = self._characters

    def build(self) -> Element | None:
        self._parser.Parse(self.file.source.text.encode(errors="surrogatepass"), True)
        return self._root

    def _position(self) -> Position:
        return Position(self._parser.CurrentLineNumber - 1, self._parser.CurrentColumnNumber)

    def _span(self, position: Position) -> Span:
        offset = self.file.offset(position)
        return Span(offset, offset + 1)

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        position = self._position()
        self._elements += 1
        self._check_bounds(name, attributes, position)
        namespace, _, local = name.rpartition(" ")
        element = Element(self.file, namespace, local, attributes or _NO_ATTRIBUTES, position)
        if self._open:
            self._children[-1].append(element)
        else:
            self._root = element
        self._open.append(element)
        self._children.append([])
        self._pieces.append([])

    def _check_bounds(self, name: str, attributes: dict[str, str], position: Position) -> None:
        """Refuse an element that goes beyond a bound."""
        source = self.file.source
        if len(self._open) == MAX_DEPTH:
            raise _Refused(faults.too_deep(source, self._span(position), MAX_DEPTH))
        if self._elements > MAX_ELEMENTS:
            raise _Refused(faults.too_many(source, self._span(position), "elements", MAX_ELEMENTS))
        if max(map(len, (name, *attributes))) > MAX_NAME:
            raise _Refused(faults.long_name(source, self._span(position), MAX_NAME))
        if max(map(len, attributes.values()), default=0) > MAX_ATTRIBUTE:
            raise _Refused(faults.long_attribute(source, self._span(position), MAX_ATTRIBUTE))

    def _end(self, _name: str) -> None:
        element = self._open.pop()
        element.children = tuple(self._children.pop())
        element.pieces = tuple(_runs(self._pieces.pop()))
        if element.children and not element.all_text.strip(_BLANKS):
            element.pieces = ()  # the indentation of the children

    def _characters(self, data: str) -> None:
        position = self._position()
        self._texts += 1
        if self._texts > MAX_TEXTS:
            raise _Refused(faults.too_many(self.file.source, self._span(position), "pieces of text", MAX_TEXTS))
        self._pieces[-1].append((data, position))

    def _namespace(self, prefix: str | None, uri: str) -> None:
        self.file.namespaces.setdefault(prefix or "", uri)

    def _doctype(self, _name: str, *_rest: object) -> None:
        source, keyword = self.file.source, "<!DOCTYPE"
        start = source.text.rindex(keyword, 0, self.file.offset(self._position()) + len(keyword))
        raise _Refused(faults.has_document_type(source, Span(start, start + len(keyword))))


def _runs(pieces: Iterable[tuple[str, Position]]) -> Iterator[tuple[str, Position]]:
    """Yield pieces of text joined as far as the text and the file run side by side: an entity ends a run."""
    run: list[str] = []
    start: Position | None = None
    expected: Position | None = None
    for piece, position in pieces:
        if start is not None and position != expected:
            yield "".join(run), start
            run, start = [], None
        run.append(piece)
        start = start or position
        is_line_end = piece == "\n"
        expected = Position(position.line + is_line_end, 0 if is_line_end else position.column + len(piece))
    if start is not None:
        yield "".join(run), start


def _line_starts(text: str) -> list[int]:
    return [0, *(match.end() for match in re.finditer("\n", text))]


def _joints(raw: Source) -> Iterator[Anchor]:
    """Yield anchors of an attribute's value: a reference such as `&lt;` stands for one character of it."""
    yield Anchor(0, raw.position(0))
    shorter = 0
    for match in _REFERENCE.finditer(raw.text):
        shorter += len(match[0]) - 1
        yield Anchor(match.end() - shorter, raw.position(match.end()))
