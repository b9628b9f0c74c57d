"""Effective annual rates against published examples, numpy-financial, and exact fractions."""

from datetime import date
from decimal import ROUND_UP, Decimal, localcontext
from fractions import Fraction

import numpy_financial
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from underwriter.credit import (
    CreditArgumentError,
    RepaymentMethod,
    effective_annual_rate,
    effective_annual_rate_of,
    repayment_schedule,
)

MONTHLY_METHODS = [RepaymentMethod.ANNUITY, RepaymentMethod.EQUAL_PRINCIPAL, RepaymentMethod.INTEREST_ONLY]
HALF_OF_THE_LAST_PLACE = Fraction(5, 10**7)

rates = st.decimals(min_value=0, max_value=1, places=4)
fee_rates = st.decimals(min_value=0, max_value=1, places=4)
terms = st.integers(min_value=1, max_value=60)
amounts = st.decimals(min_value=0, max_value=10**6, places=2)


def value_at(effective_rate: Fraction, payments: list[Decimal]) -> float:
    """The present value at a yearly rate, in floating point, each payment discounted for itself."""
    return sum(float(payment) * float(1 + effective_rate) ** (-month / 12) for month, payment in enumerate(payments, 1))


def monthly_payments(schedule_terms: dict) -> list[Decimal]:
    """What a schedule asks for at the end of each month, zero where nothing is due."""
    schedule = repayment_schedule(**schedule_terms, first_day=date(2025, 1, 15))
    silent_months = schedule_terms["term_months"] - len(schedule)
    return [Decimal(0)] * silent_months + [row.payment for row in schedule]


def test_regulation_z_example() -> None:
    """Regulation Z, appendix J: 5,000 repaid in 24 payments of 230 has a nominal rate of 9.69 %."""
    effective = effective_annual_rate(Decimal(5000), [Decimal(230)] * 24)
    assert effective == Decimal("0.101275")
    assert round(((1 + float(effective)) ** (1 / 12) - 1) * 12, 4) == 0.0969


@pytest.mark.parametrize(
    ("term_months", "fee_rate", "expected"),
    [(3, "0.025", "0.160"), (6, "0.045", "0.164"), (9, "0.065", "0.165"), (12, "0.088", "0.171")],
)
def test_pay_later_fees_cost_about_twice_what_they_seem(term_months: int, fee_rate: str, expected: str) -> None:
    """A fee on the whole principal, while on average little more than half is owed."""
    effective = effective_annual_rate_of(RepaymentMethod.FLAT_FEE, Decimal(0), term_months, Decimal(fee_rate))
    payment = (1 + float(fee_rate)) / term_months
    oracle = (1 + numpy_financial.irr([-1.0] + [payment] * term_months)) ** 12 - 1
    assert float(effective) == pytest.approx(oracle, abs=6e-7)
    assert round(effective, 3) == Decimal(expected)


@pytest.mark.parametrize("upfront_fee", ["0", "60", "250.50"])
@pytest.mark.parametrize("term_months", [1, 2, 6, 24, 36])
@pytest.mark.parametrize("total", ["6000.01", "6600", "9000"])
def test_agrees_with_numpy_financial(upfront_fee: str, term_months: int, total: str) -> None:
    payments = [Decimal(total) / term_months] * term_months
    flows = [float(upfront_fee) - 6000.0, *map(float, payments)]
    oracle = (1 + numpy_financial.irr(flows)) ** 12 - 1
    found = effective_annual_rate(Decimal(6000), payments, Decimal(upfront_fee))
    assert float(found) == pytest.approx(oracle, abs=6e-7, rel=1e-8)


@settings(deadline=None)
@given(st.lists(amounts, min_size=1, max_size=60), st.decimals(min_value="0.5", max_value=1, places=4))
def test_payments_at_the_effective_rate_are_worth_the_principal(payments: list[Decimal], share: Decimal) -> None:
    """The principal, some share of all payments, lies between the values at the rate's rounding bounds."""
    assume(sum(payments))
    principal = share * sum(payments)
    effective = Fraction(effective_annual_rate(principal, payments))
    tolerance = 1e-9 * float(principal)
    assert value_at(effective - HALF_OF_THE_LAST_PLACE, payments) >= float(principal) - tolerance
    assert value_at(effective + HALF_OF_THE_LAST_PLACE, payments) <= float(principal) + tolerance


@settings(deadline=None)
@given(st.integers(min_value=1, max_value=12), fee_rates)
def test_pay_later_payments_are_worth_the_principal(term_months: int, fee_rate: Decimal) -> None:
    payments = [(1 + fee_rate) / term_months] * term_months
    effective = effective_annual_rate_of(RepaymentMethod.FLAT_FEE, Decimal(0), term_months, fee_rate)
    assert value_at(Fraction(effective), payments) == pytest.approx(1, abs=1e-6)


@settings(deadline=None)
@given(st.sampled_from(MONTHLY_METHODS), rates, terms, fee_rates)
def test_never_below_the_nominal_rate(
    method: RepaymentMethod, annual_rate: Decimal, term_months: int, fee_rate: Decimal
) -> None:
    without_fee = effective_annual_rate_of(method, annual_rate, term_months)
    with_fee = effective_annual_rate_of(method, annual_rate, term_months, fee_rate)
    assert annual_rate <= without_fee <= with_fee


@given(rates, st.integers(min_value=1, max_value=12), fee_rates)
def test_single_repayment_within_a_year_is_never_below_the_nominal_rate(
    annual_rate: Decimal, term_months: int, fee_rate: Decimal
) -> None:
    method = RepaymentMethod.SINGLE_REPAYMENT
    assert effective_annual_rate_of(method, annual_rate, term_months, fee_rate) >= annual_rate


@pytest.mark.parametrize("method", MONTHLY_METHODS)
@pytest.mark.parametrize("term_months", [1, 12, 360])
def test_without_fees_it_is_the_compounded_monthly_rate(method: RepaymentMethod, term_months: int) -> None:
    exact = (1 + Fraction(18, 1200)) ** 12 - 1
    assert Fraction(effective_annual_rate_of(method, Decimal("0.18"), term_months)) == round(exact, 6)


@pytest.mark.parametrize(
    ("term_months", "expected"), [(12, "0.120000"), (6, "0.123600"), (24, "0.113553"), (1, "0.126825")]
)
def test_single_repayment_bears_simple_interest(term_months: int, expected: str) -> None:
    found = effective_annual_rate_of(RepaymentMethod.SINGLE_REPAYMENT, Decimal("0.12"), term_months)
    assert found == Decimal(expected)


@settings(deadline=None, max_examples=50)
@given(
    st.sampled_from(list(RepaymentMethod)), st.decimals(min_value=0, max_value="0.36", places=4), terms, st.booleans()
)
def test_terms_and_schedule_agree(
    method: RepaymentMethod, annual_rate: Decimal, term_months: int, with_fee: bool
) -> None:
    """On a large loan, where cents hardly count, the schedule's payments cost what the terms say."""
    annual_rate = Decimal(0) if method is RepaymentMethod.FLAT_FEE else annual_rate
    schedule_terms = {
        "principal": Decimal(10**12),
        "annual_rate": annual_rate,
        "term_months": term_months,
        "method": method,
        "fee_rate": Decimal("0.03") if with_fee else Decimal(0),
    }
    by_payments = effective_annual_rate(Decimal(10**12), monthly_payments(schedule_terms))
    by_terms = effective_annual_rate_of(method, annual_rate, term_months, schedule_terms["fee_rate"])
    assert abs(by_payments - by_terms) <= Decimal("0.000001")


@given(terms, amounts)
def test_costs_nothing_without_interest_or_fees(term_months: int, amount: Decimal) -> None:
    assume(amount > 0)
    payments = monthly_payments(
        {
            "principal": amount,
            "annual_rate": Decimal(0),
            "term_months": term_months,
            "method": RepaymentMethod.EQUAL_PRINCIPAL,
        }
    )
    assert effective_annual_rate(amount, payments) == 0


@pytest.mark.parametrize(
    ("principal", "payments", "expected"),
    [
        ("100", ["100"], "0.000000"),
        ("1", ["2"], "4095.000000"),
        ("1", ["100"], "999999999999999999999999.000000"),
        ("1e18", ["1e18"] * 2, "320.996894"),
        ("1", ["0"] * 599 + ["2"], "0.013959"),
        ("1", ["1"] * 600, "4095.000000"),
        ("0.01", ["0"] * 359 + ["1"], "0.165914"),
    ],
)
def test_far_ends(principal: str, payments: list[str], expected: str) -> None:
    assert effective_annual_rate(Decimal(principal), list(map(Decimal, payments))) == Decimal(expected)


def test_thirty_years() -> None:
    found = effective_annual_rate_of(RepaymentMethod.ANNUITY, Decimal("0.049"), 360, Decimal("0.02"))
    payment = -numpy_financial.pmt(0.049 / 12, 360, 1) + 0.02 / 360
    oracle = (1 + numpy_financial.rate(360, payment, -1, 0)) ** 12 - 1
    assert float(found) == pytest.approx(oracle, abs=6e-7)


@given(st.sampled_from(MONTHLY_METHODS), rates, terms, fee_rates)
@settings(deadline=None, max_examples=50)
def test_callers_decimal_context_changes_nothing(
    method: RepaymentMethod, annual_rate: Decimal, term_months: int, fee_rate: Decimal
) -> None:
    schedule_terms = {
        "principal": Decimal(10**6),
        "annual_rate": annual_rate,
        "term_months": term_months,
        "method": method,
        "fee_rate": fee_rate,
    }
    payments = monthly_payments(schedule_terms)
    expected = effective_annual_rate(Decimal(10**6), payments)
    with localcontext(prec=4, rounding=ROUND_UP):
        assert effective_annual_rate(Decimal(10**6), payments) == expected


@pytest.mark.parametrize(
    ("principal", "payments", "upfront_fee", "arguments"),
    [
        ("100", ["50", "49.99"], "0", ["payments"]),
        ("100", [], "0", ["payments"]),
        ("100", ["1"] * 601, "0", ["payments"]),
        ("100", ["110"], "100", ["upfront_fee"]),
        ("1", ["101"], "0", ["payments"]),
        ("0", ["-1", "10", "NaN"], "-5", ["principal", "upfront_fee", "payments[0]", "payments[2]"]),
    ],
)
def test_faults(principal: str, payments: list[str], upfront_fee: str, arguments: list[str]) -> None:
    with pytest.raises(CreditArgumentError) as caught:
        effective_annual_rate(Decimal(principal), list(map(Decimal, payments)), Decimal(upfront_fee))
    assert [fault.argument for fault in caught.value.faults] == arguments
