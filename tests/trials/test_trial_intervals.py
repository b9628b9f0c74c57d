"""Intervals are those of the papers that they are from, and hold what they must."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from underwriter.trials.intervals import difference_interval, share_interval


@pytest.mark.parametrize(
    ("count", "total", "low", "high"),
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_the_interval_of_a_share(count: int, total: int, low: float, high: float) -> None:
    """Newcombe, "Two-sided confidence intervals for the single proportion" (1998), table I, method 3."""
    assert share_interval(count, total) == pytest.approx((low, high), abs=5e-5)


@pytest.mark.parametrize(
    ("one", "other", "low", "high"),
    [
        ((56, 70), (48, 80), 0.0524, 0.3339),
        ((9, 10), (3, 10), 0.1705, 0.8090),
        ((6, 7), (2, 7), 0.0582, 0.8062),
        ((5, 56), (0, 29), -0.0381, 0.1926),
        ((0, 10), (0, 20), -0.1611, 0.2775),
        ((0, 10), (0, 10), -0.2775, 0.2775),
        ((10, 10), (0, 20), 0.6791, 1.0),
        ((10, 10), (0, 10), 0.6075, 1.0),
    ],
)
def test_the_interval_of_a_difference(one: tuple[int, int], other: tuple[int, int], low: float, high: float) -> None:
    """Newcombe, "Interval estimation for the difference between independent proportions" (1998), table II, 10."""
    assert difference_interval(*one, *other) == pytest.approx((low, high), abs=5e-5)


COUNTS = st.integers(1, 500).flatmap(lambda total: st.tuples(st.integers(0, total), st.just(total)))


@given(COUNTS, COUNTS)
@settings(max_examples=50)
def test_an_interval_holds_its_estimate_and_turns_with_its_sides(one: tuple[int, int], other: tuple[int, int]) -> None:
    difference = one[0] / one[1] - other[0] / other[1]
    low, high = difference_interval(*one, *other)
    assert -1 - 1e-9 <= low <= difference + 1e-9
    assert difference - 1e-9 <= high <= 1 + 1e-9
    assert difference_interval(*other, *one) == pytest.approx((-high, -low))


def test_of_nothing_nothing_is_known() -> None:
    assert share_interval(0, 0) == (0, 1)
    assert difference_interval(0, 0, 3, 4) == (-1, 1)
