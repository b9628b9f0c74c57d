"""Members of values: entries of contexts, and the properties of dates, durations and ranges (DMN 1.5, table 65)."""

from collections.abc import Callable, Mapping
from decimal import Decimal
from operator import attrgetter
from typing import Any, NamedTuple

from underwriter.feel.bounds import spend_on
from underwriter.feel.faults import Place, Warnings, note
from underwriter.feel.temporal import DateTime, DaysDuration, Region, Time
from underwriter.feel.temporal.writing import NANOSECONDS
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


def _offset(moment: Time | DateTime) -> DaysDuration | None:
    return None if moment.offset is None else DaysDuration(moment.offset * NANOSECONDS)


def _region(time: Time) -> str | None:
    return time.zone.name if isinstance(time.zone, Region) else None


def _number(attribute: str) -> Property:
    get = attrgetter(attribute)
    return Property(NUMBER, lambda value: Decimal(get(value)))


def _of(part: str, properties: Mapping[str, Property]) -> dict[str, Property]:
    """Return the properties of the date, or of the time, of a date and time."""

    def reader(read: Callable[[Any], Value]) -> Callable[[Any], Value]:
        return lambda moment: read(getattr(moment, part))

    return {name: Property(found.type, reader(found.read)) for name, found in properties.items()}


_VALUE = {"value": _number("value")}
_OFFSET = {"time offset": Property(DAYS_DURATION, _offset)}
_DAY = {name: _number(name) for name in ("year", "month", "day", "weekday")}
_CLOCK = {name: _number(name) for name in ("hour", "minute", "second")} | {"timezone": Property(STRING, _region)}

PROPERTIES: Mapping[str, Mapping[str, Property]] = {
    DATE.name: _DAY | _VALUE,
    TIME.name: _CLOCK | _OFFSET | _VALUE,
    DATE_TIME.name: _of("date", _DAY) | _of("time", _CLOCK) | _OFFSET | _VALUE,
    DAYS_DURATION.name: {name: _number(name) for name in ("days", "hours", "minutes", "seconds")} | _VALUE,
    MONTHS_DURATION.name: {
        "years": _number("whole_years"),
        "months": _number("months_of_year"),
        "value": _number("months"),
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
        return _members(value, name, warnings, place, {})
    found = PROPERTIES.get(kind_of(value).name, {}).get(name)
    if found is None:
        note(warnings, place, "unknown-member", "{} has no '{}'", kind_of(value).name, name)
        return None
    return found.read(value)


def _members(
    items: list[Value], name: str, warnings: Warnings, place: Place, known: dict[int, list[Value]]
) -> list[Value]:
    """Return the members of a list's items; those of a list that stands in it many times are read once."""
    if id(items) not in known:
        spend_on(items)
        known[id(items)] = [
            _members(item, name, warnings, place, known)
            if isinstance(item, list)
            else member(item, name, warnings, place)
            for item in items
        ]
    return known[id(items)]
