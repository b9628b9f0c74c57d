"""Constant folding: what literals alone decide is computed once, before code is generated."""

from collections.abc import Mapping
from decimal import localcontext
from types import MappingProxyType
from typing import Final

from underwriter.feel.arithmetic import calculate, negate
from underwriter.feel.builtins.calls import attempt
from underwriter.feel.builtins.entry import Selection
from underwriter.feel.comparison import compare, equality, within
from underwriter.feel.faults import Place, Warnings
from underwriter.feel.nodes import (
    Arithmetic,
    Between,
    BooleanLiteral,
    Call,
    Comparison,
    ContextLiteral,
    Expression,
    ListLiteral,
    Name,
    Negation,
    NullLiteral,
    NumberLiteral,
    OperatorRange,
    RangeLiteral,
    StringLiteral,
    TemporalLiteral,
)
from underwriter.feel.source import Source
from underwriter.feel.temporal import parse_temporal
from underwriter.feel.values import FEEL_CONTEXT, Range, Value, operator_range


class NotConstant(Exception):
    """A signal, no error: the expression reads something, or gives a warning, so it is left to run time."""


NO_PLACE: Final = Place(Source(""), Source("").whole)

_COMPOSED = (
    Negation,
    Arithmetic,
    Comparison,
    Between,
    ListLiteral,
    ContextLiteral,
    RangeLiteral,
    OperatorRange,
    Call,
)
"""What is folded if its parts are; of all else, which is most of what is asked, only literals are constant."""


def fold(
    node: Expression,
    calls: Mapping[int, Selection] = MappingProxyType({}),
    names: Mapping[str, Value] = MappingProxyType({}),
) -> Value:
    """Return the value of an expression of literals and known names; raise `NotConstant` if it is none.

    `calls` are the signatures that the checker has chosen for calls of built-ins, by the `id` of the node; `names` are
    the values of names that are known beforehand, such as parameters.
    """
    if not isinstance(node, _COMPOSED):
        return _single(node, names)
    warnings: Warnings = []
    with localcontext(FEEL_CONTEXT):
        value = _Folding(calls, names, warnings).value(node)
    if warnings:
        raise NotConstant
    return value


def _single(node: Expression, names: Mapping[str, Value]) -> Value:
    if isinstance(node, Name) and node.name in names:
        return names[node.name]
    return literal_value(node)


def literal_value(node: Expression) -> Value:
    """Return the value of a single literal; raise `NotConstant` if the node is none."""
    match node:
        case NumberLiteral():
            return FEEL_CONTEXT.plus(node.value)  # to the 34 digits that numbers have
        case StringLiteral() | BooleanLiteral():
            return node.value
        case NullLiteral():
            return None
        case TemporalLiteral():
            value = parse_temporal(node.text)
            if value is not None:
                return value
    raise NotConstant


class _Folding:
    """Computes one expression."""

    def __init__(self, calls: Mapping[int, Selection], names: Mapping[str, Value], warnings: Warnings) -> None:
        self._calls = calls
        self._names = names
        self._warnings = warnings

    def value(self, node: Expression) -> Value:
        """Return the value of an expression of literals and known names; raise `NotConstant` if it is none."""
        match node:
            case Negation(operand=operand):
                return negate(self.value(operand), self._warnings, NO_PLACE)
            case Arithmetic(operator=symbol, left=left, right=right):
                return calculate(symbol, self.value(left), self.value(right), self._warnings, NO_PLACE)
            case Comparison(operator=symbol, left=left, right=right):
                compared = equality if symbol in ("=", "!=") else compare
                return compared(symbol, self.value(left), self.value(right), self._warnings, NO_PLACE)
            case Between(operand=operand, low=low, high=high):
                ends = (self.value(low), self.value(high))
                return within(self.value(operand), *ends, True, True, self._warnings, NO_PLACE)
            case ListLiteral(items=items):
                return [self.value(item) for item in items]
            case ContextLiteral(entries=entries) if len({entry.key for entry in entries}) == len(entries):
                return {entry.key: self.value(entry.value) for entry in entries}
            case RangeLiteral() | OperatorRange():
                return self._range(node)
            case Call() if id(node) in self._calls:
                return self._call(node, self._calls[id(node)])
        return _single(node, self._names)

    def _range(self, node: RangeLiteral | OperatorRange) -> Value:
        if isinstance(node, OperatorRange):
            end = self.value(node.endpoint)
            return None if end is None else operator_range(node.operator, end)
        low, high = self.value(node.low), self.value(node.high)
        return None if low is None or high is None else Range(low, high, node.low_included, node.high_included)

    def _call(self, node: Call, selection: Selection) -> Value:
        """Return what a built-in gives for constants; they have no effects, and only some read the time."""
        signature = selection.signature
        if not selection.is_sure or signature.reads_moment:
            raise NotConstant
        values = [self.value(argument.value) for argument in node.arguments]
        given = [None if index is None else values[index] for index in selection.order]
        for position, index in enumerate(selection.order):
            if index is not None and given[position] is None and not signature.parameter(position).takes_null:
                return None
        return attempt(signature.implementation, self._warnings, NO_PLACE, *given)
