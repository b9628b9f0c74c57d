"""Implicit conversions: what a value becomes where a type is asked for (DMN 1.5, 10.3.2.9.4)."""

from typing import Final

from underwriter.feel.bounds import spend_on
from underwriter.feel.faults import Place, Warnings, note
from underwriter.feel.temporal import Date, DateTime
from underwriter.feel.types import ANY, DATE_TIME, ListType, Type, unconstrained
from underwriter.feel.values import Value, is_instance, kind_of

MISFIT: Final = object()
"""Stands for no value at all: the given one cannot be converted."""


def coerced(value: Value, wanted: Type, warnings: Warnings, place: Place) -> Value:
    """Return the value as one of the wanted type; null for null and, with a warning, where none is near."""
    found = taken(value, wanted, warnings, place)
    return None if found is MISFIT else found


def taken(value: Value, wanted: Type, warnings: Warnings, place: Place) -> Value:
    """Return the value as one of the wanted type; `MISFIT`, with a warning, where no conversion leads there."""
    found = fit(value, wanted)
    if found is MISFIT:
        note(warnings, place, "type-mismatch", "{} is not of type {}", kind_of(value).name, str(wanted))
    return found


def fit(value: Value, wanted: Type) -> Value:
    """Return the value as one of the wanted type, or `MISFIT`.

    A single value is taken for a list of it, a list of one item for the item, a date for its midnight in UTC.
    """
    if wanted == ANY or (spend_on(value) and is_instance(value, wanted)):
        return value
    asked = unconstrained(wanted)
    if isinstance(asked, ListType) and not isinstance(value, list):
        item = fit(value, asked.item)
        return MISFIT if item is MISFIT else _allowed([item], wanted)
    if not isinstance(asked, ListType) and isinstance(value, list) and len(value) == 1:
        return fit(value[0], wanted)
    if asked == DATE_TIME and isinstance(value, Date):
        return _allowed(DateTime.starting(value), wanted)
    return MISFIT


def _allowed(value: Value, wanted: Type) -> Value:
    return value if is_instance(value, wanted) else MISFIT
