"""Reads what is written in brackets up to a place: `{alert: LOGIN_ATTACK, severity: ` and the like."""

from dataclasses import dataclass, field


@dataclass(slots=True)
class Bracket:
    """An open bracket: the keys that it has so far with their values, and the key that is being given a value.

    `start` is the offset behind the bracket, comma or colon that the part under way follows.
    """

    is_list: bool
    start: int
    key: str | None = None
    keys: dict[str, str] = field(default_factory=dict)


def open_brackets(text: str) -> list[Bracket]:
    """Return the brackets that are open at the end of a text, the outermost first; none if it starts with none."""
    found: list[Bracket] = []
    quote = ""
    for offset, character in enumerate(text if text.lstrip().startswith(("{", "[")) else ""):
        if quote:
            quote = "" if character == quote else quote
        elif character in "\"'":
            quote = character
        elif character in "{[":
            found.append(Bracket(character == "[", offset + 1))
        elif found:
            _go_on(found, text, offset)
    return found


def _go_on(found: list[Bracket], text: str, offset: int) -> None:
    bracket, character = found[-1], text[offset]
    if character in "}]":
        found.pop()
    elif character == ",":
        if bracket.key is not None:
            bracket.keys[bracket.key] = text[bracket.start : offset].strip()
        bracket.key = None
        bracket.start = offset + 1
    elif text[offset : offset + 2] in (": ", ":\n", ":") and not bracket.is_list and bracket.key is None:
        bracket.key = text[bracket.start : offset].strip().strip("\"'")
        bracket.start = offset + 1
