"""Which operands `+ - * / **` take, what they give, and how (DMN 1.5, 10.3.2.3, tables 54 to 57)."""

import operator
from collections.abc import Callable
from decimal import Decimal
from typing import Any, NamedTuple

from underwriter.feel.bounds import MAXIMUM_TEXT, spend_on
from underwriter.feel.faults import Fault, Place, Warnings, note
from underwriter.feel.temporal import DaysDuration, MonthsDuration
from underwriter.feel.temporal import arithmetic as temporal
from underwriter.feel.types import (
    ANY,
    DATE,
    DATE_TIME,
    DAYS_DURATION,
    MONTHS_DURATION,
    NULL,
    NUMBER,
    STRING,
    TIME,
    Type,
    join,
)
from underwriter.feel.values import Value, kind_of


class Rule(NamedTuple):
    """One row of the tables: the kind of the result and how it is computed; `is_total` if that never fails."""

    result: Type
    apply: Callable[[Any, Any], Value]
    is_total: bool = False


def divide(left: Decimal, right: Decimal) -> Decimal:
    """Divide two numbers; raise `Fault` for a divisor of zero."""
    if not right:
        raise Fault("division-by-zero", "{} is divided by zero", left)
    return left / right


def power(left: Decimal, right: Decimal) -> Decimal:
    """Raise a number to a power; raise `Fault` where that is no real number."""
    result = left**right if left or right else Decimal(1)
    if result.is_nan():
        raise Fault("out-of-range", "{} ** {} is not a number", left, right)
    return result


def joined(left: str, right: str) -> str:
    """Return one string after the other; raise `Fault` if that is too long."""
    if len(left) + len(right) > MAXIMUM_TEXT:
        raise Fault("too-long", "the string has more than {} characters", MAXIMUM_TEXT)
    spend_on(left, right)
    return left + right


def _nonzero(divide_duration: Callable[[Any, Decimal], Value]) -> Callable[[Any, Decimal], Value]:
    """Return a division of a duration by a number that raises `Fault` for zero."""

    def apply(duration: Any, divisor: Decimal) -> Value:
        if not divisor:
            raise Fault("division-by-zero", "{} is divided by zero", duration)
        return divide_duration(duration, divisor)

    return apply


def _swapped(apply: Callable[[Any, Any], Value]) -> Callable[[Any, Any], Value]:
    return lambda left, right: apply(right, left)


def _days_quotient(left: DaysDuration, right: DaysDuration) -> Decimal:
    return divide(Decimal(left.nanoseconds), Decimal(right.nanoseconds))


def _months_quotient(left: MonthsDuration, right: MonthsDuration) -> Decimal:
    return divide(Decimal(left.months), Decimal(right.months))


RULES: dict[tuple[str, Type, Type], Rule] = {
    ("+", NUMBER, NUMBER): Rule(NUMBER, operator.add),
    ("-", NUMBER, NUMBER): Rule(NUMBER, operator.sub),
    ("*", NUMBER, NUMBER): Rule(NUMBER, operator.mul),
    ("/", NUMBER, NUMBER): Rule(NUMBER, divide),
    ("**", NUMBER, NUMBER): Rule(NUMBER, power),
    ("+", STRING, STRING): Rule(STRING, joined),
    ("+", DAYS_DURATION, DAYS_DURATION): Rule(DAYS_DURATION, temporal.days_sum),
    ("-", DAYS_DURATION, DAYS_DURATION): Rule(DAYS_DURATION, temporal.days_difference),
    ("*", DAYS_DURATION, NUMBER): Rule(DAYS_DURATION, temporal.days_multiple),
    ("*", NUMBER, DAYS_DURATION): Rule(DAYS_DURATION, _swapped(temporal.days_multiple)),
    ("/", DAYS_DURATION, NUMBER): Rule(DAYS_DURATION, _nonzero(temporal.days_part)),
    ("/", DAYS_DURATION, DAYS_DURATION): Rule(NUMBER, _days_quotient),
    ("+", MONTHS_DURATION, MONTHS_DURATION): Rule(MONTHS_DURATION, temporal.months_sum),
    ("-", MONTHS_DURATION, MONTHS_DURATION): Rule(MONTHS_DURATION, temporal.months_difference),
    ("*", MONTHS_DURATION, NUMBER): Rule(MONTHS_DURATION, temporal.months_multiple),
    ("*", NUMBER, MONTHS_DURATION): Rule(MONTHS_DURATION, _swapped(temporal.months_multiple)),
    ("/", MONTHS_DURATION, NUMBER): Rule(MONTHS_DURATION, _nonzero(temporal.months_part)),
    ("/", MONTHS_DURATION, MONTHS_DURATION): Rule(NUMBER, _months_quotient),
    ("-", DATE, DATE): Rule(DAYS_DURATION, temporal.between_dates, is_total=True),
    ("-", DATE_TIME, DATE_TIME): Rule(DAYS_DURATION, temporal.between_moments),
    ("-", DATE, DATE_TIME): Rule(DAYS_DURATION, temporal.between_moments),
    ("-", DATE_TIME, DATE): Rule(DAYS_DURATION, temporal.between_moments),
    ("-", TIME, TIME): Rule(DAYS_DURATION, temporal.between_times),
    ("+", DATE, DAYS_DURATION): Rule(DATE, temporal.date_plus),
    ("+", DAYS_DURATION, DATE): Rule(DATE, _swapped(temporal.date_plus)),
    ("-", DATE, DAYS_DURATION): Rule(DATE, temporal.date_minus),
    ("+", DATE_TIME, DAYS_DURATION): Rule(DATE_TIME, temporal.moment_plus),
    ("+", DAYS_DURATION, DATE_TIME): Rule(DATE_TIME, _swapped(temporal.moment_plus)),
    ("-", DATE_TIME, DAYS_DURATION): Rule(DATE_TIME, temporal.moment_minus),
    ("+", TIME, DAYS_DURATION): Rule(TIME, temporal.time_plus),
    ("+", DAYS_DURATION, TIME): Rule(TIME, _swapped(temporal.time_plus)),
    ("-", TIME, DAYS_DURATION): Rule(TIME, temporal.time_minus),
    ("+", DATE, MONTHS_DURATION): Rule(DATE, temporal.months_later),
    ("+", MONTHS_DURATION, DATE): Rule(DATE, _swapped(temporal.months_later)),
    ("-", DATE, MONTHS_DURATION): Rule(DATE, temporal.months_earlier),
    ("+", DATE_TIME, MONTHS_DURATION): Rule(DATE_TIME, temporal.months_later),
    ("+", MONTHS_DURATION, DATE_TIME): Rule(DATE_TIME, _swapped(temporal.months_later)),
    ("-", DATE_TIME, MONTHS_DURATION): Rule(DATE_TIME, temporal.months_earlier),
}


def result_type(symbol: str, left: Type, right: Type) -> Type | None:
    """Return what an operator gives for operands of these types; None if it takes no such operands.

    An operand of type Any or Null may be of every kind, so the result is what all rows that fit have in common.
    """
    fitting = [
        rule.result
        for (row_symbol, row_left, row_right), rule in RULES.items()
        if row_symbol == symbol and _fits(left, row_left) and _fits(right, row_right)
    ]
    if not fitting:
        return None
    result: Type = NULL
    for type_ in fitting:
        result = join(result, type_)
    return result


def _fits(given: Type, wanted: Type) -> bool:
    return given in (ANY, NULL) or given.name == wanted.name


def calculate(symbol: str, left: Value, right: Value, warnings: Warnings, place: Place) -> Value:
    """Apply an operator to operands of any kind; null for nulls and, with a warning, where there is no result."""
    if left is None or right is None:
        return None
    rule = RULES.get((symbol, kind_of(left), kind_of(right)))
    if rule is None:
        names = (symbol, kind_of(left).name, kind_of(right).name)
        note(warnings, place, "type-mismatch", "'{}' does not take {} and {}", *names)
        return None
    return applied(rule.apply, symbol, left, right, warnings, place)


def applied(
    rule: Callable[[Any, Any], Value], symbol: str, left: Value, right: Value, warnings: Warnings, place: Place
) -> Value:
    """Apply the rule of an operator to operands of its kinds; null, with a warning, where there is no result."""
    try:
        result = rule(left, right)
    except Fault as fault:
        note(warnings, place, fault.kind, fault.template, *fault.values)
        return None
    except ValueError as error:  # beyond the calendar or the longest duration; times with and without an offset
        note(warnings, place, "out-of-range", "{} {} {} has no value: {}", left, symbol, right, str(error))
        return None
    if isinstance(result, Decimal) and not result.is_finite():
        overflow(warnings, place)
        return None
    return result


def negate(value: Value, warnings: Warnings, place: Place) -> Value:
    """Return a number or duration with the other sign; null for null and, with a warning, for other kinds."""
    if value is None:
        return None
    if isinstance(value, Decimal | DaysDuration | MonthsDuration):
        return -value
    note(warnings, place, "type-mismatch", "'-' does not take {}", kind_of(value).name)
    return None


def overflow(warnings: Warnings, place: Place) -> None:
    """Note that a number became too large."""
    note(warnings, place, "overflow", "the number is too large")


def zero_divisor(warnings: Warnings, place: Place) -> None:
    """Note that something is divided by zero."""
    note(warnings, place, "division-by-zero", "division by zero")
