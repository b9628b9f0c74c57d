"""The season of a farm: a crop on so much land, when it is sown and brought in, and what it should bring."""

from datetime import date, timedelta
from random import Random
from typing import Any, NamedTuple

from chance import happens, pick, rounded, spread, with_gaps

DAY = date(2026, 3, 2)
"""The day of all applications."""


class Crop(NamedTuple):
    """Days from sowing to harvest, and what a hectare brings in a usual year, CNY."""

    days: int
    revenue: float


_CROPS = {
    "rice": Crop(130, 21_000),
    "wheat": Crop(220, 16_000),
    "maize": Crop(125, 17_500),
    "cotton": Crop(165, 33_000),
    "peanuts": Crop(140, 23_000),
    "vegetables": Crop(85, 100_000),
    "apples": Crop(200, 95_000),
    "saffron": Crop(240, 150_000),
}
_SHARES = {"rice": 24, "wheat": 12, "maize": 22, "cotton": 8, "peanuts": 8, "vegetables": 15, "apples": 9, "saffron": 2}


def farm_season(rng: Random, sales: float) -> dict[str, Any]:
    """Return the season of a farm that sells so much in a usual year; what farmers expect is a little too much."""
    name = pick(rng, _SHARES)
    crop = _CROPS[name]
    planting = DAY + timedelta(days=rng.randint(-45, 75))
    season = {
        "crop": name,
        "area": round(max(0.1, sales / crop.revenue), 1),
        "planting_date": str(planting),
        "harvest_date": str(planting + timedelta(days=crop.days + rng.randint(-15, 15))),
        "expected_revenue": rounded(sales * spread(rng, 1.06, 0.12), 100),
        "insured": happens(rng, 0.6),
    }
    return with_gaps(rng, season)


def season_request(rng: Random, sales: float) -> dict[str, Any]:
    """Return what is asked for on a season: rather a year than until the harvest."""
    return {
        "amount": max(1000, rounded(spread(rng, 0.25 * sales, 0.5), 100)),
        "term_months": rng.choice([6, 9, 12, 12]),
    }
