"""The few kinds of chance that the book is made from. Every applicant has a generator of its own, seeded by name.

So the book does not depend on the order or the number of processes that it is made in.
"""

import math
from collections.abc import Mapping, Sequence
from random import Random
from typing import Any, TypeVar

Item = TypeVar("Item")

GAP = 0.012
"""How often a field that people may leave out is not there."""


def generator(seed: int, kind: str, number: int) -> Random:
    """Return the chance of one applicant: the same for the same seed, kind and number."""
    return Random(f"{seed}/{kind}/{number}")  # noqa: S311 - no secret


def logistic(log_odds: float) -> float:
    """Return the probability of log-odds."""
    return 1 / (1 + math.exp(-log_odds))


def within(value: float, least: float, most: float) -> float:
    """Return the value, or the bound that it passes."""
    return min(most, max(least, value))


def happens(rng: Random, probability: float) -> bool:
    """Tell whether something of a probability happens."""
    return rng.random() < probability


def pick(rng: Random, weights: Mapping[Item, float]) -> Item:
    """Return one of the keys, in proportion to their weights."""
    return rng.choices(list(weights), list(weights.values()))[0]


def spread(rng: Random, median: float, sigma: float) -> float:
    """Return an amount around a median, log-normal: two thirds lie within a factor of e to the sigma."""
    return median * math.exp(rng.gauss(0, sigma))


def count(rng: Random, mean: float) -> int:
    """Return how often something happens that happens `mean` times on average, at most 60 times (Poisson)."""
    left, number = math.exp(-mean), 0
    product = rng.random()
    while product > left and number < 60:
        product *= rng.random()
        number += 1
    return number


def rounded(amount: float, unit: int = 1) -> int:
    """Return an amount in whole units of money."""
    return round(amount / unit) * unit


def with_gaps(rng: Random, part: Mapping[str, Any], kept: Sequence[str] = ()) -> dict[str, Any]:
    """Return a part of an application as it comes in life: each field but those kept is sometimes not there."""
    return {name: value for name, value in part.items() if name in kept or not happens(rng, GAP)}
