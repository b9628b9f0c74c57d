"""Level payments and what a monthly room can carry, against numpy-financial and exact fractions."""

from decimal import ROUND_UP, Decimal, localcontext
from fractions import Fraction

import numpy_financial
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from underwriter.credit import affordable_principal, annuity_payment

rates = st.decimals(min_value=0, max_value=1, places=4)
terms = st.integers(min_value=1, max_value=120)
cents = st.integers(min_value=1, max_value=10**10)


def exact_payment(principal: Decimal, annual_rate: Decimal, term_months: int) -> Fraction:
    rate = Fraction(annual_rate) / 12
    if not rate:
        return Fraction(principal) / term_months
    return Fraction(principal) * rate / (1 - (1 + rate) ** -term_months)


@pytest.mark.parametrize("annual_rate", ["0.0001", "0.0435", "0.153", "0.24", "1"])
@pytest.mark.parametrize("term_months", [1, 3, 12, 60, 360])
def test_payment_agrees_with_numpy_financial(annual_rate: str, term_months: int) -> None:
    found = annuity_payment(Decimal("98765.43"), Decimal(annual_rate), term_months)
    assert float(found) == pytest.approx(
        -numpy_financial.pmt(float(annual_rate) / 12, term_months, 98765.43), abs=0.0051
    )


def test_published_payment() -> None:
    """100,000 over 20 years at 8 % is the textbook's 836.44 a month."""
    assert annuity_payment(Decimal(100_000), Decimal("0.08"), 240) == Decimal("836.44")


def test_half_a_unit_goes_to_the_even_one() -> None:
    """480 and a month's interest at 16.25 % are exactly 486.5, though a twelfth of the rate has no end."""
    assert annuity_payment(Decimal(480), Decimal("0.1625"), 1, exponent=0) == 486


@settings(deadline=None)
@given(cents, rates, terms, st.sampled_from([0, 2, 3]))
def test_payment_is_the_exact_one_rounded_half_even(
    units: int, annual_rate: Decimal, term_months: int, exponent: int
) -> None:
    principal = Decimal(units).scaleb(-exponent)
    found = annuity_payment(principal, annual_rate, term_months, exponent)
    assert Fraction(found) == round(exact_payment(principal, annual_rate, term_months), exponent)


@settings(deadline=None)
@given(cents, rates, terms, st.sampled_from([0, 2, 3]))
def test_principal_is_the_largest_whose_payment_is_within_the_room(
    units: int, annual_rate: Decimal, term_months: int, exponent: int
) -> None:
    room = Decimal(units).scaleb(-exponent)
    principal = affordable_principal(room, annual_rate, term_months, exponent)
    one_more = principal + Decimal(1).scaleb(-exponent)
    assert exact_payment(principal, annual_rate, term_months) <= Fraction(room)
    assert exact_payment(one_more, annual_rate, term_months) > Fraction(room)
    if principal:
        assert annuity_payment(principal, annual_rate, term_months, exponent) <= room


@pytest.mark.parametrize(
    ("room", "annual_rate", "term_months", "expected"),
    [
        ("101", "0.12", 1, "100.00"),
        ("1210", "0.10", 1, "1200.00"),
        ("100", "0", 6, "600.00"),
        ("100", "0", 7, "700.00"),
        ("1000", "0.18", 12, "10907.50"),
        ("0", "0.18", 12, "0.00"),
        ("-250.10", "0.18", 12, "0.00"),
        ("0.001", "0", 1, "0.00"),
    ],
)
def test_affordable_principal(room: str, annual_rate: str, term_months: int, expected: str) -> None:
    found = affordable_principal(Decimal(room), Decimal(annual_rate), term_months)
    assert str(found) == expected


@pytest.mark.parametrize(("term_months", "grace_months"), [(12, 0), (12, 3), (24, 23)])
def test_months_of_grace_leave_fewer_to_repay_in(term_months: int, grace_months: int) -> None:
    found = affordable_principal(Decimal(1000), Decimal("0.18"), term_months, grace_months=grace_months)
    assert found == affordable_principal(Decimal(1000), Decimal("0.18"), term_months - grace_months)


def test_affordable_principal_agrees_with_numpy_financial() -> None:
    found = affordable_principal(Decimal("2345.67"), Decimal("0.0765"), 36)
    assert float(found) == pytest.approx(-numpy_financial.pv(0.0765 / 12, 36, 2345.67), abs=0.011)


@settings(deadline=None)
@given(cents, rates, terms)
def test_callers_decimal_context_changes_nothing(units: int, annual_rate: Decimal, term_months: int) -> None:
    amount = Decimal(units).scaleb(-2)
    expected = annuity_payment(amount, annual_rate, term_months), affordable_principal(amount, annual_rate, term_months)
    with localcontext(prec=4, rounding=ROUND_UP):
        found = (
            annuity_payment(amount, annual_rate, term_months),
            affordable_principal(amount, annual_rate, term_months),
        )
    assert found == expected
