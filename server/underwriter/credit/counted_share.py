"""What a share of an amount comes to."""

from decimal import Decimal


def share_of(amount: int, share: Decimal) -> int:
    """Return a share, from 0, of an amount in minor units, from 0: the exact product rounded once, half to even.

    A share of a smaller amount is never more than that of a larger one.
    """
    numerator, denominator = share.as_integer_ratio()
    quotient, rest = divmod(amount * numerator, denominator)
    return quotient + (rest * 2 + quotient % 2 > denominator)
