"""Decides on one application: a pure function of the request, the policy and the time."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from google.protobuf.timestamp_pb2 import Timestamp

from underwriter.credit import CreditArgumentError
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
from underwriter.decisioning.tracing import trace_message
from underwriter.feel import EvaluationWarning
from underwriter.policy import Evaluation, Outcome, StepKind, Trace
from underwriter.policy.reason_catalogue import EVALUATION_FAILED, INSUFFICIENT_DATA, NO_OFFER, OFFER_ABOVE_CAP
from underwriter.v1.application_pb2 import Application
from underwriter.v1.decision_pb2 import Decision, Offer, Verification, VersionedName
from underwriter.v1.decision_service_pb2 import DecideRequest

_FAILED = Evaluation([], [], [], None, [], {}, ())


@dataclass(frozen=True, slots=True)
class Decided:
    """A decision, not yet recorded. `problems` are causes of a failed evaluation, for the log; no personal data."""

    decision: Decision
    problems: tuple[str, ...] = ()


def decide(request: DecideRequest, policy: ActivePolicy, now: datetime, decision_id: str) -> Decided:
    """Decide on a request that has no faults. `now` must know its time zone. Never raises: what fails is referred."""
    return _decide(request, policy, now, decision_id, None)


def explain(request: DecideRequest, policy: ActivePolicy, now: datetime, decision_id: str) -> Decided:
    """Decide the same, with every step in the decision's trace."""
    return _decide(request, policy, now, decision_id, Trace())


def evaluate_with_trace(
    policy: ActivePolicy, application: Application, now: datetime
) -> tuple[dict[str, object], Trace]:
    """Evaluate the rules alone; return the values of the decisions that were computed, and every step."""
    trace = Trace()
    policy.policy.evaluate_traced(policy.bind(application, now), policy.calls, [], trace)
    order = policy.policy.checked.order
    return {order[s.number]: s.value for s in trace.steps if s.kind is StepKind.DECISION}, trace


def _decide(
    request: DecideRequest, policy: ActivePolicy, now: datetime, decision_id: str, trace: Trace | None
) -> Decided:
    decision = Decision()
    decision.CopyFrom(policy.template)
    decision.name = f"decisions/{decision_id}"
    decision.request_id = request.request_id or decision_id
    decision.decide_time.CopyFrom(Timestamp(seconds=int(now.timestamp()), nanos=now.microsecond * 1000))
    inputs = policy.bind(request.application, now)
    warnings: list[EvaluationWarning] = []
    try:
        if trace is None:
            evaluation = policy.policy.evaluate(inputs, policy.calls, warnings)
        else:
            evaluation = policy.policy.evaluate_traced(inputs, policy.calls, warnings, trace)
        outcome, offers, found = _combine(policy, evaluation, inputs, now)
    except Exception as error:  # noqa: BLE001 - a defect in a policy must refer the applicant, not fail the lender's call
        evaluation, outcome, offers = _FAILED, Outcome.REFER, ()
        found = [FoundReason(EVALUATION_FAILED, Outcome.REFER, policy.name)]
        return Decided(_filled(decision, policy, evaluation, outcome, offers, found), (f"{type(error).__name__}",))
    _filled(decision, policy, evaluation, outcome, offers, found)
    if trace is not None:
        decision.trace.CopyFrom(trace_message(policy.policy, inputs, trace, evaluation, warnings))
    return Decided(decision, _problems(evaluation))


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
        offers = make_offers(evaluation.offers, policy.stated_terms, policy.currency, now)
    except (CreditArgumentError, ValueError):
        return Outcome.REFER, (), [*found, FoundReason(EVALUATION_FAILED, Outcome.REFER, "outcome/offer")]
    if offers.has_unknown:
        paths = {path for s in policy.policy.checked.offer_sources() for path in policy.policy.inputs_of_formula(s)}
        missing = missing_inputs(policy.policy, paths, inputs)
        return Outcome.REFER, (), [*found, FoundReason(INSUFFICIENT_DATA, Outcome.REFER, "outcome/offer", missing)]
    if not offers.made:
        code = OFFER_ABOVE_CAP if offers.has_above_cap else NO_OFFER
        return Outcome.REFER, (), [*found, FoundReason(code, Outcome.REFER, "outcome/offer")]
    return Outcome.APPROVE, offers.made, found


def _filled(
    decision: Decision,
    policy: ActivePolicy,
    evaluation: Evaluation,
    outcome: Outcome,
    offers: Sequence[Offer],
    found: list[FoundReason],
) -> Decision:
    decision.outcome = int(outcome)  # type: ignore[assignment]
    if evaluation.grade is not None:
        decision.grade = evaluation.grade
    decision.offers.extend(offers)
    for rank, reason in enumerate(ranked(found, outcome), 1):
        decision.reasons.append(reason_message(policy.policy, reason, rank))
    if outcome is Outcome.VERIFY:
        decision.verification.CopyFrom(Verification(required=_asked_for(policy, evaluation)))
    score = policy.policy.checked.definition.outcome.score
    if score is not None and evaluation.models:
        _fill_score(decision, policy, evaluation, score.text)
    return decision


def _fill_score(decision: Decision, policy: ActivePolicy, evaluation: Evaluation, name: str) -> None:
    detail = evaluation.models[list(policy.models).index(name)].detail
    if isinstance(detail, ScoredBy):
        decision.score.points = detail.score.points
        decision.score.probability = detail.score.probability
        decision.score.model.CopyFrom(VersionedName(name=detail.model.name, version=detail.model.version))
        decision.score.missing_inputs.extend(detail.score.missing)


def _asked_for(policy: ActivePolicy, evaluation: Evaluation) -> list[str]:
    """Return what to ask the applicant for, each thing once: what the rules say, else their reasons."""
    rules = [policy.policy.rules[number][1] for number in sorted(evaluation.fired + evaluation.undetermined)]
    verifying = [rule for rule in rules if Outcome.VERIFY in (rule.then, rule.if_unknown)]
    return list(dict.fromkeys(rule.ask_for or rule.reason.text for rule in verifying))


def _problems(evaluation: Evaluation) -> tuple[str, ...]:
    failed = [output.detail for output in evaluation.models if isinstance(output.detail, Exception)]
    return tuple(f"{type(error).__name__}: {error}" for error in failed)
