"""Figures of many values that are given as how often each comes."""

from collections import Counter
from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from math import ceil

FOUR_FIFTHS = 0.8
"""The least ratio of selection rates that is no sign of adverse impact: 29 CFR 1607.4 D (EEOC, 1978)."""


def quantiles(counts: Counter[Decimal], shares: Sequence[Fraction]) -> list[Decimal]:
    """Return for each share the least value that so many of all values do not pass. There must be values."""
    wanted = [max(1, ceil(share * counts.total())) for share in shares]
    values = sorted(counts)
    found, below, place = [], 0, -1
    for rank in wanted:
        while below < rank:
            place += 1
            below += counts[values[place]]
        found.append(values[place])
    return found


def mean(counts: Counter[Decimal]) -> Decimal:
    """Return the mean. There must be values."""
    return sum((value * count for value, count in counts.items()), Decimal(0)) / counts.total()


def impact_ratios(rates: Mapping[str, float]) -> dict[str, float]:
    """Return each group's approval rate as a share of the highest one; nothing where nobody is approved."""
    highest = max(rates.values(), default=0)
    return {group: rate / highest for group, rate in rates.items()} if highest else {}
