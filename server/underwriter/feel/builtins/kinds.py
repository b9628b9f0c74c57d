"""The kinds of values that have an order, for functions that take values of any one of them."""

from typing import Final

from underwriter.feel.faults import Fault
from underwriter.feel.types import DATE, DATE_TIME, DAYS_DURATION, MONTHS_DURATION, NUMBER, STRING, TIME, Type
from underwriter.feel.values import Value

ORDERED_KINDS: Final[tuple[Type, ...]] = (NUMBER, STRING, DATE, DATE_TIME, TIME, DAYS_DURATION, MONTHS_DURATION)
"""Each is ordered among its own kind only; numbers first, since most calls are about them."""


def is_less(left: Value, right: Value) -> bool:
    """Tell whether one value of an ordered kind comes before another of that kind; raise `Fault` if they have no order.

    Times with an offset and times without have none.
    """
    try:
        return left < right  # type: ignore[operator,no-any-return]  # both are of one ordered kind
    except TypeError:
        raise Fault("type-mismatch", "{} and {} have no order", left, right) from None
