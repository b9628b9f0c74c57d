"""Lets the shelf decide on applicants, in this process or in several, and keeps of each what the tables need."""

from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from datetime import UTC, datetime, time
from multiprocessing import get_context
from pathlib import Path

from applicants import Applicant
from chance import generator
from firms import firm
from households import household
from outcomes import (
    LOSS_AT_DEFAULT,
    LOSS_WITH_RECEIVABLES,
    Performance,
    defaults_after,
    lost_share,
    performance,
)
from seasons import DAY
from taking import cents, covers, drawn, rows, taken

from underwriter.decisioning import ActivePolicy, Decided, Desk, decide, load_desk
from underwriter.decisioning.decide import evaluate_with_trace
from underwriter.decisioning.requests.given import application_from
from underwriter.v1.application_pb2 import Application
from underwriter.v1.decision_pb2 import Outcome
from underwriter.v1.decision_service_pb2 import DecideRequest

ROOT = Path(__file__).parents[2]
NOW = datetime.combine(DAY, time(9), UTC)
"""When all decisions are made."""

CHUNK = 250
MAKERS = {"household": household, "firm": firm}


@dataclass(frozen=True, slots=True)
class Terms:
    """The offer that was taken: rates are fractions of a year, amounts minor units.

    `priced_default` is what the price counts with, `rate_cap` and `limit_cap` are the policy's own.
    """

    annual_rate: float
    effective_rate: float
    credit_limit: int
    priced_default: float
    rate_cap: float
    limit_cap: float
    performance: Performance


@dataclass(frozen=True, slots=True)
class Case:
    """An applicant by kind and number, the decision, and what is true.

    `true_default` is the true probability of default within a year; `has_defaulted` whether it came within a year of
    the decision, loan or no loan; `model_default` what the policy's model says, without `model_gaps` of its features.
    `age` is that of the person who asks.
    """

    kind: str
    number: int
    product: str
    age: int
    occupation: str | None
    purpose: str | None
    outcome: str
    grade: str
    reasons: tuple[str, ...]
    true_default: float
    has_defaulted: bool
    model_default: float | None
    model_gaps: int
    terms: Terms | None


def shelf() -> Desk:
    """Return the desk of the shipped rules and models."""
    return load_desk(ROOT / "rules", ROOT / "models")


def cases(desk: Desk, seed: int, kind: str, numbers: range) -> list[Case]:
    """Make the applicants of these numbers and decide on each that asks for a product of the desk."""
    made = ((number, MAKERS[kind](seed, number)) for number in numbers)
    return [case(desk, seed, kind, number, one) for number, one in made if one.product in desk.policies]


def case(desk: Desk, seed: int, kind: str, number: int, applicant: Applicant) -> Case:
    """Decide on one applicant, and let happen what is true of it."""
    policy = desk.policies[applicant.product]
    application = application_from(applicant.given, currency=policy.currency, attributes=policy.attributes)
    request = DecideRequest(request_id=applicant.subject_id, product=applicant.product, application=application)
    decided = decide(request, policy, NOW, applicant.subject_id)
    decision = decided.decision
    rng = generator(seed, f"fate of {kind}", number)
    default_month = defaults_after(rng, applicant.default_probability)
    return Case(
        kind,
        number,
        applicant.product,
        applicant.given["applicant"]["age"],
        applicant.given["applicant"].get("occupation"),
        applicant.given["request"].get("purpose"),
        Outcome.Name(decision.outcome).removeprefix("OUTCOME_"),
        decision.grade,
        tuple(reason.code for reason in decision.reasons),
        applicant.default_probability,
        default_month <= 12,
        decision.score.probability if decision.HasField("score") else None,
        len(decision.score.missing_inputs),
        _terms(policy, application, decided, default_month, lost_share(rng, _mean_loss(application))),
    )


def _mean_loss(application: Application) -> float:
    return LOSS_WITH_RECEIVABLES if application.receivables else LOSS_AT_DEFAULT


def _terms(
    policy: ActivePolicy, application: Application, decided: Decided, default_month: float, share_lost: float
) -> Terms | None:
    if not decided.decision.offers or decided.facts is None:
        return None
    offer = taken(decided.decision.offers)
    amount = drawn(offer, application)
    values, _ = evaluate_with_trace(policy, application, NOW)
    facility = decided.facts.facility
    priced = facility.terms.expected_loss * amount / sum(part.amount for part in facility.parts)
    due = rows(offer, amount, NOW.astimezone(policy.policy.time_zone).date())
    return Terms(
        float(offer.annual_rate.value),
        float(offer.effective_annual_rate.value),
        cents(offer.credit_limit),
        float(values["default_probability"]),
        float(values["annual_rate_cap"]),
        float(values["exposure_room"]) * 100,
        performance(due, covers(offer), default_month, share_lost, priced),
    )


_desk: list[Desk] = []


def _open_desk() -> None:
    _desk.append(shelf())


def _cases_of_chunk(seed: int, kind: str, numbers: range) -> list[Case]:
    return cases(_desk[0], seed, kind, numbers)


def cases_in_processes(seed: int, sizes: dict[str, int], processes: int) -> Iterator[tuple[int, list[Case]]]:
    """Yield the cases of all kinds in chunks as they get done, in any order, with the number of applicants in each.

    Each process has a desk of its own.
    """
    chunks = [
        (kind, range(start, min(start + CHUNK, size)))
        for kind, size in sizes.items()
        for start in range(0, size, CHUNK)
    ]
    # ONNX sessions must not cross a fork.
    with ProcessPoolExecutor(processes, get_context("spawn"), _open_desk) as pool:
        pending = {pool.submit(_cases_of_chunk, seed, *chunk): len(chunk[1]) for chunk in chunks}
        for done in as_completed(pending):
            yield pending[done], done.result()
