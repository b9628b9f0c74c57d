"""Values of JSON and YAML read by declared types."""

from decimal import Decimal

import pytest

from underwriter.dmn.models.json_values import InputFault, read_inputs
from underwriter.feel import (
    ANY,
    BOOLEAN,
    DATE,
    DATE_TIME,
    DAYS_DURATION,
    MONTHS_DURATION,
    NUMBER,
    STRING,
    TIME,
    ChoiceType,
    ContextType,
    FunctionType,
    ListType,
    MonthsDuration,
    RangeType,
    Type,
    Value,
)
from underwriter.feel.temporal import parse_date, parse_date_time, parse_duration, parse_time
from underwriter.feel.types import ConstrainedType

GRADE = ChoiceType(values=("A", "B"))
SMALL = ConstrainedType("tSmall", NUMBER, lambda value: isinstance(value, Decimal) and value < 10)
LOAN = ContextType(fields={"amount": NUMBER, "since": DATE})
OPEN = ContextType(fields={"amount": NUMBER}, is_open=True)


def read(plain: object, type_: Type) -> tuple[Value, list[str]]:
    values, faults = read_inputs({"a": plain}, {"a": type_})
    return values["a"], [str(fault) for fault in faults]


@pytest.mark.parametrize(
    ("plain", "type_", "value"),
    [
        (None, NUMBER, None),
        (None, SMALL, None),
        (1, NUMBER, Decimal(1)),
        (0.1, NUMBER, Decimal("0.1")),
        (Decimal("1.50"), NUMBER, Decimal("1.50")),
        ("12345678901234567890.5", NUMBER, Decimal("12345678901234567890.5")),
        ("1", STRING, "1"),
        (True, BOOLEAN, True),
        ("2026-01-31", DATE, parse_date("2026-01-31")),
        ("09:30:00Z", TIME, parse_time("09:30:00Z")),
        ("2026-01-31T09:30:00", DATE_TIME, parse_date_time("2026-01-31T09:30:00")),
        ("P1DT2H", DAYS_DURATION, parse_duration("P1DT2H")),
        ("P1Y2M", MONTHS_DURATION, MonthsDuration(14)),
        ("B", GRADE, "B"),
        (9, SMALL, Decimal(9)),
        ([1, "2"], ListType(item=NUMBER), [Decimal(1), Decimal(2)]),
        (1, ListType(item=NUMBER), [Decimal(1)]),
        ({"amount": 1}, LOAN, {"amount": Decimal(1), "since": None}),
        ({"amount": 1, "more": [True]}, OPEN, {"amount": Decimal(1), "more": [True]}),
        ({"x": [1, "2026-01-31", None]}, ANY, {"x": [Decimal(1), "2026-01-31", None]}),
        (False, ANY, False),
    ],
)
def test_a_value_is_read_by_its_type(plain: object, type_: Type, value: Value) -> None:
    found, faults = read(plain, type_)
    assert faults == []
    assert (type(found), found) == (type(value), value)


@pytest.mark.parametrize(
    ("plain", "type_", "fault"),
    [
        (True, NUMBER, "a: found true; allowed: a number, such as 12.5"),
        ("x", NUMBER, 'a: found "x"; allowed: a number, such as 12.5'),
        ("NaN", NUMBER, 'a: found "NaN"; allowed: a number, such as 12.5'),
        ("1E999999999", NUMBER, 'a: found "1E999999999"; allowed: a number, such as 12.5'),
        ([10**7000], ANY, f"a[0]: found 1{'0' * 56}...; allowed: a number, such as 12.5"),
        (float("inf"), ANY, "a: found inf; allowed: a number, such as 12.5"),
        (1, STRING, "a: found 1; allowed: a string, in quotes"),
        ("true", BOOLEAN, 'a: found "true"; allowed: true or false'),
        ("2026-02-30", DATE, 'a: found "2026-02-30"; allowed: a date, such as "2026-01-31"'),
        (20260131, DATE, 'a: found 20260131; allowed: a date, such as "2026-01-31"'),
        ("P1Y", DAYS_DURATION, 'a: found "P1Y"; allowed: a days and time duration, such as "P1DT12H"'),
        ("P1D", MONTHS_DURATION, 'a: found "P1D"; allowed: a years and months duration, such as "P1Y6M"'),
        ("C", GRADE, 'a: found "C"; allowed: A, B'),
        (10, SMALL, "a: found 10; allowed: what the type 'tSmall' allows"),
        ("x" * 100, NUMBER, f'a: found "{"x" * 56}...; allowed: a number, such as 12.5'),
        ([1], LOAN, "a: found a list; allowed: names and values: amount, since"),
        (
            {"amout": 1},
            LOAN,
            "a.amout: found an entry that is not declared; allowed: amount, since (did you mean 'amount'?)",
        ),
        ([1, {}], ListType(item=NUMBER), "a[1]: found an object; allowed: a number, such as 12.5"),
        ({"x": [{"y": float("nan")}]}, ANY, "a.x[0].y: found nan; allowed: a number, such as 12.5"),
        ("[1..2]", RangeType(item=NUMBER), 'a: found "[1..2]"; allowed: a range<number>'),
        ("f", FunctionType(parameters=(), result=NUMBER), 'a: found "f"; allowed: a function<> -> number'),
    ],
)
def test_a_value_that_does_not_fit_is_told_with_its_path(plain: object, type_: Type, fault: str) -> None:
    assert read(plain, type_)[1] == [fault]


def test_inputs_that_are_not_given_stay_away_and_unknown_ones_are_told() -> None:
    values, faults = read_inputs({"incme": 1, "b": 2}, {"income": NUMBER, "b": NUMBER})
    assert values == {"b": Decimal(2)}
    assert faults == [InputFault("incme", "an input that is not declared", "income, b (did you mean 'income'?)")]
