"""Values strictly between two others of one kind: whether there are any, and one that is easily read."""

from collections.abc import Iterator
from decimal import ROUND_FLOOR, Context, Decimal, localcontext
from typing import Any

from underwriter.feel import FEEL_CONTEXT
from underwriter.feel.temporal import Date, DaysDuration, MonthsDuration
from underwriter.feel.types import BOOLEAN, DATE, DAYS_DURATION, MONTHS_DURATION, NUMBER, STRING, Type
from underwriter.feel.values import Value

_EXACT = Context(prec=120, rounding=ROUND_FLOOR, traps=[])
_FINEST = -40
"""The least power of ten that is tried as a step between two numbers."""

_SECOND = 1_000_000_000
_STEPS = (86_400 * _SECOND, 3_600 * _SECOND, 60 * _SECOND, _SECOND, 1)
"""Days, hours, minutes, seconds and nanoseconds, in nanoseconds."""

WORDS = ("other", "OTHER")
"""What is taken for any other text, where that fits."""

_TEXTS = ("", "A", "a", "0")


def is_empty(kind: Type, low: Any, high: Any, *, is_whole: bool) -> bool:
    """Tell whether no value of a kind stands between two others; None is no end on that side.

    With `is_whole`, only whole numbers count.
    """
    if kind == NUMBER and not is_whole:
        return False
    return between(kind, low, high, is_whole=is_whole) is None


def between(kind: Type, low: Any, high: Any, *, is_whole: bool) -> Value:
    """Return a value strictly between two others of its kind, one with few digits; None if there is none."""
    if kind == BOOLEAN:
        return None
    found = _candidates(kind, low, high, is_whole=is_whole)
    return next((value for value in found if (low is None or low < value) and (high is None or value < high)), None)


def _candidates(kind: Type, low: Any, high: Any, *, is_whole: bool) -> Iterator[Any]:
    if kind == NUMBER:
        yield from _numbers(low, high, 0 if is_whole else _FINEST)
    elif kind == STRING:
        yield from _strings(low)
    elif kind == DATE:
        yield from _dates(low, high)
    elif kind == MONTHS_DURATION:
        yield from map(MonthsDuration, _counts(low and low.months, high and high.months, (12, 1)))
    elif kind == DAYS_DURATION:
        yield from map(DaysDuration, _counts(low and low.nanoseconds, high and high.nanoseconds, _STEPS))


def _numbers(low: Decimal | None, high: Decimal | None, finest: int) -> Iterator[Decimal]:
    """Yield numbers, the shortest first; each is one of the 34 digits that FEEL's numbers have."""
    with localcontext(_EXACT):
        for number in _exact_numbers(low, high, finest):
            if FEEL_CONTEXT.plus(number) == number:
                yield number


def _exact_numbers(low: Decimal | None, high: Decimal | None, finest: int) -> Iterator[Decimal]:
    if low is None:
        yield Decimal(0) if high is None else -((-high).to_integral_value() + 1)
    elif high is None:
        yield low.to_integral_value() + 1
    else:
        first = max(low.adjusted(), high.adjusted()) + 1
        for power in range(first, min(finest, first) - 1, -1):
            step = Decimal(1).scaleb(power)
            number = ((low / step).to_integral_value() + 1) * step
            yield number.quantize(Decimal(1)) if 0 < power < _EXACT.prec // 2 else number


def _strings(low: str | None) -> Iterator[str]:
    yield from WORDS
    yield from _TEXTS
    if low is not None:
        yield from (low + more for more in ("A", "0", "!", "\0"))


def _dates(low: Date | None, high: Date | None) -> Iterator[Date]:
    near = high.number - 1 if low is None and high is not None else low.number + 1 if low is not None else 0
    try:
        yield Date.numbered(near)
    except ValueError:
        return


def _counts(low: int | None, high: int | None, steps: tuple[int, ...]) -> Iterator[int]:
    """Yield whole numbers, multiples of the largest steps first."""
    for step in steps:
        if low is not None:
            yield (low // step + 1) * step
        elif high is not None:
            yield (-(-high // step) - 1) * step
        else:
            yield 0
