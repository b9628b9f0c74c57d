"""The function `is` (DMN 1.5, 10.3.4.10): whether two values are the same, not only equal."""

from underwriter.feel.builtins.entry import Builtin, Parameter, Signature
from underwriter.feel.comparison import alike
from underwriter.feel.temporal import DateTime, Time
from underwriter.feel.types import BOOLEAN
from underwriter.feel.values import Value


def is_same(left: Value, right: Value) -> bool:
    """Tell whether two values are the same element of FEEL's domain: of one kind, and alike in every part.

    Dates and times of one moment in different zones are equal but not the same.
    """
    return left.__class__ is right.__class__ and alike(left, right, _are_same)


def _are_same(left: Value, right: Value) -> bool:
    """Compare two values of one class that hold no others."""
    if isinstance(left, Time | DateTime):
        return _zoned_parts(left) == _zoned_parts(right)
    return bool(left == right)


def _zoned_parts(value: Value) -> object:
    if isinstance(value, DateTime):
        return value.date, _zoned_parts(value.time), value.offset
    return (value.number, value.zone) if isinstance(value, Time) else None


def _is_null(value: Value) -> bool:
    return value is None


_FIRST, _SECOND = Parameter("value1", takes_null=True), Parameter("value2", takes_null=True)

IS = Builtin(
    "is",
    "Whether both values are the same: of one kind, equal, and in the same zone. A value left out is null.",
    'is(@"P1D", @"PT24H") and not(is(@"12:00:00+01:00", @"11:00:00Z"))',
    (
        Signature((_FIRST, _SECOND), BOOLEAN, is_same, is_total=True),
        Signature((_FIRST,), BOOLEAN, _is_null, is_total=True),
        Signature((_SECOND,), BOOLEAN, _is_null, is_total=True),
    ),
)

IDENTITY = (IS,)
