"""Regions of the tz database: offsets, the hours that the clock leaves out or shows twice, and years far away."""

import datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from underwriter.feel import Date, DateTime, Time
from underwriter.feel.temporal import Offset, moment_of, parse_date_time, region
from underwriter.feel.temporal.writing import NANOSECONDS

from .temporal_values import REGIONS

HOUR = 3600 * NANOSECONDS
PARIS = region("Europe/Paris")


def moment(text: str) -> DateTime:
    found = parse_date_time(text)
    assert found is not None
    return found


@given(st.sampled_from(REGIONS), st.integers(-2 * 10**9, 10**10))
def test_offsets_are_those_of_zoneinfo(name: str, instant: int) -> None:
    python = datetime.datetime.fromtimestamp(0, datetime.UTC) + datetime.timedelta(seconds=instant)
    there = python.astimezone(ZoneInfo(name))
    found = DateTime.at(instant, 0, region(name))
    assert found.value == instant
    assert str(found) == f"{there.replace(tzinfo=None).isoformat()}@{name}"
    assert repr(moment_of(there)) == repr(found)


@pytest.mark.parametrize(
    ("text", "shown", "offset"),
    [
        ("2021-03-28T01:59:59@Europe/Paris", "2021-03-28T01:59:59@Europe/Paris", 3600),
        ("2021-03-28T02:00:00@Europe/Paris", "2021-03-28T03:00:00@Europe/Paris", 7200),
        ("2021-03-28T02:30:00@Europe/Paris", "2021-03-28T03:30:00@Europe/Paris", 7200),
        ("2021-03-28T03:00:00@Europe/Paris", "2021-03-28T03:00:00@Europe/Paris", 7200),
        ("2021-10-31T01:59:59@Europe/Paris", "2021-10-31T01:59:59@Europe/Paris", 7200),
        ("2021-10-31T02:30:00@Europe/Paris", "2021-10-31T02:30:00@Europe/Paris", 7200),
        ("2021-10-31T03:00:00@Europe/Paris", "2021-10-31T03:00:00@Europe/Paris", 3600),
        ("12021-07-01T00:00:00@Europe/Paris", "12021-07-01T00:00:00@Europe/Paris", 7200),
        ("12021-01-01T00:00:00@Europe/Paris", "12021-01-01T00:00:00@Europe/Paris", 3600),
        ("-2021-07-01T00:00:00@Europe/Paris", "-2021-07-01T00:00:00@Europe/Paris", 561),
        ("2021-01-01T00:00:00@Australia/Melbourne", "2021-01-01T00:00:00@Australia/Melbourne", 39_600),
    ],
)
def test_readings_around_changes_of_the_clock(text: str, shown: str, offset: int) -> None:
    assert (str(moment(text)), moment(text).offset) == (shown, offset)


def test_an_hour_shown_twice_passes_twice() -> None:
    start = moment("2021-10-31T01:30:00@Europe/Paris")
    hours = [start.plus(count * HOUR) for count in range(4)]
    assert [str(hour.time)[:8] for hour in hours] == ["01:30:00", "02:30:00", "02:30:00", "03:30:00"]
    assert [hour.offset for hour in hours] == [7200, 7200, 3600, 3600]
    assert hours[1] != hours[2]
    assert hours[1] < hours[2]
    assert hours[2].plus_months(0) == hours[2]


@pytest.mark.parametrize(
    ("name", "offset"),
    [
        ("Europe/Paris", 3600),
        ("Europe/Dublin", 0),
        ("Australia/Melbourne", 36_000),
        ("Asia/Kolkata", 19_800),
    ],
)
def test_a_time_without_a_date_has_the_offset_of_winter(name: str, offset: int) -> None:
    time = Time(12, 0, 0, 0, region(name))
    assert time.offset == offset
    assert time == Time(12, 0, 0, 0, Offset(offset))


@given(st.integers(-(10**9) + 500, 10**9 - 500), st.sampled_from(REGIONS))
def test_far_years_have_the_rules_of_the_same_place_in_the_cycle(year: int, name: str) -> None:
    zone = region(name)
    found = DateTime(Date(year, 7, 1), Time(12, 0, 0, 0, zone))
    if year > 9998:
        like = DateTime(Date(year % 400 + 9200, 7, 1), Time(12, 0, 0, 0, zone))
        assert found.offset == like.offset
    if year < 1800:
        assert found.offset == DateTime(Date(1000, 1, 1), Time(12, 0, 0, 0, zone)).offset


@pytest.mark.parametrize("name", ["", "Nowhere", "localtime", "posixrules", "../zones", "Europe", "/etc/localtime"])
def test_names_that_are_no_region(name: str) -> None:
    with pytest.raises(ValueError, match="no such time zone"):
        region(name)
