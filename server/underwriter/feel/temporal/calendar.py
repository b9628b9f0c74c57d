"""Days of the proleptic Gregorian calendar by number, for years -999,999,999 to 999,999,999, as java.time has them.

The calendar repeats after 400 years, weekdays included: a day that `datetime` has not is computed as one like it.
"""

import datetime

MAXIMUM_YEAR = 999_999_999
_CYCLE_YEARS = 400
_CYCLE_DAYS = 146_097
_EPOCH = datetime.date(1970, 1, 1).toordinal()
_EPOCH_LIKE = _EPOCH + _CYCLE_DAYS
_LAST = datetime.date.max.toordinal()


def day_number(year: int, month: int, day: int) -> int:
    """Return the number of days from 1970-01-01. Raises ValueError if there is no such day in the year."""
    if 0 < year < 10_000:
        return datetime.date(year, month, day).toordinal() - _EPOCH
    cycles, like_year = divmod(year, _CYCLE_YEARS)
    like_day = datetime.date(like_year + _CYCLE_YEARS, month, day)
    return like_day.toordinal() - _EPOCH_LIKE + cycles * _CYCLE_DAYS


def day_at(number: int) -> tuple[int, int, int]:
    """Return the year, month and day of a day's number. Raises ValueError beyond the years."""
    ordinal = number + _EPOCH
    if 0 < ordinal <= _LAST:
        found = datetime.date.fromordinal(ordinal)
        return found.year, found.month, found.day
    cycles, days = divmod(ordinal - 1, _CYCLE_DAYS)
    found = datetime.date.fromordinal(days + 1)
    return checked_year(found.year + cycles * _CYCLE_YEARS), found.month, found.day


def checked_year(year: int) -> int:
    """Return the year. Raises ValueError if it is out of range."""
    if not -MAXIMUM_YEAR <= year <= MAXIMUM_YEAR:
        raise ValueError("the year is out of range")
    return year


def last_day(year: int, month: int) -> int:
    """Return the last day of a month."""
    if month == 2:
        return 29 if year % 4 == 0 and (year % 100 != 0 or year % 400 == 0) else 28
    return 30 if month in (4, 6, 9, 11) else 31


def like(year: int, month: int, day: int) -> datetime.date:
    """Return the day of a year from 400 to 799 that has the same place in its year and week."""
    return datetime.date(year % _CYCLE_YEARS + _CYCLE_YEARS, month, day)
