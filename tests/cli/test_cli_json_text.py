"""FEEL values as JSON text."""

import json
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from underwriter.cli.json_text import json_text
from underwriter.feel import Function, MonthsDuration, Range, Value
from underwriter.feel.temporal import parse_date, parse_date_time, parse_duration

VALUES = st.recursive(
    st.none() | st.booleans() | st.text() | st.decimals(allow_nan=False, allow_infinity=False),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
)


@settings(deadline=None)
@given(VALUES)
def test_json_says_what_the_value_is(value: Value) -> None:
    assert json.loads(json_text(value), parse_float=Decimal, parse_int=Decimal) == value


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (Decimal("0.3333333333333333333333333333333333"), "0.3333333333333333333333333333333333"),
        (Decimal("1E+3"), "1000"),
        ("额度\n", '"额度\\n"'),
        ([], "[]"),
        ({}, "{}"),
        ({"a": [Decimal(1)]}, '{\n  "a": [\n    1\n  ]\n}'),
        (parse_date("2026-01-31"), '"2026-01-31"'),
        (parse_date_time("2026-01-31T09:30:00+08:00"), '"2026-01-31T09:30:00+08:00"'),
        (parse_duration("P1DT2H"), '"P1DT2H"'),
        (MonthsDuration(14), '"P1Y2M"'),
        (Range(Decimal(1), Decimal(2), low_included=True, high_included=False), '"[1..2)"'),
        (Range("a", "b"), '"[\\"a\\"..\\"b\\"]"'),
        (Function(("a", "b"), lambda a, _: a), '"function(a, b)"'),
    ],
)
def test_values_that_json_has_no_form_for_are_text(value: Value, text: str) -> None:
    assert json_text(value) == text
