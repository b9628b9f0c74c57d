"""A model whose contributions are functions of one feature each, and of two, looked up without the ONNX runtime."""

import math
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from operator import getitem
from typing import NamedTuple

from underwriter.scoring.graph import Graph
from underwriter.scoring.manifest import GraphFile
from underwriter.scoring.paired_trees import PairedTrees, Tree, paired_trees
from underwriter.scoring.row_scorer import agrees, logistic

Row = tuple[float, ...]


class _Pair(NamedTuple):
    """What two features do together: `halves[step of the first][step of the second]` goes to each of them."""

    first: int
    second: int
    halves: tuple[Row, ...]


class PairTables:
    """The contributions: of each feature by itself, `mains[feature][step]`, and the half of each pair that it is in.

    Steps are parted by the feature's edges; after the last comes that of a missing value.
    """

    def __init__(self, edges: Sequence[Row], mains: Sequence[Row], pairs: Iterable[_Pair], intercept: float) -> None:
        self._edges = tuple(edges)
        self._mains = tuple(mains)
        self._pairs = tuple(pairs)
        self._intercept = intercept

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
        contributions = tuple(parts)
        return logistic(sum(contributions, self._intercept)), contributions


def pair_tables(content: bytes, graph: Graph, stated: GraphFile) -> PairTables | None:
    """Return what tells the same as the graph; None if the graph is not known to be of that kind.

    The contributions are the same to the last bit, the probability within 1e-12.
    """
    trees = paired_trees(content, stated, graph.width)
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
    tables = PairTables(edges, mains, [pair for pair in pairs if pair is not None], stated.intercept)
    return tables if agrees(tables, graph, edges) else None


def _all_edges(trees: PairedTrees, feature: int) -> Row:
    every = [*trees.mains, *(tree for pair in trees.pairs for tree in pair)]
    return tuple(sorted({edge for tree in every for edge in tree.edges(feature)}))


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
    own = tree.edges(first), tree.edges(second)
    asked = [[tree.value({first: one, second: other}) for other in _points(own[1])] for one in _points(own[0])]
    rows = [_step(own[0], point) for point in points[first]]
    columns = [_step(own[1], point) for point in points[second]]
    return tuple([tuple([asked[row][column] for column in columns]) for row in rows])


def _step(edges: Sequence[float], point: float) -> int:
    return -1 if math.isnan(point) else bisect_right(edges, point)
