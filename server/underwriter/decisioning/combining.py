"""Combines what the rules said into one outcome, with the offers of an approval and the reasons."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from underwriter.decisioning.active_policy import ActivePolicy
from underwriter.decisioning.line_changes import make_line_change
from underwriter.decisioning.list_terms import TermInvalid
from underwriter.decisioning.offers import MadeOffer, make_offers
from underwriter.decisioning.reasons import FoundReason, missing_inputs, reasons_of_rules
from underwriter.policy import Evaluation, Outcome
from underwriter.policy.reason_catalogue import EVALUATION_FAILED, INSUFFICIENT_DATA, NO_OFFER, OFFER_ABOVE_CAP
from underwriter.v1.decision_pb2 import LineChange

_OFFER, _LINE_CHANGE = "outcome/offer", "outcome/line_change"


class Combined(NamedTuple):
    """The most severe outcome, the offers of an approval, and the reasons, not yet ranked.

    `problem` says in words why terms could not be made an offer or a line's change; empty if nothing was wrong with
    them.
    """

    outcome: Outcome
    made: Sequence[MadeOffer]
    found: Sequence[FoundReason]
    problem: str = ""
    line_change: LineChange | None = None


def combine(
    policy: ActivePolicy,
    evaluation: Evaluation,
    inputs: Sequence[object],
    now: datetime,
    *,
    with_instalments: bool = True,
) -> Combined:
    """Return what the rules come to. An approval of which no offer can be made is a referral that says why."""
    zone = policy.policy.time_zone if with_instalments else None
    if not (evaluation.fired or evaluation.undetermined or evaluation.failures):
        return _approve(policy, evaluation, inputs, now, zone, [])
    found = list(reasons_of_rules(policy.policy, evaluation, inputs))
    found += [
        FoundReason(EVALUATION_FAILED, Outcome.REFER, policy.policy.checked.order[number])
        for number in evaluation.failures
    ]
    outcome = max(reason.outcome for reason in found)
    if outcome is Outcome.APPROVE:
        return _approve(policy, evaluation, inputs, now, zone, found)
    return Combined(outcome, (), found)


def _approve(
    policy: ActivePolicy,
    evaluation: Evaluation,
    inputs: Sequence[object],
    now: datetime,
    zone: ZoneInfo | None,
    found: list[FoundReason],
) -> Combined:
    if policy.policy.checked.definition.outcome.offer is None:
        return _approve_change(policy, evaluation, inputs, now, found)
    try:
        offers = make_offers(evaluation.offers, policy.stated_terms, policy.currency, now, zone)
    except ValueError as error:
        problem = str(error) if isinstance(error, TermInvalid) else "the terms are not those of a loan"
        return _referred(found, EVALUATION_FAILED, problem=problem)
    if offers.has_unknown:
        return _unknown(policy, inputs, found, _OFFER)
    if not offers.made:
        return _referred(found, OFFER_ABOVE_CAP if offers.has_above_cap else NO_OFFER)
    return Combined(Outcome.APPROVE, offers.made, found)


def _approve_change(
    policy: ActivePolicy, evaluation: Evaluation, inputs: Sequence[object], now: datetime, found: list[FoundReason]
) -> Combined:
    """Return an approval with the change of a line, if the policy reviews lines, else without an offer."""
    if evaluation.line_change is None:
        return Combined(Outcome.APPROVE, (), found)
    try:
        today = now.astimezone(policy.policy.time_zone).date()
        made = make_line_change(evaluation.line_change, policy.stated_terms, policy.currency, today)
    except ValueError as error:
        problem = str(error) if isinstance(error, TermInvalid) else "the terms are not those of a line"
        return _referred(found, EVALUATION_FAILED, problem=problem, source=_LINE_CHANGE)
    if made.has_unknown:
        return _unknown(policy, inputs, found, _LINE_CHANGE)
    if made.has_above_cap:
        return _referred(found, OFFER_ABOVE_CAP, source=_LINE_CHANGE)
    return Combined(Outcome.APPROVE, (), found, line_change=made.change)


def _unknown(policy: ActivePolicy, inputs: Sequence[object], found: list[FoundReason], source: str) -> Combined:
    paths = {path for s in policy.policy.checked.offer_sources() for path in policy.policy.inputs_of_formula(s)}
    return _referred(found, INSUFFICIENT_DATA, missing_inputs(policy.policy, paths, inputs), source=source)


def _referred(
    found: list[FoundReason], code: str, missing: tuple[str, ...] = (), problem: str = "", source: str = _OFFER
) -> Combined:
    return Combined(Outcome.REFER, (), [*found, FoundReason(code, Outcome.REFER, source, missing)], problem)
