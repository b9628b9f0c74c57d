"""Ranks the reasons for a decision: by severity, then by the file's order or the model's contribution."""

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from underwriter.decisioning.models import ScoredBy
from underwriter.policy import Evaluation, Outcome, Policy
from underwriter.policy.checked import path_text
from underwriter.policy.definitions import RuleDefinition
from underwriter.policy.reason_catalogue import INSUFFICIENT_DATA
from underwriter.v1.decision_pb2 import Reason

MOST_REASONS_OF_DECLINE = 4


class FoundReason(NamedTuple):
    """A reason before it is ranked: its code, what it speaks for, where it comes from."""

    code: str
    outcome: Outcome
    source: str
    missing_inputs: tuple[str, ...] = ()


def reasons_of_rules(policy: Policy, evaluation: Evaluation, inputs: Sequence[object]) -> Iterator[FoundReason]:
    """Yield the reasons of the rules that fired or could not be determined, in the file's order."""
    for number in sorted(evaluation.fired + evaluation.undetermined):
        decision, rule = policy.rules[number]
        if number in evaluation.undetermined:
            outcome = rule.if_unknown or Outcome.REFER
            missing = missing_inputs(policy, policy.inputs_of_formula(rule.when), inputs)
            yield FoundReason(INSUFFICIENT_DATA, outcome, f"{decision}/{rule.id.text}", missing)
        else:
            yield FoundReason(rule.reason.text, rule.then, f"{decision}/{rule.id.text}")
            yield from _explanation(policy, evaluation, rule)


def missing_inputs(policy: Policy, paths: Iterable[tuple[str, ...]], inputs: Sequence[object]) -> tuple[str, ...]:
    """Return those of the input paths that are null, or lists with a null in them."""
    values = dict(zip(policy.reads, inputs, strict=True))
    return tuple(sorted(path_text(path) for path in paths if path in values and _has_null(values[path])))


def ranked(found: Iterable[FoundReason], outcome: Outcome) -> list[FoundReason]:
    """Return the reasons in order of weight, each code once; at most four for a decline.

    What speaks for an approval, such as why it is for less than was asked, is left out of any other answer. The inputs
    that several undetermined rules miss are gathered in one reason.
    """
    merged: dict[str, FoundReason] = {}
    told = [reason for reason in found if reason.outcome is not Outcome.APPROVE or outcome is Outcome.APPROVE]
    for reason in sorted(told, key=lambda reason: -reason.outcome):
        known = merged.setdefault(reason.code, reason)
        if known is not reason and reason.missing_inputs:
            missing = dict.fromkeys((*known.missing_inputs, *reason.missing_inputs))
            merged[reason.code] = known._replace(missing_inputs=tuple(missing))
    listed = list(merged.values())
    return listed[:MOST_REASONS_OF_DECLINE] if outcome is Outcome.DECLINE else listed


def reason_message(policy: Policy, reason: FoundReason, rank: int) -> Reason:
    """Return a reason with its texts from the policy's catalogue."""
    entry = policy.reasons[reason.code]
    return Reason(
        code=reason.code,
        rank=rank,
        text=entry.text,
        guidance=entry.guidance,
        outcome=int(reason.outcome),  # type: ignore[arg-type]
        source=reason.source,
        missing_inputs=reason.missing_inputs,
    )


def _explanation(policy: Policy, evaluation: Evaluation, rule: RuleDefinition) -> Iterator[FoundReason]:
    """Yield a model's or scorecard's own reasons for what made a rule fire."""
    if rule.explained_by is None:
        return
    name = rule.explained_by.text
    scorecard = policy.scorecard(name)
    if scorecard is not None:
        points = zip(scorecard.attributes, evaluation.scorecards[name], strict=True)
        lost = [(attribute.best - given, attribute) for attribute, given in points if given < attribute.best]
        for _, attribute in sorted(lost, key=lambda pair: -pair[0]):
            yield FoundReason(attribute.reason.text, rule.then, f"{name}/{attribute.name.text}")
        return
    output = evaluation.models[list(policy.checked.models).index(name)]
    for reason in output.detail.reasons() if output and isinstance(output.detail, ScoredBy) else ():
        yield FoundReason(reason.code, rule.then, f"{name}/{reason.feature}")


def _has_null(value: object) -> bool:
    if isinstance(value, list):
        return any(_has_null(item) for item in value)
    if isinstance(value, dict):
        return any(_has_null(item) for item in value.values())
    return value is None
