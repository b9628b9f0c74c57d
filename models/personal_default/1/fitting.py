"""Fits the model and measures it by cross-validation."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import lightgbm
import numpy as np
from features import FEATURES
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import log_loss, roc_auc_score, roc_curve
from sklearn.model_selection import StratifiedKFold

SEED = 20260101
FOLDS = 5
INNER_FOLDS = 3
CALIBRATION_BINS = 10
_LEAVES = (3, 4)
_ROUNDS = (200, 400, 600)
_SIGN = {"increasing": 1, "decreasing": -1, "none": 0}

Vector = np.ndarray[Any, np.dtype[np.float64]]
Integers = np.ndarray[Any, np.dtype[np.signedinteger[Any]]]
Fold = tuple[Integers, Integers]
Fit = Callable[[Vector, Vector, Vector], Vector]
"""Learns from features and outcomes and predicts probabilities for further features."""


@dataclass(frozen=True, slots=True)
class Settings:
    """How far the boosting goes: leaves a tree and the number of trees."""

    leaves: int
    rounds: int


@dataclass(frozen=True, slots=True)
class Quality:
    """The area under the ROC curve, Kolmogorov-Smirnov distance, and expected calibration error."""

    auc: float
    ks: float
    ece: float


def log_odds(rate: float) -> float:
    """The log odds of a rate strictly between 0 and 1."""
    return float(np.log(rate / (1 - rate)))


def fit_booster(features: Vector, defaulted: Vector, settings: Settings) -> lightgbm.Booster:
    """An additive monotone booster. Its raw score lacks the intercept, which is the log odds of the bad rate."""
    parameters = {
        **_parameters(settings),
        "interaction_constraints": [[feature] for feature in range(len(FEATURES))],
        "monotone_constraints": [_SIGN[feature.direction] for feature in FEATURES],
    }
    return _train(parameters, features, defaulted, settings.rounds)


def _parameters(settings: Settings) -> dict[str, Any]:
    return {
        "objective": "binary",
        "num_leaves": settings.leaves,
        "learning_rate": 0.05,
        "min_data_in_leaf": 100,
        "seed": SEED,
        "deterministic": True,
        "force_row_wise": True,
        "num_threads": 1,
        "verbose": -1,
    }


def _train(parameters: dict[str, Any], features: Vector, defaulted: Vector, rounds: int) -> lightgbm.Booster:
    start = np.full(len(defaulted), log_odds(float(defaulted.mean())))
    data = lightgbm.Dataset(features, defaulted, init_score=start)
    return lightgbm.train(parameters, data, num_boost_round=rounds)


def _probability(raw: Vector) -> Vector:
    return 1 / (1 + np.exp(-raw))


def fit_additive(features: Vector, defaulted: Vector, further: Vector) -> Vector:
    """The shipped kind of model, its settings chosen within the training rows alone."""
    settings = choose_settings(features, defaulted)
    raw = fit_booster(features, defaulted, settings).predict(further, raw_score=True)
    return _probability(np.asarray(raw) + log_odds(float(defaulted.mean())))


def fit_unconstrained(features: Vector, defaulted: Vector, further: Vector) -> Vector:
    """For comparison: LightGBM with all freedom, so with interactions and without exact reasons."""
    parameters = _parameters(Settings(leaves=12, rounds=100))
    raw = _train(parameters, features, defaulted, 100).predict(further, raw_score=True)
    return _probability(np.asarray(raw) + log_odds(float(defaulted.mean())))


def fit_scorecard(features: Vector, defaulted: Vector, further: Vector) -> Vector:
    """For comparison: a classic scorecard, logistic regression on the weight of evidence of decile bins."""
    learned, applied = np.empty_like(features), np.empty_like(further)
    for column in range(features.shape[1]):
        edges = np.unique(np.quantile(features[:, column], np.linspace(0, 1, 11)[1:-1]))
        bins = np.searchsorted(edges, features[:, column], side="left")
        evidence = _weight_of_evidence(bins, defaulted, len(edges) + 1)
        learned[:, column] = evidence[bins]
        applied[:, column] = evidence[np.searchsorted(edges, further[:, column], side="left")]
    regression = LogisticRegression(C=1.0, max_iter=1000).fit(learned, defaulted)
    return np.asarray(regression.predict_proba(applied)[:, 1])


def _weight_of_evidence(bins: Integers, defaulted: Vector, count: int) -> Vector:
    bad = np.bincount(bins, weights=defaulted, minlength=count) + 0.5
    good = np.bincount(bins, weights=1 - defaulted, minlength=count) + 0.5
    return np.asarray(np.log(bad / bad.sum()) - np.log(good / good.sum()))


def choose_settings(features: Vector, defaulted: Vector) -> Settings:
    """The settings of least log loss in a cross-validation of their own over the rows given."""
    losses: dict[Settings, float] = {}
    splits = StratifiedKFold(INNER_FOLDS, shuffle=True, random_state=SEED + 1)
    for train, test in splits.split(features, defaulted):
        start = log_odds(float(defaulted[train].mean()))
        for leaves in _LEAVES:
            booster = fit_booster(features[train], defaulted[train], Settings(leaves, max(_ROUNDS)))
            for rounds in _ROUNDS:
                raw = np.asarray(booster.predict(features[test], raw_score=True, num_iteration=rounds))
                settings = Settings(leaves, rounds)
                losses[settings] = losses.get(settings, 0) + log_loss(defaulted[test], _probability(raw + start))
    return min(losses, key=lambda settings: losses[settings])


def split_folds(rows: Sequence[tuple[str, ...]], defaulted: Vector) -> Iterator[Fold]:
    """Stratified folds over distinct rows, so that exact duplicates always lie in the same fold."""
    numbers: dict[tuple[str, ...], int] = {}
    group = np.array([numbers.setdefault(row, len(numbers)) for row in rows])
    first = np.unique(group, return_index=True)[1]
    splits = StratifiedKFold(FOLDS, shuffle=True, random_state=SEED)
    for _, test in splits.split(first, defaulted[first]):
        is_test = np.isin(group, test)
        yield np.flatnonzero(~is_test), np.flatnonzero(is_test)


def cross_validate(
    fit: Fit, folds: Sequence[Fold], features: Vector, defaulted: Vector, advance: Callable[[], object]
) -> Vector:
    """The out-of-fold probability of every row. Calls `advance` after each fold."""
    predicted = np.empty(len(defaulted))
    for train, test in folds:
        predicted[test] = fit(features[train], defaulted[train], features[test])
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
