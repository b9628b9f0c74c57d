"""What a firm takes in on the platform, month by month, with the season of its trade and the months after a blow."""

from collections.abc import Iterator
from random import Random
from typing import Any

from chance import count, happens, rounded, within
from companies import Company

MONTHS = 24
_NEWEST = (2026, 2)

# How much of a mean month each month of the year brings, January first.
_SEASONS = {
    "RETAIL": (1.05, 0.7, 0.9, 0.9, 0.95, 1.05, 0.9, 0.9, 0.95, 1.0, 1.45, 1.25),
    "CATERING": (1.05, 0.75, 0.9, 1.0, 1.1, 1.0, 1.05, 1.1, 1.0, 1.1, 0.95, 1.0),
    "FARMING": (0.4, 0.3, 0.4, 0.5, 0.7, 0.9, 1.0, 1.2, 2.2, 2.4, 1.3, 0.7),
}
_EVEN = (1.0,) * 12
_SUMMER = (0.2, 0.2, 0.4, 0.8, 1.4, 2.0, 2.6, 2.4, 1.1, 0.5, 0.2, 0.2)
_ORDER = {"RETAIL": 120, "CATERING": 60, "FARMING": 350, "WHOLESALE": 8000, "MANUFACTURING": 15000}
_REFUNDS = {"RETAIL": 0.07, "CATERING": 0.015, "TECHNOLOGY": 0.03}


def trading(rng: Random, firm: Company, platform_months: int) -> list[dict[str, Any]]:
    """Return the months on the platform, the newest first; a firm sells a part of what it sells there."""
    share = rng.betavariate(5, 2) if firm.industry in ("RETAIL", "CATERING") else rng.betavariate(2, 3)
    season = _SUMMER if firm.industry == "RETAIL" and happens(rng, 0.06) else _SEASONS.get(firm.industry, _EVEN)
    return list(_months(rng, firm, min(MONTHS, platform_months), firm.sales * share / 12, season))


def _months(
    rng: Random, firm: Company, number: int, mean: float, season: tuple[float, ...]
) -> Iterator[dict[str, Any]]:
    struck_months_ago = rng.randint(1, 6) if firm.blow else 0
    refunds = _REFUNDS.get(firm.industry, 0.02) * (1 - 0.2 * within(firm.skill, -2, 2))
    order = _ORDER.get(firm.industry, 900) * rng.uniform(0.5, 2)
    for months_ago in range(number):
        year, month = divmod(_NEWEST[0] * 12 + _NEWEST[1] - 1 - months_ago, 12)
        level = (1 + firm.growth) ** (-months_ago / 12) * season[month]
        if months_ago < struck_months_ago:
            level *= 1 - 0.3 * firm.blow
        inflow = 0.0 if happens(rng, 0.012) else mean * level * within(rng.gauss(1, 0.13), 0.1, 2)
        orders = count(rng, min(inflow / order, 40)) if inflow / order < 40 else round(inflow / order)
        yield {
            "month": f"{year}-{month + 1:02d}-01",
            "inflow": rounded(inflow),
            "outflow": rounded(inflow * within(rng.gauss(0.88 - 0.03 * firm.skill, 0.06), 0.3, 1.4)),
            "refunds": rounded(inflow * within(rng.gauss(refunds + 0.03 * firm.blow, 0.01), 0, 0.6)),
            "orders": orders,
            "buyers": round(orders * rng.uniform(0.6, 0.95)),
        }
