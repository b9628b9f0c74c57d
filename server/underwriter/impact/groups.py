"""Tells the user group of every applicant: also of those who are not approved, for whom no record tells it."""

from dataclasses import replace
from functools import lru_cache

from underwriter.decisioning import ActivePolicy, decide_again
from underwriter.decisioning.active_policy import activate
from underwriter.decisioning.desk import surroundings_of
from underwriter.policy.compiler import compile_policy
from underwriter.replay import Replayed
from underwriter.replay.record import moment_of


def user_group(replayed: Replayed) -> str:
    """Return the group that the policy puts an applicant in, empty if it knows none or can't tell."""
    if replayed.facts is not None and replayed.facts.facility.terms.user_group:
        return replayed.facts.facility.terms.user_group
    grouping = _grouping(replayed.policy)
    if grouping is None:
        return ""
    sealed = replayed.sealed
    moment = moment_of(sealed.time_us)
    return decide_again(replayed.request, grouping, replayed.evidence, moment, sealed.entry_id).decision.grade


@lru_cache(maxsize=64)
def _grouping(active: ActivePolicy) -> ActivePolicy | None:
    """Return a policy whose grade is the user group of another, and which looks at nothing else; None without groups.

    A policy tells its group beside offers only; this one tells it of anyone.
    """
    policy = active.policy
    outcome = policy.checked.definition.outcome
    if outcome.user_group is None:
        return None
    telling = replace(
        outcome, rules=(), grade=outcome.user_group, user_group=None, score=None, offer=None, line_change=None,
        counter_offer=None, caps={},
    )  # fmt: skip
    checked = replace(policy.checked, definition=replace(policy.checked.definition, outcome=telling))
    compiled = compile_policy(checked, surroundings_of({}).environment)
    return activate(replace(policy, checked=checked, compiled=compiled), active.models)
