"""What people ask for: the product that fits them, mostly, and what the money is for.

Whoever applies has read the product's leaflet, mostly, and asks for an amount, a term and a way of repayment in it.
"""

from random import Random
from typing import Any, NamedTuple

from chance import happens, pick, rounded, spread, with_gaps
from people import Person
from seasons import farm_season, season_request

PERSONAL, PAY_LATER, YOUNG, JOINT = "PERSONAL_CREDIT_LINE", "PAY_LATER", "YOUNG_PERSON_LINE", "JOINT_PERSONAL_LOAN"
FARM = "FARM_SEASON_LOAN"
OLDEST_MINOR, OLDEST_YOUNG_PERSON = 17, 22


class Leaflet(NamedTuple):
    """What a product is said to be for: how many incomes are mostly asked for, the most, the terms, the repayment."""

    incomes: float
    most: int
    terms: dict[int, int]
    methods: dict[str, int]


_WAYS = {"ANNUITY": 72, "EQUAL_PRINCIPAL": 16, "INTEREST_ONLY": 8, "SINGLE_REPAYMENT": 4}
_MONTHLY_WAYS = {"ANNUITY": 84, "EQUAL_PRINCIPAL": 15, "SINGLE_REPAYMENT": 1}
_LEAFLETS = {
    PERSONAL: Leaflet(2.5, 200_000, {3: 5, 6: 20, 12: 45, 24: 20, 36: 10}, _WAYS),
    JOINT: Leaflet(7, 200_000, {12: 40, 24: 35, 36: 25}, _MONTHLY_WAYS),
    YOUNG: Leaflet(0.4, 10_000, {3: 48, 6: 48, 12: 4}, _MONTHLY_WAYS),
}
_HAS_NOT_READ = 0.08
_PURPOSES = {
    "CONSUMPTION": 44,
    "EDUCATION": 9,
    "MEDICAL": 9,
    "HOME_IMPROVEMENT": 12,
    "TRAVEL": 10,
    "OTHER": 5,
    "REFINANCING": 3,
    "PROPERTY": 2,
    "INVESTMENT": 2,
    "GAMBLING": 1,
    "WORKING_CAPITAL": 2,
    "FARM_INPUTS": 1,
}
_SEASON_PURPOSES = {"FARM_INPUTS": 92, "CONSUMPTION": 3, "EQUIPMENT": 3, "PROPERTY": 2}
_SHOPS = {
    "5732": 30,
    "5311": 20,
    "5651": 15,
    "5712": 12,
    "5941": 8,
    "5944": 4,
    "5816": 3,
    "7995": 1,
    "8299": 4,
    "5411": 3,
}


def wanted_product(rng: Random, somebody: Person) -> str:
    """Return what somebody applies for; some of the young ask for the ordinary line, and some others for theirs."""
    if somebody.age <= OLDEST_MINOR:
        return pick(rng, {YOUNG: 50, PAY_LATER: 50})
    if somebody.age <= OLDEST_YOUNG_PERSON:
        return pick(rng, {YOUNG: 55, PAY_LATER: 30, PERSONAL: 15})
    if somebody.occupation == "FARMER":
        return pick(rng, {FARM: 55, PERSONAL: 20, PAY_LATER: 25})
    return pick(rng, {PERSONAL: 42, PAY_LATER: 38, JOINT: 18, YOUNG: 2})


def request_parts(rng: Random, somebody: Person, product: str) -> dict[str, Any]:
    """Return the request, with the season that a farmer's is made on."""
    if product == PAY_LATER:
        return {"request": _purchase(rng, somebody)}
    if product == FARM:
        return _season(rng, somebody)
    return {"request": _line(rng, somebody, product)}


def _season(rng: Random, somebody: Person) -> dict[str, Any]:
    """Return a season that leaves the farmer's income after its costs."""
    sales = somebody.income * 12 * rng.uniform(1.6, 2.4)
    request = {"purpose": pick(rng, _SEASON_PURPOSES), **season_request(rng, sales)}
    return {
        "request": with_gaps(rng, request),
        "business": {"industry": "FARMING"},
        "farm_season": farm_season(rng, sales),
    }


def _line(rng: Random, somebody: Person, product: str) -> dict[str, Any]:
    leaflet = _LEAFLETS[product]
    has_read = not happens(rng, _HAS_NOT_READ)
    part = {
        "term_months": pick(rng, leaflet.terms),
        "purpose": pick(rng, _PURPOSES),
        "repayment_method": pick(rng, leaflet.methods if has_read else _WAYS),
    }
    if product == JOINT or happens(rng, 0.85):
        wanted = max(500, rounded(spread(rng, leaflet.incomes * somebody.income, 0.6), 100))
        part["amount"] = min(wanted, leaflet.most) if has_read else wanted
    return with_gaps(rng, part)


def _purchase(rng: Random, somebody: Person) -> dict[str, Any]:
    part = {
        "amount": max(60, rounded(spread(rng, 0.16 * somebody.income, 0.8))),
        "term_months": pick(rng, {3: 25, 6: 30, 9: 15, 12: 30}),
        "purpose": "PURCHASE",
        "merchant_id": f"shop-{rng.randrange(500)}",
        "merchant_category_code": pick(rng, _SHOPS),
        "channel": "CHECKOUT",
    }
    return with_gaps(rng, part, kept=("amount",))
