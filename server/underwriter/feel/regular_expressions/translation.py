"""Writes a regular expression in the syntax of RE2, which runs in time linear to the text."""

from underwriter.feel.faults import Fault
from underwriter.feel.regular_expressions.character_sets import ANY_CHARACTER, CharacterSet
from underwriter.feel.regular_expressions.nodes import (
    BackReference,
    Choice,
    End,
    Expression,
    Group,
    Joined,
    Node,
    OneOf,
    Repeated,
    Start,
)

_MAXIMUM_REPEAT = 1_000
_MAXIMUM_TRANSLATION = 500_000


def translated(expression: Expression) -> str:
    """Return the pattern for RE2, of an expression without back-references; raise `Fault` if it is too large."""
    writer = _Writer(expression.is_multiline)
    writer.write_node(expression.root)
    return "".join(writer.parts)


def too_large() -> Fault:
    """Return the fault of a pattern that asks for too much memory."""
    return Fault("too-much-work", "the pattern is too large")


class _Writer:
    """Gathers the text of a pattern, part by part, within bounds."""

    def __init__(self, is_multiline: bool) -> None:
        self.parts: list[str] = []
        self._room = _MAXIMUM_TRANSLATION
        self._start, self._end = ("(?m:^)", "(?m:$)") if is_multiline else (r"\A", r"\z")

    def write(self, text: str) -> None:
        """Add a part."""
        self._room -= len(text)
        if self._room < 0:
            raise too_large()
        self.parts.append(text)

    def write_node(self, node: Node) -> None:
        """Add a node; whatever is more than one atom stands in a group."""
        match node:
            case OneOf(characters=characters):
                self.write(_class(characters))
            case Start():
                self.write(self._start)
            case End():
                self.write(self._end)
            case Joined(parts=parts):
                self._write_group("(?:", parts, "")
            case Choice(branches=branches):
                self._write_group("(?:", branches, "|")
            case Group(part=part):
                self._write_group("(", (part,), "")
            case Repeated():
                self._write_repeated(node)
            case BackReference():
                raise NotImplementedError("RE2 has no back-references")

    def _write_group(self, opening: str, parts: tuple[Node, ...], separator: str) -> None:
        self.write(opening)
        for index, part in enumerate(parts):
            self.write(separator if index else "")
            self.write_node(part)
        self.write(")")

    def _write_repeated(self, node: Repeated) -> None:
        if max(node.minimum, node.maximum or 0) > _MAXIMUM_REPEAT:
            raise too_large()
        maximum = "" if node.maximum is None else str(node.maximum)
        self._write_group("(?:", (node.part,), "")
        self.write(f"{{{node.minimum},{maximum}}}{'?' if node.is_lazy else ''}")


def _class(characters: CharacterSet) -> str:
    if not characters.ranges:
        return rf"[^{_escaped(0)}-{_escaped(ANY_CHARACTER.ranges[0][1])}]"
    (first, last), *others = characters.ranges
    if first == last and not others:
        return _escaped(first)
    texts = (
        _escaped(first) if first == last else f"{_escaped(first)}-{_escaped(last)}" for first, last in characters.ranges
    )
    return f"[{''.join(texts)}]"


def _escaped(code: int) -> str:
    character = chr(code)
    return character if character.isascii() and character.isalnum() else rf"\x{{{code:x}}}"
