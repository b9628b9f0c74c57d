"""Writes test cases that would reach what no test of a policy reaches."""

from collections import Counter
from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from underwriter.decisioning import ActivePolicy, decide
from underwriter.decisioning.rule_tests.coverage import Coverage, Uncovered
from underwriter.decisioning.rule_tests.files import RuleTest, load_tests
from underwriter.decisioning.rule_tests.running import arranged
from underwriter.feel.diagnostics import Diagnostic
from underwriter.policy import Outcome
from underwriter.workbench.suggesting.conditions import ConditionDistances
from underwriter.workbench.suggesting.givens import Givens, Plain
from underwriter.workbench.suggesting.goals import Approval, Goal, goal_of
from underwriter.workbench.suggesting.minimal import minimal
from underwriter.workbench.suggesting.moves import Moves
from underwriter.workbench.suggesting.search import search
from underwriter.workbench.suggesting.trial import Trial, Trials, first_givens, test_of

_TEST_ID = "00000000-0000-7000-8000-000000000000"

OnProgress = Callable[[int, int], None]
"""Is told how many of how many spots were looked at."""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A test case that reaches a spot: what it gives, and what came out, which a person has to judge."""

    name: str
    givens: Givens
    expect: Plain


@dataclass(frozen=True, slots=True)
class Suggestions:
    """Test cases over the givens `base`, and what no input was found for. `diagnostics` are faults of the tests."""

    base: Plain
    cases: Sequence[Suggestion]
    unreached: Sequence[Uncovered]
    diagnostics: Sequence[Diagnostic]


def suggest_for(policy: ActivePolicy, rules: Path, on_progress: OnProgress) -> Suggestions:
    """Look for test cases that reach what the tests beside a policy do not reach.

    The search is bounded, and comes to the same for the same rules and tests. Where there are no tests it starts with
    an applicant of whom nothing is known, and looks for one first whom no rule stands against.

    Raises:
        OSError: when a test file can't be read.
    """
    folder = (rules / policy.policy.path).parent
    tests, diagnostics = load_tests(folder, str(folder))
    found = _Search(policy, tests)
    cases = list(found.cases(on_progress))
    return Suggestions(found.base, cases, found.unreached, diagnostics)


class _Search:
    """Looks for test cases; `unreached` gathers what none was found for."""

    def __init__(self, policy: ActivePolicy, tests: Sequence[RuleTest]) -> None:
        self.unreached: list[Uncovered] = []
        self._policy = policy
        self._trials = Trials(policy)
        self._moves = Moves(policy, [test.given for test in tests])
        self._distances = ConditionDistances(policy.policy)
        self._known = [trial for test in tests if (trial := self._run(_givens_of(test))) is not None]
        self.base = _most_common_base(tests)
        if not self._known:
            self._begin()

    def cases(self, on_progress: OnProgress) -> Iterator[Suggestion]:
        """Yield a case for each spot that no test and no case before it reaches."""
        coverage = Coverage.of(self._policy.policy)
        for trial in self._known:
            coverage.add(trial.trace)
        left = [(spot, uncovered) for spot, uncovered in coverage.spots.items() if spot not in coverage.reached]
        missed: list[tuple[Hashable, Uncovered]] = []
        for done, (spot, uncovered) in enumerate(left):
            on_progress(done, len(left))
            if spot in coverage.reached:
                continue
            goal = goal_of(spot, self._policy.policy, self._distances, self._moves)
            found = search(goal, self._known, self._moves, self._trials)
            if found is None:
                missed.append((spot, uncovered))
                continue
            trial = minimal(found, self.base, spot, self._trials)
            self._known.append(trial)
            coverage.add(trial.trace)
            yield self._suggestion(trial, uncovered.what)
        self.unreached = [uncovered for spot, uncovered in missed if spot not in coverage.reached]
        on_progress(len(left), len(left))

    def _begin(self) -> None:
        """Start without tests: with somebody, then with somebody whom no rule stands against."""
        start = self._run(first_givens())
        if start is None:
            return
        self._known = [start]
        approved = self._near(Approval(self._policy.policy, self._distances, self._moves), start)
        self._known.append(approved)
        self.base = approved.givens.given

    def _near(self, goal: Goal, start: Trial) -> Trial:
        """Return a trial at a goal, or the start if none was found."""
        return search(goal, [start], self._moves, self._trials) or start

    def _run(self, givens: Givens) -> Trial | None:
        return self._trials.run(givens)

    def _suggestion(self, trial: Trial, what: str) -> Suggestion:
        stage = arranged(self._policy, test_of(trial.givens))
        decision = decide(stage.request, stage.policy, trial.givens.now, _TEST_ID).decision
        outcome = Outcome(decision.outcome).name
        grade = {"grade": decision.grade} if decision.grade else {}
        reasons = {"reasons": [reason.code for reason in decision.reasons]}
        return Suggestion(f"suggested: {what}: {outcome}", trial.givens, {"outcome": outcome, **grade, **reasons})


def _givens_of(test: RuleTest) -> Givens:
    return Givens(test.given, test.models, test.now)


def _most_common_base(tests: Sequence[RuleTest]) -> Plain:
    """Return the defaults that most tests share."""
    bases = {id(test.base): test.base for test in tests}
    counts = Counter(id(test.base) for test in tests)
    return bases[counts.most_common(1)[0][0]] if counts else {}
