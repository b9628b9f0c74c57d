"""Turns the steps of an evaluation into the API's trace: what was read, what came of it, and where that stands."""

from collections.abc import Iterator, Sequence

from underwriter.feel import EvaluationWarning, feel_text
from underwriter.policy import Evaluation, Policy, Step, StepKind
from underwriter.policy import Trace as RecordedTrace
from underwriter.policy.checked import path_text
from underwriter.policy.definitions import ScorecardLogic
from underwriter.v1 import decision_pb2
from underwriter.v1.decision_pb2 import Trace, TraceStep, TraceStepKind, TraceWarning

_KINDS: dict[StepKind, TraceStepKind] = {
    StepKind.DECISION: decision_pb2.TRACE_STEP_KIND_DECISION,
    StepKind.RULE: decision_pb2.TRACE_STEP_KIND_RULE,
    StepKind.ROW: decision_pb2.TRACE_STEP_KIND_ROW,
    StepKind.DEFAULT: decision_pb2.TRACE_STEP_KIND_ROW,
    StepKind.BIN: decision_pb2.TRACE_STEP_KIND_BIN,
    StepKind.OFFER: decision_pb2.TRACE_STEP_KIND_OFFER,
}


def trace_message(
    policy: Policy,
    inputs: Sequence[object],
    recorded: RecordedTrace,
    evaluation: Evaluation,
    warnings: Sequence[EvaluationWarning],
    problem: str = "",
) -> Trace:
    """Return all steps, inputs first, then in the order in which they were taken.

    `problem` says why the terms could not be made an offer, a line's change or a counter-offer, if they could not.
    """
    return Trace(
        steps=[*_inputs(policy, inputs), *(_step(policy, step) for step in recorded.steps)],
        warnings=[
            *(TraceWarning(kind=w.kind, message=w.message, source=str(w.place)) for w in warnings),
            *_failures(policy, evaluation),
            *_refused(policy, problem),
        ],
    )


def _inputs(policy: Policy, inputs: Sequence[object]) -> Iterator[TraceStep]:
    for path, value in zip(policy.reads, inputs, strict=True):
        yield TraceStep(name=path_text(path), kind=decision_pb2.TRACE_STEP_KIND_INPUT, value=feel_text(value))


def _step(policy: Policy, step: Step) -> TraceStep:
    name, place = _named(policy, step)
    is_model = step.kind is StepKind.DECISION and policy.checked.order[step.number] in policy.checked.models
    kind = decision_pb2.TRACE_STEP_KIND_MODEL if is_model else _KINDS[step.kind]
    value = "" if step.kind in (StepKind.ROW, StepKind.DEFAULT, StepKind.BIN) else feel_text(step.value)
    return TraceStep(name=name, kind=kind, value=value, source=place)


def _named(policy: Policy, step: Step) -> tuple[str, str]:
    """Return a step's name and its place in the rule files."""
    if step.kind is StepKind.OFFER:
        outcome = policy.checked.definition.outcome
        what, answer = ("line_change", outcome.line_change) if outcome.line_change else ("offer", outcome.offer)
        places = {**(answer.terms if answer else {}), **{f"{c}_cap": s for c, s in outcome.caps.items()}}
        return f"{what}/{step.name}", places[step.name].location(0)
    if step.kind is StepKind.RULE:
        rules, rule = policy.rules[step.number]
        return f"{rules}/{rule.id.text}", rule.id.location(0)
    if step.kind is StepKind.DEFAULT:
        owner, checked = policy.checked.tables[step.number]
        return f"{owner}/default", checked.table.defaults[0].location(0)
    if step.kind is StepKind.ROW:
        owner, checked = policy.checked.tables[step.number]
        row = checked.table.rows[(step.part[0] or 1) - 1]
        return f"{owner}/{row.number}", row.source.location(0)
    name = policy.checked.order[step.number]
    scorecard = policy.scorecard(name)
    if step.kind is StepKind.BIN and scorecard is not None:
        return _bin_named(name, scorecard, step.part)
    decision = policy.checked.decisions.get(name)
    return name, decision.name.location(0) if decision else ""


def _bin_named(name: str, logic: ScorecardLogic, part: tuple[int | None, ...]) -> tuple[str, str]:
    attribute = logic.attributes[part[0] or 0]
    if part[1] is None:
        return f"{name}/{attribute.name.text}/missing", attribute.name.location(0)
    bin_ = attribute.bins[part[1]]
    return f"{name}/{attribute.name.text}/{part[1] + 1}", bin_.when.location(0)


def _refused(policy: Policy, problem: str) -> Iterator[TraceWarning]:
    """Yield what is wrong with a term of the answer. Its problem begins with the term's name."""
    outcome, term = policy.checked.definition.outcome, problem.partition(":")[0]
    answer, counter = outcome.offer or outcome.line_change, outcome.counter_offer
    if counter and term in (*counter.bounds, "counter_offer"):
        place = counter.bounds.get(term, counter.source).location(0)
        yield TraceWarning(kind="COUNTER_OFFER_REFUSED", message=problem, source=place)
    elif problem and answer:
        kind = "OFFER_REFUSED" if outcome.offer else "LINE_CHANGE_REFUSED"
        yield TraceWarning(kind=kind, message=problem, source=answer.terms.get(term, answer.source).location(0))


def _failures(policy: Policy, evaluation: Evaluation) -> Iterator[TraceWarning]:
    for number in evaluation.failures:
        name = policy.checked.order[number]
        if name in policy.checked.models:
            yield TraceWarning(kind="MODEL_FAILED", message=f"model {name} gave no score", source="")
        else:
            message = f"table {name} broke its hit policy: more rows matched than may"
            place = policy.checked.tables[number][1].table.source.location(0)
            yield TraceWarning(kind="HIT_POLICY_BROKEN", message=message, source=place)
