"""The calendar and the clock beside Python's own, and by their laws where Python's years end."""

import copy
import datetime
import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from underwriter.feel import Date, DateTime, DaysDuration, MonthsDuration, Time
from underwriter.feel.temporal import UTC, arithmetic, date_of, moment_of, region
from underwriter.feel.temporal.writing import NANOSECONDS

from . import temporal_values
from .temporal_values import dates, python_dates

DAY = 86_400 * NANOSECONDS
python_moments = st.datetimes(
    datetime.datetime(2, 1, 1),  # noqa: DTZ001 - the bounds of a strategy are naive
    datetime.datetime(9998, 12, 31),  # noqa: DTZ001
    timezones=st.none() | st.just(datetime.UTC),
)
python_durations = st.timedeltas(datetime.timedelta(days=-(10**6)), datetime.timedelta(days=10**6))


def duration_of(duration: datetime.timedelta) -> DaysDuration:
    return DaysDuration(duration // datetime.timedelta(microseconds=1) * 1000)


@given(python_dates)
def test_a_date_has_the_parts_that_python_finds(day: datetime.date) -> None:
    date = date_of(day)
    assert str(date) == day.isoformat()
    assert (date.year, date.month, date.day, date.weekday) == (day.year, day.month, day.day, day.isoweekday())
    assert (date.day_of_year, date.week_of_year) == (day.timetuple().tm_yday, day.isocalendar().week)
    assert Date.numbered(date.number) == date


@given(python_dates, python_dates)
def test_dates_differ_and_compare_as_python_finds(left: datetime.date, right: datetime.date) -> None:
    difference = arithmetic.between_dates(date_of(left), date_of(right))
    assert difference == duration_of(left - right)
    assert (date_of(left) < date_of(right), date_of(left) == date_of(right)) == (left < right, left == right)
    assert arithmetic.date_plus(date_of(right), difference) == date_of(left)


@given(python_moments, python_durations)
def test_moments_and_durations_add_as_python_finds(moment: datetime.datetime, duration: datetime.timedelta) -> None:
    try:
        expected = moment + duration
    except OverflowError:
        return
    found = arithmetic.moment_plus(moment_of(moment), duration_of(duration))
    assert repr(found) == repr(moment_of(expected))
    assert repr(arithmetic.moment_minus(found, duration_of(duration))) == repr(moment_of(moment))
    assert arithmetic.between_moments(found, moment_of(moment)) == duration_of(duration)


@given(python_moments, st.integers(0, 999_999))
def test_a_moment_within_the_same_second(moment: datetime.datetime, microsecond: int) -> None:
    later = moment_of(moment).at_nanosecond(microsecond * 1000)
    assert later == moment_of(moment.replace(microsecond=microsecond))
    assert type(later.time) is Time


@given(dates)
def test_the_calendar_repeats_after_400_years(date: Date) -> None:
    shifted = Date(date.year % 400 + 2000, date.month, date.day)
    like = (shifted.weekday, shifted.day_of_year, shifted.week_of_year)
    assert (date.weekday, date.day_of_year, date.week_of_year) == like
    assert Date.numbered(date.number) == date
    assert date.plus_days(1).number == date.number + 1
    assert date < date.plus_days(1)


@given(dates, st.integers(-(10**6), 10**6))
def test_months_later_keep_the_day_or_cut_it(date: Date, months: int) -> None:
    later = date.plus_months(months)
    assert later.year * 12 + later.month == date.year * 12 + date.month + months
    assert later.day == date.day or (later.day < date.day and later.plus_days(1).day == 1)
    if date.day <= 28:
        assert later.plus_months(-months) == date
        assert arithmetic.months_between(date, later) == MonthsDuration(months)


@given(dates, st.integers(-(10**6), 10**6))
def test_months_between_never_go_beyond_the_end(start: Date, days: int) -> None:
    end = start.plus_days(days)
    months = arithmetic.months_between(start, end).months
    further = start.plus_months(months + (1 if days >= 0 else -1))
    assert min(start, end) <= start.plus_months(months) <= max(start, end)
    assert further > end or further.day < start.day if days >= 0 else further < end or further.day < start.day


@given(temporal_values.times, temporal_values.days_durations)
def test_time_arithmetic_runs_round_the_clock(time: Time, duration: DaysDuration) -> None:
    later = arithmetic.time_plus(time, duration)
    assert (later.number - time.number - duration.nanoseconds) % DAY == 0
    assert (later.zone, repr(arithmetic.time_minus(later, duration))) == (time.zone, repr(time))


@given(temporal_values.moments, st.integers(-(10**24), 10**24))
def test_a_moment_later_differs_by_as_much(moment: DateTime, nanoseconds: int) -> None:
    later = moment.plus(nanoseconds)
    assert later.number - moment.number == nanoseconds
    assert later.time.zone == moment.time.zone
    assert later.plus(-nanoseconds).number == moment.number


@pytest.mark.parametrize(
    "parts", [(2025, 2, 29), (2026, 0, 1), (2026, 13, 1), (2026, 4, 31), (10**9, 1, 1), (1900, 2, 29)]
)
def test_days_that_do_not_exist(parts: tuple[int, int, int]) -> None:
    with pytest.raises(ValueError, match=r"."):
        Date.checked(*parts)


@pytest.mark.parametrize(
    ("date", "days"), [(Date(999_999_999, 12, 31), 1), (Date(-999_999_999, 1, 1), -1), (Date(2026, 1, 1), 10**12)]
)
def test_the_calendar_ends(date: Date, days: int) -> None:
    with pytest.raises(ValueError, match="out of range"):
        date.plus_days(days)


@given(temporal_values.moments | temporal_values.times | temporal_values.dates)
def test_values_can_be_copied_and_pickled(value: object) -> None:
    for copied in (copy.deepcopy(value), pickle.loads(pickle.dumps(value))):  # noqa: S301 - our own bytes
        assert (type(copied), repr(copied), copied) == (type(value), repr(value), value)


def test_moments_of_python_keep_their_zones() -> None:
    moment = datetime.datetime(2026, 7, 1, 12, tzinfo=datetime.timezone(datetime.timedelta(hours=2)))
    assert str(moment_of(moment)) == "2026-07-01T12:00:00+02:00"
    assert moment_of(moment.astimezone(datetime.UTC)).time.zone == UTC
    paris = region("Europe/Paris")
    assert DateTime(Date(2026, 7, 1), Time(12, 0, 0, 0, paris)) == moment_of(moment)
