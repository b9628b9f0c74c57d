"""Checks of operators: arithmetic, comparison, logic, membership and unary tests."""

from underwriter.feel.arithmetic import result_type
from underwriter.feel.checking import errors as errors
from underwriter.feel.checking.base import CheckerBase, are_comparable, may_be_boolean
from underwriter.feel.checking.scope import Scope
from underwriter.feel.comparison import ORDERED
from underwriter.feel.nodes import (
    Arithmetic,
    Between,
    BooleanLiteral,
    Comparison,
    Conjunction,
    Disjunction,
    Expression,
    If,
    In,
    ListLiteral,
    Negation,
    NumberLiteral,
    OperatorRange,
    OperatorTest,
    RangeLiteral,
    StringLiteral,
    UnaryTest,
    UnaryTests,
    ValueTest,
)
from underwriter.feel.source import Span
from underwriter.feel.types import (
    ANY,
    BOOLEAN,
    DAYS_DURATION,
    MONTHS_DURATION,
    NULL,
    NUMBER,
    STRING,
    ChoiceType,
    ListType,
    RangeType,
    Type,
    join,
)

_UNKNOWN = (ANY, NULL)


class OperatorChecker(CheckerBase):
    """Types of operators and the mistakes of their operands."""

    def negation(self, node: Negation, scope: Scope) -> Type:
        """Check `-operand`."""
        operand = self.check(node.operand, scope)
        if operand not in (*_UNKNOWN, NUMBER, DAYS_DURATION, MONTHS_DURATION):
            self.report(errors.wrong_negation(self.source, node.span, operand))
            return ANY
        return operand

    def arithmetic(self, node: Arithmetic, scope: Scope) -> Type:
        """Check `left + right` and the like."""
        left, right = self.check(node.left, scope), self.check(node.right, scope)
        result = result_type(node.operator, left, right)
        if result is None:
            self.report(errors.wrong_operands(self.source, node.span, node.operator, left, right))
            return ANY
        return result

    def comparison(self, node: Comparison, scope: Scope) -> Type:
        """Check `left < right` and the like."""
        left, right = self.check(node.left, scope), self.check(node.right, scope)
        if node.operator not in ("=", "!="):
            self._require_order(node.operator, left, right, node.span)
        elif not are_comparable(left, right):
            self.report(errors.incomparable(self.source, node.span, left, right))
        else:
            self._require_choice(left, node.right)
            self._require_choice(right, node.left)
        return BOOLEAN

    def between(self, node: Between, scope: Scope) -> Type:
        """Check `operand between low and high`."""
        operand = self.check(node.operand, scope)
        for end in (node.low, node.high):
            self._require_order("between", operand, self.check(end, scope), end.span)
        return BOOLEAN

    def membership(self, node: In, scope: Scope) -> Type:
        """Check `operand in tests`."""
        operand = self.check(node.operand, scope)
        self._tests(node.tests, scope.nested({"?": operand}), operand)
        return BOOLEAN

    def condition(self, node: Expression, scope: Scope, construct: str) -> None:
        """Check an expression that stands where a condition is asked for."""
        type_ = self.check(node, scope)
        if not may_be_boolean(type_):
            self.report(errors.not_a_condition(self.source, node.span, construct, type_))

    def logic(self, node: Conjunction | Disjunction, scope: Scope) -> Type:
        """Check `left and right`, `left or right`."""
        construct = "'and'" if isinstance(node, Conjunction) else "'or'"
        self.condition(node.left, scope, construct)
        self.condition(node.right, scope, construct)
        return BOOLEAN

    def choice(self, node: If, scope: Scope) -> Type:
        """Check `if condition then consequent else alternative`."""
        self.condition(node.condition, scope, "'if'")
        return join(self.check(node.consequent, scope), self.check(node.alternative, scope))

    def range(self, node: RangeLiteral, scope: Scope) -> Type:
        """Check `[low..high]`."""
        low, high = self.check(node.low, scope), self.check(node.high, scope)
        self._require_order("..", low, high, node.span)
        if isinstance(node.low, NumberLiteral) and isinstance(node.high, NumberLiteral):
            is_empty = node.low.value > node.high.value
            if is_empty:
                self.report(errors.reversed_range(self.source, node.span))
        return RangeType(item=join(low, high))

    def operator_range(self, node: OperatorRange, scope: Scope) -> Type:
        """Check `(< 10)`."""
        endpoint = self.check(node.endpoint, scope)
        if node.operator not in ("=", "!="):
            self._require_order(node.operator, endpoint, endpoint, node.span)
        return RangeType(item=endpoint)

    def unary_tests(self, node: UnaryTests, scope: Scope, subject: Type) -> None:
        """Check a whole cell against the type of its input."""
        self._tests(node.tests, scope.nested({"?": subject}), subject)

    def _tests(self, tests: tuple[UnaryTest, ...], scope: Scope, subject: Type) -> None:
        for test in tests:
            if isinstance(test, OperatorTest):
                self._operator_test(test, scope, subject)
            elif isinstance(test, ValueTest):
                self._value_test(test.value, scope, subject)

    def _operator_test(self, test: OperatorTest, scope: Scope, subject: Type) -> None:
        endpoint = self.check(test.endpoint, scope)
        if test.operator not in ("=", "!="):
            self._require_order(test.operator, subject, endpoint, test.span)
        elif not are_comparable(subject, endpoint):
            self.report(errors.incomparable(self.source, test.span, subject, endpoint))
        else:
            self._require_choice(subject, test.endpoint)

    def _value_test(self, node: Expression, scope: Scope, subject: Type) -> None:
        type_ = self.check(node, scope)
        if type_ == BOOLEAN and not isinstance(node, BooleanLiteral):
            return
        if isinstance(type_, ListType) and not isinstance(subject, ListType):
            type_ = type_.item
        if isinstance(type_, RangeType) and not isinstance(subject, RangeType):
            type_ = type_.item
        if not are_comparable(subject, type_):
            self.report(errors.incomparable(self.source, node.span, subject, type_))
        self._require_choice(subject, node)

    def _require_order(self, operator: str, left: Type, right: Type, span: Span) -> None:
        """Report operands that `<` and the like do not take."""
        for type_ in (left, right):
            plain = STRING if isinstance(type_, ChoiceType) else type_
            if plain not in _UNKNOWN and plain not in ORDERED:
                self.report(errors.unordered(self.source, span, operator, type_))
                return
        if not are_comparable(left, right):
            self.report(errors.incomparable(self.source, span, left, right))

    def _require_choice(self, type_: Type, node: Expression) -> None:
        """Report string literals that something of a choice type never equals."""
        if isinstance(type_, ListType):
            type_ = type_.item
        if not isinstance(type_, ChoiceType):
            return
        for literal in node.items if isinstance(node, ListLiteral) else (node,):
            if isinstance(literal, StringLiteral) and literal.value not in type_.values:
                self.report(errors.unknown_value(self.source, literal.span, literal.value, type_.values))
