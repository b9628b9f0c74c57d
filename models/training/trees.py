"""Reads the trees of a LightGBM booster, as its own dump tells them."""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

import lightgbm
import numpy as np

from training.features import Vector

Node = dict[str, Any]


class Trees(NamedTuple):
    """The trees that look at the same columns, one or two, in rising order."""

    columns: tuple[int, ...]
    roots: tuple[Node, ...]

    def edges(self, column: int) -> Vector:
        """Where the trees split the column, rising, each once; a value equal to an edge lies below it."""
        return np.array(sorted({at for root in self.roots for split, at in _splits(root) if split == column}))

    def values(self, points: Mapping[int, Vector]) -> Vector:
        """The sum of the trees at points, given by column."""
        total = np.zeros(len(points[self.columns[0]]))
        for root in self.roots:
            total += _leaf_values(root, points)
        return total


def read_trees(booster: lightgbm.Booster) -> tuple[list[Trees], float]:
    """The trees by the columns that they look at, and the sum of those that look at none.

    Raises ValueError when a tree looks at more than two columns.
    """
    by_columns: dict[tuple[int, ...], list[Node]] = {}
    for tree in booster.dump_model()["tree_info"]:
        root = tree["tree_structure"]
        used = tuple(sorted({column for column, _ in _splits(root)}))
        if len(used) > 2:
            raise ValueError(f"a tree looks at the columns {list(used)}: at most two can be shared out")
        by_columns.setdefault(used, []).append(root)
    constant = sum(float(root["leaf_value"]) for root in by_columns.pop((), []))
    return [Trees(used, tuple(roots)) for used, roots in sorted(by_columns.items())], constant


def _splits(node: Node) -> Iterator[tuple[int, float]]:
    if "leaf_value" in node:
        return
    if node["decision_type"] != "<=":
        raise ValueError(f"a split decides by {node['decision_type']}, not by <=")
    yield int(node["split_feature"]), float(node["threshold"])
    yield from _splits(node["left_child"])
    yield from _splits(node["right_child"])


def _leaf_values(node: Node, points: Mapping[int, Vector]) -> Vector:
    if "leaf_value" in node:
        return np.full(len(next(iter(points.values()))), float(node["leaf_value"]))
    goes_left = points[node["split_feature"]] <= node["threshold"]
    return np.where(goes_left, _leaf_values(node["left_child"], points), _leaf_values(node["right_child"], points))
