"""Functions against other ways to the same result: Python's statistics and fractions, sets of points, plain loops."""

import math
import statistics
from collections.abc import Callable
from decimal import Decimal, localcontext
from fractions import Fraction

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from underwriter.feel import FEEL_CONTEXT, Environment, Range, Value

ENVIRONMENT = Environment()

numbers = st.decimals(-(10**6), 10**6, places=4)
lists = st.lists(numbers, min_size=2, max_size=8)
small = st.integers(-3, 3).map(Decimal)
small_lists = st.lists(small | st.sampled_from(["a", "b", None, True]), max_size=6)


def evaluate(text: str, /, **values: Value) -> Value:
    evaluated = ENVIRONMENT.evaluate(text, values)
    assert not evaluated.diagnostics
    assert evaluated.warnings == ()
    return evaluated.value


@given(lists)
def test_statistics_are_those_of_python(items: list[Decimal]) -> None:
    exact = [Fraction(item) for item in items]
    assert evaluate("median(items)", items=items) == statistics.median(items)
    assert evaluate("mode(items)", items=items) == sorted(statistics.multimode(items))
    assert evaluate("sum(items)", items=items) == sum(items)
    assert evaluate("min(items)", items=items) == min(items)
    assert evaluate("max(items)", items=items) == max(items)
    mean, deviation = evaluate("mean(items)", items=items), evaluate("stddev(items)", items=items)
    assert isinstance(mean, Decimal)
    assert isinstance(deviation, Decimal)
    assert abs(Fraction(mean) - statistics.mean(exact)) < Fraction(1, 10**20)
    assert abs(Fraction(deviation) ** 2 - statistics.variance(exact)) < Fraction(1, 10**15)


def half_even(quotient: Fraction) -> int:
    return round(quotient)


def half_away(quotient: Fraction) -> int:
    return int(math.copysign(1, quotient)) * math.floor(abs(quotient) + Fraction(1, 2))


def half_towards(quotient: Fraction) -> int:
    return int(math.copysign(1, quotient)) * math.ceil(abs(quotient) - Fraction(1, 2))


def away(quotient: Fraction) -> int:
    return math.ceil(quotient) if quotient > 0 else math.floor(quotient)


@pytest.mark.parametrize(
    ("name", "rounding"),
    [
        ("decimal", half_even),
        ("round half even", half_even),
        ("round half up", half_away),
        ("round half down", half_towards),
        ("round up", away),
        ("round down", math.trunc),
        ("floor", math.floor),
        ("ceiling", math.ceil),
    ],
)
@given(st.decimals(-1000, 1000, places=3), st.integers(-3, 4))
def test_rounding_is_exact(name: str, rounding: Callable[[Fraction], int], number: Decimal, scale: int) -> None:
    unit = Fraction(10) ** -scale
    found = evaluate(f"{name}(number, scale)", number=number, scale=Decimal(scale))
    assert isinstance(found, Decimal)
    assert Fraction(found) == rounding(Fraction(number) / unit) * unit


@given(numbers, numbers.filter(bool))
def test_modulo_is_that_of_floored_division(dividend: Decimal, divisor: Decimal) -> None:
    found = evaluate("modulo(a, b)", a=dividend, b=divisor)
    assert isinstance(found, Decimal)
    assert Fraction(found) == Fraction(dividend) % Fraction(divisor)


@given(st.decimals("0.0001", 10**9, places=4))
def test_logarithm_and_power_undo_each_other(number: Decimal) -> None:
    found = evaluate("exp(log(number))", number=number)
    assert isinstance(found, Decimal)
    with localcontext(FEEL_CONTEXT):
        assert abs(found / number - 1) < Decimal("1e-30")
        assert evaluate("sqrt(number)", number=number) == number.sqrt()


@given(st.lists(st.tuples(small, small), max_size=8))
def test_sorting_is_stable(pairs: list[tuple[Decimal, Decimal]]) -> None:
    items = [{"rank": rank, "other": other} for rank, other in pairs]
    found = evaluate("sort(items, function(a, b) a.rank < b.rank)", items=items) if items else []
    assert found == sorted(items, key=lambda item: item["rank"])


def is_same(left: Value, right: Value) -> bool:
    return type(left) is type(right) and left == right


@given(small_lists, small_lists)
def test_each_value_comes_once(left: list[Value], right: list[Value]) -> None:
    expected: list[Value] = []
    for item in left + right:
        if not any(is_same(item, other) for other in expected):
            expected.append(item)
    found = evaluate("union(left, right)", left=left, right=right)
    assert found == evaluate("distinct values(concatenate(left, right))", left=left, right=right)
    assert isinstance(found, list)
    assert [(type(item), item) for item in found] == [(type(item), item) for item in expected]


@given(st.lists(st.integers(0, 9).map(Decimal), min_size=1, max_size=6), st.data())
def test_positions_are_those_of_slices(items: list[Value], data: st.DataObject) -> None:
    position = data.draw(st.integers(-len(items), len(items)).filter(bool))
    at = position - 1 if position > 0 else len(items) + position
    length = data.draw(st.integers(0, len(items) - at))
    values = {"items": items, "p": Decimal(position), "n": Decimal(length)}
    assert evaluate("sublist(items, p)", **values) == items[at:]
    assert evaluate("sublist(items, p, n)", **values) == items[at : at + length]
    assert evaluate("remove(items, p)", **values) == items[:at] + items[at + 1 :]
    assert evaluate("insert before(items, p, 77)", **values) == [*items[:at], 77, *items[at:]]
    assert evaluate("list replace(items, p, 77)", **values) == [*items[:at], 77, *items[at + 1 :]]
    found = evaluate("index of(items, items[p])", **values)
    assert found == [index for index, item in enumerate(items, 1) if item == items[at]]


@given(st.text("ab🐎", min_size=1, max_size=8), st.data())
def test_substrings_are_slices_of_characters(text: str, data: st.DataObject) -> None:
    position = data.draw(st.integers(-len(text), len(text)).filter(bool))
    length = data.draw(st.integers(1, 9))
    at = position - 1 if position > 0 else len(text) + position
    found = evaluate("substring(text, p, n)", text=text, p=Decimal(position), n=Decimal(length))
    assert found == text[at : at + length]


@given(
    st.recursive(small, lambda inner: st.lists(inner, max_size=3), max_leaves=8).filter(lambda x: isinstance(x, list))
)
def test_flattened_lists_hold_the_same_leaves(nested: Value) -> None:
    def leaves(value: Value) -> list[Value]:
        return [leaf for item in value for leaf in leaves(item)] if isinstance(value, list) else [value]

    assert evaluate("flatten(nested)", nested=nested) == leaves(nested)


@given(st.dictionaries(st.text(max_size=3), small, max_size=4), st.dictionaries(st.text(max_size=3), small, max_size=4))
def test_contexts_are_made_of_their_entries(left: dict[str, Value], right: dict[str, Value]) -> None:
    assert evaluate("context(get entries(left))", left=left) == left
    assert evaluate("context merge([left, right])", left=left, right=right) == left | right
    assert evaluate('context put(left, "k", 1)', left=left) == left | {"k": Decimal(1)}


# A range over whole ends is told apart by its points on a grid of halves; one that is endless reaches the grid's end.

GRID = [Decimal(half) / 2 for half in range(-2, 15)]
ends = st.integers(0, 6).map(Decimal)
ranges = st.builds(Range, ends | st.none(), ends | st.none(), st.booleans(), st.booleans())


def points(value: Value) -> list[Decimal]:
    if not isinstance(value, Range):
        return [point for point in GRID if point == value]
    low, high = value.low, value.high
    above = [p for p in GRID if low is None or p > low or (p == low and value.low_included)]
    return [p for p in above if high is None or p < high or (p == high and value.high_included)]


Relation = Callable[[list[Decimal], list[Decimal]], bool]

RELATIONS: dict[str, Relation] = {
    "before": lambda left, right: left[-1] < right[0],
    "overlaps": lambda left, right: bool(set(left) & set(right)),
    "overlaps before": lambda left, right: bool(
        left[0] < right[0] and set(left) & set(right) and left[-1] <= right[-1]
    ),
    "finishes": lambda left, right: left[-1] == right[-1] and set(left) <= set(right),
    "includes": lambda left, right: set(left) >= set(right),
    "starts": lambda left, right: left[0] == right[0] and set(left) <= set(right),
    "coincides": lambda left, right: left == right,
}
CONVERSES = {
    "before": "after",
    "overlaps": "overlaps",
    "overlaps before": "overlaps after",
    "finishes": "finished by",
    "includes": "during",
    "starts": "started by",
    "coincides": "coincides",
    "meets": "met by",
}


@pytest.mark.parametrize("name", RELATIONS)
@given(ranges, ranges)
def test_relations_of_ranges_are_those_of_their_points(name: str, left: Range, right: Range) -> None:
    assume(points(left) and points(right))
    expected = RELATIONS[name](points(left), points(right))
    assert evaluate(f"{name}(left, right)", left=left, right=right) is expected
    assert evaluate(f"{CONVERSES[name]}(right, left)", left=left, right=right) is expected


@pytest.mark.parametrize("name", ["before", "after", "includes", "finished by", "started by"])
@given(ranges, ends)
def test_a_point_is_a_range_of_one(name: str, range_: Range, point: Decimal) -> None:
    assume(points(range_))
    alone = Range(point, point)
    expected = evaluate(f"{name}(left, right)", left=range_, right=alone)
    assert evaluate(f"{name}(left, right)", left=range_, right=point) is expected


@given(ranges, ranges)
def test_ranges_meet_in_one_closed_end(left: Range, right: Range) -> None:
    assume(points(left) and points(right))
    is_closed = left.high is not None and left.high_included and right.low_included
    expected = is_closed and left.high == right.low
    assert evaluate("meets(left, right)", left=left, right=right) is expected
    assert evaluate("met by(right, left)", left=left, right=right) is expected


@pytest.mark.parametrize(
    "text",
    [
        "concatenate(items, items)",
        "flatten([items, items])",
        'string join(for i in 1..2000 return text, "-")',
        'replace(text, "x", text)',
        "union(items, items, items)",
    ],
)
def test_results_are_bounded(text: str) -> None:
    values = {"items": [Decimal(1)] * 90_000, "text": "x" * 1_000}
    evaluated = ENVIRONMENT.evaluate(text, values)
    assert evaluated.value is None
    assert [warning.kind for warning in evaluated.warnings] in (["too-many"], ["too-long"])


@pytest.mark.parametrize(
    ("call", "expected", "kinds"),
    [
        ("string(x)", None, ["too-long"]),
        ("flatten(x)", None, ["too-many"]),
        ("count(distinct values([x, x]))", Decimal(1), []),
    ],
)
def test_lists_that_hold_one_list_many_times_are_bounded(call: str, expected: Value, kinds: list[str]) -> None:
    chain = ", ".join(f"a{n}: [a{n - 1}, a{n - 1}]" for n in range(1, 60))
    evaluated = ENVIRONMENT.evaluate(f"{{a0: [1], {chain}, x: a59, result: {call}}}.result")
    assert evaluated.value == expected
    assert [warning.kind for warning in evaluated.warnings] == kinds
