"""Reads the terms of an offer that are lists: of funders, of guarantors, of concentrations."""

from collections import Counter
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from underwriter import credit

LONGEST_NAME = 64
ZERO = Decimal(0)


class TermInvalid(ValueError):
    """A term that no loan can be made of; `str()` says which and in words what is wrong with it, for the log."""

    def __init__(self, term: str, *faults: str) -> None:
        super().__init__(f"{term}: {'; '.join(faults)}")


def is_unknown(value: object) -> bool:
    """Tell whether a term, or anything in it, came out null."""
    if isinstance(value, list):
        return any(map(is_unknown, value))
    if isinstance(value, dict):
        return None in value.values()
    return value is None


class TermItems:
    """The items of a list, by column. `names` are texts of 1 to 64 characters under the member `key`.

    Raises TermInvalid for an item that is no context, and for values of a wrong kind.
    """

    def __init__(self, term: str, key: str, items: Sequence[Any]) -> None:
        self._term = term
        self._key = key
        self._items = items
        for item in items:
            if not isinstance(item, dict):
                raise TermInvalid(term, "an item is not a context")
        self.names: list[str] = [item.get(key) for item in items]
        for name in self.names:
            if not (isinstance(name, str) and 0 < len(name) <= LONGEST_NAME):
                raise TermInvalid(term, f"a {key} must be a text of 1 to {LONGEST_NAME} characters")

    def numbers(self, member: str, default: Decimal | None = None) -> list[Decimal]:
        """Return the number that each item has, which must be there unless it has a default."""
        values = [item.get(member, default) for item in self._items]
        for name, value in zip(self.names, values, strict=True):
            if not isinstance(value, Decimal):
                raise TermInvalid(self._term, f"the {member} of {name} is not a number")
        return values

    def caps(self, exponent: int) -> list[int | None]:
        """Return the cap of each item in minor units, cut to whole ones; None without one."""
        caps = [item.get("cap") for item in self._items]
        for name, cap in zip(self.names, caps, strict=True):
            if not (cap is None or (isinstance(cap, Decimal) and cap >= ZERO)):
                raise TermInvalid(self._term, f"the cap of {name} is not an amount from 0")
        return [None if cap is None else credit.minor_units(cap, exponent) for cap in caps]

    def twice_faults(self) -> list[str]:
        """Return in words which names stand there more than once."""
        if len(set(self.names)) == len(self.names):
            return []
        counted = sorted(Counter(self.names).items())
        return [f"the {self._key} {name} is named twice" for name, count in counted if count > 1]
