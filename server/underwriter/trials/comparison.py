"""What the arms of a rollout came to, in counts."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple

from underwriter.v1.decision_pb2 import OUTCOME_APPROVE, Decision
from underwriter.v1.record_pb2 import Evidence, RecordFacts

ZERO = Decimal(0)


class ArmKind(StrEnum):
    """What part a policy has in a rollout."""

    CHAMPION = "champion"
    CHALLENGER = "challenger"
    SHADOW = "shadow"


class ArmKey(NamedTuple):
    """An arm: the champion, whatever its versions were, or one version of the others."""

    kind: ArmKind
    version: str = ""


@dataclass(slots=True)
class ArmTally:
    """What the decisions of one arm came to. Amounts are minor units of the product's currency.

    `amount` adds up what approvals set aside, or would, and `rate` their nominal rates a year; `expected_loss` adds up
    the loss expected on the `expected` ones of which it is told, `probability` what the model said of the `scored`
    decisions. `reasons` counts the decisions that had a reason. Of a shadow, `answered` counts the pairs of what was
    answered and what it would have been, and `failures` the decisions that it did not make.
    """

    versions: Counter[str] = field(default_factory=Counter)
    outcomes: Counter[int] = field(default_factory=Counter)
    reasons: Counter[str] = field(default_factory=Counter)
    amount: int = 0
    rate: Decimal = ZERO
    rated: int = 0
    expected_loss: int = 0
    expected: int = 0
    probability: float = 0.0
    scored: int = 0
    answered: Counter[tuple[int, int]] = field(default_factory=Counter)
    failures: int = 0

    @property
    def decisions(self) -> int:
        """How many decisions were made."""
        return self.outcomes.total()

    @property
    def approved(self) -> int:
        """How many of them approved."""
        return self.outcomes[OUTCOME_APPROVE]

    @property
    def mean_rate(self) -> Decimal | None:
        """The mean nominal rate of the approvals that have one; None if none has."""
        return self.rate / self.rated if self.rated else None

    @property
    def mean_probability(self) -> float | None:
        """The mean probability of default that the model told; None if it told none."""
        return self.probability / self.scored if self.scored else None

    def count(self, version: str, decision: Decision, facts: RecordFacts | None) -> None:
        """Count a decision of a version, with what it set aside, or would have."""
        self.versions[version] += 1
        self.outcomes[decision.outcome] += 1
        self.reasons.update({reason.code for reason in decision.reasons})
        if decision.HasField("score"):
            self.scored += 1
            self.probability += decision.score.probability
        if facts is not None and facts.HasField("facility"):
            self._count_approval(facts)

    def _count_approval(self, facts: RecordFacts) -> None:
        terms = facts.facility.terms
        self.amount += sum(part.amount for part in facts.facility.parts)
        if terms.annual_rate:
            self.rated += 1
            self.rate += Decimal(terms.annual_rate)
        if terms.HasField("expected_loss"):
            self.expected += 1
            self.expected_loss += terms.expected_loss


class ReasonShift(NamedTuple):
    """A reason that one arm gave to another share of its applicants than what it is compared with."""

    code: str
    share: float
    other_share: float


@dataclass(slots=True)
class Comparison:
    """The arms of a rollout. `answers` are all decisions that were given while it ran, which shadows stand beside.

    `currency` is that of all amounts, empty while nothing was approved; `unreadable` counts records that could not be
    read, such as those of subjects whose data was erased.
    """

    rollout_id: str
    arms: dict[ArmKey, ArmTally] = field(default_factory=dict)
    answers: ArmTally = field(default_factory=ArmTally)
    currency: str = ""
    unreadable: int = 0

    def count(self, version: str, decision: Decision, facts: RecordFacts | None, evidence: Evidence) -> None:
        """Count a decision of the rollout with its shadows."""
        key = ArmKey(ArmKind.CHALLENGER, version) if evidence.rollout.by_challenger else ArmKey(ArmKind.CHAMPION)
        for tally in (self.arm(key), self.answers):
            tally.count(version, decision, facts)
        self._learn_currency(facts)
        for shadow in evidence.shadows:
            tally = self.arm(ArmKey(ArmKind.SHADOW, shadow.policy_version))
            if shadow.failure:
                tally.failures += 1
                continue
            shadowed = shadow.facts if shadow.HasField("facts") else None
            tally.count(shadow.policy_version, shadow.decision, shadowed)
            tally.answered[decision.outcome, shadow.decision.outcome] += 1
            self._learn_currency(shadowed)

    def arm(self, key: ArmKey) -> ArmTally:
        """Return the tally of an arm, an empty one if it made no decision yet."""
        return self.arms.setdefault(key, ArmTally())

    def in_order(self) -> list[tuple[ArmKey, ArmTally]]:
        """Return the arms: the champion, challengers, shadows."""
        kinds = list(ArmKind)
        return sorted(self.arms.items(), key=lambda arm: (kinds.index(arm[0].kind), arm[0].version))

    def beside(self, key: ArmKey) -> ArmTally | None:
        """Return what an arm is compared with: the champion, or for a shadow all answers; None for the champion."""
        match key.kind:
            case ArmKind.CHAMPION:
                return None
            case ArmKind.CHALLENGER:
                return self.arm(ArmKey(ArmKind.CHAMPION))
            case ArmKind.SHADOW:
                return self.answers

    def _learn_currency(self, facts: RecordFacts | None) -> None:
        if facts is not None and not self.currency:
            self.currency = facts.facility.terms.currency


def reason_shifts(arm: ArmTally, other: ArmTally, most: int) -> list[ReasonShift]:
    """Return the reasons whose shares differ most, the largest difference first."""
    shifts = [shift for shift in _shifts(arm, other) if shift.share != shift.other_share]
    return sorted(shifts, key=lambda shift: (-abs(shift.share - shift.other_share), shift.code))[:most]


def _shifts(arm: ArmTally, other: ArmTally) -> Iterator[ReasonShift]:
    if arm.decisions and other.decisions:
        for code in sorted({*arm.reasons, *other.reasons}):
            yield ReasonShift(code, arm.reasons[code] / arm.decisions, other.reasons[code] / other.decisions)
