"""From a graph's probability to the lender's own population, and to points.

N. Siddiqi, Credit Risk Scorecards (2006), chapter 6, for the scale; M. Saerens et al., Adjusting the Outputs of a
Classifier to New a Priori Probabilities, Neural Computation 14 (2002), for the re-basing.
"""

import math
from dataclasses import dataclass, field
from typing import Any, TypeVar

import numpy as np

Probability = TypeVar("Probability", float, np.ndarray[Any, np.dtype[np.float64]])


@dataclass(frozen=True, slots=True)
class Calibration:
    """How common default is where the model was trained, and where it is used; both rates lie between 0 and 1."""

    training_bad_rate: float
    target_bad_rate: float
    odds_ratio: float = field(init=False)

    def __post_init__(self) -> None:
        target = self.target_bad_rate / (1 - self.target_bad_rate)
        training = self.training_bad_rate / (1 - self.training_bad_rate)
        object.__setattr__(self, "odds_ratio", target / training)

    def rebase(self, probability: Probability) -> Probability:
        """The probability in the target population: odds' = odds × (π'/(1-π')) / (π/(1-π)).

        Written without odds, so that 0 and 1 stay 0 and 1.
        """
        bad = probability * self.odds_ratio
        return bad / (bad + (1 - probability))


@dataclass(frozen=True, slots=True)
class PointsScale:
    """A scale on which more is better and equal steps multiply the odds of default by the same factor.

    `anchor_points` stand for odds of default (p / (1 - p)) of `anchor_odds`; each further `points_to_double_odds`
    points halve those odds.
    """

    minimum: int
    maximum: int
    anchor_points: float
    anchor_odds: float
    points_to_double_odds: float
    factor: float = field(init=False)
    offset: float = field(init=False)

    def __post_init__(self) -> None:
        factor = self.points_to_double_odds / math.log(2)
        object.__setattr__(self, "factor", factor)
        object.__setattr__(self, "offset", self.anchor_points + factor * math.log(self.anchor_odds))

    def points(self, probability: float) -> int:
        """`offset - factor × ln(odds of default)`, clipped to the scale, rounded half to even."""
        if probability <= 0:
            return self.maximum
        if probability >= 1:
            return self.minimum
        points = self.offset - self.factor * math.log(probability / (1 - probability))
        return round(min(max(points, self.minimum), self.maximum))
