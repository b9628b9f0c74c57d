"""A time of day."""

from typing import NamedTuple

from underwriter.feel.temporal.order import Ordered
from underwriter.feel.temporal.writing import NANOSECONDS, clock_text
from underwriter.feel.temporal.zones import UTC, Zone

_DAY = 86_400 * NANOSECONDS


class _Parts(NamedTuple):
    hour: int
    minute: int
    second: int
    nanosecond: int = 0
    zone: Zone | None = None


class Time(Ordered, _Parts):
    """A time of day, of no place or of a zone (DMN 1.5, 10.3.2.3.4). Built without a check."""

    __slots__ = ()

    @classmethod
    def checked(cls, hour: int, minute: int, second: int, nanosecond: int = 0, zone: Zone | None = None) -> "Time":
        """Return a time of day. Raises ValueError if there is none such."""
        if not (0 <= hour < 24 and 0 <= minute < 60 and 0 <= second < 60 and 0 <= nanosecond < NANOSECONDS):
            raise ValueError("there is no such time of day")
        return cls(hour, minute, second, nanosecond, zone)

    @classmethod
    def numbered(cls, nanoseconds: int, zone: Zone | None) -> "Time":
        """Return the time so many nanoseconds after midnight, whole days being left out."""
        seconds, nanosecond = divmod(nanoseconds % _DAY, NANOSECONDS)
        minutes, second = divmod(seconds, 60)
        return cls(minutes // 60, minutes % 60, second, nanosecond, zone)

    @property
    def offset(self) -> int | None:
        """The offset of the zone from UTC in seconds, a region's being that without daylight saving; None without."""
        return None if self.zone is None else self.zone.standard

    @property
    def value(self) -> int:
        """The seconds since midnight in UTC, or, without a zone, on the clock."""
        return self.second_of_day - (self.offset or 0)

    @property
    def second_of_day(self) -> int:
        """The whole seconds since midnight on the clock."""
        return self.hour * 3600 + self.minute * 60 + self.second

    @property
    def number(self) -> int:
        """The nanoseconds since midnight on the clock."""
        return self.second_of_day * NANOSECONDS + self.nanosecond

    def __str__(self) -> str:
        clock = clock_text(self.hour, self.minute, self.second, self.nanosecond)
        return clock if self.zone is None else f"{clock}{self.zone}"


MIDNIGHT = Time(0, 0, 0)
UTC_MIDNIGHT = Time(0, 0, 0, zone=UTC)
