"""Writes straight-line tests whether a value is of a type, so that most values need no conversion at run time."""

from collections.abc import Iterator, Mapping
from decimal import Decimal

from underwriter.feel import Generator
from underwriter.feel.temporal import Date, DateTime, DaysDuration, MonthsDuration, Time
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
    ChoiceType,
    ConstrainedType,
    ContextType,
    ListType,
    Type,
)

_CLASSES: dict[Type, type] = {
    BOOLEAN: bool,
    DATE: Date,
    DATE_TIME: DateTime,
    DAYS_DURATION: DaysDuration,
    MONTHS_DURATION: MonthsDuration,
    NUMBER: Decimal,
    STRING: str,
    TIME: Time,
}
_MISSING = object()

MAXIMUM_DEPTH = 20
"""How deep a test looks into a type: Python takes no more than 200 parentheses within each other."""


class TypeTests:
    """Writes tests as Python conditions. One that fails may still be of the type: it is asked more closely then."""

    def __init__(self, generator: Generator) -> None:
        self._generator = generator

    def conforming(self, place: str, wanted: Type, depth: int = 0) -> str:
        """Return a condition that holds only if the value of a variable is null or of the type. It is an atom."""
        if wanted == ANY:
            return "True"
        return f"({place} is None or {self._test(place, wanted, depth)})"

    def _test(self, place: str, wanted: Type, depth: int) -> str:
        """Return a condition that holds only if the value of a variable, not null, is of the type."""
        if depth > MAXIMUM_DEPTH:
            return "False"
        match wanted:
            case ChoiceType(values=values):
                return f"{place} in {self._generator.constant(values)}"
            case ConstrainedType(base=base, accepts=accepts):
                return f"({self._test(place, base, depth + 1)} and {self._generator.constant(accepts)}({place}))"
            case ListType(item=item) if item != ANY:
                each = self._generator.temporary()
                conforming = self.conforming(each, item, depth + 1)
                return f"({place}.__class__ is list and all([{conforming} for {each} in {place}]))"
            case ContextType(fields=fields):
                return f"({' and '.join([f'{place}.__class__ is dict', *self._entries(place, fields, depth + 1)])})"
            case ListType():
                return f"{place}.__class__ is list"
        return f"{place}.__class__ is {self._generator.constant(_CLASSES[wanted])}" if wanted in _CLASSES else "False"

    def _entries(self, place: str, fields: Mapping[str, Type], depth: int) -> Iterator[str]:
        """Yield a condition for each entry: a context of the type has them all (DMN 1.5, 10.3.2.9.3)."""
        missing = self._generator.constant(_MISSING)
        for name, type_ in fields.items():
            entry = self._generator.temporary()
            found = f"({entry} := {place}.get({name!r}, {missing}))"
            rest = f"is not {missing}" if type_ == ANY else f"is None or {self._test(entry, type_, depth)}"
            yield f"({found} {rest})"
