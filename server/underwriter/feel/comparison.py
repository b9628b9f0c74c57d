"""Equality, order and membership of values whose kinds are known only at run time (DMN 1.5, 10.3.2.13 and .14)."""

import operator
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from underwriter.feel.bounds import spend_on
from underwriter.feel.faults import Place, Warnings, note
from underwriter.feel.types import (
    DATE,
    DATE_TIME,
    DAYS_DURATION,
    MONTHS_DURATION,
    NUMBER,
    STRING,
    TIME,
    Type,
)
from underwriter.feel.values import Range, Value, kind_of

ORDERED: frozenset[Type] = frozenset({NUMBER, STRING, DATE, TIME, DATE_TIME, DAYS_DURATION, MONTHS_DURATION})
"""The kinds that `<` and the like compare, each with its own kind only."""

_ORDER: Mapping[str, Callable[[Any, Any], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


def equal(left: Value, right: Value) -> bool | None:
    """Compare two values; null equals only null, and values of different kinds give null."""
    if left is None or right is None:
        return left is right
    if left.__class__ is not right.__class__:
        return None
    if isinstance(left, list | dict | Range):
        return alike(left, right, operator.eq)
    return bool(left == right)


def alike(left: Value, right: Value, are_alike: Callable[[Value, Value], bool]) -> bool:
    """Tell whether two values have one structure of lists, contexts and ranges, and parts of one kind that are alike.

    Two structures are compared once, however often one is held by the other: that may be more often than can be
    counted. Not recursive: values may be nested more deeply than Python calls.
    """
    waiting = [(left, right)]
    compared: set[tuple[int, int]] = set()
    while waiting:
        one, other = waiting.pop()
        if (id(one), id(other)) in compared:
            continue
        compared.add((id(one), id(other)))
        if not _has_shape_of(one, other):
            return False
        spend_on(one)
        for part, counterpart in zip(_parts(one, one), _parts(other, one), strict=True):
            if part is counterpart:
                continue
            if part.__class__ is not counterpart.__class__:
                return False
            if isinstance(part, list | dict | Range):
                waiting.append((part, counterpart))
            elif not are_alike(part, counterpart):
                return False
    return True


def _has_shape_of(left: Value, right: Value) -> bool:
    """Tell whether two values of one class have the same number of items, the same keys, or the same kinds of ends."""
    match left, right:
        case list(), list():
            return len(left) == len(right)
        case dict(), dict():
            return left.keys() == right.keys()
        case Range(), Range():
            ends = (left.low_included, left.high_included, left.operator)
            return ends == (right.low_included, right.high_included, right.operator)
    return True


def _parts(value: Value, like: Value) -> Iterable[Value]:
    """Return a value's parts, in the order of a value of the same shape; one without parts is its own."""
    match value, like:
        case list(), _:
            return value
        case dict(), dict():
            return map(value.__getitem__, like)
        case Range(), _:
            return value.low, value.high
    return (value,)


def unequal(left: Value, right: Value) -> bool | None:
    """Return the negation of `equal`; null where that is null."""
    result = equal(left, right)
    return None if result is None else not result


def equality(symbol: str, left: Value, right: Value, warnings: Warnings, place: Place) -> bool | None:
    """Return `left = right` or `left != right`; null, with a warning, for values of different kinds."""
    result = equal(left, right)
    if result is None:
        kinds = (kind_of(left).name, kind_of(right).name)
        note(warnings, place, "type-mismatch", "{} and {} cannot be compared", *kinds)
        return None
    return result if symbol == "=" else not result


def as_boolean(value: Value, warnings: Warnings, place: Place) -> bool | None:
    """Return a condition's value; null, with a warning, for anything but a boolean."""
    if value is None or isinstance(value, bool):
        return value
    note(warnings, place, "type-mismatch", "{} is no condition", kind_of(value).name)
    return None


def compare(symbol: str, left: Value, right: Value, warnings: Warnings, place: Place) -> bool | None:
    """Return `left < right` and the like; null for nulls and, with a warning, for kinds that have no common order."""
    if left is None or right is None:
        return None
    kind = kind_of(left)
    if kind == kind_of(right) and kind in ORDERED:
        try:
            return _ORDER[symbol](left, right)
        except TypeError:  # times with and without an offset have no order
            pass
    note(warnings, place, "type-mismatch", "{} and {} cannot be compared", kind.name, kind_of(right).name)
    return None


def includes(range_: Range, value: Value, warnings: Warnings, place: Place) -> bool | None:
    """Tell whether a value lies in a range; null if it has no order with the ends. An end of None does not bind."""
    if range_.operator in ("=", "!="):
        return equal(value, range_.low) if range_.operator == "=" else unequal(value, range_.low)
    if value is None:
        return None
    above = range_.low is None or compare(">=" if range_.low_included else ">", value, range_.low, warnings, place)
    below = range_.high is None or compare("<=" if range_.high_included else "<", value, range_.high, warnings, place)
    if above is False or below is False:
        return False
    return None if above is None or below is None else True


def within(
    value: Value,
    low: Value,
    high: Value,
    low_included: bool,
    high_included: bool,
    warnings: Warnings,
    place: Place,
) -> bool | None:
    """Tell whether a value lies between two ends; null if any of the three is."""
    if low is None or high is None:
        return None
    return includes(Range(low, high, low_included, high_included), value, warnings, place)


def contains(items: list[Value], value: Value) -> bool:
    """Tell whether an item equals the value; null items equal null."""
    if value.__class__ is str:  # Python compares texts as FEEL does, and a text with anything else as unequal
        return value in items
    return any(equal(item, value) is True for item in items)


def accepts(subject: Value, test: Value, warnings: Warnings, place: Place) -> bool | None:
    """Apply a unary test's value to its subject: it is in the list or range, or equals the value (rules 7 to 17)."""
    if isinstance(test, Range) and not isinstance(subject, Range):
        return includes(test, subject, warnings, place)
    if isinstance(test, list):
        return _accepted_by_list(subject, test, warnings, place)
    return equality("=", subject, test, warnings, place)


def accepts_condition(subject: Value, test: Value) -> bool | None:
    """Apply a unary test that gives a boolean without reading `?`: it decides, unless the subject is a boolean."""
    if isinstance(subject, bool):
        return equal(subject, test)
    return test if isinstance(test, bool) else None


def _accepted_by_list(subject: Value, tests: list[Value], warnings: Warnings, place: Place) -> bool | None:
    """Tell whether the subject is the list, one of its items, or in a range among them."""
    spend_on(tests)
    if isinstance(subject, list) and equal(subject, tests) is True:
        return True
    return any(
        includes(test, subject, warnings, place) is True
        if isinstance(test, Range) and not isinstance(subject, Range)
        else equal(subject, test) is True
        for test in tests
    )
