"""ActivatePolicy: holds a policy at a version, or has it follow the rules folder, which is read at once."""

import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from underwriter.service.errors import ReloadRefused, refuse_faults
from underwriter.service.orders import checks
from underwriter.service.orders.following import OrderFollowing
from underwriter.service.orders.ordering import change_by, policy_meant, refuse_other_version, settings_message
from underwriter.service.policies_in_force import PoliciesInForce, ReadyDesk
from underwriter.service.policy_messages import described
from underwriter.service.processes.reports import ReloadOutcome, Verdict
from underwriter.service.processes.supervisor_line import SupervisorLine
from underwriter.service.reload.folder_trials import FolderTrials
from underwriter.service.reload.status import diagnostic_message, failed_test_messages
from underwriter.v1 import policy_service_pb2 as v1

CAUSE = "ActivatePolicy"


class Activation:
    """Activates versions. `rules` is the rules folder."""

    def __init__(
        self,
        policies: PoliciesInForce,
        following: OrderFollowing,
        line: SupervisorLine,
        trials: FolderTrials,
        rules: Path,
    ) -> None:
        self._policies = policies
        self._following = following
        self._line = line
        self._trials = trials
        self._rules = rules

    async def hold(self, request: v1.ActivatePolicyRequest) -> v1.ActivatePolicyResponse:
        """Hold a policy at a version that is kept."""
        before: dict[str, str] = {}

        async def make() -> Sequence[v1.PolicyChange]:
            before.update(self._versions())  # now that the orders of others are followed
            return await self._held(request)

        step = self._following.try_out if request.validate_only else self._following.give
        return self._activated(before, await step(make))

    async def follow(self, request: v1.ActivatePolicyRequest) -> v1.ActivatePolicyResponse:
        """Read, check and test the rules folder, bring it into force, and let a policy, or all, follow it."""
        faults = checks.activation_faults(request)
        await self._following.catch_up()  # what is in force before is told, whichever worker ordered it
        if request.name != checks.ALL_POLICIES:
            refuse_other_version(policy_meant(self._policies, request, faults), request)
        refuse_faults(faults)
        before = self._versions()
        if request.validate_only:
            return await self._would_follow(request, before)
        outcome = await self._line.reload(CAUSE)
        if not outcome.succeeded:
            return self._refused(outcome)
        ready = await self._following.give(lambda: self._followed(request, before))
        activated = self._activated(before, ready)
        activated.diagnostics.extend([diagnostic_message(found, self._rules) for found in outcome.diagnostics])
        return activated

    async def _held(self, request: v1.ActivatePolicyRequest) -> Sequence[v1.PolicyChange]:
        policy = policy_meant(self._policies, request, checks.activation_faults(request))
        found = await self._policies.find(request.policy_version)
        version = checks.version_to_hold(request, found, policy)
        refuse_other_version(policy, request)
        change = change_by(request, v1.POLICY_CHANGE_KIND_HELD)
        change.parameters.extend(settings_message(version.policy.overrides))
        change.version_after = request.policy_version
        return [change]

    async def _followed(
        self, request: v1.ActivatePolicyRequest, before: Mapping[str, str]
    ) -> Sequence[v1.PolicyChange]:
        """Return the change of the policy, or of each that is held or was changed by the reload."""
        orders, names = self._policies.orders, [request.name]
        if request.name == checks.ALL_POLICIES:
            held = {name for name, ordered in orders.by_policy.items() if ordered.held}
            changed = {name for name, version in self._versions().items() if before.get(name) != version}
            names = sorted(held | changed)
        changes = [change_by(request, v1.POLICY_CHANGE_KIND_FOLLOWED, name) for name in names]
        for change in changes:
            change.version_before = before.get(change.policy, "")
        return changes

    async def _would_follow(
        self, request: v1.ActivatePolicyRequest, before: Mapping[str, str]
    ) -> v1.ActivatePolicyResponse:
        tried = await self._trials.try_out(with_tests=True)
        if tried.verdict.versions is None:
            return self._refused(tried.verdict)
        desk = await self._trials.made_ready(tried, self._policies.files_desk)
        return self._activated(before, await self._following.try_out(lambda: self._followed(request, before), desk))

    def _refused(self, found: ReloadOutcome | Verdict) -> v1.ActivatePolicyResponse:
        """Return what keeps the rules folder from coming into force. Raises ReloadRefused if it is neither of both."""
        if found.problem:
            raise ReloadRefused(found.problem)
        return v1.ActivatePolicyResponse(
            diagnostics=[diagnostic_message(diagnostic, self._rules) for diagnostic in found.diagnostics],
            failed_tests=failed_test_messages(found.failed_tests),
        )

    def _versions(self) -> dict[str, str]:
        return {name: policy.version for name, policy in self._policies.by_name().items()}

    def _activated(self, before: Mapping[str, str], ready: ReadyDesk) -> v1.ActivatePolicyResponse:
        """Return the policies of a desk whose versions are others than before, by name."""
        changed = [policy for policy in ready.desk.policies.values() if before.get(policy.name) != policy.version]
        now_us = time.time_ns() // 1000
        policies = [
            described(policy, ready.orders.of(policy.name), now_us)
            for policy in sorted(changed, key=lambda policy: policy.name)
        ]
        return v1.ActivatePolicyResponse(activated=True, policies=policies)
