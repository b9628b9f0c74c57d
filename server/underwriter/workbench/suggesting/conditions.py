"""How far a condition is from coming out as wanted: the branch distance of search-based testing.

The measure is that of Tracey, Clark, Mander and McDermid (1998), "An automated framework for structural test-data
generation": `and` adds up, `or` takes the nearest, comparisons count how far their sides are apart. 0 is there; an
atom that is not counts between 0.1 and 3.
"""

from decimal import Decimal
from math import log1p
from typing import Any

from underwriter.dmn.boxes.checked_boxes import CheckedLiteral
from underwriter.feel import Checked, Value
from underwriter.feel.nodes import (
    Call,
    Comparison,
    Conjunction,
    Disjunction,
    Expression,
    Name,
    Node,
    NumberLiteral,
    UnaryTests,
)
from underwriter.feel.traversal import descendants
from underwriter.policy import Policy
from underwriter.workbench.computed_values import ComputedValues, FormulaParts, NotComputed

_NOT_KNOWN, _NULL, _WRONG, _LEAST = 3.0, 2.0, 1.0, 0.1


class ConditionDistances:
    """Measures the conditions and cells of one policy."""

    def __init__(self, policy: Policy) -> None:
        self.parts = FormulaParts(policy)
        self._checked = policy.checked

    def of(self, formula: Checked[Any], node: Expression, wanted: bool, values: ComputedValues) -> float:
        """Return how far a part of a formula is from being true, or false."""
        match node:
            case Conjunction(left=left, right=right) | Disjunction(left=left, right=right):
                sides = (self.of(formula, left, wanted, values), self.of(formula, right, wanted, values))
                return sum(sides) if isinstance(node, Conjunction) is wanted else min(sides)
            case Call(function=Name(name="not"), arguments=(argument,)):
                return self.of(formula, argument.value, not wanted, values)
            case Name(name=name) if (named := self._named(name)) is not None:
                return self.of(named, named.tree, wanted, values)
        return self._atom(formula, node, wanted, values)

    def of_null(self, formula: Checked[Any], node: Expression, values: ComputedValues) -> float:
        """Return how far a part of a formula is from being null: `and` is if no side is false and one is null."""
        match node:
            case Conjunction(left=left, right=right) | Disjunction(left=left, right=right):
                is_and = isinstance(node, Conjunction)
                nulls = [self.of_null(formula, side, values) for side in (left, right)]
                others = [
                    min(null, self.of(formula, side, is_and, values))
                    for null, side in zip(nulls, (left, right), strict=True)
                ]
                return min(nulls[0] + others[1], nulls[1] + others[0])
            case Call(function=Name(name="not"), arguments=(argument,)):
                return self.of_null(formula, argument.value, values)
            case Name(name=name) if (named := self._named(name)) is not None:
                return self.of_null(named, named.tree, values)
            case Comparison():
                sides = [self._side(formula, side, values) for side in (node.left, node.right)]
                return 0.0 if self._atom(formula, node, True, values) == _NULL else _WRONG / (1 + sides.count(None))
        try:
            return 0.0 if self.parts.value(formula, node, values) is None else _WRONG
        except NotComputed:
            return _NOT_KNOWN

    def _named(self, name: str) -> Checked[Any] | None:
        """Return the formula of a decision that is one expression."""
        box = self._checked.boxes.get(name)
        return box.checked if isinstance(box, CheckedLiteral) else None

    def of_test(self, test: Checked[UnaryTests], subject: Value, values: ComputedValues) -> float:
        """Return how far a value is from being accepted by unary tests: as far as from the nearest number in them."""
        try:
            if self.parts.accepts(test, subject, values):
                return 0.0
        except NotComputed:
            return _NOT_KNOWN
        if subject is None:
            return _NULL
        if not isinstance(subject, Decimal):
            return _WRONG
        numbers = [node.value for node in descendants(test.tree) if isinstance(node, NumberLiteral)]
        return min((_gap(subject, number) for number in numbers), default=_WRONG)

    def _atom(self, formula: Checked[Any], node: Expression, wanted: bool, values: ComputedValues) -> float:
        try:
            value = self.parts.value(formula, node, values)
        except NotComputed:
            return _NOT_KNOWN
        if value is wanted:
            return 0.0
        if not isinstance(node, Comparison):
            return _NULL if value is None else _WRONG
        sides = [self._side(formula, side, values) for side in (node.left, node.right)]
        if value is None:
            return _NULL
        left, right = sides
        return _gap(left, right) if isinstance(left, Decimal) and isinstance(right, Decimal) else _WRONG

    def _side(self, formula: Checked[Any], node: Node, values: ComputedValues) -> Value:
        try:
            return self.parts.value(formula, node, values)  # type: ignore[arg-type]
        except NotComputed:
            return None


def _gap(left: Decimal, right: Decimal) -> float:
    """Return how far numbers are apart, from 0.1 to 1: finely where they are near, roughly where they are not."""
    apart = log1p(abs(float(left - right)))
    return _LEAST + (_WRONG - _LEAST) * apart / (1 + apart)
