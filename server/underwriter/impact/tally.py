"""Counts of what new rules would have made of recorded decisions, which can be added up from any number of parts.

No personal data is in them: groups, codes and amounts are counted, and a few records are named by their ids.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple

from underwriter.decisioning.requests.field_values import amount
from underwriter.impact.groups import user_group
from underwriter.replay import NotReplayed, Replayed, Skipped, Summary
from underwriter.v1.decision_pb2 import OUTCOME_APPROVE, Decision, Offer
from underwriter.v1.record_pb2 import RecordFacts

MOST_EXAMPLES = 5


class Dimension(StrEnum):
    """What decisions are told apart by, beside their product."""

    PRODUCT = "product"
    USER_GROUP = "user group"
    GRADE = "grade"


class Segment(NamedTuple):
    """Decisions of one product that have something in common; the name is empty where that is not known."""

    dimension: Dimension
    product: str
    name: str


class Swap(StrEnum):
    """What becomes of an applicant whose decision changes."""

    NEWLY_APPROVED = "newly approved"
    NO_LONGER_APPROVED = "no longer approved"
    OTHER_TERMS = "approved on other terms"
    OTHER_REFUSAL = "not approved in another way"


@dataclass(slots=True)
class Side:
    """Approvals of a segment by one of two sets of rules: amounts set aside and losses expected, in minor units.

    `with_loss` are those whose policy tells the loss that it expects.
    """

    approved: int = 0
    amount: int = 0
    with_loss: int = 0
    loss: int = 0

    def count(self, facts: RecordFacts | None, *, is_approved: bool) -> None:
        """Count a decision."""
        self.approved += is_approved
        if facts is not None:
            self.amount += sum(part.amount for part in facts.facility.parts)
            if facts.facility.terms.HasField("expected_loss"):
                self.with_loss += 1
                self.loss += facts.facility.terms.expected_loss

    def add(self, other: "Side") -> None:
        """Count those of another part too."""
        self.approved += other.approved
        self.amount += other.amount
        self.with_loss += other.with_loss
        self.loss += other.loss


@dataclass(slots=True)
class SegmentCounts:
    """How many decisions a segment has, and what was and would be approved of them."""

    decided: int = 0
    recorded: Side = field(default_factory=Side)
    now: Side = field(default_factory=Side)

    def add(self, other: "SegmentCounts") -> None:
        """Count those of another part too."""
        self.decided += other.decided
        self.recorded.add(other.recorded)
        self.now.add(other.now)


@dataclass(slots=True)
class Spread:
    """How often each value of a term was and would be offered, and what changes for those who have it in both."""

    recorded: Counter[Decimal] = field(default_factory=Counter)
    now: Counter[Decimal] = field(default_factory=Counter)
    rose: int = 0
    fell: int = 0
    same: int = 0
    change: Decimal = Decimal(0)

    @property
    def mean_change(self) -> Decimal | None:
        """The mean change of those who have the term in both, None if nobody has."""
        both = self.rose + self.fell + self.same
        return self.change / both if both else None

    def count(self, recorded: Decimal | None, now: Decimal | None) -> None:
        """Count the term of one decision, None where nothing was or would be offered."""
        if recorded is not None:
            self.recorded[recorded] += 1
        if now is not None:
            self.now[now] += 1
        if recorded is not None and now is not None:
            self.rose += now > recorded
            self.fell += now < recorded
            self.same += now == recorded
            self.change += now - recorded

    def add(self, other: "Spread") -> None:
        """Count those of another part too."""
        self.recorded.update(other.recorded)
        self.now.update(other.now)
        self.rose += other.rose
        self.fell += other.fell
        self.same += other.same
        self.change += other.change


@dataclass(slots=True)
class Reasons:
    """How many decisions have each reason: on record, now, now only, and no longer."""

    recorded: Counter[str] = field(default_factory=Counter)
    now: Counter[str] = field(default_factory=Counter)
    gained: Counter[str] = field(default_factory=Counter)
    lost: Counter[str] = field(default_factory=Counter)

    def count(self, recorded: set[str], now: set[str]) -> None:
        """Count the reasons of one decision."""
        # One by one: an update takes far longer, and a decision has few.
        for counter, codes in (
            (self.recorded, recorded), (self.now, now), (self.gained, now - recorded), (self.lost, recorded - now)
        ):  # fmt: skip
            for code in codes:
                counter[code] += 1

    def add(self, other: "Reasons") -> None:
        """Count those of another part too."""
        self.recorded.update(other.recorded)
        self.now.update(other.now)
        self.gained.update(other.gained)
        self.lost.update(other.lost)


class Version(NamedTuple):
    """The version of a policy that made a product's newest decision, and when that was."""

    time_us: int
    version: str


@dataclass(slots=True)
class ImpactTally:
    """All counts. `limits` and `rates` are those of the largest offers, by product: amounts, and fractions a year.

    `times` are those of the first and the last decision, in microseconds since 1970. `summary` has what a
    replay counts: outcomes, swaps with amounts and default risk, and what could not be replayed.
    """

    summary: Summary = field(default_factory=lambda: Summary(0))
    segments: dict[Segment, SegmentCounts] = field(default_factory=dict)
    limits: dict[str, Spread] = field(default_factory=dict)
    rates: dict[str, Spread] = field(default_factory=dict)
    reasons: Reasons = field(default_factory=Reasons)
    currencies: dict[str, str] = field(default_factory=dict)
    newest: dict[str, Version] = field(default_factory=dict)
    examples: dict[Swap, list[str]] = field(default_factory=dict)
    times: tuple[int, int] | None = None

    def count(self, result: Replayed | NotReplayed | Skipped) -> None:
        """Count what became of one record."""
        self.summary.count(result)
        if isinstance(result, Replayed):
            self._count_segments(result)
            self._count_terms(result)
            self.reasons.count(
                {reason.code for reason in result.recorded.reasons}, {reason.code for reason in result.decision.reasons}
            )
            self._note(result)

    def add(self, other: "ImpactTally") -> None:
        """Add the counts of a part that follows."""
        self.summary.add(other.summary)
        for segment, counts in other.segments.items():
            self.segments.setdefault(segment, SegmentCounts()).add(counts)
        for own, others in ((self.limits, other.limits), (self.rates, other.rates)):
            for product, spread in others.items():
                own.setdefault(product, Spread()).add(spread)
        self.reasons.add(other.reasons)
        self.currencies |= other.currencies
        if other.times is not None:
            self._span(*other.times)
        for product, version in other.newest.items():
            self.newest[product] = max(version, self.newest.get(product, version))
        for swap, ids in other.examples.items():
            known = self.examples.setdefault(swap, [])
            known += ids[: MOST_EXAMPLES - len(known)]

    def of_dimension(self, dimension: Dimension) -> list[tuple[Segment, SegmentCounts]]:
        """Return the segments of a dimension with their counts, by product and name."""
        return sorted((item for item in self.segments.items() if item[0].dimension is dimension), key=lambda i: i[0])

    def _count_segments(self, replayed: Replayed) -> None:
        was, now = _is_approved(replayed)
        for segment in _segments(replayed):
            counts = self.segments.get(segment)
            if counts is None:
                counts = self.segments[segment] = SegmentCounts()
            counts.decided += 1
            counts.recorded.count(replayed.recorded_facts, is_approved=was)
            counts.now.count(replayed.facts, is_approved=now)

    def _count_terms(self, replayed: Replayed) -> None:
        was, now = _largest(replayed.recorded), _largest(replayed.decision)
        if was is None and now is None:
            return
        product = replayed.sealed.product
        self.limits.setdefault(product, Spread()).count(_limit(was), _limit(now))
        self.rates.setdefault(product, Spread()).count(_rate(was), _rate(now))

    def _span(self, first_us: int, last_us: int) -> None:
        """Reach from the first time to the last."""
        known = self.times or (first_us, last_us)
        self.times = min(known[0], first_us), max(known[1], last_us)

    def _note(self, replayed: Replayed) -> None:
        """Note what is not counted: the currency, the version that decided, and the record as an example."""
        sealed = replayed.sealed
        self._span(sealed.time_us, sealed.time_us)
        self.currencies[sealed.product] = replayed.policy.currency
        version = Version(sealed.time_us, sealed.policy_version)
        self.newest[sealed.product] = max(version, self.newest.get(sealed.product, version))
        if not replayed.is_reproduced:
            ids = self.examples.setdefault(_swap(*_is_approved(replayed)), [])
            if len(ids) < MOST_EXAMPLES:
                ids.append(sealed.entry_id)


def _segments(replayed: Replayed) -> Iterator[Segment]:
    product = replayed.sealed.product
    yield Segment(Dimension.PRODUCT, product, "")
    yield Segment(Dimension.USER_GROUP, product, user_group(replayed))
    yield Segment(Dimension.GRADE, product, replayed.recorded.grade)


def _is_approved(replayed: Replayed) -> tuple[bool, bool]:
    """Tell whether it was and would be approved."""
    return replayed.sealed.outcome == OUTCOME_APPROVE, replayed.decision.outcome == OUTCOME_APPROVE


def _swap(was: bool, now: bool) -> Swap:
    if was != now:
        return Swap.NEWLY_APPROVED if now else Swap.NO_LONGER_APPROVED
    return Swap.OTHER_TERMS if now else Swap.OTHER_REFUSAL


def _largest(decision: Decision) -> Offer | None:
    """Return the offer of the highest limit, of equal ones the first; None without offers."""
    return max(decision.offers, key=lambda offer: amount(offer.credit_limit), default=None)


def _limit(offer: Offer | None) -> Decimal | None:
    return amount(offer.credit_limit) if offer is not None else None


def _rate(offer: Offer | None) -> Decimal | None:
    return Decimal(offer.annual_rate.value) if offer is not None and offer.annual_rate.value else None
