import math
from decimal import ROUND_HALF_EVEN, Decimal, localcontext
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from underwriter.scoring import Calibration, PointsScale

SCALE = PointsScale(minimum=350, maximum=950, anchor_points=700, anchor_odds=0.02, points_to_double_odds=60)
probabilities = st.floats(0, 1)
rates = st.floats(0.001, 0.999)


@pytest.mark.parametrize(
    ("odds", "points"),
    [(0.02, 700), (0.01, 760), (0.04, 640), (0.005, 820), (0.32, 460), (1e-9, 950), (1e9, 350)],
)
def test_halving_the_odds_adds_the_points_to_double_odds(odds: float, points: int) -> None:
    assert SCALE.points(odds / (1 + odds)) == points


@pytest.mark.parametrize(
    ("probability", "points"), [(0.0, 950), (1.0, 350), (5e-324, 950), (math.nextafter(1, 0), 350)]
)
def test_the_ends_of_the_scale_are_reached_and_not_passed(probability: float, points: int) -> None:
    assert SCALE.points(probability) == points


@pytest.mark.parametrize(
    ("anchor", "points"), [(699.5, 700), (700.5, 700), (701.5, 702), (700.4999, 700), (700.51, 701)]
)
def test_halves_are_rounded_to_even(anchor: float, points: int) -> None:
    even_odds = PointsScale(minimum=350, maximum=950, anchor_points=anchor, anchor_odds=1, points_to_double_odds=60)
    assert even_odds.points(0.5) == points


@given(st.lists(probabilities, min_size=2, max_size=20))
def test_more_risk_never_gives_more_points(values: list[float]) -> None:
    points = [SCALE.points(value) for value in sorted(values)]
    assert all(left >= right for left, right in pairwise(points))
    assert all(350 <= each <= 950 for each in points)


@given(st.floats(1e-6, 1 - 1e-6))
def test_points_agree_with_the_formula_in_decimals(probability: float) -> None:
    with localcontext() as context:
        context.prec = 50
        odds = Decimal(probability) / (1 - Decimal(probability))
        exact = 700 - 60 / Decimal(2).ln() * (odds / Decimal(SCALE.anchor_odds)).ln()
        if abs(exact % 1 - Decimal("0.5")) > Decimal("1e-9"):
            clipped = min(max(exact, Decimal(350)), Decimal(950))
            assert SCALE.points(probability) == int(clipped.to_integral_value(ROUND_HALF_EVEN))


@given(rates, rates, st.floats(1e-9, 1 - 1e-9))
def test_rebasing_multiplies_the_odds_by_the_ratio_of_the_populations_odds(
    training: float, target: float, probability: float
) -> None:
    rebased = Calibration(training, target).rebase(probability)
    ratio = (target / (1 - target)) / (training / (1 - training))
    assert rebased == pytest.approx(ratio * probability / (ratio * probability + 1 - probability), rel=1e-12)


@given(rates, rates)
def test_the_average_of_the_training_population_becomes_that_of_the_target(training: float, target: float) -> None:
    assert Calibration(training, target).rebase(training) == pytest.approx(target)


@given(rates, rates, st.lists(probabilities, min_size=2, max_size=20))
def test_rebasing_keeps_order_and_ends(training: float, target: float, values: list[float]) -> None:
    calibration = Calibration(training, target)
    rebased = [calibration.rebase(value) for value in sorted(values)]
    assert all(left <= right for left, right in pairwise(rebased))
    assert (calibration.rebase(0.0), calibration.rebase(1.0)) == (0, 1)


@given(rates, rates, st.lists(probabilities, min_size=1, max_size=20))
def test_rebasing_many_is_rebasing_each(training: float, target: float, values: list[float]) -> None:
    calibration = Calibration(training, target)
    assert list(calibration.rebase(np.array(values))) == [calibration.rebase(value) for value in values]


@given(rates, probabilities)
def test_rebasing_to_the_same_population_changes_nothing(rate: float, probability: float) -> None:
    assert Calibration(rate, rate).rebase(probability) == pytest.approx(probability, rel=1e-12, abs=1e-300)
