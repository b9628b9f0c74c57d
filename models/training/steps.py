"""Functions of one feature and of two that change in steps."""

from dataclasses import dataclass

import numpy as np

from training.features import Integers, Vector


@dataclass(frozen=True, slots=True)
class Steps:
    """`values[0]` up to and with `edges[0]`, ..., `values[-2]` above `edges[-1]`; `values[-1]` where missing."""

    edges: Vector
    values: Vector

    def at(self, feature: Vector) -> Vector:
        """The value at each point."""
        return self.values[bins(self.edges, feature)]

    @property
    def missing(self) -> float:
        """The value where the feature is missing."""
        return float(self.values[-1])


@dataclass(frozen=True, slots=True)
class Pair:
    """A function of two features: `values` by the steps of the first and the second, each with missing as its last."""

    features: tuple[int, int]
    edges: tuple[Vector, Vector]
    values: Vector

    def at(self, features: Vector) -> Vector:
        """The value for each row [n, features]."""
        first, second = self.features
        return self.values[bins(self.edges[0], features[:, first]), bins(self.edges[1], features[:, second])]

    def spread(self, features: Vector) -> float:
        """The root of the mean square of the values, with the two features drawn independently from the rows."""
        first, second = (
            weights(edges, features[:, column]) for column, edges in zip(self.features, self.edges, strict=True)
        )
        return float(first @ self.values**2 @ second) ** 0.5


def points_of(edges: Vector) -> Vector:
    """A point in each step, and NaN for missing."""
    return np.append(edges, [np.inf, np.nan])


def weights(edges: Vector, values: Vector) -> Vector:
    """The share of the values in each step, and of those that are missing."""
    return np.bincount(bins(edges, values), minlength=len(edges) + 2) / len(values)


def bins(edges: Vector, values: Vector) -> Integers:
    """The step that each value lies in; a missing one lies in the last."""
    return np.where(np.isnan(values), len(edges) + 1, np.searchsorted(edges, values, side="left"))
