"""The applications that the benchmarks send: one YAML file each, as `underwriter decide` reads them.

Each is typical of its product, and approved: what is declined takes another time to decide. The dates in the files go
with `NOW`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from underwriter import credit
from underwriter.decisioning import ActivePolicy, Desk, decide, load_desk
from underwriter.decisioning.requests.application_files import RequestInFile, read_requests
from underwriter.decisioning.requests.given_account import account_evidence
from underwriter.decisioning.stored import Stored
from underwriter.v1.decision_pb2 import Outcome
from underwriter.v1.decision_service_pb2 import DecideRequest
from underwriter.v1.record_pb2 import ExposureEvidence, ExposurePosition, FunderAmount, NamedAmount

ROOT = Path(__file__).parents[1]
RULES, MODELS = ROOT / "rules", ROOT / "models"
APPLICATIONS = Path(__file__).parent / "applications"
NOW = datetime(2026, 3, 2, 9, 0, 0, 123_456, tzinfo=UTC)
"""When decisions are made in process."""

PERSONAL, PAY_LATER = "PERSONAL_CREDIT_LINE", "PAY_LATER"


class NotApproved(SystemExit):
    """A typical application that is not approved: it is no measure of its product."""


@dataclass(frozen=True, slots=True)
class Typical:
    """A typical application for the product of a policy, with what is stored of its customer and of totals.

    `name` is that of its file. The request has no id: each sending is a new one.
    """

    name: str
    policy: ActivePolicy
    request: DecideRequest
    stored: Stored


def customer(number: int) -> str:
    """Return the subject id of a customer, 17 characters for any number up to 99,999,999. The files' is number 1."""
    return f"customer-{number:08d}"


def shipped() -> Desk:
    """Load the desk of the shipped rules and models."""
    return load_desk(RULES, MODELS)


def names() -> list[str]:
    """Return the names of all typical applications."""
    return sorted(path.stem for path in APPLICATIONS.glob("*.yaml"))


def typical(name: str, desk: Desk, now: datetime = NOW) -> Typical:
    """Read a typical application.

    Raises:
        NotApproved: when the desk does not approve it at this time, with the outcome and its reasons.
    """
    (found,) = read_requests(APPLICATIONS / f"{name}.yaml")
    policy = desk.policy_for(found.product)
    request = found.request(policy.currency, policy.attributes)
    read = Typical(name, policy, request, _stored(found, policy.currency))
    _check_approved(read, found.place, now)
    return read


def typical_for(product: str, desk: Desk, now: datetime = NOW) -> Typical:
    """Read the application that is named for a product; raises what `typical` does."""
    return typical(product.lower(), desk, now)


def _check_approved(read: Typical, place: str, now: datetime) -> None:
    bound = read.policy.read(read.request)
    if bound is None:
        raise NotApproved(f"{place}: not timed, since it has faults: `underwriter decide` names them")
    decision = decide(read.request, read.policy, now, "0", bound, read.stored).decision
    if decision.outcome != Outcome.OUTCOME_APPROVE:
        outcome = Outcome.Name(decision.outcome).removeprefix("OUTCOME_")
        reasons = ", ".join(reason.code for reason in decision.reasons) or "no reason"
        raise NotApproved(
            f"{place}: not timed, since it is not approved on {now:%Y-%m-%d} but {outcome} ({reasons}): "
            "benchmarks time approvals; correct the application, or the rules if they are wrong"
        )


def _stored(found: RequestInFile, currency: str) -> Stored:
    """Return what a file says is stored in the form in which the store tells it; all is owed to ourselves."""
    values: Mapping[str, Any] = found.stored_values(currency)
    exponent = credit.minor_unit_exponent(currency)

    def minor(item: Mapping[str, Any], amount: str = "committed") -> int:
        return credit.minor_units(item[amount], exponent)

    positions = [
        ExposurePosition(
            lender="own",
            product=each["product"],
            currency=currency,
            **{amount: minor(each, amount) for amount in ("reserved", "drawn", "undrawn")},
        )
        for each in values["exposure"]["by_product"]
    ]
    account, _ = account_evidence(found.stored, currency)
    return Stored(
        ExposureEvidence(positions=positions),
        [FunderAmount(funder=each["funder"], amount=minor(each)) for each in values["funders"]],
        [NamedAmount(name=each["guarantor"], amount=minor(each)) for each in values["guarantees"]],
        [NamedAmount(name=each["name"], amount=minor(each)) for each in values["concentrations"]],
        account,
    )
