"""The check of open values: `google.protobuf.Struct`, whose content no descriptor tells."""

import math
from collections.abc import Iterator
from typing import Any

from underwriter.decisioning.requests import faults
from underwriter.decisioning.requests.faults import FieldFault
from underwriter.policy.constraints import Limits

MAX_TEXT_LENGTH = 100_000
"""The longest text in an open value, in characters."""


class StructCheck:
    """`google.protobuf.Struct`: not too many values in all, every number finite, no text too long."""

    def __init__(self, limits: Limits) -> None:
        self._limit = limits.max_items
        self.allowed = f"an object of at most {faults.count(self._limit, 'value')} in all"

    def screen(self, constant: object) -> str:
        """Pass the empty object alone: all others are walked."""
        del constant
        return "not v.fields"

    def faults(self, path: str, value: Any, currency: str | None) -> list[FieldFault]:
        """Walk over all values; where there are too many, that is the only fault told."""
        del currency
        found = []
        for number, (place, entry) in enumerate(_entries(path, value), 1):
            if number > self._limit:
                return [FieldFault(path, f"more than {faults.count(self._limit, 'value')}", self.allowed)]
            if entry.HasField("number_value") and not math.isfinite(entry.number_value):
                found.append(faults.out_of_range(place, entry.number_value, "a finite number"))
            elif len(entry.string_value) > MAX_TEXT_LENGTH:
                found.append(faults.too_long(place, entry.string_value, MAX_TEXT_LENGTH))
            elif entry.WhichOneof("kind") is None:
                found.append(faults.missing(place, "a value; null is one"))
        return found


def _entries(path: str, struct: Any) -> Iterator[tuple[str, Any]]:
    """Yield every value with its path, those inside of objects and lists after the one that holds them."""
    for name in sorted(struct.fields):
        yield from _with_inner(faults.entry_path(path, name), struct.fields[name])


def _with_inner(path: str, value: Any) -> Iterator[tuple[str, Any]]:
    yield path, value
    if value.HasField("struct_value"):
        yield from _entries(path, value.struct_value)
    elif value.HasField("list_value"):
        for index, item in enumerate(value.list_value.values):
            yield from _with_inner(f"{path}[{index}]", item)
