"""Schedules, yearly costs and the highest rates against loans that are worked out a second time."""

from datetime import date
from decimal import Decimal
from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from underwriter.credit import (
    RepaymentMethod,
    effective_annual_rate,
    effective_annual_rate_of,
    highest_annual_rate,
    repayment_schedule,
)

from .independent_loans import Loan, effective_rate, instalments, internal_rate, unrounded_payments

CENTS = st.integers(min_value=1, max_value=10**10)
RATES = st.decimals(min_value=0, max_value=1, places=4).map(Fraction)
DAYS = st.dates(min_value=date(2000, 1, 1), max_value=date(2100, 1, 1))
STEP = Fraction(1, 10_000)


@st.composite
def loans(draw: st.DrawFn, longest: int = 120) -> Loan:
    """Any loan whose terms fit together: a fee instead of interest, and no grace, with FLAT_FEE."""
    method = draw(st.sampled_from([method.name for method in RepaymentMethod]))
    term = draw(st.integers(min_value=1, max_value=longest))
    grace = draw(st.integers(min_value=0, max_value=term - 1))
    rate, fee_rate = draw(RATES), draw(st.just(Fraction(0)) | RATES)
    if method == "FLAT_FEE":
        rate, grace = Fraction(0), 0
    return Loan(draw(CENTS), rate, term, method, fee_rate, grace)


def decimal(fraction: Fraction) -> Decimal:
    return Decimal(fraction.numerator) / Decimal(fraction.denominator)


@settings(deadline=None, max_examples=200)
@given(loans(), DAYS, st.sampled_from([0, 2, 3]))
def test_every_day_and_amount_of_a_schedule(loan: Loan, first_day: date, exponent: int) -> None:
    schedule = repayment_schedule(
        Decimal(loan.principal).scaleb(-exponent),
        decimal(loan.annual_rate),
        loan.term,
        RepaymentMethod[loan.method],
        first_day,
        decimal(loan.fee_rate),
        exponent,
        loan.grace,
    )
    scale = 10**exponent
    found = [(row.due_date, row.principal * scale, row.interest * scale, row.fees * scale) for row in schedule]
    expected = instalments(loan, first_day)
    assert found == [due[:4] for due in expected]
    assert [row.balance * scale for row in schedule] == [due.balance for due in expected]
    assert all(row.payment == row.principal + row.interest + row.fees for row in schedule)


@settings(deadline=None, max_examples=150)
@given(loans(longest=60))
def test_yearly_cost_of_terms(loan: Loan) -> None:
    method, rate, fee_rate = RepaymentMethod[loan.method], decimal(loan.annual_rate), decimal(loan.fee_rate)
    assert effective_annual_rate_of(method, rate, loan.term, fee_rate, loan.grace) == effective_rate(loan)


@settings(deadline=None, max_examples=100)
@given(
    st.lists(st.integers(min_value=0, max_value=10**8), min_size=1, max_size=60).filter(any),
    st.fractions(min_value=Fraction(1, 2), max_value=1, max_denominator=1000),
)
def test_yearly_cost_of_payments(cents: list[int], share: Fraction) -> None:
    advance = max(Fraction(int(share * sum(cents))), Fraction(1))
    payments = [Decimal(amount).scaleb(-2) for amount in cents]
    found = effective_annual_rate(decimal(advance).scaleb(-2), payments)
    assert found == internal_rate(advance, list(map(Fraction, cents)))


@settings(deadline=None, max_examples=60)
@given(loans(longest=36).filter(lambda loan: loan.method != "FLAT_FEE"), st.integers(min_value=0, max_value=6000))
def test_the_highest_rate_is_the_last_step_within_the_cap(loan: Loan, cap_steps: int) -> None:
    cap = cap_steps * STEP
    method, fee_rate = RepaymentMethod[loan.method], decimal(loan.fee_rate)
    found = highest_annual_rate(decimal(cap), loan.term, method, fee_rate, loan.grace)
    if found is None:
        assert not is_within(loan._replace(annual_rate=Fraction(0)), cap)
        return
    highest = Fraction(found)
    assert is_within(loan._replace(annual_rate=highest), cap)
    assert not is_within(loan._replace(annual_rate=highest + STEP), cap) or highest == 10


def is_within(loan: Loan, cap: Fraction) -> bool:
    """Tell whether the payments on a loan of 1, discounted at the cap, are worth no more, up to the twelfth digit."""
    factor = float(1 + cap) ** (-1 / 12)
    value = sum(float(payment) * factor**month for month, payment in enumerate(unrounded_payments(loan), 1))
    return value <= 1 + 1e-12
