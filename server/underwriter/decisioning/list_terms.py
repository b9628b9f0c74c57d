"""Reads the terms of an offer that are lists: of funders, of guarantors, of concentrations."""

from collections import Counter
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import NamedTuple

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


class TermItem(NamedTuple):
    """An item of a list: which term it belongs to, by which member it is named, and its members.

    The methods raise TermInvalid for a value of a wrong kind.
    """

    term: str
    key: str
    members: Mapping[str, object]

    @property
    def name(self) -> str:
        """The name: a text of 1 to 64 characters."""
        name = self.members.get(self.key)
        if not (isinstance(name, str) and 0 < len(name) <= LONGEST_NAME):
            raise TermInvalid(self.term, f"a {self.key} must be a text of 1 to {LONGEST_NAME} characters")
        return name

    def number(self, member: str, default: Decimal | None = None) -> Decimal:
        """Return a number, which must be there unless it has a default."""
        value = self.members.get(member, default)
        if not isinstance(value, Decimal):
            raise TermInvalid(self.term, f"the {member} of {self.name} is not a number")
        return value

    def cap(self, exponent: int) -> int | None:
        """Return the cap in minor units, cut to whole ones; None without one."""
        cap = self.members.get("cap")
        if cap is None:
            return None
        if not (isinstance(cap, Decimal) and cap >= ZERO):
            raise TermInvalid(self.term, f"the cap of {self.name} is not an amount from 0")
        return credit.minor_units(cap, exponent)


def items_of(term: str, key: str, values: Sequence[object]) -> list[TermItem]:
    """Return the items of a list. Raises TermInvalid for one that is no context."""
    items = [TermItem(term, key, value) for value in values if isinstance(value, dict)]
    if len(items) < len(values):
        raise TermInvalid(term, "an item is not a context")
    return items


def twice_faults(key: str, names: Sequence[str]) -> list[str]:
    """Return in words which names stand there more than once."""
    if len(set(names)) == len(names):
        return []
    return [f"the {key} {name} is named twice" for name, count in sorted(Counter(names).items()) if count > 1]
