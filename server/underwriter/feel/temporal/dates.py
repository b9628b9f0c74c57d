"""A day of the calendar."""

from typing import NamedTuple

from underwriter.feel.temporal import calendar
from underwriter.feel.temporal.writing import date_text


class Date(NamedTuple):
    """A day (DMN 1.5, 10.3.2.3.5): a tuple, so that days compare as fast as tuples do. Built without a check."""

    year: int
    month: int
    day: int

    @classmethod
    def checked(cls, year: int, month: int, day: int) -> "Date":
        """Return a day. Raises ValueError if there is none such, or its year is beyond ±999,999,999."""
        calendar.day_number(calendar.checked_year(year), month, day)
        return cls(year, month, day)

    @classmethod
    def numbered(cls, number: int) -> "Date":
        """Return the day so many days after 1970-01-01. Raises ValueError beyond the years."""
        return cls(*calendar.day_at(number))

    @property
    def number(self) -> int:
        """The number of days from 1970-01-01."""
        return calendar.day_number(*self)

    @property
    def weekday(self) -> int:
        """The day of the week: 1 for Monday to 7 for Sunday."""
        return calendar.like(*self).isoweekday()

    @property
    def day_of_year(self) -> int:
        """The day of the year, from 1."""
        return calendar.like(*self).timetuple().tm_yday

    @property
    def week_of_year(self) -> int:
        """The week of the year by ISO 8601: week 1 is the one with the first Thursday."""
        return calendar.like(*self).isocalendar().week

    @property
    def value(self) -> int:
        """The seconds from 1970-01-01 to the day's midnight in UTC."""
        return calendar.day_number(*self) * 86_400

    def plus_days(self, days: int) -> "Date":
        """Return the day so many days later. Raises ValueError beyond the years."""
        return Date(*calendar.day_at(calendar.day_number(*self) + days))

    def plus_months(self, months: int) -> "Date":
        """Return the day so many months later, cut to the month's last. Raises ValueError beyond the years."""
        years, month = divmod(self.month - 1 + months, 12)
        year = calendar.checked_year(self.year + years)
        return Date(year, month + 1, min(self.day, calendar.last_day(year, month + 1)))

    def __str__(self) -> str:
        return date_text(*self)
