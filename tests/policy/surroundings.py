"""A small world to load policies in: a few inputs and two models."""

from collections.abc import Mapping
from decimal import Decimal

from underwriter.feel import Environment, Source
from underwriter.feel.diagnostics import Diagnostic
from underwriter.feel.types import BOOLEAN, DATE, DATE_TIME, NUMBER, STRING, ChoiceType, ContextType, ListType
from underwriter.policy import (
    Evaluation,
    ModelInterface,
    Policy,
    RuleFiles,
    StepKind,
    Surroundings,
    Trace,
    check_policies,
    load_policy,
)
from underwriter.policy.policy import CallModel

LOAN = ContextType(fields={"lender": STRING, "monthly_payment": NUMBER, "balance": NUMBER})
INPUTS = ContextType(
    fields={
        "applicant": ContextType(
            fields={
                "age": NUMBER,
                "monthly_income": NUMBER,
                "verified": BOOLEAN,
                "occupation": ChoiceType(values=("EMPLOYED", "STUDENT", "RETIRED")),
            }
        ),
        "request": ContextType(fields={"amount": NUMBER, "term_months": NUMBER}),
        "bureau": ContextType(fields={"found": BOOLEAN, "worst_days_past_due": NUMBER, "loans": ListType(item=LOAN)}),
        "now": DATE_TIME,
        "today": DATE,
    }
)

STUB = ModelInterface(
    "stub/1",
    "1f" * 32,
    (
        ("age", Source("applicant.age", "models/stub/1/model.yaml")),
        ("payments", Source("sum(bureau.loans.monthly_payment)", "models/stub/1/model.yaml")),
    ),
    ("STUB_REASON",),
)
STRANGE = ModelInterface("strange/1", "2e" * 32, (("age", Source("applicant.age", "model.yaml")),), ("STRANGE_REASON",))

SURROUNDINGS = Surroundings(Environment(), INPUTS, {"stub/1": STUB, "strange/1": STRANGE})


REASONS = """
reasons:
  INSUFFICIENT_DATA: {en: Data are missing., zh: 信息不足。, adverse: false}
  EVALUATION_FAILED: {en: The check failed., zh: 审核未完成。, adverse: false}
  OFFER_ABOVE_CAP: {en: Above a limit., zh: 超出上限。, adverse: false}
  NO_OFFER: {en: No offer fits., zh: 无合适方案。, adverse: true}
  R: {en: A reason., zh: 理由。, adverse: true}
  STUB_REASON: {en: The model says so., zh: 模型如此判断。, adverse: true}
"""
HEAD = "policy: tiny\ntitle: {en: Tiny, zh: 小}\nproduct: TINY\n"
PASSING = "  passing:\n    rules: [{id: P, when: 'false', then: refer, reason: R}]\n"


def files_of(policy: str, **others: str) -> RuleFiles:
    """Return the files of one policy; other files by their names without `.yaml`, or with `_csv` for `.csv`."""
    named = {
        name.replace("_csv", ".csv") if name.endswith("_csv") else f"{name}.yaml": text for name, text in others.items()
    }
    return RuleFiles({"reasons.yaml": REASONS, "policy.yaml": policy, **named})


def loaded(policy: str, **others: str) -> Policy:
    """Return a policy from its text; its head is added where it has none."""
    text = policy if policy.startswith("policy:") else HEAD + policy
    return load_policy(files_of(text, **others), "policy.yaml", SURROUNDINGS)


def policies_in(files: RuleFiles) -> tuple[list[Policy], list[Diagnostic]]:
    """Return every policy of a folder that has no errors, compiled, and every finding."""
    checked = check_policies(files, SURROUNDINGS)
    return [checked.ready(path) for path in checked.by_path], list(checked.findings)


class Evaluator:
    """Evaluates a policy on plain values by path, with stubs for its models."""

    def __init__(self, policy: Policy, *models: CallModel) -> None:
        self.policy = policy
        self._models = models

    def inputs(self, values: Mapping[str, object]) -> tuple[object, ...]:
        unread = set(values) - {".".join(path) for path in self.policy.reads}
        assert not unread, f"the policy does not read {unread}"
        return tuple(values.get(".".join(path)) for path in self.policy.reads)

    def __call__(self, **values: object) -> Evaluation:
        """Evaluate; `applicant__age=5` gives `applicant.age`. The traced twin must agree."""
        inputs = self.inputs({name.replace("__", "."): decimal_of(value) for name, value in values.items()})
        evaluation = self.policy.evaluate(inputs, self._models, [])
        assert self.policy.evaluate_traced(inputs, self._models, [], Trace()) == evaluation
        return evaluation

    def decisions(self, **values: object) -> dict[str, object]:
        """Return the values of all decisions that were computed."""
        trace = Trace()
        inputs = self.inputs({name.replace("__", "."): decimal_of(value) for name, value in values.items()})
        self.policy.evaluate_traced(inputs, self._models, [], trace)
        order = self.policy.checked.order
        return {order[step.number]: step.value for step in trace.steps if step.kind is StepKind.DECISION}


def decimal_of(value: object) -> object:
    """Return whole numbers as decimals, also those in lists; anything else as it is."""
    if isinstance(value, list):
        return [decimal_of(item) for item in value]
    if isinstance(value, dict):
        return {key: decimal_of(item) for key, item in value.items()}
    return Decimal(value) if type(value) is int else value
