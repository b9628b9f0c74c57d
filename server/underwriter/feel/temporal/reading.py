"""Reads dates, times and durations from text (DMN 1.5, 10.3.4.1; ISO 8601, XML Schema Part 2)."""

import re
from typing import TypeAlias

from underwriter.feel.temporal.dates import Date
from underwriter.feel.temporal.durations import DaysDuration, MonthsDuration
from underwriter.feel.temporal.moments import DateTime
from underwriter.feel.temporal.times import MIDNIGHT, Time
from underwriter.feel.temporal.writing import NANOSECONDS
from underwriter.feel.temporal.zones import Offset, Zone, region

Duration: TypeAlias = DaysDuration | MonthsDuration
Temporal: TypeAlias = Date | Time | DateTime | Duration

_DATE = re.compile(r"(?P<year>-?(?:[1-9]\d{3,8}|0\d{3}))-(?P<month>\d\d)-(?P<day>\d\d)", re.ASCII)
_TIME = re.compile(
    r"(?P<hour>\d\d):(?P<minute>\d\d):(?P<second>\d\d)(?:\.(?P<fraction>\d+))?"
    r"(?:(?P<offset>Z|[+-]\d\d:[0-5]\d(?::[0-5]\d)?)|@(?P<zone>[A-Za-z0-9_+\-/]+))?",
    re.ASCII,
)
_MONTHS = re.compile(r"(?P<sign>-?)P(?=\d)(?:(?P<years>\d{1,18})Y)?(?:(?P<months>\d{1,18})M)?", re.ASCII)
_DAYS = re.compile(
    r"(?P<sign>-?)P(?=[\dT])(?:(?P<days>\d{1,18})D)?"
    r"(?:T(?=[\d.])(?:(?P<hours>\d{1,18})H)?(?:(?P<minutes>\d{1,18})M)?"
    r"(?:(?=\.?\d)(?P<seconds>\d{0,18})(?:\.(?P<fraction>\d*))?S)?)?",  # digits may lack on one side of the point
    re.ASCII,
)


def parse_date(text: str) -> Date | None:
    """Return the date that `2026-01-31` tells; None if it is none."""
    match = _DATE.fullmatch(text)
    if match is None:
        return None
    try:
        return Date.checked(int(match["year"]), int(match["month"]), int(match["day"]))
    except ValueError:
        return None


def parse_time(text: str) -> Time | None:
    """Return the time that `09:30:00`, with an offset or `@zone` or neither, tells; None if it is none."""
    found = _clock(text)
    return None if found is None else found[0]


def parse_date_time(text: str) -> DateTime | None:
    """Return the date and time of `2026-01-31T09:30:00`, a date alone being its midnight; None if it is none."""
    day, separator, clock = text.partition("T")
    date = parse_date(day)
    found = _clock(clock) if separator else (MIDNIGHT, False)
    if date is None or found is None:
        return None
    time, is_end_of_day = found
    try:
        return DateTime(date.plus_days(1) if is_end_of_day else date, time)
    except ValueError:
        return None


def parse_duration(text: str) -> Duration | None:
    """Return the duration that `P1Y6M` or `P1DT12H` tells; None if it is none, or too long."""
    try:
        return _months(text) or _days(text)
    except ValueError:
        return None


def parse_temporal(text: str) -> Temporal | None:
    """Return what an `@"..."` literal tells, by its form; None if nothing."""
    return parse_duration(text) or parse_date(text) or parse_time(text) or parse_date_time(text)


def _clock(text: str) -> tuple[Time, bool] | None:
    """Return a time of day, and whether it was written 24:00:00, the midnight at the day's end."""
    match = _TIME.fullmatch(text)
    if match is None:
        return None
    hour, minute, second = int(match["hour"]), int(match["minute"]), int(match["second"])
    nanosecond = _nanoseconds(match["fraction"])
    is_end_of_day = hour == 24 and not (minute or second or nanosecond)
    try:
        zone = _zone(match)
        return Time.checked(0 if is_end_of_day else hour, minute, second, nanosecond, zone), is_end_of_day
    except ValueError:
        return None


def _zone(match: re.Match[str]) -> Zone | None:
    if match["zone"]:
        return region(match["zone"])
    offset = match["offset"]
    if not offset:
        return None
    if offset == "Z":
        return Offset(0)
    seconds = int(offset[1:3]) * 3600 + int(offset[4:6]) * 60 + int(offset[7:9] or 0)
    return Offset.checked(-seconds if offset[0] == "-" else seconds)


def _months(text: str) -> MonthsDuration | None:
    match = _MONTHS.fullmatch(text)
    if match is None:
        return None
    months = int(match["years"] or 0) * 12 + int(match["months"] or 0)
    return MonthsDuration.checked(-months if match["sign"] else months)


def _days(text: str) -> DaysDuration | None:
    match = _DAYS.fullmatch(text)
    if match is None:
        return None
    hours = int(match["days"] or 0) * 24 + int(match["hours"] or 0)
    seconds = (hours * 60 + int(match["minutes"] or 0)) * 60 + int(match["seconds"] or 0)
    nanoseconds = seconds * NANOSECONDS + _nanoseconds(match["fraction"])
    return DaysDuration.checked(-nanoseconds if match["sign"] else nanoseconds)


def _nanoseconds(fraction: str | None) -> int:
    """Return a fraction of a second in nanoseconds; digits beyond the ninth are cut off."""
    return int((fraction or "0")[:9].ljust(9, "0"))
