"""The desk that decides: that of the rule files, with what was ordered of its policies."""

import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from decimal import Decimal
from itertools import accumulate

import structlog

from underwriter.decisioning import ActivePolicy, Desk, PolicyUnusable, RulesRefused
from underwriter.decisioning.desk import parameter_faults, version_with, with_parameters
from underwriter.decisioning.rollout import DRAWS, Arm, RunningRollout, ShadowPolicy
from underwriter.service.orders.rollout_fit import misfits
from underwriter.service.orders.standing_orders import PolicyOrders, StandingOrders
from underwriter.v1.policy_service_pb2 import Rollout
from underwriter.v1.record_pb2 import RolloutEvidence

FindPolicy = Callable[[str], ActivePolicy]
"""Returns a policy by its version. Raises PolicyUnusable and RulesRefused."""


class OrderedDesk:
    """Makes desks. `find` gives versions that are kept, `at_hand` those that are ready without any work."""

    def __init__(self, find: FindPolicy, at_hand: Callable[[str], ActivePolicy | None]) -> None:
        self._find = find
        self._at_hand = at_hand
        self._log = structlog.get_logger()

    def made(self, files: Desk, orders: StandingOrders) -> Desk:
        """Return the desk of the rule files with orders. Takes a good part of a second for each version to make ready.

        Values of parameters that the files don't have any more, or have with another type, are left out, as is a
        rollout whose versions don't fit the policy any more; the log says so. Raises PolicyUnusable and RulesRefused if
        a version that is to decide can't be made ready: then nothing else may decide in its place.
        """
        if not orders.by_policy:
            return files
        policies = dict(self._policies(files, orders))
        rollouts = {
            policy.product: running
            for name, policy in policies.items()
            if (running := self._rollout(policy, orders.of(name).rollout)) is not None
        }
        return replace(files, policies={policy.product: policy for policy in policies.values()}, rollouts=rollouts)

    def _policies(self, files: Desk, orders: StandingOrders) -> Iterator[tuple[str, ActivePolicy]]:
        """Yield the policies in force by name: last those that are held, whatever the files have of their products."""
        for policy in files.policies.values():
            ordered = orders.of(policy.name)
            if not ordered.held:
                yield policy.name, self._with_values(policy, ordered)
        for name, ordered in orders.by_policy.items():
            if ordered.held:
                yield name, self._find(ordered.held)

    def _with_values(self, policy: ActivePolicy, ordered: PolicyOrders) -> ActivePolicy:
        overrides = ordered.overrides
        for fault in parameter_faults(policy, overrides) if overrides else ():
            self._log.error("a parameter keeps its value of the files", policy=policy.name, **fault.told())
            del overrides[fault.name]
        if not overrides:
            return policy
        try:
            return self._at_hand(version_with(policy, overrides)) or with_parameters(policy, overrides)
        except RulesRefused as refused:
            why = refused.diagnostics[0].message
            self._log.error("parameters keep their values of the files", policy=policy.name, cause=why)
            return policy

    def _rollout(self, champion: ActivePolicy, rollout: Rollout | None) -> RunningRollout | None:
        if rollout is None or has_ended(rollout, time.time_ns() // 1000):
            return None
        challengers = [self._find(challenger.policy_version) for challenger in rollout.challengers]
        if wrong := [why for challenger in challengers for why in misfits(challenger, champion)]:
            self._log.error("a rollout does not run", policy=champion.name, rollout=rollout.rollout_id, cause=wrong[0])
            return None
        shadows = tuple(self._shadow(shadow.policy_version) for shadow in rollout.shadows)
        return running(rollout, champion, challengers, shadows)

    def _shadow(self, version: str) -> ShadowPolicy:
        try:
            return ShadowPolicy(version, self._find(version))
        except (PolicyUnusable, RulesRefused):
            return ShadowPolicy(version, None, "this server can't load the version")


def running(
    rollout: Rollout, champion: ActivePolicy, challengers: Iterable[ActivePolicy], shadows: tuple[ShadowPolicy, ...]
) -> RunningRollout:
    """Return a rollout made ready: the challengers' shares stand one after another."""
    challengers = tuple(challengers)
    readers = (champion, *challengers, *(shadow.policy for shadow in shadows if shadow.policy is not None))

    def arm(policy: ActivePolicy, *, is_challenger: bool) -> Arm:
        evidence = RolloutEvidence(
            rollout_id=rollout.rollout_id, champion_version=champion.version, by_challenger=is_challenger
        )
        return Arm(policy, evidence, shadows, readers)

    ends = accumulate(Decimal(challenger.share.value) for challenger in rollout.challengers)
    return RunningRollout(
        rollout.rollout_id,
        rollout.start_time.ToMicroseconds() if rollout.HasField("start_time") else 0,
        rollout.end_time.ToMicroseconds() if rollout.HasField("end_time") else None,
        arm(champion, is_challenger=False),
        tuple(
            (int(end * DRAWS), arm(policy, is_challenger=True)) for end, policy in zip(ends, challengers, strict=True)
        ),
    )


def has_ended(rollout: Rollout, time_us: int) -> bool:
    """Tell whether a rollout has ended by itself."""
    return bool(rollout.HasField("end_time") and rollout.end_time.ToMicroseconds() <= time_us)
