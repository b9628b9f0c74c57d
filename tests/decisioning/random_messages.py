"""Random messages made from their descriptors: all in order, or wild."""

import datetime
import math
from collections.abc import Mapping
from random import Random
from typing import Any

from google.protobuf.descriptor import FieldDescriptor

from underwriter.feel.types import BOOLEAN, DATE, NUMBER, STRING, ListType, Type
from underwriter.v1 import constraints_pb2

CURRENCY = "CNY"
NANOS = 10**9

DECLARED: Mapping[str, Type] = {
    "housing_fund_months": NUMBER,
    "tax_region": STRING,
    "owns_home": BOOLEAN,
    "licence_date": DATE,
    "brands": ListType(item=STRING),
    "turnovers": ListType(item=NUMBER),
}

MEMBERS = {
    "housing_fund_months": ["number", "money"],
    "tax_region": ["text"],
    "owns_home": ["flag"],
    "licence_date": ["date"],
    "brands": ["texts"],
    "turnovers": ["numbers"],
}

FITTING = {
    "[A-Za-z0-9._:-]+": ["a", "customer-1", "A.b_c:d-9"],
    "[A-Z]{2}": ["CN", "DE"],
    "[0-9]{4}": ["0000", "5411"],
    "[A-Z0-9_]+": ["APP", "SPOUSE_2"],
    "[ABMCD]": ["A", "M"],
    "[0-9a-f]{64}": ["0" * 64, "af" * 32],
}


def constraint(field: FieldDescriptor) -> Any:
    return field.GetOptions().Extensions[constraints_pb2.constraint]


def filled(message_class: type, seed: int, share: float = 0.6) -> Any:
    """Return a message with about this share of its fields set, all within their constraints."""
    message = message_class()
    _fill(message, Random(seed), share)  # noqa: S311 - test data
    return message


def _fill(message: Any, rng: Random, share: float) -> None:
    message.SetInParent()
    for field in message.DESCRIPTOR.fields:
        if field.name == "attributes":
            _fill_attributes(message.attributes, rng, share)
        elif rng.random() < share or constraint(field).required:
            _set_field(message, field, rng, share)


def _set_field(message: Any, field: FieldDescriptor, rng: Random, share: float) -> None:
    if field.is_repeated:
        items = getattr(message, field.name)
        for _ in range(rng.choice([1, 2, 3])):
            if field.message_type is None:
                items.append(scalar(field, rng))
            else:
                fill_submessage(items.add(), field, rng, share)
    elif field.message_type is None:
        setattr(message, field.name, scalar(field, rng))
    else:
        fill_submessage(getattr(message, field.name), field, rng, share)


def _fill_attributes(entries: Any, rng: Random, share: float) -> None:
    for name, members in MEMBERS.items():
        if rng.random() < share:
            field = type(entries["x"]).DESCRIPTOR.fields_by_name[rng.choice(members)]
            _set_field(entries[name], field, rng, 1)
    entries.pop("x", None)


def fill_submessage(message: Any, field: FieldDescriptor, rng: Random, share: float) -> None:
    kind = field.message_type.full_name
    if kind == "google.type.Money":
        set_money(message, *money_bounds(field), rng)
    elif kind == "google.type.Decimal":
        message.value = rng.choice(["0", "-3", "0.25", "12345678901234567890.5", "1" * 34])
    elif kind == "google.type.Date":
        day = datetime.date(1900, 1, 1) + datetime.timedelta(
            days=rng.choice([0, 20_000, 36_583, rng.randrange(109_938)])
        )
        message.year, message.month, message.day = day.year, day.month, day.day
    elif kind == "google.protobuf.Timestamp":
        message.seconds = rng.choice([-2_208_988_800, 0, 1_760_000_000, 7_289_654_399])
        message.nanos = rng.choice([0, 1000, 999_999_000])
    else:
        _fill(message, rng, share)


def money_bounds(field: FieldDescriptor) -> tuple[int, int]:
    """Return the least and greatest amount in nanos."""
    option = constraint(field)
    low = round(option.minimum * NANOS) if option.HasField("minimum") else -(10**15) * NANOS
    high = round(option.maximum * NANOS) if option.HasField("maximum") else 10**15 * NANOS
    return low, high


def set_money(message: Any, low: int, high: int, rng: Random) -> None:
    cents = rng.randrange(-(10**8), 10**8) * 10**7
    total = min(max(rng.choice([low, high, 0, cents, cents + 1]), low), high)
    message.currency_code = CURRENCY
    message.units = abs(total) // NANOS * (1 if total >= 0 else -1)
    message.nanos = total - message.units * NANOS


def scalar(field: FieldDescriptor, rng: Random) -> Any:
    option = constraint(field)
    if field.cpp_type == FieldDescriptor.CPPTYPE_STRING:
        length = min(option.max_length or 256, 5000)
        return rng.choice(FITTING[option.pattern] if option.pattern else ["x", "借呗 a", "y" * length])
    if field.cpp_type == FieldDescriptor.CPPTYPE_BOOL:
        return rng.random() < 0.5
    if field.cpp_type == FieldDescriptor.CPPTYPE_ENUM:
        return rng.choice(field.enum_type.values).number
    low, high = option.minimum, option.maximum
    if field.cpp_type == FieldDescriptor.CPPTYPE_DOUBLE:
        return rng.choice([low, high, low + (high - low) * rng.random()])
    return int(rng.choice([low, high, rng.randint(int(low), int(high)), min(high, max(low, 7))]))


def wild(message_class: type, seed: int) -> Any:
    """Return a message of which some fields are outside their constraints."""
    rng = Random(seed)  # noqa: S311 - test data
    message = filled(message_class, seed)
    for _ in range(rng.randrange(1, 6)):
        _spoil(message, rng)
    return message


def _spoil(message: Any, rng: Random) -> None:
    """Follow a random way down the message, and put something odd at its end."""
    fields = [field for field, _ in message.ListFields()]
    if not fields or rng.random() < 0.1:
        message.Clear()
        return
    field = rng.choice(fields)
    value = getattr(message, field.name)
    if field.name == "attributes":
        name = rng.choice([*value, "unheard_of"])
        _spoil(value[name], rng)
    elif field.is_repeated and field.message_type is None:
        value[:] = [odd_scalar(field, rng)] * rng.choice([1, 101])
    elif field.is_repeated and rng.random() < 0.1:
        value.extend([value[0]] * 1001)
    elif field.message_type is not None:
        _spoil(rng.choice(value) if field.is_repeated else value, rng)
    else:
        setattr(message, field.name, odd_scalar(field, rng))


def odd_scalar(field: FieldDescriptor, rng: Random) -> Any:
    if field.cpp_type == FieldDescriptor.CPPTYPE_STRING:
        odd = [
            "",
            "a\tb",
            "a\x00",
            "é" * 65,
            "z" * 5000,
            "usd",
            "USD",
            "NaN",
            "1e40",
            "1_000",
            "-1.5e-2",
            "1" * 35,
            "²",
        ]
        return rng.choice(odd)
    if field.cpp_type == FieldDescriptor.CPPTYPE_BOOL:
        return True
    if field.cpp_type == FieldDescriptor.CPPTYPE_DOUBLE:
        return rng.choice([math.nan, math.inf, -math.inf, -0.0, -1e-9, 1e308, 1.0000001])
    if field.cpp_type == FieldDescriptor.CPPTYPE_INT64:
        return rng.choice([0, -1, -(2**63), 2**63 - 1, 10**12])
    return rng.choice([0, -1, -(2**31), 2**31 - 1, 13, 30, 31, 99, 131, 361, 2100, NANOS, -5])
