"""The parts of a model card that every model has, with the figures of the last training."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from training.boosting import INNER_FOLDS
from training.features import Vector, logistic
from training.missing import FEW
from training.model_folder import Subject, Trained
from training.validation import FOLDS, Quality

_BANDS = (580, 650, 700, 740, 770)
_OF_PAIRS = """\
Every tree of the boosting looks at one feature or at two, and may move only in their directions: a better value never
makes a score worse. Trees of two features are taken apart by the functional analysis of variance under the training
marginals: a mean, a main effect of each feature, and the pure interaction, whose average over either feature is zero.
A feature's contribution is its main effects and **half of each pure interaction** that it takes part in, which is its
Shapley value under these marginals, exact and not sampled. The intercept is the average log odds; it and the
contributions add up to the log odds of the probability. The manifest says `interactions: halved`, and the loader
refuses a graph that shares otherwise."""
_OF_SINGLE_FEATURES = """\
Every tree of the boosting looks at one feature, and may move only in its direction: a better value never makes a score
worse. What a feature adds to the log odds is therefore a fixed step function of it. The intercept is the log odds of
the bad rate; it and the contributions add up to the log odds of the probability."""


@dataclass(frozen=True, slots=True)
class Evaluation:
    """The cross-validation: for each kind of model its out-of-fold probabilities and quality; `points` are re-based.

    The first kind is the shipped one.
    """

    probabilities: Mapping[str, Vector]
    qualities: Mapping[str, Quality]
    points: Vector
    defaulted: Vector

    @property
    def shipped(self) -> str:
        """The label of the shipped kind of model."""
        return next(iter(self.qualities))


def reasons_part(trained: Trained) -> str:
    """What a contribution is, and why reasons are exact."""
    return f"""## Exact reasons

{_OF_PAIRS if trained.effects.pairs else _OF_SINGLE_FEATURES}

`train.py` writes this folder; the same data give the same `model.onnx` to the byte."""


def quality_part(evaluation: Evaluation, remarks: str) -> str:
    """The figures of the cross-validation, and how they came about."""
    rows = [(label, *_rounded(quality)) for label, quality in evaluation.qualities.items()]
    return f"""## How good it is

{FOLDS}-fold stratified cross-validation; predictions for the left-out folds are pooled. Exact duplicates always lie in
the same fold. The monotone models choose their pairs, if any, and the number of trees and leaves (the latter by a
{INNER_FOLDS}-fold cross-validation) inside each training part, so no choice of these sees the rows it is measured on.
What is measured is the shipped form, missing values as the manifest says. ECE is the mean absolute difference of
predicted and observed rate over ten bins of equal count, weighted by rows, before re-basing.
{remarks}

{table(("model", "AUC", "KS", "ECE"), rows)}

![ROC](roc.png)
![Reliability](reliability.png)"""


def _rounded(quality: Quality) -> tuple[str, str, str]:
    return f"{quality.auc:.4f}", f"{quality.ks:.4f}", f"{quality.ece:.4f}"


def scale_part(subject: Subject, evaluation: Evaluation) -> str:
    """The re-basing and the points."""
    shares = (1, 5, 25, 50, 75, 95, 99)
    quantiles = np.percentile(evaluation.points, shares)
    spread = table(("percentile", *map(str, shares)), [("points", *(f"{each:.0f}" for each in quantiles))])
    points, calibration = subject.points, subject.calibration
    return f"""## Probability and points

The training population is not the lender's. Its bad rate is {calibration.training_bad_rate:.3%}; for the lender's own
applicants {calibration.target_bad_rate:.0%} is **assumed**, and the odds are shifted by the ratio of the two
(`calibration` in the manifest). Replace the assumption by an observed rate as soon as there is one.

Points run from {points.minimum} to {points.maximum}, more is better: {points.anchor_points:.0f} points are odds of
{points.anchor_odds:g} to 1, and every {points.points_to_double_odds:.0f} points more halve them.

{spread}

By band of points, out of fold; the probability is the mean of those in the band, re-based.

{_bands(subject, evaluation)}

![Points](scores.png)"""


def _bands(subject: Subject, evaluation: Evaluation) -> str:
    places = np.searchsorted(_BANDS, evaluation.points, side="right")
    probability = subject.calibration.rebase(evaluation.probabilities[evaluation.shipped])
    labels = [
        f"under {_BANDS[0]}",
        *(f"{low} to {high - 1}" for low, high in pairwise(_BANDS)),
        f"{_BANDS[-1]} and over",
    ]
    rows = []
    for place, label in enumerate(labels):
        within = places == place
        if within.any():
            bad = evaluation.defaulted[within].mean()
            rows.append((label, f"{within.mean():.1%}", f"{bad:.1%}", f"{probability[within].mean():.2%}"))
    return table(("points", "share", "bad rate, training population", "probability, re-based"), rows)


def features_part(subject: Subject, trained: Trained, remarks: str) -> str:
    """The features and their weight, and the pairs."""
    effect = np.abs(trained.contributions - trained.contributions.mean(axis=0)).mean(axis=0)
    rows = [
        (f"`{feature.name}`", feature.unit, feature.direction, f"{weight:.3f}", f"`{feature.reason}`")
        for feature, weight in zip(subject.features, effect, strict=True)
    ]
    header = ("feature", "unit", "risk as it rises", "mean effect on log odds", "reason code")
    parts = f"""## Features

{remarks}Expressions stand in the manifest. The mean effect is
the mean absolute difference to the average contribution.

{table(header, rows)}

![Main effects](shapes.png)"""
    return f"{parts}\n\n{_pairs(subject, trained)}" if trained.effects.pairs else parts


def _pairs(subject: Subject, trained: Trained) -> str:
    names = [f"`{feature.name}`" for feature in subject.features]
    rows = [
        (names[pair.features[0]], names[pair.features[1]], f"{pair.spread(trained.sample.features):.3f}")
        for pair in trained.effects.pairs
    ]
    return f"""These pairs interact; the spread is the standard deviation of the pure interaction. The plot has the
ranks of both features on its axes.

{table(("feature", "with", "spread in log odds"), rows)}

![Pairs](pairs.png)"""


def missing_part(subject: Subject, trained: Trained, remarks: str) -> str:
    """What missing values do."""
    nothing_known = np.full((1, len(subject.features)), np.nan)
    (probability,) = subject.calibration.rebase(logistic(trained.effects.log_odds(nothing_known)))
    return f"""## Missing values

Where at least {FEW} {subject.who} of the data lack a feature, its being missing adds what was learned from them.
Otherwise it adds what the feature adds for {subject.average_bad}: not the worst that is
possible, but worse than the average. Its interactions, if it has any, are then left out, which is their average over
what it may be. The reason code is `{subject.missing_reason}`. An applicant of whom nothing is known gets
{subject.points.points(float(probability))} points (probability {probability:.4f}). {remarks}"""


def table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A Markdown table."""
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
