"""Members of values: entries of contexts, and the properties of dates, durations and ranges (DMN 1.5, table 65)."""

import datetime
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any, NamedTuple

from underwriter.feel.faults import Place, Warnings, note
from underwriter.feel.types import (
    ANY,
    BOOLEAN,
    DATE,
    DATE_TIME,
    DAYS_DURATION,
    MONTHS_DURATION,
    NUMBER,
    STRING,
    TIME,
    Type,
)
from underwriter.feel.values import Value, kind_of


class Property(NamedTuple):
    """A property: the type of its value and how it is read."""

    type: Type
    read: Callable[[Any], Value]


def _offset(moment: datetime.time | datetime.datetime) -> datetime.timedelta | None:
    return moment.utcoffset()


def _zone(moment: datetime.time | datetime.datetime) -> str | None:
    return getattr(moment.tzinfo, "key", None)


def _part(unit: int, size: int | None = None) -> Callable[[datetime.timedelta], Decimal]:
    """Return a reader of a duration's part in units of so many seconds, at most `size` of them; signed."""

    def read(duration: datetime.timedelta) -> Decimal:
        sign = -1 if duration < datetime.timedelta() else 1
        whole = abs(duration) // datetime.timedelta(seconds=unit)
        return Decimal(sign * (whole if size is None else whole % size))

    return read


def _months(modulus: bool) -> Callable[[Any], Decimal]:
    def read(duration: Any) -> Decimal:
        sign = -1 if duration.months < 0 else 1
        years, months = divmod(abs(duration.months), 12)
        return Decimal(sign * (months if modulus else years))

    return read


def _number(attribute: str) -> Property:
    return Property(NUMBER, lambda value: Decimal(getattr(value, attribute)))


_DAY_PROPERTIES: dict[str, Property] = {
    "year": _number("year"),
    "month": _number("month"),
    "day": _number("day"),
    "weekday": Property(NUMBER, lambda value: Decimal(value.isoweekday())),
}

_CLOCK_PROPERTIES: dict[str, Property] = {
    "hour": _number("hour"),
    "minute": _number("minute"),
    "second": _number("second"),
    "time offset": Property(DAYS_DURATION, _offset),
    "timezone": Property(STRING, _zone),
}

PROPERTIES: Mapping[str, Mapping[str, Property]] = {
    DATE.name: _DAY_PROPERTIES,
    DATE_TIME.name: _DAY_PROPERTIES | _CLOCK_PROPERTIES,
    TIME.name: _CLOCK_PROPERTIES,
    DAYS_DURATION.name: {
        "days": Property(NUMBER, _part(86_400)),
        "hours": Property(NUMBER, _part(3_600, 24)),
        "minutes": Property(NUMBER, _part(60, 60)),
        "seconds": Property(NUMBER, _part(1, 60)),
    },
    MONTHS_DURATION.name: {
        "years": Property(NUMBER, _months(modulus=False)),
        "months": Property(NUMBER, _months(modulus=True)),
    },
    "range": {
        "start": Property(ANY, lambda value: value.low),
        "end": Property(ANY, lambda value: value.high),
        "start included": Property(BOOLEAN, lambda value: value.low_included),
        "end included": Property(BOOLEAN, lambda value: value.high_included),
    },
}
"""The properties of each kind of value, by the kind's name."""


def member(value: Value, name: str, warnings: Warnings, place: Place) -> Value:
    """Return a context's entry or a value's property; of a list, the list of its items' members. Null if not there."""
    if value is None:
        return None
    if isinstance(value, dict):
        if name not in value:
            note(warnings, place, "unknown-member", "there is no entry '{}'", name)
        return value.get(name)
    if isinstance(value, list):
        return [member(item, name, warnings, place) for item in value]
    found = PROPERTIES.get(kind_of(value).name, {}).get(name)
    if found is None:
        note(warnings, place, "unknown-member", "{} has no '{}'", kind_of(value).name, name)
        return None
    return found.read(value)


def shadowed(item: Value, name: str, outer: Value) -> Value:
    """Return an item's own entry of this name, or the outer value where the item has none (DMN 1.5, 10.3.2.5)."""
    return item[name] if isinstance(item, dict) and name in item else outer
