"""What firms ask for: the loan that fits their trade, mostly, with what stands behind it.

Whoever applies has read the product's leaflet, mostly, and asks for an amount and a term in it.
"""

import math
from datetime import timedelta
from random import Random
from typing import Any

from chance import count, happens, pick, rounded, spread, with_gaps
from companies import Company
from seasons import DAY, farm_season, season_request

MERCHANT, FARM, RESEARCH, SUPPLY = "MERCHANT_LOAN", "FARM_SEASON_LOAN", "RESEARCH_LOAN", "SUPPLY_CHAIN_LOAN"

_MERCHANTS = {MERCHANT: 97, SUPPLY: 3}
_FITTING = {
    "MANUFACTURING": {SUPPLY: 66, MERCHANT: 30, RESEARCH: 4},
    "WHOLESALE": {SUPPLY: 70, MERCHANT: 30},
    "TECHNOLOGY": {RESEARCH: 76, MERCHANT: 22, SUPPLY: 2},
    "FARMING": {FARM: 86, MERCHANT: 14},
}
_PURPOSES = {
    MERCHANT: {"WORKING_CAPITAL": 45, "INVENTORY": 33, "EQUIPMENT": 22},
    FARM: {"FARM_INPUTS": 100},
    RESEARCH: {"RESEARCH_AND_DEVELOPMENT": 100},
    SUPPLY: {"WORKING_CAPITAL": 75, "INVENTORY": 25},
}
_UNFITTING = {
    "PROPERTY": 5,
    "INVESTMENT": 5,
    "GAMBLING": 1,
    "CONSUMPTION": 4,
    "REFINANCING": 4,
    "EQUIPMENT": 4,
    "FARM_INPUTS": 3,
    "RESEARCH_AND_DEVELOPMENT": 3,
    "OTHER": 3,
}
_MOST = {MERCHANT: 500_000, FARM: 500_000, RESEARCH: 3_000_000, SUPPLY: 2_000_000}
_HAS_NOT_READ = 0.08
_ANCHORS = {f"anchor-{number:02d}": grade for number, grade in enumerate(["AAA", "AA", "A", "BBB", "BB"] * 6)}


def wanted_product(rng: Random, firm: Company) -> str:
    """Return what a firm applies for."""
    if happens(rng, 0.02):
        return rng.choice([MERCHANT, FARM, RESEARCH, SUPPLY])
    return pick(rng, _FITTING.get(firm.industry, _MERCHANTS))


def request_parts(rng: Random, firm: Company, product: str) -> dict[str, Any]:
    """Return the request, with the season, project or receivables that it is made on."""
    purpose = pick(rng, _UNFITTING) if happens(rng, 0.07) else pick(rng, _PURPOSES[product])
    makers = {MERCHANT: _merchant, FARM: _farm, RESEARCH: _research, SUPPLY: _supply}
    request, behind = makers[product](rng, firm)
    if not happens(rng, _HAS_NOT_READ):
        request["amount"] = min(request["amount"], _MOST[product])
    return {"request": with_gaps(rng, {"purpose": purpose, **request}), **behind}


def _merchant(rng: Random, firm: Company) -> tuple[dict[str, Any], dict[str, Any]]:
    request = {
        "amount": _amount(spread(rng, firm.sales / 12, 0.6)),
        "term_months": pick(rng, {3: 8, 6: 25, 12: 47, 18: 5, 24: 15}),
        "repayment_method": pick(
            rng, {"ANNUITY": 70, "EQUAL_PRINCIPAL": 15, "INTEREST_ONLY": 10, "SINGLE_REPAYMENT": 5}
        ),
    }
    return request, {}


def _farm(rng: Random, firm: Company) -> tuple[dict[str, Any], dict[str, Any]]:
    return season_request(rng, firm.sales), {"farm_season": farm_season(rng, firm.sales)}


def _research(rng: Random, firm: Company) -> tuple[dict[str, Any], dict[str, Any]]:
    budget = spread(rng, 0.3 * firm.sales, 0.6)
    planned, to_market = rng.randint(3, 10), rng.randint(3, 36)
    reached = sum(happens(rng, 0.35 + 0.08 * firm.skill - 0.1 * firm.blow) for _ in range(planned))
    project = {
        "budget": rounded(budget, 1000),
        "grants": rounded(budget * rng.betavariate(2, 5), 1000) if happens(rng, 0.55 + 0.08 * firm.skill) else 0,
        "milestones_planned": planned,
        "milestones_reached": reached,
        "months_to_market": to_market,
    }
    request = {
        "amount": _amount(spread(rng, 0.3 * budget, 0.5)),
        "term_months": 6 * math.ceil((to_market + rng.choice([6, 12, 12, 18, 24])) / 6),
    }
    return request, {"research_project": with_gaps(rng, project)}


def _supply(rng: Random, firm: Company) -> tuple[dict[str, Any], dict[str, Any]]:
    owed = firm.sales / rng.uniform(4, 9)
    parts = [rng.random() + 0.1 for _ in range(1 + count(rng, 2.5))]
    receivables = [_receivable(rng, owed * part / sum(parts)) for part in parts]
    request = {"amount": _amount(spread(rng, 0.55 * owed, 0.4))}
    if happens(rng, 0.4):
        request["term_months"] = rng.choice([3, 4, 6])
    return request, {"receivables": receivables}


def _receivable(rng: Random, amount: float) -> dict[str, Any]:
    anchor, grade = rng.choice(list(_ANCHORS.items()))
    due = DAY + timedelta(days=rng.randint(-12, 190))
    part = {
        "anchor_id": anchor,
        "anchor_grade": grade,
        "amount": rounded(amount, 10),
        "due_date": str(due),
        "confirmed": happens(rng, 0.88),
    }
    return with_gaps(rng, part)


def _amount(amount: float) -> int:
    return max(1000, rounded(amount, 1000))
