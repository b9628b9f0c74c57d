"""Joint loans: which funder lends how much of an amount."""

from collections.abc import Sequence
from decimal import Decimal
from math import lcm

from underwriter.credit.allocation import allocate
from underwriter.credit.arithmetic import ONE, ZERO, decimal_arithmetic

SHARE_TOLERANCE = Decimal("1e-9")
"""How far shares may be from summing to one: three of 1/3, each of 34 digits, are a whole."""


def share_faults(shares: Sequence[Decimal]) -> list[str]:
    """Return in words what is wrong with the shares of a loan as fractions; nothing if they make up a whole."""
    if not all(share.is_finite() for share in shares):
        return ["a share is not a finite number"]
    faults = [f"the share {share} is not more than 0" for share in shares if share <= ZERO]
    with decimal_arithmetic():
        total = sum(shares, ZERO)
        if abs(total - ONE) > SHARE_TOLERANCE:
            faults.append(f"the shares sum to {total}, not to 1")
    return faults


def funded_amounts(amount: int, shares: Sequence[Decimal]) -> list[int]:
    """Return each share's part of an amount in minor units, by largest remainder; the parts sum to it exactly.

    Raises:
        ValueError: when `share_faults` finds any, or the amount is negative.
    """
    faults = share_faults(shares)
    if faults:
        raise ValueError("; ".join(faults))
    ratios = [share.as_integer_ratio() for share in shares]
    whole = lcm(*(denominator for _, denominator in ratios))
    return allocate(amount, [numerator * (whole // denominator) for numerator, denominator in ratios])
