"""Decides on applications by two policies, and keeps for each kind of difference the simplest one that shows it.

The applications are what the tests beside both policies give, and their neighbours. Whatever is told has been decided
by both; what no application showed may be there nevertheless.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from underwriter.decisioning import ActivePolicy, decide
from underwriter.decisioning.rule_tests.files import RuleTest, load_tests
from underwriter.decisioning.rule_tests.running import CannotRun, arranged
from underwriter.workbench.comparison.answers import Answer, Difference, Kind, answer_of, differences, kind_of
from underwriter.workbench.comparison.changes import Change
from underwriter.workbench.comparison.neighbours import Edit, edited, neighbourhood

MOST_TRIALS = 600
_MOST_BASES = 4
_DECISION_ID = "00000000-0000-7000-8000-000000000000"

OnTrial = Callable[[int, int], None]
"""Is told how many of how many applications at most were tried."""


@dataclass(frozen=True, slots=True)
class DecidedOtherwise:
    """An application on which two policies decide differently.

    It is what `test` gives, with `edits`. `count` is how many of those tried differ in the same way.
    """

    kind: str
    test: RuleTest
    edits: tuple[Edit, ...]
    differences: tuple[Difference, ...]
    count: int

    @property
    def edited(self) -> RuleTest:
        """All that is given."""
        return edited(self.test, self.edits)


@dataclass(slots=True)
class Trials:
    """How many applications were tried and how many differed, with one example of each kind of difference."""

    tried: int = 0
    differing: int = 0
    found: dict[Kind, DecidedOtherwise] = field(default_factory=dict)

    @property
    def examples(self) -> list[DecidedOtherwise]:
        """The examples: first those with another outcome, then the commonest."""
        kinds = sorted(self.found, key=lambda kind: (not kind.outcome, -self.found[kind].count))
        return [self.found[kind] for kind in kinds]


class Trier:
    """Tries applications with an old policy and a new one of the same product."""

    def __init__(self, old: ActivePolicy, new: ActivePolicy) -> None:
        self._sides = (old, new)
        self.trials = Trials()

    def try_(self, test: RuleTest, edits: tuple[Edit, ...] = ()) -> Answer | None:
        """Decide by both, and return what the old one says; None where one of them takes no such application."""
        given = edited(test, edits)
        try:
            old, new = (_answered(policy, given) for policy in self._sides)
        except CannotRun:
            return None
        self.trials.tried += 1
        found = differences(old, new)
        if found:
            self.trials.differing += 1
            self._keep(kind_of(old, new), test, edits, tuple(found))
        return old

    def _keep(self, kind: Kind, test: RuleTest, edits: tuple[Edit, ...], found: tuple[Difference, ...]) -> None:
        known = self.trials.found.get(kind)
        count = known.count + 1 if known else 1
        if known and len(known.edits) <= len(edits):
            test, edits, found = known.test, known.edits, known.differences
        self.trials.found[kind] = DecidedOtherwise(kind.words, test, edits, found, count)


def try_both(
    old: ActivePolicy,
    new: ActivePolicy,
    tests: Sequence[RuleTest],
    changes: Sequence[Change],
    most: int = MOST_TRIALS,
    on_trial: OnTrial = lambda _done, _total: None,
) -> Trials:
    """Try what tests give, then neighbours of some of them, `most` applications in all at most."""
    trier = Trier(old, new)
    bases: dict[tuple[str, str], RuleTest] = {}
    for number, test in enumerate(_spread(tests, most), 1):
        answer = trier.try_(test)
        if answer is not None:
            bases.setdefault((answer["outcome"].text, answer["grade"].text if "grade" in answer else ""), test)
        on_trial(number, most)
    chosen = [bases[key] for key in sorted(bases)][:_MOST_BASES]
    left = most - min(len(tests), most)
    for number, (test, edits) in enumerate(islice(_neighbours(old, new, chosen, changes), left), most - left + 1):
        trier.try_(test, edits)
        on_trial(number, most)
    on_trial(most, most)
    return trier.trials


def tests_of(sides: Sequence[tuple[Path, ActivePolicy]]) -> list[RuleTest]:
    """Return the tests beside policies of rules folders; of those that give the same, one.

    Those that can't be read are left out.
    """
    found: dict[str, RuleTest] = {}
    for rules, policy in sides:
        folder = (rules / policy.policy.path).parent
        for test in load_tests(folder, str(folder))[0]:
            found.setdefault(repr((test.given, test.models, test.now)), test)
    return list(found.values())


def _answered(policy: ActivePolicy, test: RuleTest) -> Answer:
    stage = arranged(policy, test)
    return answer_of(decide(stage.request, stage.policy, test.now, _DECISION_ID))


def _spread(tests: Sequence[RuleTest], most: int) -> Sequence[RuleTest]:
    """Return at most so many tests, taken evenly from all."""
    if len(tests) <= most:
        return tests
    return [tests[number * len(tests) // most] for number in range(most)]


def _neighbours(
    old: ActivePolicy, new: ActivePolicy, bases: Sequence[RuleTest], changes: Sequence[Change]
) -> Iterator[tuple[RuleTest, tuple[Edit, ...]]]:
    """Yield edits of the bases in turn, so that each is tried however few are."""
    if not changes:
        return
    checked = new.policy.checked
    near = neighbourhood(changes, [policy.policy.checked for policy in (new, old)])
    waiting = [(base, near.edits(base, checked)) for base in bases]
    while waiting:
        for base, edits in list(waiting):
            edit = next(edits, None)
            if edit is None:
                waiting.remove((base, edits))
            else:
                yield base, edit
