"""Figures of counted values, against plain lists."""

from collections import Counter
from decimal import Decimal
from fractions import Fraction
from statistics import fmean

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from underwriter.impact.statistics import impact_ratios, mean, quantiles

VALUES = st.lists(st.integers(-5, 5).map(Decimal), min_size=1, max_size=30)
SHARES = [Fraction(0), Fraction(1, 10), Fraction(1, 4), Fraction(1, 2), Fraction(9, 10), Fraction(1)]


@settings(max_examples=60)
@given(VALUES)
def test_quantiles_and_mean_are_those_of_the_list(values: list[Decimal]) -> None:
    found = quantiles(Counter(values), SHARES)
    ordered = sorted(values)
    for share, value in zip(SHARES, found, strict=True):
        assert sum(one <= value for one in ordered) >= share * len(ordered)
        assert value == ordered[0] or sum(one < value for one in ordered) < share * len(ordered)
    assert float(mean(Counter(values))) == pytest.approx(fmean(map(float, values)))


def test_impact_ratios_are_shares_of_the_highest_rate() -> None:
    """The example of the Uniform Guidelines: 48 of 80 and 12 of 40 give one half (29 CFR 1607.4 D, question 12)."""
    assert impact_ratios({"A": 48 / 80, "B": 12 / 40}) == pytest.approx({"A": 1.0, "B": 0.5})
    assert impact_ratios({"A": 0.0, "B": 0.0}) == {}
