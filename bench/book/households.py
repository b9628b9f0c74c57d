"""What a lender can see of people who apply: an application made from who they are, with noise and with gaps.

Nothing here reads the true odds: what is seen follows from character, cushion and strain, each with chance of its own.
"""

from random import Random
from typing import Any

from applicants import Applicant
from card_history import CardHistory, card_history, chance_of_a_late_month
from chance import count, generator, happens, logistic, rounded, spread, with_gaps, within
from people import Person, person
from personal_requests import request_parts, wanted_product

YEARS_OF_REPORT = 2


def household(seed: int, number: int) -> Applicant:
    """Return the household of a number: always the same."""
    rng = generator(seed, "household", number)
    somebody = person(rng)
    member_months = int(spread(rng, 30, 0.9)) if happens(rng, 0.94) else None
    history = card_history(rng, somebody, member_months) if member_months else None
    product = wanted_product(rng, somebody)
    subject_id = f"household-{number:05d}"
    given = {
        "applicant": _applicant(rng, somebody, subject_id),
        **request_parts(rng, somebody, product),
        "bureau": _bureau(rng, somebody),
        "behaviour": _behaviour(rng, somebody, member_months, history),
        "device": device(rng),
        "consent": consent(rng),
    }
    return Applicant(subject_id, product, given, somebody.default_probability)


def _applicant(rng: Random, somebody: Person, subject_id: str) -> dict[str, Any]:
    stated = {
        "age": somebody.age,
        "identity_verified": happens(rng, 0.99),
        "sanctioned": happens(rng, 0.001),
        "under_court_enforcement": happens(rng, logistic(-5.5 - 0.8 * somebody.character)),
        "occupation": somebody.occupation,
        "monthly_income": rounded(somebody.income, 10),
        "income_verified": happens(rng, 0.85),
        "monthly_housing_cost": rounded(somebody.income * rng.betavariate(2, 9), 10),
        "monthly_expenses": rounded(somebody.income * rng.uniform(0.12, 0.35), 10),
        "dependants": min(count(rng, 0.9 if somebody.age > 25 else 0.1), 5),
        "employment_months": count(rng, 2) + int(within(somebody.age - 21, 0, 30) * 12 * rng.random() ** 2),
        "residence_country": "CN" if happens(rng, 0.995) else "SG",
        "phone_months": int(spread(rng, 45, 0.8)),
    }
    return {"subject_id": subject_id, **with_gaps(rng, stated, kept=("age",))}


def _bureau(rng: Random, somebody: Person) -> dict[str, Any]:
    if happens(rng, 0.01):
        return {}  # the bureau could not be asked
    if happens(rng, _unknown_to_the_bureau(somebody.age)):
        return {"found": False}
    months = int(within(somebody.age - 18, 0.5, 40) * 12 * rng.uniform(0.2, 0.9))
    report = {
        "worst_days_past_due_24m": _worst_days_late(rng, somebody, min(months, YEARS_OF_REPORT * 12)),
        "oldest_account_months": months,
        **_inquiries(rng, somebody),
        "written_off": happens(rng, logistic(-6 - 1.0 * somebody.character)),
        "guaranteed_balance": rounded(somebody.income * rng.uniform(2, 20), 100) if happens(rng, 0.03) else 0,
    }
    return {"found": True, **with_gaps(rng, report), "loans": _loans(rng, somebody)}


def _unknown_to_the_bureau(age: int) -> float:
    if age < 18:
        return 1.0
    return 0.45 if age < 23 else 0.07


def _worst_days_late(rng: Random, somebody: Person, months: int) -> int:
    late = sum(happens(rng, chance_of_a_late_month(somebody, months_ago) / 3) for months_ago in range(1, months + 1))
    if late:
        return 30 * min(late, 4)
    return rng.randint(1, 20) if happens(rng, logistic(-2.2 - 0.6 * somebody.character)) else 0


def _inquiries(rng: Random, somebody: Person) -> dict[str, int]:
    a_month = 0.22 + 0.5 * somebody.strain - 0.04 * somebody.cushion + 0.3 * somebody.burden
    newest = count(rng, max(a_month, 0.05) / 4)
    quarter = newest + count(rng, max(a_month, 0.05) * 2.75)
    return {
        "inquiries_7d": newest,
        "inquiries_3m": quarter,
        "inquiries_12m": quarter + count(rng, max(a_month, 0.05) * 9),
    }


def _loans(rng: Random, somebody: Person) -> list[dict[str, Any]]:
    """Return loans whose payments make up the burden, in parts by chance."""
    kinds = [kind for kind, share in _KINDS.items() if somebody.age >= 18 and happens(rng, share)]
    if not kinds:
        return []
    parts = [rng.uniform(0.2, 1) * _WEIGHTS[kind] for kind in kinds]
    return [
        _loan(rng, somebody, kind, somebody.burden * somebody.income * part / sum(parts))
        for kind, part in zip(kinds, parts, strict=True)
    ]


_KINDS = {"MORTGAGE": 0.22, "VEHICLE": 0.15, "CARD": 0.75, "CONSUMER": 0.35, "PAY_LATER": 0.4}
_WEIGHTS = {"MORTGAGE": 6.0, "VEHICLE": 3.0, "CARD": 1.0, "CONSUMER": 1.5, "PAY_LATER": 0.4}
_MONTHS_OWED = {"MORTGAGE": 180, "VEHICLE": 24, "CARD": 8, "CONSUMER": 12, "PAY_LATER": 4}


def _loan(rng: Random, somebody: Person, kind: str, payment: float) -> dict[str, Any]:
    is_late = happens(rng, chance_of_a_late_month(somebody, 1) / 3)
    return {
        "lender": f"BANK-{rng.choice('ABCDEFGH')}",
        "kind": kind,
        "balance": rounded(payment * _MONTHS_OWED[kind] * rng.uniform(0.5, 1.1), 10),
        "monthly_payment": rounded(payment),
        "days_past_due": rng.choice([3, 12, 31, 62]) if is_late else 0,
    }


def _behaviour(rng: Random, somebody: Person, member_months: int | None, history: CardHistory | None) -> dict[str, Any]:
    if member_months is None:
        return {}
    late_bills = chance_of_a_late_month(somebody, 1) * 0.8 + rng.betavariate(1, 40)
    part = {
        "member_months": member_months,
        "monthly_spending": rounded(somebody.income * rng.uniform(0.05, 0.4)),
        "savings_balance": rounded(spread(rng, somebody.income * 0.8, 0.9) * 2.2**somebody.cushion),
        "bills_on_time_share": round(within(1 - late_bills, 0, 1), 2),
        "disputes_3m": count(rng, 0.12),
        "returns_share": round(rng.betavariate(1.3, 12), 3),
    }
    if history is not None and happens(rng, 0.93):
        part["credit_limit"] = history.credit_limit
        part["on_time_months"] = history.on_time_months
        part["statements"] = history.statements
    return with_gaps(rng, part)


def device(rng: Random) -> dict[str, Any]:
    """Return what is noticed about the device, which tells nothing of the person here."""
    part = {
        "known_days": int(spread(rng, 300, 1.2)),
        "tampered": happens(rng, 0.004),
        "anonymised": happens(rng, 0.012),
        "applicants_30d": 1 + count(rng, 0.12),
        "usual_location": happens(rng, 0.94),
    }
    return {"device_id": f"device-{rng.randrange(10**9)}", **with_gaps(rng, part)}


def consent(rng: Random) -> dict[str, Any]:
    """Return what was agreed to: nearly always all."""
    part = dict.fromkeys(("bureau_inquiry", "data_use", "automated_decision"), True)
    return {name: agreed for name, agreed in part.items() if happens(rng, 0.994)}
