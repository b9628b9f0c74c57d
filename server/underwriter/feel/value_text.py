"""Values written as FEEL text: what `string` gives, and what traces and messages show."""

from collections.abc import Iterator
from decimal import Decimal

from underwriter.feel.names import is_plain
from underwriter.feel.values import Function, Range, Value

_PLAIN_DIGITS = 34


def feel_text(value: Value) -> str:
    """Return a value as FEEL writes it; strings in quotes, functions by their parameters."""
    return "".join(text_parts(value)) if isinstance(value, list | dict) else _single(value)


def text_parts(value: Value) -> Iterator[str]:
    """Give the text of a value in parts, so that one may stop early: lists can hold one list many times over."""
    if isinstance(value, list):
        yield "["
        for index, item in enumerate(value):
            yield ", " if index else ""
            yield from text_parts(item)
        yield "]"
    elif isinstance(value, dict):
        yield "{"
        for index, (key, entry) in enumerate(value.items()):
            yield f"{', ' if index else ''}{_key(key)}: "
            yield from text_parts(entry)
        yield "}"
    else:
        yield _single(value)


def _single(value: Value) -> str:
    """Return the text of a value that holds no others, or of a range."""
    match value:
        case None:
            return "null"
        case bool():
            return "true" if value else "false"
        case Decimal():
            return format(value, "f") if abs(value.adjusted()) < _PLAIN_DIGITS else str(value)
        case str():
            return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
        case Range(operator=str()):
            end = value.high if value.low is None else value.low
            return f"({value.operator} {feel_text(end)})"
        case Range():
            brackets = ("[" if value.low_included else "(", "]" if value.high_included else ")")
            return f"{brackets[0]}{feel_text(value.low)}..{feel_text(value.high)}{brackets[1]}"
        case Function():
            return f"function({', '.join(value.parameters)})"
    return str(value)


def _key(key: str) -> str:
    """Return a context's key as it may be written: in quotes if it is not made of plain names."""
    return key if key.isidentifier() or all(map(is_plain, key.split(" "))) else feel_text(key)
