"""How comparisons may come out, for operands anywhere in their domains."""

import operator
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from itertools import product
from typing import Any

from underwriter.analysis.domains.domain import Domain
from underwriter.analysis.domains.intervals import meet
from underwriter.analysis.domains.making import COMPARABLE, is_null, without_null
from underwriter.feel.comparison import equal
from underwriter.feel.types import ANY, BOOLEAN, NULL, Type, plain
from underwriter.feel.values import Range

Answers = frozenset[bool | None]

ANYTHING: Answers = frozenset({True, False, None})
_NULL: Answers = frozenset({None})
_ORDER: Mapping[str, Callable[[Any, Any], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
_SWAPPED = {">": "<", ">=": "<="}
_MOST_PAIRS = 256


def compared(symbol: str, left: Domain, right: Domain) -> Answers:
    """Return how `left symbol right` may come out."""
    if symbol == "=":
        return equated(left, right)
    if symbol == "!=":
        return negated(equated(left, right))
    if is_null(left) or is_null(right):
        return _NULL
    nulls = _NULL if left.can_be_null or right.can_be_null else frozenset()
    if not _have_one_order(left.type, right.type):
        return ANYTHING
    if _are_few(left, right):
        return nulls | {_ORDER[symbol](a, b) for a, b in product(left.values or (), right.values or ())}
    if symbol in _SWAPPED:
        left, right = right, left
    return nulls | _ordered(left.within, right.within, is_strict=symbol in ("<", ">"))


def equated(left: Domain, right: Domain) -> Answers:
    """Return how `left = right` may come out: null equals null only, and what is of another kind is not comparable."""
    found: set[bool | None] = set()
    if left.can_be_null and right.can_be_null:
        found.add(True)
    if (left.can_be_null and not is_null(right)) or (right.can_be_null and not is_null(left)):
        found.add(False)
    if is_null(left) or is_null(right):
        return frozenset(found)
    return frozenset(found | _equated_values(without_null(left), without_null(right)))


@cache  # there are eight sets of answers
def negated(answers: Answers) -> Answers:
    """Return how `not` of a condition may come out."""
    return frozenset(None if answer is None else not answer for answer in answers)


@cache
def both(left: Answers, right: Answers) -> Answers:
    """Return how `left and right` may come out, if the two have nothing to do with each other."""
    return frozenset(_and(a, b) for a in left for b in right)


def either(left: Answers, right: Answers) -> Answers:
    """Return how `left or right` may come out, if the two have nothing to do with each other."""
    return negated(both(negated(left), negated(right)))


def any_of(all_answers: Sequence[Answers]) -> Answers:
    """Return how a disjunction of several conditions may come out."""
    result: Answers = frozenset({False})
    for answers in all_answers:
        result = either(result, answers)
    return result


def _and(left: bool | None, right: bool | None) -> bool | None:
    if left is False or right is False:
        return False
    return None if left is None or right is None else True


def _equated_values(left: Domain, right: Domain) -> Answers:
    if left.values == frozenset() or right.values == frozenset():
        return frozenset()
    kinds = {plain(left.type), plain(right.type)}
    if len(kinds) > 1 or kinds & {ANY, NULL}:
        return ANYTHING
    if _are_few(left, right):
        return frozenset(equal(a, b) for a, b in product(left.values or (), right.values or ()))
    if not kinds <= COMPARABLE | {BOOLEAN}:
        return frozenset({True, False})
    may_meet = meet(left.within, right.within) is not None
    return frozenset({True, False}) if may_meet else frozenset({False})


def _have_one_order(left: Type, right: Type) -> bool:
    return plain(left) == plain(right) and plain(left) in COMPARABLE


def _are_few(left: Domain, right: Domain) -> bool:
    return left.values is not None and right.values is not None and len(left.values) * len(right.values) <= _MOST_PAIRS


def _ordered(left: Range, right: Range, *, is_strict: bool) -> Answers:
    """Return whether what is in the left range may be less than what is in the right one, or as much if not strict."""
    found: set[bool | None] = set()
    if _may_be_below(left, right, is_strict=is_strict):
        found.add(True)
    if _may_be_below(right, left, is_strict=not is_strict):
        found.add(False)
    return frozenset(found)


def _may_be_below(left: Range, right: Range, *, is_strict: bool) -> bool:
    low: Any = left.low
    high: Any = right.high
    if low is None or high is None or low < high:
        return True
    return low == high and not is_strict and left.low_included and right.high_included
