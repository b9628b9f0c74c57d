"""Dates, times and durations as text: what is read, what is not, and that writing and reading are inverse."""

import pytest
from hypothesis import given

from underwriter.feel import Date, DateTime, DaysDuration, MonthsDuration, Time
from underwriter.feel.temporal import (
    UTC,
    Offset,
    parse_date,
    parse_date_time,
    parse_duration,
    parse_temporal,
    parse_time,
    region,
)

from . import temporal_values

PARIS = region("Europe/Paris")

READ = [
    ("2026-01-31", Date(2026, 1, 31)),
    ("0000-02-29", Date(0, 2, 29)),
    ("-0001-12-31", Date(-1, 12, 31)),
    ("-2017-01-01", Date(-2017, 1, 1)),
    ("12026-01-31", Date(12026, 1, 31)),
    ("999999999-12-31", Date(999_999_999, 12, 31)),
    ("-999999999-01-01", Date(-999_999_999, 1, 1)),
    ("09:30:00", Time(9, 30, 0)),
    ("09:30:00Z", Time(9, 30, 0, 0, UTC)),
    ("09:30:00-00:00", Time(9, 30, 0, 0, UTC)),
    ("09:30:00+02:00", Time(9, 30, 0, 0, Offset(7200))),
    ("09:30:00-18:00", Time(9, 30, 0, 0, Offset(-64_800))),
    ("09:30:00+02:45:55", Time(9, 30, 0, 0, Offset(9955))),
    ("09:30:00@Europe/Paris", Time(9, 30, 0, 0, PARIS)),
    ("09:30:00.5", Time(9, 30, 0, 500_000_000)),
    ("09:30:00.123456789", Time(9, 30, 0, 123_456_789)),
    ("09:30:00.1234567899", Time(9, 30, 0, 123_456_789)),
    ("24:00:00", Time(0, 0, 0)),
    ("2026-01-31T09:30:00", DateTime(Date(2026, 1, 31), Time(9, 30, 0))),
    ("2026-12-31T24:00:00", DateTime(Date(2027, 1, 1), Time(0, 0, 0))),
    ("2026-01-31T09:30:00@Europe/Paris", DateTime(Date(2026, 1, 31), Time(9, 30, 0, 0, PARIS))),
    ("P1Y6M", MonthsDuration(18)),
    ("-P100M", MonthsDuration(-100)),
    ("P0Y", MonthsDuration(0)),
    ("P1D", DaysDuration(86_400 * 10**9)),
    ("PT36H", DaysDuration(129_600 * 10**9)),
    ("-P1DT0.5S", DaysDuration(-864_005 * 10**8)),
    ("PT0.000000001S", DaysDuration(1)),
    ("PT922337203685477580S", DaysDuration(922_337_203_685_477_580 * 10**9)),
]

UNREADABLE = [
    *("", "2026", "2026-1-31", "2026-01-32", "2025-02-29", "2026-13-01", "2026-00-01", "998-12-31", "01211-12-31"),
    *("+2026-01-31", "9999999999-12-25", "2026-01-31Z", "2026/01/31", " 2026-01-31", "2026-01-31\n", "２026-01-31"),
    *("9:30:00", "09:30", "09:30:60", "09:60:00", "24:00:01", "24:00:00.1", "25:00:00", "09:30:00.", "09:30:00z"),
    *("09:30:00+5", "09:30:00+5:00", "09:30:00+19:00", "09:30:00+18:00:01", "09:30:00+02:60", "09:30:00@Nowhere"),
    *("09:30:00@", "09:30:00@../zones", "09:30:00@localtime", "09:30:00+02:00@Europe/Paris", "09:30:00@europe/paris"),
    *("2026-01-31T", "2026-01-31T24:00:01", "2026-01-3109:30:00", "2026-01-31 09:30:00", "999999999-12-31T24:00:00"),
    *("P", "PT", "P1", "1D", "P1H", "PT1D", "P1DT", "P1Y1D", "P1.5D", "PT.S", "PTS", "P-1D", "+P1D", "p1d", "P1M1Y"),
    *("P999999999999999999D", "P999999999999999999Y", "P1000000000Y", "PT1S1M"),
]


@pytest.mark.parametrize(("text", "value"), READ)
def test_texts_that_tell_a_value(text: str, value: object) -> None:
    found = parse_temporal(text)
    assert type(found) is type(value)
    assert repr(found) == repr(value)


@pytest.mark.parametrize("text", UNREADABLE)
def test_texts_that_tell_none(text: str) -> None:
    assert parse_temporal(text) is None


def test_each_reader_takes_its_own_form_only() -> None:
    texts = {"date": "2026-01-31", "time": "09:30:00", "both": "2026-01-31T09:30:00", "duration": "P1D"}
    assert [name for name, text in texts.items() if parse_date(text) is not None] == ["date"]
    assert [name for name, text in texts.items() if parse_time(text) is not None] == ["time"]
    assert [name for name, text in texts.items() if parse_date_time(text) is not None] == ["date", "both"]
    assert [name for name, text in texts.items() if parse_duration(text) is not None] == ["duration"]


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("09:30:00.500", "09:30:00.5"),
        ("09:30:00.000", "09:30:00"),
        ("09:30:00+00:00", "09:30:00Z"),
        ("09:30:00@Etc/UTC", "09:30:00@Etc/UTC"),
        ("2026-01-31", "2026-01-31"),
        ("-0044-03-15", "-0044-03-15"),
        ("2021-03-28T02:30:00@Europe/Paris", "2021-03-28T03:30:00@Europe/Paris"),
        ("P0D", "PT0S"),
        ("-P0D", "PT0S"),
        ("PT1000M0.999999999S", "PT16H40M0.999999999S"),
        ("PT240H", "P10D"),
        ("P0Y", "P0M"),
        ("P1Y27M", "P3Y3M"),
        ("P12M", "P1Y"),
    ],
)
def test_one_form_is_written(text: str, written: str) -> None:
    assert str(parse_temporal(text)) == written


@given(
    temporal_values.dates
    | temporal_values.times
    | temporal_values.moments
    | temporal_values.days_durations
    | temporal_values.months_durations
)
def test_what_is_written_reads_as_the_same_value(value: object) -> None:
    found = parse_temporal(str(value))
    assert type(found) is type(value)
    assert (found, repr(found)) == (value, repr(value))
