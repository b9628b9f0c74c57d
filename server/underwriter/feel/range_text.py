"""Reads a range written as a text, such as `[1..3]` or `(..3]`: its ends must be literals (DMN 1.5, 10.3.4.1)."""

import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Final

from underwriter.feel.faults import Fault
from underwriter.feel.folding import NotConstant, literal_value
from underwriter.feel.nodes import Call, Expression, Name, Negation, RangeLiteral, StringLiteral
from underwriter.feel.parsing.parser import Parser
from underwriter.feel.source import Source
from underwriter.feel.temporal import parse_date, parse_date_time, parse_duration, parse_time
from underwriter.feel.values import Range, Value, operator_range

_READERS: Final[Mapping[str, Callable[[str], Value]]] = {
    "date": parse_date,
    "time": parse_time,
    "date and time": parse_date_time,
    "duration": parse_duration,
}
_PARSER: Final = Parser(_READERS)
_NO_LOW: Final = re.compile(r"\s*[(\]]\s*(?=\.\.)")
_NO_HIGH: Final = re.compile(r"(?<=\.\.)\s*[)\[]\s*\Z")


def parse_range(text: str) -> Range:
    """Return the range that a text tells; raise `Fault` if it tells none. Its ends may be of any kinds.

    An open end may be left out: `(..3]` is the range `(<= 3)`.
    """
    try:
        if start := _NO_LOW.match(text):
            tree = _range(f"(0{text[start.end() :]}")
            return operator_range("<=" if tree.high_included else "<", _end(tree.high))
        if rest := _NO_HIGH.search(text):
            tree = _range(f"{text[: rest.start()]}0)")
            return operator_range(">=" if tree.low_included else ">", _end(tree.low))
        tree = _range(text)
        return Range(_end(tree.low), _end(tree.high), tree.low_included, tree.high_included)
    except NotConstant:
        raise Fault("bad-conversion", '"{}" is not a range between two literals', text) from None


def _range(text: str) -> RangeLiteral:
    """Return the tree of a range; raise `NotConstant` if the text is something else."""
    tree = _PARSER.parse_expression(Source(text)).tree
    if not isinstance(tree, RangeLiteral):
        raise NotConstant
    return tree


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
