"""The decimal arithmetic of this package: 34 digits, half-even, whatever context the caller has set."""

from contextlib import AbstractContextManager
from decimal import ROUND_HALF_EVEN, Context, Decimal, DivisionByZero, InvalidOperation, Overflow, localcontext

ZERO = Decimal(0)
ONE = Decimal(1)
MONTHS_PER_YEAR = Decimal(12)

MINOR_UNITS = tuple(Decimal(text) for text in ("1", "0.1", "0.01", "0.001", "0.0001"))
"""A currency's smallest unit, by its number of decimal places (the exponent of ISO 4217)."""

DECIMAL128 = Context(prec=34, rounding=ROUND_HALF_EVEN, traps=[DivisionByZero, InvalidOperation, Overflow])
"""34 digits, half-even: the precision of IEEE 754 decimal128, which FEEL numbers have too."""


def decimal_arithmetic() -> AbstractContextManager[Context]:
    """Return a context manager under which Decimal computes in DECIMAL128."""
    return localcontext(DECIMAL128)
