"""Decides on one application: a pure function of the request, the policy, what is stored and the time."""

from collections.abc import Sequence
from datetime import datetime
from math import floor
from typing import NamedTuple

from underwriter import scoring
from underwriter.decisioning.active_policy import ActivePolicy
from underwriter.decisioning.combining import Combined, combine
from underwriter.decisioning.counter_offers import NOT_SEARCHED, DeclinedCase, search_counter_offer
from underwriter.decisioning.evidence import evidence_of
from underwriter.decisioning.models import ScoredBy
from underwriter.decisioning.reasons import FoundReason, ranked, reason_message
from underwriter.decisioning.requests.binding import Values
from underwriter.decisioning.reservations import reserved
from underwriter.decisioning.stored import Stored
from underwriter.decisioning.tracing import trace_message
from underwriter.decisioning.wire_format import message_tag, with_length
from underwriter.feel import EvaluationWarning
from underwriter.policy import Evaluation, Outcome, StepKind, Trace
from underwriter.policy.policy import CallModel
from underwriter.policy.reason_catalogue import EVALUATION_FAILED
from underwriter.v1.application_pb2 import Application
from underwriter.v1.decision_pb2 import Decision, Score, Verification
from underwriter.v1.decision_service_pb2 import DecideRequest
from underwriter.v1.record_pb2 import Evidence, RecordFacts

_OFFER = message_tag(Decision.OFFERS_FIELD_NUMBER)
_NO_APPLICATION = Application()
_NOTHING = Evaluation([], [], [], None, None, [], None, {}, ())


class Decided(NamedTuple):
    """A decision, not yet recorded, with what its record keeps beside it.

    `facts` are there for an approval that offers something. `problems` are causes of a failed evaluation, for the log;
    they hold no personal data.
    """

    decision: Decision
    evidence: Evidence
    facts: RecordFacts | None = None
    problems: tuple[str, ...] = ()


class EvaluationFailed(Exception):
    """Decisions of a policy failed; the text says how, and holds no personal data."""


class Question(NamedTuple):
    """What is to be decided: a request without faults, for a time that knows its zone, with what is stored.

    `calls` run the policy's models. `bound` are the request's inputs if they were read already.
    """

    request: DecideRequest
    policy: ActivePolicy
    now: datetime
    decision_id: str
    stored: Stored
    calls: Sequence[CallModel]
    bound: Values | None = None


def decide(
    request: DecideRequest,
    policy: ActivePolicy,
    now: datetime,
    decision_id: str,
    bound: Values | None = None,
    stored: Stored = Stored.NOTHING,
) -> Decided:
    """Decide on a request that has no faults. `now` must know its time zone. Never raises: what fails is referred.

    `bound` are the request's inputs if the policy has read them already, `stored` is what the store says.
    """
    return answer(Question(request, policy, now, decision_id, stored, policy.calls, bound))


def explain(
    request: DecideRequest, policy: ActivePolicy, now: datetime, decision_id: str, stored: Stored = Stored.NOTHING
) -> Decided:
    """Decide the same, with every step in the decision's trace."""
    return answer(Question(request, policy, now, decision_id, stored, policy.calls), Trace())


def grade(policy: ActivePolicy, now: datetime, stored: Stored) -> str | None:
    """Return the grade that a policy gives to what is stored, without an application; None if it gives none.

    Raises:
        EvaluationFailed: A decision of the policy failed, so that no grade can be trusted.
    """
    evaluation = policy.policy.evaluate(policy.bind(_NO_APPLICATION, now, stored), policy.calls, [])
    if evaluation.failures:
        raise EvaluationFailed(", ".join(_problems(evaluation, "")) or "a table broke its hit policy")
    return evaluation.grade


def evaluate_with_trace(
    policy: ActivePolicy, application: Application, now: datetime
) -> tuple[dict[str, object], Trace]:
    """Evaluate the rules alone; return the values of the decisions that were computed, and every step."""
    trace = Trace()
    policy.policy.evaluate_traced(policy.bind(application, now), policy.calls, [], trace)
    order = policy.policy.checked.order
    return {order[s.number]: s.value for s in trace.steps if s.kind is StepKind.DECISION}, trace


def answer(question: Question, trace: Trace | None = None) -> Decided:
    """Decide on a question, with every step in the decision's trace if there is one to record in. Never raises."""
    try:
        return _answer(question, trace)
    except Exception as error:  # noqa: BLE001 - a defect in a policy must refer the applicant, not fail the lender's call
        policy = question.policy
        decision = _begun(question)
        failed = FoundReason(EVALUATION_FAILED, Outcome.REFER, policy.name)
        _fill(decision, policy, _NOTHING, Combined(Outcome.REFER, (), [failed]))
        evidence = evidence_of(policy, _NOTHING, question.stored, has_offers=False)
        return Decided(decision, evidence, None, (type(error).__name__,))


def _answer(question: Question, trace: Trace | None) -> Decided:
    request, policy, now, decision_id, stored, calls, bound = question
    if bound is None:
        bound = policy.binder.bind(request.application)
    inputs = policy.complete(bound, stored, now)
    warnings: list[EvaluationWarning] = []
    if trace is None:
        evaluation = policy.policy.evaluate(inputs, calls, warnings)
    else:
        evaluation = policy.policy.evaluate_traced(inputs, calls, warnings, trace)
    combined = combine(policy, evaluation, inputs, now)
    decision = _begun(question)
    _fill(decision, policy, evaluation, combined)
    searched = NOT_SEARCHED
    if combined.outcome is Outcome.DECLINE and policy.policy.makes_counter_offers:
        searched = search_counter_offer(DeclinedCase(policy, request.application.request, evaluation, inputs, now))
        if searched.counter_offer is not None:
            decision.counter_offer.CopyFrom(searched.counter_offer)
    problem = combined.problem or searched.problem
    if trace is not None:
        decision.trace.CopyFrom(trace_message(policy.policy, inputs, trace, evaluation, warnings, problem))
    evidence = evidence_of(policy, evaluation, stored, has_offers=bool(combined.made))
    facts = reserved(policy, evaluation, request.application, combined.made, decision_id)
    return Decided(decision, evidence, facts, _problems(evaluation, problem))


def _begun(question: Question) -> Decision:
    decision, now = Decision(), question.now
    decision.CopyFrom(question.policy.template)
    decision.name = f"decisions/{question.decision_id}"
    decision.request_id = question.request.request_id or question.decision_id
    decide_time = decision.decide_time
    decide_time.seconds, decide_time.nanos = floor(now.timestamp()), now.microsecond * 1000
    return decision


def _fill(decision: Decision, policy: ActivePolicy, evaluation: Evaluation, combined: Combined) -> None:
    outcome = combined.outcome
    decision.outcome = int(outcome)  # type: ignore[assignment]
    if evaluation.grade is not None:
        decision.grade = evaluation.grade
    if combined.made:
        decision.MergeFromString(b"".join([_OFFER + with_length(made.encoded) for made in combined.made]))
    if combined.line_change is not None:
        decision.line_change.CopyFrom(combined.line_change)
    if combined.found:
        reasons = enumerate(ranked(combined.found, outcome), 1)
        decision.reasons.extend([reason_message(policy.policy, reason, rank) for rank, reason in reasons])
    if outcome is Outcome.VERIFY:
        decision.verification.CopyFrom(Verification(required=_asked_for(policy, evaluation)))
    if policy.shown_model is not None and evaluation.models:
        output = evaluation.models[policy.shown_model]
        detail = output.detail if output else None
        if isinstance(detail, ScoredBy) and detail.score.knows_anything:
            _fill_score(decision.score, detail.score, policy.score_template)


def _fill_score(message: Score, score: scoring.Score, template: Score) -> None:
    message.CopyFrom(template)
    message.points, message.probability = score.points, score.probability
    if score.missing:
        message.missing_inputs.extend(score.missing)


def _asked_for(policy: ActivePolicy, evaluation: Evaluation) -> list[str]:
    """Return what to ask the applicant for, each thing once: what the rules say, else their reasons."""
    rules = policy.policy.rules
    says = {number: rules[number][1].then for number in evaluation.fired}
    says |= {number: rules[number][1].if_unknown or Outcome.REFER for number in evaluation.undetermined}
    verifying = [rules[number][1] for number, outcome in sorted(says.items()) if outcome is Outcome.VERIFY]
    return list(dict.fromkeys(rule.ask_for or rule.reason.text for rule in verifying))


def _problems(evaluation: Evaluation, problem: str) -> tuple[str, ...]:
    problems = (problem,) if problem else ()
    if not evaluation.failures:
        return problems
    details = [output.detail for output in evaluation.models if output]
    failed = [detail for detail in details if isinstance(detail, Exception)]
    return (*problems, *(f"{type(error).__name__}: {error}" for error in failed))
