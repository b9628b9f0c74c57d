"""Lays a graph out in layers, after Sugiyama, Tagawa and Toda (1981): each node right of all that it requires.

An edge that passes over layers gets a bend in each of them, which takes a place there like a node does; then the places
within layers are changed until few edges cross, and rows are given so that edges run straight where they can.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise
from statistics import fmean

_ROUNDS = 12
# The rows that a bend takes; a node takes one.
_BEND_ROWS = 0.3

# A node by its name, or a bend of an edge by the edge and its layer.
Place = str | tuple[str, str, int]


@dataclass(frozen=True, slots=True)
class LayeredGraph:
    """Where everything stands: the nodes and bends of each layer from top to bottom, and each edge's way.

    `ways` lead from what is required to what requires it. `rows` are heights in rows, counted from 0.
    """

    layers: Sequence[Sequence[Place]]
    ways: Sequence[Sequence[Place]]
    rows: Mapping[Place, float]


def layered(requires: Mapping[str, Iterable[str]]) -> LayeredGraph:
    """Lay out a graph without circles. Names that are required and are no keys are left out."""
    edges = [(source, target) for target, sources in requires.items() for source in sources if source in requires]
    depth = _depths(requires)
    ways = [_way(source, target, depth) for source, target in edges]
    layers: list[list[Place]] = [[] for _ in range(max(depth.values(), default=-1) + 1)]
    for name in requires:
        layers[depth[name]].append(name)
    for way in ways:
        for place in way[1:-1]:
            layers[place[2]].append(place)  # type: ignore[index]
    steps = [step for way in ways for step in pairwise(way)]
    before, after = _neighbours(steps, from_end=1), _neighbours(steps, from_end=0)
    for number in range(_ROUNDS):
        _sweep(layers if number % 2 == 0 else layers[::-1], before if number % 2 == 0 else after)
    return LayeredGraph(layers, ways, _rows(layers, before, after))


def _depths(requires: Mapping[str, Iterable[str]]) -> dict[str, int]:
    """Return each node's layer: one more than the last of those that it requires."""
    depth: dict[str, int] = {}
    for name in requires:
        waiting = [name]
        while waiting:
            current = waiting[-1]
            sources = [source for source in requires[current] if source in requires]
            missing = [source for source in sources if source not in depth]
            if missing:
                waiting += missing
                continue
            depth[current] = 1 + max((depth[source] for source in sources), default=-1)
            waiting.pop()
    return depth


def _way(source: str, target: str, depth: Mapping[str, int]) -> list[Place]:
    bends: list[Place] = [(source, target, layer) for layer in range(depth[source] + 1, depth[target])]
    return [source, *bends, target]


def _neighbours(steps: Iterable[tuple[Place, Place]], from_end: int) -> dict[Place, list[Place]]:
    found: dict[Place, list[Place]] = {}
    for step in steps:
        found.setdefault(step[from_end], []).append(step[1 - from_end])
    return found


def _sweep(layers: Iterable[list[Place]], neighbours: Mapping[Place, Sequence[Place]]) -> None:
    """Order each layer by where its neighbours in the layer before stand on average."""
    places: dict[Place, int] = {}
    for layer in layers:
        own = {place: number for number, place in enumerate(layer)}

        def mean(place: Place, own: Mapping[Place, int] = own) -> float:
            known = [places[other] for other in neighbours.get(place, ()) if other in places]
            return fmean(known) if known else own[place]

        layer.sort(key=mean)
        places.update({place: number for number, place in enumerate(layer)})


def _rows(
    layers: Sequence[Sequence[Place]], before: Mapping[Place, Sequence[Place]], after: Mapping[Place, Sequence[Place]]
) -> dict[Place, float]:
    """Return heights: near the neighbours' mean, in the layer's order, with room for each place."""
    rows: dict[Place, float] = {place: float(number) for layer in layers for number, place in enumerate(layer)}
    for number in range(_ROUNDS):
        for layer in layers if number % 2 == 0 else reversed(layers):
            wanted = [_wanted(place, rows, (before, after)) for place in layer]
            rows.update(zip(layer, _apart(wanted, _least_offsets(layer)), strict=True))
    top = min(rows.values(), default=0.0)
    return {place: row - top for place, row in rows.items()}


def _wanted(place: Place, rows: Mapping[Place, float], neighbours: Iterable[Mapping[Place, Sequence[Place]]]) -> float:
    near = [rows[other] for side in neighbours for other in side.get(place, ())]
    return fmean(near) if near else rows[place]


def _least_offsets(layer: Sequence[Place]) -> list[float]:
    """Return how far below the first place each must stand at least."""
    sizes = [1.0 if isinstance(place, str) else _BEND_ROWS for place in layer]
    return [0.0, *accumulate((above + below) / 2 for above, below in pairwise(sizes))][: len(layer)]


def _apart(wanted: Sequence[float], offsets: Sequence[float]) -> list[float]:
    """Return the values nearest to the wanted ones that are as far apart as the offsets (isotonic regression)."""
    blocks: list[tuple[float, int]] = []
    for value, offset in zip(wanted, offsets, strict=True):
        mean, count = value - offset, 1
        while blocks and blocks[-1][0] > mean:
            earlier, size = blocks.pop()
            mean = (earlier * size + mean * count) / (size + count)
            count += size
        blocks.append((mean, count))
    means = [mean for mean, count in blocks for _ in range(count)]
    return [mean + offset for mean, offset in zip(means, offsets, strict=True)]
