"""What a rollout adds to the record of a decision: its arm, what other versions would have decided, and on what."""

from collections.abc import Callable
from datetime import datetime
from typing import NamedTuple

from underwriter.decisioning.active_policy import ActivePolicy
from underwriter.decisioning.decide import decide
from underwriter.decisioning.evidence import tell_stored
from underwriter.decisioning.requests.validation import request_faults
from underwriter.decisioning.rollout import Arm, ShadowPolicy
from underwriter.decisioning.stored import Stored
from underwriter.v1.decision_service_pb2 import DecideRequest
from underwriter.v1.record_pb2 import Evidence, ShadowDecision

StoredFor = Callable[[ActivePolicy], Stored]
"""Returns what is stored, as far as a policy reads it. Never raises."""


class DecidedCase(NamedTuple):
    """A request that was decided on: the decision's id, its time, which knows its zone, and its evidence."""

    request: DecideRequest
    decision_id: str
    now: datetime
    evidence: Evidence


def beside(case: DecidedCase, arm: Arm, stored_for: StoredFor) -> Evidence:
    """Return what the evidence of a decision does not have yet: the rollout, the shadows, and what they go by.

    What any policy of the rollout reads of the store belongs to it, so that each can decide on the record again. Never
    raises: a shadow that fails is a shadow without a decision.
    """
    known = Evidence()
    known.CopyFrom(case.evidence)
    known.rollout.CopyFrom(arm.evidence)
    for reader in arm.readers:
        tell_stored(known, reader, stored_for(reader), has_offers=False)
    known.shadows.extend([_shadow_decision(case, shadow, stored_for) for shadow in arm.shadows])
    for told, _ in case.evidence.ListFields():
        known.ClearField(told.name)
    return known


def _shadow_decision(case: DecidedCase, shadow: ShadowPolicy, stored_for: StoredFor) -> ShadowDecision:
    told, policy = ShadowDecision(policy_version=shadow.version), shadow.policy
    if policy is None:
        told.failure = shadow.failure
        return told
    bound = policy.read(case.request)
    if bound is None and (faults := request_faults(case.request, policy.currency, policy.attributes)):
        told.failure = f"it does not take the request: {faults[0].path} is not as it must be"
        return told
    decided = decide(case.request, policy, case.now, case.decision_id, bound, stored_for(policy))
    told.decision.CopyFrom(decided.decision)
    told.decision.ClearField("name")
    if decided.facts is not None:
        told.facts.CopyFrom(decided.facts)
    return told
