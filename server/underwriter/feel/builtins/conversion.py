"""Functions that turn one kind of value into another (DMN 1.5, 10.3.4.1)."""

import re
from decimal import Decimal

from underwriter.feel.builtins.entry import Builtin, Parameter, Signature
from underwriter.feel.faults import Fault
from underwriter.feel.types import ANY, NUMBER, STRING
from underwriter.feel.value_text import feel_text
from underwriter.feel.values import FEEL_CONTEXT, Value

_NUMBER = re.compile(r"-?(\d+(\.\d+)?|\.\d+)([eE][+-]?\d+)?", re.ASCII)
_SEPARATORS = (" ", ",", ".", None)


def _number(text: str, grouping: str | None = None, decimal: str | None = None) -> Decimal:
    if grouping not in _SEPARATORS or decimal not in (".", ",", None) or (grouping == decimal and grouping is not None):
        raise Fault("bad-conversion", "'{}' and '{}' cannot separate a number's parts", grouping, decimal)
    plain = text.replace(grouping, "") if grouping else text
    plain = plain.replace(decimal, ".") if decimal else plain
    if not _NUMBER.fullmatch(plain):
        raise Fault("bad-conversion", '"{}" is not a number', text)
    return FEEL_CONTEXT.create_decimal(plain)


def _string(value: Value) -> str:
    return value if isinstance(value, str) else feel_text(value)


_OPTIONAL_SEPARATORS = (
    Parameter("grouping separator", STRING, takes_null=True),
    Parameter("decimal separator", STRING, takes_null=True),
)

NUMBER_ = Builtin(
    "number",
    "The number that a text tells, with these separators of groups and decimals; null if it tells none.",
    'number("1500.5") = 1500.5 and number("1.500,5", ".", ",") = 1500.5',
    (
        Signature((Parameter("from", STRING), *_OPTIONAL_SEPARATORS), NUMBER, _number),
        Signature((Parameter("from", STRING),), NUMBER, _number),
        Signature((Parameter("from", NUMBER),), NUMBER, lambda number: number, is_total=True, template="{0}"),
    ),
)
STRING_ = Builtin(
    "string",
    "The value as text, as FEEL writes it; a string as it is.",
    'string(1.5) = "1.5" and string([1, "a"]) = "[1, \\"a\\"]"',
    (Signature((Parameter("from", ANY),), STRING, _string),),
)

CONVERSION = (NUMBER_, STRING_)
