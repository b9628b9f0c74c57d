"""Values written as FEEL text: what `string` gives, and what traces and messages show."""

from collections.abc import Iterator
from decimal import Decimal

from underwriter.feel.parsing.lexer import quote
from underwriter.feel.parsing.names import is_plain
from underwriter.feel.values import Function, Range, Value


def feel_text(value: Value) -> str:
    """Return a value as FEEL writes it; strings in quotes, functions by their parameters."""
    return "".join(text_parts(value)) if isinstance(value, list | dict) else _single(value)


def text_parts(value: Value) -> Iterator[str]:
    """Give the text of a value in parts, so that one may stop early: lists can hold one list many times over."""
    waiting: list[Iterator[tuple[str, Value]]] = [iter([("", value)])]  # not recursive: values can be nested deeply
    ends = [""]
    while waiting:
        before, part = next(waiting[-1], (None, None))
        if before is None:
            waiting.pop()
            yield ends.pop()
        elif isinstance(part, list | dict):
            yield before
            yield "[" if isinstance(part, list) else "{"
            waiting.append(_parts(part))
            ends.append("]" if isinstance(part, list) else "}")
        else:
            yield before + _single(part)


def _parts(value: list[Value] | dict[str, Value]) -> Iterator[tuple[str, Value]]:
    """Give what a list or context holds, each part with the text before it."""
    if isinstance(value, list):
        return ((", " if index else "", item) for index, item in enumerate(value))
    return ((f"{', ' if index else ''}{_key(key)}: ", entry) for index, (key, entry) in enumerate(value.items()))


def _single(value: Value) -> str:
    """Return the text of a value that holds no others, or of a range."""
    match value:
        case None:
            return "null"
        case bool():
            return "true" if value else "false"
        case Decimal():
            return format(value if value else value.copy_abs(), "f")
        case str():
            return quote(value)
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
