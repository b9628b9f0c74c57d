"""Combines what the rules said into one outcome, with the offers of an approval and the reasons."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from underwriter.decisioning.active_policy import ActivePolicy
from underwriter.decisioning.funding import FundingInvalid
from underwriter.decisioning.offers import MadeOffer, make_offers
from underwriter.decisioning.reasons import FoundReason, missing_inputs, reasons_of_rules
from underwriter.policy import Evaluation, Outcome
from underwriter.policy.reason_catalogue import EVALUATION_FAILED, INSUFFICIENT_DATA, NO_OFFER, OFFER_ABOVE_CAP

_OFFER = "outcome/offer"


class Combined(NamedTuple):
    """The most severe outcome, the offers of an approval, and the reasons, not yet ranked.

    `problem` says in words why terms could not be made an offer; empty if nothing was wrong with them.
    """

    outcome: Outcome
    made: Sequence[MadeOffer]
    found: Sequence[FoundReason]
    problem: str = ""


def combine(policy: ActivePolicy, evaluation: Evaluation, inputs: Sequence[object], now: datetime) -> Combined:
    """Return what the rules come to. An approval of which no offer can be made is a referral that says why."""
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
    return Combined(outcome, (), found)


def _approve(
    policy: ActivePolicy,
    evaluation: Evaluation,
    inputs: Sequence[object],
    now: datetime,
    found: list[FoundReason],
) -> Combined:
    if policy.policy.checked.definition.outcome.offer is None:
        return Combined(Outcome.APPROVE, (), found)
    try:
        zone = policy.policy.time_zone
        offers = make_offers(evaluation.offers, policy.stated_terms, policy.currency, now, zone)
    except ValueError as error:
        problem = str(error) if isinstance(error, FundingInvalid) else "the terms are not those of a loan"
        return _referred(found, EVALUATION_FAILED, problem=problem)
    if offers.has_unknown:
        paths = {path for s in policy.policy.checked.offer_sources() for path in policy.policy.inputs_of_formula(s)}
        return _referred(found, INSUFFICIENT_DATA, missing_inputs(policy.policy, paths, inputs))
    if not offers.made:
        return _referred(found, OFFER_ABOVE_CAP if offers.has_above_cap else NO_OFFER)
    return Combined(Outcome.APPROVE, offers.made, found)


def _referred(found: list[FoundReason], code: str, missing: tuple[str, ...] = (), problem: str = "") -> Combined:
    return Combined(Outcome.REFER, (), [*found, FoundReason(code, Outcome.REFER, _OFFER, missing)], problem)
