"""Records what a policy's traced twin did: which decision gave what, which rules and rows fired."""

from dataclasses import dataclass
from enum import StrEnum


class StepKind(StrEnum):
    """A kind of step."""

    DECISION = "decision"
    RULE = "rule"
    ROW = "row"
    DEFAULT = "default"
    BIN = "bin"
    OFFER = "offer"


@dataclass(frozen=True, slots=True)
class Step:
    """One step. `number` is a decision's or rule's number; `part` a row, or an attribute and its bin."""

    kind: StepKind
    number: int
    part: tuple[int | None, ...] = ()
    value: object = None
    name: str = ""


class Trace:
    """The steps of one evaluation, in order.

    `arms` holds the arms of `if` that were taken: the number of the `if` among those of the policy, and whether its
    condition was true. They are no steps: an `if` may stand in a loop.
    """

    def __init__(self) -> None:
        self.steps: list[Step] = []
        self.arms: set[tuple[int, bool]] = set()

    def decision(self, number: int, value: object) -> None:
        """Record a decision's value."""
        self.steps.append(Step(StepKind.DECISION, number, value=value))

    def rule(self, number: int, value: object) -> None:
        """Record the value of a rule's condition."""
        self.steps.append(Step(StepKind.RULE, number, value=value))

    def row(self, number: int, row: int) -> None:
        """Record that a row of a table matched; rows count from 1."""
        self.steps.append(Step(StepKind.ROW, number, (row,)))

    def default(self, number: int) -> None:
        """Record that no row of a table matched, and its default answered."""
        self.steps.append(Step(StepKind.DEFAULT, number))

    def arm(self, number: int, condition: object) -> object:
        """Record which arm of an `if` is taken; return what its condition came to."""
        self.arms.add((number, bool(condition)))
        return condition

    def bin(self, number: int, attribute: int, position: int | None) -> None:
        """Record the bin that a scorecard's attribute fell into; None where none fits or the value is missing."""
        self.steps.append(Step(StepKind.BIN, number, (attribute, position)))

    def offer(self, term: str, value: object) -> None:
        """Record a term of an offer."""
        self.steps.append(Step(StepKind.OFFER, -1, value=value, name=term))
