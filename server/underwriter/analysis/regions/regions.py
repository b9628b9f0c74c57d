"""Regions of several axes: what of a region others leave uncovered, and which of many regions meet.

A region is a set of positions on each axis, kept as the bits of a number. What is told is exact:
nothing is sampled.
"""

from collections.abc import Iterator, Sequence
from functools import reduce
from math import prod
from operator import and_, or_

from underwriter.dmn.tables.runtime import rows_of

Region = tuple[int, ...]

_MANY = 48
"""From so many regions on a region is halved where some of them begin, for fewer it is parted along one of them."""


class TooTangled(Exception):
    """A signal: the question takes more steps than it may."""


class Work:
    """The steps that one question, or all those about one table, may take: looks at a region on an axis."""

    def __init__(self, most: int) -> None:
        self._left = most

    def spend(self, looks: int) -> None:
        """Count steps; raise `TooTangled` when there are none left."""
        self._left -= looks
        if self._left < 0:
            raise TooTangled


def common(one: Region, other: Region) -> Region:
    """Return what lies in both regions."""
    return tuple(map(and_, one, other))


def size(region: Region) -> int:
    """Return how many combinations of positions lie in a region; 0 if it is empty."""
    return prod(positions.bit_count() for positions in region)


def uncovered(whole: Region, covers: Sequence[Region], work: Work, *, are_disjoint: bool = False) -> Region | None:
    """Return a part of a region that none of the others meets; None if they cover it.

    With `are_disjoint` no two of the covers meet: then their sizes alone tell where something is left.

    Raises:
        TooTangled: when that takes more work than there is.
    """
    waiting = [(whole, covers)] if size(whole) else []
    while waiting:
        region, others = waiting.pop()
        work.spend((len(others) + 1) * len(region))
        meeting = [(size(part), part) for part in (common(region, other) for other in others) if all(part)]
        if not meeting:
            return region
        wanted = size(region)
        largest = max(meeting)
        if largest[0] == wanted or (are_disjoint and sum(covered for covered, _ in meeting) == wanted):
            continue
        parts = [part for _, part in meeting]
        waiting += [(piece, parts) for piece in _pieces(region, parts, largest[1])]
    return None


def _pieces(region: Region, parts: Sequence[Region], largest: Region) -> tuple[Region, Region]:
    """Part a region in two: at the middle of where parts of it begin, or along the largest part of it."""
    axis, cut = _middle(region, parts) if len(parts) >= _MANY else (0, 0)
    if not cut:
        axis = next(axis for axis, positions in enumerate(largest) if positions != region[axis])
        cut = largest[axis]
    inside, outside = region[axis] & cut, region[axis] & ~cut
    return _with(region, axis, inside), _with(region, axis, outside)


def _middle(region: Region, parts: Sequence[Region]) -> tuple[int, int]:
    """Return the axis on which the most parts begin apart, with the positions before the middle of those beginnings."""
    some = parts[:: len(parts) // _MANY]
    starts = [
        sorted({part[axis] & -part[axis] for part in some} - {region[axis] & -region[axis]})
        for axis in range(len(region))
    ]
    axis = max(range(len(region)), key=lambda axis: len(starts[axis]))
    found = starts[axis]
    return (axis, found[len(found) // 2] - 1) if found else (axis, 0)


def widened(region: Region, whole: Region, covers: Sequence[Region]) -> Region:
    """Return a region that no cover meets, made as wide as may be on one axis after the other."""
    for axis in reversed(range(len(region))):
        meeting = (cover[axis] for cover in covers if _meets_beside(cover, region, axis))
        region = _with(region, axis, whole[axis] & ~reduce(or_, meeting, 0))
    return region


def _meets_beside(cover: Region, region: Region, axis: int) -> bool:
    return all(one & other for place, (one, other) in enumerate(zip(cover, region, strict=True)) if place != axis)


def _with(region: Region, axis: int, positions: int) -> Region:
    return (*region[:axis], positions, *region[axis + 1 :])


class RegionSet:
    """Many regions, of which those that meet one are found without a look at each of them. Sets of them are bits."""

    def __init__(self, regions: Sequence[Region], sizes: Sequence[int]) -> None:
        """Take regions on axes of so many positions."""
        self.everything = (1 << len(regions)) - 1
        self._regions = regions
        self._axes = [_RegionsByPosition([r[axis] for r in regions], count) for axis, count in enumerate(sizes)]
        self._met: dict[int, int] = {}

    def meeting(self, region: Region) -> int:
        """Return the regions that have a position in common with one on every axis."""
        found = self.everything
        for axis, positions in zip(self._axes, region, strict=True):
            found &= axis.meeting(positions)
            if not found:
                break
        return found

    def cover(self, region: Region, some: int, work: Work) -> bool:
        """Tell whether some of the regions cover one.

        Raises:
            TooTangled: when that takes more work than there is.
        """
        if any(self.meeting(point) & some == 0 for point in _corners(region)):
            return False
        return next(self.gaps(region, some, work), None) is None

    def gaps(self, region: Region, some: int, work: Work) -> Iterator[Region]:
        """Yield the parts of a region that some of the regions leave uncovered, each as wide as may be.

        Raises:
            TooTangled: when that takes more work than there is.
        """
        for order in (list(rows_of(some)), list(rows_of(some))[::-1]):
            apart = self._apart(order)
            work.spend(len(order) * len(region))
            if sum(size(common(region, self._regions[number])) for number in apart) == size(region):
                return
            if len(apart) == len(order):
                break
        covers = [self._regions[number] for number in order]
        while (gap := uncovered(region, covers, work, are_disjoint=len(apart) == len(order))) is not None:
            gap = widened(gap, region, covers)
            yield gap
            covers.append(gap)

    def _apart(self, order: Sequence[int]) -> list[int]:
        """Return regions of which no two meet, each the first in an order that can be added."""
        met = 0
        found = []
        for number in order:
            if number not in self._met:
                self._met[number] = self.meeting(self._regions[number])
            if not met >> number & 1:
                met |= self._met[number]
                found.append(number)
        return found


def _corners(region: Region) -> Iterator[Region]:
    """Yield the region's point of all first positions, and that of all last ones."""
    yield tuple(positions & -positions for positions in region)
    yield tuple(1 << positions.bit_length() - 1 for positions in region)


class _RegionsByPosition:
    """On one axis the sets of regions at each position, and joined two by two, four by four and so on (a tree)."""

    def __init__(self, sets: Sequence[int], count: int) -> None:
        self._count = count
        self._joined = [0] * count + _by_position(sets, count)
        for node in range(count - 1, 0, -1):
            self._joined[node] = self._joined[2 * node] | self._joined[2 * node + 1]
        self._known: dict[int, int] = {}

    def meeting(self, positions: int) -> int:
        found = self._known.get(positions)
        if found is None:
            runs = _runs(positions)
            found = self._known[positions] = reduce(or_, (self._between(*run) for run in runs), 0)
        return found

    def _between(self, start: int, end: int) -> int:
        """Return the regions at the positions from a start to before an end."""
        found = 0
        low, high = start + self._count, end + self._count
        while low < high:
            if low & 1:
                found |= self._joined[low]
                low += 1
            if high & 1:
                high -= 1
                found |= self._joined[high]
            low >>= 1
            high >>= 1
        return found


def _by_position(sets: Sequence[int], count: int) -> list[int]:
    """Return for each position which of the sets hold it, going along with those that begin and end there."""
    changes = [0] * (count + 1)
    for number, positions in enumerate(sets):
        for start, end in _runs(positions):
            changes[start] ^= 1 << number
            changes[end] ^= 1 << number
    current = 0
    found = []
    for change in changes[:count]:
        current ^= change
        found.append(current)
    return found


def _runs(positions: int) -> Iterator[tuple[int, int]]:
    """Yield the runs of a set: the first position of each and the one after its last."""
    while positions:
        start = (positions & -positions).bit_length() - 1
        rest = positions >> start
        end = start + ((rest + 1) & ~rest).bit_length() - 1
        yield start, end
        positions = positions >> end << end
