"""PolicyService: tells about the policies that decide, and checks rule files."""

import asyncio
import time
from base64 import b64decode, b64encode
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from pathlib import Path, PurePosixPath

from underwriter.decisioning import ActivePolicy, RulesRefused, desk_of
from underwriter.decisioning.requests.validation import FieldFault, request_faults
from underwriter.feel.diagnostics import Diagnostic, has_errors
from underwriter.ledger import PageTokenInvalid
from underwriter.pages import policy_graph_svg
from underwriter.policy import read_rule_files
from underwriter.service.errors import NothingFound, RequestInvalid
from underwriter.service.policies_in_force import PoliciesInForce
from underwriter.service.policy_messages import policy_in_force
from underwriter.service.processes.supervisor_line import SupervisorLine
from underwriter.service.reload.status import diagnostic_message, status_message
from underwriter.service.resources import check_policy_name
from underwriter.v1 import policy_service_pb2 as v1
from underwriter.v1.decision_pb2 import VersionedName
from underwriter.workbench.check import check_folder

DEFAULT_PAGE_SIZE = 50


class PolicyService:
    """The methods of underwriter.v1.PolicyService. Errors are raised; `CallGate` turns them into statuses."""

    def __init__(self, policies: PoliciesInForce, line: SupervisorLine, rules: Path, models: Path) -> None:
        self._policies = policies
        self._line = line
        self._rules = rules
        self._models = models
        self._checking = asyncio.Lock()

    async def list_policies(self, request: v1.ListPoliciesRequest) -> v1.ListPoliciesResponse:
        """Return a page of the active policies, by name."""
        _refuse_faults(request_faults(request))
        policies = self._policies.by_name()
        names = sorted(policies)
        start = bisect_right(names, _name_in(request.page_token)) if request.page_token else 0
        page = names[start : start + (request.page_size or DEFAULT_PAGE_SIZE)]
        is_last = start + len(page) == len(names)
        return v1.ListPoliciesResponse(
            policies=[self._described(policies[name], with_files=False) for name in page],
            next_page_token="" if is_last else b64encode(page[-1].encode()).decode(),
        )

    async def get_policy(self, request: v1.GetPolicyRequest) -> v1.Policy:
        """Return a policy with its sources and its graph drawn."""
        check_policy_name(request.name)
        policy = self._policy(request.name)
        message = self._described(policy, with_files=True)
        message.graph_svg = await asyncio.to_thread(policy_graph_svg, policy)
        return message

    async def validate_policy(self, request: v1.ValidatePolicyRequest) -> v1.ValidatePolicyResponse:
        """Check rule files as they would stand over those of the server. One check at a time: it takes a whole core.

        What they change is kept if that is asked and nothing is an error.
        """
        _refuse_faults([*request_faults(request), *_path_faults(request)])
        files = {file.path: file.content for file in request.files}
        async with self._checking:
            diagnostics, changed = await asyncio.to_thread(self._checked, files)
        if request.keep:
            await self._policies.keep_sources(changed, time.time_ns() // 1000)
        return v1.ValidatePolicyResponse(
            valid=not has_errors(diagnostics),
            diagnostics=[diagnostic_message(diagnostic, self._rules) for diagnostic in diagnostics],
            policies=[VersionedName(name=policy.name, version=policy.version) for policy in changed],
        )

    def _checked(self, files: Mapping[str, str]) -> tuple[Sequence[Diagnostic], list[ActivePolicy]]:
        """Return what is found in files, and if nothing is an error the policies that they change, by name."""
        diagnostics = check_folder(self._rules, self._models, files).findings
        if has_errors(diagnostics):
            return diagnostics, []
        in_force = self._policies.files_desk
        versions = {policy.version for policy in in_force.policies.values()}
        try:
            desk = desk_of(read_rule_files(self._rules).with_files(files), self._models, in_force)
        except RulesRefused as refused:  # the folder was changed meanwhile
            return refused.diagnostics, []
        changed = (policy for policy in desk.policies.values() if policy.version not in versions)
        return diagnostics, sorted(changed, key=lambda policy: policy.name)

    async def get_rules_status(self, request: v1.GetRulesStatusRequest) -> v1.RulesStatus:  # noqa: ARG002 - it is empty
        """Return which rules each worker of this server decides by, and how the last reload ended."""
        return status_message(await self._line.status(), self._rules)

    def _policy(self, name: str) -> ActivePolicy:
        policy = self._policies.by_name().get(name)
        if policy is None:
            raise NothingFound("Policy", name)
        return policy

    def _described(self, policy: ActivePolicy, *, with_files: bool) -> v1.Policy:
        return policy_in_force(self._policies, policy, time.time_ns() // 1000, with_files=with_files)


def _refuse_faults(faults: list[FieldFault]) -> None:
    if faults:
        raise RequestInvalid(faults)


def _name_in(page_token: str) -> str:
    try:
        return b64decode(page_token.encode("ascii"), validate=True).decode()
    except ValueError:
        raise PageTokenInvalid from None


def _path_faults(request: v1.ValidatePolicyRequest) -> list[FieldFault]:
    """Return a fault for each path that could lead out of the rules folder, or that is given twice."""
    faults = []
    seen: set[str] = set()
    for index, file in enumerate(request.files):
        path = PurePosixPath(file.path)
        if path.is_absolute() or ".." in path.parts:
            faults.append(FieldFault(f"files[{index}].path", "a path out of the rules folder", "a path below it"))
        if file.path in seen:
            faults.append(FieldFault(f"files[{index}].path", "a path given before", "each path once"))
        seen.add(file.path)
    return faults
