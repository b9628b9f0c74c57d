"""What the constant tests of a column accept, worked out before run time.

A column's constants, in order, are its cuts. A value stands at one of them or between two, and a test of constants says
the same of all values between two cuts. So what a cell accepts is a set of positions, kept as the bits of a number:
bit 2i + 1 is the cut with index i, bit 2i the stretch before it, and the last bit null.
"""

from bisect import bisect_left
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import reduce
from operator import and_, or_
from types import MappingProxyType
from typing import Any

from underwriter.feel import Checked
from underwriter.feel.builtins.entry import Selection
from underwriter.feel.comparison import accepts, compare, equality
from underwriter.feel.faults import Warnings
from underwriter.feel.folding import NO_PLACE, NotConstant, fold
from underwriter.feel.nodes import (
    AnyTest,
    BooleanLiteral,
    Expression,
    OperatorTest,
    RangeLiteral,
    UnaryTest,
    UnaryTests,
    ValueTest,
)
from underwriter.feel.types import BOOLEAN, DATE, DAYS_DURATION, MONTHS_DURATION, NUMBER, STRING, Type, plain
from underwriter.feel.values import Range, Value, kind_of, operator_range

_ORDERED = frozenset({NUMBER, STRING, DATE, DAYS_DURATION, MONTHS_DURATION})
TESTABLE = _ORDERED | {BOOLEAN}
"""The kinds of values that constants are tested against before run time."""

Calls = Mapping[int, Selection]
Names = Mapping[str, Value]
_NO_NAMES: Names = MappingProxyType({})
_EVERYTHING = Range(None, None)


@dataclass(frozen=True, slots=True)
class ConstantTest:
    """A test that is true in some ranges of values, or with `is_inverted` outside of them.

    `of_null` is what it says of null.
    """

    ranges: tuple[Range, ...]
    of_null: bool | None
    is_inverted: bool = False


@dataclass(frozen=True, slots=True)
class ConstantCell:
    """A cell of constant tests: it accepts what any of them accepts, or with `is_negated` what all of them refuse."""

    tests: tuple[ConstantTest, ...]
    is_negated: bool = False

    @property
    def constants(self) -> list[Value]:
        """The ends of all ranges."""
        ends = [end for test in self.tests for range_ in test.ranges for end in (range_.low, range_.high)]
        return [end for end in ends if end is not None]


@dataclass(frozen=True, slots=True)
class Axis:
    """The cuts of a column, in order."""

    cuts: tuple[Any, ...]

    @property
    def null(self) -> int:
        """The set of null alone."""
        return 1 << self.size - 1

    @property
    def everything(self) -> int:
        """The set of all values and null."""
        return (1 << self.size) - 1

    @property
    def size(self) -> int:
        """How many positions there are."""
        return 2 * len(self.cuts) + 2

    def accepted(self, cell: ConstantCell) -> int:
        """Return the positions of the values that a cell accepts."""
        if cell.is_negated:
            return reduce(and_, map(self._refused, cell.tests))
        return reduce(or_, map(self._accepted, cell.tests))

    def _accepted(self, test: ConstantTest) -> int:
        return self._true(test) | (self.null if test.of_null is True else 0)

    def _refused(self, test: ConstantTest) -> int:
        return (self.null - 1 ^ self._true(test)) | (self.null if test.of_null is False else 0)

    def _true(self, test: ConstantTest) -> int:
        inside = reduce(or_, map(self._within, test.ranges), 0)
        return self.null - 1 ^ inside if test.is_inverted else inside

    def _within(self, range_: Range) -> int:
        first = 0 if range_.low is None else 2 * self._index(range_.low) + (1 if range_.low_included else 2)
        last = (
            self.size - 2 if range_.high is None else 2 * self._index(range_.high) + (1 if range_.high_included else 0)
        )
        return (1 << last + 1) - (1 << first) if first <= last else 0

    def _index(self, value: Any) -> int:
        return bisect_left(self.cuts, value)


def axis_of(cells: Iterable[ConstantCell]) -> Axis:
    """Return the axis on which all of the cells can be told apart."""
    ordered: list[Any] = sorted(constant for cell in cells for constant in cell.constants)
    return Axis(tuple(value for index, value in enumerate(ordered) if index == 0 or value != ordered[index - 1]))


def constant_cell(tests: Checked[UnaryTests], subject: Type, names: Names = _NO_NAMES) -> ConstantCell | None:
    """Return a cell's tests if all are constants of the subject's own kind: then none of them ever warns.

    `names` are values that are known beforehand.
    """
    try:
        return constant_tests(tests.tree.tests, subject, tests.calls, tests.tree.is_negated, names)
    except NotConstant:
        return None


def constant_tests(
    tests: Iterable[UnaryTest], subject: Type, calls: Calls, is_negated: bool = False, names: Names = _NO_NAMES
) -> ConstantCell:
    """Return tests as those of a cell; raise `NotConstant` if not all are constants of the subject's own kind."""
    kind = plain(subject)
    if kind not in TESTABLE:
        raise NotConstant
    return ConstantCell(tuple(_constant_test(test, kind, calls, names) for test in tests), is_negated)


def accepts_value(tests: Checked[UnaryTests], value: Value) -> bool:
    """Tell whether tests accept a value; raise `NotConstant` if that is not known before run time."""
    answers = [_answer(test, value, tests.calls) for test in tests.tree.tests]
    if tests.tree.is_negated:
        return all(answer is False for answer in answers)
    return any(answer is True for answer in answers)


def _answer(test: UnaryTest, value: Value, calls: Calls) -> bool | None:
    warnings: Warnings = []
    match test:
        case AnyTest():
            return True
        case OperatorTest(operator="=" | "!=" as symbol, endpoint=endpoint):
            return equality(symbol, value, fold(endpoint, calls), warnings, NO_PLACE)
        case OperatorTest(operator=symbol, endpoint=endpoint):
            return compare(symbol, value, fold(endpoint, calls), warnings, NO_PLACE)
        case ValueTest(value=node):
            return accepts(value, _plain_constant(node, calls, _NO_NAMES), warnings, NO_PLACE)


def _constant_test(test: UnaryTest, kind: Type, calls: Calls, names: Names) -> ConstantTest:
    match test:
        case AnyTest():
            return ConstantTest((_EVERYTHING,), of_null=True)
        case OperatorTest(operator=symbol, endpoint=endpoint):
            return _operator_test(symbol, fold(endpoint, calls, names), kind)
        case ValueTest(value=node):
            return _value_test(_plain_constant(node, calls, names), kind)


def _operator_test(symbol: str, value: Value, kind: Type) -> ConstantTest:
    if symbol in ("=", "!="):
        return _equality([value], kind, is_inverted=symbol == "!=")
    return _range_test(operator_range(symbol, value), kind)


def _value_test(value: Value, kind: Type) -> ConstantTest:
    if not isinstance(value, Range):
        return _equality(value if isinstance(value, list) else [value], kind)
    if value.operator in ("=", "!="):
        return _equality([value.low], kind, is_inverted=value.operator == "!=")
    return _range_test(value, kind)


def _range_test(range_: Range, kind: Type) -> ConstantTest:
    ends = [end for end in (range_.low, range_.high) if end is not None]
    if not ends or kind not in _ORDERED or any(kind_of(end) != kind for end in ends):
        raise NotConstant
    return ConstantTest((range_,), of_null=None)


def _equality(values: list[Value], kind: Type, *, is_inverted: bool = False) -> ConstantTest:
    """Return the test for being one of some values, null perhaps among them."""
    known = [value for value in values if value is not None]
    if any(kind_of(value) != kind for value in known):
        raise NotConstant
    points = tuple(Range(value, value) for value in known)
    return ConstantTest(points, (len(known) < len(values)) != is_inverted, is_inverted)


def _plain_constant(node: Expression, calls: Calls, names: Names) -> Value:
    """Return a constant that the subject is compared with; a constant condition is none, nor a range without an end."""
    value = fold(node, calls, names)
    if isinstance(value, bool) and not isinstance(node, BooleanLiteral):
        raise NotConstant
    if value is None and isinstance(node, RangeLiteral):
        raise NotConstant
    return value
