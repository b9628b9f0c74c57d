"""Knows the temporal values of FEEL: dates, times, dates with times, and both kinds of durations (DMN 1.5, 10.3.2.3).

They span years -999,999,999 to 999,999,999 to the nanosecond, as java.time does, and know zones by offset or by region.
All are immutable. Python's `==` and `<` among values of one class are FEEL's; among different ones they mean nothing.
"""

from underwriter.feel.temporal.dates import Date
from underwriter.feel.temporal.durations import DaysDuration, MonthsDuration
from underwriter.feel.temporal.moments import DateTime
from underwriter.feel.temporal.python_values import date_of, moment_of
from underwriter.feel.temporal.reading import (
    Duration,
    Temporal,
    parse_date,
    parse_date_time,
    parse_duration,
    parse_temporal,
    parse_time,
)
from underwriter.feel.temporal.times import Time
from underwriter.feel.temporal.zones import UTC, Offset, Region, Zone, region

__all__ = [
    "UTC",
    "Date",
    "DateTime",
    "DaysDuration",
    "Duration",
    "MonthsDuration",
    "Offset",
    "Region",
    "Temporal",
    "Time",
    "Zone",
    "date_of",
    "moment_of",
    "parse_date",
    "parse_date_time",
    "parse_duration",
    "parse_temporal",
    "parse_time",
    "region",
]
