"""What replaying many records came to, in counts that can be added up from any number of parts."""

import re
from collections import Counter
from dataclasses import dataclass, field
from typing import NamedTuple

from underwriter.replay.differences import Difference
from underwriter.replay.record import Replayed
from underwriter.replay.recorded_range import NotReplayed, Skipped, SkipReason
from underwriter.v1.decision_pb2 import OUTCOME_APPROVE
from underwriter.v1.record_pb2 import RecordFacts

_PLACE = re.compile(r"\[\d+\]")


class Example(NamedTuple):
    """A record that did not come out the same: its differences, or why it can't be replayed."""

    entry_id: str
    differences: tuple[Difference, ...]
    reason: str = ""


class Movement(NamedTuple):
    """Where a decision came from and went to: whether it approved, and approves now, in which currency of what is lent.

    The currency is empty for what was and is not approved.
    """

    was_approved: bool
    is_approved: bool
    currency: str


@dataclass(slots=True)
class Approved:
    """Decisions with the same movement: amounts set aside then and now, in minor units.

    `probability` adds up what the model says now of the `scored` ones among them.
    """

    count: int = 0
    recorded: int = 0
    replayed: int = 0
    scored: int = 0
    probability: float = 0.0

    def add(self, other: "Approved") -> None:
        """Count those of another part too."""
        self.count += other.count
        self.recorded += other.recorded
        self.replayed += other.replayed
        self.scored += other.scored
        self.probability += other.probability


@dataclass(slots=True)
class Summary:
    """Counts of replayed records. `examples` are the first `most_examples` that did not come out the same.

    `engines` counts the decisions by the version of the engine that made them, `outcomes` by recorded and replayed
    outcome, `fields` the records that differ in a field, whatever its place in a list.
    """

    most_examples: int
    reproduced: int = 0
    differing: int = 0
    not_replayed: Counter[str] = field(default_factory=Counter)
    skipped: Counter[SkipReason] = field(default_factory=Counter)
    engines: Counter[str] = field(default_factory=Counter)
    outcomes: Counter[tuple[int, int]] = field(default_factory=Counter)
    fields: Counter[str] = field(default_factory=Counter)
    movements: dict[Movement, Approved] = field(default_factory=dict)
    examples: list[Example] = field(default_factory=list)

    @property
    def replayed(self) -> int:
        """How many decisions were made again."""
        return self.reproduced + self.differing

    @property
    def is_reproduced(self) -> bool:
        """Whether every decision could be made again and came out the same."""
        return not self.differing and not self.not_replayed

    def approved(self, side: int) -> int:
        """Return how many were approved on record (0) or now (1)."""
        return sum(count for pair, count in self.outcomes.items() if pair[side] == OUTCOME_APPROVE)

    def count(self, result: Replayed | NotReplayed | Skipped) -> None:
        """Count what became of one record."""
        match result:
            case Skipped():
                self.skipped[result.reason] += 1
            case NotReplayed():
                self.not_replayed[result.reason] += 1
                self._show(Example(result.sealed.entry_id, (), result.reason))
            case Replayed():
                self._count_replayed(result)

    def add(self, other: "Summary") -> None:
        """Add the counts of a part that follows."""
        self.reproduced += other.reproduced
        self.differing += other.differing
        self.not_replayed.update(other.not_replayed)
        self.skipped.update(other.skipped)
        self.engines.update(other.engines)
        self.outcomes.update(other.outcomes)
        self.fields.update(other.fields)
        for movement, approved in other.movements.items():
            self.movements.setdefault(movement, Approved()).add(approved)
        for example in other.examples:
            self._show(example)

    def _count_replayed(self, replayed: Replayed) -> None:
        self.engines[replayed.engine_version] += 1
        self.outcomes[replayed.sealed.outcome, replayed.decision.outcome] += 1
        self._count_movement(replayed)
        if replayed.is_reproduced:
            self.reproduced += 1
            return
        self.differing += 1
        self.fields.update(
            list(dict.fromkeys(_PLACE.sub("[]", difference.path) for difference in replayed.differences))
        )
        self._show(Example(replayed.sealed.entry_id, replayed.differences))

    def _count_movement(self, replayed: Replayed) -> None:
        was, now = replayed.recorded_facts, replayed.facts
        currency = _currency(was) or _currency(now)
        movement = Movement(
            replayed.sealed.outcome == OUTCOME_APPROVE, replayed.decision.outcome == OUTCOME_APPROVE, currency
        )
        approved = self.movements.setdefault(movement, Approved())
        approved.count += 1
        approved.recorded += _amount(was)
        approved.replayed += _amount(now)
        if replayed.decision.HasField("score"):
            approved.scored += 1
            approved.probability += replayed.decision.score.probability

    def _show(self, example: Example) -> None:
        if len(self.examples) < self.most_examples:
            self.examples.append(example)


def _currency(facts: RecordFacts | None) -> str:
    return facts.facility.terms.currency if facts is not None else ""


def _amount(facts: RecordFacts | None) -> int:
    return sum(part.amount for part in facts.facility.parts) if facts is not None else 0
