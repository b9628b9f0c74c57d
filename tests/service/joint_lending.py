"""Joint loans for few borrowers from few funders: requests for them, and what must hold at every record of the log.

The fold here is one of its own, simpler than the server's: amounts by facility and funder, and the shares that count.
"""

import random
from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path

from google.type.money_pb2 import Money

from underwriter.decisioning import ActivePolicy, decide_again, load_desk
from underwriter.ledger import EntryKind, Recorded, version_after
from underwriter.service.deciding import time_of
from underwriter.v1.application_pb2 import Applicant, Application, LoanRequest
from underwriter.v1.decision_pb2 import OUTCOME_APPROVE, Decision, Outcome
from underwriter.v1.decision_service_pb2 import DecideRequest
from underwriter.v1.facility_service_pb2 import (
    ConfirmDrawdownRequest,
    RecordRepaymentRequest,
    ReleaseReservationRequest,
)
from underwriter.v1.record_pb2 import (
    FACILITY_EVENT_KIND_DRAWN,
    FACILITY_EVENT_KIND_REPAID,
    FACILITY_EVENT_KIND_RESERVED,
    TOTAL_KIND_CONCENTRATION,
    TOTAL_KIND_FUNDER,
    TOTAL_KIND_GUARANTOR,
    Evidence,
    ExposureEvidence,
    ExposurePosition,
    FacilityEvent,
    LenderTime,
    RecordFacts,
)

RULES = Path(__file__).parent / "joint_rules"
PRODUCT = "JOINT_LOAN"
CURRENCY = "CNY"
BORROWERS = tuple(f"borrower-{number}" for number in range(1, 6))
BORROWER_CAP = 100_000_00
HIGHEST_LOAN = 5_000_00
FUND, PARTNERS = (TOTAL_KIND_GUARANTOR, "fund"), (TOTAL_KIND_CONCENTRATION, "partners")
CAPS = {
    (TOTAL_KIND_FUNDER, "north"): 200_000_00,
    (TOTAL_KIND_FUNDER, "south"): 90_000_00,
    (TOTAL_KIND_FUNDER, "own"): 60_000_00,
    PARTNERS: 250_000_00,
    FUND: 99_999_99,
}

Total = tuple[int, str]
"""A kind of total and its name."""

Reading = frozenset[tuple[Total, int]]
"""What the totals come to, where that is not 0."""


METHODS = {
    ConfirmDrawdownRequest: "confirm_drawdown",
    ReleaseReservationRequest: "release_reservation",
    RecordRepaymentRequest: "record_repayment",
}


def joint_policy(models: Path) -> ActivePolicy:
    """Return the policy of `joint_rules`."""
    return load_desk(RULES, models).policy_for(PRODUCT)


def cents(amount: int) -> Money:
    return Money(currency_code=CURRENCY, units=amount // 100, nanos=amount % 100 * 10**7)


def loan_request(rng: random.Random, request_id: str, most: int = HIGHEST_LOAN) -> DecideRequest:
    """Return a request for a loan of some amount for some borrower."""
    return DecideRequest(
        request_id=request_id,
        product=PRODUCT,
        application=Application(
            applicant=Applicant(subject_id=rng.choice(BORROWERS)),
            request=LoanRequest(amount=cents(rng.randrange(100_00, most))),
        ),
    )


@dataclass
class Loan:
    """A facility of the log: by funder what is owed and what may still be drawn."""

    subject: bytes
    approve_time_us: int
    is_drawn: bool = False
    parts: dict[str, list[int]] = field(default_factory=dict)
    shares: dict[Total, Fraction] = field(default_factory=dict)

    def take(self, event: FacilityEvent) -> None:
        for part in event.parts:
            if event.kind == FACILITY_EVENT_KIND_RESERVED:
                self.parts[part.funder] = [0, part.amount]
            elif event.kind == FACILITY_EVENT_KIND_REPAID:
                self.parts[part.funder][0] -= part.amount
            else:
                self.parts[part.funder][1] -= part.amount
            if event.kind == FACILITY_EVENT_KIND_DRAWN:
                self.parts[part.funder][0] += part.amount
        self.shares |= {(told.kind, told.name): Fraction(told.share) for told in event.counted}
        self.is_drawn |= event.kind == FACILITY_EVENT_KIND_DRAWN

    def committed(self) -> Counter[Total]:
        """Return what it adds to each total."""
        by_funder = {(int(TOTAL_KIND_FUNDER), funder): sum(amounts) for funder, amounts in self.parts.items()}
        whole = sum(by_funder.values())
        return Counter(by_funder | {total: round(share * whole) for total, share in self.shares.items()})


class JointLog:
    """The log, record by record. Every broken promise is an AssertionError."""

    def __init__(self, policy: ActivePolicy) -> None:
        self._policy = policy
        self._loans: dict[str, Loan] = {}
        self._versions: defaultdict[bytes, int] = defaultdict(int)
        self._readings: set[Reading] = {frozenset()}
        self.decisions: dict[str, Decision] = {}
        self.requests: set[tuple[int, str]] = set()
        self.outcomes: Counter[str] = Counter()
        self.reasons: Counter[str] = Counter()
        self.funder_counts: Counter[int] = Counter()
        self.highest: Counter[Total] = Counter()
        self.uncovered = 0

    def take(self, recorded: Recorded) -> None:
        """Check a record against those before it, and take its facts."""
        sealed = recorded.sealed
        key = (sealed.kind, sealed.request_id)
        assert key not in self.requests, "recorded twice under one request id"
        self.requests.add(key)
        if sealed.kind == EntryKind.DECISION:
            self._check_decision(recorded)
        if sealed.facts:
            self._apply(recorded)

    def committed(self) -> dict[Total, int]:
        """Return what the totals come to, where that is not 0."""
        return dict(+sum((loan.committed() for loan in self._loans.values()), Counter[Total]()))

    def owed_by(self, subject: bytes) -> int:
        """Return what a borrower owes and may still draw."""
        return sum(
            owed + undrawn
            for loan in self._loans.values()
            if loan.subject == subject
            for owed, undrawn in loan.parts.values()
        )

    def _check_decision(self, recorded: Recorded) -> None:
        sealed, payload = recorded.sealed, recorded.payload
        assert payload is not None
        evidence, answer = Evidence.FromString(payload.evidence), Decision.FromString(payload.answer)
        assert evidence.exposure == self._exposure(sealed.subject)
        request = DecideRequest.FromString(payload.request)
        again = decide_again(request, self._policy, evidence, time_of(sealed.time_us), sealed.entry_id)
        assert again.decision == answer
        assert (again.facts.SerializeToString(deterministic=True) if again.facts else b"") == (
            RecordFacts.FromString(sealed.facts).SerializeToString(deterministic=True)
        )
        assert (answer.outcome == OUTCOME_APPROVE) == bool(sealed.facts)
        if not sealed.facts:
            assert _told(evidence) in self._readings, "turned down by totals that never were"
        self.decisions[sealed.request_id] = answer
        self.outcomes[Outcome.Name(answer.outcome)] += 1
        self.reasons.update(reason.code for reason in answer.reasons)

    def _exposure(self, subject: bytes) -> ExposureEvidence:
        amounts: defaultdict[str, list[int]] = defaultdict(lambda: [0, 0, 0])
        lenders: Counter[str] = Counter()
        for loan in self._loans.values():
            if loan.subject != subject:
                continue
            for funder, (owed, undrawn) in loan.parts.items():
                place = amounts[funder]
                place[1] += owed
                place[2 if loan.is_drawn else 0] += undrawn
                lenders[funder] = max(lenders[funder], loan.approve_time_us)
        return ExposureEvidence(
            version=self._versions[subject],
            positions=[
                ExposurePosition(lender=funder, product=PRODUCT, currency=CURRENCY, reserved=r, drawn=d, undrawn=u)
                for funder, (r, d, u) in sorted(amounts.items())
                if r or d or u
            ],
            lenders=[LenderTime(lender=funder, time_us=time_us) for funder, time_us in sorted(lenders.items())],
        )

    def _apply(self, recorded: Recorded) -> None:
        sealed = recorded.sealed
        event = RecordFacts.FromString(sealed.facts).facility
        if event.kind == FACILITY_EVENT_KIND_RESERVED:
            assert event.facility_id == sealed.entry_id
            assert event.facility_id not in self._loans
            self._loans[event.facility_id] = Loan(sealed.subject, sealed.time_us)
            self.funder_counts[len(event.parts)] += 1
            self.uncovered += FUND not in {(told.kind, told.name) for told in event.counted}
        self._loans[event.facility_id].take(event)
        self._versions[sealed.subject] = version_after(self._versions[sealed.subject], sealed.entry_id)
        committed = self.committed()
        self._readings.add(_reading(committed))
        assert self.owed_by(sealed.subject) <= BORROWER_CAP
        self.highest |= Counter(committed)
        for total, amount in committed.items():
            assert 0 <= amount <= CAPS[total]


def _reading(committed: Mapping[Total, int]) -> Reading:
    return frozenset((total, amount) for total, amount in committed.items() if amount)


def _told(evidence: Evidence) -> Reading:
    """Return the totals that a decision went by: all of them, as they were together at some record of the log."""
    totals = {(TOTAL_KIND_FUNDER, told.funder): told.amount for told in evidence.funders}
    totals |= {(TOTAL_KIND_GUARANTOR, told.name): told.amount for told in evidence.guarantees}
    totals |= {(TOTAL_KIND_CONCENTRATION, told.name): told.amount for told in evidence.concentrations}
    return _reading(totals)


def facility_request(rng: random.Random, decision: Decision) -> list[tuple[str, bytes]]:
    """Return what a borrower does with an approved loan: the FacilityService's methods, and their requests in order."""
    name = decision.name.replace("decisions/", "facilities/")
    amount = decision.offers[0].credit_limit
    total = amount.units * 100 + amount.nanos // 10**7
    drawn = rng.randrange(1, total + 1)
    draw = ConfirmDrawdownRequest(request_id=f"draw-{decision.request_id}", facility=name, amount=cents(drawn))
    release = ReleaseReservationRequest(request_id=f"release-{decision.request_id}", facility=name)
    repay = RecordRepaymentRequest(
        request_id=f"repay-{decision.request_id}", facility=name, principal=cents(rng.randrange(1, drawn + 1))
    )
    steps = rng.choice([(draw,), (release,), (draw, repay), (draw, release, repay)])
    return [(METHODS[type(step)], step.SerializeToString()) for step in steps]
