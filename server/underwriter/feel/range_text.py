"""Reads a range written as a text, such as `[1..3]`: both ends must be literals (DMN 1.5, 10.3.4.1)."""

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Final

from underwriter.feel.faults import Fault
from underwriter.feel.folding import NotConstant, literal_value
from underwriter.feel.nodes import Call, Expression, Name, Negation, RangeLiteral, StringLiteral
from underwriter.feel.parser import Parser
from underwriter.feel.source import Source
from underwriter.feel.temporal import parse_date, parse_date_time, parse_duration, parse_time
from underwriter.feel.values import Range, Value

_READERS: Final[Mapping[str, Callable[[str], Value]]] = {
    "date": parse_date,
    "time": parse_time,
    "date and time": parse_date_time,
    "duration": parse_duration,
}
_PARSER: Final = Parser(_READERS)


def parse_range(text: str) -> Range:
    """Return the range that a text tells; raise `Fault` if it tells none. Its ends may be of any kinds."""
    tree = _PARSER.parse_expression(Source(text)).tree
    if not isinstance(tree, RangeLiteral):
        raise _no_range(text)
    try:
        return Range(_end(tree.low), _end(tree.high), tree.low_included, tree.high_included)
    except NotConstant:
        raise _no_range(text) from None


def _no_range(text: str) -> Fault:
    return Fault("bad-conversion", '"{}" is not a range between two literals', text)


def _end(node: Expression) -> Value:
    """Return the value of a literal, which may be a negative number or the like of `date("2026-01-31")`."""
    match node:
        case Negation(operand=operand):
            value = literal_value(operand)
            if isinstance(value, Decimal):
                return -value
        case Call(function=Name(name=name), arguments=(argument,)):
            reader = _READERS.get(name)
            text = argument.value
            value = reader(text.value) if reader and isinstance(text, StringLiteral) else None
        case _:
            value = literal_value(node)
    if value is None:
        raise NotConstant
    return value
