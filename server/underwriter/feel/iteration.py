"""Loops, quantifiers and filters at run time, each within the bounds of work (DMN 1.5, 10.3.2.14 and .15)."""

from collections.abc import Callable, Iterable
from decimal import Decimal

from underwriter.feel.bounds import MAXIMUM_ITEMS
from underwriter.feel.comparison import as_boolean, compare
from underwriter.feel.faults import Place, Warnings, note
from underwriter.feel.temporal import Date
from underwriter.feel.values import Range, Value, kind_of

Domain = Callable[..., list[Value] | None]
"""Gives what one variable runs over, from the values of the variables before it."""


def counted(low: Value, high: Value, warnings: Warnings, place: Place) -> list[Value] | None:
    """Return the whole numbers, or days, from one end to the other, downwards if the first is the greater."""
    if low is None or high is None:
        return None
    if isinstance(low, Decimal) and isinstance(high, Decimal):
        return _counted_numbers(low, high, warnings, place)
    if isinstance(low, Date) and isinstance(high, Date):
        return _counted_days(low, high, warnings, place)
    names = (kind_of(low).name, kind_of(high).name)
    note(warnings, place, "type-mismatch", "there are no steps from {} to {}", *names)
    return None


def _counted_numbers(low: Decimal, high: Decimal, warnings: Warnings, place: Place) -> list[Value] | None:
    if abs(high - low) >= MAXIMUM_ITEMS:
        _too_many(warnings, place)
        return None
    step = 1 if low <= high else -1
    return [low + step * count for count in range(int(abs(high - low)) + 1)]


def _counted_days(low: Date, high: Date, warnings: Warnings, place: Place) -> list[Value] | None:
    first, last = low.number, high.number
    if abs(last - first) >= MAXIMUM_ITEMS:
        _too_many(warnings, place)
        return None
    step = 1 if first <= last else -1
    return [Date.numbered(number) for number in range(first, last + step, step)]


def _too_many(warnings: Warnings, place: Place) -> None:
    note(warnings, place, "too-many", "there are more than {} rounds", MAXIMUM_ITEMS)


def domain(value: Value, warnings: Warnings, place: Place) -> list[Value] | None:
    """Return what a variable runs over: the items of a list, the steps of a closed range, or the one value itself."""
    if value is None or isinstance(value, list):
        return value
    if not isinstance(value, Range):
        return [value]
    if compare("<=", value.low, value.high, warnings, place) is not True:
        note(warnings, place, "empty-range", "the range has no first and last step")
        return None
    steps = counted(value.low, value.high, warnings, place)
    if steps is None:
        return None
    return steps[0 if value.low_included else 1 : len(steps) - (not value.high_included)]


def rounds(domains: tuple[Domain, ...], warnings: Warnings, place: Place) -> list[tuple[Value, ...]] | None:
    """Return the variables' values for every round; null if a domain is, or, with a warning, if they are too many."""
    found: list[tuple[Value, ...]] = [()]
    for of in domains:
        wider: list[tuple[Value, ...]] = []
        for before in found:
            items = of(*before)
            if items is None:
                return None
            if len(wider) + len(items) > MAXIMUM_ITEMS:
                _too_many(warnings, place)
                return None
            wider += [(*before, item) for item in items]
        found = wider
    return found


def with_partial(
    result: Callable[..., Value], found: list[tuple[Value, ...]], warnings: Warnings, place: Place
) -> list[Value] | None:
    """Return the result of each round, which sees the results of those before it as `partial`."""
    if len(found) ** 2 > MAXIMUM_ITEMS:
        _too_many(warnings, place)
        return None
    results: list[Value] = []
    for variables in found:
        results.append(result(*variables, list(results)))
    return results


def some(conditions: Iterable[Value]) -> bool | None:
    """Return true if any condition is, else null if any is not a boolean, else false."""
    is_known = True
    for condition in conditions:
        if condition is True:
            return True
        is_known = is_known and condition is False
    return False if is_known else None


def every(conditions: Iterable[Value]) -> bool | None:
    """Return false if any condition is, else null if any is not a boolean, else true."""
    is_known = True
    for condition in conditions:
        if condition is False:
            return False
        is_known = is_known and condition is True
    return True if is_known else None


def item_at(items: list[Value], position: Decimal) -> Value:
    """Return the item at a position counted from 1, or from the end if negative; null where there is none."""
    if position != int(position) or not 0 < abs(position) <= len(items):
        return None
    return items[int(position) - (position > 0)]


def singleton(value: Value) -> list[Value] | None:
    """Return a list as it is, null as null, and any other value as a list of it alone."""
    return value if value is None or isinstance(value, list) else [value]


def picked(items: list[Value], position: Callable[[Value], Value]) -> Value:
    """Filter by a condition known to give a position."""
    found = position(items[0]) if items else None
    return item_at(items, found) if isinstance(found, Decimal) else None


def filtered(items: list[Value], condition: Callable[[Value], Value], warnings: Warnings, place: Place) -> Value:
    """Filter by a condition that may be a position or a boolean, known only now."""
    if not items:
        return None if isinstance(condition(None), Decimal) else []
    selected = []
    for item in items:
        outcome = condition(item)
        if isinstance(outcome, Decimal):
            return item_at(items, outcome)
        if as_boolean(outcome, warnings, place):
            selected.append(item)
    return selected
