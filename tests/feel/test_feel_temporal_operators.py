"""Operators, properties and text of temporal values in expressions: row by row, with the types known and unknown."""

import pytest
from hypothesis import given

from underwriter.feel import Environment, feel_text
from underwriter.feel.builtins.identity import is_same

from . import temporal_values

ENVIRONMENT = Environment()

ARITHMETIC = [
    ('@"2026-01-31" + @"P1M"', "2026-02-28"),
    ('@"P1Y" + @"2024-02-29"', "2025-02-28"),
    ('@"2026-03-31" - @"P1M"', "2026-02-28"),
    ('@"2026-01-02" - @"PT1H"', "2026-01-01"),
    ('@"2026-01-02" + @"PT23H"', "2026-01-02"),
    ('@"2026-01-02" - @"-PT25H"', "2026-01-03"),
    ('@"-0001-12-31" + @"P1D"', "0000-01-01"),
    ('@"2026-01-02" - @"2026-01-01"', "P1D"),
    ('@"2026-01-02" - @"2026-01-01T12:00:00Z"', "PT12H"),
    ('@"2026-01-02T12:00:00@Europe/Paris" - @"2026-01-02"', "PT11H"),
    ('@"2026-01-02T00:00:00.5" - @"2026-01-01T23:59:59.25"', "PT1.25S"),
    ('@"2021-10-31T01:30:00@Europe/Paris" + @"PT2H"', "2021-10-31T02:30:00@Europe/Paris"),
    ('@"2021-03-27T02:30:00@Europe/Paris" + @"P1D"', "2021-03-28T03:30:00@Europe/Paris"),
    ('@"2026-01-31T10:00:00+11:00" + @"P1M"', "2026-02-28T10:00:00+11:00"),
    ('@"23:00:00" + @"PT2H"', "01:00:00"),
    ('@"01:00:00@Europe/Paris" - @"P1DT2H"', "23:00:00@Europe/Paris"),
    ('@"10:00:00" - @"11:30:00"', "-PT1H30M"),
    ('@"10:00:00+01:00" - @"10:00:00Z"', "-PT1H"),
    ('@"P1D" + @"PT12H"', "P1DT12H"),
    ('@"P1D" - @"PT36H"', "-PT12H"),
    ('@"P1Y" - @"P18M"', "-P6M"),
    ('1.5 * @"P2M"', "P3M"),
    ('@"P1Y11M" * -2.5', "-P4Y9M"),
    ('@"P10Y11M" / 2.5', "P4Y4M"),
    ('@"P1D" / 3', "PT8H"),
    ('@"PT0.000000001S" * 0.5', "PT0S"),
    ('@"PT0.000000003S" / 2', "PT0.000000002S"),
    ('@"P1D" / @"PT8H"', "3"),
    ('@"P1Y" / @"P8M"', "1.5"),
    ('-@"P1D"', "-P1D"),
    ('-@"-P1Y"', "P1Y"),
]

NULLS = [
    ('@"2026-01-02T10:00:00" - @"2026-01-01T10:00:00Z"', "out-of-range"),
    ('@"2026-01-02T10:00:00" - @"2026-01-01"', "out-of-range"),
    ('@"10:00:00" - @"10:00:00Z"', "out-of-range"),
    ('@"999999999-12-31" + @"P1D"', "out-of-range"),
    ('@"-999999999-01-01" - @"P1M"', "out-of-range"),
    ('@"999999999-12-31T23:59:59" + @"PT1S"', "out-of-range"),
    ('@"P1D" * 1e30', "out-of-range"),
    ('@"P1Y" * 1e6000', "out-of-range"),
    ('@"PT922337203685477580S" * 11', "out-of-range"),
    ('@"P1D" / 0', "division-by-zero"),
    ('@"P1M" / 0', "division-by-zero"),
    ('@"P1D" / @"P0D"', "division-by-zero"),
    ('@"P1D" + @"P1M"', "type-mismatch"),
    ('@"2026-01-01" + @"2026-01-01"', "type-mismatch"),
    ('@"2026-01-01" * 2', "type-mismatch"),
    ('@"10:00:00" + @"P1M"', "type-mismatch"),
    ('2 / @"P1D"', "type-mismatch"),
    ('-@"2026-01-01"', "type-mismatch"),
    ('@"10:00:00" < @"10:00:00Z"', "type-mismatch"),
    ('@"2026-01-01T00:00:00" >= @"2026-01-01T00:00:00Z"', "type-mismatch"),
    ('@"2026-01-01" < @"2026-01-01T00:00:00Z"', "type-mismatch"),
    ('@"P1D" < @"P1M"', "type-mismatch"),
    ('@"P0D" = @"P0M"', "type-mismatch"),
    ('@"2026-01-01" = @"2026-01-01T00:00:00Z"', "type-mismatch"),
    ('@"2026-01-01T00:00:00" between @"2026-01-01T00:00:00Z" and @"2026-01-02T00:00:00Z"', "type-mismatch"),
]

TRUTHS = [
    '@"2026-01-01" < @"2026-01-02"',
    '@"-0001-01-01" < @"0001-01-01"',
    '@"2026-01-01T10:00:00+01:00" = @"2026-01-01T09:00:00Z"',
    '@"2026-07-01T10:00:00@Europe/Paris" = @"2026-07-01T08:00:00Z"',
    '@"2026-01-01T10:00:00+01:00" < @"2026-01-01T10:00:00Z"',
    '@"2026-01-01T10:00:00@Australia/Melbourne" = @"2026-01-01T10:00:00@Australia/Sydney"',
    '@"10:00:00+01:00" = @"09:00:00Z"',
    '@"10:00:00@Europe/Paris" = @"10:00:00+01:00"',
    '@"10:00:00" != @"10:00:00Z"',
    '@"2026-01-01T10:00:00" != @"2026-01-01T10:00:00Z"',
    '@"10:00:00.25" = @"10:00:00.75"',
    '@"2026-01-01T10:00:00.25" <= @"2026-01-01T10:00:00.20"',
    'not(@"10:00:00.25" < @"10:00:00.75")',
    '@"P1D" = @"PT24H"',
    '@"P1Y" = @"P12M"',
    '@"PT0.1S" < @"PT0.2S"',
    '@"2026-01-15" in [@"2026-01-01"..@"2026-01-31"]',
    '@"2026-01-15T10:00:00+02:00" in (@"2026-01-15T07:59:59Z", @"2026-01-15T08:00:00Z")',
    '@"12:00:00" in (< @"09:00:00", > @"11:00:00")',
    '@"P3M" between @"P2M" and @"P1Y"',
    'list contains([@"10:00:00+01:00"], @"09:00:00Z")',
]

PROPERTIES = [
    ('@"2026-01-31".year', "2026"),
    ('@"2026-01-31".weekday', "6"),
    ('@"1970-01-02".value', "86400"),
    ('@"-999999999-12-31".weekday', "1"),
    ('@"2026-01-31T09:30:15.5+02:00".second', "15"),
    ('@"2026-01-31T09:30:15+02:00".time offset', "PT2H"),
    ('@"2026-07-31T09:30:15@Europe/Paris".time offset', "PT2H"),
    ('@"2026-07-31T09:30:15@Europe/Paris".timezone', '"Europe/Paris"'),
    ('@"2026-01-31T09:30:15+02:00".timezone', "null"),
    ('@"09:30:15".time offset', "null"),
    ('@"09:30:15@Europe/Paris".time offset', "PT1H"),
    ('@"01:00:00+02:00".value', "-3600"),
    ('@"1970-01-01T01:00:00+01:00".value', "0"),
    ('@"-P1DT2H3M4.5S".days', "-1"),
    ('@"-P1DT2H3M4.5S".hours', "-2"),
    ('@"-P1DT2H3M4.5S".minutes', "-3"),
    ('@"-P1DT2H3M4.5S".seconds', "-4"),
    ('@"PT36H".value', "129600"),
    ('@"-P18M".years', "-1"),
    ('@"-P18M".months', "-6"),
    ('@"-P18M".value', "-18"),
]

LOOPS = [
    ('for day in @"2024-02-28"..@"2024-03-01" return day.day', "[28, 29, 1]"),
    ('for day in @"2026-01-01"..@"2025-12-31" return string(day)', '["2026-01-01", "2025-12-31"]'),
    ('count(for day in [@"2026-01-01"..@"2026-12-31"] return day)', "365"),
]


@pytest.mark.parametrize(("text", "expected"), [*ARITHMETIC, *PROPERTIES, *LOOPS])
def test_value(text: str, expected: str) -> None:
    evaluated = ENVIRONMENT.evaluate(text)
    assert (feel_text(evaluated.value), evaluated.warnings) == (expected, ())


@pytest.mark.parametrize("text", TRUTHS)
def test_truth(text: str) -> None:
    evaluated = ENVIRONMENT.evaluate(text)
    assert (evaluated.value, evaluated.warnings) == (True, ())


@pytest.mark.parametrize(("text", "kind"), NULLS)
def test_null_and_its_reason(text: str, kind: str) -> None:
    evaluated = ENVIRONMENT.evaluate(text)
    assert evaluated.value is None
    assert {warning.kind for warning in evaluated.warnings} == {kind}


@pytest.mark.parametrize(("text", "expected"), [row for row in ARITHMETIC if not row[0].startswith("-")])
def test_operands_of_unknown_types_give_the_same(text: str, expected: str) -> None:
    left, symbol, right = text.split(" ")
    values = {name: ENVIRONMENT.evaluate(operand).value for name, operand in (("left", left), ("right", right))}
    for inner in (f"left {symbol} right", f"{{a: [left], b: [right]}}.a[1] {symbol} [right][1]"):
        assert feel_text(ENVIRONMENT.evaluate(inner, values).value) == expected


@given(temporal_values.moments | temporal_values.times, temporal_values.moments | temporal_values.times)
def test_what_is_the_same_is_equal(left: object, right: object) -> None:
    assert is_same(left, left)
    assert is_same(left, right) is (repr(left) == repr(right) and type(left) is type(right))
    assert not is_same(left, right) or left == right


@given(temporal_values.moments, temporal_values.moments)
def test_order_is_total_among_moments_with_an_offset(left: object, right: object) -> None:
    values = {"left": left, "right": right}
    outcomes = [ENVIRONMENT.evaluate(f"left {symbol} right", values).value for symbol in ("<", "=", ">")]
    has_order = (left.offset is None) is (right.offset is None)  # type: ignore[attr-defined]
    assert outcomes.count(True) == (1 if has_order else 0)
    assert outcomes.count(None) == (0 if has_order else 2)


def test_equal_constants_in_different_zones_stay_apart() -> None:
    text = '[@"10:00:00+01:00", @"09:00:00Z", [@"10:00:00+01:00"..@"11:00:00+01:00"], [@"09:00:00Z"..@"10:00:00Z"]]'
    zoned = ENVIRONMENT.evaluate(text).value
    assert feel_text(zoned) == "[10:00:00+01:00, 09:00:00Z, [10:00:00+01:00..11:00:00+01:00], [09:00:00Z..10:00:00Z]]"
