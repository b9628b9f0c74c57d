"""The values that a policy's names take in one test, to be shown beside the rules."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from underwriter.decisioning.decide import decide, evaluate_with_trace
from underwriter.decisioning.desk import ready_policy
from underwriter.decisioning.models import load_models
from underwriter.decisioning.rule_tests.files import RuleTest, tests_in
from underwriter.decisioning.rule_tests.running import CannotRun, arranged
from underwriter.decisioning.stored import Stored
from underwriter.editor.rules_folder import Rules
from underwriter.feel import feel_text
from underwriter.policy import Outcome, Policy, RulesRefused, StepKind, Trace
from underwriter.policy.documents import read_document
from underwriter.policy.reading import Reading

_DECISION_ID = "00000000-0000-7000-8000-000000000000"


class CannotShow(Exception):
    """A test whose values can't be shown; its text says why."""


@dataclass(frozen=True, slots=True)
class ChosenTest:
    """What became of a policy's names in a test.

    `inputs` are the values of the inputs that were read, by path; `decisions` those of decisions and models, by name;
    `rules` those of conditions, by the rules' ids; `rows` the rows of tables that matched, by the table's decision.
    """

    policy: str
    path: str
    name: str
    outcome: str
    inputs: Mapping[tuple[str, ...], object]
    decisions: Mapping[str, object]
    rules: Mapping[str, object]
    rows: Mapping[str, Sequence[int]]

    def value_text(self, path: Sequence[str]) -> str | None:
        """Return the value of what a path of names leads to, as FEEL writes it; None if the test did not need it."""
        whole = tuple(path)
        for length in range(len(whole), 0, -1):
            if whole[:length] in self.inputs:
                return _text(self.inputs[whole[:length]], whole[length:])
        below = {read[len(whole) :]: value for read, value in self.inputs.items() if read[: len(whole)] == whole}
        if below:
            return feel_text({".".join(members): value for members, value in below.items()})
        return _text(self.decisions[whole[0]], whole[1:]) if whole and whole[0] in self.decisions else None

    def rule_text(self, rule_id: str) -> str | None:
        """Return whether a rule fired; None if it was not looked at."""
        if rule_id not in self.rules:
            return None
        words: Mapping[object, str] = {True: "fires", False: "does not fire", None: "is not determined"}
        return words[self.rules[rule_id]]


def choose_test(rules: Rules, models: Path, path: str, name: str) -> ChosenTest:
    """Run a test of a file with the models of a folder, and return what became of its policy's names.

    Raises:
        CannotShow: when there is no such test, or when it or its policy has errors.
    """
    policy_path = next(iter(rules.policies_with(path)), None)
    if policy_path is None:
        raise CannotShow(f"{path} stands beside no policy")
    test = _test(rules, path, name)
    loaded, _ = load_models(models)
    try:
        stage = arranged(ready_policy(rules.files, policy_path, loaded), test)
    except RulesRefused as refused:
        raise CannotShow(f"the policy has errors: {refused.diagnostics[0]}") from None
    except CannotRun as refused:
        raise CannotShow("; ".join(refused.faults)) from None
    application = stage.request.application
    decisions, trace = evaluate_with_trace(stage.policy, application, test.now)
    decision = decide(stage.request, stage.policy, test.now, _DECISION_ID).decision
    policy = stage.policy.policy
    inputs = zip(policy.reads, stage.policy.bind(application, test.now, Stored.NOTHING), strict=True)
    outcome = Outcome(decision.outcome).name
    conditions = {policy.rules[s.number][1].id.text: s.value for s in trace.steps if s.kind is StepKind.RULE}
    return ChosenTest(policy_path, path, name, outcome, dict(inputs), decisions, conditions, _rows(policy, trace))


def _test(rules: Rules, path: str, name: str) -> RuleTest:
    document, _ = read_document(path, rules.texts.get(path, ""))
    tests = tests_in(document, Reading()) if document is not None else []
    found = next((test for test in tests if test.name == name), None)
    if found is None:
        raise CannotShow(f"{path} has no test in order that is called '{name}'")
    return found


def _rows(policy: Policy, trace: Trace) -> dict[str, list[int]]:
    rows: dict[str, list[int]] = {}
    for step in trace.steps:
        if step.kind is StepKind.ROW and step.part[0] is not None:
            rows.setdefault(policy.checked.tables[step.number][0], []).append(step.part[0])
    return rows


def _text(value: object, members: Sequence[str]) -> str | None:
    for member in members:
        if isinstance(value, list):
            value = [item.get(member) if isinstance(item, Mapping) else None for item in value]
        elif isinstance(value, Mapping) and member in value:
            value = value[member]
        else:
            return None
    return feel_text(value)
