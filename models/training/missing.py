"""What missing values are to the booster, and what they add to a score.

The booster sees the median in place of a missing value. A feature that FEW rows or more of the sample lack is watched:
it has a second column, 1 where it is missing, so that what it means to lack the feature is learned apart from the
feature's own effect. The feature then stands for both columns, and a missing value adds what the two add together.

A missing value of any other feature adds what the feature adds on average for those who defaulted; interactions with it
are left out.
"""

from dataclasses import dataclass

import numpy as np

from training.features import Sample, Vector

FEW = 50


@dataclass(frozen=True, slots=True)
class Design:
    """How features become the booster's columns: `medians` fill gaps, `watched` features have a second column."""

    medians: Vector
    watched: tuple[int, ...]

    @classmethod
    def of(cls, sample: Sample) -> "Design":
        """The design that the sample asks for."""
        counts = np.isnan(sample.features).sum(axis=0)
        return cls(np.nanmedian(sample.features, axis=0), tuple(map(int, np.flatnonzero(counts >= FEW))))

    @property
    def features(self) -> tuple[int, ...]:
        """The feature that each column belongs to: all features in order, then the watched ones again."""
        return (*range(len(self.medians)), *self.watched)

    @property
    def columns_by_feature(self) -> tuple[tuple[int, ...], ...]:
        """The columns of each feature."""
        width = len(self.medians)
        second = {feature: width + number for number, feature in enumerate(self.watched)}
        return tuple((feature, second[feature]) if feature in second else (feature,) for feature in range(width))

    def features_of(self, columns: tuple[int, int]) -> tuple[int, int]:
        """The features of two columns, in rising order."""
        first, second = sorted(self.features[column] for column in columns)
        return first, second

    def columns(self, features: Vector) -> Vector:
        """The booster's columns [n, columns]."""
        return np.stack([self.column(number, features[:, at]) for number, at in enumerate(self.features)], axis=1)

    def column(self, number: int, values: Vector) -> Vector:
        """One of the booster's columns for values of the feature that it belongs to."""
        if number < len(self.medians):
            return np.where(np.isnan(values), self.medians[number], values)
        return np.isnan(values).astype(float)
