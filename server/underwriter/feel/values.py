"""What FEEL values are in Python (DMN 1.5, 10.3.2.2).

number: a finite `Decimal`; string: `str`; boolean: `bool`; null: `None`; date: `Date`; time: `Time`; date and time:
`DateTime`; days and time duration: `DaysDuration`; years and months duration: `MonthsDuration`; list: `list`; context:
`dict[str, Value]`; range: `Range`; function: `Function`.
All are treated as immutable. Python's own equality is not FEEL's: `Decimal(1) == True` there.
"""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Context, Decimal
from typing import TypeAlias

from underwriter.feel.temporal import Date, DateTime, DaysDuration, MonthsDuration, Time
from underwriter.feel.types import (
    ANY,
    BOOLEAN,
    DATE,
    DATE_TIME,
    DAYS_DURATION,
    MAXIMUM_NESTING,
    MONTHS_DURATION,
    NULL,
    NUMBER,
    STRING,
    TIME,
    ChoiceType,
    ConstrainedType,
    ContextType,
    FunctionType,
    ListType,
    RangeType,
    Type,
    conforms,
    join,
)

Value: TypeAlias = object

FEEL_CONTEXT = Context(prec=34, rounding=ROUND_HALF_EVEN, Emin=-6143, Emax=6144, traps=[])
"""Decimal128 arithmetic without traps: a number too large becomes infinite, which generated code turns into null."""


@dataclass(frozen=True, slots=True)
class Range:
    """The values between two ends, each of which may belong to it or not. An end of None is open without limit.

    `operator` tells of a range that is written with one, such as `(< 10)`: it equals only one that is written so too.
    Those of `(!= 10)` are all values but the one that is both ends.
    """

    low: Value
    high: Value
    low_included: bool = True
    high_included: bool = True
    operator: str | None = None


def operator_range(operator: str, endpoint: Value) -> Range:
    """Return the range of all values that stand in a relation to the endpoint."""
    low = None if operator in ("<", "<=") else endpoint
    high = None if operator in (">", ">=") else endpoint
    return Range(low, high, operator in ("=", ">="), operator in ("=", "<="), operator)


_ANY_FUNCTION = FunctionType()


@dataclass(frozen=True, slots=True)
class Function:
    """A function value: the names of its parameters, in order, what it does with the arguments, and its type.

    `invoked` is how a built-in takes arguments, since it may do so in several ways: their names (None for one given by
    place), the warnings, the place, and the values.
    """

    parameters: tuple[str, ...]
    body: Callable[..., Value]
    type: FunctionType = _ANY_FUNCTION
    invoked: Callable[..., Value] | None = None

    def __call__(self, *arguments: Value) -> Value:
        """Return the result for the arguments, by place and as many as parameters."""
        return self.body(*arguments)


_KINDS: dict[type, Type] = {
    Decimal: NUMBER,
    str: STRING,
    bool: BOOLEAN,
    type(None): NULL,
    Date: DATE,
    Time: TIME,
    DateTime: DATE_TIME,
    DaysDuration: DAYS_DURATION,
    MonthsDuration: MONTHS_DURATION,
    list: ListType(),
    dict: ContextType(is_open=True),
    Range: RangeType(),
    Function: FunctionType(),
}


def kind_of(value: Value) -> Type:
    """Return a value's type, without looking inside lists, contexts, ranges and functions."""
    return _KINDS.get(type(value), ANY)


def type_of(value: Value) -> Type:
    """Return the narrowest type of a value, items and entries included, as far as types are nested."""
    return _type_of(value, {}, MAXIMUM_NESTING)


def _type_of(value: Value, known: dict[tuple[int, int], Type], depth: int) -> Type:
    """Return a value's type down to a depth. What is held in many places is looked at once a depth."""
    if not isinstance(value, list | dict | Range | Function):
        return kind_of(value)
    if depth == 0:
        return ANY
    key = (id(value), depth)
    if key not in known:
        known[key] = _type_of_whole(value, known, depth - 1)
    return known[key]


def _type_of_whole(
    value: "list[Value] | dict[str, Value] | Range | Function", known: dict[tuple[int, int], Type], depth: int
) -> Type:
    match value:
        case list():
            item: Type = NULL
            for element in value:
                item = join(item, _type_of(element, known, depth))
            return ListType(item=ANY if item == NULL else item)
        case dict():
            return ContextType(fields={name: _type_of(entry, known, depth) for name, entry in value.items()})
        case Range():
            return RangeType(item=join(_type_of(value.low, known, depth), _type_of(value.high, known, depth)))
    return _type_of_function(value)


def _type_of_function(function: Function) -> FunctionType:
    if function.type.parameters is not None or function.invoked is not None:
        return function.type
    return FunctionType(parameters=tuple((name, ANY) for name in function.parameters), result=function.type.result)


def is_instance(value: Value, wanted: Type) -> bool:
    """Tell whether a value, or null, is of a type (DMN 1.5, 10.3.2.9.3)."""
    if value is None or wanted == ANY:
        return True
    match wanted:
        case ConstrainedType():
            return is_instance(value, wanted.base) and wanted.accepts(value)
        case ListType():
            return isinstance(value, list) and _are_instances(value, wanted.item)
        case ContextType():
            return isinstance(value, dict) and all(
                name in value and is_instance(value[name], type_) for name, type_ in wanted.fields.items()
            )
        case RangeType():
            ends = (value.low, value.high) if isinstance(value, Range) else None
            return ends is not None and all(is_instance(end, wanted.item) for end in ends)
        case ChoiceType():
            return isinstance(value, str) and value in wanted.values
        case FunctionType():
            return isinstance(value, Function) and conforms(_type_of_function(value), wanted)
    return kind_of(value) == wanted


def _are_instances(items: list[Value], wanted: Type) -> bool:
    """Tell whether all items are of a type; in most lists their classes alone tell it."""
    if all(_KINDS.get(kind) in (wanted, NULL) for kind in {*map(type, items)}):
        return True
    return all(is_instance(item, wanted) for item in items)
