"""The same promises as the generated code, kept slowly and plainly by reflection: what it is compared with."""

import datetime
import math
import re
import unicodedata
from collections.abc import Iterator, Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any

from google.protobuf.descriptor import FieldDescriptor

from underwriter.feel.temporal import parse_date, parse_date_time
from underwriter.feel.types import Type

from .random_messages import MEMBERS, NANOS, constraint

SCALARS_OF = {"google.type.Money", "google.type.Decimal", "google.type.Date", "google.protobuf.Timestamp"}


def faulty_paths(message: Any, currency: str, attributes: Mapping[str, Type], prefix: str = "") -> Iterator[str]:
    """Yield the path of every fault of a message, in the order of its fields."""
    for field in message.DESCRIPTOR.fields:
        path = f"{prefix}{field.name}"
        option, value = constraint(field), getattr(message, field.name)
        limit = option.max_items if option.HasField("max_items") else 100
        if field.name == "attributes":
            yield from _faulty_attributes(value, path, limit, currency, attributes)
        elif field.is_repeated:
            if len(value) > limit or (option.required and not value):
                yield path
                continue
            for index, item in enumerate(value):
                yield from _faulty_value(field, item, f"{path}[{index}]", currency, attributes)
        elif _was_sent(message, field):
            yield from _faulty_value(field, value, path, currency, attributes)
        elif option.required:
            yield path


def _was_sent(message: Any, field: FieldDescriptor) -> bool:
    return message.HasField(field.name) if field.has_presence else bool(getattr(message, field.name))


def _faulty_attributes(
    entries: Any, path: str, limit: int, currency: str, attributes: Mapping[str, Type]
) -> Iterator[str]:
    if len(entries) > limit:
        yield path
        return
    for name in entries:
        entry = f'{path}["{name}"]'
        if name not in attributes or entries[name].WhichOneof("value") not in MEMBERS[name]:
            yield entry
        else:
            yield from faulty_paths(entries[name], currency, attributes, f"{entry}.")


def _faulty_value(
    field: FieldDescriptor, value: Any, path: str, currency: str, attributes: Mapping[str, Type]
) -> Iterator[str]:
    name = field.message_type.full_name if field.message_type else ""
    if name == "google.type.Money":
        yield from _faulty_money(field, value, path, currency)
    elif name == "google.protobuf.Timestamp":
        if not 0 <= value.nanos < NANOS:
            yield f"{path}.nanos"
        first, last = (
            int(datetime.datetime(*day, tzinfo=datetime.UTC).timestamp()) for day in [(1900, 1, 1), (2201, 1, 1)]
        )
        if not first <= value.seconds < last:
            yield path
    elif name == "google.type.Date":
        if not _is_day(value):
            yield path
    elif name == "google.type.Decimal":
        if not _is_decimal(value.value):
            yield path
    elif name:
        yield from faulty_paths(value, currency, attributes, f"{path}.")
    elif not _is_fine(field, value):
        yield path


def _faulty_money(field: FieldDescriptor, money: Any, path: str, currency: str) -> Iterator[str]:
    if money.currency_code != currency:
        yield f"{path}.currency_code"
    if not -NANOS < money.nanos < NANOS or (money.units > 0 > money.nanos) or (money.units < 0 < money.nanos):
        yield f"{path}.nanos"
    elif not _is_within(field, Fraction(money.units) + Fraction(money.nanos, NANOS)):
        yield path


def _is_within(field: FieldDescriptor, number: Fraction) -> bool:
    option = constraint(field)
    low, high = (Fraction(repr(bound)) for bound in (option.minimum, option.maximum))
    above = not option.HasField("minimum") or low <= number
    return above and (not option.HasField("maximum") or number <= high)


def _is_day(date: Any) -> bool:
    days = [31, 29 if (date.year % 4 == 0 and date.year % 100) or date.year % 400 == 0 else 28, 31, 30, 31, 30]
    days += [31, 31, 30, 31, 30, 31]
    return 1900 <= date.year <= 2200 and 1 <= date.month <= 12 and 1 <= date.day <= days[date.month - 1]


def _is_decimal(text: str) -> bool:
    match = re.fullmatch(r"[+-]?(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d{1,4}))?", text, re.ASCII)
    if not match or not (match[1] or match[2]) or len(text) > 100:
        return False
    digits, exponent = (match[1] + (match[2] or "")).lstrip("0"), int(match[3] or 0) - len(match[2] or "")
    return len(digits) <= 34 and exponent >= -34 and max(len(digits), 1) + exponent <= 34


def _is_fine(field: FieldDescriptor, value: Any) -> bool:
    option = constraint(field)
    if isinstance(value, bool):
        return True
    if isinstance(value, str):
        limit = option.max_length if option.HasField("max_length") else 256
        if option.pattern:
            return len(value) <= limit and re.fullmatch(option.pattern, value) is not None
        may = "\t\n\r" if limit >= 65_536 else ""
        return len(value) <= limit and all(unicodedata.category(c) != "Cc" or c in may for c in value)
    if field.enum_type is not None:
        return value in [known.number for known in field.enum_type.values]
    return math.isfinite(value) and _is_within(field, Fraction(repr(value)))


def bound(message: Any, path: tuple[str, ...], attributes: Mapping[str, Type]) -> Any:
    """Return the FEEL value at a path of a message."""
    name, *rest = path
    if name == "attributes":
        return (
            _attribute(message.attributes, rest[0])
            if rest
            else {n: _attribute(message.attributes, n) for n in attributes}
        )
    field = message.DESCRIPTOR.fields_by_name[name]
    value = getattr(message, name)
    if field.is_repeated:
        return [_beyond(field, item, rest, attributes) for item in value]
    if field.has_presence and not message.HasField(name):
        return None
    return _beyond(field, value, rest, attributes)


def _beyond(field: FieldDescriptor, value: Any, rest: list[str], attributes: Mapping[str, Type]) -> Any:
    if rest:
        return bound(value, tuple(rest), attributes)
    name = field.message_type.full_name if field.message_type else ""
    if name and name not in SCALARS_OF:
        return {inner.name: bound(value, (inner.name,), attributes) for inner in field.message_type.fields}
    if field.enum_type is not None:
        enum = field.enum_type.values_by_number[value].name
        prefix = re.sub(r"(?<!^)(?=[A-Z])", "_", field.enum_type.name).upper()
        return enum.removeprefix(f"{prefix}_") if value else None
    return _scalar(name, value)


def _scalar(name: str, value: Any) -> Any:
    if name == "google.type.Money":
        return Decimal(value.units) + Decimal(value.nanos) / NANOS
    if name == "google.type.Decimal":
        return Decimal(value.value)
    if name == "google.type.Date":
        return parse_date(f"{value.year:04}-{value.month:02}-{value.day:02}")
    if name == "google.protobuf.Timestamp":
        return parse_date_time(value.ToJsonString())
    if isinstance(value, str):
        return value or None
    return value if isinstance(value, bool) else Decimal(str(value))


def _attribute(entries: Any, name: str) -> Any:
    if name not in entries:
        return None
    member = entries[name].WhichOneof("value")
    value = bound(entries[name], (member,), {})
    return value["values"] if isinstance(value, dict) else value
