"""What a feature is, for every model."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

Vector = np.ndarray[Any, np.dtype[np.float64]]
Integers = np.ndarray[Any, np.dtype[np.signedinteger[Any]]]
SIGN = {"increasing": 1, "decreasing": -1, "none": 0}


@dataclass(frozen=True, slots=True, kw_only=True)
class FeatureDefinition:
    """A feature twice over: the FEEL `expression` for decisions, `compute` for training; they must agree.

    `unit` says for people what the value counts. `direction` is how the risk goes with the value: `increasing`,
    `decreasing` or `none`; `reason` is the code of its adverse side.
    """

    name: str
    expression: str
    compute: Callable[[Any], Vector]
    unit: str
    direction: str
    reason: str


def feature_matrix(definitions: Sequence[FeatureDefinition], data: object) -> Vector:
    """The features [n, features] of training data of the kind that they compute from; NaN where missing."""
    return np.stack([definition.compute(data) for definition in definitions], axis=1)


class Sample(NamedTuple):
    """What a model learns from: features [n, features], NaN where missing, and 1 for each row that defaulted."""

    features: Vector
    defaulted: Vector

    def rows(self, chosen: Integers) -> "Sample":
        """The chosen rows."""
        return Sample(self.features[chosen], self.defaulted[chosen])

    @property
    def log_odds(self) -> float:
        """The log odds of the rate of default."""
        rate = float(self.defaulted.mean())
        return float(np.log(rate / (1 - rate)))


def logistic(log_odds: Vector) -> Vector:
    """Probabilities from log odds."""
    return 1 / (1 + np.exp(-log_odds))
