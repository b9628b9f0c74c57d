"""What the firms are, and how likely they truly are to default: nobody but this file knows.

Three things that no lender sees decide it, with the trade and the age of the firm:

    skill      how well it is run: margins, growth, customers, N(0, 1)
    prudence   how it is financed: debts, cash in hand, N(0, 1), related to skill
    blow       a blow in the last year (a customer lost, a harvest spoilt, a recall): mostly 0, else 0.3 to 1.5

    log-odds of default within a year =
        BASE - 0.80 skill - 0.65 prudence + 1.20 blow + trade + youth + N(0, 0.45)

The last term is what nothing that can be observed tells. BASE makes 3 % of all firms default in a year, which is the
rate that the model `enterprise_distress/1` says its target population has.
"""

import math
from random import Random
from typing import NamedTuple

from chance import happens, logistic, pick, spread, within

BASE = -4.56
YOUNG_MONTHS = 24

_TRADES = {
    "RETAIL": 24,
    "MANUFACTURING": 18,
    "FARMING": 16,
    "TECHNOLOGY": 14,
    "CATERING": 12,
    "WHOLESALE": 6,
    "TRANSPORT": 4,
    "CONSTRUCTION": 3,
    "SERVICES": 3,
}
_RISK_OF_TRADE = {"CATERING": 0.35, "CONSTRUCTION": 0.3, "TECHNOLOGY": 0.2, "RETAIL": 0.1, "FARMING": -0.1}
_SALES = {
    "RETAIL": 1_500_000,
    "MANUFACTURING": 9_000_000,
    "FARMING": 700_000,
    "TECHNOLOGY": 6_000_000,
    "CATERING": 1_300_000,
    "WHOLESALE": 8_000_000,
    "TRANSPORT": 2_500_000,
    "CONSTRUCTION": 6_000_000,
    "SERVICES": 1_800_000,
}
_KEEPS_ACCOUNTS = {"MANUFACTURING": 0.9, "TECHNOLOGY": 0.92, "WHOLESALE": 0.85, "CONSTRUCTION": 0.85, "FARMING": 0.6}
_STRUCK = 0.14


class Company(NamedTuple):
    """A firm as it truly is. `sales` are those of the last year, CNY; `growth` is against the year before."""

    industry: str
    registered_months: int
    sales: float
    growth: float
    keeps_accounts: bool
    skill: float
    prudence: float
    blow: float
    default_probability: float


def company(rng: Random) -> Company:
    """Return some firm."""
    industry = pick(rng, _TRADES)
    skill = rng.gauss(0, 1)
    prudence = 0.3 * skill + math.sqrt(1 - 0.3**2) * rng.gauss(0, 1)
    blow = rng.uniform(0.3, 1.5) if happens(rng, _STRUCK) else 0.0
    months = int(within(spread(rng, 62, 0.8), 3, 480))
    growth = within(rng.gauss(0.05 + 0.06 * skill - 0.18 * blow, 0.12), -0.7, 1.5)
    if industry == "TECHNOLOGY":
        growth += abs(rng.gauss(0.1, 0.15))
    log_odds = BASE - 0.80 * skill - 0.65 * prudence + 1.20 * blow + _RISK_OF_TRADE.get(industry, 0)
    log_odds += (0.5 if months < YOUNG_MONTHS else 0) + rng.gauss(0, 0.45)
    return Company(
        industry=industry,
        registered_months=months,
        sales=spread(rng, _SALES[industry], 0.8),
        growth=growth,
        keeps_accounts=months >= YOUNG_MONTHS and happens(rng, _KEEPS_ACCOUNTS.get(industry, 0.35)),
        skill=skill,
        prudence=prudence,
        blow=blow,
        default_probability=logistic(log_odds),
    )
