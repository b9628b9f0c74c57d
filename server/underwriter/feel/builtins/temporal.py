"""Functions that make dates, times and durations (DMN 1.5, 10.3.4.1)."""

from collections.abc import Callable
from decimal import Decimal

from underwriter.feel.builtins.entry import Builtin, Parameter, Signature
from underwriter.feel.faults import Fault
from underwriter.feel.temporal import (
    Date,
    DateTime,
    DaysDuration,
    MonthsDuration,
    Offset,
    Time,
    parse_date,
    parse_date_time,
    parse_duration,
    parse_time,
)
from underwriter.feel.temporal.arithmetic import months_between
from underwriter.feel.temporal.times import UTC_MIDNIGHT
from underwriter.feel.temporal.writing import NANOSECONDS
from underwriter.feel.types import ANY, DATE, DATE_TIME, DAYS_DURATION, MONTHS_DURATION, NUMBER, STRING, TIME
from underwriter.feel.values import Value


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


def _date(year: Decimal, month: Decimal, day: Decimal) -> Date:
    try:
        return Date.checked(_whole(year), _whole(month), _whole(day))
    except ValueError:
        raise Fault("out-of-range", "there is no day {}-{}-{}", year, month, day) from None


def _time(hour: Decimal, minute: Decimal, second: Decimal, offset: DaysDuration | None = None) -> Time:
    try:
        nanosecond = int(second % 1 * NANOSECONDS)
        return Time.checked(_whole(hour), _whole(minute), int(second), nanosecond, _zone(offset))
    except ValueError:
        raise Fault("out-of-range", "there is no time {}:{}:{}", hour, minute, second) from None


def _zone(offset: DaysDuration | None) -> Offset | None:
    """Return the zone of an offset. Raises ValueError if it is too large, or not of whole seconds."""
    if offset is None:
        return None
    seconds, nanosecond = divmod(offset.nanoseconds, NANOSECONDS)
    if nanosecond:
        raise ValueError("the offset is not of whole seconds")
    return Offset.checked(seconds)


def _time_of(moment: DateTime) -> Time:
    return moment.time


def _midnight(_: Date) -> Time:
    return UTC_MIDNIGHT


def _day(date: Date | DateTime) -> Date:
    return date.date if isinstance(date, DateTime) else date


def _date_and_time(date: Date | DateTime, time: Time) -> DateTime:
    return DateTime(_day(date), time)


def _months_between(start: Date | DateTime, end: Date | DateTime) -> MonthsDuration:
    return months_between(_day(start), _day(end))


_FROM_TEXT = (Parameter("from", STRING),)

DATE_ = Builtin(
    "date",
    "The date that a text, a date and time, or a year, month and day tell.",
    'date("2026-01-31") = date(2026, 1, 31)',
    (
        Signature(_FROM_TEXT, DATE, _parsed(parse_date, "date")),
        Signature((Parameter("from", DATE_TIME),), DATE, _day, is_total=True, template="{0}.date"),
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
        Signature((Parameter("from", DATE_TIME),), TIME, _time_of, is_total=True, template="{0}.time"),
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
