"""Values as JSON and YAML have them, read as FEEL values by the types that a model declares for its inputs."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from underwriter.feel import (
    ANY,
    BOOLEAN,
    DATE,
    DATE_TIME,
    DAYS_DURATION,
    FEEL_CONTEXT,
    MONTHS_DURATION,
    NUMBER,
    STRING,
    TIME,
    ChoiceType,
    ContextType,
    ListType,
    Type,
    Value,
    nearest,
)
from underwriter.feel.temporal import (
    DaysDuration,
    MonthsDuration,
    parse_date,
    parse_date_time,
    parse_duration,
    parse_time,
)
from underwriter.feel.types import ConstrainedType


@dataclass(frozen=True, slots=True)
class InputFault:
    """A given value that does not fit: where, what was found, what is allowed.

    `path` leads to it, such as `Applicant.loans[2].rate`, items counted from 0 as in JSON.
    """

    path: str
    found: str
    allowed: str

    def __str__(self) -> str:
        return f"{self.path}: found {self.found}; allowed: {self.allowed}"


def read_inputs(given: Mapping[str, object], types: Mapping[str, Type]) -> tuple[dict[str, Value], list[InputFault]]:
    """Return the values of the inputs that are given, and every fault in them. Entries that are not given are null.

    Numbers may be int, float, Decimal or text; dates, times and durations are texts such as 2026-01-31.
    """
    reader = _Reader()
    return reader.entries("", given, types, "input"), reader.faults


class _Reader:
    """Reads plain values, and gathers what does not fit."""

    def __init__(self) -> None:
        self.faults: list[InputFault] = []

    def entries(
        self, path: str, given: Mapping[str, object], types: Mapping[str, Type], what: str, *, is_open: bool = False
    ) -> dict[str, Value]:
        """Read named values; others than those declared only where that is allowed."""
        values: dict[str, Value] = {}
        for name, plain in given.items():
            place = f"{path}.{name}" if path else name
            if name in types or is_open:
                values[name] = self.value(place, plain, types.get(name, ANY))
            else:
                hint = nearest(name, types)
                known = ", ".join(types) or "none"
                self._fault(place, f"an {what} that is not declared", f"{known} ({hint})" if hint else known)
        return values

    def value(self, path: str, plain: object, type_: Type) -> Value:
        """Read one value; null where it does not fit."""
        if plain is None:
            return None
        if isinstance(type_, ConstrainedType):
            return self._constrained(path, plain, type_)
        if isinstance(type_, ListType):
            items = plain if isinstance(plain, list) else [plain]
            return [self.value(f"{path}[{number}]", item, type_.item) for number, item in enumerate(items)]
        if isinstance(type_, ContextType) and isinstance(plain, dict):
            return dict.fromkeys(type_.fields) | self.entries(path, plain, type_.fields, "entry", is_open=type_.is_open)
        if type_ == ANY:
            return self._untyped(path, plain)
        value = _SIMPLE[type_.name](plain) if type_.name in _SIMPLE else None
        if value is None or (isinstance(type_, ChoiceType) and value not in type_.values):
            self._fault(path, _shown(plain), _allowed(type_))
        return value

    def _constrained(self, path: str, plain: object, type_: ConstrainedType) -> Value:
        before = len(self.faults)
        value = self.value(path, plain, type_.base)
        if len(self.faults) == before and not type_.accepts(value):
            self._fault(path, _shown(plain), f"what the type '{type_}' allows")
        return value

    def _untyped(self, path: str, plain: object) -> Value:
        match plain:
            case dict():
                return self.entries(path, plain, {}, "entry", is_open=True)
            case list():
                return [self.value(f"{path}[{number}]", item, ANY) for number, item in enumerate(plain)]
            case str() | bool():
                return plain
        number = _number(plain)
        if number is None:
            self._fault(path, _shown(plain), _allowed(NUMBER))
        return number

    def _fault(self, path: str, found: str, allowed: str) -> None:
        self.faults.append(InputFault(path, found, allowed))


def _number(plain: object) -> Value:
    if isinstance(plain, bool) or not isinstance(plain, int | float | Decimal | str):
        return None
    given = plain if isinstance(plain, int) else str(plain)  # the shortest text that a float has
    number = FEEL_CONTEXT.create_decimal(given)
    return number if number.is_finite() else None


def _of(wanted: type) -> Callable[[object], Value]:
    return lambda plain: plain if isinstance(plain, wanted) else None


def _written(read: Callable[[str], Value], wanted: type = object) -> Callable[[object], Value]:
    """Return a reader of texts that gives values of one class only."""

    def value_of(plain: object) -> Value:
        value = read(plain) if isinstance(plain, str) else None
        return value if isinstance(value, wanted) else None

    return value_of


_SIMPLE: Mapping[str, Callable[[object], Value]] = {
    NUMBER.name: _number,
    STRING.name: _of(str),
    BOOLEAN.name: _of(bool),
    DATE.name: _written(parse_date),
    TIME.name: _written(parse_time),
    DATE_TIME.name: _written(parse_date_time),
    DAYS_DURATION.name: _written(parse_duration, DaysDuration),
    MONTHS_DURATION.name: _written(parse_duration, MonthsDuration),
}

_EXAMPLES = {
    NUMBER.name: "such as 12.5",
    STRING.name: "in quotes",
    DATE.name: 'such as "2026-01-31"',
    TIME.name: 'such as "09:30:00"',
    DATE_TIME.name: 'such as "2026-01-31T09:30:00"',
    DAYS_DURATION.name: 'such as "P1DT12H"',
    MONTHS_DURATION.name: 'such as "P1Y6M"',
}


def _allowed(type_: Type) -> str:
    """Return what a type allows, in words."""
    if isinstance(type_, ChoiceType):
        return ", ".join(type_.values)
    if isinstance(type_, ContextType):
        return f"names and values: {', '.join(type_.fields)}"
    if type_ == BOOLEAN:
        return "true or false"
    example = _EXAMPLES.get(type_.name)
    return f"a {type_}, {example}" if example else f"a {type_}"


def _shown(plain: object) -> str:
    """Return a plain value as a message shows it, the long ones shortened."""
    match plain:
        case dict():
            return "an object"
        case list():
            return "a list"
        case bool():
            return "true" if plain else "false"
    number = Decimal(plain) if isinstance(plain, int) else plain  # which can be shown however long it is
    text = f'"{plain}"' if isinstance(plain, str) else str(number)
    return text if len(text) <= 60 else text[:57] + "..."
