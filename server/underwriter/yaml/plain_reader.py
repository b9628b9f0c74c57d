"""Reads, in one pass, the part of YAML that people write rules in: the rest is left to a whole YAML reader.

These are block mappings and lists, flow mappings and lists, plain and quoted scalars on one line, literal blocks, and
folded blocks of one paragraph. Whatever else comes up raises `NotPlain`, and so does everything that is wrong: what is
accepted here, every YAML reader reads the same. Sections are those of YAML 1.2.2.
"""

import re

from underwriter.yaml.nodes import Mapping, Node, Scalar, Sequence
from underwriter.yaml.tags import tag_of

MAXIMUM_DEPTH = 50
"""How deep collections may lie in each other here."""

MAXIMUM_KEY_LENGTH = 1000
"""A key ends within 1024 characters (7.4.2)."""

# Other characters are no text at all, or end lines, or begin a document; and tabs look like spaces.
_UNUSUAL = re.compile(
    r"[^\n -~\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]|^(?:---|\.\.\.|%)", re.MULTILINE
)
_INDICATORS = r"""\-?:,\[\]{}#&*!|>'"%@`"""
_PLAIN = rf"(?:[^ \n{_INDICATORS}]|-(?=[^ \n]))(?:[^ \n:#]++|:(?=[^ \n])|(?<! )#| ++(?=[^ \n:#]|:[^ \n]))*+"
_FLOW_PLAIN = (
    rf"(?:[^ \n{_INDICATORS}]|-(?=[^ \n{_INDICATORS}]))"
    rf"(?:[^ \n:#?,\[\]{{}}]++|:(?=[^ \n{_INDICATORS}])|(?<! )#| ++(?=[^ \n:#?,\[\]{{}}]))*+"
)
_QUOTED = r"""'(?:[^'\n]|'')*+'|"[^"\\\n]*+\""""
_LINE_END = r" *+(?:(?<= )#[^\n]*+)?(?:\n|\Z)"

_TO_CONTENT = re.compile(r"(?: *+(?:#[^\n]*+)?\n)*+( *+)(?=[^ \n#])")
_ENTRY = re.compile(rf"({_PLAIN}) *+:(?: ++({_PLAIN}))?{_LINE_END}")
_KEY = re.compile(rf"(?:({_PLAIN})|({_QUOTED})) *+:(?=[ \n]|\Z)")
_DASH = re.compile(r"-(?=[ \n]|\Z)")
_SPACES = re.compile(" *+")
_END = re.compile(_LINE_END)
_TAGGED = re.compile(rf"(![A-Za-z]+) ++({_PLAIN})")
_SCALAR = re.compile(rf"({_PLAIN})|({_QUOTED})")
_BLOCK_HEAD = re.compile(r"([|>])(-?) *+(?:(?<= )#[^\n]*+)?\n")
_BLANKS = re.compile(r"[ \n]*+")
_FLOW_SCALAR = re.compile(rf"({_FLOW_PLAIN})|({_QUOTED})")
_FLOW_KEY = re.compile(rf"(?:({_FLOW_PLAIN})|({_QUOTED})) *+:(?=[ \n])")


class NotPlain(Exception):
    """The text holds what this reader does not read, or is wrong."""


def read_plain(text: str) -> Node:
    """Return the document.

    Raises:
        NotPlain: when anything in it is not of the plain part, or there is nothing.
    """
    if _UNUSUAL.search(text):
        raise NotPlain
    return _Reader(text).document()


class _Reader:
    """Stands at the first character of a line, `_at`, in the column `_indent`; at the end of the text, in column -1.

    What follows a dash or a key stands there as if it had a line of its own.
    """

    def __init__(self, text: str) -> None:
        self._text = text
        self._depth = 0
        self._go_to_line(0)

    def document(self) -> Node:
        if self._indent < 0:
            raise NotPlain
        node = self._block()
        if self._indent >= 0:
            raise NotPlain
        return node

    def _go_to_line(self, start: int) -> None:
        """Go to the first line with content, from a line's start on."""
        found = _TO_CONTENT.match(self._text, start)
        self._at = found.end() if found else len(self._text)
        self._indent = self._at - found.start(1) if found else -1

    def _end_line(self, end: int) -> None:
        """Go on behind a value, after which the line may only hold a comment."""
        found = _END.match(self._text, end)
        if not found:
            raise NotPlain
        self._go_to_line(found.end())

    def _enter(self) -> None:
        self._depth += 1
        if self._depth > MAXIMUM_DEPTH:
            raise NotPlain

    def _block(self) -> Node:
        return self._sequence() if _DASH.match(self._text, self._at) else self._mapping()

    def _mapping(self) -> Mapping:
        self._enter()
        start, indent = self._at, self._indent
        entries = []
        while self._indent == indent:
            entries.append(self._entry(indent))
        if self._indent > indent:
            raise NotPlain
        self._depth -= 1
        return Mapping(start, self._at, tuple(entries))

    def _entry(self, indent: int) -> tuple[Node, Node]:
        at = self._at
        whole = _ENTRY.match(self._text, at)
        if whole and whole.end(1) - at < MAXIMUM_KEY_LENGTH:
            key = _plain(whole.group(1), at)
            text = whole.group(2)
            if text is None:
                return key, self._below(whole.end(), indent)
            self._go_to_line(whole.end())
            return key, _plain(text, whole.start(2))
        found = _KEY.match(self._text, at)
        if not found or found.end() - at > MAXIMUM_KEY_LENGTH:
            raise NotPlain
        return _scalar(found), self._beside_or_below(found.end(), indent)

    def _sequence(self) -> Sequence:
        """Read a list. One that is a key's value may stand in the key's own column (8.2.1)."""
        self._enter()
        start, indent = self._at, self._indent
        items = []
        while self._indent == indent and _DASH.match(self._text, self._at):
            items.append(self._beside_or_below(self._at + 1, indent, is_item=True))
        if self._indent > indent:
            raise NotPlain
        self._depth -= 1
        return Sequence(start, self._at, tuple(items))

    def _beside_or_below(self, after: int, indent: int, *, is_item: bool = False) -> Node:
        """Read what stands after a dash or a key's colon, on the same line or on lines of its own."""
        empty = _END.match(self._text, after)
        if empty:
            return self._below(empty.end(), indent, is_item=is_item)
        place = _behind(_SPACES, self._text, after)
        if is_item and (_DASH.match(self._text, place) or _KEY.match(self._text, place)):
            self._indent += place - self._at
            self._at = place
            return self._block()
        return self._value(place, indent)

    def _below(self, next_line: int, indent: int, *, is_item: bool = False) -> Node:
        """Read what stands on the lines below a key or dash. A key with nothing has null where the next thing is."""
        self._go_to_line(next_line)
        if self._indent > indent:
            node = self._block()
            if self._indent > indent:
                raise NotPlain
            return node
        if is_item:
            raise NotPlain
        if self._indent == indent and _DASH.match(self._text, self._at):
            return self._sequence()
        return Scalar(self._at, self._at, "", tag_of(""), None)

    def _value(self, place: int, indent: int) -> Node:
        """Read a value that begins on the line of its key or dash, in the column `indent`."""
        node: Node
        match self._text[place]:
            case "|" | ">":
                return self._block_scalar(place, indent)
            case "[" | "{":
                node = self._flow(place)
            case "!":
                node = self._tagged(place)
            case _:
                found = _SCALAR.match(self._text, place)
                if not found:
                    raise NotPlain
                node = _scalar(found)
        self._end_line(node.end)
        return node

    def _tagged(self, place: int) -> Scalar:
        found = _TAGGED.match(self._text, place)
        if not found:
            raise NotPlain
        return Scalar(place, found.end(), found.group(2), found.group(1), None)

    def _block_scalar(self, place: int, indent: int) -> Scalar:
        """Read a literal or folded block, the first line of which says how far all are indented (8.1)."""
        head = _BLOCK_HEAD.match(self._text, place)
        if not head:
            raise NotPlain
        style, chomping = head.groups()
        margin = _behind(_SPACES, self._text, head.end()) - head.end()
        lines, end = self._block_lines(head.end(), " " * margin)
        if margin <= indent or not lines or not lines[0]:
            raise NotPlain
        if style == ">" and any(line[:1] in ("", " ") for line in lines):
            raise NotPlain
        text = (" " if style == ">" else "\n").join(lines) + ("" if chomping else "\n")
        self._go_to_line(end)
        return Scalar(place, end, text, "str", style)

    def _block_lines(self, at: int, margin: str) -> tuple[list[str], int]:
        """Return the lines of a block without their margin, and where the next line begins; blank ones end no block."""
        lines: list[str] = []
        text = self._text
        while (end := text.find("\n", at)) >= 0:
            line = text[at:end]
            if line.startswith(margin):
                line = line[len(margin) :]
                if line.isspace():
                    raise NotPlain
            elif line.strip(" "):
                break
            else:
                line = ""
            lines.append(line)
            at = end + 1
        if at < len(text) and text.startswith(margin, at):
            raise NotPlain  # a last line without an end
        while lines and not lines[-1]:
            lines.pop()
        return lines, at

    def _flow(self, place: int) -> Sequence | Mapping:
        self._enter()
        node = self._flow_sequence(place) if self._text[place] == "[" else self._flow_mapping(place)
        self._depth -= 1
        return node

    def _flow_sequence(self, start: int) -> Sequence:
        items: list[Node] = []
        at = self._skip_blanks(start + 1)
        if self._text.startswith("]", at):
            return Sequence(start, at + 1, ())
        while True:
            items.append(item := self._flow_value(at))
            at = self._skip_blanks(item.end)
            if self._text.startswith("]", at):
                return Sequence(start, at + 1, tuple(items))
            at = self._after_comma(at)

    def _flow_mapping(self, start: int) -> Mapping:
        entries: list[tuple[Node, Node]] = []
        at = self._skip_blanks(start + 1)
        if self._text.startswith("}", at):
            return Mapping(start, at + 1, ())
        while True:
            found = _FLOW_KEY.match(self._text, at)
            if not found or found.end() - at > MAXIMUM_KEY_LENGTH:
                raise NotPlain
            value = self._flow_value(self._skip_blanks(found.end()))
            entries.append((_scalar(found), value))
            at = self._skip_blanks(value.end)
            if self._text.startswith("}", at):
                return Mapping(start, at + 1, tuple(entries))
            at = self._after_comma(at)

    def _flow_value(self, at: int) -> Node:
        if self._text.startswith(("[", "{"), at):
            return self._flow(at)
        found = _FLOW_SCALAR.match(self._text, at)
        if not found:
            raise NotPlain
        return _scalar(found)

    def _skip_blanks(self, at: int) -> int:
        return _behind(_BLANKS, self._text, at)

    def _after_comma(self, at: int) -> int:
        if not self._text.startswith(",", at):
            raise NotPlain
        return self._skip_blanks(at + 1)


def _behind(pattern: re.Pattern[str], text: str, at: int) -> int:
    """Return the place behind what matches, which may be nothing."""
    found = pattern.match(text, at)
    return found.end() if found else at


def _plain(text: str, start: int) -> Scalar:
    return Scalar(start, start + len(text), text, tag_of(text), None)


def _scalar(found: re.Match[str]) -> Scalar:
    """Return the scalar of a match whose first group is a plain one, its second a quoted one."""
    text, quoted = found.group(1, 2)
    if text is not None:
        return _plain(text, found.start(1))
    style = quoted[0]
    inner = quoted[1:-1].replace("''", "'") if style == "'" else quoted[1:-1]
    return Scalar(found.start(2), found.end(2), inner, "str", style)
