"""The calls of PolicyService, as the async client has them."""

from collections.abc import AsyncIterator, Mapping
from typing import Any

from underwriter.client.async_calls import pages, told
from underwriter.client.limits import LONG_TIMEOUT_SECONDS, RULES_TIMEOUT_SECONDS
from underwriter.client.requests import activate_request, parameters_request, rollout_request, validate_request
from underwriter.v1.policy_service_pb2 import (
    ActivatePolicyResponse,
    GetPolicyRequest,
    GetRulesStatusRequest,
    ListPoliciesRequest,
    ListPolicyChangesRequest,
    Policy,
    PolicyChange,
    Rollout,
    RulesStatus,
    ValidatePolicyResponse,
)


class AsyncPolicyCalls:
    """What the client can ask about policies, and order of them.

    Orders say who gives them and why. One that names the version which it is meant for fails with ABORTED if another
    one is in force; with `validate_only` nothing is changed.
    """

    _policies: Any
    _timeout: float

    async def list_policies(self) -> AsyncIterator[Policy]:
        """Yield the active policies, by name, without their sources."""
        request = ListPoliciesRequest()
        async for page in pages(self._policies.ListPolicies, request, self._timeout):
            for policy in page.policies:
                yield policy

    async def get_policy(self, name: str) -> Policy:
        """Return the policy of that name, `policies/{policy}`, with its sources."""
        policy: Policy = await told(self._policies.GetPolicy, GetPolicyRequest(name=name), self._timeout)
        return policy

    async def validate_policy(
        self, files: Mapping[str, str], *, keep: bool = False, timeout: float = RULES_TIMEOUT_SECONDS
    ) -> ValidatePolicyResponse:
        """Return all that is found wrong with rule files, given as text by path below the rules folder.

        With `keep`, the policies that they change are kept if nothing is, so that their versions can be activated.
        """
        request = validate_request(files, keep=keep)
        findings: ValidatePolicyResponse = await told(self._policies.ValidatePolicy, request, timeout)
        return findings

    async def activate_policy(
        self,
        name: str,
        *,
        actor: str,
        reason: str,
        policy_version: str = "",
        expected_version: str = "",
        validate_only: bool = False,
        timeout: float = RULES_TIMEOUT_SECONDS,
    ) -> ActivatePolicyResponse:
        """Hold a policy at a version that is kept; without a version, have it follow the rules folder, read at once.

        The name `policies/-` stands for all policies of the folder.
        """
        request = activate_request(
            name,
            actor=actor,
            reason=reason,
            policy_version=policy_version,
            expected_version=expected_version,
            validate_only=validate_only,
        )
        activated: ActivatePolicyResponse = await told(self._policies.ActivatePolicy, request, timeout)
        return activated

    async def set_parameters(
        self,
        name: str,
        values: Mapping[str, str],
        *,
        actor: str,
        reason: str,
        expected_version: str = "",
        validate_only: bool = False,
        timeout: float = LONG_TIMEOUT_SECONDS,
    ) -> Policy:
        """Set parameters of a policy to values written in FEEL; one with an empty text is what the files say again."""
        request = parameters_request(
            name,
            values,
            actor=actor,
            reason=reason,
            expected_version=expected_version,
            validate_only=validate_only,
        )
        policy: Policy = await told(self._policies.SetParameters, request, timeout)
        return policy

    async def set_rollout(
        self,
        name: str,
        rollout: Rollout,
        *,
        actor: str,
        reason: str,
        expected_version: str = "",
        validate_only: bool = False,
        timeout: float = LONG_TIMEOUT_SECONDS,
    ) -> Policy:
        """Set the rollout of a policy in place of the one that is set; an empty one ends it."""
        request = rollout_request(
            name,
            rollout,
            actor=actor,
            reason=reason,
            expected_version=expected_version,
            validate_only=validate_only,
        )
        policy: Policy = await told(self._policies.SetRollout, request, timeout)
        return policy

    async def list_policy_changes(self, name: str = "", *, page_size: int = 100) -> AsyncIterator[PolicyChange]:
        """Yield what was changed of a policy, `policies/{policy}`, or of all, newest first."""
        request = ListPolicyChangesRequest(name=name, page_size=page_size)
        async for page in pages(self._policies.ListPolicyChanges, request, self._timeout):
            for change in page.changes:
                yield change

    async def get_rules_status(self) -> RulesStatus:
        """Return which rules each worker of the server that answers decides by, and how its last reload ended."""
        status: RulesStatus = await told(self._policies.GetRulesStatus, GetRulesStatusRequest(), self._timeout)
        return status
