"""Code for unary tests and `in` (DMN 1.5, rules 7 to 17 and 51): does a subject pass any of the tests?"""

from collections.abc import Hashable, Iterable, Sequence
from functools import reduce
from itertools import groupby

from underwriter.feel.codegen.code import Code
from underwriter.feel.codegen.frame import Frame, Variable
from underwriter.feel.codegen.logic import LogicCompiler
from underwriter.feel.codegen.operators import OperatorCompiler, has_plain_equality
from underwriter.feel.folding import NotConstant
from underwriter.feel.nodes import (
    AnyTest,
    BooleanLiteral,
    Expression,
    In,
    Name,
    OperatorTest,
    RangeLiteral,
    UnaryTest,
    UnaryTests,
    ValueTest,
)
from underwriter.feel.traversal import descendants
from underwriter.feel.types import ANY, BOOLEAN, RangeType, plain
from underwriter.feel.values import Value, kind_of


class TestCompiler(OperatorCompiler, LogicCompiler):
    """Generates tests of a subject, each as a three-valued boolean."""

    __test__ = False  # its name would have pytest collect it

    def membership(self, node: In, frame: Frame) -> Code:
        """Generate `operand in tests`."""
        tests = self._membership_tests(node, frame)
        return reduce(self.disjunction, tests)

    def membership_truth(self, node: In, frame: Frame) -> str:
        """Generate the truth of `operand in tests`."""
        return _any(test.truth for test in self._membership_tests(node, frame))

    def membership_falsity(self, node: In, frame: Frame) -> str:
        """Generate the falsity of `operand in tests`."""
        return _all(test.falsity for test in self._membership_tests(node, frame))

    def tests_truth(self, node: UnaryTests, frame: Frame, subject: Code) -> str:
        """Generate whether a cell accepts its subject."""
        tests = self._tests(node.tests, frame, subject)
        if node.is_negated:
            return _all(test.falsity for test in tests)
        return _any(test.truth for test in tests)

    def _membership_tests(self, node: In, frame: Frame) -> list[Code]:
        """Return the tests; the operand, where it is more than a name, is computed by the first of them."""
        operand = self.code(node.operand, frame)
        if operand.value.isidentifier():
            return self._tests(node.tests, frame, operand)
        name = self.pool.temporary()
        if operand.is_nullable:
            subject = Code(name, operand.type, (f"{name} is not None",), name)
            computed = f"({name} := {operand.value}) is None or True"
        else:
            subject = Code(name, operand.type)
            computed = f"({name} := {operand.text}) is not None"
        first, *others = self._tests(node.tests, frame, subject)
        text = f"({first.value} if {computed} else None)"
        return [self.nullable(text, BOOLEAN) if first.is_nullable else Code(text, BOOLEAN), *others]

    def _tests(self, tests: Sequence[UnaryTest], frame: Frame, subject: Code) -> list[Code]:
        """Return the code of each test; neighbouring constants of the subject's own kind become one look-up."""
        inner = frame.nested({"?": Variable(subject.value, subject.type, subject.is_nullable)})
        codes: list[Code] = []
        for is_constant, group in groupby(tests, lambda test: self._is_plain_constant(test, subject)):
            members = list(group)
            if is_constant and len(members) > 1:
                values = [self.constant_value(test.value) for test in members if isinstance(test, ValueTest)]
                codes.append(self._one_of(values, subject))
            else:
                codes += [self._test(test, inner, subject) for test in members]
        return codes

    def _one_of(self, values: Sequence[Value], subject: Code) -> Code:
        """Return the test whether the subject is among constants of its own kind."""
        return Code(f"({subject.value} in {self.pool.constant(frozenset(values))})", BOOLEAN)

    def _is_plain_constant(self, test: UnaryTest, subject: Code) -> bool:
        """Tell whether a test is a constant that Python's own `in` finds."""
        if not isinstance(test, ValueTest) or not has_plain_equality(subject.type):
            return False
        try:
            return kind_of(self.constant_value(test.value)) == plain(subject.type)
        except NotConstant:
            return False

    def _test(self, test: UnaryTest, frame: Frame, subject: Code) -> Code:
        match test:
            case AnyTest():
                return Code("True", BOOLEAN)
            case OperatorTest(operator=symbol, endpoint=endpoint):
                return self.compared(symbol, subject, self.code(endpoint, frame), test)
            case ValueTest(value=value):
                return self._value_test(value, frame, subject)

    def _value_test(self, node: Expression, frame: Frame, subject: Code) -> Code:
        if isinstance(node, RangeLiteral) and not isinstance(subject.type, RangeType):
            return self.in_range(subject, node, frame)
        members = self._constant_members(node, subject)
        if members is not None:
            return self._one_of(members, subject)
        value = self.code(node, frame)
        if value.type == BOOLEAN and not isinstance(node, BooleanLiteral):
            if reads_subject(node):
                return value
            if subject.type == ANY:
                return self.nullable(f"accepts_condition({subject.value}, {value.value})", BOOLEAN)
            if subject.type != BOOLEAN:
                return value
        if value.value == "None" or (plain(value.type) == plain(subject.type) and has_plain_equality(subject.type)):
            return self.compared("=", subject, value, node)
        self.is_counted(frame)
        return self._compared_by_kind("=", subject, value, "accepts(", node)

    def _constant_members(self, node: Expression, subject: Code) -> list[Value] | None:
        """Return the items of a constant list, if all are of the subject's own kind."""
        if not self.is_constant(node) or not has_plain_equality(subject.type):
            return None
        value = self.constant_value(node)
        if not isinstance(value, list) or any(kind_of(item) != plain(subject.type) for item in value):
            return None
        return value if all(isinstance(item, Hashable) for item in value) else None


def reads_subject(node: Expression) -> bool:
    """Tell whether a test's expression reads its subject, `?`."""
    return any(isinstance(part, Name) and part.name == "?" for part in descendants(node))


def _any(texts: Iterable[str]) -> str:
    return _chained(" or ", texts)


def _all(texts: Iterable[str]) -> str:
    return _chained(" and ", texts)


def _chained(operator: str, texts: Iterable[str]) -> str:
    """Return one condition of several atoms; one stays bare, since Python allows but 200 nested parentheses."""
    parts = list(texts)
    return parts[0] if len(parts) == 1 else f"({operator.join(parts)})"
