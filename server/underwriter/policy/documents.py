"""YAML read so that every key and value keeps its place: the ground for findings that point at a character."""

from collections.abc import Callable, Iterator
from decimal import Decimal, InvalidOperation
from functools import cached_property, lru_cache, partial

from underwriter.feel.diagnostics import Diagnostic
from underwriter.feel.source import Source, Span
from underwriter.policy.places import Places
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


class _Part:
    """A part of a document. Where it stands is worked out when somebody asks, which of most parts nobody does."""

    def __init__(self, locate: Callable[[], Source]) -> None:
        self._locate = locate

    @cached_property
    def source(self) -> Source:
        """Where it stands. It is one object, by which others may know the part again."""
        return self._locate()


class Text(_Part):
    """A scalar: `text` as YAML understands it.

    `tag` is what YAML takes it for: str, int, float, bool, null, or an own tag such as !csv.
    """

    def __init__(self, text: str, tag: str, locate: Callable[[], Source]) -> None:
        super().__init__(locate)
        self.text = text
        self.tag = tag

    def part(self, start: int, end: int) -> "Text":
        """Return a part of the text as one of its own."""
        return Text(self.text[start:end], "str", lambda: self.source.part(start, end))

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


class Items(_Part):
    """A sequence."""

    def __init__(self, items: "tuple[Data, ...]", locate: Callable[[], Source]) -> None:
        super().__init__(locate)
        self.items = items


class Fields(_Part):
    """A mapping, its entries in order."""

    def __init__(self, entries: "tuple[tuple[Text, Data], ...]", locate: Callable[[], Source]) -> None:
        super().__init__(locate)
        self.entries = entries

    def get(self, key: str) -> "Data | None":
        """Return the value of a key, None if it is not there."""
        for name, value in self.entries:
            if name.text == key:
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
        self._places = Places(file)
        self.has_aliases = False
        self.diagnostics: list[Diagnostic] = []

    def data(self, node: Node) -> Data:
        match node:
            case Scalar():
                return self._text(node)
            case Mapping():
                return self._fields(node)
            case Sequence():
                return Items(tuple([self.data(item) for item in node.items]), partial(self._places.part, node))
            case Alias():
                return self._alias(node)

    def _text(self, node: Scalar) -> Text:
        return Text(node.text, node.tag, partial(self._places.scalar, node))

    def _alias(self, node: Alias) -> Text:
        self.has_aliases = True
        part = self._places.part(node)
        message = "this alias (*) stands for another part of the file; rule files don't use aliases"
        mend = "write it out, or make a parameter or a decision of it"
        self.diagnostics.append(Diagnostic("yaml-alias", message, part, part.whole, mend))
        return Text(part.text, "str", lambda: part)

    def _fields(self, node: Mapping) -> Fields:
        entries: dict[str, tuple[Text, Data]] = {}
        for key, value in node.entries:
            name = self._key(key)
            if name.text in entries:
                message = f"'{name.text}' stands here twice"
                self.diagnostics.append(
                    Diagnostic("duplicate-key", message, name.source, name.source.whole, "keep one of the two")
                )
            entries.setdefault(name.text, (name, self.data(value)))
        return Fields(tuple(entries.values()), partial(self._places.part, node))

    def _key(self, node: Node) -> Text:
        if isinstance(node, Scalar):
            return self._text(node)
        part = self._places.part(node)
        self.diagnostics.append(Diagnostic("not-a-key", "a key must be a plain text", part, Span(0, 1), "write a name"))
        return Text(part.text, "str", lambda: part)
