"""Takes a booster of pairs apart into what each feature adds, by the Shapley value under the training marginals.

Trees of two columns add up to a function g(x, y). With x and y drawn independently from their training values it is a
sum of four parts, the functional analysis of variance: its mean, the main effect of x, that of y, and the pure
interaction, whose mean over either is zero whatever the other. The Shapley value of a feature is then its main effect
and half of each pure interaction that it takes part in (L. Shapley, A Value for n-Person Games, 1953; A. Owen, Sobol'
Indices and Shapley Value, 2014).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import lightgbm
import numpy as np

from training.features import Integers, Sample, Vector
from training.missing import Design
from training.steps import Pair, Steps, bins, points_of, weights
from training.trees import Trees, read_trees


@dataclass(frozen=True, slots=True)
class Effects:
    """All that makes up the log odds; `mains` hold the main effect of each feature, `pairs` pure interactions."""

    intercept: float
    mains: tuple[Steps, ...]
    pairs: tuple[Pair, ...]

    def contributions(self, features: Vector) -> Vector:
        """What each feature adds to the log odds of each row: its main effect, and half of its interactions."""
        parts = np.stack([main.at(features[:, column]) for column, main in enumerate(self.mains)], axis=1)
        for pair in self.pairs:
            half = pair.at(features) / 2
            for column in pair.features:
                parts[:, column] += half
        return parts

    def log_odds(self, features: Vector) -> Vector:
        """The log odds of each row."""
        return np.asarray(self.contributions(features).sum(axis=1) + self.intercept)


class Purified(NamedTuple):
    """Trees taken apart: their means added up, the main effects, each of one column, and the pure interactions."""

    mean: float
    mains: tuple[tuple[int, Steps], ...]
    pairs: tuple[Pair, ...]


def purify(booster: lightgbm.Booster, columns: Vector) -> Purified:
    """The booster taken apart, by its own columns; the rows give the marginals."""
    groups, constant = read_trees(booster)
    parts = [_purify_one(each, columns) if len(each.columns) == 1 else _purify_two(each, columns) for each in groups]
    return Purified(
        mean=constant + sum(part.mean for part in parts),
        mains=tuple(main for part in parts for main in part.mains),
        pairs=tuple(pair for part in parts for pair in part.pairs),
    )


def _purify_one(group: Trees, columns: Vector) -> Purified:
    (column,) = group.columns
    edges = group.edges(column)
    values = group.values({column: points_of(edges)})
    mean = float(weights(edges, columns[:, column]) @ values)
    return Purified(mean, ((column, Steps(edges, values - mean)),), ())


def _purify_two(group: Trees, columns: Vector) -> Purified:
    first, second = group.columns
    edges = group.edges(first), group.edges(second)
    grid = np.meshgrid(*map(points_of, edges), indexing="ij")
    values = group.values({first: grid[0].ravel(), second: grid[1].ravel()}).reshape(grid[0].shape)
    shares = weights(edges[0], columns[:, first]), weights(edges[1], columns[:, second])
    of_first, of_second = values @ shares[1], shares[0] @ values
    mean = float(shares[0] @ of_first)
    pure = Pair((first, second), edges, values - of_first[:, None] - of_second + mean)
    mains = (first, Steps(edges[0], of_first - mean)), (second, Steps(edges[1], of_second - mean))
    return Purified(mean, mains, (pure,))


def read_effects(booster: lightgbm.Booster, sample: Sample, design: Design) -> Effects:
    """The booster's effects by feature; `sample` gives the marginals and the log odds that the boosting started from.

    What a missing value adds is said in `training.missing`.
    """
    purified = purify(booster, design.columns(sample.features))
    by_features: dict[tuple[int, int], list[Pair]] = {}
    for pair in purified.pairs:
        by_features.setdefault(design.features_of(pair.features), []).append(pair)
    mains, means = [], []
    for feature, values in enumerate(sample.features.T):
        main = _main(feature, purified.mains, by_features.pop((feature, feature), []), design)
        mean = float(weights(main.edges, values) @ main.values)
        means.append(mean)
        centred = Steps(main.edges, main.values - mean)
        is_watched = feature in design.watched
        mains.append(centred if is_watched else _as_for_the_bad(centred, values[sample.defaulted == 1]))
    pairs = tuple(_pair(features, pairs, design) for features, pairs in sorted(by_features.items()))
    return Effects(sample.log_odds + purified.mean + sum(means), tuple(mains), pairs)


def _main(feature: int, mains: Iterable[tuple[int, Steps]], own_pairs: Sequence[Pair], design: Design) -> Steps:
    """What all columns of a feature, by themselves and together, add up to as a function of it."""
    own = [(column, steps) for column, steps in mains if design.features[column] == feature]
    split = [(column, steps.edges) for column, steps in own]
    split += [place for pair in own_pairs for place in zip(pair.features, pair.edges, strict=True)]
    edges = _edges(feature, split)
    points = points_of(edges)
    values = sum((steps.at(design.column(column, points)) for column, steps in own), np.zeros(len(points)))
    for pair in own_pairs:
        values += pair.values[_places(pair, (points, points), design)]
    return Steps(edges, values)


def _as_for_the_bad(main: Steps, values: Vector) -> Steps:
    """The effect with its average for the values given in place of what it has for a missing one."""
    return Steps(main.edges, np.append(main.values[:-1], main.at(values[~np.isnan(values)]).mean()))


def _pair(features: tuple[int, int], pairs: Sequence[Pair], design: Design) -> Pair:
    """The interactions of two features, by whatever columns, as one."""
    pairs = [_in_order(pair, features, design) for pair in pairs]
    first, second = (
        _edges(feature, ((pair.features[side], pair.edges[side]) for pair in pairs))
        for side, feature in enumerate(features)
    )
    points = points_of(first), points_of(second)
    values = np.zeros((len(points[0]), len(points[1])))
    for pair in pairs:
        values += pair.values[np.ix_(*_places(pair, points, design))]
    if features[0] not in design.watched:
        values[-1, :] = 0.0
    if features[1] not in design.watched:
        values[:, -1] = 0.0
    return Pair(features, (first, second), values)


def _places(pair: Pair, points: tuple[Vector, Vector], design: Design) -> tuple[Integers, ...]:
    """Where points of two features lie in a pair of their columns."""
    return tuple(
        bins(edges, design.column(column, at))
        for edges, column, at in zip(pair.edges, pair.features, points, strict=True)
    )


def _in_order(pair: Pair, features: tuple[int, int], design: Design) -> Pair:
    """The pair with its columns in the order of the features."""
    if design.features[pair.features[0]] == features[0]:
        return pair
    return Pair(pair.features[::-1], pair.edges[::-1], pair.values.T)


def _edges(feature: int, columns: Iterable[tuple[int, Vector]]) -> Vector:
    """All edges of a feature's own column, each once; its second column tells missing values from known ones only."""
    return np.unique(np.concatenate([np.empty(0), *(edges for column, edges in columns if column == feature)]))
