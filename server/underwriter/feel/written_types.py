"""Types as they are written in FEEL (DMN 1.5, rule 54)."""

import re

from underwriter.feel.types import (
    ANY,
    BOOLEAN,
    DATE,
    DATE_TIME,
    DAYS_DURATION,
    MONTHS_DURATION,
    NULL,
    NUMBER,
    STRING,
    TIME,
    ContextType,
    FunctionType,
    ListType,
    RangeType,
    Type,
)

_SIMPLE: dict[str, Type] = {
    type_.name.lower(): type_
    for type_ in (ANY, NULL, NUMBER, STRING, BOOLEAN, DATE, TIME, DATE_TIME, DAYS_DURATION, MONTHS_DURATION)
} | {"list": ListType(), "context": ContextType(is_open=True), "range": RangeType(), "function": FunctionType()}

_OF_ITEMS = re.compile(r"(list|range)\s*<(.*)>")


def type_named(text: str) -> Type | None:
    """Return the type of a name such as `number` or `list<string>`; None if there is no such type."""
    text = " ".join(text.split())
    of_items = _OF_ITEMS.fullmatch(text)
    if of_items is None:
        return _SIMPLE.get(text.lower())
    item = type_named(of_items[2])
    if item is None:
        return None
    return ListType(item=item) if of_items[1] == "list" else RangeType(item=item)
