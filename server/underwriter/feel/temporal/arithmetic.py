"""Sums, differences and multiples of temporal values (DMN 1.5, table 57). All raise ValueError out of range.

Numbers take part as `Decimal`; the caller's context must hold 34 digits.
"""

from decimal import Decimal

from underwriter.feel.temporal.calendar import day_number
from underwriter.feel.temporal.dates import Date
from underwriter.feel.temporal.durations import DaysDuration, MonthsDuration
from underwriter.feel.temporal.moments import DateTime
from underwriter.feel.temporal.times import Time
from underwriter.feel.temporal.writing import NANOSECONDS

_DAY = 86_400 * NANOSECONDS


def date_plus(date: Date, duration: DaysDuration) -> Date:
    """Return the day on which a duration ends that begins at the date's midnight."""
    return date.plus_days(duration.nanoseconds // _DAY)


def date_minus(date: Date, duration: DaysDuration) -> Date:
    """Return the day on which a duration begins that ends at the date's midnight."""
    return date.plus_days(-duration.nanoseconds // _DAY)


def moment_plus(moment: DateTime, duration: DaysDuration) -> DateTime:
    """Return the date and time a duration later, in the same zone."""
    return moment.plus(duration.nanoseconds)


def moment_minus(moment: DateTime, duration: DaysDuration) -> DateTime:
    """Return the date and time a duration earlier, in the same zone."""
    return moment.plus(-duration.nanoseconds)


def time_plus(time: Time, duration: DaysDuration) -> Time:
    """Return the time of day a duration later, on the same clock."""
    return Time.numbered(time.number + duration.nanoseconds, time.zone)


def time_minus(time: Time, duration: DaysDuration) -> Time:
    """Return the time of day a duration earlier, on the same clock."""
    return Time.numbered(time.number - duration.nanoseconds, time.zone)


def months_later(day: Date | DateTime, duration: MonthsDuration) -> Date | DateTime:
    """Return a date, or date and time, some months later; the day is cut to the month's last."""
    return day.plus_months(duration.months)


def months_earlier(day: Date | DateTime, duration: MonthsDuration) -> Date | DateTime:
    """Return a date, or date and time, some months earlier; the day is cut to the month's last."""
    return day.plus_months(-duration.months)


def between_dates(left: Date, right: Date) -> DaysDuration:
    """Return the days from the right one to the left one."""
    return DaysDuration((day_number(*left) - day_number(*right)) * _DAY)


def between_moments(left: Date | DateTime, right: Date | DateTime) -> DaysDuration:
    """Return the time from the right one to the left one, a date being its midnight in UTC.

    Raises ValueError if only one of the two has an offset.
    """
    first, second = _moment(left), _moment(right)
    _require_alike(first, second)
    return DaysDuration(first.number - second.number)


def between_times(left: Time, right: Time) -> DaysDuration:
    """Return the time from the right one to the left one, of the same day in UTC or on the clock.

    Raises ValueError if only one of the two has an offset.
    """
    _require_alike(left, right)
    seconds = left.value - right.value
    return DaysDuration(seconds * NANOSECONDS + left.nanosecond - right.nanosecond)


def months_between(start: Date, end: Date) -> MonthsDuration:
    """Return the whole months from one day to another, negative if it is earlier."""
    months = (end.year - start.year) * 12 + end.month - start.month
    if months > 0 and end.day < start.day:
        months -= 1
    elif months < 0 and end.day > start.day:
        months += 1
    return MonthsDuration(months)


def days_sum(left: DaysDuration, right: DaysDuration) -> DaysDuration:
    """Return two durations, one after the other."""
    return DaysDuration.checked(left.nanoseconds + right.nanoseconds)


def days_difference(left: DaysDuration, right: DaysDuration) -> DaysDuration:
    """Return the left duration less the right one."""
    return DaysDuration.checked(left.nanoseconds - right.nanoseconds)


def days_multiple(duration: DaysDuration, factor: Decimal) -> DaysDuration:
    """Return a multiple of a duration, to the nanosecond."""
    return _days(Decimal(duration.nanoseconds) * factor)


def days_part(duration: DaysDuration, divisor: Decimal) -> DaysDuration:
    """Return a duration divided by a number that is not zero, to the nanosecond."""
    return _days(Decimal(duration.nanoseconds) / divisor)


def months_sum(left: MonthsDuration, right: MonthsDuration) -> MonthsDuration:
    """Return two durations, one after the other."""
    return MonthsDuration.checked(left.months + right.months)


def months_difference(left: MonthsDuration, right: MonthsDuration) -> MonthsDuration:
    """Return the left duration less the right one."""
    return MonthsDuration.checked(left.months - right.months)


def months_multiple(duration: MonthsDuration, factor: Decimal) -> MonthsDuration:
    """Return a multiple of a duration, cut to whole months."""
    return _months(Decimal(duration.months) * factor)


def months_part(duration: MonthsDuration, divisor: Decimal) -> MonthsDuration:
    """Return a duration divided by a number that is not zero, cut to whole months."""
    return _months(Decimal(duration.months) / divisor)


def _days(nanoseconds: Decimal) -> DaysDuration:
    if not nanoseconds.is_finite() or nanoseconds.adjusted() > 40:
        raise ValueError("the duration is too long")
    return DaysDuration.checked(int(nanoseconds.to_integral_value()))


def _months(months: Decimal) -> MonthsDuration:
    if not months.is_finite() or months.adjusted() > 40:
        raise ValueError("the duration is too long")
    return MonthsDuration.checked(int(months))


def _moment(value: Date | DateTime) -> DateTime:
    return value if isinstance(value, DateTime) else DateTime.starting(value)


def _require_alike(left: Time | DateTime, right: Time | DateTime) -> None:
    if (left.offset is None) is not (right.offset is None):
        raise ValueError("one has an offset and the other has none")
