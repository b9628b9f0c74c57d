"""Values in test files: `value`, `list` and `component` elements as FEEL values."""

from collections.abc import Callable, Mapping
from decimal import Decimal, InvalidOperation

from underwriter.dmn.xml.tree import Element
from underwriter.feel import (
    ANY,
    BOOLEAN,
    DATE,
    DATE_TIME,
    DAYS_DURATION,
    MONTHS_DURATION,
    NUMBER,
    STRING,
    TIME,
    ContextType,
    ListType,
    Type,
    Value,
)
from underwriter.feel.temporal import parse_date, parse_date_time, parse_duration, parse_time
from underwriter.feel.types import unconstrained

_XSI = "http://www.w3.org/2001/XMLSchema-instance"
_TRUTHS = {"true": True, "false": False}


class UntypedText(str):
    """The text of a value that names no type: what it means depends on what it is for."""

    __slots__ = ()


class UnreadableValue(ValueError):
    """A value that is not of the XML type that it names."""

    def __init__(self, element: Element, message: str) -> None:
        super().__init__(message)
        self.element = element


def read_value(element: Element) -> Value:
    """Return the value that stands in an element such as `inputNode`, `expected` or `item`; null if nothing does.

    Within it may be `UntypedText`, for `typed` to resolve.

    Raises:
        UnreadableValue: if a text is not of its type.
    """
    if (list_ := element.first("list")) is not None:
        return None if _is_nil(list_) else [read_value(item) for item in list_.named("item")]
    components = list(element.named("component"))
    if components:
        return {component.attributes.get("name", ""): read_value(component) for component in components}
    value = element.first("value")
    return None if value is None or _is_nil(value) or _is_nil(element) else _simple(value)


def _is_nil(element: Element) -> bool:
    return element.attributes.get(f"{_XSI} nil", "").strip() in ("true", "1")


def _simple(element: Element) -> Value:
    text = element.all_text
    type_name = element.attributes.get(f"{_XSI} type", "").rpartition(":")[2]
    if not type_name:
        return UntypedText(text) if text else None
    if type_name not in _READERS:
        raise UnreadableValue(element, f"no FEEL value has the type '{type_name}'")
    value = _READERS[type_name](text)
    if value is None:
        raise UnreadableValue(element, f"'{text}' is no {type_name}")
    return value


def typed(value: Value, wanted: Type) -> Value:
    """Return the value with untyped texts read by the type that their place has.

    Where it has none, they are read as other runners of the kit do: as a boolean or a number if they look so.
    """
    wanted = unconstrained(wanted)
    if isinstance(value, list):
        item = wanted.item if isinstance(wanted, ListType) else wanted
        return [typed(element, item) for element in value]
    if isinstance(value, dict):
        fields = wanted.fields if isinstance(wanted, ContextType) else {}
        return {name: typed(entry, fields.get(name, ANY)) for name, entry in value.items()}
    if not isinstance(value, UntypedText):
        return value
    readers = [_FEEL_READERS[wanted.name]] if wanted.name in _FEEL_READERS else [_truth, _number]
    readings = (read(value) for read in readers)
    return next((reading for reading in readings if reading is not None), str(value))


def _number(text: str) -> Value:
    try:
        number = Decimal(text.strip())
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def _truth(text: str) -> Value:
    return _TRUTHS.get(text.strip())


def _trimmed(read: Callable[[str], Value]) -> Callable[[str], Value]:
    return lambda text: read(text.strip())


_READERS: Mapping[str, Callable[[str], Value]] = {
    "string": str,
    "boolean": _truth,
    **dict.fromkeys(("decimal", "double", "float", "integer", "int", "long", "short"), _number),
    "date": _trimmed(parse_date),
    "time": _trimmed(parse_time),
    "dateTime": _trimmed(parse_date_time),
    **dict.fromkeys(("duration", "dayTimeDuration", "yearMonthDuration"), _trimmed(parse_duration)),
}

_FEEL_READERS: Mapping[str, Callable[[str], Value]] = {
    STRING.name: str,
    BOOLEAN.name: _truth,
    NUMBER.name: _number,
    DATE.name: _READERS["date"],
    TIME.name: _READERS["time"],
    DATE_TIME.name: _READERS["dateTime"],
    DAYS_DURATION.name: _READERS["duration"],
    MONTHS_DURATION.name: _READERS["duration"],
}
