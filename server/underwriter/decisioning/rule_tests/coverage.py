"""Which rules fired, which table rows matched and which scorecard bins were taken over a run of tests."""

from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass, field

from underwriter.policy import Policy, StepKind, Trace
from underwriter.policy.definitions import ScorecardLogic

Spot = tuple[StepKind, int, tuple[int | None, ...]]


@dataclass(frozen=True, slots=True)
class Uncovered:
    """A rule, row or bin that no test reached, and where it stands."""

    what: str
    place: str


@dataclass
class Coverage:
    """The rules, rows and bins that there are (`spots`, with how to name them), and those reached so far."""

    spots: Mapping[Hashable, Uncovered]
    reached: set[Hashable] = field(default_factory=set)

    @classmethod
    def of(cls, policy: Policy) -> "Coverage":
        """Return the coverage of a policy before any test."""
        return cls(dict(_spots(policy)))

    def add(self, trace: Trace) -> None:
        """Count what one evaluation reached. A rule is reached when it fires, not when it is only looked at."""
        for step in trace.steps:
            if step.kind is not StepKind.RULE or step.value is True:
                self.reached.add((step.kind, step.number, step.part))

    @property
    def uncovered(self) -> list[Uncovered]:
        """What no test reached, in the order of the policy."""
        return [spot for key, spot in self.spots.items() if key not in self.reached]

    @property
    def percent(self) -> float:
        """The share of all rules, rows and bins that was reached, 0 to 100; 100 where there are none."""
        covered = len(self.spots) - len(self.uncovered)
        return 100 * covered / len(self.spots) if self.spots else 100.0


def _spots(policy: Policy) -> Iterator[tuple[Spot, Uncovered]]:
    for number, (decision, rule) in enumerate(policy.rules):
        yield (StepKind.RULE, number, ()), Uncovered(f"rule {decision}/{rule.id.text}", rule.id.location(0))
    for number, name in enumerate(policy.checked.order):
        if name in policy.checked.evaluated or name not in policy.checked.included.nodes:
            yield from _rows(policy, name)
        scorecard = policy.scorecard(name)
        if scorecard is not None:
            yield from _bins(number, name, scorecard)


def _rows(policy: Policy, name: str) -> Iterator[tuple[Spot, Uncovered]]:
    for number, (owner, checked) in policy.checked.tables.items():
        for row in checked.table.rows if owner == name else ():
            place = row.source.location(0)
            yield (StepKind.ROW, number, (row.number,)), Uncovered(f"{name} row {row.number}", place)


def _bins(number: int, name: str, scorecard: ScorecardLogic) -> Iterator[tuple[Spot, Uncovered]]:
    for index, attribute in enumerate(scorecard.attributes):
        for position, bin_ in enumerate(attribute.bins):
            what = f"{name} {attribute.name.text} bin {position + 1}"
            yield (StepKind.BIN, number, (index, position)), Uncovered(what, bin_.when.location(0))
