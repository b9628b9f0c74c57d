"""Tables that are looked up in an index, against the same tables scanned, and against the oracle."""

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from underwriter.dmn.tables.hit_policy import HIT_RULES, HitPolicy
from underwriter.feel import Environment
from underwriter.feel.types import ANY, BOOLEAN, DATE, NUMBER, STRING

from .tables import Answer, CompiledTable, oracle, table_of

D = Decimal
TYPES = {"n": NUMBER, "s": STRING, "d": DATE, "b": BOOLEAN, "any": ANY, "limit": NUMBER}
ALWAYS, NEVER = 1, 10**9


def day(text):
    return Environment().evaluate(f'@"2026-01-{text}"').value


NUMBERS = st.sampled_from(["0", "1", "1.0", "2.5", "-3", "7"])
STRINGS = st.sampled_from(['""', '"a"', '"b"', '"ab"', '"é"'])
DATES = st.sampled_from(['@"2026-01-01"', '@"2026-01-02"', '@"2026-01-09"'])
BOOLEANS = st.sampled_from(["true", "false"])
OPERATORS = st.sampled_from(["<", "<=", ">", ">=", "=", "!="])


def cells(constants, others, *, is_ordered=True):
    """Cells of a column: constants, ranges, comparisons, lists and negations, and tests that are no constants."""
    ranges = st.builds("{}{}..{}{}".format, st.sampled_from("[(]"), constants, constants, st.sampled_from("])["))
    compared = st.builds("{} {}".format, OPERATORS if is_ordered else st.sampled_from(["=", "!="]), constants)
    items = st.lists(constants | st.just("null"), min_size=1, max_size=3).map(lambda texts: f"[{', '.join(texts)}]")
    plain = st.one_of(constants, compared, items, st.just("null"), *([ranges] if is_ordered else []))
    several = st.lists(plain | others, min_size=1, max_size=3).map(", ".join)
    return st.one_of(st.just("-"), plain, several, several.map("not({})".format), others)


MIXED = NUMBERS | STRINGS | BOOLEANS
COLUMNS = {
    "n": cells(NUMBERS, st.sampled_from(["limit", "> limit", "? > limit + 1", "[limit..7]"])),
    "s": cells(STRINGS, st.sampled_from(["string(limit)", "string length(?) > 1"])),
    "d": cells(DATES, st.sampled_from(['> date("2026-01-01")'])),
    "b": cells(BOOLEANS, st.sampled_from(["? = (limit = 1)"]), is_ordered=False),
    "any": cells(MIXED, st.sampled_from(["limit", "< limit", "[1..2.5]", '> "a"'])),
}
INPUTS = st.fixed_dictionaries(
    {
        "n": st.sampled_from([None, D(0), D("1.00"), D(2), D("2.5"), D(-3), D(-4), D(100)]),
        "s": st.sampled_from([None, "", "a", "aa", "ab", "b", "z"]),
        "d": st.sampled_from([None, day("01"), day("02"), day("05"), day("30")]),
        "b": st.sampled_from([None, True, False]),
        "any": st.sampled_from([None, D(1), D("2.5"), True, False, "a", "b", day("01"), [D(1)], {}]),
        "limit": st.sampled_from([None, D(1), D("2.5")]),
    }
)
OUTPUTS = st.sampled_from(["1", "2.0", '"a"', "limit", "null"])
POLICIES = [policy.value for policy in HitPolicy] + ["collect sum", "collect min", "collect max", "collect count"]


@st.composite
def tables(draw):
    hit_policy = draw(st.sampled_from(POLICIES))
    inputs = draw(st.lists(st.sampled_from(list(COLUMNS)), min_size=1, max_size=3, unique=True))
    aggregates = HIT_RULES[hit_policy].aggregation.value != "list"
    outputs = ["y"] if aggregates else draw(st.sampled_from([["y"], ["y", "z"]]))
    numeric = OUTPUTS.filter(lambda text: text != '"a"')
    row = st.tuples(*(COLUMNS[name] for name in inputs), *((numeric if aggregates else OUTPUTS) for _ in outputs))
    lines = [f"| {' | '.join(inputs)} || {' | '.join(outputs)} |"]
    for row_cells in draw(st.lists(row, min_size=1, max_size=12)):
        tests, answers = row_cells[: len(inputs)], row_cells[len(inputs) :]
        lines.append(f"| {' | '.join(tests)} || {' | '.join(answers)} |")
    values = {"y": ["2", '"a"', "1", "2.5"]} if HIT_RULES[hit_policy].policy.is_by_output else None
    return table_of(hit_policy, "\n".join(lines), values, draw(st.sampled_from([(), ("1", "2")]))[: len(outputs)])


@settings(max_examples=300, deadline=None)
@given(table=tables(), inputs=st.lists(INPUTS, min_size=1, max_size=5))
def test_an_indexed_table_answers_warns_and_traces_as_a_scanned_one(table, inputs):
    indexed, scanned = CompiledTable(table, TYPES, ALWAYS), CompiledTable(table, TYPES, NEVER)
    for values in inputs:
        answer = indexed.answer(values)
        assert answer == scanned.answer(values)
        assert indexed.warnings == scanned.warnings
        assert indexed.traced(values) == scanned.traced(values)
        assert indexed.traced(values)[0] == answer


@settings(max_examples=150, deadline=None)
@given(table=tables(), inputs=st.lists(INPUTS, min_size=1, max_size=2))
def test_an_indexed_table_answers_as_the_oracle_does(table, inputs):
    indexed = CompiledTable(table, TYPES, ALWAYS)
    for values in inputs:
        assert indexed.answer(values) == oracle(table, values)


@pytest.mark.parametrize("hit_policy", ["unique", "first", "collect", "priority"])
@pytest.mark.parametrize("count", [1, 31, 32, 70, 200])
def test_rows_of_every_size_of_table_are_found(hit_policy, count):
    rows = "\n".join(f'| [{row}..{row + 1}) | "{row % 7}" || {row} |' for row in range(count))
    values = {"y": ["[0..100]", "> 100"]} if hit_policy == "priority" else None
    compiled = CompiledTable(table_of(hit_policy, f"| n | s || y |\n{rows}", values), TYPES)
    nothing = dict.fromkeys(TYPES)
    for row in (0, count // 2, count - 1):
        expected = [D(row)] if hit_policy == "collect" else D(row)
        assert compiled.answer({**nothing, "n": D(row) + D("0.5"), "s": str(row % 7)}) == Answer(expected)
    missed = [] if hit_policy == "collect" else None
    assert compiled.answer({**nothing, "n": D(count), "s": "0"}) == Answer(missed)
    assert compiled.answer({**nothing, "n": D(0), "s": None}) == Answer(missed)


def test_many_overlapping_rows_are_all_found():
    rows = "\n".join(f"| <= {row} || {row} |" for row in range(100))
    compiled = CompiledTable(table_of("collect", f"| n || y |\n{rows}"), TYPES)
    values = {**dict.fromkeys(TYPES), "n": D("17.5")}
    assert compiled.answer(values) == Answer([D(row) for row in range(18, 100)])
    assert compiled.traced(values)[1] == list(range(19, 101))


def test_rows_of_an_index_that_need_code_have_it_among_many():
    rows = [f'| "{row}" | {"> limit" if row % 3 else "-"} || {"n + 1" if row % 2 else row} |' for row in range(60)]
    compiled = CompiledTable(table_of("unique", "| s | n || y |\n" + "\n".join(rows)), TYPES)
    values = {**dict.fromkeys(TYPES), "n": D(5), "limit": D(4)}
    found = [compiled.answer({**values, "s": str(row)}).value for row in range(60)]
    assert found == [D(6) if row % 2 else D(row) for row in range(60)]
    refused = [compiled.answer({**values, "s": str(row), "limit": D(5)}).value for row in range(60)]
    assert refused == [None if row % 3 else value for row, value in enumerate(found)]


def test_an_index_is_used_from_32_rows_on():
    def python(count):
        rows = "\n".join(f'| "{row}" || {row} |' for row in range(count))
        return CompiledTable(table_of("first", f"| s || y |\n{rows}"), TYPES).python

    assert "first_row" not in python(31)
    assert "first_row" in python(32)
