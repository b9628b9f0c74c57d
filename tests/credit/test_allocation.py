"""Amounts split by weight: exact, fair to less than one unit, and in a stated order."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from underwriter.credit import allocate, amount_of, funded_amounts, minor_units, share_faults

AMOUNTS = st.integers(0, 10**18)
WEIGHTS = st.lists(st.integers(0, 10**40), min_size=1, max_size=12).filter(any)


@pytest.mark.parametrize(
    ("amount", "weights", "parts"),
    [
        (0, [1, 2], [0, 0]),
        (100, [1], [100]),
        (100, [1, 1, 1], [34, 33, 33]),
        (101, [1, 1, 1], [34, 34, 33]),
        (1, [1, 1, 1], [1, 0, 0]),
        (7, [0, 5, 0], [0, 7, 0]),
        (10, [1, 0, 2], [3, 0, 7]),
        (10_000_01, [5, 3, 2], [5_000_01, 3_000_00, 2_000_00]),
        (2, [1, 1, 3], [1, 0, 1]),
    ],
)
def test_units_that_are_left_go_to_the_largest_remainders(amount, weights, parts):
    assert allocate(amount, weights) == parts


@given(AMOUNTS, WEIGHTS)
def test_parts_sum_to_the_amount_and_are_off_by_less_than_one(amount, weights):
    parts = allocate(amount, weights)
    assert sum(parts) == amount
    for part, weight in zip(parts, weights, strict=True):
        assert part >= 0
        assert abs(part - Fraction(amount * weight, sum(weights))) < 1
        assert weight or not part


@given(AMOUNTS, WEIGHTS, st.integers(1, 10**6))
def test_only_the_ratio_of_weights_counts(amount, weights, factor):
    assert allocate(amount, [weight * factor for weight in weights]) == allocate(amount, weights)


@given(AMOUNTS, st.lists(st.integers(1, 100), min_size=2, max_size=8))
def test_a_larger_weight_never_gets_less(amount, weights):
    ranked = sorted(weights, reverse=True)
    assert allocate(amount, ranked) == sorted(allocate(amount, ranked), reverse=True)


@pytest.mark.parametrize(("amount", "weights"), [(-1, [1]), (1, []), (1, [0, 0]), (1, [2, -1])])
def test_what_can_t_be_split_is_refused(amount, weights):
    with pytest.raises(ValueError, match="can be split"):
        allocate(amount, weights)


@pytest.mark.parametrize(
    ("shares", "faults"),
    [
        (["1"], []),
        (["0.5", "0.3", "0.2"], []),
        ([Decimal(1) / 3] * 3, []),
        (["0.5", "0.4"], ["the shares sum to 0.9, not to 1"]),
        (["1.2", "-0.2"], ["the share -0.2 is not more than 0"]),
        (["1", "0"], ["the share 0 is not more than 0"]),
        (["0.50000001", "0.5"], ["the shares sum to 1.00000001, not to 1"]),
        ([], ["the shares sum to 0, not to 1"]),
        (["NaN", "1"], ["a share is not a finite number"]),
        (["Infinity"], ["a share is not a finite number"]),
    ],
)
def test_shares_must_make_up_a_whole(shares, faults):
    shares = [Decimal(share) for share in shares]
    assert share_faults(shares) == faults
    if faults:
        with pytest.raises(ValueError, match=r"share|finite"):
            funded_amounts(100, shares)


@given(AMOUNTS, st.lists(st.integers(1, 10**6), min_size=1, max_size=8))
def test_funded_amounts_follow_the_shares(amount, weights):
    shares = [Decimal(weight) / sum(weights) for weight in weights]
    assert funded_amounts(amount, shares) == pytest.approx(allocate(amount, weights), rel=1e-20, abs=1)
    assert sum(funded_amounts(amount, shares)) == amount


@given(st.integers(-(10**17), 10**17), st.sampled_from([0, 2, 3, 4]))
def test_minor_units_there_and_back(units, exponent):
    amount = amount_of(units, exponent)
    assert amount == Fraction(units, 10**exponent)
    assert minor_units(amount, exponent) == units


@pytest.mark.parametrize(("text", "units"), [("12.345", 1234), ("0.009", 0), ("-0.019", -1), ("1e3", 100_000)])
def test_what_is_below_a_minor_unit_is_cut_off(text, units):
    assert minor_units(Decimal(text), 2) == units
    assert str(amount_of(100_000, 2)) == "1000"
    assert str(amount_of(5, 2)) == "0.05"


@given(st.lists(st.one_of(st.integers(0, 9), st.integers(0, 2**62)), min_size=1, max_size=8).filter(any), st.data())
def test_no_part_of_what_there_is_is_above_its_weight(weights: list[int], data: st.DataObject) -> None:
    parts = allocate(data.draw(st.integers(0, sum(weights))), weights)
    assert all(0 <= part <= weight for part, weight in zip(parts, weights, strict=True))
