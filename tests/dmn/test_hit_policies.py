"""Decision tables, compiled, against an oracle that evaluates every cell alone and applies the hit policy in Python."""

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from underwriter.dmn.tables.hit_policy import HIT_RULES, HitPolicy
from underwriter.feel.types import ANY, NUMBER, STRING, ContextType, ListType

from .tables import Answer, CompiledTable, matching_rows, oracle, table_of

TYPES = {"x": NUMBER, "colour": STRING, "limit": NUMBER}
D = Decimal

OVERLAPPING = """
    | x       | colour        || grade | points |
    | < 5     | -             || "B"   | 10     |
    | [3..8]  | "red", "blue" || "A"   | 20     |
    | > 7     | not("red")    || "C"   | 10     |
    | null    | -             || "C"   | 0      |
"""
ORDER = {"grade": ['"A"', '"B"', '"C"']}


def answer(hit_policy, text, values=None, defaults=(), **inputs):
    compiled = CompiledTable(table_of(hit_policy, text, values, defaults), TYPES)
    return compiled.answer({"x": None, "colour": None, "limit": None, **inputs})


def context(grade, points):
    return {"grade": grade, "points": points if points is None else D(points)}


@pytest.mark.parametrize(
    ("hit_policy", "x", "colour", "expected"),
    [
        ("unique", 1, "red", Answer(context("B", 10))),
        ("unique", 9, "red", Answer(None)),
        ("unique", 4, "red", Answer(None, has_failed=True)),
        ("any", 1, "red", Answer(context("B", 10))),
        ("any", 4, "red", Answer(None, has_failed=True)),
        ("first", 4, "red", Answer(context("B", 10))),
        ("first", 8, "blue", Answer(context("A", 20))),
        ("priority", 4, "red", Answer(context("A", 20))),
        ("priority", 8, "blue", Answer(context("A", 20))),
        ("priority", 8, "green", Answer(context("C", 10))),
        ("rule order", 4, "red", Answer([context("B", 10), context("A", 20)])),
        ("output order", 4, "red", Answer([context("A", 20), context("B", 10)])),
        ("collect", 4, "red", Answer([context("B", 10), context("A", 20)])),
        ("collect", 9, "red", Answer([])),
        ("first", None, "red", Answer(context("C", 0))),
    ],
)
def test_each_hit_policy_chooses_among_the_rows_that_match(hit_policy, x, colour, expected):
    number = None if x is None else D(x)
    assert answer(hit_policy, OVERLAPPING, ORDER, x=number, colour=colour) == expected


POINTS = """
    | x    || points |
    | > 0  || 1.50   |
    | > 10 || 2.50   |
    | > 20 || limit  |
"""


@pytest.mark.parametrize(
    ("hit_policy", "x", "limit", "expected"),
    [
        ("collect sum", 30, 6, D("10.0")),
        ("collect sum", 0, 6, None),
        ("collect sum", 30, None, None),
        ("collect min", 15, None, D("1.50")),
        ("collect max", 30, 1, D("2.50")),
        ("collect max", 0, 1, None),
        ("collect count", 30, None, D(3)),
        ("collect count", 0, None, D(0)),
        ("collect list", 15, None, [D("1.50"), D("2.50")]),
        ("C+", 15, None, D("4.00")),
        ("C#", 15, None, D(2)),
    ],
)
def test_collect_aggregates_what_it_collects(hit_policy, x, limit, expected):
    found = answer(hit_policy, POINTS, x=D(x), limit=None if limit is None else D(limit))
    assert found == Answer(expected)


def test_any_takes_rows_that_agree():
    text = """
        | x    || grade |
        | > 0  || "A"   |
        | > 10 || "A"   |
    """
    assert answer("any", text, x=D(11)) == Answer("A")


@pytest.mark.parametrize("hit_policy", ["unique", "any", "first", "priority"])
def test_a_default_answers_where_no_row_matches(hit_policy):
    text = """
        | x   || grade |
        | > 0 || "A"   |
    """
    values = {"grade": ['"A"', '"none"']}
    assert answer(hit_policy, text, values, ['"none"'], x=D(0)) == Answer("none")
    assert answer(hit_policy, text, values, ['"none"'], x=D(1)) == Answer("A")


def test_any_compares_as_feel_does_and_not_as_python_does():
    text = """
        | x    || grade | points |
        | > 0  || 1     | "A"    |
        | > 10 || true  | "A"    |
        | > 20 || 1.0   | "A"    |
    """
    assert answer("any", text, x=D(11)) == Answer(None, has_failed=True)
    same = text.replace("true", "1.00")
    assert answer("any", same, x=D(21)) == Answer({"grade": D(1), "points": "A"})


def test_a_sum_beyond_what_feel_holds_is_null():
    text = """
        | x   || points |
        | > 0 || limit  |
        | > 0 || limit  |
    """
    assert answer("collect sum", text, x=D(1), limit=D("9E+6144")) == Answer(None)


def test_a_default_of_another_type_widens_the_type_of_its_output():
    text = """
        | x   || grade |
        | > 0 || 1     |
    """
    compiled = CompiledTable(table_of("first", text, defaults=['"none"']), TYPES)
    assert compiled.checked.type == ANY
    assert compiled.answer({"x": D(0), "colour": None, "limit": None}) == Answer("none")


def test_several_defaults_go_to_their_outputs():
    assert answer("unique", OVERLAPPING, None, ['"D"', "limit + 1"], x=D(9), colour="red", limit=D(4)) == Answer(
        context("D", 5)
    )


def test_priority_looks_at_the_first_output_with_stated_values_and_then_at_the_next():
    text = """
        | x || grade | points |
        | - || "A"   | 10     |
        | - || "A"   | 20     |
        | - || "B"   | 30     |
    """
    values = {"grade": ['"A"', '"B"'], "points": ["30", "20", "10"]}
    assert answer("priority", text, values) == Answer(context("A", 20))
    assert answer("output order", text, values).value == [context("A", 20), context("A", 10), context("B", 30)]


def test_rows_of_equal_priority_keep_the_order_of_the_table():
    text = """
        | x || grade | points |
        | - || "B"   | 1      |
        | - || "A"   | 2      |
        | - || "A"   | 3      |
    """
    assert answer("priority", text, {"grade": ['"A"', '"B"']}) == Answer(context("A", 2))


@pytest.mark.parametrize(
    ("hit_policy", "expected"),
    [
        ("unique", ContextType(fields={"grade": STRING, "points": NUMBER})),
        ("collect", ListType(item=ContextType(fields={"grade": STRING, "points": NUMBER}))),
    ],
)
def test_the_type_of_an_answer_follows_from_outputs_and_policy(hit_policy, expected):
    assert CompiledTable(table_of(hit_policy, OVERLAPPING), TYPES).checked.type == expected


@pytest.mark.parametrize("hit_policy", ["collect sum", "collect min", "collect max", "collect count"])
def test_an_aggregate_is_a_number(hit_policy):
    assert CompiledTable(table_of(hit_policy, POINTS), TYPES).checked.type == NUMBER


def test_the_letters_of_dmn_name_the_same_policies():
    letters = {"U": "unique", "A": "any", "F": "first", "P": "priority", "R": "rule order", "O": "output order"}
    collects = {
        "C": "collect list",
        "C+": "collect sum",
        "C<": "collect min",
        "C>": "collect max",
        "C#": "collect count",
    }
    for letter, words in {**letters, **collects}.items():
        assert HIT_RULES[letter] == HIT_RULES[words]


def test_every_policy_can_be_written():
    assert {rule.policy for rule in HIT_RULES.values()} == set(HitPolicy)


def test_a_thousand_rows_compile_and_answer():
    rows = "\n".join(f"| {number} || {number + 1} |" for number in range(1_000))
    compiled = CompiledTable(table_of("first", f"| x || points |\n{rows}"), TYPES)
    assert compiled.answer({"x": D(999), "colour": None, "limit": None}) == Answer(D(1_000))


NUMBERS = st.sampled_from(["0", "1", "2.5", "-3", "7", "limit"])
COLOURS = st.sampled_from(['"red"', '"blue"', '"green"'])
NUMBER_CELLS = st.one_of(
    st.just("-"),
    st.just("null"),
    NUMBERS,
    st.builds("{}, {}".format, NUMBERS, NUMBERS),
    st.builds("{} {}".format, st.sampled_from(["<", "<=", ">", ">=", "!="]), NUMBERS),
    st.builds("{}{}..{}{}".format, st.sampled_from("[("), st.just("0"), st.just("2.5"), st.sampled_from("])")),
    st.builds("not({})".format, NUMBERS),
    st.builds("not(< {}, null)".format, NUMBERS),
)
COLOUR_CELLS = st.one_of(
    st.just("-"),
    st.just("null"),
    COLOURS,
    st.builds("{}, {}".format, COLOURS, COLOURS),
    st.builds("not({})".format, COLOURS),
)
GRADES = COLOURS | st.sampled_from(["colour", '"green" + ""', 'if x > 1 then "blue" else "black"'])
ROWS = st.lists(st.tuples(NUMBER_CELLS, COLOUR_CELLS, GRADES, NUMBERS), min_size=1, max_size=6)
INPUTS = st.fixed_dictionaries(
    {
        "x": st.sampled_from([None, D(0), D(1), D("2.5"), D("2.50"), D(-3), D(7), D(100)]),
        "colour": st.sampled_from([None, "red", "blue", "green", ""]),
        "limit": st.sampled_from([None, D(1), D("2.5"), D(7)]),
    }
)
POLICIES = [policy.value for policy in HitPolicy]


def grid(rows, columns):
    lines = [f"| x | colour || {' | '.join(columns)} |"]
    for number, colour, grade, points in rows:
        outputs = {"grade": grade, "points": points}
        lines.append(f"| {number} | {colour} || {' | '.join(outputs[column] for column in columns)} |")
    return "\n".join(lines)


@st.composite
def tables(draw):
    hit_policy = draw(st.sampled_from([*POLICIES, "collect sum", "collect min", "collect max", "collect count"]))
    rule = HIT_RULES[hit_policy]
    aggregates = hit_policy not in POLICIES
    columns = ["points"] if aggregates else draw(st.sampled_from([["grade"], ["points"], ["grade", "points"]]))
    if rule.policy.is_by_output and "grade" not in columns:
        columns = ["grade"]
    rows = draw(ROWS)
    order = draw(st.permutations(['"red"', '"blue"', '"green"', '"none"']))
    values = (
        {"grade": order} if "grade" in columns and draw(st.booleans() | st.just(rule.policy.is_by_output)) else None
    )
    cells = {"grade": '"none"', "points": "limit"}
    has_default = draw(st.booleans())
    return table_of(hit_policy, grid(rows, columns), values, [cells[name] for name in columns] if has_default else ())


@settings(max_examples=150, deadline=None)
@given(table=tables(), inputs=st.lists(INPUTS, min_size=1, max_size=4))
def test_a_compiled_table_answers_as_the_oracle_does(table, inputs):
    compiled = CompiledTable(table, TYPES)
    for values in inputs:
        assert compiled.answer(values) == oracle(table, values)


@settings(max_examples=80, deadline=None)
@given(table=tables(), values=INPUTS)
def test_the_traced_twin_answers_the_same_and_names_the_rows_that_matched(table, values):
    compiled = CompiledTable(table, TYPES)
    answered, rows = compiled.traced(values)
    assert answered == compiled.answer(values)
    matched = [row.number for row in matching_rows(table, values)]
    if table.hit_rule.policy in (HitPolicy.FIRST, HitPolicy.PRIORITY):
        assert len(rows) == min(len(matched), 1)
        assert set(rows) <= set(matched)
    else:
        assert sorted(rows) == matched


@settings(max_examples=30, deadline=None)
@given(table=tables())
def test_the_same_table_gives_the_same_python(table):
    assert CompiledTable(table, TYPES).python == CompiledTable(table, TYPES).python
