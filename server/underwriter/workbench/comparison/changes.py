"""What changed: one part of the rules at a time, field by field."""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum


class ChangeKind(StrEnum):
    """What became of a part of the rules."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"
    MOVED = "moved"


@dataclass(frozen=True, slots=True)
class FieldChange:
    """What a part said in a field and what it says now; empty for nothing.

    `percent` is by how much a number grew, None where there is no such figure.
    """

    field: str
    old: str
    new: str
    percent: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """A change of one part: what it is, such as `rule`, its name, such as `E01 of eligibility`, and its fields.

    An added part has all that it says in `new`, a removed one in `old`. `place` is `file:line:column` in the new files,
    or in the old ones for what was removed; empty for what has no place of its own. `where` tells which values a row or
    bin is for, if that did not change.
    """

    kind: ChangeKind
    what: str
    name: str
    fields: tuple[FieldChange, ...]
    place: str = ""
    where: str = ""

    @property
    def title(self) -> str:
        """The part in words, such as `rule E01 of eligibility`."""
        return f"{self.what} {self.name}".rstrip()

    @property
    def owner(self) -> str:
        """The decision or monitor that the part belongs to, or its own name."""
        return self.name.rpartition(" of ")[2]
