"""Measures a kind of model by cross-validation."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from sklearn.metrics import roc_auc_score, roc_curve
from sklearn.model_selection import StratifiedKFold

from training.features import Integers, Sample, Vector

FOLDS = 5
CALIBRATION_BINS = 10

Fold = tuple[Integers, Integers]
Fit = Callable[[Sample, Vector], Vector]
"""Learns from a sample and predicts probabilities for further features."""


@dataclass(frozen=True, slots=True)
class Quality:
    """The area under the ROC curve, Kolmogorov-Smirnov distance, and expected calibration error."""

    auc: float
    ks: float
    ece: float


def split_folds(rows: Sequence[tuple[str, ...]], defaulted: Vector, seed: int) -> Iterator[Fold]:
    """Stratified folds over distinct rows, so that exact duplicates always lie in the same fold."""
    numbers: dict[tuple[str, ...], int] = {}
    group = np.array([numbers.setdefault(row, len(numbers)) for row in rows])
    first = np.unique(group, return_index=True)[1]
    splits = StratifiedKFold(FOLDS, shuffle=True, random_state=seed)
    for _, test in splits.split(first, defaulted[first]):
        is_test = np.isin(group, test)
        yield np.flatnonzero(~is_test), np.flatnonzero(is_test)


def cross_validate(fit: Fit, folds: Sequence[Fold], sample: Sample, advance: Callable[[], object]) -> Vector:
    """The out-of-fold probability of every row. Calls `advance` after each fold."""
    predicted = np.empty(len(sample.defaulted))
    for train, test in folds:
        predicted[test] = fit(sample.rows(train), sample.features[test])
        advance()
    return predicted


def measure(probability: Vector, defaulted: Vector) -> Quality:
    """The quality of predictions, pooled over all rows."""
    false_positive, true_positive, _ = roc_curve(defaulted, probability)
    predicted, observed, share = reliability(probability, defaulted)
    return Quality(
        auc=float(roc_auc_score(defaulted, probability)),
        ks=float((true_positive - false_positive).max()),
        ece=float((share * np.abs(predicted - observed)).sum()),
    )


def reliability(probability: Vector, defaulted: Vector) -> tuple[Vector, Vector, Vector]:
    """Mean prediction, observed rate and share of rows, in ten bins of (as nearly as ties let) equal count."""
    edges = np.quantile(probability, np.linspace(0, 1, CALIBRATION_BINS + 1)[1:-1])
    bins = np.searchsorted(edges, probability, side="right")
    count = np.bincount(bins, minlength=CALIBRATION_BINS)
    predicted = np.bincount(bins, weights=probability, minlength=CALIBRATION_BINS) / count
    observed = np.bincount(bins, weights=defaulted, minlength=CALIBRATION_BINS) / count
    return predicted, observed, count / len(probability)
