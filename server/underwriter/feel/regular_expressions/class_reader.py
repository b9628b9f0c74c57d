r"""Reads escapes and character classes: `\d`, `\p{Lu}`, `[a-z-[aeiou]]` (XML Schema 1.1, G.4.1 and G.4.2)."""

from typing import NoReturn

from underwriter.feel.faults import Fault
from underwriter.feel.regular_expressions.character_sets import (
    CharacterSet,
    between,
    characters,
    escaped_set,
    property_set,
    union,
)

MAXIMUM_DEPTH = 100
"""How deep groups and classes may be nested."""

_CONTROLS = {"n": "\n", "r": "\r", "t": "\t"}
_SELF_ESCAPED = frozenset("\\|.?*+(){}-[]^$")


class ClassReader:
    """Reads the text of a pattern from its start; each method begins where the one before it ended."""

    def __init__(self, text: str, ignores_case: bool) -> None:
        self.text = text
        self.position = 0
        self.depth = 0
        self.ignores_case = ignores_case

    @property
    def next(self) -> str:
        """The next character; empty at the end."""
        return self.text[self.position : self.position + 1]

    def at(self, text: str) -> bool:
        """Tell whether the text stands next."""
        return self.text.startswith(text, self.position)

    def skip(self, text: str) -> bool:
        """Go past the text if it stands next."""
        found = self.at(text)
        if found:
            self.position += len(text)
        return found

    def take(self) -> str:
        """Return the next character and go past it."""
        character = self.next
        if not character:
            self.fail("the pattern ends too early")
        self.position += 1
        return character

    def fail(self, reason: str) -> NoReturn:
        """Refuse the pattern."""
        raise Fault("bad-pattern", "the pattern is wrong at its character {}: {}", self.position, reason)

    def descend(self) -> None:
        """Count one more level of nesting."""
        self.depth += 1
        if self.depth > MAXIMUM_DEPTH:
            self.fail("it is nested too deeply")

    def of_character(self, character: str) -> CharacterSet:
        """Return the set of one character as written, in both cases with flag i."""
        return self._in_cases(characters((ord(character),)))

    def read_escape(self) -> CharacterSet | str:
        """Read what follows a backslash: a set, or the one character that is meant."""
        letter = self.take()
        if letter in _SELF_ESCAPED:
            return letter
        if letter in _CONTROLS:
            return _CONTROLS[letter]
        if letter in "pP":
            return self._read_property(is_complement=letter == "P")
        found = escaped_set(letter)
        if found is None:
            self.fail(f"there is no escape '\\{letter}'")
        return found

    def _read_property(self, is_complement: bool) -> CharacterSet:
        """Read `{Lu}` or `{IsBasicLatin}`."""
        end = self.text.find("}", self.position)
        if not self.skip("{") or end < 0:
            self.fail("'\\p' needs a name in braces")
        name = self.text[self.position : end]
        found = property_set(name)
        if found is None:
            self.fail(f"there is no category or block '{name}'")
        self.position = end + 1
        return ~found if is_complement else found

    def read_class(self) -> CharacterSet:
        """Read `[a-z-[aeiou]]` from behind its first bracket."""
        self.descend()
        is_complement = self.skip("^")
        parts = [self._read_class_part(is_first=True)]
        subtracted = CharacterSet()
        while not self.skip("]"):
            if self.skip("-["):
                subtracted = self.read_class()
                if not self.skip("]"):
                    self.fail("a subtracted class must come last")
                break
            parts.append(self._read_class_part(is_first=False))
        self.depth -= 1
        found = union(parts)
        return (~found if is_complement else found) - subtracted

    def _read_class_part(self, is_first: bool) -> CharacterSet:
        """Read a range, a character or an escape."""
        low = self._read_class_character(is_first)
        if isinstance(low, CharacterSet):
            return low
        if not self.at("-") or self.at("-]") or self.at("-["):
            return self.of_character(low)
        self.take()
        high = self._read_class_character(is_first=False)
        if isinstance(high, CharacterSet) or high < low:
            self.fail("a range must run upwards from one character to another")
        return self._in_cases(between(ord(low), ord(high)))

    def _read_class_character(self, is_first: bool) -> CharacterSet | str:
        character = self.take()
        if character == "\\":
            return self.read_escape()
        if character in "[]":
            self.fail(f"'{character}' in a class must be written '\\{character}'")
        if character == "-" and not (is_first or self.at("]") or self.at("-[")):
            self.fail("'-' in a class stands first, last, in a range or is written '\\-'")
        return character

    def _in_cases(self, set_: CharacterSet) -> CharacterSet:
        return set_.in_both_cases() if self.ignores_case else set_
