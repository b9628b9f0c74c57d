"""Parts an amount among funders."""

from collections.abc import Sequence


def allocated(amount: int, weights: Sequence[int]) -> tuple[int, ...]:
    """Part an amount pro rata of the weights, in whole units, exactly and always the same way.

    By largest remainder: each gets its share rounded down, and the units that are left go one each to those that lost
    most by rounding, the earlier first. No part is above its weight. Raises ValueError unless the amount is from 0
    to the weights' sum, and no weight is below 0.
    """
    total = sum(weights)
    if not 0 <= amount <= total or min(weights, default=0) < 0:
        raise ValueError(f"{amount} can't be allocated to parts of {total} in all")
    if amount == total:
        return tuple(weights)
    shares = [divmod(amount * weight, total) for weight in weights]
    left = amount - sum(share for share, _ in shares)
    by_loss = sorted(range(len(weights)), key=lambda place: -shares[place][1])
    luckier = frozenset(by_loss[:left])
    return tuple(share + (place in luckier) for place, (share, _) in enumerate(shares))
