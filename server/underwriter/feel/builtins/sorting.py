"""The function that puts a list in order (DMN 1.5, 10.3.4.9)."""

from collections.abc import Callable, Sequence
from decimal import Decimal
from functools import cmp_to_key
from typing import Any

from underwriter.feel.bounds import MAXIMUM_ITEMS, spend
from underwriter.feel.builtins.entry import Builtin, Parameter, Signature
from underwriter.feel.faults import Warnings
from underwriter.feel.temporal import Date, DaysDuration, MonthsDuration
from underwriter.feel.types import ANY, BOOLEAN, FunctionType, ListType, Type
from underwriter.feel.values import Value

_PLAINLY_ORDERED = frozenset({Decimal, str, Date, DaysDuration, MonthsDuration})


def _sorted(items: list[Value], precedes: Callable[[Value, Value], Value]) -> list[Value]:
    """Return the items so that none precedes one before it; those of equal rank keep their order."""

    def order(left: Value, right: Value) -> int:
        return -1 if precedes(left, right) is True else 0

    return sorted(items, key=cmp_to_key(order))


def sorted_by(items: Value, key: Callable[[Value], Any], is_descending: bool, warnings: Warnings) -> list[Value] | None:
    """Return a list in the order of its items' keys, equal ones as they stand.

    None, without a warning, for what is no list, or if the keys are not all of one kind that Python orders as FEEL
    does: then the items are to be compared one by one.
    """
    if not isinstance(items, list) or len(items) > MAXIMUM_ITEMS:
        return None
    spend(items)
    before = len(warnings)
    keys = [key(item) for item in items]
    kinds = {*map(type, keys)}
    if len(kinds) != 1 or not kinds <= _PLAINLY_ORDERED:
        del warnings[before:]
        return None
    return [items[place] for place in sorted(range(len(items)), key=keys.__getitem__, reverse=is_descending)]


def _same(arguments: Sequence[Type]) -> Type:
    return arguments[0] if isinstance(arguments[0], ListType) else ListType()


SORT = Builtin(
    "sort",
    "The list in the order of a function that tells whether its first argument comes before its second; items of "
    "equal rank keep their order.",
    "sort(list: [3, 1, 2], precedes: function(x, y) x < y) = [1, 2, 3]",
    (
        Signature(
            (
                Parameter("list", ListType()),
                Parameter("precedes", FunctionType(parameters=(("x", ANY), ("y", ANY)), result=BOOLEAN)),
            ),
            _same,
            _sorted,
        ),
    ),
)

SORTING = (SORT,)
