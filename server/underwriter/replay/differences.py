"""Compares two messages field by field."""

from collections.abc import Callable, Collection, Iterator, Mapping
from itertools import zip_longest
from typing import Any, NamedTuple

from google.protobuf.descriptor import FieldDescriptor
from google.protobuf.message import Message

from underwriter.decisioning.requests.field_values import amount


class Difference(NamedTuple):
    """A field that differs: its path, such as `offers[0].annual_rate`, and both values as text, empty for none."""

    path: str
    recorded: str
    replayed: str


def differences(
    recorded: Message | None, replayed: Message | None, path: str = "", leaving_out: Collection[str] = ()
) -> Iterator[Difference]:
    """Yield every field in which two messages of one type differ, in the order of the fields; None is no message.

    Lists are compared place by place, maps by key. Amounts, decimals, times and days are one value each. `path` is that
    of the messages themselves; fields of theirs named in `leaving_out` are not compared.
    """
    one = recorded if recorded is not None else replayed
    if one is None or recorded == replayed:
        return
    fields = one.DESCRIPTOR.fields
    if recorded is None or replayed is None:
        fields = [field for field, _ in one.ListFields()]
        if not fields:
            yield Difference(path, *("" if message is None else "empty" for message in (recorded, replayed)))
    for field in fields:
        if field.name not in leaving_out:
            name = f"{path}.{field.name}" if path else field.name
            yield from _field_differences(field, _value(recorded, field), _value(replayed, field), name)


def _value(message: Message | None, field: FieldDescriptor) -> Any:
    """Return the value of a field, None where there is none."""
    if message is None or (field.has_presence and not message.HasField(field.name)):
        return None
    return getattr(message, field.name)


def _field_differences(field: FieldDescriptor, recorded: Any, replayed: Any, path: str) -> Iterator[Difference]:
    if _is_map(field):
        recorded, replayed = recorded or {}, replayed or {}
        item = field.message_type.fields_by_name["value"]
        for key in sorted({*recorded, *replayed}):
            yield from _value_differences(item, recorded.get(key), replayed.get(key), f"{path}[{key}]")
    elif field.is_repeated:
        for place, (one, other) in enumerate(zip_longest(recorded or (), replayed or ())):
            yield from _value_differences(field, one, other, f"{path}[{place}]")
    else:
        yield from _value_differences(field, recorded, replayed, path)


def _value_differences(field: FieldDescriptor, recorded: Any, replayed: Any, path: str) -> Iterator[Difference]:
    if recorded == replayed:
        return
    if field.message_type is not None and field.message_type.full_name not in _ONE_VALUE:
        yield from differences(recorded, replayed, path)
    else:
        yield Difference(path, _text(field, recorded), _text(field, replayed))


def _is_map(field: FieldDescriptor) -> bool:
    return field.message_type is not None and bool(field.message_type.GetOptions().map_entry)


def _text(field: FieldDescriptor, value: Any) -> str:
    if value is None:
        return ""
    if field.message_type is not None:
        return _ONE_VALUE[field.message_type.full_name](value)
    if field.enum_type is not None:
        named = field.enum_type.values_by_number.get(value)
        return str(value) if named is None else named.name
    match value:
        case bool():
            return "true" if value else "false"
        case bytes():
            return value.hex()
        case float():
            return repr(value)
        case _:
            return str(value)


_ONE_VALUE: Mapping[str, Callable[[Any], str]] = {
    "google.type.Money": lambda money: f"{amount(money):f} {money.currency_code}",
    "google.type.Decimal": lambda decimal: str(decimal.value),
    "google.type.Date": lambda day: f"{day.year:04}-{day.month:02}-{day.day:02}",
    "google.protobuf.Timestamp": lambda time: str(time.ToJsonString()),
}
