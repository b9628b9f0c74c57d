"""Fits boosters: monotone, of single features and chosen pairs, and two kinds to compare with."""

import itertools
from dataclasses import dataclass
from typing import Any, NamedTuple

import lightgbm
import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import log_loss
from sklearn.model_selection import StratifiedKFold

from training.additive import read_additive_effects
from training.effects import Effects, purify, read_effects
from training.features import SIGN, Integers, Sample, Vector, logistic
from training.missing import Design
from training.steps import Steps, bins

INNER_FOLDS = 3
LEAVES_OF_PAIRS = (3,)
"""Two splits, so at most two features a tree."""

Pairs = tuple[tuple[int, int], ...]
"""Columns of a design that may share a tree."""


@dataclass(frozen=True, slots=True)
class Recipe:
    """How a model is fitted.

    `directions` are those of its features; numbers of `leaves` a tree and of `rounds` are tried, and the best in
    cross-validation taken; of all pairs of features the `most_pairs` that interact most strongly may share a tree. A
    tree chooses from the share `features_a_tree` of all features, drawn anew for each: those that tell much the same
    then share their effect.
    """

    directions: tuple[str, ...]
    seed: int
    leaves: tuple[int, ...]
    rounds: tuple[int, ...]
    most_pairs: int
    learning_rate: float
    features_a_tree: float
    rows_a_leaf: int
    bins: int


def fit_effects(sample: Sample, recipe: Recipe, most_pairs: int) -> Effects:
    """The model of single features and at most so many pairs, all choices made within the sample."""
    return fit_monotone(sample, recipe, most_pairs).effects


class Size(NamedTuple):
    """How far a boosting goes: leaves a tree, and the number of trees."""

    leaves: int
    rounds: int


@dataclass(frozen=True, slots=True)
class Fitted:
    """A booster of `design.columns`, and its effects."""

    booster: lightgbm.Booster
    design: Design
    effects: Effects


def fit_monotone(sample: Sample, recipe: Recipe, most_pairs: int) -> Fitted:
    """That model with its booster, whose raw score lacks the sample's log odds."""
    design = Design.of(sample)
    pairs = choose_pairs(sample, design, recipe, most_pairs) if most_pairs else ()
    booster = fit_booster(sample, design, recipe, pairs, _choose_size(sample, design, recipe, pairs))
    is_additive = not (pairs or design.watched)
    effects = read_additive_effects(booster, sample) if is_additive else read_effects(booster, sample, design)
    return Fitted(booster, design, effects)


def choose_pairs(sample: Sample, design: Design, recipe: Recipe, most: int) -> Pairs:
    """The columns of strongest pure interaction in a booster that may join any two features in a tree."""
    columns = design.columns(sample.features)
    every = tuple(itertools.combinations(range(len(design.features)), 2))
    free = purify(fit_booster(sample, design, recipe, every, Size(recipe.leaves[0], recipe.rounds[0])), columns)
    of_two_features = [pair for pair in free.pairs if len(set(design.features_of(pair.features))) > 1]
    strongest = sorted(of_two_features, key=lambda pair: (-pair.spread(columns), pair.features))
    return tuple(sorted(pair.features for pair in strongest[:most]))


def _choose_size(sample: Sample, design: Design, recipe: Recipe, pairs: Pairs) -> Size:
    losses = {Size(*size): 0.0 for size in itertools.product(recipe.leaves, recipe.rounds)}
    splits = StratifiedKFold(INNER_FOLDS, shuffle=True, random_state=recipe.seed + 1)
    for train, test in splits.split(sample.features, sample.defaulted):
        learned, held_back = sample.rows(train), sample.rows(test)
        columns = design.columns(held_back.features)
        for leaves in recipe.leaves:
            booster = fit_booster(learned, design, recipe, pairs, Size(leaves, max(recipe.rounds)))
            for rounds in recipe.rounds:
                raw = np.asarray(booster.predict(columns, raw_score=True, num_iteration=rounds))
                losses[Size(leaves, rounds)] += log_loss(held_back.defaulted, logistic(raw + learned.log_odds))
    return min(losses, key=lambda size: losses[size])


def fit_booster(sample: Sample, design: Design, recipe: Recipe, pairs: Pairs, size: Size) -> lightgbm.Booster:
    """A monotone booster of the design's columns in which only the pairs given share a tree.

    To lack a feature never lowers the risk against its median.
    """
    columns = design.columns(sample.features)
    signs = [SIGN[direction] for direction in recipe.directions]
    parameters = {
        **_parameters(recipe, size.leaves),
        "interaction_constraints": [*map(list, design.columns_by_feature), *map(list, pairs)],
        "monotone_constraints": signs + [1] * len(design.watched),
    }
    return _train(parameters, Sample(columns, sample.defaulted), size.rounds)


def fit_unconstrained(sample: Sample, recipe: Recipe, further: Vector) -> Vector:
    """For comparison: LightGBM with all freedom, so without exact reasons; probabilities of further rows."""
    booster = _train(_parameters(recipe, leaves=12), sample, rounds=100)
    return logistic(np.asarray(booster.predict(further, raw_score=True)) + sample.log_odds)


def _parameters(recipe: Recipe, leaves: int) -> dict[str, Any]:
    return {
        "objective": "binary",
        "num_leaves": leaves,
        "learning_rate": recipe.learning_rate,
        "min_data_in_leaf": recipe.rows_a_leaf,
        "max_bin": recipe.bins,
        "feature_fraction": recipe.features_a_tree,
        "seed": recipe.seed,
        "deterministic": True,
        "force_row_wise": True,
        "num_threads": 1,
        "verbose": -1,
    }


def _train(parameters: dict[str, Any], sample: Sample, rounds: int) -> lightgbm.Booster:
    start = np.full(len(sample.defaulted), sample.log_odds)
    data = lightgbm.Dataset(sample.features, sample.defaulted, init_score=start)
    return lightgbm.train(parameters, data, num_boost_round=rounds)


def fit_scorecard(sample: Sample, recipe: Recipe, further: Vector) -> Vector:
    """For comparison: a classic scorecard, logistic regression on the weight of evidence of decile bins.

    Missing values have a bin of their own. Gives the probabilities of further rows.
    """
    learned, applied = np.empty_like(sample.features), np.empty_like(further)
    for column in range(sample.features.shape[1]):
        values = sample.features[:, column]
        edges = np.unique(np.nanquantile(values, np.linspace(0, 1, 11)[1:-1]))
        evidence = Steps(edges, _weight_of_evidence(bins(edges, values), sample.defaulted, len(edges) + 2))
        learned[:, column], applied[:, column] = evidence.at(values), evidence.at(further[:, column])
    regression = LogisticRegression(C=1.0, max_iter=1000, random_state=recipe.seed)
    return np.asarray(regression.fit(learned, sample.defaulted).predict_proba(applied)[:, 1])


def _weight_of_evidence(steps: Integers, defaulted: Vector, count: int) -> Vector:
    bad = np.bincount(steps, weights=defaulted, minlength=count) + 0.5
    good = np.bincount(steps, weights=1 - defaulted, minlength=count) + 0.5
    return np.asarray(np.log(bad / bad.sum()) - np.log(good / good.sum()))
