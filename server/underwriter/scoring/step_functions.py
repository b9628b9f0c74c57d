"""A model whose contributions are step functions of one feature each, looked up without the ONNX runtime."""

import math
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np

from underwriter.scoring.additive_trees import thresholds_of
from underwriter.scoring.graph import Graph
from underwriter.scoring.manifest import GraphFile
from underwriter.scoring.row_scorer import agrees, logistic


class _Steps(NamedTuple):
    """`values[0]` below `edges[0]`, `values[1]` from there up to `edges[1]`, ...; `missing` for NaN."""

    edges: tuple[float, ...]
    values: tuple[float, ...]
    missing: float


class StepFunctions:
    """The contributions of features, and the probability: the logistic function of the intercept plus them."""

    def __init__(self, steps: Iterable[_Steps], intercept: float) -> None:
        self._steps = tuple(steps)
        self._intercept = intercept

    def run_row(self, features: Sequence[float]) -> tuple[float, tuple[float, ...]]:
        """Probability and contributions of one row; NaN stands for a missing value."""
        contributions = tuple(
            [
                values[bisect_right(edges, value)] if value == value else missing
                for value, (edges, values, missing) in zip(features, self._steps, strict=True)
            ]
        )
        return logistic(sum(contributions, self._intercept)), contributions


def step_functions(content: bytes, graph: Graph, stated: GraphFile) -> StepFunctions | None:
    """Return what tells the same as the graph; None if the graph is not known to be of that kind.

    The contributions are the same to the last bit, the probability within 1e-12: the runtime adds up in an order of its
    own.
    """
    thresholds = thresholds_of(content, stated, graph.width)
    if thresholds is None:
        return None
    # Whichever way a tree compares, nothing changes between a threshold, the next number, and the next threshold.
    edges = [sorted(each | {math.nextafter(threshold, math.inf) for threshold in each}) for each in thresholds]
    functions = StepFunctions(_probed(graph, edges), stated.intercept)
    return functions if agrees(functions, graph, edges) else None


def _probed(graph: Graph, edges: Sequence[Sequence[float]]) -> list[_Steps]:
    """Read each function off the graph: below its edges, at each, and for a missing value."""
    points = max(map(len, edges)) + 1
    rows = np.full((points + 1, len(edges)), math.nan)
    for feature, own in enumerate(edges):
        rows[:points, feature] = [-math.inf, *own, *[math.inf] * (points - 1 - len(own))]
    _, contributions = graph.run_rows(rows)
    columns = contributions.T.tolist()
    return [
        _Steps(tuple(own), tuple(column[: len(own) + 1]), column[-1])
        for own, column in zip(edges, columns, strict=True)
    ]
