"""Which operands `+ - * / **` take, what they give, and how (DMN 1.5, 10.3.2.3, tables 54 to 57)."""

import datetime
import operator
from collections.abc import Callable
from decimal import Decimal
from typing import Any, NamedTuple

from underwriter.feel.bounds import MAXIMUM_TEXT
from underwriter.feel.faults import Fault, Place, Warnings, note
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
from underwriter.feel.values import MonthsDuration, Value, kind_of

MICROSECONDS = Decimal(1_000_000)
_MIDNIGHT = datetime.time()
_MAXIMUM_MONTHS = 999_999_999 * 12
_DAY = datetime.timedelta(days=1)


class Rule(NamedTuple):
    """One row of the tables: the kind of the result and how it is computed."""

    result: Type
    apply: Callable[[Any, Any], Value]


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
    return left + right


def seconds(duration: datetime.timedelta) -> Decimal:
    """Return the length of a days and time duration in seconds."""
    return Decimal(duration // datetime.timedelta(microseconds=1)) / MICROSECONDS


def days_duration(length: Decimal) -> datetime.timedelta:
    """Return the days and time duration of a number of seconds, to the microsecond."""
    return datetime.timedelta(microseconds=int((length * MICROSECONDS).to_integral_value()))


def add_months(moment: Any, duration: MonthsDuration) -> Any:
    """Return a date, or date and time, some months later; the day is cut to the month's last."""
    month = moment.year * 12 + moment.month - 1 + duration.months
    year, month = month // 12, month % 12 + 1
    first = moment.replace(year=year, month=month, day=1)
    last = 31 if month == 12 else (first.replace(month=month + 1) - _DAY).day
    return first.replace(day=min(moment.day, last))


def _later_date(day: datetime.date, duration: datetime.timedelta) -> datetime.date:
    return (datetime.datetime.combine(day, _MIDNIGHT) + duration).date()


def _later_time(time: datetime.time, duration: datetime.timedelta) -> datetime.time:
    anchor = datetime.datetime.combine(datetime.date(2000, 1, 1), time)
    return (anchor + duration % _DAY).timetz()


def _between_moments(left: datetime.date, right: datetime.date) -> datetime.timedelta:
    return _moment(left) - _moment(right)


def _moment(value: datetime.date) -> datetime.datetime:
    """Return a date as its midnight in UTC, as subtraction asks for; a date and time stays as it is."""
    if isinstance(value, datetime.datetime):
        return value
    return datetime.datetime.combine(value, _MIDNIGHT, datetime.UTC)


def _between_times(left: datetime.time, right: datetime.time) -> datetime.timedelta:
    day = datetime.date(2000, 1, 1)
    return datetime.datetime.combine(day, left) - datetime.datetime.combine(day, right)


def _months(length: Decimal) -> MonthsDuration:
    """Return the duration of so many months, cut to whole ones; raise `Fault` beyond what text can tell."""
    if not abs(length) <= _MAXIMUM_MONTHS:
        raise Fault("overflow", "the duration is too long")
    return MonthsDuration(int(length))


def _scaled_months(duration: MonthsDuration, factor: Decimal) -> MonthsDuration:
    return _months(duration.months * factor)


def _months_quotient(left: MonthsDuration, right: MonthsDuration) -> Decimal:
    return divide(Decimal(left.months), Decimal(right.months))


def _minus_months(moment: Any, duration: MonthsDuration) -> Any:
    return add_months(moment, MonthsDuration(-duration.months))


RULES: dict[tuple[str, Type, Type], Rule] = {
    ("+", NUMBER, NUMBER): Rule(NUMBER, operator.add),
    ("-", NUMBER, NUMBER): Rule(NUMBER, operator.sub),
    ("*", NUMBER, NUMBER): Rule(NUMBER, operator.mul),
    ("/", NUMBER, NUMBER): Rule(NUMBER, divide),
    ("**", NUMBER, NUMBER): Rule(NUMBER, power),
    ("+", STRING, STRING): Rule(STRING, joined),
    ("+", DAYS_DURATION, DAYS_DURATION): Rule(DAYS_DURATION, operator.add),
    ("-", DAYS_DURATION, DAYS_DURATION): Rule(DAYS_DURATION, operator.sub),
    ("*", DAYS_DURATION, NUMBER): Rule(DAYS_DURATION, lambda d, n: days_duration(seconds(d) * n)),
    ("*", NUMBER, DAYS_DURATION): Rule(DAYS_DURATION, lambda n, d: days_duration(seconds(d) * n)),
    ("/", DAYS_DURATION, NUMBER): Rule(DAYS_DURATION, lambda d, n: days_duration(divide(seconds(d), n))),
    ("/", DAYS_DURATION, DAYS_DURATION): Rule(NUMBER, lambda a, b: divide(seconds(a), seconds(b))),
    ("+", MONTHS_DURATION, MONTHS_DURATION): Rule(MONTHS_DURATION, lambda a, b: MonthsDuration(a.months + b.months)),
    ("-", MONTHS_DURATION, MONTHS_DURATION): Rule(MONTHS_DURATION, lambda a, b: MonthsDuration(a.months - b.months)),
    ("*", MONTHS_DURATION, NUMBER): Rule(MONTHS_DURATION, _scaled_months),
    ("*", NUMBER, MONTHS_DURATION): Rule(MONTHS_DURATION, lambda n, d: _scaled_months(d, n)),
    ("/", MONTHS_DURATION, NUMBER): Rule(MONTHS_DURATION, lambda d, n: _months(divide(Decimal(d.months), n))),
    ("/", MONTHS_DURATION, MONTHS_DURATION): Rule(NUMBER, _months_quotient),
    ("-", DATE, DATE): Rule(DAYS_DURATION, operator.sub),
    ("-", DATE_TIME, DATE_TIME): Rule(DAYS_DURATION, operator.sub),
    ("-", DATE, DATE_TIME): Rule(DAYS_DURATION, _between_moments),
    ("-", DATE_TIME, DATE): Rule(DAYS_DURATION, _between_moments),
    ("-", TIME, TIME): Rule(DAYS_DURATION, _between_times),
    ("+", DATE, DAYS_DURATION): Rule(DATE, _later_date),
    ("+", DAYS_DURATION, DATE): Rule(DATE, lambda duration, day: _later_date(day, duration)),
    ("-", DATE, DAYS_DURATION): Rule(DATE, lambda day, duration: _later_date(day, -duration)),
    ("+", DATE_TIME, DAYS_DURATION): Rule(DATE_TIME, operator.add),
    ("+", DAYS_DURATION, DATE_TIME): Rule(DATE_TIME, operator.add),
    ("-", DATE_TIME, DAYS_DURATION): Rule(DATE_TIME, operator.sub),
    ("+", TIME, DAYS_DURATION): Rule(TIME, _later_time),
    ("+", DAYS_DURATION, TIME): Rule(TIME, lambda duration, time: _later_time(time, duration)),
    ("-", TIME, DAYS_DURATION): Rule(TIME, lambda time, duration: _later_time(time, -duration)),
    ("+", DATE, MONTHS_DURATION): Rule(DATE, add_months),
    ("+", MONTHS_DURATION, DATE): Rule(DATE, lambda duration, day: add_months(day, duration)),
    ("-", DATE, MONTHS_DURATION): Rule(DATE, _minus_months),
    ("+", DATE_TIME, MONTHS_DURATION): Rule(DATE_TIME, add_months),
    ("+", MONTHS_DURATION, DATE_TIME): Rule(DATE_TIME, lambda duration, moment: add_months(moment, duration)),
    ("-", DATE_TIME, MONTHS_DURATION): Rule(DATE_TIME, _minus_months),
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
    try:
        result = rule.apply(left, right)
    except Fault as fault:
        note(warnings, place, fault.kind, fault.template, *fault.values)
        return None
    except (ArithmeticError, ValueError, TypeError):  # dates beyond the calendar; times with and without an offset
        note(warnings, place, "out-of-range", "{} {} {} has no value", left, symbol, right)
        return None
    if isinstance(result, Decimal) and not result.is_finite():
        overflow(warnings, place)
        return None
    return result


def negate(value: Value, warnings: Warnings, place: Place) -> Value:
    """Return a number or duration with the other sign; null for null and, with a warning, for other kinds."""
    if value is None:
        return None
    if isinstance(value, Decimal | datetime.timedelta):
        return -value
    if isinstance(value, MonthsDuration):
        return MonthsDuration(-value.months)
    note(warnings, place, "type-mismatch", "'-' does not take {}", kind_of(value).name)
    return None


def overflow(warnings: Warnings, place: Place) -> None:
    """Note that a number became too large."""
    note(warnings, place, "overflow", "the number is too large")


def zero_divisor(warnings: Warnings, place: Place) -> None:
    """Note that something is divided by zero."""
    note(warnings, place, "division-by-zero", "division by zero")
