"""Scores a row without the ONNX runtime, where contributions are functions of one feature each, and of two.

A run of the runtime for a single row costs several times as much as looking up each feature, above all where other work
has emptied the processor's caches since the last.
"""

import math
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from operator import getitem
from random import Random
from typing import NamedTuple

import numpy as np

from underwriter.scoring.effect_trees import EffectTrees, Tree, effect_trees
from underwriter.scoring.graph import Graph, Matrix
from underwriter.scoring.manifest import GraphFile

TOLERANCE = 1e-12
_ROWS_COMPARED = 500

Row = tuple[float, ...]


class _Pair(NamedTuple):
    """What two features do together: `halves[step of the first][step of the second]` goes to each of them."""

    first: int
    second: int
    halves: tuple[Row, ...]


class EffectTables:
    """The contributions: of each feature by itself, `mains[feature][step]`, and the half of each pair that it is in.

    Steps are parted by the feature's edges; after the last comes that of a missing value. The probability is the
    logistic function of the intercept plus the contributions.
    """

    def __init__(self, edges: Sequence[Row], mains: Sequence[Row], pairs: Iterable[_Pair], intercept: float) -> None:
        self._edges = tuple(edges)
        self._mains = tuple(mains)
        self._pairs = tuple(pairs)
        self._intercept = intercept

    @property
    def has_pairs(self) -> bool:
        """Whether any two features act together."""
        return bool(self._pairs)

    def run_row(self, features: Sequence[float]) -> tuple[float, Row]:
        """Probability and contributions of one row; NaN stands for a missing value."""
        steps = list(map(bisect_right, self._edges, features))
        if math.isnan(sum(features)):  # a value is missing, or two are infinite
            steps = [step if value == value else -1 for value, step in zip(features, steps, strict=True)]
        parts = list(map(getitem, self._mains, steps))
        for first, second, halves in self._pairs:
            half = halves[steps[first]][steps[second]]
            parts[first] += half
            parts[second] += half
        return _logistic(sum(parts, self._intercept)), tuple(parts)


def effect_tables(content: bytes, graph: Graph, stated: GraphFile) -> EffectTables | None:
    """Return what tells the same as the graph; None if the graph is not known to be of that kind.

    The contributions are the same to the last bit, the probability within 1e-12: the runtime adds up in an order of its
    own.
    """
    trees = effect_trees(content, stated, graph.width)
    if trees is None:
        return None
    edges = [_all_edges(trees, feature) for feature in range(graph.width)]
    points = [_points(each) for each in edges]
    mains = [
        tuple([tree.value({tree.target: point}) for point in own])
        for tree, own in zip(trees.mains, points, strict=True)
    ]
    pairs = [_pair(pair, points) for pair in trees.pairs]
    if None in pairs:
        return None
    tables = EffectTables(edges, mains, [pair for pair in pairs if pair is not None], stated.intercept)
    return tables if _agree(tables, graph, edges) else None


def _all_edges(trees: EffectTrees, feature: int) -> Row:
    every = [*trees.mains, *(tree for pair in trees.pairs for tree in pair)]
    return tuple(sorted({edge for tree in every for edge in tree.edges.get(feature, ())}))


def _points(edges: Sequence[float]) -> Row:
    """A value in each step: what lies below all edges, each edge, and NaN."""
    return (-math.inf, *edges, math.nan)


def _pair(trees: tuple[Tree, Tree], points: Sequence[Row]) -> _Pair | None:
    """The table of a pair; None unless both features get the same at every point."""
    first, second = (tree.target for tree in trees)
    of_first, of_second = (_table(tree, first, second, points) for tree in trees)
    return _Pair(first, second, of_first) if of_first == of_second else None


def _table(tree: Tree, first: int, second: int, points: Sequence[Row]) -> tuple[Row, ...]:
    """What the tree adds at all points of two features. It is asked once in each of its own steps."""
    own = tree.edges.get(first, ()), tree.edges.get(second, ())
    asked = [[tree.value({first: one, second: other}) for other in _points(own[1])] for one in _points(own[0])]
    rows = [_step(own[0], point) for point in points[first]]
    columns = [_step(own[1], point) for point in points[second]]
    return tuple([tuple([asked[row][column] for column in columns]) for row in rows])


def _step(edges: Sequence[float], point: float) -> int:
    return -1 if math.isnan(point) else bisect_right(edges, point)


def _agree(tables: EffectTables, graph: Graph, edges: Sequence[Row]) -> bool:
    """Tell whether both give the same for rows at and just below each edge of each feature, and mixes of them."""
    rows = _mixed_rows(edges)
    probabilities, contributions = graph.run_rows(rows)
    for row, probability, contribution in zip(rows.tolist(), probabilities, contributions.tolist(), strict=True):
        found, parts = tables.run_row(row)
        if parts != tuple(contribution) or not math.isclose(found, probability, rel_tol=0, abs_tol=TOLERANCE):
            return False
    return True


def _mixed_rows(edges: Sequence[Row]) -> Matrix:
    random = Random(0)  # noqa: S311 - the same rows each time; that of numpy takes longer to import than to compare them
    points = [[math.nan, -math.inf, *own, *(math.nextafter(edge, -math.inf) for edge in own)] for own in edges]
    count = max(_ROWS_COMPARED, *map(len, points))
    columns = [[*own, *random.choices(own, k=count - len(own))] for own in points]
    return np.ascontiguousarray(np.array(columns).T)


def _logistic(log_odds: float) -> float:
    """Return 1 / (1 + e^-x), without leaving the range of e^x."""
    if log_odds >= 0:
        return 1 / (1 + math.exp(-log_odds))
    odds = math.exp(log_odds)
    return odds / (1 + odds)
