"""What of a policy its tests reach: both ways of each rule's condition and of each `if`, rows, defaults, bins."""

from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import PurePath

from underwriter.decisioning.rule_tests.possible_arms import possible_arms
from underwriter.policy import Outcome, Policy, StepKind, Trace
from underwriter.policy.definitions import RuleDefinition, ScorecardLogic

_ANSWERS = {True: "", False: " not fired", None: " undetermined"}


@dataclass(frozen=True, slots=True)
class RuleSpot:
    """A rule's condition that came out true, false or null."""

    number: int
    value: bool | None


@dataclass(frozen=True, slots=True)
class RowSpot:
    """A table's row that matched, counted from 1; None for its default, which answered."""

    table: int
    row: int | None


@dataclass(frozen=True, slots=True)
class BinSpot:
    """A bin of a scorecard's attribute that was taken; both counted from 0."""

    scorecard: int
    attribute: int
    position: int


@dataclass(frozen=True, slots=True)
class ArmSpot:
    """An arm of an `if` that was taken: the one for a true condition, or the other."""

    branch: int
    is_true: bool


Spot = RuleSpot | RowSpot | BinSpot | ArmSpot


@dataclass(frozen=True, slots=True)
class Uncovered:
    """What no test reached, and where it stands."""

    what: str
    place: str


@dataclass
class Coverage:
    """The spots that there are (with how to name them), and those reached so far."""

    spots: Mapping[Hashable, Uncovered]
    reached: set[Hashable] = field(default_factory=set)

    @classmethod
    def of(cls, policy: Policy) -> "Coverage":
        """Return the coverage of a policy before any test.

        A rule has a spot for a condition that comes out true, one for false, and one for null if it says what follows
        from that: to let it pass is the same as false. An `if` has a spot for each arm that some input can reach, if it
        stands in the policy's own folder: of those in parts that it shares, each product needs some arms only.
        """
        return cls(dict(_spots(policy)))

    def add(self, trace: Trace) -> None:
        """Count what one evaluation reached."""
        self.reached.update(reached_spots(trace))

    @property
    def uncovered(self) -> list[Uncovered]:
        """What no test reached, in the order of the policy."""
        return [spot for key, spot in self.spots.items() if key not in self.reached]

    @property
    def percent(self) -> float:
        """The share of all spots that was reached, 0 to 100; 100 where there are none."""
        covered = len(self.spots) - len(self.uncovered)
        return 100 * covered / len(self.spots) if self.spots else 100.0


def reached_spots(trace: Trace) -> Iterator[Spot]:
    """Yield every spot that an evaluation reached."""
    for step in trace.steps:
        match step.kind:
            case StepKind.RULE:
                yield RuleSpot(step.number, step.value if isinstance(step.value, bool) else None)
            case StepKind.ROW:
                yield RowSpot(step.number, step.part[0])
            case StepKind.DEFAULT:
                yield RowSpot(step.number, None)
            case StepKind.BIN:
                attribute, position = step.part
                if attribute is not None and position is not None:
                    yield BinSpot(step.number, attribute, position)
    yield from (ArmSpot(*arm) for arm in trace.arms)


def _spots(policy: Policy) -> Iterator[tuple[Spot, Uncovered]]:
    for number, (decision, rule) in enumerate(policy.rules):
        for answer in _answers(rule):
            what = f"rule {decision}/{rule.id.text}{_ANSWERS[answer]}"
            yield RuleSpot(number, answer), Uncovered(what, rule.id.location(0))
    for number, name in enumerate(policy.checked.order):
        if name in policy.checked.evaluated or name not in policy.checked.included.nodes:
            yield from _rows(policy, name)
        scorecard = policy.scorecard(name)
        if scorecard is not None:
            yield from _bins(number, name, scorecard)
    yield from _arms(policy)


def _answers(rule: RuleDefinition) -> tuple[bool | None, ...]:
    """Return what a rule's condition should come out as. That null refers goes without saying, and without a test."""
    return (True, False) if rule.if_unknown in (None, Outcome.REFER) else (True, False, None)


def _rows(policy: Policy, name: str) -> Iterator[tuple[Spot, Uncovered]]:
    for number, (owner, checked) in policy.checked.tables.items():
        if owner != name:
            continue
        for row in checked.table.rows:
            yield RowSpot(number, row.number), Uncovered(f"{name} row {row.number}", row.source.location(0))
        if checked.table.defaults:
            yield RowSpot(number, None), Uncovered(f"{name} default", checked.table.defaults[0].location(0))


def _bins(number: int, name: str, scorecard: ScorecardLogic) -> Iterator[tuple[Spot, Uncovered]]:
    for index, attribute in enumerate(scorecard.attributes):
        for position, bin_ in enumerate(attribute.bins):
            what = f"{name} {attribute.name.text} bin {position + 1}"
            yield BinSpot(number, index, position), Uncovered(what, bin_.when.location(0))


def _arms(policy: Policy) -> Iterator[tuple[Spot, Uncovered]]:
    possible, folder = possible_arms(policy), PurePath(policy.files.shown(policy.path)).parent
    for number, place in enumerate(policy.compiled.branches):
        if PurePath(place.source.name).parent != folder:
            continue
        owner = policy.owner_of_branch(number)
        where = f" of {owner}" if owner else ""
        for is_true, arm in ((True, "then"), (False, "else")):
            if (number, is_true) in possible:
                yield ArmSpot(number, is_true), Uncovered(f"{arm}{where}", str(place))
