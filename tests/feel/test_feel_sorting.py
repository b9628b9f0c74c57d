"""Sorting by the key that a function compares puts items in the order that the comparison makes."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from underwriter.feel import Environment
from underwriter.feel.codegen.sorting import sort_key
from underwriter.feel.nodes import Call
from underwriter.feel.source import Source
from underwriter.feel.temporal import Date, moment_of

ENVIRONMENT = Environment()
NOON = moment_of(datetime(2026, 1, 31, 12, tzinfo=UTC))

numbers = st.sampled_from([Decimal(0), Decimal(1), Decimal("1.00"), Decimal(-3)])
texts = st.sampled_from(["", "a", "B", "b"])
dates = st.sampled_from([Date(2026, 1, 31), Date(2025, 2, 1)])
of_one_kind = st.sampled_from([numbers, texts, dates, st.booleans()]).flatmap(st.lists)
mixed = st.lists(st.one_of(numbers, texts, dates, st.none()))


def evaluated(precedes: str, items: list[object]) -> tuple[object, list[tuple[str, tuple[object, ...]]]]:
    found = ENVIRONMENT.evaluate(f"sort(items, function(x, y) {precedes})", {"items": items}, NOON)
    return found.value, [(warning.kind, warning.values) for warning in found.warnings]


@given(st.one_of(of_one_kind, mixed), st.sampled_from("<>"))
def test_items_sorted_by_a_member_are_in_the_order_of_the_comparison(ranks: list[object], symbol: str):
    items = [{"rank": rank, "number": Decimal(number)} for number, rank in enumerate(ranks)]
    comparison = f"x.rank {symbol} y.rank"
    assert evaluated(comparison, items) == evaluated(f"if {comparison} then true else false", items)


@given(st.one_of(of_one_kind, mixed), st.sampled_from("<>"))
def test_items_sorted_by_themselves_are_in_the_order_of_the_comparison(items: list[object], symbol: str):
    comparison = f"x {symbol} y"
    assert evaluated(comparison, items) == evaluated(f"if {comparison} then true else false", items)


def test_items_without_the_member_are_compared_one_by_one():
    items = [{"rank": Decimal(2)}, {}, {"rank": Decimal(1)}]
    value, warnings = evaluated("x.rank < y.rank", items)
    assert value == items
    assert {kind for kind, _ in warnings} == {"unknown-member"}


@pytest.mark.parametrize(
    ("text", "is_by_key"),
    [
        ("sort(l, function(x, y) x.a.b < y.a.b)", True),
        ("sort(precedes: function(x, y) x > y, list: l)", True),
        ("sort(l, function(x, y) x.a <= y.a)", False),
        ("sort(l, function(x, y) x.a < y.b)", False),
        ("sort(l, function(x, y) x.a < l)", False),
        ("sort(l, function(x, y) x.a < x.a)", False),
        ("sort(l, function(x: number, y: number) x < y)", False),
        ("sort(l, function(x, y) x.a + 0 < y.a + 0)", False),
        ("sort(l, f)", False),
    ],
)
def test_only_the_same_part_of_both_items_is_a_key(text: str, is_by_key: bool):
    tree = ENVIRONMENT.parse(Source(text), ()).tree
    assert isinstance(tree, Call)
    assert (sort_key(tree) is not None) == is_by_key
