"""The methods of PolicyService that change what is in force, and that tell what was changed."""

import asyncio
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from uuid_utils import uuid7

from underwriter.decisioning import ActivePolicy, RulesRefused
from underwriter.decisioning.desk import canonical_values, parameter_faults, version_with, with_parameters
from underwriter.decisioning.requests.validation import FieldFault, request_faults
from underwriter.feel.diagnostics import Diagnostic
from underwriter.ledger import PolicyChanges
from underwriter.service.errors import RequestInvalid, refuse_faults
from underwriter.service.orders import checks
from underwriter.service.orders.activation import Activation
from underwriter.service.orders.change_pages import read_change_token, write_change_token
from underwriter.service.orders.following import MakeChanges, OrderFollowing
from underwriter.service.orders.ordering import change_by, policy_meant, refuse_other_version, settings_message
from underwriter.service.orders.standing_orders import is_any
from underwriter.service.policies_in_force import PoliciesInForce
from underwriter.service.policy_messages import described, policy_in_force
from underwriter.service.reload.status import diagnostic_message
from underwriter.service.reload.stepping_back import stepping_back
from underwriter.service.resources import check_policy_name
from underwriter.v1 import policy_service_pb2 as v1
from underwriter.workbench.changed_values import findings_caused

DEFAULT_PAGE_SIZE = 50


class OrderDesk:
    """Takes orders for the policies in force. Errors are raised; `CallGate` turns them into statuses.

    `rules` is the rules folder.
    """

    def __init__(
        self,
        policies: PoliciesInForce,
        following: OrderFollowing,
        changes: PolicyChanges,
        activation: Activation,
        rules: Path,
    ) -> None:
        self._policies = policies
        self._following = following
        self._changes = changes
        self._activation = activation
        self._rules = rules

    async def activate_policy(self, request: v1.ActivatePolicyRequest) -> v1.ActivatePolicyResponse:
        """Hold a policy at a version that is kept, or have it follow the rules folder, which is read at once."""
        step = self._activation.hold if request.policy_version else self._activation.follow
        return await step(request)

    async def set_parameters(self, request: v1.SetParametersRequest) -> v1.Policy:
        """Set parameters of a policy; return the policy that came of it, with the warnings that the values cause."""
        found: list[Diagnostic] = []

        async def make() -> list[v1.PolicyChange]:
            change, found[:] = await self._settings(request)
            return [change]

        policy = await self._ordered(request, make)
        policy.diagnostics.extend([diagnostic_message(warning, self._rules) for warning in found])
        return policy

    async def set_rollout(self, request: v1.SetRolloutRequest) -> v1.Policy:
        """Set or end the rollout of a policy; return the policy with it."""
        return await self._ordered(request, lambda: self._rollout(request))

    async def list_policy_changes(self, request: v1.ListPolicyChangesRequest) -> v1.ListPolicyChangesResponse:
        """Return a page of what was changed, newest first."""
        refuse_faults(request_faults(request))
        if request.name:
            check_policy_name(request.name)
        size, before = request.page_size or DEFAULT_PAGE_SIZE, read_change_token(request.page_token, request.name)
        found = await asyncio.to_thread(self._changes.newest_of, request.name, size + 1, before)
        if request.name and before is None and not found:
            self._policies.named(request.name)
        page, is_last = found[:size], len(found) <= size
        token = "" if is_last else write_change_token(request.name, page[-1].sequence)
        return v1.ListPolicyChangesResponse(changes=page, next_page_token=token)

    async def _settings(self, request: v1.SetParametersRequest) -> tuple[v1.PolicyChange, list[Diagnostic]]:
        faults = checks.settings_faults(request)
        policy = policy_meant(self._policies, request, faults)
        ordered = self._policies.orders.of(policy.name)
        refuse_faults([*faults, *checks.value_faults(request, policy, ordered.values)])
        refuse_other_version(policy, request)
        new = canonical_values({setting.name: setting.value for setting in request.parameters if setting.value})
        named = {setting.name for setting in request.parameters}
        values = {name: text for name, text in ordered.overrides.items() if name not in named} | new
        unfit = {fault.name for fault in parameter_faults(policy, values)}
        values = {name: text for name, text in values.items() if name not in unfit}
        found = await self._try_values(policy, values)
        change = change_by(request, v1.POLICY_CHANGE_KIND_PARAMETERS_SET)
        change.version_after = version_with(policy, values)
        change.parameters.extend(settings_message({name: new.get(name, "") for name in named}))
        return change, found

    async def _try_values(self, policy: ActivePolicy, values: Mapping[str, str]) -> list[Diagnostic]:
        """Make the policy with other values, keep it, and return the warnings that they cause.

        Raises RequestInvalid if it is in error with them.
        """
        try:
            made, found = await asyncio.to_thread(_with_values, policy, values)
        except RulesRefused as refused:
            error = f"values with which the policy is in error: {refused.diagnostics[0].message}"
            fault = FieldFault("parameters", error, "values with which the policy is in order")
            raise RequestInvalid([fault]) from None
        await self._policies.keep_made(made, _now_us())
        return found

    async def _rollout(self, request: v1.SetRolloutRequest) -> list[v1.PolicyChange]:
        faults = checks.rollout_faults(request, _now_us())
        policy = policy_meant(self._policies, request, faults)
        known = {version: await self._policies.find(version) for _, version in checks.versions_of(request)}
        refuse_faults([*faults, *checks.version_faults(request, policy, known)])
        refuse_other_version(policy, request)
        before = self._policies.orders.of(policy.name).rollout
        change = change_by(request, v1.POLICY_CHANGE_KIND_ROLLOUT_SET)
        if is_any(request.rollout):
            change.rollout.CopyFrom(request.rollout)
            change.rollout.rollout_id = _rollout_id(before, request.rollout)
        return [change]

    async def _ordered(self, request: v1.SetParametersRequest | v1.SetRolloutRequest, make: MakeChanges) -> v1.Policy:
        """Give an order, and return the policy that came of it."""
        step = self._following.try_out if request.validate_only else self._following.give
        ready = await step(make)
        policy = next(policy for policy in ready.desk.policies.values() if policy.name == request.name)
        if request.validate_only:
            return described(policy, ready.orders.of(policy.name), _now_us())
        return policy_in_force(self._policies, policy, _now_us())


def _with_values(policy: ActivePolicy, values: Mapping[str, str]) -> tuple[ActivePolicy, list[Diagnostic]]:
    with stepping_back():
        made = with_parameters(policy, values)
        return made, findings_caused(policy, made)


def _rollout_id(before: v1.Rollout | None, rollout: v1.Rollout) -> str:
    """Return the id of a rollout: that of the one before if subjects keep their places among the same challengers."""
    if before is not None and _challengers(before) == _challengers(rollout):
        return before.rollout_id
    return str(uuid7())


def _challengers(rollout: v1.Rollout) -> Sequence[str]:
    return [challenger.policy_version for challenger in rollout.challengers]


def _now_us() -> int:
    return time.time_ns() // 1000
