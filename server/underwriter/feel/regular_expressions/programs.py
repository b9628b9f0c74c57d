"""Regular expressions made ready to run: kept for the next use, and bounded in memory and in work."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Protocol

import re2  # type: ignore[import-untyped]  # has no stubs

from underwriter.feel.faults import Fault
from underwriter.feel.regular_expressions.backtracking import Backtracking, too_much_work
from underwriter.feel.regular_expressions.nodes import Expression, Spans
from underwriter.feel.regular_expressions.reader import read
from underwriter.feel.regular_expressions.translation import too_large, translated

_SMALL = 256 * 1024
_LARGE = 4 * 1024 * 1024
_MAXIMUM_WORK = 80_000_000
"""The most steps of one call. A step is one instruction on one byte of the text, which is the worst that RE2 does."""

_BYTES_PER_CHARACTER = 4


class Program(Protocol):
    """A regular expression that is ready to run."""

    @property
    def groups(self) -> int:
        """How many groups it remembers."""

    @property
    def takes_nothing(self) -> bool:
        """Whether it matches the empty text."""

    def is_found(self, text: str) -> bool:
        """Tell whether a part of the text matches; raise `Fault` where that takes too much work."""

    def matches(self, text: str) -> Iterator[Spans]:
        """Give the matches in a text, from left to right; raise `Fault` where that takes too much work."""


@dataclass(frozen=True, slots=True)
class _LinearProgram:
    """A program of RE2. `width` is the most characters that a match may have."""

    pattern: "re2._Regexp"
    size: int
    width: float
    groups: int
    takes_nothing: bool

    def is_found(self, text: str) -> bool:
        """Tell whether a part of the text matches."""
        self._room(text)
        try:
            return self.pattern.search(_subject(text)) is not None
        except UnicodeEncodeError:
            raise _half_character() from None

    def matches(self, text: str) -> Iterator[Spans]:
        """Give the matches in a text. What RE2 reads beyond a match is read again for the next one, and counts."""
        room = self._room(text)
        try:
            for found in self.pattern.finditer(_subject(text)):
                yield tuple(found.span(group) for group in range(self.groups + 1))
                room -= int(min(len(text) - found.end(), self.width))
                if room < 0:
                    raise too_much_work()
        except UnicodeEncodeError:
            raise _half_character() from None

    def _room(self, text: str) -> int:
        """Return how many characters may be read once the whole text is; raise `Fault` if that is too much."""
        step = self.size if text.isascii() else self.size * _BYTES_PER_CHARACTER
        room = _MAXIMUM_WORK // step - len(text)
        if room < 0:
            raise too_much_work()
        return room


def _subject(text: str) -> str | bytes:
    """Return the text as RE2 takes it fastest: in plain ASCII, places in bytes are those in characters."""
    return text.encode() if text.isascii() else text


def _half_character() -> Fault:
    return Fault("bad-text", "the text has half a surrogate pair")


def program(pattern: str, flags: str, *, remembers_groups: bool) -> Program:
    """Return a pattern as a program, kept from the last time if it is not too long ago.

    Raise `Fault` for a pattern that breaks the grammar or is too large.
    """
    return _small_program(pattern, flags, remembers_groups) or _large_program(pattern, flags, remembers_groups)


@lru_cache(maxsize=256)
def _small_program(pattern: str, flags: str, remembers_groups: bool) -> Program | None:
    """Return the program if it needs little memory, as nearly all do; None if not."""
    expression = read(pattern, flags)
    if expression.has_back_references:
        return Backtracking(expression)
    return _linear(expression, remembers_groups, _SMALL)


@lru_cache(maxsize=16)
def _large_program(pattern: str, flags: str, remembers_groups: bool) -> Program:
    found = _linear(read(pattern, flags), remembers_groups, _LARGE)
    if found is None:
        raise too_large()
    return found


def _linear(expression: Expression, remembers_groups: bool, memory: int) -> Program | None:
    """Return the program of RE2 that keeps to so many bytes of memory; None if there is none."""
    options = re2.Options()
    options.max_mem = memory
    options.log_errors = False
    options.never_capture = not remembers_groups
    try:
        pattern = re2.compile(translated(expression), options)
    except (re2.error, UnicodeEncodeError):
        return None
    finally:
        re2.purge()  # its own cache has no bound in memory; ours has
    takes_nothing = pattern.search(b"") is not None
    return _LinearProgram(pattern, pattern.programsize, expression.width, pattern.groups, takes_nothing)
