"""Between what a share, and the difference of two shares, lies with a confidence of 95 %.

The score interval of one share: Wilson, "Probable inference, the law of succession, and statistical inference", Journal
of the American Statistical Association 22 (1927), 209-212. That of a difference: Newcombe, "Interval estimation for the
difference between independent proportions", Statistics in Medicine 17 (1998), 873-890, method 10. Both hold for small
counts and for shares near 0 and 1, where the plain normal approximation does not.
"""

from math import hypot, sqrt
from typing import NamedTuple

Z_95 = 1.959963984540054
"""The quantile of the standard normal distribution that leaves 2.5 % above it."""


class Interval(NamedTuple):
    """A range of shares, or of differences of shares."""

    low: float
    high: float


def share_interval(count: int, total: int) -> Interval:
    """Return the interval of the share of which `count` of `total` is an estimate; all that is possible for none."""
    if total == 0:
        return Interval(0.0, 1.0)
    share, square = count / total, Z_95 * Z_95
    center = share + square / (2 * total)
    spread = Z_95 * sqrt(share * (1 - share) / total + square / (4 * total * total))
    scale = 1 + square / total
    return Interval(max((center - spread) / scale, 0.0), min((center + spread) / scale, 1.0))


def difference_interval(count: int, total: int, other_count: int, other_total: int) -> Interval:
    """Return the interval of the difference of two independent shares: the first less the other."""
    if total == 0 or other_total == 0:
        return Interval(-1.0, 1.0)
    share, other = count / total, other_count / other_total
    own, others = share_interval(count, total), share_interval(other_count, other_total)
    difference = share - other
    low = difference - hypot(share - own.low, others.high - other)
    return Interval(low, difference + hypot(own.high - share, other - others.low))
