"""Functions of dates, times and durations (DMN 1.5, 10.3.4.1 and 10.3.4.7)."""

import datetime
from collections.abc import Callable
from decimal import Decimal

from underwriter.feel.builtins.entry import Builtin, Parameter, Signature
from underwriter.feel.faults import Fault
from underwriter.feel.temporal import parse_date, parse_date_time, parse_duration, parse_time
from underwriter.feel.types import ANY, DATE, DATE_TIME, DAYS_DURATION, MONTHS_DURATION, NUMBER, STRING, TIME
from underwriter.feel.values import MonthsDuration, Value


def _parsed(parse: Callable[[str], Value], kind: str) -> Callable[[str], Value]:
    """Return a function that reads a text; raise `Fault` for a text that tells none."""

    def implementation(text: str) -> Value:
        value = parse(text)
        if value is None:
            raise Fault("bad-conversion", '"{}" is not a ' + kind, text)
        return value

    return implementation


def _whole(number: Decimal) -> int:
    if number != int(number):
        raise Fault("out-of-range", "{} is not a whole number", number)
    return int(number)


def _date(year: Decimal, month: Decimal, day: Decimal) -> datetime.date:
    try:
        return datetime.date(_whole(year), _whole(month), _whole(day))
    except (ValueError, OverflowError):
        raise Fault("out-of-range", "there is no day {}-{}-{}", year, month, day) from None


def _midnight(_: datetime.date) -> datetime.time:
    return datetime.time(tzinfo=datetime.UTC)


def _time(hour: Decimal, minute: Decimal, second: Decimal, offset: datetime.timedelta | None = None) -> datetime.time:
    try:
        zone = None if offset is None else datetime.timezone(offset)
        microsecond = int(second % 1 * 1_000_000)
        return datetime.time(_whole(hour), _whole(minute), int(second), microsecond, zone)
    except (ValueError, OverflowError):
        raise Fault("out-of-range", "there is no time {}:{}:{}", hour, minute, second) from None


def _date_and_time(date: datetime.date, time: datetime.time) -> datetime.datetime:
    return datetime.datetime.combine(datetime.date(date.year, date.month, date.day), time)


def _months_between(start: datetime.date, end: datetime.date) -> MonthsDuration:
    """Return the whole months from one day to another, negative if it is earlier."""
    months = (end.year - start.year) * 12 + end.month - start.month
    if months > 0 and end.day < start.day:
        months -= 1
    elif months < 0 and end.day > start.day:
        months += 1
    return MonthsDuration(months)


_FROM_TEXT = (Parameter("from", STRING),)

DATE_ = Builtin(
    "date",
    "The date that a text, a date and time, or a year, month and day tell.",
    'date("2026-01-31") = date(2026, 1, 31)',
    (
        Signature(_FROM_TEXT, DATE, _parsed(parse_date, "date")),
        Signature((Parameter("from", DATE_TIME),), DATE, datetime.datetime.date, is_total=True, template="{0}.date()"),
        Signature((Parameter("from", DATE),), DATE, lambda day: day, is_total=True, template="{0}"),
        Signature((Parameter("year", NUMBER), Parameter("month", NUMBER), Parameter("day", NUMBER)), DATE, _date),
    ),
)
TIME_ = Builtin(
    "time",
    "The time of day that a text, a date and time, or hours, minutes, seconds and an offset tell.",
    'time("09:30:00") = time(9, 30, 0) and time(@"2026-01-31T09:30:00") = @"09:30:00"',
    (
        Signature(_FROM_TEXT, TIME, _parsed(parse_time, "time")),
        Signature((Parameter("from", DATE_TIME),), TIME, datetime.datetime.timetz, is_total=True),
        Signature((Parameter("from", DATE),), TIME, _midnight, is_total=True),
        Signature((Parameter("from", TIME),), TIME, lambda time: time, is_total=True, template="{0}"),
        Signature(
            (
                Parameter("hour", NUMBER),
                Parameter("minute", NUMBER),
                Parameter("second", NUMBER),
                Parameter("offset", DAYS_DURATION, takes_null=True, is_optional=True),
            ),
            TIME,
            _time,
        ),
    ),
)
DATE_AND_TIME = Builtin(
    "date and time",
    "The date and time that a text, or a date with a time, tell.",
    'date and time("2026-01-31T09:30:00") = date and time(@"2026-01-31", @"09:30:00")',
    (
        Signature(_FROM_TEXT, DATE_TIME, _parsed(parse_date_time, "date and time")),
        Signature((Parameter("date", DATE), Parameter("time", TIME)), DATE_TIME, _date_and_time, is_total=True),
        Signature((Parameter("date", DATE_TIME), Parameter("time", TIME)), DATE_TIME, _date_and_time, is_total=True),
    ),
)
DURATION = Builtin(
    "duration",
    "The duration that a text tells: of years and months, or of days and time.",
    'duration("P1Y6M") = @"P18M" and duration("PT36H") = @"P1DT12H"',
    (Signature(_FROM_TEXT, ANY, _parsed(parse_duration, "duration")),),
)
YEARS_AND_MONTHS_DURATION = Builtin(
    "years and months duration",
    "The whole months from one day to another, negative if that is earlier.",
    'years and months duration(@"2025-01-31", @"2026-03-30") = @"P1Y1M"',
    tuple(
        Signature((Parameter("from", start), Parameter("to", end)), MONTHS_DURATION, _months_between, is_total=True)
        for start in (DATE, DATE_TIME)
        for end in (DATE, DATE_TIME)
    ),
)

TEMPORAL = (DATE_, TIME_, DATE_AND_TIME, DURATION, YEARS_AND_MONTHS_DURATION)
