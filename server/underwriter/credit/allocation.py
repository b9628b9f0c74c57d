"""Splits an amount into whole parts by weight, so that nothing is lost and nothing made up."""

from collections.abc import Sequence


def allocate(amount: int, weights: Sequence[int]) -> list[int]:
    """Return whole parts of `amount` in proportion to `weights`, in their order; they sum to `amount` exactly.

    Each part is the exact proportion rounded down or up by less than one (largest remainder method, of Hamilton): the
    units that are left after rounding down go to the largest remainders, of equal ones to the first. Amounts are whole
    minor units, such as cents.

    Raises:
        ValueError: when the amount or a weight is negative, or all weights are zero.
    """
    total = sum(weights)
    if amount < 0 or total <= 0 or min(weights) < 0:
        raise ValueError("an amount from zero, and weights from zero of which one is more than zero, can be split")
    parts = [amount * weight // total for weight in weights]
    by_remainder = sorted(range(len(parts)), key=lambda place: -(amount * weights[place] % total))
    for place in by_remainder[: amount - sum(parts)]:
        parts[place] += 1
    return parts
