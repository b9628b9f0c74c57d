"""What scores a single row without the ONNX runtime, and the proof that it tells the same.

A run of the runtime for a single row costs several times as much as looking up each feature, above all where other work
has emptied the processor's caches since the last.
"""

import math
from collections.abc import Sequence
from typing import Protocol

import numpy as np

from underwriter.scoring.graph import Graph, Matrix

TOLERANCE = 1e-12
_ROWS_COMPARED = 2000


class RowScorer(Protocol):
    """Scores one row."""

    def run_row(self, features: Sequence[float]) -> tuple[float, tuple[float, ...]]:
        """Probability and contributions of one row; NaN stands for a missing value."""


def agrees(scorer: RowScorer, graph: Graph, edges: Sequence[Sequence[float]]) -> bool:
    """Tell whether both give the same for random rows at and just below the edges of each feature.

    The contributions must be the same to the last bit, the probability within 1e-12: the runtime adds up in an order of
    its own.
    """
    rows = _random_rows(edges)
    probabilities, contributions = graph.run_rows(rows)
    for row, probability, contribution in zip(rows.tolist(), probabilities, contributions.tolist(), strict=True):
        found, parts = scorer.run_row(row)
        if parts != tuple(contribution) or not math.isclose(found, probability, rel_tol=0, abs_tol=TOLERANCE):
            return False
    return True


def _random_rows(edges: Sequence[Sequence[float]]) -> Matrix:
    random = np.random.default_rng(0)
    points = [[math.nan, -math.inf, *own, *(math.nextafter(edge, -math.inf) for edge in own)] for own in edges]
    columns = [random.choice(own, _ROWS_COMPARED) for own in points]
    return np.ascontiguousarray(np.stack(columns, axis=1))


def logistic(log_odds: float) -> float:
    """Return 1 / (1 + e^-x), without leaving the range of e^x."""
    if log_odds >= 0:
        return 1 / (1 + math.exp(-log_odds))
    odds = math.exp(log_odds)
    return odds / (1 + odds)
