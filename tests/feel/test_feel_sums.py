"""The sum of lists put together is that of the one list that they make, which is never made."""

from decimal import Decimal, localcontext

import pytest
from hypothesis import given
from hypothesis import strategies as st

from underwriter.feel import FEEL_CONTEXT, NUMBER, Environment, Frame, ListType, Scope, Source, Value, Variable
from underwriter.feel.bounds import MAXIMUM_ITEMS

ENVIRONMENT = Environment()
NUMBERS = ListType(item=NUMBER)
HUGE = Decimal("9.9e6144")

numbers = st.sampled_from([Decimal(0), Decimal("0.1"), Decimal("-7.25"), Decimal("1e33"), HUGE, -HUGE, None])
lists = st.one_of(st.none(), st.lists(numbers, max_size=3))


def python_of(text: str) -> tuple[str, dict[str, object]]:
    source, types = Source(text), {"a": NUMBERS, "b": NUMBERS}
    parse = ENVIRONMENT.parse(source, types)
    assert parse.tree is not None, parse.diagnostics
    generator = ENVIRONMENT.generator()
    frame = Frame({(name,): Variable(name, type_) for name, type_ in types.items()})
    python = generator.expression(ENVIRONMENT.check(parse.tree, source, Scope(types)), frame)
    return python, generator.namespace()


def evaluated(text: str, a: Value, b: Value) -> tuple[Value, list[str]]:
    python, namespace = python_of(text)
    warnings: list[object] = []
    exec(f"def run(a, b, warnings): return {python}", namespace)  # noqa: S102
    with localcontext(FEEL_CONTEXT):
        value = namespace["run"](a, b, warnings)  # type: ignore[operator]
    return value, [warning.kind for warning in warnings]  # type: ignore[attr-defined]


@given(lists, lists)
def test_a_sum_of_lists_is_that_of_the_list_they_make(a: Value, b: Value) -> None:
    for joined in ("concatenate(a, b)", "concatenate([0], a)", "concatenate(a, [1, 2], b)", "concatenate(a)"):
        assert "sum_of_lists" in python_of(f"sum({joined})")[0]
        apart = evaluated(f"{{joined: {joined}, total: sum(joined)}}.total", a, b)
        assert evaluated(f"sum({joined})", a, b) == apart


def test_of_nothing_there_is_no_sum() -> None:
    assert evaluated("sum(concatenate(a, b))", [], []) == (None, [])
    assert evaluated("sum(concatenate([0], a))", [], None) == (Decimal(0), [])


def test_lists_that_make_one_too_long_have_no_sum() -> None:
    ones = [Decimal(1)] * MAXIMUM_ITEMS
    assert evaluated("sum(concatenate(a, b))", ones, []) == (Decimal(MAXIMUM_ITEMS), [])
    assert evaluated("sum(concatenate(a, b))", ones, [Decimal(1)]) == (None, ["too-long"])


@pytest.mark.parametrize(
    "text", ["sum(1, 2)", "sum(a)", "sum(append(a, 1))", "for i in a return sum(concatenate([i], b))"]
)
def test_other_sums_are_made_as_ever(text: str) -> None:
    assert "sum_of_lists" not in python_of(text)[0]
