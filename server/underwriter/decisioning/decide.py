"""Decides on one application: a pure function of the request, the policy and the time."""

from collections.abc import Sequence
from datetime import datetime
from math import floor
from typing import NamedTuple

from underwriter import scoring
from underwriter.decisioning.active_policy import ActivePolicy
from underwriter.decisioning.models import ScoredBy
from underwriter.decisioning.offers import make_offers
from underwriter.decisioning.reasons import (
    FoundReason,
    missing_inputs,
    ranked,
    reason_message,
    reasons_of_rules,
)
from underwriter.decisioning.requests.binding import Values
from underwriter.decisioning.tracing import trace_message
from underwriter.feel import EvaluationWarning
from underwriter.policy import Evaluation, Outcome, StepKind, Trace
from underwriter.policy.reason_catalogue import EVALUATION_FAILED, INSUFFICIENT_DATA, NO_OFFER, OFFER_ABOVE_CAP
from underwriter.v1.application_pb2 import Application
from underwriter.v1.decision_pb2 import Decision, Offer, Score, Verification, VersionedName
from underwriter.v1.decision_service_pb2 import DecideRequest

_NOTHING = Evaluation([], [], [], None, [], {}, ())


class Decided(NamedTuple):
    """A decision, not yet recorded. `problems` are causes of a failed evaluation, for the log; no personal data."""

    decision: Decision
    problems: tuple[str, ...] = ()


def decide(
    request: DecideRequest, policy: ActivePolicy, now: datetime, decision_id: str, bound: Values | None = None
) -> Decided:
    """Decide on a request that has no faults. `now` must know its time zone. Never raises: what fails is referred.

    `bound` are the request's inputs if the policy has read them already.
    """
    return _decide(request, policy, now, decision_id, bound, None)


def explain(request: DecideRequest, policy: ActivePolicy, now: datetime, decision_id: str) -> Decided:
    """Decide the same, with every step in the decision's trace."""
    return _decide(request, policy, now, decision_id, None, Trace())


def evaluate_with_trace(
    policy: ActivePolicy, application: Application, now: datetime
) -> tuple[dict[str, object], Trace]:
    """Evaluate the rules alone; return the values of the decisions that were computed, and every step."""
    trace = Trace()
    policy.policy.evaluate_traced(policy.bind(application, now), policy.calls, [], trace)
    order = policy.policy.checked.order
    return {order[s.number]: s.value for s in trace.steps if s.kind is StepKind.DECISION}, trace


def _decide(
    request: DecideRequest,
    policy: ActivePolicy,
    now: datetime,
    decision_id: str,
    bound: Values | None,
    trace: Trace | None,
) -> Decided:
    decision = _begun(request, policy, now, decision_id)
    try:
        if bound is None:
            bound = policy.binder.bind(request.application)
        problems = _decide_into(decision, policy.with_moments(bound, now), policy, now, trace)
    except Exception as error:  # noqa: BLE001 - a defect in a policy must refer the applicant, not fail the lender's call
        decision = _begun(request, policy, now, decision_id)
        failed = FoundReason(EVALUATION_FAILED, Outcome.REFER, policy.name)
        _fill(decision, policy, _NOTHING, Outcome.REFER, (), [failed])
        problems = (type(error).__name__,)
    return Decided(decision, problems)


def _begun(request: DecideRequest, policy: ActivePolicy, now: datetime, decision_id: str) -> Decision:
    decision = Decision()
    decision.CopyFrom(policy.template)
    decision.name = f"decisions/{decision_id}"
    decision.request_id = request.request_id or decision_id
    decide_time = decision.decide_time
    decide_time.seconds, decide_time.nanos = floor(now.timestamp()), now.microsecond * 1000
    return decision


def _decide_into(
    decision: Decision, inputs: Sequence[object], policy: ActivePolicy, now: datetime, trace: Trace | None
) -> tuple[str, ...]:
    """Fill in what comes out; return the problems."""
    warnings: list[EvaluationWarning] = []
    if trace is None:
        evaluation = policy.policy.evaluate(inputs, policy.calls, warnings)
    else:
        evaluation = policy.policy.evaluate_traced(inputs, policy.calls, warnings, trace)
    outcome, offers, found = _combine(policy, evaluation, inputs, now)
    _fill(decision, policy, evaluation, outcome, offers, found)
    if trace is not None:
        decision.trace.CopyFrom(trace_message(policy.policy, inputs, trace, evaluation, warnings))
    return _problems(evaluation)


def _combine(
    policy: ActivePolicy, evaluation: Evaluation, inputs: Sequence[object], now: datetime
) -> tuple[Outcome, Sequence[Offer], list[FoundReason]]:
    """Return the most severe outcome, the offers of an approval, and the reasons, not yet ranked."""
    if not (evaluation.fired or evaluation.undetermined or evaluation.failures):
        return _approve(policy, evaluation, inputs, now, [])
    found = list(reasons_of_rules(policy.policy, evaluation, inputs))
    found += [
        FoundReason(EVALUATION_FAILED, Outcome.REFER, policy.policy.checked.order[number])
        for number in evaluation.failures
    ]
    outcome = max(reason.outcome for reason in found)
    if outcome is Outcome.APPROVE:
        return _approve(policy, evaluation, inputs, now, found)
    return outcome, (), found


def _approve(
    policy: ActivePolicy,
    evaluation: Evaluation,
    inputs: Sequence[object],
    now: datetime,
    found: list[FoundReason],
) -> tuple[Outcome, Sequence[Offer], list[FoundReason]]:
    """Return the approval with its offers; where none can be made, a referral that says why."""
    if policy.policy.checked.definition.outcome.offer is None:
        return Outcome.APPROVE, (), found
    try:
        zone = policy.policy.time_zone
        offers = make_offers(evaluation.offers, policy.stated_terms, policy.currency, now, zone)
    except ValueError:
        return Outcome.REFER, (), [*found, FoundReason(EVALUATION_FAILED, Outcome.REFER, "outcome/offer")]
    if offers.has_unknown:
        paths = {path for s in policy.policy.checked.offer_sources() for path in policy.policy.inputs_of_formula(s)}
        missing = missing_inputs(policy.policy, paths, inputs)
        return Outcome.REFER, (), [*found, FoundReason(INSUFFICIENT_DATA, Outcome.REFER, "outcome/offer", missing)]
    if not offers.made:
        code = OFFER_ABOVE_CAP if offers.has_above_cap else NO_OFFER
        return Outcome.REFER, (), [*found, FoundReason(code, Outcome.REFER, "outcome/offer")]
    return Outcome.APPROVE, offers.made, found


def _fill(
    decision: Decision,
    policy: ActivePolicy,
    evaluation: Evaluation,
    outcome: Outcome,
    offers: Sequence[Offer],
    found: list[FoundReason],
) -> None:
    decision.outcome = int(outcome)  # type: ignore[assignment]
    if evaluation.grade is not None:
        decision.grade = evaluation.grade
    decision.offers.extend(offers)
    if found:
        reasons = enumerate(ranked(found, outcome), 1)
        decision.reasons.extend([reason_message(policy.policy, reason, rank) for rank, reason in reasons])
    if outcome is Outcome.VERIFY:
        decision.verification.CopyFrom(Verification(required=_asked_for(policy, evaluation)))
    if policy.shown_model is not None and evaluation.models:
        output = evaluation.models[policy.shown_model]
        detail = output.detail if output else None
        if isinstance(detail, ScoredBy):
            _fill_score(decision.score, detail.score, policy.template.models[policy.shown_model])


def _fill_score(message: Score, score: scoring.Score, model: VersionedName) -> None:
    message.points, message.probability = score.points, score.probability
    message.model.CopyFrom(model)
    if score.missing:
        message.missing_inputs.extend(score.missing)


def _asked_for(policy: ActivePolicy, evaluation: Evaluation) -> list[str]:
    """Return what to ask the applicant for, each thing once: what the rules say, else their reasons."""
    rules = policy.policy.rules
    says = {number: rules[number][1].then for number in evaluation.fired}
    says |= {number: rules[number][1].if_unknown or Outcome.REFER for number in evaluation.undetermined}
    verifying = [rules[number][1] for number, outcome in sorted(says.items()) if outcome is Outcome.VERIFY]
    return list(dict.fromkeys(rule.ask_for or rule.reason.text for rule in verifying))


def _problems(evaluation: Evaluation) -> tuple[str, ...]:
    if not evaluation.failures:
        return ()
    details = [output.detail for output in evaluation.models if output]
    failed = [detail for detail in details if isinstance(detail, Exception)]
    return tuple(f"{type(error).__name__}: {error}" for error in failed)
