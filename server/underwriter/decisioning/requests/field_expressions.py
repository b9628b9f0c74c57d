"""How generated code turns one protobuf field into a FEEL value: an expression for each kind of field."""

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from google.protobuf.descriptor import FieldDescriptor

from underwriter.decisioning.requests.field_values import CENTS, add_exactly, amount, day, moment
from underwriter.feel.types import BOOLEAN, DATE, NUMBER, STRING, ListType, Type
from underwriter.feel.values import Value
from underwriter.policy.inputs import FieldKind, choices, kind_of_field

Constant = Callable[[object], str]
"""Gives the name by which generated code reads an object."""

_SMALL_NUMBERS = tuple(Decimal(number) for number in range(1024))
_ZERO = _SMALL_NUMBERS[0]


def value_expression(field: FieldDescriptor, value: str, present: str, constant: Constant) -> str:
    """Return the expression of a scalar's FEEL value.

    `value` is the expression that reads it and `present` the one that tells whether it was sent, empty if it was for
    certain. Presence is asked only of a zero, since any other value must have been sent.
    """
    return _EXPRESSIONS[kind_of_field(field)](field, value, present, constant)


def screened_expression(field: FieldDescriptor, value: str, present: str, constant: Constant) -> str:
    """Return the same for a value that its check's screen passed: of an amount, that left the parts in `n` and `f`."""
    if kind_of_field(field) is FieldKind.MONEY:
        return f"{constant(Decimal)}(n) if not f else {_with_fraction(value, constant)}"
    return value_expression(field, value, present, constant)


def _integer(field: FieldDescriptor, value: str, present: str, constant: Constant) -> str:
    del field
    decimal, small, zero = constant(Decimal), constant(_SMALL_NUMBERS), constant(_ZERO)
    number = f"({small}[n] if 0 < n < {len(_SMALL_NUMBERS)} else {decimal}(n))"
    return f"{number} if (n := {value}) else {_if_present(zero, present)}"


def _double(field: FieldDescriptor, value: str, present: str, constant: Constant) -> str:
    del field
    return f"{constant(Decimal)}(repr(n)) if (n := {value}) else {_if_present(constant(_ZERO), present)}"


def _boolean(field: FieldDescriptor, value: str, present: str, constant: Constant) -> str:
    del field, constant
    return f"{value} or {_if_present('False', present)}"


def _text(field: FieldDescriptor, value: str, present: str, constant: Constant) -> str:
    del field, present, constant
    return f"{value} or None"


def _choice(field: FieldDescriptor, value: str, present: str, constant: Constant) -> str:
    del present
    return f"{constant(choices(field.enum_type).get)}({value})"


def _money(field: FieldDescriptor, value: str, present: str, constant: Constant) -> str:
    del field
    number = f"({constant(Decimal)}(n) if not (f := m.nanos) else {_with_fraction('m', constant)})"
    return f"{number} if (n := (m := {value}).units) else {_if_present(f'{constant(amount)}(m)', present)}"


def _with_fraction(money: str, constant: Constant) -> str:
    cents = constant(CENTS)
    in_cents = f"{constant(add_exactly)}({constant(Decimal)}(n), {cents}[f])"
    return f"{in_cents} if f in {cents} else {constant(amount)}({money})"


def _converted_by(convert: Callable[[Any], Value]) -> Callable[[FieldDescriptor, str, str, Constant], str]:
    def expression(field: FieldDescriptor, value: str, present: str, constant: Constant) -> str:
        del field
        return _if_present(f"{constant(convert)}({value})", present)

    return expression


def _number(decimal: Any) -> Decimal:
    return Decimal(decimal.value)


def _if_present(expression: str, present: str) -> str:
    return f"({expression} if {present} else None)" if present else expression


_EXPRESSIONS: Mapping[FieldKind, Callable[[FieldDescriptor, str, str, Constant], str]] = {
    FieldKind.INTEGER: _integer,
    FieldKind.DOUBLE: _double,
    FieldKind.BOOLEAN: _boolean,
    FieldKind.TEXT: _text,
    FieldKind.CHOICE: _choice,
    FieldKind.MONEY: _money,
    FieldKind.DECIMAL: _converted_by(_number),
    FieldKind.DATE: _converted_by(day),
    FieldKind.MOMENT: _converted_by(moment),
}


def _numeric_attribute(attribute: Any) -> Decimal:
    return amount(attribute.money) if attribute.HasField("money") else _number(attribute.number)


_ATTRIBUTES: Mapping[Type, Callable[[Any], Value]] = {
    NUMBER: _numeric_attribute,
    STRING: lambda attribute: attribute.text or None,
    BOOLEAN: lambda attribute: attribute.flag,
    DATE: lambda attribute: day(attribute.date),
    ListType(item=STRING): lambda attribute: list(attribute.texts.values),
    ListType(item=NUMBER): lambda attribute: [_number(item) for item in attribute.numbers.values],
}


class AttributeReader:
    """Reads one declared attribute from the map of those sent; null if it was not."""

    def __init__(self, name: str, type_: Type) -> None:
        self.name = name
        self._convert = _ATTRIBUTES[type_]

    def __call__(self, entries: Mapping[str, Any]) -> Value:
        """Return the attribute's value."""
        return self._convert(entries[self.name]) if self.name in entries else None
