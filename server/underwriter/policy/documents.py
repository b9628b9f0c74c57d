"""YAML read so that every key and value keeps its place: the ground for findings that point at a character."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from functools import lru_cache

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode
from ruamel.yaml.reader import ReaderError

from underwriter.feel.diagnostics import Diagnostic
from underwriter.feel.source import Anchor, Source, Span

_TAG = "tag:yaml.org,2002:"
_TRUTHS = {"true": True, "false": False}


@dataclass(frozen=True, eq=False)
class Text:
    """A scalar. `tag` is what YAML takes it for: str, int, float, bool, null, or an own tag such as !csv."""

    source: Source
    tag: str

    @property
    def text(self) -> str:
        """The text as YAML understands it."""
        return self.source.text

    @property
    def value(self) -> Decimal | str | bool | None:
        """The value: numbers exactly as written, never through binary floats."""
        if self.tag in ("int", "float"):
            try:
                return Decimal(self.text)
            except InvalidOperation:
                return self.text
        if self.tag == "null":
            return None
        return _TRUTHS.get(self.text.lower(), self.text) if self.tag == "bool" else self.text


@dataclass(frozen=True, eq=False)
class Items:
    """A sequence."""

    source: Source
    items: "tuple[Data, ...]"


@dataclass(frozen=True, eq=False)
class Fields:
    """A mapping, its entries in order."""

    source: Source
    entries: "tuple[tuple[Text, Data], ...]"

    def get(self, key: str) -> "Data | None":
        """Return the value of a key, None if it is not there."""
        return next((value for name, value in self.entries if name.text == key), None)

    def __iter__(self) -> "Iterator[tuple[Text, Data]]":
        return iter(self.entries)


Data = Text | Items | Fields


@lru_cache(maxsize=256)  # policies share their includes, and a reload changes few files
def read_document(name: str, text: str) -> tuple[Data | None, tuple[Diagnostic, ...]]:
    """Read a YAML text. `name` is its path as findings show it."""
    file = Source(text, name)
    reader = _Reader(file)
    try:
        node = YAML(typ="safe", pure=True).compose(text)
        document = reader.data(node) if node is not None else None
    except MarkedYAMLError as error:
        return None, (_syntax_fault(file, error),)
    except ReaderError as error:
        return None, (_character_fault(file, error),)
    except RecursionError:
        message = "the file is nested too deep"
        return None, (Diagnostic("yaml-syntax", message, file, Span(0, 1), "write it with fewer levels"),)
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


def _syntax_fault(file: Source, error: MarkedYAMLError) -> Diagnostic:
    mark = error.problem_mark if error.problem else error.context_mark
    start = min(mark.index, max(len(file.text) - 1, 0)) if mark else 0
    message = f"not valid YAML: {error.problem or error.context or 'it cannot be read'}"
    mend = "quote texts that hold ': ' or start with one of {[&*!|>%@`"
    return Diagnostic("yaml-syntax", message, file, Span(start, start + 1), mend)


def _character_fault(file: Source, error: ReaderError) -> Diagnostic:
    message = f"not valid YAML: the character U+{error.character:04X} may not stand in it"
    return Diagnostic("yaml-syntax", message, file, Span(error.position, error.position + 1), "take it out")


class _Reader:
    """Turns YAML's nodes into data. Aliases are refused: what they stand for has another place, or contains itself."""

    def __init__(self, file: Source) -> None:
        self._file = file
        self._seen: set[int] = set()
        self.has_aliases = False
        self.diagnostics: list[Diagnostic] = []

    def data(self, node: Node) -> Data:
        if id(node) in self._seen:
            return self._alias(node)
        self._seen.add(id(node))
        if isinstance(node, MappingNode):
            return self._fields(node)
        if isinstance(node, SequenceNode):
            return Items(self._part(node), tuple(self.data(item) for item in node.value))
        return self._text(node)

    def _alias(self, node: Node) -> Text:
        self.has_aliases = True
        part = self._part(node)
        message = "an alias (*) stands for this; rule files don't use aliases"
        mend = "write it out, or make a parameter or a decision of it"
        self.diagnostics.append(Diagnostic("yaml-alias", message, part, Span(0, 1), mend))
        return Text(part, "str")

    def _fields(self, node: MappingNode) -> Fields:
        entries: dict[str, tuple[Text, Data]] = {}
        for key, value in node.value:
            name = self._text(key)
            if name.text in entries:
                message = f"'{name.text}' stands here twice"
                self.diagnostics.append(
                    Diagnostic("duplicate-key", message, name.source, name.source.whole, "keep one of the two")
                )
            entries.setdefault(name.text, (name, self.data(value)))
        return Fields(self._part(node), tuple(entries.values()))

    def _text(self, node: Node) -> Text:
        if not isinstance(node, ScalarNode):
            part = self._part(node)
            self.diagnostics.append(Diagnostic("not-a-key", "a key must be a plain text", part, Span(0, 1)))
            return Text(part, "str")
        start, end = node.start_mark.index, node.end_mark.index
        if start == end:  # nothing was written: YAML puts that where the next thing stands
            start = end = len(self._file.text[:start].rstrip())
        anchors = tuple(
            Anchor(offset, self._file.position(start + place))
            for offset, place in _joints(self._file.text[start:end], node.value, node.style)
        )
        tag = str(node.tag).removeprefix(_TAG)
        return Text(Source(node.value, self._file.name, self._file.text, anchors), tag)

    def _part(self, node: Node) -> Source:
        start, end = node.start_mark.index, node.end_mark.index
        return self._file.part(start, max(len(self._file.text[:end].rstrip()), start))


def _joints(raw: str, value: str, style: str | None) -> Iterator[tuple[int, int]]:
    """Pair offsets in a scalar's value with places in its raw text, wherever the two begin to run side by side anew.

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
