"""What the checker of decision tables finds, and the names that formulas read."""

import pytest

from underwriter.dmn.formulas import Formulas, free_names_of_steps, members_in, names_in
from underwriter.dmn.tables.checker import check_table
from underwriter.feel import Environment, Scope, Source
from underwriter.feel.types import NUMBER, STRING, ChoiceType, ContextType, ListType

from .tables import table_of

TYPES = {"x": NUMBER, "colour": ChoiceType(values=("red", "blue"))}


def findings(hit_policy, text, values=None, defaults=()):
    formulas = Formulas(Environment(), TYPES)
    check_table(table_of(hit_policy, text, values, defaults), formulas, Scope(TYPES), TYPES.get)
    return [f"{finding.code} {finding.position}" for finding in formulas.diagnostics]


@pytest.mark.parametrize(
    ("hit_policy", "text", "values", "defaults", "expected"),
    [
        ("first", "| x || y |\n| 1 || 2 |", None, (), []),
        ("first", "| x + || y |\n| 1 || 2 |", None, (), ["unexpected-token 1:6"]),
        ("first", "| z || y |\n| 1 || 2 |", None, (), ["unknown-name 1:3"]),
        ("first", '| x || y |\n| "a" || 2 |', None, (), ["type-mismatch 2:3"]),
        ("first", "| x || y |\n| 1 || z |\n| w || 1 |", None, (), ["unknown-name 2:8", "unknown-name 3:3"]),
        ("first", "| x || y |\n| || 2 |", None, (), ["empty-test 2:3"]),
        ("first", "| x || y | y |\n| 1 || 2 | 3 |", None, (), ["duplicate-output 1:12"]),
        ("first", "| x || |\n| 1 || 2 |", None, (), []),
        ("first", "| x || | y |\n| 1 || 2 | 3 |", None, (), ["output-name 1:8"]),
        ("first", "| x || y |\n| 1 || 2 |", {"y": ["3", "4"]}, (), ["output-not-allowed 2:8"]),
        ("first", "| x || y |\n| 1 || 2 |", None, ["z"], ["unknown-name 1:1"]),
        ("priority", "| x || y |\n| 1 || 2 |", None, (), ["missing-output-values 1:1"]),
        ("output order", "| x || y |\n| 1 || 2 |", None, (), ["missing-output-values 1:1"]),
        ("collect sum", "| x || y | z |\n| 1 || 2 | 3 |", None, (), ["too-many-outputs 1:1"]),
        ("collect", "| x || y |\n| 1 || 2 |", None, ["3"], []),
        ("first", "| x || y |\n| 1 || x + 2 |", {"y": ["3", "4"]}, (), []),
        ("first", "| x || y |\n| 1 || 2 |", {"y": ["[1..3]"]}, ["4"], ["output-not-allowed 1:1"]),
        ("first", "| x || y |\n| 1 || 2 |", None, ["4", "5"], ["table-shape 1:1"]),
    ],
)
def test_a_table_is_refused_for_each_of_its_faults(hit_policy, text, values, defaults, expected):
    assert findings(hit_policy, text, values, defaults) == expected


def test_allowed_values_are_compared_by_meaning_not_by_writing():
    assert findings("first", '| x || y |\n| 1 || "A" |\n| 2 || ( "A" ) |', {"y": ['"A"']}) == []


def test_every_text_is_parsed_once():
    formulas = Formulas(Environment(), TYPES)
    source = Source("x + 1")
    assert formulas.expression(source) is formulas.expression(source)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a + b.c", {"a", "b"}),
        ("for x in xs return x + y", {"xs", "y"}),
        ("for x in x return x", {"x"}),
        ("for x in xs, y in x return y", {"xs"}),
        ("some x in xs satisfies x > limit", {"xs", "limit"}),
        ("every x in [1..n] satisfies x > 0", {"n"}),
        ("(function(a) a + b)(c)", {"b", "c"}),
        ("{a: b, c: a + d}", {"b", "d"}),
        ("{a: a}", {"a"}),
        ("loans[amount > limit]", {"loans", "amount", "limit"}),
        ("if a then b else c", {"a", "b", "c"}),
        ("x in (> a, [b..c])", {"x", "a", "b", "c"}),
        ("sum(xs)", {"sum", "xs"}),
    ],
)
def test_names_that_an_expression_binds_itself_are_not_read_from_outside(text, expected):
    assert names_in(Environment().parse(Source(text), ()).tree) == expected


def test_steps_read_what_earlier_steps_do_not_bind():
    assert free_names_of_steps([({"a"}, "b"), ({"b", "c"}, "c"), ({"c"}, "d")]) == {"a", "c"}


def test_a_text_with_faults_reads_nothing():
    assert names_in(None) == members_in(None) == set()


def test_members_are_all_names_that_a_context_may_be_read_for():
    tree = Environment().parse(Source("loans[amount > 0].lender = for x in y.z return x"), ()).tree
    assert members_in(tree) == {"loans", "amount", "lender", "x", "y", "z"}


def test_the_types_of_outputs_are_those_of_all_their_cells():
    formulas = Formulas(Environment(), TYPES)
    text = '| x || a | b | c |\n| 1 || 1 | "s" | colour |\n| 2 || null | "t" | null |'
    checked = check_table(table_of("collect", text), formulas, Scope(TYPES), TYPES.get)
    assert checked.output_types == (NUMBER, STRING, STRING)
    assert checked.type == ListType(item=ContextType(fields={"a": NUMBER, "b": STRING, "c": STRING}))
