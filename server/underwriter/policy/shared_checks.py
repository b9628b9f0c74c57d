"""Keeps what decisions came to when they were checked: policies that include the same files would check them again."""

from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from underwriter.dmn.boxes.checked_boxes import CheckedBox, CheckedText
from underwriter.feel import Checked
from underwriter.feel.types import Type, is_same
from underwriter.policy.checked import Path
from underwriter.policy.definitions import Logic

MOST_KEPT = 4_000
"""Of how many decisions checks are kept before all are forgotten: many times those of a rules folder."""

Declared: TypeAlias = tuple[str, ...]
"""The names that the parser was told of."""


@dataclass(frozen=True, slots=True, eq=False)
class DecisionCheck:
    """A decision without findings, as it was checked.

    `looked_up` are the names that were asked for, each with the type that it had, None if it was not known: where they
    are the same, so is the rest. `box` is that of a boxed expression, `type` None for rules, which have no value.
    `formulas` are the texts that stand in no box, by the identity of their sources; `paths` is what `texts` read.
    """

    logic: Logic
    looked_up: Mapping[str, Type | None]
    box: CheckedBox | None
    type: Type | None
    formulas: Mapping[int, Checked[Any]]
    texts: Sequence[CheckedText]
    paths: frozenset[Path]


class NamesLookedUp(Mapping[str, Type]):
    """The types of names, and which of them were asked for. Who goes through all names has asked for more than that."""

    def __init__(self, types: Mapping[str, Type]) -> None:
        self.found: dict[str, Type | None] = {}
        self.is_each_known = True
        self._types = types

    def __contains__(self, name: object) -> bool:
        known = self.found[str(name)] = self._types.get(str(name))
        return known is not None

    def __getitem__(self, name: str) -> Type:
        self.found[name] = self._types.get(name)
        return self._types[name]

    def __iter__(self) -> Iterator[str]:
        self.is_each_known = False
        return iter(self._types)

    def __len__(self) -> int:
        return len(self._types)


@dataclass(frozen=True, slots=True)
class SharedChecks:
    """What was found for one policy and holds for others: of the same logic, where its names have the same types.

    It is for policies that are checked in the same environment.
    """

    _checks: dict[tuple[int, Declared], list[DecisionCheck]] = field(default_factory=dict)
    _names: dict[tuple[int, Declared], tuple[Logic, Set[str]]] = field(default_factory=dict)

    def names_read(self, logic: Logic, declared: Declared) -> Set[str] | None:
        """Return the names that the texts of a decision read; None if nobody has looked."""
        found = self._names.get((id(logic), declared))
        return found[1] if found else None

    def keep_names(self, logic: Logic, declared: Declared, names: Set[str]) -> None:
        """Keep the names that the texts of a decision read, all of which could be parsed."""
        _make_room(self._names)
        self._names[id(logic), declared] = (logic, names)

    def find(self, logic: Logic, declared: Declared, types: Mapping[str, Type]) -> DecisionCheck | None:
        """Return how a decision was checked where its texts saw the same; None if it was not."""
        for check in self._checks.get((id(logic), declared), ()):
            if all(_is_same(types.get(name), type_) for name, type_ in check.looked_up.items()):
                return check
        return None

    def keep(self, check: DecisionCheck, declared: Declared) -> None:
        """Keep a check."""
        _make_room(self._checks)
        self._checks.setdefault((id(check.logic), declared), []).append(check)


def _is_same(one: Type | None, other: Type | None) -> bool:
    return one is other or (one is not None and other is not None and is_same(one, other))


def _make_room(kept: dict[Any, Any]) -> None:
    if len(kept) >= MOST_KEPT:
        kept.clear()
