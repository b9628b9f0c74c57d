"""Plain values, as YAML and JSON give them, as the values of protobuf fields.

Each function takes one plain value and returns the field's, or raises `WrongKind`.
"""

import datetime
import re
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from google.protobuf.descriptor import EnumDescriptor
from google.protobuf.timestamp_pb2 import Timestamp
from google.type.date_pb2 import Date
from google.type.decimal_pb2 import Decimal as DecimalMessage
from google.type.money_pb2 import Money

from underwriter.decisioning.requests.faults import plain, shown, with_nearest
from underwriter.decisioning.requests.field_values import NANOS_PER_UNIT
from underwriter.policy.inputs import choices

_MONEY = re.compile(r"([+-]?[0-9]+(?:\.[0-9]+)?) ([A-Z]{3})")
_DIGITS = re.compile("-?[0-9]{1,19}")
_LARGEST_UNITS = 2**63 - 1
_EPOCH = datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC)


class WrongKind(ValueError):
    """A plain value that can't be a field's: what was found, and what is allowed."""

    def __init__(self, found: str, allowed: str) -> None:
        super().__init__(f"found {found}; allowed: {allowed}")
        self.found = found
        self.allowed = allowed


def integer(value: object, bits: int) -> int:
    """Return a whole number of 32 or 64 bits; those of 64 may be text, as protobuf writes them in JSON."""
    is_text = bits == 64 and isinstance(value, str) and _DIGITS.fullmatch(value)
    number = Decimal(str(value)) if is_text else _number(value)
    limit = 2 ** (bits - 1)
    if number is None or number.is_nan() or not -limit <= number < limit or number != int(number):
        raise WrongKind(described(value), f"a whole number from {-limit} to {limit - 1}")
    return int(number)


def double(value: object) -> float:
    """Return a number as a double; NaN and infinities pass, for validation to name."""
    number = _number(value)
    if number is None:
        raise WrongKind(described(value), "a number")
    return float(number)


def boolean(value: object) -> bool:
    """Return true or false."""
    if not isinstance(value, bool):
        raise WrongKind(described(value), "true or false")
    return value


def text(value: object) -> str:
    """Return a text."""
    if not isinstance(value, str):
        raise WrongKind(described(value), "a text")
    return str(value)


def choice(value: object, enum: EnumDescriptor) -> int:
    """Return an enum's number by its name, with or without the enum's prefix."""
    numbers = {name: number for number, name in choices(enum).items()}
    known: dict[str, int] = {value.name: value.number for value in enum.values} | numbers
    allowed = ", ".join(numbers)
    if not isinstance(value, str):
        raise WrongKind(described(value), allowed)
    if value not in known:
        raise WrongKind(described(value, show_text=True), with_nearest(allowed, value, numbers))
    return known[value]


def money(value: object, currency: str | None) -> Money:
    """Return an amount of money: a text such as `20000 CNY`, or a number in the given currency."""
    parts = _MONEY.fullmatch(value) if isinstance(value, str) else None
    number = Decimal(parts[1]) if parts else _number(value)
    code = parts[2] if parts else currency
    allowed = "an amount such as 20000 CNY" if code else "an amount with its currency, such as 20000 CNY"
    if number is None or not number.is_finite() or code is None:
        raise WrongKind(described(value, show_text=True), allowed)
    if abs(number) > _LARGEST_UNITS or number != round(number, 9):
        raise WrongKind(described(value, show_text=True), f"{allowed}, with at most 9 decimal places")
    nanos = int(number * NANOS_PER_UNIT)
    units = abs(nanos) // NANOS_PER_UNIT * (1 if nanos >= 0 else -1)
    return Money(currency_code=code, units=units, nanos=nanos - units * NANOS_PER_UNIT)


def decimal(value: object) -> DecimalMessage:
    """Return a decimal number, from a number or its text."""
    number = _number(value)
    if number is None and isinstance(value, str):
        try:
            number = Decimal(value)
        except InvalidOperation:
            number = None
    if number is None or not number.is_finite():
        raise WrongKind(described(value, show_text=True), "a decimal number, such as 0.0725")
    return DecimalMessage(value=plain(number))


def date(value: object) -> Date:
    """Return a day, from a date or ISO 8601 text."""
    found = value
    if isinstance(value, str):
        try:
            found = datetime.date.fromisoformat(value)
        except ValueError:
            found = None
    if not isinstance(found, datetime.date) or isinstance(found, datetime.datetime):
        raise WrongKind(described(value, show_text=True), "a day such as 2026-03-31")
    return Date(year=found.year, month=found.month, day=found.day)


def moment(value: object) -> Timestamp:
    """Return a moment, from a time or ISO 8601 text with its offset. A time without one is UTC, as YAML means it."""
    found = value
    if isinstance(value, str):
        try:
            found = datetime.datetime.fromisoformat(value)
        except ValueError:
            found = None
        if isinstance(found, datetime.datetime) and found.tzinfo is None:
            found = None
    if not isinstance(found, datetime.datetime):
        raise WrongKind(described(value, show_text=True), "a time such as 2026-03-31T09:00:00Z")
    since = (found if found.tzinfo else found.replace(tzinfo=datetime.UTC)) - _EPOCH
    return Timestamp(seconds=since.days * 86_400 + since.seconds, nanos=since.microseconds * 1000)


def described(value: object, *, show_text: bool = False) -> str:
    """Return what a plain value is, in words; a text itself only when asked for."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return f"'{shown(value)}'" if show_text else "a text"
    if isinstance(value, Mapping):
        return "a mapping"
    if isinstance(value, list | tuple):
        return "a list"
    return shown(str(value))


def _number(value: Any) -> Decimal | None:
    if isinstance(value, bool):
        return None
    if isinstance(value, int | Decimal):
        return Decimal(value)
    return Decimal(float.__repr__(value)) if isinstance(value, float) else None
