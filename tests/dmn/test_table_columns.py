"""Columns with stated types and allowed values, defaults, and what in a table has no meaning."""

from dataclasses import replace
from decimal import Decimal

import pytest

from underwriter.dmn.tables.decision_table import TableRow
from underwriter.feel import Environment, Source
from underwriter.feel.types import ANY, NUMBER, STRING

from .tables import Answer, CompiledTable, table_of

D = Decimal
TYPES = {"x": ANY, "limit": NUMBER, "colour": STRING}
NOTHING = dict.fromkeys(TYPES)


def value(text):
    return Environment().evaluate(text).value


def answered(table, **inputs):
    """Return the answer, the kinds of warnings and the codes of findings."""
    compiled = CompiledTable(table, TYPES, has_failures=False)
    answer = compiled.answer({**NOTHING, **inputs})
    assert compiled.traced({**NOTHING, **inputs})[0] == answer
    return answer.value, compiled.kinds, compiled.findings


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("1", ("one", [])),
        ("[1]", ("one", [])),
        ("null", ("nothing", [])),
        ('"1"', ("nothing", ["type-mismatch"])),
        ("[1, 1]", ("nothing", ["type-mismatch"])),
    ],
)
def test_an_input_is_brought_to_its_type(given, expected):
    text = '| x || y |\n| 1 || "one" |\n| null || "nothing" |'
    table = table_of("unique", text, input_types={"x": "number"})
    assert answered(table, x=value(given)) == (*expected, [])


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("1", ("in", [])),
        ("5", ("in", [])),
        ("null", ("in", [])),
        ("6", (None, ["input-not-allowed"])),
        ("0", (None, ["input-not-allowed"])),
    ],
)
@pytest.mark.parametrize("hit_policy", ["unique", "first"])
def test_an_input_outside_of_its_allowed_values_is_answered_by_null(hit_policy, given, expected):
    table = table_of(
        hit_policy, '| x || y |\n| - || "in" |', input_types={"x": "number"}, input_values={"x": "[1..3], 5, > limit"}
    )
    assert answered(table, x=value(given)) == (*expected, [])


def test_with_several_outputs_the_answer_is_null_where_an_input_is_not_allowed():
    table = table_of("unique", "| x || y | z |\n| - || 1 | 2 |", input_values={"x": "1"}, defaults=["3", "4"])
    assert answered(table, x=D(2)) == (None, ["input-not-allowed"], [])


@pytest.mark.parametrize(
    ("type_name", "cell", "expected", "kinds", "codes"),
    [
        ("number", "[1]", D(1), [], []),
        ("number", "x", D(7), [], []),
        ("numbers", "1", [D(1)], [], []),
        ("numbers", "x", [D(7)], [], []),
        ("date and time", '@"2026-01-02"', value('@"2026-01-02T00:00:00Z"'), [], []),
        ("string", "x", None, ["type-mismatch"], []),
        ("string", "1", None, ["type-mismatch"], ["type-mismatch"]),
        ("no such type", "1", D(1), [], ["unknown-type"]),
    ],
)
def test_an_output_is_brought_to_its_type(type_name, cell, expected, kinds, codes):
    table = table_of("unique", f"| limit || y |\n| - || {cell} |", output_types={"y": type_name})
    assert answered(table, x=D(7)) == (expected, kinds, codes)
    collected = replace(table, hit_rule=table_of("collect", "| x || y |\n| - || 1 |").hit_rule)
    assert answered(collected, x=D(7)) == ([expected], kinds, codes)


@pytest.mark.parametrize(
    ("cell", "colour", "expected", "kinds", "codes"),
    [
        ('"red"', None, "red", [], []),
        ("colour", "blue", "blue", [], []),
        ("colour", None, None, [], []),
        ("null", None, None, [], []),
        ("colour", "green", None, ["output-not-allowed"], []),
        ('"green"', None, None, ["output-not-allowed"], ["output-not-allowed"]),
    ],
)
@pytest.mark.parametrize("values", [['"red"', '"blue"'], ['"red", "blue"'], ['not("green")'], ['"blue", "r" + "ed"']])
def test_an_output_outside_of_its_allowed_values_is_null(values, cell, colour, expected, kinds, codes):
    for defaults, test in (((), "-"), ([cell], "1")):
        text = f"| limit || y |\n| {test} || {cell if test == '-' else 'null'} |"
        table = table_of("first", text, {"y": values}, defaults, output_types={"y": "string"})
        assert answered(table, colour=colour) == (expected, kinds, codes)


@pytest.mark.parametrize(
    ("hit_policy", "expected"),
    [("priority", ("b", [])), ("output order", (["b", "c", "a"], [])), ("first", ("c", []))],
)
def test_computed_outputs_are_ranked_by_their_values(hit_policy, expected):
    text = '| limit || y |\n| - || colour |\n| - || "a" |\n| - || if x then "b" else "a" |'
    table = table_of(hit_policy, text, {"y": ['"b", "c"', '"a"']})
    assert answered(table, x=True, colour="c") == (*expected, [])


@pytest.mark.parametrize(
    ("hit_policy", "defaults", "expected"),
    [
        ("unique", ["8"], D(8)),
        ("collect", ["8"], [D(8)]),
        ("rule order", ["limit + 1"], [D(5)]),
        ("output order", ["8"], [D(8)]),
        ("collect max", ["0"], D(0)),
        ("collect count", ["8"], D(8)),
        ("collect", (), []),
        ("collect count", (), D(0)),
    ],
)
def test_a_default_is_the_answer_where_no_row_matches(hit_policy, defaults, expected):
    table = table_of(hit_policy, "| limit || y |\n| 1 || 2 |", {"y": ["[0..9]"]}, defaults)
    assert answered(table, limit=D(4)) == (expected, [], [])


def test_an_output_without_a_default_among_others_is_null():
    table = table_of("first", "| limit || y | z |\n| 1 || 2 | 3 |", defaults=["8"])
    assert answered(table) == ({"y": D(8), "z": None}, [], [])


@pytest.mark.parametrize(
    ("hit_policy", "cells", "expected"),
    [
        ("collect min", ['"b"', '"a"'], ("a", [])),
        ("collect max", ['@"2026-01-02"', '@"2026-01-09"'], (value('@"2026-01-09"'), [])),
        ("collect sum", ["1", '"a"'], (None, ["type-mismatch"])),
        ("collect max", ["1", '"a"'], (None, ["type-mismatch"])),
    ],
)
def test_aggregations_are_those_of_feel(hit_policy, cells, expected):
    rows = "\n".join(f"| - || {cell} |" for cell in cells)
    assert answered(table_of(hit_policy, f"| limit || y |\n{rows}"))[:2] == expected


def test_a_broken_hit_policy_warns_with_the_rows_and_the_place_of_the_table():
    compiled = CompiledTable(table_of("unique", "| x || y |\n| - || 2 |\n| 7 || 3 |"), TYPES, has_failures=False)
    assert compiled.answer({**NOTHING, "x": D(7)}) == Answer(None, has_failed=True)
    (warning,) = compiled.warnings
    assert (warning.values, str(warning.place)) == (("1, 2", "unique"), "table:1:1")


@pytest.mark.parametrize(
    ("text", "given", "expected", "kinds", "codes"),
    [
        ("| x || y |\n| ( || 1 |\n| 2 || 3 |", 2, D(3), ["unreadable-cell"], ["unexpected-token"]),
        ("| x || y |\n| 2 || 1 + |", 2, None, ["unreadable-cell"], ["unexpected-token"]),
        ("| x + || y |\n| null || 1 |", 2, D(1), ["unreadable-cell"], ["unexpected-token"]),
    ],
)
def test_what_cannot_be_read_is_null_and_matches_nothing(text, given, expected, kinds, codes):
    assert answered(table_of("unique", text), x=D(given)) == (expected, kinds, codes)


def test_a_row_of_another_shape_matches_nothing():
    table = table_of("first", "| x || y |\n| 1 || 2 |")
    cells = table.rows[0]
    short = TableRow(2, (), cells.outputs, Source("short"))
    table = replace(table, rows=(short, cells))
    assert answered(table, x=D(1)) == (D(2), ["unreadable-cell"], ["table-shape"])


def test_a_row_of_another_shape_has_no_rank():
    table = table_of("priority", "| x || y |\n| 1 || colour |", {"y": ['"a"']})
    table = replace(table, rows=(TableRow(2, (), (), Source("short")), *table.rows))
    assert answered(table, x=D(1), colour="a") == ("a", ["unreadable-cell"], ["table-shape"])


def test_of_two_outputs_of_one_name_the_last_stands():
    table = table_of("unique", "| x || y | y |\n| 1 || 2 | 3 |")
    assert answered(table, x=D(1)) == ({"y": D(3)}, [], ["duplicate-output"])


@pytest.mark.parametrize("hit_policy", ["collect sum", "collect count"])
def test_several_outputs_cannot_be_aggregated(hit_policy):
    table = table_of(hit_policy, "| x || y | z |\n| 1 || 2 | 3 |")
    assert answered(table, x=D(1)) == (None, ["meaningless-table"], ["too-many-outputs"])


def test_a_table_without_outputs_has_no_meaning():
    table = table_of("unique", "| x || y |\n| 1 || 2 |")
    row = replace(table.rows[0], outputs=())
    assert answered(replace(table, outputs=(), rows=(row,)), x=D(1)) == (None, ["meaningless-table"], ["no-outputs"])


def test_a_table_without_inputs_answers_always():
    table = table_of("unique", "| x || y |\n| 1 || 2 |")
    row = replace(table.rows[0], tests=())
    assert answered(replace(table, inputs=(), rows=(row,))) == (D(2), [], [])


def test_an_empty_table_answers_its_default():
    table = table_of("unique", "| x || y |\n| 1 || 2 |", defaults=["3"])
    assert answered(replace(table, rows=()), x=D(1)) == (D(3), [], [])
