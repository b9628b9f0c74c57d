"""Rounding to minor units, and their number of places by currency."""

from decimal import ROUND_UP, Decimal, localcontext
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from underwriter.credit import CreditArgumentError, minor_unit_exponent, round_money, rounded_minor_units


@pytest.mark.parametrize(
    ("currency", "exponent"),
    [("CNY", 2), ("USD", 2), ("EUR", 2), ("HKD", 2), ("JPY", 0), ("KRW", 0), ("VND", 0), ("KWD", 3), ("CLF", 4)],
)
def test_minor_unit_exponent(currency: str, exponent: int) -> None:
    assert minor_unit_exponent(currency) == exponent


@pytest.mark.parametrize("currency", ["", "cny", "CN", "CNYX", "C1Y", "ÄBC", "￥￥￥"])
def test_what_is_no_currency_code_is_refused(currency: str) -> None:
    with pytest.raises(CreditArgumentError, match="three capital letters"):
        minor_unit_exponent(currency)


@pytest.mark.parametrize(
    ("amount", "exponent", "rounded"),
    [
        ("1", 2, "1.00"),
        ("0.005", 2, "0.00"),
        ("0.015", 2, "0.02"),
        ("0.025", 2, "0.02"),
        ("0.0250001", 2, "0.03"),
        ("-0.015", 2, "-0.02"),
        ("2.5", 0, "2"),
        ("3.5", 0, "4"),
        ("1.23456", 3, "1.235"),
        ("1e18", 4, "1000000000000000000.0000"),
    ],
)
def test_round_money(amount: str, exponent: int, rounded: str) -> None:
    assert str(round_money(Decimal(amount), exponent)) == rounded


@given(st.decimals(min_value=-(10**12), max_value=10**12, places=6), st.integers(min_value=0, max_value=4))
def test_rounds_half_even_under_any_context(amount: Decimal, exponent: int) -> None:
    with localcontext(prec=4, rounding=ROUND_UP):
        rounded, units = round_money(amount, exponent), rounded_minor_units(amount, exponent)
    assert Fraction(rounded) == round(Fraction(amount), exponent)
    assert units == round(Fraction(amount) * 10**exponent)


@pytest.mark.parametrize("amount", [Decimal("NaN"), Decimal("Infinity"), Decimal("1.1e18"), 1.5])
def test_amounts_that_cannot_be_rounded_are_refused(amount: object) -> None:
    for rounding in (round_money, rounded_minor_units):
        with pytest.raises(CreditArgumentError, match=r"^amount is"):
            rounding(amount, 2)
