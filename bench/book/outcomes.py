"""What becomes of loans: when their borrowers default, by the true odds, and what the lenders earn and lose on them.

Stated, not estimated: what money costs, and what part of the debt is lost at default. Money is in minor units. What is
earned is told before the costs of operation, since these are the same for good and bad loans.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from random import Random
from typing import NamedTuple

FUNDING_RATE = 0.034
"""What lenders pay for money in a year: the loan prime rate and four tenths."""

LOSS_AT_DEFAULT = 0.45
LOSS_WITH_RECEIVABLES = 0.30
"""The mean part of what is owed at default that is lost; less of it where receivables stand behind the loan."""

_FIRMNESS = 10
"""How close the lost parts are to their mean: they are beta-distributed with these many observations' weight."""


class Row(NamedTuple):
    """A payment that is due: after how many months, and its parts."""

    month: int
    principal: float
    interest: float
    fees: float


class Cover(NamedTuple):
    """A guarantor's part: `coverage` of what is lost above `retained_loss` of the loan, for `annual_price` a year."""

    coverage: float
    retained_loss: float
    annual_price: float


@dataclass(frozen=True, slots=True)
class Performance:
    """What one loan came to: `loss` is all that was lost, `covered` what guarantors paid of it, for `cover_price`.

    `priced_loss` is what the decision expected to lose.
    """

    amount: float
    term_months: int
    has_defaulted: bool
    interest: float
    fees: float
    funding_cost: float
    loss: float
    covered: float
    cover_price: float
    priced_loss: float

    @property
    def profit(self) -> float:
        """What lenders keep, before the costs of operation."""
        return self.interest + self.fees - self.funding_cost - self.loss + self.covered - self.cover_price


def defaults_after(rng: Random, default_probability: float) -> float:
    """Return after how many months default comes, at a steady hazard of this probability within a year."""
    return 12 * math.log(1 - rng.random()) / math.log1p(-default_probability)


def lost_share(rng: Random, mean: float) -> float:
    """Return the part of a debt that is lost when its borrower defaults."""
    return rng.betavariate(mean * _FIRMNESS, (1 - mean) * _FIRMNESS)


def performance(
    rows: Sequence[Row], covers: Sequence[Cover], default_month: float, share_lost: float, priced_loss: float
) -> Performance:
    """Return what a loan comes to: all that is due before the default is paid, nothing after it."""
    amount = balance = sum(row.principal for row in rows)
    interest = fees = owed_months = 0.0
    now = 0
    for row in rows:
        if row.month > default_month:
            break
        owed_months += balance * (row.month - now)
        interest, fees, balance, now = interest + row.interest, fees + row.fees, balance - row.principal, row.month
    has_defaulted = now < rows[-1].month
    loss = 0.0
    if has_defaulted:
        owed_months += balance * (default_month - now)
        loss = balance * share_lost
    covered = sum(cover.coverage * max(0.0, loss - cover.retained_loss * amount) for cover in covers)
    price = sum(cover.coverage * cover.annual_price for cover in covers)
    return Performance(
        amount=amount,
        term_months=rows[-1].month,
        has_defaulted=has_defaulted,
        interest=interest,
        fees=fees,
        funding_cost=owed_months * FUNDING_RATE / 12,
        loss=loss,
        covered=covered,
        cover_price=owed_months * price / 12,
        priced_loss=priced_loss,
    )
