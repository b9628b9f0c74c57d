"""Reads parameters: those of one value, and those whose value changes with the days."""

import re
from collections.abc import Iterator
from contextlib import suppress
from decimal import Decimal

from underwriter.feel.temporal import Date
from underwriter.feel.values import FEEL_CONTEXT
from underwriter.policy import shapes
from underwriter.policy.definitions import DatedParameter, ParameterDefinition, ParameterValue, Scalar, type_of_value
from underwriter.policy.documents import Data, Fields, Items, Text
from underwriter.policy.reading import Reading

_WORDS = ("unit", "title")
DAY = re.compile("([0-9]{4})-([0-9]{2})-([0-9]{2})")


def load_parameter(reading: Reading, key: Text, data: Data) -> ParameterDefinition | DatedParameter | None:
    """Read a parameter; None where it can't be understood, which `reading` then tells."""
    fields = reading.fields(data, shapes.PARAMETER, key.source)
    if fields is None or not _has_one_of_two(reading, fields):
        return None
    unit, title = (text.text if text else "" for text in (reading.text(fields.get(key), key) for key in _WORDS))
    if history := fields.get("history"):
        entries = _history(reading, history)
        return DatedParameter(key.source, entries, unit, title) if entries else None
    value = _value(reading, fields.get("value"))
    return None if value is None else ParameterDefinition(key.source, value, unit, title)


def _has_one_of_two(reading: Reading, fields: Fields) -> bool:
    """Tell whether there is either a value or a history, and report it if not."""
    stated = [key for key, _ in fields if key.text in ("value", "history")]
    if not stated:
        mend = "add `value:` (its value), or `history:` (its value by the first day of each)"
        reading.report("missing-key", "the parameter has no 'value'", fields.source, mend)
    elif len(stated) > 1:
        message = "a parameter has either a value or a history"
        reading.report("value-and-history", message, stated[1].source, "keep one of the two")
    return len(stated) == 1


def _value(reading: Reading, data: Data | None) -> ParameterValue | None:
    if isinstance(data, Items):
        values = [_scalar(reading, item, "an item of a parameter") for item in data.items]
        return tuple(value for value in values if value is not None)
    return _scalar(reading, data, "a parameter's value")


def _scalar(reading: Reading, data: Data | None, what: str) -> Scalar | None:
    text = reading.text(data, what)
    if text is None:
        return None
    if text.value is None:
        reading.report("missing-key", f"{what} can't be null", text.source, "give it a value")
    elif text.is_number and not isinstance(text.value, Decimal):
        mend = "write its digits, such as 12.5, or quote it if it is a text"
        reading.report("not-a-number", f"'{text.text}' is no number that rules count with", text.source, mend)
        return None
    elif isinstance(text.value, Decimal) and not FEEL_CONTEXT.plus(text.value).is_finite():
        message = f"{what} is outside the range of decimals, 1e-6143 to 1e6144"
        reading.report("number-out-of-range", message, text.source, "look for a slip in its exponent")
        return None
    return text.value


def _history(reading: Reading, data: Data) -> tuple[tuple[Date, Scalar], ...]:
    """Return the values by day, earliest first; none where one of them can't be used."""
    days = reading.mapping(data, "history", data.source)
    if days is not None and not days.entries:
        reading.report("empty-history", "the history has no day", data.source, "such as {2026-01-01: 0.03}")
    found = len(reading.diagnostics)
    entries = list(_entries(reading, days)) if days else []
    return tuple(sorted(entries)) if len(reading.diagnostics) == found else ()


def _entries(reading: Reading, days: Fields) -> Iterator[tuple[Date, Scalar]]:
    first: Scalar | None = None
    for key, data in days:
        day, value = _day(reading, key), _scalar(reading, data, "a value of a history")
        if value is None:
            continue
        first = value if first is None else first
        if type(value) is not type(first):
            message = f"this value is a {type_of_value(value)}, the first of the history a {type_of_value(first)}"
            reading.report("type-mismatch", message, data.source, "give all of them one type")
        if day is not None:
            yield day, value


def _day(reading: Reading, key: Text) -> Date | None:
    written = DAY.fullmatch(key.text)
    if written is not None:
        with suppress(ValueError):
            return Date.checked(*map(int, written.groups()))
    reading.report("not-a-date", f"a history goes by days, and '{key.text}' is none", key.source, "such as 2026-04-01")
    return None
