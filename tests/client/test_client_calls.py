"""Both clients against a scripted server: what they send, what they try again, and what they give up on."""

# ruff: noqa: N802 - gRPC names the methods

import threading
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any

import grpc
import pytest
from google.type.money_pb2 import Money

from underwriter.client import UnderwriterError, decide_request
from underwriter.v1 import decision_service_pb2 as v1
from underwriter.v1 import policy_service_pb2 as policies
from underwriter.v1.application_pb2 import Application
from underwriter.v1.decision_pb2 import Decision
from underwriter.v1.decision_service_pb2_grpc import DecisionServiceServicer, add_DecisionServiceServicer_to_server
from underwriter.v1.facility_service_pb2 import ConfirmDrawdownRequest, Facility
from underwriter.v1.facility_service_pb2_grpc import FacilityServiceServicer, add_FacilityServiceServicer_to_server
from underwriter.v1.policy_service_pb2_grpc import PolicyServiceServicer, add_PolicyServiceServicer_to_server

ADULT = Application(applicant={"subject_id": "subject-1", "age": 35})


class Script(DecisionServiceServicer, FacilityServiceServicer, PolicyServiceServicer):
    """Fails each method as often as `failures` says, then answers; keeps what it was asked."""

    def __init__(self) -> None:
        self.failures: list[grpc.StatusCode] = []
        self.stream_ends_after: list[int] = []
        self.asked: list[Any] = []
        self.peers: set[str] = set()
        self._lock = threading.Lock()

    def _begin(self, request: Any, context: grpc.ServicerContext) -> None:
        with self._lock:
            self.asked.append(request)
            self.peers.add(context.peer())
            failure = self.failures.pop(0) if self.failures else None
        if failure is not None:
            context.abort(failure, "scripted")

    def Decide(self, request: v1.DecideRequest, context: grpc.ServicerContext) -> Decision:
        self._begin(request, context)
        return Decision(name="decisions/1", request_id=request.request_id)

    def DecideStream(
        self, requests: Iterator[v1.DecideRequest], context: grpc.ServicerContext
    ) -> Iterator[v1.DecideStreamResponse]:
        left = self.stream_ends_after.pop(0) if self.stream_ends_after else None
        for request in requests:
            self.asked.append(request)
            if left == 0:
                context.abort(grpc.StatusCode.UNAVAILABLE, "scripted")
            left = None if left is None else left - 1
            yield v1.DecideStreamResponse(request_id=request.request_id, decision=Decision(grade=request.product))

    def GetDecision(self, request: v1.GetDecisionRequest, context: grpc.ServicerContext) -> Decision:
        self._begin(request, context)
        return Decision(name=request.name)

    def ListDecisions(
        self, request: v1.ListDecisionsRequest, context: grpc.ServicerContext
    ) -> v1.ListDecisionsResponse:
        self._begin(request, context)
        page = int(request.page_token or "0")
        following = str(page + 1) if page < 2 else ""
        return v1.ListDecisionsResponse(decisions=[Decision(name=f"decisions/{page}")], next_page_token=following)

    def ExplainDecision(
        self, request: v1.ExplainDecisionRequest, context: grpc.ServicerContext
    ) -> v1.ExplainDecisionResponse:
        self._begin(request, context)
        return v1.ExplainDecisionResponse(reproduced=True)

    def ConfirmDrawdown(self, request: ConfirmDrawdownRequest, context: grpc.ServicerContext) -> Facility:
        self._begin(request, context)
        return Facility(name=request.facility)

    def ListPolicies(
        self, request: policies.ListPoliciesRequest, context: grpc.ServicerContext
    ) -> policies.ListPoliciesResponse:
        self._begin(request, context)
        following = "" if request.page_token else "more"
        return policies.ListPoliciesResponse(policies=[policies.Policy(name="p")], next_page_token=following)

    def GetPolicy(self, request: policies.GetPolicyRequest, context: grpc.ServicerContext) -> policies.Policy:
        self._begin(request, context)
        return policies.Policy(name=request.name)

    def ValidatePolicy(
        self, request: policies.ValidatePolicyRequest, context: grpc.ServicerContext
    ) -> policies.ValidatePolicyResponse:
        self._begin(request, context)
        return policies.ValidatePolicyResponse(valid=True)

    def ActivatePolicy(
        self, request: policies.ActivatePolicyRequest, context: grpc.ServicerContext
    ) -> policies.ActivatePolicyResponse:
        self._begin(request, context)
        return policies.ActivatePolicyResponse(activated=True)

    def SetParameters(self, request: policies.SetParametersRequest, context: grpc.ServicerContext) -> policies.Policy:
        self._begin(request, context)
        return policies.Policy(name=request.name)

    def SetRollout(self, request: policies.SetRolloutRequest, context: grpc.ServicerContext) -> policies.Policy:
        self._begin(request, context)
        return policies.Policy(name=request.name)

    def ListPolicyChanges(
        self, request: policies.ListPolicyChangesRequest, context: grpc.ServicerContext
    ) -> policies.ListPolicyChangesResponse:
        self._begin(request, context)
        sequence = int(request.page_token or "3")
        following = str(sequence - 1) if sequence > 1 else ""
        change = policies.PolicyChange(sequence=sequence)
        return policies.ListPolicyChangesResponse(changes=[change], next_page_token=following)

    def GetRulesStatus(
        self, request: policies.GetRulesStatusRequest, context: grpc.ServicerContext
    ) -> policies.RulesStatus:
        self._begin(request, context)
        return policies.RulesStatus(workers=[policies.WorkerRules(worker=1)])


@pytest.fixture
def script() -> Script:
    return Script()


@pytest.fixture
def address(script: Script) -> Iterator[str]:
    server = grpc.server(ThreadPoolExecutor(8))
    add_DecisionServiceServicer_to_server(script, server)
    add_FacilityServiceServicer_to_server(script, server)
    add_PolicyServiceServicer_to_server(script, server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    yield f"127.0.0.1:{port}"
    server.stop(None).wait()


def test_each_decide_gets_an_id_of_its_own(script: Script, address: str, connect: Callable[..., Any]) -> None:
    with connect(address, timeout=60) as client:
        first, second = (client.decide(ADULT, product="P") for _ in range(2))
    assert uuid.UUID(first.request_id) != uuid.UUID(second.request_id)
    assert [request.explain for request in script.asked] == [v1.EXPLAIN_REASONS] * 2


def test_unavailable_is_tried_again_with_the_same_id(script: Script, address: str, connect: Callable[..., Any]) -> None:
    script.failures = [grpc.StatusCode.UNAVAILABLE] * 2
    with connect(address, timeout=60) as client:
        decision = client.decide(ADULT, product="P")
    assert [request.request_id for request in script.asked] == [decision.request_id] * 3


def test_a_drawdown_is_tried_again_with_the_same_id(script: Script, address: str, connect: Callable[..., Any]) -> None:
    script.failures = [grpc.StatusCode.UNAVAILABLE] * 2
    with connect(address, timeout=60) as client:
        client.confirm_drawdown("facilities/7", Money(currency_code="CNY", units=100))
    (request_id,) = {request.request_id for request in script.asked}
    assert uuid.UUID(request_id)
    assert len(script.asked) == 3


def test_unavailable_is_not_tried_for_ever(script: Script, address: str, connect: Callable[..., Any]) -> None:
    script.failures = [grpc.StatusCode.UNAVAILABLE] * 10
    with connect(address, timeout=60) as client, pytest.raises(UnderwriterError) as failed:
        client.decide(ADULT, product="P")
    assert failed.value.code == grpc.StatusCode.UNAVAILABLE
    assert len(script.asked) == 4


@pytest.mark.parametrize("code", [grpc.StatusCode.INTERNAL, grpc.StatusCode.RESOURCE_EXHAUSTED])
def test_other_failures_are_told_at_once(
    script: Script, address: str, connect: Callable[..., Any], code: grpc.StatusCode
) -> None:
    script.failures = [code]
    with connect(address, timeout=60) as client, pytest.raises(UnderwriterError, match="scripted") as failed:
        client.decide(ADULT, product="P")
    assert failed.value.code == code
    assert len(script.asked) == 1


def test_a_server_that_is_not_there_is_unavailable(connect: Callable[..., Any]) -> None:
    with connect("127.0.0.1:1", timeout=0.5) as client, pytest.raises(UnderwriterError) as failed:
        client.get_decision("decisions/1")
    assert failed.value.code in {grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.DEADLINE_EXCEEDED}


def test_lists_follow_their_pages_with_the_same_filters(
    script: Script, address: str, connect: Callable[..., Any]
) -> None:
    start = datetime(2026, 3, 2, 9, tzinfo=UTC)
    with connect(address, timeout=60) as client:
        names = [decision.name for decision in client.list_decisions(product="P", start_time=start)]
        assert len(list(client.list_policies())) == 2
    assert names == ["decisions/0", "decisions/1", "decisions/2"]
    listed = script.asked[:3]
    assert [request.page_token for request in listed] == ["", "1", "2"]
    assert {(request.product, request.start_time.ToDatetime(UTC)) for request in listed} == {("P", start)}


def test_a_time_without_a_zone_is_refused(address: str, connect: Callable[..., Any]) -> None:
    naive = datetime(2026, 3, 2, 9)  # noqa: DTZ001 - the mistake that is tested
    with connect(address) as client, pytest.raises(ValueError, match="time zone"):
        list(client.list_decisions(start_time=naive))


def test_the_other_methods_send_what_they_are_given(address: str, connect: Callable[..., Any]) -> None:
    with connect(address, timeout=60) as client:
        assert client.get_decision("decisions/7").name == "decisions/7"
        assert client.explain_decision("decisions/7").reproduced
        assert client.get_policy("policies/p").name == "policies/p"
        assert client.validate_policy({"a.yaml": "x"}).valid


def test_orders_send_who_why_and_what(script: Script, address: str, connect: Callable[..., Any]) -> None:
    by = {"actor": "li.wei", "reason": "why", "expected_version": "v1", "validate_only": True}
    rollout = policies.Rollout(shadows=[policies.Shadow(policy_version="v2")])
    with connect(address, timeout=60) as client:
        assert client.activate_policy("policies/p", policy_version="v2", **by).activated
        assert client.set_parameters("policies/p", {"a": "1", "b": ""}, **by).name == "policies/p"
        assert client.set_rollout("policies/p", rollout, **by).name == "policies/p"
        client.validate_policy({"a.yaml": "x"}, keep=True)
    settings = [policies.ParameterSetting(name="a", value="1"), policies.ParameterSetting(name="b")]
    assert script.asked == [
        policies.ActivatePolicyRequest(name="policies/p", policy_version="v2", **by),
        policies.SetParametersRequest(name="policies/p", parameters=settings, **by),
        policies.SetRolloutRequest(name="policies/p", rollout=rollout, **by),
        policies.ValidatePolicyRequest(files=[policies.SourceFile(path="a.yaml", content="x")], keep=True),
    ]


def test_changes_follow_their_pages_and_the_status_is_told(
    script: Script, address: str, connect: Callable[..., Any]
) -> None:
    with connect(address, timeout=60) as client:
        assert [change.sequence for change in client.list_policy_changes("policies/p", page_size=1)] == [3, 2, 1]
        assert [worker.worker for worker in client.get_rules_status().workers] == [1]
    assert {request.name for request in script.asked[:3]} == {"policies/p"}


def test_a_stream_that_ends_early_goes_on_with_what_is_unanswered(
    script: Script, address: str, connect: Callable[..., Any]
) -> None:
    script.stream_ends_after = [3, 1, 5]
    sent = [decide_request(ADULT, product=f"P{number}", request_id=f"r{number}") for number in range(20)]
    with connect(address) as client:
        answers = list(client.decide_many(sent, timeout=60))
    assert sorted(answer.request_id for answer in answers) == sorted(request.request_id for request in sent)
    assert all(answer.decision.grade == answer.request_id.replace("r", "P") for answer in answers)


def test_a_stream_that_never_answers_is_given_up(script: Script, address: str, connect: Callable[..., Any]) -> None:
    script.stream_ends_after = [0] * 100
    with connect(address) as client, pytest.raises(UnderwriterError):
        list(client.decide_many([decide_request(ADULT, product="P")], timeout=60))


def test_requests_of_a_stream_get_ids(address: str, connect: Callable[..., Any]) -> None:
    with connect(address) as client:
        (answer,) = client.decide_many([v1.DecideRequest(product="P")], timeout=60)
    assert uuid.UUID(answer.request_id)


def test_each_channel_has_a_connection_of_its_own(script: Script, address: str, connect: Callable[..., Any]) -> None:
    with connect(address, channels=3, timeout=60) as client:
        for _ in range(6):
            client.decide(ADULT, product="P")
    assert len(script.peers) == 3
