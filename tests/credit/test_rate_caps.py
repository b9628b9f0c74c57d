"""Caps on the yearly cost, and the highest price within them, against exact fractions."""

import math
from decimal import Decimal
from fractions import Fraction

import numpy_financial
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from underwriter.credit import (
    CreditArgumentError,
    RepaymentMethod,
    effective_annual_rate_of,
    highest_annual_rate,
    highest_fee_rate,
)

BEARING_INTEREST = [method for method in RepaymentMethod if method is not RepaymentMethod.FLAT_FEE]
STEP = Decimal("0.0001")
LAST_PLACE = Decimal("0.000001")

caps = st.decimals(min_value=0, max_value="0.6", places=4)
terms = st.integers(min_value=1, max_value=36)
fee_rates = st.decimals(min_value="0.0001", max_value="0.05", places=4)


@pytest.mark.parametrize(
    ("cap", "term_months", "method", "expected"),
    [
        ("0.24", 12, RepaymentMethod.ANNUITY, "0.2170"),
        ("0.24", 360, RepaymentMethod.EQUAL_PRINCIPAL, "0.2170"),
        ("0.24", 1, RepaymentMethod.INTEREST_ONLY, "0.2170"),
        ("0.24", 12, RepaymentMethod.SINGLE_REPAYMENT, "0.2400"),
        ("0.24", 24, RepaymentMethod.SINGLE_REPAYMENT, "0.2688"),
        ("0.268241794562545318301696", 12, RepaymentMethod.ANNUITY, "0.2400"),
        ("0.26824179456254531", 12, RepaymentMethod.ANNUITY, "0.2399"),
        ("0", 12, RepaymentMethod.ANNUITY, "0"),
        ("10", 600, RepaymentMethod.SINGLE_REPAYMENT, "10"),
    ],
)
def test_highest_annual_rate(cap: str, term_months: int, method: RepaymentMethod, expected: str) -> None:
    assert highest_annual_rate(Decimal(cap), term_months, method) == Decimal(expected)


@settings(deadline=None, max_examples=60)
@given(caps, terms)
def test_without_fees_the_next_step_passes_the_cap_exactly(cap: Decimal, term_months: int) -> None:
    def monthly_cost(rate: Decimal) -> Fraction:
        return (1 + Fraction(rate) / 12) ** 12 - 1

    rate = highest_annual_rate(cap, term_months, RepaymentMethod.ANNUITY)
    assert rate is not None
    assert monthly_cost(rate) <= Fraction(cap) < monthly_cost(rate + STEP)


@settings(deadline=None, max_examples=60)
@given(caps, terms)
def test_single_repayment_passes_the_cap_at_the_next_step_exactly(cap: Decimal, term_months: int) -> None:
    def is_within(rate: Decimal) -> bool:
        return (1 + Fraction(rate) * term_months / 12) ** 12 <= (1 + Fraction(cap)) ** term_months

    rate = highest_annual_rate(cap, term_months, RepaymentMethod.SINGLE_REPAYMENT)
    assert rate is not None
    assert is_within(rate)
    assert not is_within(rate + STEP)


@settings(deadline=None, max_examples=60)
@given(caps, terms, st.sampled_from(BEARING_INTEREST), fee_rates)
def test_with_fees_the_rate_is_within_the_cap_and_the_next_step_is_not(
    cap: Decimal, term_months: int, method: RepaymentMethod, fee_rate: Decimal
) -> None:
    rate = highest_annual_rate(cap, term_months, method, fee_rate)
    if rate is None:
        assert effective_annual_rate_of(method, Decimal(0), term_months, fee_rate) >= cap
        return
    assert effective_annual_rate_of(method, rate, term_months, fee_rate) <= cap + LAST_PLACE
    assert effective_annual_rate_of(method, rate + STEP, term_months, fee_rate) >= cap


@settings(deadline=None, max_examples=60)
@given(caps, terms)
def test_highest_fee_is_within_the_cap_and_the_next_step_is_not(cap: Decimal, term_months: int) -> None:
    fee_rate = highest_fee_rate(cap, term_months)
    flat_fee = RepaymentMethod.FLAT_FEE
    assert effective_annual_rate_of(flat_fee, Decimal(0), term_months, fee_rate) <= cap + LAST_PLACE
    if fee_rate < 1:
        assert effective_annual_rate_of(flat_fee, Decimal(0), term_months, fee_rate + STEP) >= cap


@pytest.mark.parametrize(
    ("term_months", "expected"), [(1, "0.0180"), (3, "0.0363"), (6, "0.0642"), (9, "0.0925"), (12, "0.1214")]
)
def test_highest_pay_later_fees_within_24_percent(term_months: int, expected: str) -> None:
    """Equal payments of (1 + fee)/n at the cap's monthly rate are worth 1, so fee = n / annuity factor - 1."""
    annuity_factor = -numpy_financial.pv(1.24 ** (1 / 12) - 1, term_months, 1)
    assert math.floor((term_months / annuity_factor - 1) * 10_000) / 10_000 == float(expected)
    assert highest_fee_rate(Decimal("0.24"), term_months) == Decimal(expected)


def test_no_rate_is_within_a_cap_that_the_fee_alone_passes() -> None:
    assert highest_annual_rate(Decimal("0.05"), 12, RepaymentMethod.ANNUITY, Decimal("0.06")) is None


def test_a_flat_fee_has_no_annual_rate() -> None:
    with pytest.raises(CreditArgumentError, match=r"^method is FLAT_FEE; .* ask highest_fee_rate"):
        highest_annual_rate(Decimal("0.24"), 12, RepaymentMethod.FLAT_FEE)
