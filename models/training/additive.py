"""Reads the effects of a booster whose trees look at one feature each, where there is nothing to share out."""

import lightgbm
import numpy as np

from training.effects import Effects
from training.features import Sample, Vector
from training.steps import Steps
from training.trees import Trees, read_trees


def read_additive_effects(booster: lightgbm.Booster, sample: Sample) -> Effects:
    """The steps that the trees of each feature add up to, on top of the log odds that the boosting started from.

    A missing value adds what the feature adds on average for those who defaulted.
    """
    groups, constant = read_trees(booster)
    trees = {group.columns: group for group in groups}
    mains = [_main(trees.get((feature,), Trees((feature,), ()))) for feature in range(sample.features.shape[1])]
    contributions = Effects(0.0, tuple(mains), ()).contributions(sample.features)
    missing = np.nanmean(contributions[sample.defaulted == 1], axis=0)
    filled = [Steps(main.edges, np.append(main.values[:-1], each)) for main, each in zip(mains, missing, strict=True)]
    return Effects(sample.log_odds + constant, tuple(filled), ())


def _main(trees: Trees) -> Steps:
    """What trees of one feature add up to; what a missing value adds is left open."""
    (feature,) = trees.columns
    edges = trees.edges(feature)
    values: Vector = trees.values({feature: np.append(edges, np.inf)})
    return Steps(edges, np.append(values, np.nan))
