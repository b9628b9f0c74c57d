"""FEEL values as JSON: numbers in full, whatever their length; what JSON has no form for as FEEL text."""

import json
from decimal import Decimal

from underwriter.feel import Function, Range, Value, feel_text

_INDENT = "  "


def json_text(value: Value, depth: int = 0) -> str:
    """Return a value as indented JSON text. Dates, times and durations are texts, as are ranges and functions."""
    match value:
        case None | bool():
            return json.dumps(value)
        case int() | Decimal():
            return feel_text(value)
        case str():
            return json.dumps(value, ensure_ascii=False)
        case list():
            return _block("[]", [json_text(item, depth + 1) for item in value], depth)
        case dict():
            entries = [f"{json_text(str(name))}: {json_text(entry, depth + 1)}" for name, entry in value.items()]
            return _block("{}", entries, depth)
        case Range() | Function():
            return json_text(feel_text(value))
    return json_text(str(value))


def _block(brackets: str, lines: list[str], depth: int) -> str:
    if not lines:
        return brackets
    indent = "\n" + _INDENT * (depth + 1)
    return brackets[0] + indent + f",{indent}".join(lines) + "\n" + _INDENT * depth + brackets[1]
