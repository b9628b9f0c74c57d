"""Python's own dates and times as FEEL's."""

import datetime
from zoneinfo import ZoneInfo

from underwriter.feel.temporal.dates import Date
from underwriter.feel.temporal.moments import DateTime
from underwriter.feel.temporal.times import Time
from underwriter.feel.temporal.zones import Offset, Zone, is_region, region


def date_of(day: datetime.date) -> Date:
    """Return a day."""
    return Date(day.year, day.month, day.day)


def moment_of(moment: datetime.datetime) -> DateTime:
    """Return a date and time: in a region where its zone is one, else with its offset, if it has any."""
    time = Time(moment.hour, moment.minute, moment.second, moment.microsecond * 1000, _zone(moment))
    offset = moment.utcoffset()
    return DateTime(date_of(moment), time, None if offset is None else offset.days * 86_400 + offset.seconds)


def _zone(moment: datetime.datetime) -> Zone | None:
    if isinstance(moment.tzinfo, ZoneInfo) and is_region(moment.tzinfo.key):
        return region(moment.tzinfo.key)
    offset = moment.utcoffset()
    return None if offset is None else Offset(offset.days * 86_400 + offset.seconds)
