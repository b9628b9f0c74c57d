"""What a feature is, for every model."""

from collections.abc import Callable
from typing import Any, NamedTuple, Protocol

import numpy as np

Vector = np.ndarray[Any, np.dtype[np.float64]]
Integers = np.ndarray[Any, np.dtype[np.signedinteger[Any]]]
SIGN = {"increasing": 1, "decreasing": -1, "none": 0}


class FeatureDefinition(Protocol):
    """A feature twice over: `expression` for decisions, `compute` for training; they must agree.

    `direction` is how the risk goes with the value; `reason` is the code of its adverse side.
    """

    @property
    def name(self) -> str:
        """A name of small letters, digits and underscores."""

    @property
    def expression(self) -> str:
        """FEEL over an application."""

    @property
    def compute(self) -> Callable[[Any], Vector]:
        """The same from the training data."""

    @property
    def unit(self) -> str:
        """What the value counts, for people."""

    @property
    def direction(self) -> str:
        """`increasing`, `decreasing` or `none`."""

    @property
    def reason(self) -> str:
        """The reason code of the adverse side."""


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
