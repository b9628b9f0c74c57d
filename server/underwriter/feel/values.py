"""What FEEL values are in Python (DMN 1.5, 10.3.2.2).

number: a finite `Decimal`; string: `str`; boolean: `bool`; null: `None`; date: `datetime.date`; time:
`datetime.time`; date and time: `datetime.datetime`; days and time duration: `datetime.timedelta`; years and months
duration: `MonthsDuration`; list: `list`; context: `dict[str, Value]`; range: `Range`; function: `Function`.
All are treated as immutable. Python's own equality is not FEEL's: `Decimal(1) == True` there.
"""

import datetime
from collections.abc import Callable
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Context, Decimal
from typing import TypeAlias

from underwriter.feel.types import (
    ANY,
    BOOLEAN,
    DATE,
    DATE_TIME,
    DAYS_DURATION,
    MONTHS_DURATION,
    NULL,
    NUMBER,
    STRING,
    TIME,
    ChoiceType,
    ContextType,
    FunctionType,
    ListType,
    RangeType,
    Type,
    join,
)

Value: TypeAlias = object

FEEL_CONTEXT = Context(prec=34, rounding=ROUND_HALF_EVEN, Emin=-6143, Emax=6144, traps=[])
"""Decimal128 arithmetic without traps: a number too large becomes infinite, which generated code turns into null."""


@dataclass(frozen=True, slots=True, order=True)
class MonthsDuration:
    """A years and months duration, in months; negative ones run backwards."""

    months: int


@dataclass(frozen=True, slots=True)
class Range:
    """The values between two ends, each of which may belong to it or not. An end of None is open without limit."""

    low: Value
    high: Value
    low_included: bool = True
    high_included: bool = True


@dataclass(frozen=True, slots=True)
class Function:
    """A function value: the names of its parameters, in order, and what it does with the arguments."""

    parameters: tuple[str, ...]
    body: Callable[..., Value]

    def __call__(self, *arguments: Value) -> Value:
        """Return the result for the arguments, by place and as many as parameters."""
        return self.body(*arguments)


_KINDS: dict[type, Type] = {
    Decimal: NUMBER,
    str: STRING,
    bool: BOOLEAN,
    type(None): NULL,
    datetime.date: DATE,
    datetime.time: TIME,
    datetime.datetime: DATE_TIME,
    datetime.timedelta: DAYS_DURATION,
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
    """Return the narrowest type of a value, items and entries included."""
    if isinstance(value, list):
        item: Type = NULL
        for element in value:
            item = join(item, type_of(element))
        return ListType(item=ANY if item == NULL else item)
    if isinstance(value, dict):
        return ContextType(fields={name: type_of(entry) for name, entry in value.items()})
    if isinstance(value, Range):
        return RangeType(item=join(type_of(value.low), type_of(value.high)))
    if isinstance(value, Function):
        return FunctionType(parameters=tuple((name, ANY) for name in value.parameters))
    return kind_of(value)


def is_instance(value: Value, wanted: Type) -> bool:
    """Tell whether a value, or null, is of a type (DMN 1.5, 10.3.2.9.3). Parameters of functions are not compared."""
    if value is None or wanted == ANY:
        return True
    if isinstance(wanted, ListType):
        return isinstance(value, list) and all(is_instance(item, wanted.item) for item in value)
    if isinstance(wanted, ContextType):
        return isinstance(value, dict) and all(
            name in value and is_instance(value[name], type_) for name, type_ in wanted.fields.items()
        )
    if isinstance(wanted, RangeType):
        return isinstance(value, Range) and is_instance(value.low, wanted.item) and is_instance(value.high, wanted.item)
    if isinstance(wanted, ChoiceType):
        return isinstance(value, str) and value in wanted.values
    return kind_of(value).name == wanted.name
