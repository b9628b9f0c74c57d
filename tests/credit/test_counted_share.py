"""What a share of an amount comes to."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from underwriter.credit import share_of

SHARES = st.decimals(0, 1, allow_nan=False, places=34)
AMOUNTS = st.integers(0, 2**70)


@pytest.mark.parametrize(
    ("amount", "share", "expected"),
    [
        (100, "0.8", 80),
        (0, "0.8", 0),
        (100, "0", 0),
        (101, "1", 101),
        (1, "0.5", 0),
        (3, "0.5", 2),
        (5, "0.5", 2),
        (5, "0.50000000000000000000000000000000001", 3),
        (2, "0.3333333333333333333333333333333333", 1),
        (10**18, "1E-18", 1),
    ],
)
def test_a_share_is_rounded_half_to_even(amount: int, share: str, expected: int) -> None:
    assert share_of(amount, Decimal(share)) == expected


@given(AMOUNTS, SHARES)
def test_it_is_the_exact_product_rounded_once(amount: int, share: Decimal) -> None:
    assert share_of(amount, share) == round(Fraction(amount) * Fraction(share))


@given(AMOUNTS, AMOUNTS, SHARES)
def test_less_is_never_more_of_it(one: int, other: int, share: Decimal) -> None:
    low, high = sorted((one, other))
    assert share_of(low, share) <= share_of(high, share)
