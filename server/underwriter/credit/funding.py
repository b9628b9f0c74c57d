"""Joint loans: which funder lends how much of an amount."""

from collections.abc import Sequence
from decimal import Decimal
from functools import lru_cache, reduce
from math import lcm

from underwriter.credit.allocation import allocate
from underwriter.credit.arithmetic import DECIMAL128, ONE, ZERO

SHARE_TOLERANCE = Decimal("1e-9")
"""How far shares may be from summing to one: three of 1/3, each of 34 digits, are a whole."""


def share_faults(shares: Sequence[Decimal]) -> list[str]:
    """Return in words what is wrong with the shares of a loan as fractions; nothing if they make up a whole."""
    if not all(map(Decimal.is_finite, shares)):
        return ["a share is not a finite number"]
    return [] if _is_whole(tuple(shares)) else _faults(shares)


# A lender shares its loans in few ways.
@lru_cache(maxsize=4096)
def _is_whole(shares: tuple[Decimal, ...]) -> bool:
    return not _faults(shares)


def _faults(shares: Sequence[Decimal]) -> list[str]:
    faults = [f"the share {share} is not more than 0" for share in shares if share <= ZERO]
    total = reduce(DECIMAL128.add, shares, ZERO)
    if DECIMAL128.subtract(total, ONE).copy_abs() > SHARE_TOLERANCE:
        faults.append(f"the shares sum to {total}, not to 1")
    return faults


def funded_amounts(amount: int, shares: Sequence[Decimal]) -> list[int]:
    """Return each share's part of an amount in minor units, by largest remainder; the parts sum to it exactly.

    Raises:
        ValueError: when `share_faults` finds any, or the amount is negative.
    """
    return allocate(amount, _weights(tuple(shares)))


@lru_cache(maxsize=4096)
def _weights(shares: tuple[Decimal, ...]) -> tuple[int, ...]:
    """Return the least whole numbers in the proportion of shares. Raises ValueError when `share_faults` finds any."""
    faults = share_faults(shares)
    if faults:
        raise ValueError("; ".join(faults))
    ratios = [share.as_integer_ratio() for share in shares]
    whole = lcm(*(denominator for _, denominator in ratios))
    return tuple([numerator * (whole // denominator) for numerator, denominator in ratios])
