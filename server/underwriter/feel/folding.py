"""Constant folding: what literals alone decide is computed once, before code is generated."""

from decimal import localcontext
from typing import Final

from underwriter.feel.arithmetic import calculate, negate
from underwriter.feel.comparison import compare, equal, unequal, within
from underwriter.feel.faults import Place, Warnings
from underwriter.feel.nodes import (
    Arithmetic,
    Between,
    BooleanLiteral,
    Comparison,
    ContextLiteral,
    Expression,
    ListLiteral,
    Negation,
    NullLiteral,
    NumberLiteral,
    RangeLiteral,
    StringLiteral,
    TemporalLiteral,
)
from underwriter.feel.source import Source
from underwriter.feel.temporal import parse_temporal
from underwriter.feel.values import FEEL_CONTEXT, Range, Value


class NotConstant(Exception):
    """A signal, no error: the expression reads something, or gives a warning, so it is left to run time."""


NO_PLACE: Final = Place(Source(""), Source("").whole)


def fold(node: Expression) -> Value:
    """Return the value of an expression of literals alone; raise `NotConstant` if it is none."""
    warnings: Warnings = []
    with localcontext(FEEL_CONTEXT):
        value = _value(node, warnings)
    if warnings:
        raise NotConstant
    return value


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


def _value(node: Expression, warnings: Warnings) -> Value:
    match node:
        case Negation(operand=operand):
            return negate(_value(operand, warnings), warnings, NO_PLACE)
        case Arithmetic(operator=symbol, left=left, right=right):
            return calculate(symbol, _value(left, warnings), _value(right, warnings), warnings, NO_PLACE)
        case Comparison(operator=symbol, left=left, right=right):
            return _compared(symbol, _value(left, warnings), _value(right, warnings), warnings)
        case Between(operand=operand, low=low, high=high):
            ends = (_value(low, warnings), _value(high, warnings))
            return within(_value(operand, warnings), *ends, True, True, warnings, NO_PLACE)
        case ListLiteral(items=items):
            return [_value(item, warnings) for item in items]
        case ContextLiteral(entries=entries) if len({entry.key for entry in entries}) == len(entries):
            return {entry.key: _value(entry.value, warnings) for entry in entries}
        case RangeLiteral(low=low, high=high):
            ends = (_value(low, warnings), _value(high, warnings))
            if None in ends:
                return None
            return Range(*ends, node.low_included, node.high_included)
    return literal_value(node)


def _compared(symbol: str, left: Value, right: Value, warnings: Warnings) -> Value:
    if symbol == "=":
        return equal(left, right)
    if symbol == "!=":
        return unequal(left, right)
    return compare(symbol, left, right, warnings, NO_PLACE)
