"""A date with a time of day."""

from typing import NamedTuple

from underwriter.feel.temporal.calendar import day_at
from underwriter.feel.temporal.dates import Date
from underwriter.feel.temporal.order import Ordered
from underwriter.feel.temporal.times import UTC_MIDNIGHT, Time
from underwriter.feel.temporal.writing import NANOSECONDS
from underwriter.feel.temporal.zones import Offset, Zone

_DAY = 86_400


class _Parts(NamedTuple):
    date: Date
    time: Time
    offset: int | None
    value: int


class DateTime(Ordered, _Parts):
    """A date and time, in the zone of its time (DMN 1.5, 10.3.2.3.6). Both must be checked.

    `offset` is from UTC in seconds, None without a zone. In a region it is what the rules tell, as in java.time: where
    the clock is set back, the one before the change unless the one after is given; a reading that is left out where the
    clock is set forward is moved on by as much. `value` is the seconds from 1970-01-01 in UTC, or, without a zone, on
    the clock.
    """

    __slots__ = ()

    def __new__(cls, date: Date, time: Time, offset: int | None = None) -> "DateTime":
        """Return a date and time. Raises ValueError where a region's change of clock leads beyond the years."""
        local = date.value + time.second_of_day
        if time.zone is None:
            return tuple.__new__(cls, (date, time, None, local))
        if isinstance(time.zone, Offset):
            return tuple.__new__(cls, (date, time, time.zone.seconds, local - time.zone.seconds))
        before, after = time.zone.offsets_of(local)
        if before < after:  # the clock is set forward
            return cls.at(local - before, time.nanosecond, time.zone)
        settled = after if offset == after else before
        return tuple.__new__(cls, (date, time, settled, local - settled))

    def __getnewargs__(self) -> tuple[Date, Time, int | None]:
        return self.date, self.time, self.offset

    @classmethod
    def at(cls, value: int, nanosecond: int, zone: Zone | None) -> "DateTime":
        """Return the date and time by its value and its part of a second. Raises ValueError beyond the years."""
        offset = None if zone is None else zone.offset_at(value)
        day, second = divmod(value + (offset or 0), _DAY)
        minute, second = divmod(second, 60)
        time = Time(minute // 60, minute % 60, second, nanosecond, zone)
        return tuple.__new__(cls, (Date(*day_at(day)), time, offset, value))

    @classmethod
    def starting(cls, date: Date) -> "DateTime":
        """Return the midnight in UTC at which a date starts: what a date is where a date and time is asked for."""
        return cls(date, UTC_MIDNIGHT)

    @property
    def number(self) -> int:
        """The nanoseconds from 1970-01-01, in UTC, or, without a zone, on the clock."""
        return self.value * NANOSECONDS + self.time.nanosecond

    def plus_months(self, months: int) -> "DateTime":
        """Return the same time so many months later. Raises ValueError beyond the years."""
        return DateTime(self.date.plus_months(months), self.time, self.offset)

    def plus(self, nanoseconds: int) -> "DateTime":
        """Return the moment so many nanoseconds later, in the same zone. Raises ValueError beyond the years."""
        seconds, nanosecond = divmod(self.time.nanosecond + nanoseconds, NANOSECONDS)
        return DateTime.at(self.value + seconds, nanosecond, self.time.zone)

    def at_nanosecond(self, nanosecond: int) -> "DateTime":
        """Return the moment within the same second that is so many nanoseconds into it."""
        date, (hour, minute, second, _, zone), offset, value = self
        time = tuple.__new__(Time, (hour, minute, second, nanosecond, zone))
        return tuple.__new__(DateTime, (date, time, offset, value))

    def __str__(self) -> str:
        return f"{self.date}T{self.time}"
