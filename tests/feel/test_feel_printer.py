"""Printing a tree and parsing the text gives the tree again."""

import pytest
from hypothesis import given, settings

from underwriter.feel.nodes import Expression, UnaryTests
from underwriter.feel.parsing.parser import parse_expression, parse_unary_tests
from underwriter.feel.printer import print_tree
from underwriter.feel.source import Source

from .strategies import DECLARED_NAMES, expressions, unary_tests


@settings(max_examples=250, deadline=None)
@given(expressions())
def test_a_printed_expression_parses_to_the_same_tree(tree: Expression) -> None:
    parse = parse_expression(Source(print_tree(tree)), DECLARED_NAMES)
    assert parse.tree == tree, [diagnostic.render() for diagnostic in parse.diagnostics]


@settings(max_examples=120, deadline=None)
@given(unary_tests())
def test_printed_unary_tests_parse_to_the_same_tree(tree: UnaryTests) -> None:
    parse = parse_unary_tests(Source(print_tree(tree)), DECLARED_NAMES)
    assert parse.tree == tree, [diagnostic.render() for diagnostic in parse.diagnostics]


@pytest.mark.parametrize(
    "text", ["x in ((= 1))", "x in ((= 1)[true])", "x in ((< 1) + 2)", "x in (= 1)", "x in (1)[true]"]
)
def test_what_begins_with_a_range_of_an_operator_stays_a_value(text: str) -> None:
    tree = parse_expression(Source(text), DECLARED_NAMES).tree
    assert tree is not None
    assert parse_expression(Source(print_tree(tree)), DECLARED_NAMES).tree == tree
