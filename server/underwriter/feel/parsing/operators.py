"""Parses operators between operands, and unary tests (DMN 1.5, rules 4 to 24 and 47 to 53)."""

from collections.abc import Callable
from typing import NamedTuple, cast

from underwriter.feel.nodes import (
    AnyTest,
    Arithmetic,
    ArithmeticOperator,
    Between,
    Comparison,
    ComparisonOperator,
    Conjunction,
    Disjunction,
    Expression,
    In,
    InstanceOf,
    Negation,
    OperatorTest,
    UnaryTest,
    UnaryTests,
    ValueTest,
)
from underwriter.feel.parsing import syntax_errors
from underwriter.feel.parsing.keyword_forms import KeywordFormParser
from underwriter.feel.parsing.precedence import Precedence
from underwriter.feel.parsing.primaries import COMPARISONS
from underwriter.feel.parsing.syntax_errors import SyntaxFault
from underwriter.feel.parsing.tokens import FIXED_KINDS, Kind
from underwriter.feel.parsing.type_names import parse_type

_ORDERINGS = ("<", "<=", ">", ">=")


class OperatorParser(KeywordFormParser):
    """All rules of FEEL, over one text.

    Operators are parsed by climbing their precedences, and not by one call for each level, so that nesting of the
    allowed depth stays far from Python's own limit on recursion.
    """

    def parse_expression(self, loosest: Precedence = Precedence.ANY) -> Expression:
        """Parse `expression = disjunction`, or only what binds at least as tightly as `loosest`."""
        self.stream.descend()
        start = self.stream.current.start
        expression = self._parse_operators(self.parse_negation(), start, loosest)
        self.stream.ascend()
        return expression

    def _parse_operators(self, left: Expression, start: int, loosest: Precedence) -> Expression:
        while (rule := self._rule_of_current()) and rule.precedence >= loosest:
            left = rule.parse(self, left, start)
        return left

    def _rule_of_current(self) -> "_OperatorRule | None":
        token = self.stream.current
        return _OPERATORS.get(token.text) if token.kind in FIXED_KINDS else None

    def _right_operand(self, precedence: Precedence) -> Expression:
        self.stream.advance()
        return self.parse_expression(precedence.tighter)

    # Operators, from loose to tight

    def parse_disjunction(self, left: Expression, start: int) -> Disjunction:
        """Parse `disjunction = expression "or" expression`."""
        right = self._right_operand(Precedence.DISJUNCTION)
        return Disjunction(left, right, span=self.stream.span_from(start))

    def parse_conjunction(self, left: Expression, start: int) -> Conjunction:
        """Parse `conjunction = expression "and" expression`."""
        right = self._right_operand(Precedence.CONJUNCTION)
        return Conjunction(left, right, span=self.stream.span_from(start))

    def parse_comparison(self, left: Expression, start: int) -> Comparison:
        """Parse `comparison = expression ("=" | "!=" | "<" | "<=" | ">" | ">=") expression`."""
        operator = cast(ComparisonOperator, self.stream.current.text)
        right = self._right_operand(Precedence.COMPARISON)
        span = self.stream.span_from(start)
        is_bare = left.span.start == start
        if is_bare and isinstance(left, Comparison) and left.operator in _ORDERINGS and operator in _ORDERINGS:
            raise SyntaxFault(syntax_errors.chained_comparison(self.stream.source, span))
        return Comparison(operator, left, right, span=span)

    def parse_between(self, operand: Expression, start: int) -> Between:
        """Parse `between = expression "between" expression "and" expression`; the first "and" is its own."""
        opening = self.stream.advance()
        low = self.parse_expression(Precedence.ADDITION)
        self.stream.expect_keyword("and", opening)
        high = self.parse_expression(Precedence.ADDITION)
        return Between(operand, low, high, span=self.stream.span_from(start))

    def parse_in(self, operand: Expression, start: int) -> In:
        """Parse `in = expression "in" (positive unary test | "(" positive unary tests ")")`."""
        self.stream.advance()
        if self.stream.at("("):
            tests = self._parse_parenthesized_tests()
        else:
            tests = (self.parse_positive_unary_test(Precedence.ADDITION),)
        return In(operand, tests, span=self.stream.span_from(start))

    def _parse_parenthesized_tests(self) -> tuple[UnaryTest, ...]:
        """Parse what follows `in` from "(" on: tests, a range, or an expression that only begins with a parenthesis."""
        opening = self.stream.advance()
        tests = self.parse_positive_unary_tests()
        if len(tests) > 1 or not isinstance(tests[0], ValueTest):
            self.stream.close(opening, ")")
            return tests
        value = tests[0].value
        if self.stream.at(".."):
            value = self.finish_range(opening, value)
        else:
            self.stream.close(opening, ")")
        value = self._parse_after_primary(value, opening.start)
        value = self._parse_operators(value, opening.start, Precedence.ADDITION)
        return (ValueTest(value, span=self.stream.span_from(opening.start)),)

    def parse_addition(self, left: Expression, start: int) -> Arithmetic:
        """Parse `addition = expression ("+" | "-") expression`."""
        return self._arithmetic(left, start, Precedence.ADDITION)

    def parse_multiplication(self, left: Expression, start: int) -> Arithmetic:
        """Parse `multiplication = expression ("*" | "/") expression`."""
        return self._arithmetic(left, start, Precedence.MULTIPLICATION)

    def parse_exponentiation(self, left: Expression, start: int) -> Arithmetic:
        """Parse `exponentiation = expression "**" expression`; `2 ** 3 ** 2` is `(2 ** 3) ** 2`."""
        return self._arithmetic(left, start, Precedence.EXPONENTIATION)

    def _arithmetic(self, left: Expression, start: int, precedence: Precedence) -> Arithmetic:
        operator = cast(ArithmeticOperator, self.stream.current.text)
        right = self._right_operand(precedence)
        return Arithmetic(operator, left, right, span=self.stream.span_from(start))

    def parse_negation(self) -> Expression:
        """Parse `negation = {"-"} instance of`; so `-5 ** 2` is `(-5) ** 2`."""
        starts = []
        while self.stream.at("-"):
            starts.append(self.stream.advance().start)
        start = self.stream.current.start
        operand = self._parse_after_primary(self.parse_primary(), start)
        for start in reversed(starts):
            operand = Negation(operand, span=self.stream.span_from(start))
        return operand

    def _parse_after_primary(self, primary: Expression, start: int) -> Expression:
        """Parse `instance of = expression "instance" "of" type`."""
        operand = self.parse_suffixes(primary, start)
        if not self.stream.at("instance"):
            return operand
        self.stream.advance()
        if self.stream.current.text != "of":
            raise self.stream.fault("'of' and a type")
        self.stream.advance()
        return InstanceOf(operand, parse_type(self.stream), span=self.stream.span_from(start))

    # Unary tests

    def parse_unary_tests(self) -> UnaryTests:
        """Parse `unary tests = "-" | "not" "(" positive unary tests ")" | positive unary tests`."""
        start = self.stream.current.start
        if self.stream.at("-") and self.stream.following.kind is Kind.END:
            token = self.stream.advance()
            return UnaryTests((AnyTest(span=token.span),), span=token.span)
        if self.stream.current.text == "not" and self.stream.following.text == "(":
            return self._parse_negated_tests(start)
        return UnaryTests(self.parse_positive_unary_tests(), span=self.stream.span_from(start))

    def _parse_negated_tests(self, start: int) -> UnaryTests:
        """Parse `not(...)`. If it does not end the cell, it is a call of the function `not` inside an expression."""
        rewind = self.stream.bookmark()
        self.stream.advance()
        opening = self.stream.advance()
        tests = self.parse_positive_unary_tests()
        self.stream.close(opening, ")")
        if self.stream.current.kind is Kind.END:
            return UnaryTests(tests, is_negated=True, span=self.stream.span_from(start))
        rewind()
        return UnaryTests(self.parse_positive_unary_tests(), span=self.stream.span_from(start))

    def parse_positive_unary_tests(self) -> tuple[UnaryTest, ...]:
        """Parse `positive unary tests = positive unary test {"," positive unary test}`."""
        tests = [self.parse_positive_unary_test()]
        while self.stream.at(","):
            self.stream.advance()
            tests.append(self.parse_positive_unary_test())
        return tuple(tests)

    def parse_positive_unary_test(self, loosest: Precedence = Precedence.ANY) -> UnaryTest:
        """Parse `positive unary test = [comparison operator] expression`."""
        start = self.stream.current.start
        if not self.stream.at(*COMPARISONS):
            self._refuse_dash()
            return ValueTest(self.parse_expression(loosest), span=self.stream.span_from(start))
        operator = cast(ComparisonOperator, self.stream.advance().text)
        endpoint = self.parse_expression(Precedence.ADDITION)
        if loosest is Precedence.ANY and self._rule_of_current():
            fault = syntax_errors.operator_test_in_formula(self.stream.source, self.stream.current)
            raise SyntaxFault(fault)
        return OperatorTest(operator, endpoint, span=self.stream.span_from(start))

    def _refuse_dash(self) -> None:
        dash, following = self.stream.current, self.stream.following
        if dash.is_one_of("-") and (following.kind is Kind.END or following.is_one_of(",", ")")):
            raise SyntaxFault(syntax_errors.any_among_tests(self.stream.source, dash))


class _OperatorRule(NamedTuple):
    precedence: Precedence
    parse: Callable[[OperatorParser, Expression, int], Expression]


_OPERATORS = {
    "or": _OperatorRule(Precedence.DISJUNCTION, OperatorParser.parse_disjunction),
    "and": _OperatorRule(Precedence.CONJUNCTION, OperatorParser.parse_conjunction),
    **{symbol: _OperatorRule(Precedence.COMPARISON, OperatorParser.parse_comparison) for symbol in COMPARISONS},
    "between": _OperatorRule(Precedence.COMPARISON, OperatorParser.parse_between),
    "in": _OperatorRule(Precedence.COMPARISON, OperatorParser.parse_in),
    "+": _OperatorRule(Precedence.ADDITION, OperatorParser.parse_addition),
    "-": _OperatorRule(Precedence.ADDITION, OperatorParser.parse_addition),
    "*": _OperatorRule(Precedence.MULTIPLICATION, OperatorParser.parse_multiplication),
    "/": _OperatorRule(Precedence.MULTIPLICATION, OperatorParser.parse_multiplication),
    "**": _OperatorRule(Precedence.EXPONENTIATION, OperatorParser.parse_exponentiation),
}
