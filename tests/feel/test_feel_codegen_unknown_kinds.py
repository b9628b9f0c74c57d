"""Operators on operands of unknown kinds are inline for the likely kind, and do what the helpers do for all others."""

from decimal import Decimal, localcontext
from itertools import product

import pytest

from underwriter.feel import ANY, FEEL_CONTEXT, Environment, EvaluationWarning, Scope, Source, Value, Variable
from underwriter.feel.arithmetic import calculate
from underwriter.feel.comparison import compare, equality, within
from underwriter.feel.environment import Evaluator
from underwriter.feel.faults import Place
from underwriter.feel.members import member
from underwriter.feel.temporal import Date, DaysDuration

ENVIRONMENT = Environment()
NOWHERE = Place(Source(""), Source("").whole)
VALUES: tuple[Value, ...] = (
    None,
    True,
    Decimal(0),
    Decimal("2.50"),
    Decimal("-9e6144"),
    Decimal("9e6144"),
    "",
    "b",
    Date(2026, 1, 31),
    DaysDuration(10**9),
    [Decimal(2)],
    {"m": Decimal(2)},
)
CONSTANTS = {"2": Decimal(2), '"b"': "b", "true": True, "null": None}
Outcome = tuple[Value, list[tuple[str, tuple[object, ...]]]]


def compiled(text: str) -> Evaluator:
    """Return a function of `a` and `b`, of which nothing is known."""
    source = Source(text)
    parsed = ENVIRONMENT.parse(source, ())
    assert parsed.tree is not None
    checked = ENVIRONMENT.check(parsed.tree, source, Scope({"a": ANY, "b": ANY}))
    return ENVIRONMENT.compile(checked, {"a": Variable("a", ANY), "b": Variable("b", ANY)})


def outcome(function: Evaluator, *arguments: Value) -> Outcome:
    """Return what a function gives, and its warnings without their places."""
    warnings: list[EvaluationWarning] = []
    with localcontext(FEEL_CONTEXT):
        value = function(*arguments, warnings)
    return value, [(warning.kind, tuple(map(str, warning.values))) for warning in warnings]


@pytest.mark.parametrize("symbol", ["<", "<=", ">", ">=", "=", "!="])
def test_a_comparison_does_what_its_helper_does(symbol: str):
    helper = equality if symbol in ("=", "!=") else compare
    evaluate = compiled(f"a {symbol} b")
    for a, b in product(VALUES, VALUES):
        wanted = outcome(lambda a, b, warnings: helper(symbol, a, b, warnings, NOWHERE), a, b)
        assert outcome(evaluate, a, b) == wanted, (a, b)


@pytest.mark.parametrize("symbol", ["<", ">=", "=", "!="])
@pytest.mark.parametrize("constant", CONSTANTS)
def test_a_comparison_with_a_constant_does_what_its_helper_does(symbol: str, constant: str):
    helper = equality if symbol in ("=", "!=") else compare
    right, left = compiled(f"a {symbol} {constant}"), compiled(f"{constant} {symbol} a")
    known = CONSTANTS[constant]
    for a in VALUES:
        wanted = outcome(lambda a, _, warnings: helper(symbol, a, known, warnings, NOWHERE), a, None)
        assert outcome(right, a, None) == wanted, a
        wanted = outcome(lambda a, _, warnings: helper(symbol, known, a, warnings, NOWHERE), a, None)
        assert outcome(left, a, None) == wanted, a


@pytest.mark.parametrize("symbol", ["+", "-", "*", "/", "**"])
def test_arithmetic_does_what_its_helper_does(symbol: str):
    evaluate = compiled(f"a {symbol} b")
    for a, b in product(VALUES, VALUES):
        wanted = outcome(lambda a, b, warnings: calculate(symbol, a, b, warnings, NOWHERE), a, b)
        assert outcome(evaluate, a, b) == wanted, (a, b)


@pytest.mark.parametrize("ends", [("1", "3"), ('"a"', '"c"'), ("true", "true"), ("1", '"c"'), ("null", "3")])
@pytest.mark.parametrize("text", ["a between {} and {}", "a in [{}..{}]"])
def test_a_range_of_constants_does_what_its_helper_does(text: str, ends: tuple[str, str]):
    evaluate = compiled(text.format(*ends))
    low, high = (ENVIRONMENT.evaluate(end).value for end in ends)
    for a in VALUES:
        wanted = outcome(lambda a, _, warnings: within(a, low, high, True, True, warnings, NOWHERE), a, None)
        assert outcome(evaluate, a, None) == wanted, a


def test_a_member_does_what_its_helper_does():
    evaluate = compiled("a.m")
    for a in (*VALUES, [{"m": Decimal(1)}, None, {}, Decimal(1)]):
        wanted = outcome(lambda a, _, warnings: member(a, "m", warnings, NOWHERE), a, None)
        assert outcome(evaluate, a, None) == wanted, a


def test_a_member_of_filtered_items_does_what_its_helper_does():
    evaluate = compiled("a[true].m")
    for items in ([{"m": Decimal(1)}, None, {}, Decimal(1), [{"m": "x"}]], [], None):
        wanted = outcome(lambda a, _, warnings: member(a, "m", warnings, NOWHERE), items, None)
        assert outcome(evaluate, items, None) == wanted
