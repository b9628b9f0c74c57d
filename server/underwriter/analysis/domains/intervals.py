"""Arithmetic of ranges: between what a result lies, for operands that lie anywhere between their ends.

Numbers are rounded to 34 digits as FEEL rounds them. Rounding keeps the order of numbers, so what the ends come to,
rounded alike, bounds all that lies between them; but a sum may be rounded to an end that its parts never reach, so the
ends of a result always belong to it.
"""

from collections.abc import Iterable
from decimal import Decimal, localcontext
from itertools import product
from typing import Any

from underwriter.analysis.domains.domain import EVERYTHING
from underwriter.feel.values import FEEL_CONTEXT, Range

_INFINITY = Decimal("Infinity")
_ZERO = Decimal(0)
_FEW_DIGITS = 28
_ROUNDINGS = Decimal("1E-28")


def low_of(range_: Range) -> Decimal:
    """Return the lower end of a range of numbers, minus infinity for none."""
    return range_.low if isinstance(range_.low, Decimal) else -_INFINITY


def high_of(range_: Range) -> Decimal:
    """Return the upper end of a range of numbers, infinity for none."""
    return range_.high if isinstance(range_.high, Decimal) else _INFINITY


def between(low: Decimal, high: Decimal) -> Range:
    """Return the range between two ends, of which an infinite one is none."""
    return Range(low if low.is_finite() else None, high if high.is_finite() else None)


def is_bounded(range_: Range) -> bool:
    """Tell whether a range has both ends."""
    return range_.low is not None and range_.high is not None


def calculated(symbol: str, left: Range, right: Range) -> Range:
    """Return between what `left symbol right` lies, where it is a number."""
    with localcontext(FEEL_CONTEXT):
        match symbol:
            case "+":
                return between(low_of(left) + low_of(right), high_of(left) + high_of(right))
            case "-":
                return between(low_of(left) - high_of(right), high_of(left) - low_of(right))
            case "*":
                return _of_corners(a * b for a, b in product(_ends(left), _ends(right)))
            case "/":
                return _quotient(left, right)
    return Range(_ZERO, None) if low_of(left) >= 0 else EVERYTHING  # a power


def negated(range_: Range) -> Range:
    """Return the range of the same numbers with the other sign."""
    return between(-high_of(range_), -low_of(range_))


def absolute(range_: Range) -> Range:
    """Return the range of the same numbers without their sign."""
    low, high = low_of(range_), high_of(range_)
    if low >= 0:
        return between(low, high)
    return between(-high, -low) if high <= 0 else between(_ZERO, max(-low, high))


def least_of(ranges: Iterable[Range]) -> Range:
    """Return between what the least of numbers from these ranges lies."""
    given = list(ranges)
    return between(min(map(low_of, given)), min(map(high_of, given)))


def greatest_of(ranges: Iterable[Range]) -> Range:
    """Return between what the greatest of numbers from these ranges lies."""
    given = list(ranges)
    return between(max(map(low_of, given)), max(map(high_of, given)))


def summed(item: Range, fewest: int, most: int | None) -> Range:
    """Return between what the sum of so many numbers of a range lies."""
    counts = Range(Decimal(fewest), None if most is None else Decimal(most))
    return calculated("*", rounded_apart(item), counts)


def rounded_apart(range_: Range) -> Range:
    """Return a range that holds what rounding may make of the mean of several numbers of a range."""
    with localcontext(FEEL_CONTEXT):
        low, high = low_of(range_), high_of(range_)
        return between(low - _rounding_of(low), high + _rounding_of(high))


def contains_zero(range_: Range) -> bool:
    """Tell whether zero is in a range of numbers."""
    low, high = low_of(range_), high_of(range_)
    return (low < 0 or (low == 0 and range_.low_included)) and (high > 0 or (high == 0 and range_.high_included))


def meet(left: Range, right: Range) -> Range | None:
    """Return what two ranges of one ordered kind share; None if that is nothing."""
    low, low_included = _tighter(left, right, is_low=True)
    high, high_included = _tighter(left, right, is_low=False)
    if low is not None and high is not None and (low > high or (low == high and not (low_included and high_included))):
        return None
    return Range(low, high, low_included, high_included)


def _tighter(left: Range, right: Range, *, is_low: bool) -> tuple[Any, bool]:
    ends: list[tuple[Any, bool]] = [
        (range_.low, range_.low_included) if is_low else (range_.high, range_.high_included) for range_ in (left, right)
    ]
    (one, one_included), (other, other_included) = ends
    if one is None or other is None:
        return ends[1] if one is None else ends[0]
    if one == other:
        return one, one_included and other_included
    return ends[0] if (one > other) == is_low else ends[1]


def _quotient(left: Range, right: Range) -> Range:
    """Divide; a divisor of zero gives no number, so one end may be as near to it as one likes."""
    low, high = low_of(right), high_of(right)
    if low < 0 < high:
        return EVERYTHING
    divisors = (_ZERO if low == 0 else low, Decimal("-0") if high == 0 else high)
    return _of_corners(a / b for a, b in product(_ends(left), divisors))


def _ends(range_: Range) -> tuple[Decimal, Decimal]:
    return low_of(range_), high_of(range_)


def _of_corners(corners: Iterable[Decimal]) -> Range:
    """Return the range of what the ends come to; zero times or by something endless may be nothing but zero."""
    found = [_ZERO if corner.is_nan() else corner for corner in corners]
    return between(min(found), max(found))


def _rounding_of(end: Decimal) -> Decimal:
    """Return more than many roundings come to: nothing for a number with few digits, of which all sums are exact."""
    return abs(end) * _ROUNDINGS if end.is_finite() and len(end.as_tuple().digits) > _FEW_DIGITS else _ZERO
