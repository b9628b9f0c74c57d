"""Functions of the calendar, and of the evaluation's time (DMN 1.5, 10.3.4.8 and 10.3.4.11)."""

from collections.abc import Callable
from decimal import Decimal

from underwriter.feel.builtins.entry import Builtin, Parameter, Signature
from underwriter.feel.faults import Fault
from underwriter.feel.temporal import Date, DateTime
from underwriter.feel.types import DATE, DATE_TIME, NUMBER, STRING, Type
from underwriter.feel.values import Value

_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)


def _of_day(name: str, doc: str, example: str, result: Type, read: Callable[[Date], Value]) -> Builtin:
    """Return a function of a date, or of the date of a date and time."""

    def read_date(moment: DateTime) -> Value:
        return read(moment.date)

    signatures = (
        Signature((Parameter("date", DATE),), result, read, is_total=True),
        Signature((Parameter("date", DATE_TIME),), result, read_date, is_total=True),
    )
    return Builtin(name, doc, example, signatures)


def _now(moment: DateTime | None = None) -> DateTime:
    if moment is None:
        raise Fault("no-moment", "the time of the evaluation is not known here")
    return moment


def _today(moment: DateTime | None = None) -> Date:
    return _now(moment).date


DAY_OF_YEAR = _of_day(
    "day of year",
    "The number of the day in its year, from 1.",
    'day of year(@"2019-09-17") = 260',
    NUMBER,
    lambda date: Decimal(date.day_of_year),
)
DAY_OF_WEEK = _of_day(
    "day of week",
    "The English name of the day of the week.",
    'day of week(@"2019-09-17") = "Tuesday"',
    STRING,
    lambda date: _DAYS[date.weekday - 1],
)
MONTH_OF_YEAR = _of_day(
    "month of year",
    "The English name of the month.",
    'month of year(@"2019-09-17") = "September"',
    STRING,
    lambda date: _MONTHS[date.month - 1],
)
WEEK_OF_YEAR = _of_day(
    "week of year",
    "The number of the week by ISO 8601: week 1 is the one with the year's first Thursday.",
    'week of year(@"2019-09-17") = 38',
    NUMBER,
    lambda date: Decimal(date.week_of_year),
)
NOW = Builtin(
    "now",
    "The date and time of the evaluation; the same however often it is asked for.",
    "now() = now()",
    (Signature((), DATE_TIME, _now, reads_moment=True),),
)
TODAY = Builtin(
    "today",
    "The date of the evaluation.",
    "today() = date(now())",
    (Signature((), DATE, _today, reads_moment=True),),
)

CALENDAR = (DAY_OF_YEAR, DAY_OF_WEEK, MONTH_OF_YEAR, WEEK_OF_YEAR, NOW, TODAY)
