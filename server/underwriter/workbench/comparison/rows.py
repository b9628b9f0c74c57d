"""Finds for each row of a table the one that it was: by content, whatever its number."""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Hashable, Mapping, Sequence
from typing import NamedTuple

from underwriter.workbench.comparison.elements import Row, Said

_LEAST_ALIKE = 0.5
"""The share of cells that must be the same for a row to be another row changed."""

_NEAR = 100
"""So many rows away from where it was a changed row is looked for: tables may have thousands of rows."""


class Aligned(NamedTuple):
    """Rows that belong together, by their places from 0; None for a row that is there in one table only.

    A `moved` row has changed places with rows of which the order matters.
    """

    old: int | None
    new: int | None
    moved: bool = False


def align(old: Sequence[Row], new: Sequence[Row], *, in_order: bool) -> list[Aligned]:
    """Return all rows of both tables, as they belong together, in the order of the new table; removed ones are last.

    Rows that say the same belong together first, then those with the same tests, then those most alike.
    """
    pairs: dict[int, int] = {}
    for key in (_whole, _tests):
        _match_equal(old, new, pairs, key)
    _match_alike(old, new, pairs)
    moved = _moved(new, pairs) if in_order else set()
    found = [Aligned(pairs.get(place), place, place in moved) for place in range(len(new))]
    kept = set(pairs.values())
    return found + [Aligned(place, None) for place in range(len(old)) if place not in kept]


def _whole(row: Row) -> Hashable:
    return frozenset(row.fields.items())


def _tests(row: Row) -> Hashable:
    return frozenset(row.tests.items())


def _match_equal(old: Sequence[Row], new: Sequence[Row], pairs: dict[int, int], key: Callable[[Row], Hashable]) -> None:
    waiting: dict[Hashable, list[int]] = defaultdict(list)
    taken = set(pairs.values())
    for place in reversed(range(len(old))):
        if place not in taken:
            waiting[key(old[place])].append(place)
    for place, row in enumerate(new):
        if place not in pairs and (places := waiting.get(key(row))):
            pairs[place] = places.pop()


def _match_alike(old: Sequence[Row], new: Sequence[Row], pairs: dict[int, int]) -> None:
    """Match what is left, the most alike and nearest first."""
    taken = set(pairs.values())
    left = [place for place in range(len(old)) if place not in taken]
    found = [
        (-likeness, abs(one - place), place, one)
        for place in range(len(new))
        if place not in pairs
        for one in left
        if abs(one - place) <= _NEAR and (likeness := _likeness(old[one].fields, new[place].fields)) >= _LEAST_ALIKE
    ]
    for _, _, place, one in sorted(found):
        if place not in pairs and one not in taken:
            pairs[place] = one
            taken.add(one)


def _likeness(old: Mapping[str, Said], new: Mapping[str, Said]) -> float:
    """Return the share of cells that are the same, 0 to 1."""
    names = old.keys() | new.keys()
    return sum(old.get(name) == new.get(name) for name in names) / len(names)


def _moved(new: Sequence[Row], pairs: dict[int, int]) -> set[int]:
    """Return the places of rows that left the order that most of the others keep, but for those that answer alike."""
    places = sorted(pairs)
    kept = _longest_increasing([pairs[place] for place in places])
    return {place for number, place in enumerate(places) if number not in kept and _crosses(place, new, pairs)}


def _crosses(place: int, new: Sequence[Row], pairs: dict[int, int]) -> bool:
    """Tell whether a row changed places with one that answers otherwise."""
    return any(
        (other < place) != (pairs[other] < pairs[place]) and new[other].answers != new[place].answers
        for other in pairs
        if other != place
    )


def _longest_increasing(numbers: Sequence[int]) -> set[int]:
    """Return the places of a longest run of numbers, not all side by side, in which each is above the one before."""
    ends: list[int] = []
    last: list[int] = []
    before: list[int | None] = []
    for place, number in enumerate(numbers):
        at = bisect_left(ends, number)
        before.append(last[at - 1] if at else None)
        ends[at : at + 1] = [number]
        last[at : at + 1] = [place]
    found: set[int] = set()
    place_: int | None = last[-1] if last else None
    while place_ is not None:
        found.add(place_)
        place_ = before[place_]
    return found
