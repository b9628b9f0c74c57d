"""What the parser does beside the golden trees: precedence, names, spans, limits, and no surprise on any text."""

import sys
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from underwriter.feel.nodes import AnyTest, Expression, Node, UnaryTests, ValueTest
from underwriter.feel.parsing.parser import Limits, Parse, Parser, parse_expression, parse_unary_tests
from underwriter.feel.parsing.tokens import KEYWORDS
from underwriter.feel.printer import print_tree
from underwriter.feel.source import Anchor, Position, Source
from underwriter.feel.traversal import children, descendants

from .strategies import DECLARED_NAMES, expressions, typed_texts, unary_tests


def canonical(text: str, *names: str) -> str:
    parse = parse_expression(Source(text), names)
    assert parse.tree is not None, [diagnostic.render() for diagnostic in parse.diagnostics]
    return print_tree(parse.tree)


def codes(parse: Parse[Node]) -> list[str]:
    return [diagnostic.code for diagnostic in parse.diagnostics]


SAME = [
    ("a or b and c", "a or (b and c)"),
    ("a or b or c", "(a or b) or c"),
    ("a and b = c", "a and (b = c)"),
    ("a = b = c", "(a = b) = c"),
    ("a < b = true", "(a < b) = true"),
    ("a in b and c", "(a in b) and c"),
    ("a between b and c and d", "(a between b and c) and d"),
    ("a between b and c or d", "(a between b and c) or d"),
    ("a + b < c * d", "(a + b) < (c * d)"),
    ("a - b - c", "(a - b) - c"),
    ("a / b * c", "(a / b) * c"),
    ("a * b ** c", "a * (b ** c)"),
    ("a ** b ** c", "(a ** b) ** c"),
    ("-a ** b", "(-a) ** b"),
    ("a ** -b", "a ** (-b)"),
    ("--a", "-(-a)"),
    ("-a.b[1](c)", "-(a.b[1](c))"),
    ("-a instance of number", "-(a instance of number)"),
    ("a.b instance of number and c", "((a.b) instance of number) and c"),
    ("a in (b) + c", "a in (b + c)"),
    ("if a then b else c + d", "if a then b else (c + d)"),
    ("a + if b then c else d + e", "a + (if b then c else (d + e))"),
    ("for x in y return x + z", "for x in y return (x + z)"),
    ("function(x) x + y", "function(x) (x + y)"),
    ("some x in y satisfies x and z", "some x in y satisfies (x and z)"),
]


@pytest.mark.parametrize(("text", "explicit"), SAME)
def test_operators_bind_as_the_parentheses_show(text: str, explicit: str) -> None:
    assert parse_expression(Source(text)).tree == parse_expression(Source(explicit)).tree is not None


NAMES = [
    ("monthly income * 12", ["monthly income"], "monthly income * 12"),
    ("monthly income", ["monthly income", "monthly income tax"], "monthly income"),
    ("monthly income tax", ["monthly income", "monthly income tax"], "monthly income tax"),
    ("monthly \n income", ["monthly income"], "monthly income"),
    ("a+b", ["a+b"], "a+b"),
    ("a + b", ["a+b"], "a + b"),
    ("a-b", [], "a - b"),
    ("a-b-c", ["a-b"], "a-b - c"),
    ("decision 2.1.x", ["decision 2.1"], "decision 2.1.x"),
    ("Student's name = 1", ["Student's name"], "Student's name = 1"),
    ("收入（月） + 1", ["收入（月）"], "收入（月） + 1"),
    ("days in weekend", ["days in weekend"], "days in weekend"),
    ("for day in days in weekend return day", ["days in weekend"], "for day in days in weekend return day"),
    ("x.interest rate", ["interest rate"], "x.interest rate"),
    ("x.time offset", [], "x.time offset"),
    ("{net pay: 1, double: net pay * 2}.net pay", [], '{"net pay": 1, double: net pay * 2}.net pay'),
    ("for my item in xs return my item + 1", [], "for my item in xs return my item + 1"),
    ("function(my item) my item", [], "function(my item) my item"),
    ("x instance of my type", ["my type"], "x instance of my type"),
    ("x instance of date  and time", [], "x instance of date and time"),
]


@pytest.mark.parametrize(("text", "names", "expected"), NAMES)
def test_names_hold_spaces_and_operators_where_they_are_declared(text: str, names: list[str], expected: str) -> None:
    assert canonical(text, *names) == expected


def test_a_local_name_is_forgotten_after_its_scope() -> None:
    assert parse_expression(Source("[for my item in xs return my item]")).tree is not None
    assert codes(parse_expression(Source("[for my item in xs return 1, my item]"))) == ["undeclared-words"]


def test_a_key_with_an_operator_does_not_change_what_stands_outside_its_context() -> None:
    assert canonical("[{a-b: 1}, a-b]") == '[{"a-b": 1}, a - b]'


def test_a_parser_keeps_no_names_from_one_text_to_the_next() -> None:
    parser = Parser()
    assert parser.parse_expression(Source("{my item: 1}.my item")).tree is not None
    assert codes(parser.parse_expression(Source("x.my item"))) == ["undeclared-words"]


# Spans


@settings(max_examples=200, deadline=None)
@given(expressions())
def test_the_span_of_every_expression_slices_text_that_means_the_same(tree: Expression) -> None:
    text = print_tree(tree)
    parsed = parse_expression(Source(text), DECLARED_NAMES).tree
    assert parsed is not None
    for node in descendants(parsed):
        if isinstance(node, Expression):
            piece = text[node.span.start : node.span.end]
            assert parse_expression(Source(piece), DECLARED_NAMES).tree == node, piece


@settings(max_examples=100, deadline=None)
@given(unary_tests())
def test_the_span_of_every_test_slices_text_that_means_the_same(tree: UnaryTests) -> None:
    text = print_tree(tree)
    parsed = parse_unary_tests(Source(text), DECLARED_NAMES).tree
    assert parsed is not None
    for test in parsed.tests:
        piece = Source(text[test.span.start : test.span.end])
        if isinstance(test, ValueTest):
            assert parse_expression(piece, DECLARED_NAMES).tree == test.value
        else:
            assert parse_unary_tests(piece, DECLARED_NAMES).tree == UnaryTests((test,), span=test.span)


@given(expressions())
def test_every_node_stands_inside_its_parent(tree: Expression) -> None:
    parsed = parse_expression(Source(print_tree(tree)), DECLARED_NAMES).tree
    assert parsed is not None
    for node in descendants(parsed):
        for child in children(node):
            assert node.span.start <= child.span.start <= child.span.end <= node.span.end


# Errors


def test_the_caret_stands_under_the_place_after_wide_characters() -> None:
    (diagnostic,) = parse_expression(Source("月收入 > 3 and #")).diagnostics
    line, caret = diagnostic.render().splitlines()[1:3]
    assert line.index("#") == 4 + 12
    assert caret.index("^") == 4 + 15


def test_an_error_in_a_cell_points_into_its_file() -> None:
    host = "rows: |\n  | < 5， 6 |\n"
    cell = Source("< 5， 6", "table.yaml", host, (Anchor(0, Position(1, 4)),))
    (diagnostic,) = parse_unary_tests(cell).diagnostics
    assert diagnostic.render() == (
        "table.yaml:2:8: error[foreign-symbol]: '，' is not FEEL\n      | < 5， 6 |\n           ^^\n    help: write ','"
    )


def test_every_foreign_symbol_is_told_at_once() -> None:
    parse = parse_expression(Source("max（a，b）== 3"))
    assert parse.tree is None
    assert codes(parse) == ["foreign-symbol"] * 4


@pytest.mark.parametrize("text", ["", "  ", "// only a comment", "/* so */"])
def test_nothing_is_no_expression(text: str) -> None:
    assert codes(parse_expression(Source(text))) == ["empty-expression"]
    assert codes(parse_unary_tests(Source(text))) == ["empty-test"]


def test_a_dash_alone_is_any_test() -> None:
    tree = parse_unary_tests(Source(" - ")).tree
    assert tree is not None
    assert isinstance(tree.tests[0], AnyTest)


# Limits

NESTED = [
    ("(", "1", ")"),
    ("[", "1", "]"),
    ("{a: ", "1", "}"),
    ("f(", "1", ")"),
    ("x[", "1", "]"),
    ("-(", "1", ")"),
    ("1 in (", "1", ")"),
    ("1 or 1 and 1 = 1 + 1 ** (", "1", ")"),
    ("if a then b else ", "1", ""),
    ("if ", "a", " then b else c"),
    ("for x in ", "y", " return 1"),
    ("for x in y return ", "1", ""),
    ("function(x) ", "1", ""),
]


@pytest.mark.parametrize(("before", "core", "after"), NESTED)
def test_deep_nesting_is_an_error_and_nothing_worse(before: str, core: str, after: str) -> None:
    text = before * 300 + core + after * 300
    assert codes(parse_expression(Source(text))) == ["nested-too-deeply"]
    assert codes(parse_unary_tests(Source(text))) == ["nested-too-deeply"]


@pytest.mark.parametrize(("before", "core", "after"), NESTED)
def test_nesting_within_the_limit_is_read(before: str, core: str, after: str) -> None:
    assert parse_expression(Source(before * 12 + core + after * 12)).tree is not None


@pytest.mark.parametrize(("before", "after"), [("list<", ">"), ("context<a: ", ">"), ("function<> -> ", "")])
def test_deep_types_are_an_error_and_nothing_worse(before: str, after: str) -> None:
    assert parse_expression(Source(f"x instance of {before * 90}Any{after * 90}")).tree is not None
    too_deep = parse_expression(Source(f"x instance of {before * 700}Any{after * 700}"))
    assert codes(too_deep) == ["nested-too-deeply"]


@pytest.mark.parametrize("link", [" + 1", ".a", "[1]", "(1)", " or a", " ** 2"])
def test_a_long_chain_counts_as_nesting(link: str) -> None:
    assert parse_expression(Source("a" + link * 95)).tree is not None
    assert codes(parse_expression(Source("a" + link * 105))) == ["nested-too-deeply"]


def test_many_signs_count_as_nesting() -> None:
    assert codes(parse_expression(Source("-" * 300 + "1"))) == ["nested-too-deeply"]


def test_the_deepest_allowed_text_leaves_room_on_the_stack() -> None:
    """A caller may stand some hundred calls deep already."""
    limit = sys.getrecursionlimit()
    text = "for x in (" * 49 + "y" + ") return 1" * 49

    def call_deeper(calls: int) -> bool:
        return call_deeper(calls - 1) if calls else parse_expression(Source(text)).tree is not None

    assert limit >= 1000
    assert call_deeper(200)


def test_limits_are_options() -> None:
    parser = Parser(limits=Limits(text_length=10, tokens=4, nesting=2))
    assert codes(parser.parse_expression(Source("1 + 1234567"))) == ["text-too-long"]
    assert codes(parser.parse_expression(Source("1 + 2 + 3"))) == ["too-many-tokens"]
    assert codes(parser.parse_expression(Source("((1))"))) == ["too-many-tokens"]
    assert codes(parser.parse_expression(Source("[[[1]"))) == ["too-many-tokens"]
    assert codes(parser.parse_expression(Source("[[[1"))) == ["nested-too-deeply"]
    assert parser.parse_expression(Source("1 + 2")).tree is not None


# Any text


FRAGMENTS = [
    *sorted(KEYWORDS),
    *"()[]{}<>=+-*/.,:?'\"@#%，（）“”",
    *(
        "..",
        "**",
        "!=",
        "->",
        "==",
        "of",
        "not",
        "a",
        "b c",
        "1",
        ".5",
        '"s"',
        '@"P1D"',
        "monthly income",
        " ",
        "\n",
        "//",
        "/*",
    ),
]


def assert_tree_or_diagnostics(text: str) -> None:
    for parse in (parse_expression, parse_unary_tests):
        result = parse(Source(text), DECLARED_NAMES)
        assert (result.tree is None) == bool(result.diagnostics)
        for diagnostic in result.diagnostics:
            assert 0 <= diagnostic.span.start <= diagnostic.span.end <= len(text)
            assert diagnostic.render()


@settings(max_examples=200, deadline=None)
@given(st.text())
def test_any_text_gives_a_tree_or_diagnostics(text: str) -> None:
    assert_tree_or_diagnostics(text)


@settings(max_examples=500, deadline=None)
@given(st.lists(st.sampled_from(FRAGMENTS), max_size=25).map(" ".join))
def test_any_mix_of_fragments_gives_a_tree_or_diagnostics(text: str) -> None:
    assert_tree_or_diagnostics(text)


def test_every_pair_of_fragments_gives_a_tree_or_diagnostics() -> None:
    for pair in product(FRAGMENTS, repeat=2):
        assert_tree_or_diagnostics("".join(pair))


@settings(max_examples=100, deadline=None)
@given(expressions(), st.data())
def test_a_text_cut_short_gives_a_tree_or_diagnostics(tree: Expression, data: st.DataObject) -> None:
    text = print_tree(tree)
    assert_tree_or_diagnostics(text[: data.draw(st.integers(0, len(text)))])


@settings(max_examples=100, deadline=None)
@given(st.one_of(*typed_texts()))
def test_well_typed_texts_parse(text: str) -> None:
    assert parse_expression(Source(text)).tree is not None
