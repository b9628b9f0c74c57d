"""The two kinds of durations. Both are tuples of one number, so they compare as fast as tuples do."""

from typing import NamedTuple

from underwriter.feel.temporal.writing import NANOSECONDS, days_text, months_text

MAXIMUM_SECONDS = 2**63 - 1
"""The longest days and time duration, as in java.time."""

MAXIMUM_MONTHS = 999_999_999 * 12 + 11
"""The longest years and months duration: all that a date's years span."""


_DAY = 86_400 * NANOSECONDS


class DaysDuration(NamedTuple):
    """A days and time duration (DMN 1.5, 10.3.2.3.6); a negative one runs backwards, and so do its parts."""

    nanoseconds: int

    @classmethod
    def checked(cls, nanoseconds: int) -> "DaysDuration":
        """Return a duration. Raises ValueError if it is longer than 2**63 - 1 seconds."""
        if abs(nanoseconds) > MAXIMUM_SECONDS * NANOSECONDS:
            raise ValueError("the duration is too long")
        return cls(nanoseconds)

    @property
    def days(self) -> int:
        """The whole days."""
        whole = abs(self.nanoseconds) // _DAY
        return -whole if self.nanoseconds < 0 else whole

    @property
    def hours(self) -> int:
        """The whole hours beyond the days."""
        return self._part(3_600, 24)

    @property
    def minutes(self) -> int:
        """The whole minutes beyond the hours."""
        return self._part(60, 60)

    @property
    def seconds(self) -> int:
        """The whole seconds beyond the minutes."""
        return self._part(1, 60)

    @property
    def value(self) -> int:
        """The whole seconds in all."""
        return self._part(1)

    def _part(self, unit: int, size: int | None = None) -> int:
        """Return how many units of so many seconds there are, or, with a size, how many beyond the next larger unit."""
        whole = abs(self.nanoseconds) // (unit * NANOSECONDS)
        part = whole if size is None else whole % size
        return -part if self.nanoseconds < 0 else part

    def __neg__(self) -> "DaysDuration":
        return DaysDuration(-self.nanoseconds)

    def __abs__(self) -> "DaysDuration":
        return DaysDuration(abs(self.nanoseconds))

    def __str__(self) -> str:
        return days_text(self.nanoseconds)


class MonthsDuration(NamedTuple):
    """A years and months duration (DMN 1.5, 10.3.2.3.7), in months in all; a negative one runs backwards."""

    months: int

    @classmethod
    def checked(cls, months: int) -> "MonthsDuration":
        """Return a duration. Raises ValueError if it is longer than 999,999,999 years and 11 months."""
        if abs(months) > MAXIMUM_MONTHS:
            raise ValueError("the duration is too long")
        return cls(months)

    @property
    def whole_years(self) -> int:
        """The whole years."""
        years = abs(self.months) // 12
        return -years if self.months < 0 else years

    @property
    def months_of_year(self) -> int:
        """The months beyond the whole years."""
        months = abs(self.months) % 12
        return -months if self.months < 0 else months

    def __neg__(self) -> "MonthsDuration":
        return MonthsDuration(-self.months)

    def __abs__(self) -> "MonthsDuration":
        return MonthsDuration(abs(self.months))

    def __str__(self) -> str:
        return months_text(self.months)
