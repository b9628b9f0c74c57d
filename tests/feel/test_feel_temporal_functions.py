"""Functions that make temporal values, look at the calendar, and tell the evaluation's time."""

from decimal import Decimal

import pytest

from underwriter.feel import MOMENT, Environment, Scope, Source, Variable, feel_text
from underwriter.feel.temporal import parse_date_time
from underwriter.feel.types import DATE_TIME, NUMBER

ENVIRONMENT = Environment()
NOON = parse_date_time("2026-03-02T23:30:00@Asia/Shanghai")

VALUES = [
    ('date("2026-01-31")', "2026-01-31"),
    ("date(2026, 1, 31)", "2026-01-31"),
    ("date(-2026, 1, 31)", "-2026-01-31"),
    ("date(month: 1, day: 31, year: 999999999)", "999999999-01-31"),
    ('date(@"2026-01-31T23:00:00-05:00")', "2026-01-31"),
    ('date(@"2026-01-31")', "2026-01-31"),
    ('time("09:30:00@Europe/Paris")', "09:30:00@Europe/Paris"),
    ("time(9, 30, 0)", "09:30:00"),
    ("time(9, 30, 0, null)", "09:30:00"),
    ('time(9, 30, 1.25, @"-PT2H45M55S")', "09:30:01.25-02:45:55"),
    ('time(9, 30, 0, @"PT0S")', "09:30:00Z"),
    ('duration("PT3.S")', "PT3S"),
    ('duration("-PT.5S")', "-PT0.5S"),
    ('time(@"2026-01-31")', "00:00:00Z"),
    ('time(@"2026-01-31T09:30:00@Asia/Dhaka")', "09:30:00@Asia/Dhaka"),
    ('date and time("2026-01-31")', "2026-01-31T00:00:00"),
    ('date and time(@"2026-01-31", @"09:30:00.5Z")', "2026-01-31T09:30:00.5Z"),
    ('date and time(@"2026-01-31T01:00:00+02:00", @"09:30:00")', "2026-01-31T09:30:00"),
    ('date and time(@"2021-03-28", @"02:30:00@Europe/Paris")', "2021-03-28T03:30:00@Europe/Paris"),
    ('duration("P1Y6M")', "P1Y6M"),
    ('duration("-PT90M")', "-PT1H30M"),
    ('years and months duration(@"2025-01-31", @"2026-03-30")', "P1Y1M"),
    ('years and months duration(@"2026-03-30", @"2025-01-31")', "-P1Y1M"),
    ('years and months duration(@"2014-12-31T23:59:59", @"-2019-10-01T12:32:59")', "-P4033Y2M"),
    ('abs(@"-P1D")', "P1D"),
    ('abs(@"-P18M")', "P1Y6M"),
    ('day of year(@"2024-12-31T10:00:00")', "366"),
    ('week of year(@"2027-01-01")', "53"),
    ('week of year(@"12027-01-01")', "53"),
    ('day of week(@"-2021-01-01")', '"Monday"'),
    ('month of year(date: @"2026-09-17")', '"September"'),
    ("is(null, null)", "true"),
    ('is(value1: @"2026-01-01")', "false"),
    ("is(1, 1.0)", "true"),
    ('is(1, "1")', "false"),
    ('is(@"10:00:00Z", @"10:00:00+00:00")', "true"),
    ('is(@"10:00:00@Etc/UTC", @"10:00:00Z")', "false"),
    ('is(@"10:00:00", @"10:00:00Z")', "false"),
    ('is([@"10:00:00Z"], [@"11:00:00+01:00"])', "false"),
    ("is({a: [1..2]}, {a: [1..2]})", "true"),
    ('is([@"10:00:00Z"..@"11:00:00Z"], [@"11:00:00+01:00"..@"11:00:00Z"])', "false"),
]

NULLS = [
    'date("2026-02-30")',
    "date(2026, 2, 30)",
    "date(2026, 1.5, 1)",
    "date(1e6000, 1, 1)",
    "date(1000000000, 1, 1)",
    'time("25:00:00")',
    "time(24, 0, 0)",
    "time(9, 30, 60)",
    "time(9, 30, -0.5)",
    "time(9, 30, 1e6000)",
    'time(9, 30, 0, @"PT19H")',
    'time(9, 30, 0, @"PT0.5S")',
    'date and time("2026-01-31T7:00:00")',
    'duration("P1S")',
    'duration("P999999999999999999D")',
]


@pytest.mark.parametrize(("text", "expected"), VALUES)
def test_value(text: str, expected: str) -> None:
    evaluated = ENVIRONMENT.evaluate(text)
    assert (feel_text(evaluated.value), evaluated.warnings, evaluated.diagnostics) == (expected, (), ())


@pytest.mark.parametrize("text", NULLS)
def test_what_makes_no_value_is_null_with_a_reason(text: str) -> None:
    evaluated = ENVIRONMENT.evaluate(text)
    assert evaluated.value is None
    assert [warning.kind in ("bad-conversion", "out-of-range") for warning in evaluated.warnings] == [True]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("now()", "2026-03-02T23:30:00@Asia/Shanghai"),
        ("today()", "2026-03-02"),
        ("for i in 1..2 return now() = [now()][item = now()][1]", "[true, true]"),
        ('{now: 5, today: today(), later: today() + @"P1D"}.later', "2026-03-03"),
        ("(function(now: number) now())(5)", "2026-03-02T23:30:00@Asia/Shanghai"),
    ],
)
def test_the_time_of_the_evaluation_is_the_given_one(text: str, expected: str) -> None:
    evaluated = ENVIRONMENT.evaluate(text, moment=NOON)
    assert (feel_text(evaluated.value), evaluated.warnings) == (expected, ())


def test_what_is_no_function_does_not_hide_the_built_in() -> None:
    evaluated = ENVIRONMENT.evaluate("[now, now()]", {"now": Decimal(5)}, moment=NOON)
    assert feel_text(evaluated.value) == "[5, 2026-03-02T23:30:00@Asia/Shanghai]"


@pytest.mark.parametrize("text", ["now()", "today()", "[1][item = 1 and now() != null]"])
def test_reading_the_time_is_a_reference(text: str) -> None:
    source = Source(text)
    tree = ENVIRONMENT.parse(source, ()).tree
    assert tree is not None
    assert ENVIRONMENT.check(tree, source, Scope({})).references == {(MOMENT,)}


def test_without_a_moment_the_time_is_null_with_a_reason() -> None:
    source = Source("today()")
    tree = ENVIRONMENT.parse(source, ()).tree
    assert tree is not None
    checked = ENVIRONMENT.check(tree, source, Scope({"x": NUMBER}))
    warnings: list[object] = []
    assert ENVIRONMENT.compile(checked, {"x": Variable("x", NUMBER)})(None, warnings) is None
    assert [warning.kind for warning in warnings] == ["no-moment"]  # type: ignore[attr-defined]
    moment = Variable("moment", DATE_TIME, nullable=False)
    assert str(ENVIRONMENT.compile(checked, {MOMENT: moment})(NOON, warnings)) == "2026-03-02"
