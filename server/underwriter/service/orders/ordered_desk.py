"""The desk that decides: that of the rule files, with what was ordered of its policies."""

import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from decimal import Decimal
from itertools import accumulate
from typing import NamedTuple

from underwriter.decisioning import ActivePolicy, Desk, PolicyUnusable, RulesRefused
from underwriter.decisioning.desk import parameter_faults, version_with, with_parameters
from underwriter.decisioning.rollout import DRAWS, Arm, RunningRollout, ShadowPolicy
from underwriter.service.orders.rollout_fit import misfits
from underwriter.service.orders.standing_orders import PolicyOrders, StandingOrders
from underwriter.service.processes.reports import UnmetOrder
from underwriter.v1.policy_service_pb2 import (
    POLICY_CHANGE_KIND_PARAMETERS_SET,
    POLICY_CHANGE_KIND_ROLLOUT_SET,
    Rollout,
)
from underwriter.v1.record_pb2 import RolloutEvidence

FindPolicy = Callable[[str], ActivePolicy]
"""Returns a policy by its version. Raises PolicyUnusable and RulesRefused."""


class Ordered(NamedTuple):
    """A desk with orders, and those that could not be brought into it."""

    desk: Desk
    unmet: tuple[UnmetOrder, ...]


class OrderedDesk:
    """Makes desks. `find` gives versions that are kept, `at_hand` those that are ready without any work."""

    def __init__(self, find: FindPolicy, at_hand: Callable[[str], ActivePolicy | None]) -> None:
        self._find = find
        self._at_hand = at_hand

    def made(self, files: Desk, orders: StandingOrders) -> Ordered:
        """Return the desk of the rule files with orders. Takes a good part of a second for each version to make ready.

        Values of parameters that the files don't have any more, or have with another type, are left out, as is a
        rollout whose versions don't fit the policy any more: these are the unmet orders. Raises PolicyUnusable and
        RulesRefused if a version that is to decide can't be made ready: then nothing else may decide in its place.
        """
        if not orders.by_policy:
            return Ordered(files, ())
        unmet: list[UnmetOrder] = []
        policies = dict(self._policies(files, orders, unmet))
        rollouts = {
            policy.product: running
            for name, policy in policies.items()
            if (running := self._rollout(policy, orders.of(name).rollout, unmet)) is not None
        }
        desk = replace(files, policies={policy.product: policy for policy in policies.values()}, rollouts=rollouts)
        return Ordered(desk, tuple(unmet))

    def _policies(
        self, files: Desk, orders: StandingOrders, unmet: list[UnmetOrder]
    ) -> Iterator[tuple[str, ActivePolicy]]:
        """Yield the policies in force by name: last those that are held, whatever the files have of their products."""
        for policy in files.policies.values():
            ordered = orders.of(policy.name)
            if not ordered.held:
                yield policy.name, self._with_values(policy, ordered, unmet)
        for name, ordered in orders.by_policy.items():
            if ordered.held:
                yield name, self._find(ordered.held)

    def _with_values(self, policy: ActivePolicy, ordered: PolicyOrders, unmet: list[UnmetOrder]) -> ActivePolicy:
        overrides = ordered.overrides
        for fault in parameter_faults(policy, overrides) if overrides else ():
            why = f"found {fault.found}; allowed: {fault.allowed}"
            unmet.append(UnmetOrder(policy.name, POLICY_CHANGE_KIND_PARAMETERS_SET, fault.name, why))
            del overrides[fault.name]
        if not overrides:
            return policy
        try:
            return self._at_hand(version_with(policy, overrides)) or with_parameters(policy, overrides)
        except RulesRefused as refused:
            names, why = ", ".join(sorted(overrides)), f"the policy is in error: {refused.diagnostics[0].message}"
            unmet.append(UnmetOrder(policy.name, POLICY_CHANGE_KIND_PARAMETERS_SET, names, why))
            return policy

    def _rollout(
        self, champion: ActivePolicy, rollout: Rollout | None, unmet: list[UnmetOrder]
    ) -> RunningRollout | None:
        if rollout is None or has_ended(rollout, time.time_ns() // 1000):
            return None
        challengers = [self._find(challenger.policy_version) for challenger in rollout.challengers]
        if wrong := [why for challenger in challengers for why in misfits(challenger, champion)]:
            unmet.append(UnmetOrder(champion.name, POLICY_CHANGE_KIND_ROLLOUT_SET, rollout.rollout_id, wrong[0]))
            return None
        shadows = tuple(self._shadow(shadow.policy_version) for shadow in rollout.shadows)
        unmet += [
            UnmetOrder(champion.name, POLICY_CHANGE_KIND_ROLLOUT_SET, shadow.version, shadow.failure)
            for shadow in shadows
            if shadow.policy is None
        ]
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
