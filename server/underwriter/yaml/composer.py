"""Reads a YAML text into nodes, by PyYAML's parser in C.

PyYAML's own composer is not used: it calls itself for each level, and thousands of brackets would end the process.
"""

from collections.abc import Callable
from functools import lru_cache
from typing import Any

import yaml
from underwriter.yaml.errors import NestedTooDeep, UnreadableCharacter, YamlError
from underwriter.yaml.nodes import Alias, Mapping, Node, Scalar, Sequence
from underwriter.yaml.tags import tag_of

MAXIMUM_DEPTH = 100
"""How deep lists and mappings may stand in each other."""

_TAG = "tag:yaml.org,2002:"
# Without the C library, the parser in Python gives the same events in thirty times the time.
_LOADER: Any = getattr(yaml, "CBaseLoader", yaml.BaseLoader)


@lru_cache(maxsize=128)  # what allows findings in a file is read from the same nodes as its rules
def compose(text: str) -> Node | None:
    """Return the document in a text, None if the text is empty.

    Raises:
        YamlError: when it is not valid YAML, more than one document, or nested too deep.
    """
    try:
        return _document(text)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark if error.problem else error.context_mark
        raise YamlError(error.problem or error.context or "it cannot be read", mark.index if mark else None) from error
    except yaml.reader.ReaderError as error:
        place = next((place for place, character in enumerate(text) if ord(character) == error.character), None)
        raise UnreadableCharacter(f"the character U+{error.character:04X} may not stand in it", place) from error


def _document(text: str) -> Node | None:
    loader = _LOADER(text)
    try:
        return _Composer().document(loader.get_event)
    finally:
        loader.dispose()


class _Composer:
    """Puts a document together from its events. `_open` are the collections that have not ended."""

    def __init__(self) -> None:
        self._open: list[tuple[yaml.CollectionStartEvent, list[Node]]] = []
        self._anchors: set[str] = set()
        self._documents: list[Node] = []

    def document(self, next_event: Callable[[], yaml.Event | None]) -> Node | None:
        """Return what the events make; `next_event` gives None after the last."""
        for event in iter(next_event, None):
            match event:
                case yaml.ScalarEvent():
                    self._add(_scalar(event), event.anchor)
                case yaml.CollectionStartEvent():
                    self._begin(event)
                case yaml.CollectionEndEvent():
                    self._end(event)
                case yaml.AliasEvent():
                    self._add(self._alias(event))
        return self._documents[0] if self._documents else None

    def _begin(self, event: yaml.CollectionStartEvent) -> None:
        if len(self._open) == MAXIMUM_DEPTH:
            raise NestedTooDeep(_start(event))
        if event.anchor is not None:
            self._anchors.add(event.anchor)
        self._open.append((event, []))

    def _end(self, event: yaml.CollectionEndEvent) -> None:
        begun, nodes = self._open.pop()
        start, end = _start(begun), _end(event)
        if isinstance(begun, yaml.MappingStartEvent):
            self._add(Mapping(start, end, tuple(zip(nodes[::2], nodes[1::2], strict=True))), begun.anchor)
        else:
            self._add(Sequence(start, end, tuple(nodes)), begun.anchor)

    def _add(self, node: Node, anchor: str | None = None) -> None:
        if anchor is not None:
            self._anchors.add(anchor)
        if self._open:
            self._open[-1][1].append(node)
            return
        if self._documents:
            raise YamlError("only one document may stand in a file, and here begins another", node.start)
        self._documents.append(node)

    def _alias(self, event: yaml.AliasEvent) -> Alias:
        if event.anchor not in self._anchors:
            raise YamlError(f"there is no anchor &{event.anchor} before this alias", _start(event))
        return Alias(_start(event), _end(event))


def _scalar(event: yaml.ScalarEvent) -> Scalar:
    style = event.style or None
    tag = (tag_of(event.value) if style is None else "str") if event.tag is None else event.tag.removeprefix(_TAG)
    return Scalar(_start(event), _end(event), event.value, tag, style)


def _start(event: yaml.Event) -> int:
    return event.start_mark.index  # type: ignore[union-attr]  # None only in events that nobody parsed


def _end(event: yaml.Event) -> int:
    return event.end_mark.index  # type: ignore[union-attr]  # as above
