"""What a lender can see of firms that apply: an application made from what they are, with noise and with gaps.

Nothing here reads the true odds: what is seen follows from skill, prudence and blow, each with chance of its own.
"""

from random import Random
from typing import Any

from applicants import Applicant
from chance import count, generator, happens, logistic, pick, rounded, with_gaps, within
from companies import Company, company
from firm_requests import request_parts, wanted_product
from households import consent, device
from trade import trading
from yearly_accounts import yearly_accounts


def firm(seed: int, number: int) -> Applicant:
    """Return the firm of a number: always the same."""
    rng = generator(seed, "firm", number)
    some = company(rng)
    product = wanted_product(rng, some)
    subject_id = f"firm-{number:05d}"
    platform_months = min(some.registered_months, int(rng.expovariate(1 / 34)) + 1)
    business = _business(rng, some, platform_months)
    given = {
        "applicant": _owner(rng, some, subject_id),
        **request_parts(rng, some, product),
        "business": business,
        "bureau": _bureau(rng, some),
        "behaviour": _behaviour(rng, some, platform_months),
        "device": device(rng),
        "consent": consent(rng),
    }
    return Applicant(subject_id, product, given, some.default_probability)


def _owner(rng: Random, some: Company, subject_id: str) -> dict[str, Any]:
    youngest = 17 if happens(rng, 0.01) else 20
    part = {
        "identity_verified": happens(rng, 0.99),
        "sanctioned": happens(rng, 0.001),
        "under_court_enforcement": happens(rng, logistic(-5.3 - 0.6 * some.prudence + 0.5 * some.blow)),
        "occupation": "SELF_EMPLOYED",
    }
    age = round(rng.triangular(youngest, 72, 40))
    return {"subject_id": subject_id, "age": age, **with_gaps(rng, part)}


def _business(rng: Random, some: Company, platform_months: int) -> dict[str, Any]:
    part: dict[str, Any] = {
        "industry": some.industry,
        "registered_months": some.registered_months,
        "platform_months": platform_months,
        "employees": 1 + count(rng, min(some.sales / 400_000, 50)),
        "trading": trading(rng, some, platform_months),
        "adverse_public_record": happens(rng, logistic(-4.6 - 0.4 * some.prudence + 0.6 * some.blow)),
        "tax_grade": _tax_grade(rng, some),
        "patents": count(rng, 3) if some.industry == "TECHNOLOGY" else 0,
    }
    if some.keeps_accounts:
        statements = yearly_accounts(rng, some)
        part |= {"financial_statements": statements, **_key_figures(rng, *statements)}
    return with_gaps(rng, part)


def _tax_grade(rng: Random, some: Company) -> str:
    if some.registered_months < 24:
        return "M"
    good = within(0.45 + 0.12 * some.prudence + 0.06 * some.skill - 0.1 * some.blow, 0.05, 0.9)
    return pick(rng, {"A": good, "B": 0.45, "M": 0.1, "C": 0.16 * (1 - good), "D": 0.05 * (1 - good)})


def _key_figures(rng: Random, newer: dict[str, Any], older: dict[str, Any]) -> dict[str, Any]:
    """Return the figures that a firm states beside its accounts, reckoned from them."""
    tied_up = _tied_up(newer) - _tied_up(older)
    part = {
        "annual_revenue": newer["sales"],
        "revenue_growth": round(newer["sales"] / older["sales"] - 1, 4),
        "receivables_turnover": round(2 * newer["sales"] / (newer["receivables"] + older["receivables"]), 2),
        "inventory_turnover": round(2 * newer["cost_of_sales"] / (newer["inventory"] + older["inventory"]), 2),
        "research_share": round(newer["research_expense"] / newer["sales"], 4),
        "leverage": round(newer["total_liabilities"] / newer["total_assets"], 4),
        "operating_cash_flow": newer["net_profit"] + newer["depreciation"] - tied_up,
    }
    return with_gaps(rng, part)


def _tied_up(year: dict[str, Any]) -> int:
    """Return the money that goods and customers tie up, less what suppliers wait for: a third of what is owed soon."""
    return int(year["inventory"] + year["receivables"] - year["current_liabilities"] // 3)


def _chance_of_a_late_month(some: Company) -> float:
    return logistic(-4.2 - 0.5 * some.skill - 0.6 * some.prudence + 1.2 * some.blow)


def _bureau(rng: Random, some: Company) -> dict[str, Any]:
    if happens(rng, 0.01):
        return {}  # the bureau could not be asked
    if happens(rng, 0.25 if some.registered_months < 36 else 0.08):
        return {"found": False}
    late = sum(happens(rng, _chance_of_a_late_month(some) / 3) for _ in range(24))
    a_month = 0.25 + 0.4 * some.blow
    quarter = count(rng, 3 * a_month)
    report = {
        "worst_days_past_due_24m": 30 * min(late, 4) if late else rng.choice([0, 0, 0, 0, 6]),
        "oldest_account_months": int(some.registered_months * rng.uniform(0.3, 1)),
        "inquiries_7d": count(rng, a_month / 4),
        "inquiries_3m": quarter,
        "inquiries_12m": quarter + count(rng, 9 * a_month),
        "written_off": happens(rng, logistic(-6 - 0.8 * some.prudence)),
        "guaranteed_balance": rounded(some.sales * rng.uniform(0.02, 0.3), 1000) if happens(rng, 0.05) else 0,
    }
    loans = [_loan(rng, some) for _ in range(count(rng, within(0.9 - 0.25 * some.prudence, 0.2, 2)))]
    return {"found": True, **with_gaps(rng, report), "loans": loans}


def _loan(rng: Random, some: Company) -> dict[str, Any]:
    payment = some.sales / 12 * rng.uniform(0.002, 0.025)
    is_late = happens(rng, _chance_of_a_late_month(some) / 4)
    return {
        "lender": f"BANK-{rng.choice('ABCDEFGH')}",
        "kind": "BUSINESS",
        "balance": rounded(payment * rng.uniform(4, 30), 100),
        "monthly_payment": rounded(payment, 10),
        "days_past_due": rng.choice([4, 15, 35]) if is_late else 0,
    }


def _behaviour(rng: Random, some: Company, platform_months: int) -> dict[str, Any]:
    """Return what is known of earlier loans from us; half of the firms have had none."""
    part: dict[str, Any] = {"member_months": platform_months, "disputes_3m": count(rng, 0.15)}
    if happens(rng, 0.5) and platform_months >= 6:
        chance = _chance_of_a_late_month(some)
        months = [happens(rng, chance) for _ in range(min(platform_months, 36))]
        part["on_time_months"] = months.index(True) if True in months else len(months)
        part["statements"] = [_statement(rng, some, is_late) for is_late in months[:6]]
    return with_gaps(rng, part)


def _statement(rng: Random, some: Company, is_late: bool) -> dict[str, Any]:
    billed = rounded(some.sales / 12 * rng.uniform(0.005, 0.03), 10)
    if is_late:
        return {"billed": billed, "paid": 0, "days_late": 30, "status": "LATE"}
    return {"billed": billed, "paid": billed, "days_late": 0, "status": "PAID_IN_FULL"}
