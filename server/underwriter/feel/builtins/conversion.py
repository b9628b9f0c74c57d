"""Functions that turn one kind of value into another (DMN 1.5, 10.3.4.1)."""

import re
from decimal import Decimal

from underwriter.feel.bounds import MAXIMUM_TEXT, spend_on
from underwriter.feel.builtins.entry import Builtin, Parameter, Signature
from underwriter.feel.builtins.kinds import ORDERED_KINDS, is_less
from underwriter.feel.faults import Fault
from underwriter.feel.range_text import parse_range
from underwriter.feel.types import ANY, NUMBER, STRING, RangeType
from underwriter.feel.value_text import text_parts
from underwriter.feel.values import FEEL_CONTEXT, Range, Value, kind_of

_NUMBER = re.compile(r"-?(\d+(\.\d+)?|\.\d+)([eE][+-]?\d+)?", re.ASCII)
_SEPARATORS = (" ", ",", ".", None)


def _number(text: str, grouping: str | None = None, decimal: str | None = None) -> Decimal:
    if grouping not in _SEPARATORS or decimal not in _SEPARATORS or (grouping == decimal and grouping is not None):
        raise Fault("bad-conversion", "'{}' and '{}' cannot separate a number's parts", grouping, decimal)
    plain = text.replace(grouping, "") if grouping else text
    if decimal and decimal != ".":
        plain = plain.translate({ord("."): " ", ord(decimal): "."})  # a point has no meaning then
    if not _NUMBER.fullmatch(plain):
        raise Fault("bad-conversion", '"{}" is not a number', text)
    return FEEL_CONTEXT.create_decimal(plain)


def _string(value: Value) -> str:
    if isinstance(value, str):
        return value
    parts: list[str] = []
    room = MAXIMUM_TEXT
    for part in text_parts(value):
        parts.append(part)
        room -= len(part)
        if room < 0:
            raise Fault("too-long", "the string has more than {} characters", MAXIMUM_TEXT)
    found = "".join(parts)
    spend_on(found, parts)
    return found


def _range(text: str) -> Range:
    found = parse_range(text)
    ends = [end for end in (found.low, found.high) if end is not None]
    kinds = {kind_of(end) for end in ends}
    if len(kinds) > 1 or not kinds <= set(ORDERED_KINDS):
        raise Fault("bad-conversion", "the ends of {} are not of one kind that has an order", text)
    if len(ends) == 2 and is_less(found.high, found.low):
        raise Fault("bad-conversion", "the ends of {} are the wrong way round", text)
    return found


_GROUPING = Parameter("grouping separator", STRING, takes_null=True, is_optional=True)
_DECIMAL = Parameter("decimal separator", STRING, takes_null=True, is_optional=True)

NUMBER_ = Builtin(
    "number",
    "The number that a text tells, with a separator of groups and one of decimals (space, comma or point) if given; "
    "null if it tells none.",
    'number("1500.5") = 1500.5 and number("1.500,5", ".", ",") = 1500.5',
    (Signature((Parameter("from", STRING), _GROUPING, _DECIMAL), NUMBER, _number),),
)
STRING_ = Builtin(
    "string",
    "The value as text, as FEEL writes it; a string as it is; null for null.",
    'string(1.5) = "1.5" and string([1, "a"]) = "[1, \\"a\\"]"',
    (Signature((Parameter("from", ANY),), STRING, _string),),
)
RANGE = Builtin(
    "range",
    "The range that a text tells; its ends must be literals of one kind, in order. An open end may be left out.",
    'range("[18..21)") = [18..21) and range("[18..)") = (>= 18) and '
    '@"2026-06-30" in range("[@\\"2026-01-01\\"..@\\"2026-12-31\\"]")',
    (Signature((Parameter("from", STRING),), RangeType(), _range),),
)

CONVERSION = (NUMBER_, STRING_, RANGE)
