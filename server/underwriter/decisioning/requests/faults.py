"""What is wrong with a request, field by field: the wording of every mistake stands here.

Free text is never shown, only its length or a position in it: it may be personal.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from underwriter.feel.diagnostics import nearest

SHOWN_CHARACTERS = 40
"""The most characters of a key or number that a fault shows."""

_SPECIAL_NUMBERS = frozenset({"nan", "inf", "infinity"})


@dataclass(frozen=True, slots=True)
class FieldFault:
    """One field that breaks its constraint: its path in proto field names, what was found there, what is allowed."""

    path: str
    found: str
    allowed: str

    def __str__(self) -> str:
        return f"{self.path}: found {self.found}; allowed: {self.allowed}"


def missing(path: str, allowed: str) -> FieldFault:
    """A field that must be sent was not."""
    return FieldFault(path, "nothing", allowed)


def out_of_range(path: str, found: object, allowed: str) -> FieldFault:
    """A number, amount, day or moment outside its bounds, or one that does not exist."""
    return FieldFault(path, shown(str(found)), allowed)


def not_a_currency(path: str, code: str, allowed: str) -> FieldFault:
    """An amount without a currency, with a code of another form, or in another currency than the product's."""
    if not code:
        return FieldFault(path, "no currency", allowed)
    is_code = len(code) == 3 and code.isascii() and code.isalpha()
    return FieldFault(path, code if is_code else text_of_length(code), allowed)


def not_a_decimal(path: str, text: str, allowed: str) -> FieldFault:
    """A text that is no decimal number. NaN and infinities are named."""
    found = text if text.lstrip("+-").lower() in _SPECIAL_NUMBERS else text_of_length(text)
    return FieldFault(path, found, allowed)


def too_long(path: str, text: str, limit: int) -> FieldFault:
    """A text over its length."""
    return FieldFault(path, text_of_length(text), f"at most {count(limit, 'character')}")


def control_character(path: str, position: int) -> FieldFault:
    """A control character in a text, at a position counted from 1."""
    return FieldFault(path, f"a control character at position {position}", "text without control characters")


def not_matching(path: str, text: str, matched: int, pattern: str) -> FieldFault:
    """A text whose first `matched` characters are of the allowed form, and no more."""
    allowed = f"text of the form {pattern}"
    if 0 < matched < len(text):
        return FieldFault(path, f"a character that does not fit at position {matched + 1}", allowed)
    return FieldFault(path, f"{text_of_length(text)} of another form", allowed)


def unknown_choice(path: str, number: int, names: Iterable[str]) -> FieldFault:
    """An enum value that this version of the API does not know."""
    return FieldFault(path, str(number), ", ".join(names))


def too_many(path: str, found: int, limit: int) -> FieldFault:
    """A list or map with too many items. Its items are not looked at."""
    return FieldFault(path, count(found, "item"), f"at most {count(limit, 'item')}")


def undeclared_attribute(path: str, name: str, declared: Iterable[str]) -> FieldFault:
    """An attribute that the policy does not declare."""
    names = sorted(declared)
    allowed = ", ".join(names) or "no attributes: the policy declares none"
    return FieldFault(path, "an attribute that the policy does not declare", with_nearest(allowed, name, names))


def wrong_attribute_kind(path: str, found: str, allowed: str) -> FieldFault:
    """An attribute of another kind than the policy declares."""
    return FieldFault(path, found, allowed)


def unknown_field(path: str, name: str, known: Iterable[str]) -> FieldFault:
    """A key that is no field of its message."""
    names = list(known)
    return FieldFault(path, "an unknown field", with_nearest(", ".join(names), name, names))


def wrong_kind(path: str, found: str, allowed: str) -> FieldFault:
    """A value of another kind than the field's."""
    return FieldFault(path, found, allowed)


def with_nearest(allowed: str, name: str, names: Iterable[str]) -> str:
    """Return what is allowed, with the name that is most like the one given if there is one."""
    hint = nearest(shown(name), names)
    return f"{allowed} ({hint})" if hint else allowed


def entry_path(path: str, key: object) -> str:
    """Return the path of a map's entry, such as `attributes["tax_region"]`."""
    return f"{path}[{json.dumps(shown(str(key)), ensure_ascii=False)}]"


def text_of_length(text: str) -> str:
    """Return how a text is told without telling it."""
    return f"a text of {count(len(text), 'character')}" if text else "an empty text"


def count(number: int, noun: str) -> str:
    """Return a number with its noun, in the plural where it needs one."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def shown(text: str) -> str:
    """Return a text cut to what a message may show."""
    return text if len(text) <= SHOWN_CHARACTERS else f"{text[: SHOWN_CHARACTERS - 1]}…"


def plain(number: Decimal) -> str:
    """Return a number in plain digits, without an exponent and without needless zeros."""
    text = format(number, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def interval(low: Decimal | None, high: Decimal | None) -> str:
    """Return the words for a range with two ends, one or none."""
    if low is not None and high is not None:
        return f"{plain(low)} to {plain(high)}"
    if low is not None:
        return f"at least {plain(low)}"
    return f"at most {plain(high)}" if high is not None else "a finite number"
