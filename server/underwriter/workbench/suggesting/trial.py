"""Evaluates what a search comes up with, and keeps what it needs to tell how near it came."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from underwriter.decisioning import ActivePolicy
from underwriter.decisioning.requests.given import FilledBase, GivenRefused, application_from
from underwriter.decisioning.rule_tests.coverage import Spot, reached_spots
from underwriter.decisioning.rule_tests.files import DEFAULT_NOW, RuleTest, sent_of
from underwriter.decisioning.rule_tests.running import CannotRun, arranged
from underwriter.feel import Value
from underwriter.feel.source import Source
from underwriter.policy import Outcome, StepKind, Trace
from underwriter.policy.checked import Path
from underwriter.workbench.computed_values import ComputedValues
from underwriter.workbench.suggesting.givens import Givens

SUGGESTED = Source("", "<suggested>")


@dataclass(frozen=True)
class Trial:
    """One evaluation. `conditions` are what the rules came out as, `blocking` the rules that stand against an offer."""

    givens: Givens
    policy: ActivePolicy
    inputs: Mapping[Path, Value]
    trace: Trace

    @cached_property
    def reached(self) -> frozenset[Spot]:
        """What it reached."""
        return frozenset(reached_spots(self.trace))

    @cached_property
    def values(self) -> ComputedValues:
        """What names stood for."""
        order = self.policy.policy.checked.order
        decisions = {order[s.number]: s.value for s in self.trace.steps if s.kind is StepKind.DECISION}
        return ComputedValues(self.policy.policy, self.inputs, decisions)

    @cached_property
    def conditions(self) -> dict[int, object]:
        """What each rule's condition came out as, by the rule's number."""
        return {step.number: step.value for step in self.trace.steps if step.kind is StepKind.RULE}

    @cached_property
    def blocking(self) -> list[int]:
        """The rules that keep the application from being approved: fired, or undetermined and not let pass."""
        rules = self.policy.policy.rules
        return [
            number
            for number, value in self.conditions.items()
            if (value is True and rules[number][1].then is not Outcome.APPROVE)
            or (value not in (True, False) and rules[number][1].if_unknown is not None)
        ]


class Trials:
    """Makes trials of one policy, and counts them."""

    def __init__(self, policy: ActivePolicy) -> None:
        self.count = 0
        self._policy = policy
        self._base: FilledBase | None = None

    def begin_at(self, givens: Givens) -> None:
        """Make ready for many trials that change little of these givens."""
        try:
            sent = sent_of(givens.given)
            application = application_from(sent, currency=self._policy.currency, attributes=self._policy.attributes)
            self._base = FilledBase(sent, application)
        except GivenRefused:
            self._base = None

    def run(self, givens: Givens) -> Trial | None:
        """Evaluate givens; None if they are no application of the policy."""
        self.count += 1
        try:
            stage = arranged(self._policy, test_of(givens), self._base)
        except CannotRun:
            return None
        policy, trace = stage.policy, Trace()
        inputs = policy.bind(stage.request.application, givens.now)
        policy.policy.evaluate_traced(inputs, policy.calls, [], trace)
        by_path = dict(zip(policy.policy.reads, inputs, strict=True))
        return Trial(givens, self._policy, by_path, trace)


def test_of(givens: Givens) -> RuleTest:
    """Return givens as a test that expects nothing yet."""
    return RuleTest("suggested", SUGGESTED, givens.given, givens.models, givens.now, {})


def first_givens() -> Givens:
    """Return what a search begins with where there is no test: somebody of whom nothing is known."""
    return Givens({"applicant": {"subject_id": "somebody"}}, {}, DEFAULT_NOW)
