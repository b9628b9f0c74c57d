"""PolicyService: tells about the policies that decide, and checks rule files."""

import time
from base64 import b64decode, b64encode
from bisect import bisect_right
from pathlib import Path, PurePosixPath

from underwriter.decisioning import ActivePolicy
from underwriter.decisioning.requests.validation import FieldFault, request_faults
from underwriter.ledger import PageTokenInvalid
from underwriter.service.errors import refuse_faults
from underwriter.service.graph_drawings import GraphDrawings
from underwriter.service.policies_in_force import PoliciesInForce
from underwriter.service.policy_messages import policy_in_force
from underwriter.service.processes.supervisor_line import SupervisorLine
from underwriter.service.reload.folder_trials import FolderTrials
from underwriter.service.reload.status import diagnostic_message, status_message
from underwriter.service.resources import check_policy_name
from underwriter.v1 import policy_service_pb2 as v1
from underwriter.v1.decision_pb2 import VersionedName

DEFAULT_PAGE_SIZE = 50


class PolicyService:
    """The methods of underwriter.v1.PolicyService. Errors are raised; `CallGate` turns them into statuses."""

    def __init__(self, policies: PoliciesInForce, line: SupervisorLine, trials: FolderTrials, rules: Path) -> None:
        self._policies = policies
        self._line = line
        self._trials = trials
        self._rules = rules
        self._drawings = GraphDrawings()

    async def list_policies(self, request: v1.ListPoliciesRequest) -> v1.ListPoliciesResponse:
        """Return a page of the active policies, by name."""
        refuse_faults(request_faults(request))
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
        policy = self._policies.named(request.name)
        message = self._described(policy, with_files=True)
        message.graph_svg = await self._drawings.of(policy)
        return message

    async def validate_policy(self, request: v1.ValidatePolicyRequest) -> v1.ValidatePolicyResponse:
        """Check rule files as they would stand over those of the server, in a process beside the workers.

        What they change is kept if that is asked and nothing is an error.
        """
        refuse_faults([*request_faults(request), *_path_faults(request)])
        tried = await self._trials.try_out({file.path: file.content for file in request.files}, with_tests=False)
        verdict = tried.verdict
        if request.keep and verdict.changed:
            desk = await self._trials.made_ready(tried, self._policies.files_desk)
            changed = [policy for policy in desk.policies.values() if policy.name in verdict.changed]
            await self._policies.keep_sources(changed, time.time_ns() // 1000)
        return v1.ValidatePolicyResponse(
            valid=verdict.versions is not None,
            diagnostics=[diagnostic_message(diagnostic, self._rules) for diagnostic in verdict.diagnostics],
            policies=[VersionedName(name=name, version=version) for name, version in sorted(verdict.changed.items())],
        )

    async def get_rules_status(self, request: v1.GetRulesStatusRequest) -> v1.RulesStatus:  # noqa: ARG002 - it is empty
        """Return which rules each worker of this server decides by, and how the last reload ended."""
        return status_message(await self._line.status(), self._rules)

    def _described(self, policy: ActivePolicy, *, with_files: bool) -> v1.Policy:
        return policy_in_force(self._policies, policy, time.time_ns() // 1000, with_files=with_files)


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
