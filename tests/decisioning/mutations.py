"""Every way to put one value of a valid message outside its constraint."""

import math
from collections.abc import Callable, Iterator
from typing import Any

from google.protobuf.descriptor import FieldDescriptor

from .random_messages import MEMBERS, constraint

Mutation = tuple[str, Callable[[], Any]]
"""The path of the fault that is to come, and what makes it."""


def mutations(message: Any, prefix: str = "") -> list[Mutation]:
    """Return the mutations of all values that a message holds."""
    return list(_mutations(message, prefix))


def _mutations(message: Any, prefix: str) -> Iterator[Mutation]:
    for field, value in message.ListFields():
        path = f"{prefix}{field.name}"
        if constraint(field).required:
            yield path, lambda field=field: message.ClearField(field.name)
        if field.name == "attributes":
            yield from _of_attributes(value, path)
        elif field.is_repeated:
            limit = constraint(field).max_items or 100
            yield path, lambda value=value, limit=limit: value.extend([value[0]] * limit)
            for index, item in enumerate(value):
                if field.message_type is not None:
                    yield from _of_message(field, item, f"{path}[{index}]")
        elif field.message_type is not None:
            yield from _of_message(field, value, path)
        else:
            for odd in _outside(field):
                yield path, lambda field=field, odd=odd: setattr(message, field.name, odd)


def _of_attributes(entries: Any, path: str) -> Iterator[Mutation]:
    yield f'{path}["unheard_of"]', lambda: entries["unheard_of"].SetInParent()
    for name in entries:
        if "flag" not in MEMBERS[name]:
            yield f'{path}["{name}"]', lambda name=name: setattr(entries[name], "flag", True)
        if entries[name].HasField("text"):
            yield f'{path}["{name}"].text', lambda name=name: setattr(entries[name], "text", "x" * 1025)


def _of_message(field: FieldDescriptor, value: Any, path: str) -> Iterator[Mutation]:
    kind = field.message_type.full_name
    if kind == "google.type.Money":
        maximum = int(constraint(field).maximum) or 2**62
        yield path, lambda: value.MergeFrom(type(value)(units=maximum, nanos=1))
        yield f"{path}.nanos", lambda: setattr(value, "nanos", 10**9)
        yield f"{path}.currency_code", lambda: setattr(value, "currency_code", "USD")
    elif kind == "google.type.Decimal":
        for text in ["", "NaN", "-Infinity", "1,5", "٣", "1" * 35, "1e35", "1e-35", "0x1", " 1"]:
            yield path, lambda text=text: setattr(value, "value", text)
    elif kind == "google.type.Date":
        for part, odd in [
            ("year", 0),
            ("year", 1899),
            ("year", 2201),
            ("month", 0),
            ("month", 13),
            ("day", 0),
            ("day", 32),
        ]:
            yield path, lambda part=part, odd=odd: setattr(value, part, odd)
    elif kind == "google.protobuf.Timestamp":
        yield path, lambda: setattr(value, "seconds", 2**40)
        yield f"{path}.nanos", lambda: setattr(value, "nanos", -1)
    else:
        yield from _mutations(value, f"{path}.")


def _outside(field: FieldDescriptor) -> list[Any]:
    option = constraint(field)
    if field.cpp_type == FieldDescriptor.CPPTYPE_STRING:
        long = "9" * ((option.max_length or 256) + 1)
        return [long, "a\x00b", "\u0085"]
    if field.cpp_type == FieldDescriptor.CPPTYPE_ENUM:
        return [99, -1]
    if field.cpp_type == FieldDescriptor.CPPTYPE_DOUBLE:
        return [math.nan, math.inf, -math.inf, option.minimum - 0.001, option.maximum + 0.001]
    if field.cpp_type == FieldDescriptor.CPPTYPE_INT32:
        return [int(option.minimum) - 1, int(option.maximum) + 1]
    return []
