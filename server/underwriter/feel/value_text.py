"""Values written as FEEL text: what `string` gives, and what traces and messages show."""

from decimal import Decimal

from underwriter.feel.temporal import format_temporal
from underwriter.feel.values import Function, Range, Value

_PLAIN_DIGITS = 34


def feel_text(value: Value) -> str:
    """Return a value as FEEL writes it; strings in quotes, functions by their parameters."""
    match value:
        case None:
            return "null"
        case bool():
            return "true" if value else "false"
        case Decimal():
            return format(value, "f") if abs(value.adjusted()) < _PLAIN_DIGITS else str(value)
        case str():
            return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
        case list():
            return f"[{', '.join(feel_text(item) for item in value)}]"
        case dict():
            return f"{{{', '.join(f'{key}: {feel_text(entry)}' for key, entry in value.items())}}}"
        case Range():
            brackets = ("[" if value.low_included else "(", "]" if value.high_included else ")")
            return f"{brackets[0]}{feel_text(value.low)}..{feel_text(value.high)}{brackets[1]}"
        case Function():
            return f"function({', '.join(value.parameters)})"
    return format_temporal(value)
