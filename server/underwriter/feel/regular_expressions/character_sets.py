r"""Sets of characters, as ranges of code points: what `[A-Z-[OI]]` or `\p{L}` takes."""

import sys
import unicodedata
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import groupby, pairwise

from underwriter.feel.regular_expressions.unicode_blocks import BLOCKS

_LAST = sys.maxunicode
_LAST_CASED = 0x1FFFF
"""No character above it has a capital and a small form."""


@dataclass(frozen=True, slots=True)
class CharacterSet:
    """Characters as ranges of code points, first and last included, in order and apart from each other."""

    ranges: tuple[tuple[int, int], ...] = ()

    def __contains__(self, code: int) -> bool:
        return any(first <= code <= last for first, last in self.ranges)

    def __or__(self, other: "CharacterSet") -> "CharacterSet":
        return union((self, other))

    def __invert__(self) -> "CharacterSet":
        """Return all other characters."""
        edges = ((0, -1), *self.ranges, (_LAST + 1, _LAST + 1))
        return CharacterSet(tuple((a[1] + 1, b[0] - 1) for a, b in pairwise(edges) if a[1] + 1 < b[0]))

    def __sub__(self, other: "CharacterSet") -> "CharacterSet":
        return ~(~self | other)

    def in_both_cases(self) -> "CharacterSet":
        """Return the set with all case variants of its characters (XPath Functions 3.1, 5.6.2, flag i)."""
        known = case_variants()
        cased = list(known)
        variants = (
            variant
            for first, last in self.ranges
            for code in cased[bisect_left(cased, first) : bisect_right(cased, last)]
            for variant in known[code]
            if not first <= variant <= last
        )
        return _merged((*self.ranges, *((variant, variant) for variant in variants)))


def between(first: int, last: int) -> CharacterSet:
    """Return the characters from one to another."""
    return CharacterSet(((first, last),))


def characters(codes: Iterable[int]) -> CharacterSet:
    """Return the set of these characters."""
    return _merged((code, code) for code in codes)


def union(sets: Iterable[CharacterSet]) -> CharacterSet:
    """Return what any of the sets holds."""
    return _merged(range_ for set_ in sets for range_ in set_.ranges)


def _merged(ranges: Iterable[tuple[int, int]]) -> CharacterSet:
    """Return what any of the ranges holds."""
    merged: list[tuple[int, int]] = []
    for first, last in sorted(ranges):
        if merged and first <= merged[-1][1] + 1:
            if last > merged[-1][1]:
                merged[-1] = (merged[-1][0], last)
        else:
            merged.append((first, last))
    return CharacterSet(tuple(merged))


@cache
def case_variants() -> Mapping[int, tuple[int, ...]]:
    """Return the case variants of each character that has any, by its code: those of one capital or small form."""
    alike: dict[str, set[int]] = {}
    for code in range(_LAST_CASED + 1):
        character = chr(code)
        lower, upper = character.lower(), character.upper()
        if lower != character or upper != character:
            alike.setdefault(lower, {ord(lower)} if len(lower) == 1 else set()).add(code)
            alike.setdefault(upper, {ord(upper)} if len(upper) == 1 else set()).add(code)
    variants: dict[int, set[int]] = {}
    for codes in alike.values():
        for code in codes:
            variants.setdefault(code, set()).update(codes - {code})
    return {code: tuple(variants[code]) for code in sorted(variants) if variants[code]}


@cache
def _categories() -> Mapping[str, CharacterSet]:
    """Return the characters of each general category, such as `Lu`, and of each group of them, such as `L`."""
    ranges: dict[str, list[tuple[int, int]]] = {}
    codes = groupby(range(_LAST + 1), lambda code: unicodedata.category(chr(code)))
    for name, members in codes:
        first = last = next(members)
        for last in members:  # noqa: B007 - the last one counts
            pass
        ranges.setdefault(name, []).append((first, last))
    found = {name: CharacterSet(tuple(of_name)) for name, of_name in ranges.items()}
    groups = {name[0] for name in found}
    return found | {group: union(of for name, of in found.items() if name[0] == group) for group in groups}


def property_set(name: str) -> CharacterSet | None:
    """Return the characters of a category such as `Lu`, or of a block such as `IsBasicLatin`; None if there is none."""
    if name.startswith("Is"):
        ends = BLOCKS.get(name[2:])
        return None if ends is None else between(*ends)
    return None if name == "Cs" else _categories().get(name)


ANY_CHARACTER = between(0, _LAST)
WHITESPACE = characters(map(ord, " \t\n\r"))
LINE_ENDS = characters(map(ord, "\n\r"))

# XML 1.1, rules 4 and 4a: what a name begins with, and what follows.
NAME_START = union(
    between(*ends)
    for ends in (
        (0x3A, 0x3A),
        (0x41, 0x5A),
        (0x5F, 0x5F),
        (0x61, 0x7A),
        (0xC0, 0xD6),
        (0xD8, 0xF6),
        (0xF8, 0x2FF),
        (0x370, 0x37D),
        (0x37F, 0x1FFF),
        (0x200C, 0x200D),
        (0x2070, 0x218F),
        (0x2C00, 0x2FEF),
        (0x3001, 0xD7FF),
        (0xF900, 0xFDCF),
        (0xFDF0, 0xFFFD),
        (0x10000, 0xEFFFF),
    )
)
NAME_CHARACTERS = NAME_START | union(
    between(*ends) for ends in ((0x2D, 0x2E), (0x30, 0x39), (0xB7, 0xB7), (0x300, 0x36F), (0x203F, 0x2040))
)


@cache
def escaped_set(letter: str) -> CharacterSet | None:
    r"""Return what `\d`, `\w`, `\s`, `\i` or `\c` takes, or the opposite for a capital; None for other letters."""
    if letter in "DWSIC":
        opposite = escaped_set(letter.lower())
        return None if opposite is None else ~opposite
    match letter:
        case "s":
            return WHITESPACE
        case "d":
            return property_set("Nd")
        case "w":
            return ~union(_categories()[group] for group in "PZC")
        case "i":
            return NAME_START
        case "c":
            return NAME_CHARACTERS
    return None
