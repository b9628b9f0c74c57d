"""Reads regular expressions: the grammar of XML Schema 1.1, appendix G, with the additions of XPath 3.1, 5.6.1.

The flags are those of XPath 3.1, 5.6.2: s, m, i, x and q.
"""

from underwriter.feel.faults import Fault
from underwriter.feel.regular_expressions.character_sets import ANY_CHARACTER, LINE_ENDS
from underwriter.feel.regular_expressions.class_reader import ClassReader
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

MAXIMUM_PATTERN = 2_000
"""The longest pattern, in characters."""

_QUANTIFIERS: dict[str, tuple[int, int | None]] = {"?": (0, 1), "*": (0, None), "+": (1, None)}
_SPACES = " \t\n\r"
_MAXIMUM_COUNT = 1_000_000
_DIGITS = "0123456789"


def read(pattern: str, flags: str) -> Expression:
    """Read a pattern; raise `Fault` for one that is none, and for unknown flags."""
    if not set(flags) <= set("smixq"):
        raise Fault("bad-pattern", "the flags '{}' are not among s, m, i, x and q", flags)
    if len(pattern) > MAXIMUM_PATTERN:
        raise Fault("too-long", "the pattern has more than {} characters", MAXIMUM_PATTERN)
    reader = _Reader(pattern, flags)
    root = reader.read_literally() if "q" in flags else reader.read_all()
    return Expression(root, reader.groups, is_multiline="m" in flags, ignores_case="i" in flags)


def _without_spaces(pattern: str) -> str:
    """Return the pattern without white space, but for that in classes (flag x)."""
    kept: list[str] = []
    depth = 0
    is_escaped = False
    for character in pattern:
        if not depth and character in _SPACES:
            continue
        kept.append(character)
        if not is_escaped:
            depth += (character == "[") - (character == "]" and depth > 0)
        is_escaped = character == "\\" and not is_escaped
    return "".join(kept)


class _Reader(ClassReader):
    """Reads the branches, pieces and atoms of a pattern."""

    def __init__(self, pattern: str, flags: str) -> None:
        text = _without_spaces(pattern) if "x" in flags and "q" not in flags else pattern
        super().__init__(text, "i" in flags)
        self.groups = 0
        self._closed: set[int] = set()
        self._dot = OneOf(ANY_CHARACTER if "s" in flags else ~LINE_ENDS)

    def read_literally(self) -> Node:
        """Return the text itself as what is looked for (flag q)."""
        return Joined(tuple(OneOf(self.of_character(character)) for character in self.text))

    def read_all(self) -> Node:
        """Read the whole pattern."""
        root = self._read_choice()
        if self.next:
            self.fail("there is no '(' for this ')'")
        return root

    def _read_choice(self) -> Node:
        """Read `regExp = branch {"|" branch}`."""
        branches = [self._read_branch()]
        while self.skip("|"):
            branches.append(self._read_branch())
        return branches[0] if len(branches) == 1 else Choice(tuple(branches))

    def _read_branch(self) -> Node:
        """Read `branch = {atom [quantifier]}`."""
        parts: list[Node] = []
        while self.next and self.next not in "|)":
            parts.append(self._quantified(self._read_atom()))
        return parts[0] if len(parts) == 1 else Joined(tuple(parts))

    def _quantified(self, atom: Node) -> Node:
        """Read `quantifier = ("?" | "*" | "+" | "{" quantity "}") ["?"]` if one follows an atom."""
        if self.next and self.next in _QUANTIFIERS:
            counts = _QUANTIFIERS[self.take()]
        elif self.skip("{"):
            counts = self._read_counts()
        else:
            return atom
        return Repeated(atom, *counts, is_lazy=self.skip("?"))

    def _read_counts(self) -> tuple[int, int | None]:
        """Read `quantity = n | n "," | n "," m`."""
        minimum = self._read_number()
        maximum: int | None = minimum
        if self.skip(","):
            maximum = None if self.at("}") else self._read_number()
        if not self.skip("}"):
            self.fail("'}' is missing")
        if maximum is not None and maximum < minimum:
            self.fail("the greater number of repetitions stands first")
        return minimum, maximum

    def _read_number(self) -> int:
        digits = ""
        while self.next and self.next in _DIGITS:
            digits += self.take()
        if not digits:
            self.fail("a number of repetitions is missing")
        return min(int(digits[:10]), _MAXIMUM_COUNT)

    def _read_atom(self) -> Node:
        character = self.take()
        match character:
            case "(":
                return self._read_group()
            case "[":
                return OneOf(self.read_class())
            case "\\":
                return self._read_escaped()
            case ".":
                return self._dot
            case "^":
                return Start()
            case "$":
                return End()
        if character in "?*+{}]":
            self.fail(f"'{character}' must be written '\\{character}' to stand for itself")
        return OneOf(self.of_character(character))

    def _read_group(self) -> Node:
        """Read `(a)` or `(?:a)` from behind its bracket."""
        self.descend()
        if self.skip("?:"):
            inner = self._read_choice()
        else:
            self.groups += 1
            number = self.groups
            inner = Group(self._read_choice(), number)
            self._closed.add(number)
        if not self.skip(")"):
            self.fail("')' is missing")
        self.depth -= 1
        return inner

    def _read_escaped(self) -> Node:
        if self.next and self.next in _DIGITS:
            return self._read_back_reference()
        found = self.read_escape()
        return OneOf(self.of_character(found) if isinstance(found, str) else found)

    def _read_back_reference(self) -> BackReference:
        r"""Read `\12`: of group 12 if there are as many before it, else of group 1 with a 2 after it."""
        number = int(self.take())
        while self.next and self.next in _DIGITS and 0 < number * 10 + int(self.next) <= self.groups:
            number = number * 10 + int(self.take())
        if number not in self._closed:
            self.fail(f"there is no group {number} before it")
        return BackReference(number)
