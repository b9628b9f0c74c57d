"""Faults on the way to an answer: an evaluation that fails, and a server that goes away between two answers."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import grpc
import pytest

from underwriter.cli import local_decisions
from underwriter.decisioning import Desk
from underwriter.policy import ModelOutput
from underwriter.v1 import decision_service_pb2_grpc, policy_service_pb2_grpc
from underwriter.v1.decision_pb2 import Decision, Outcome
from underwriter.v1.decision_service_pb2 import DecideRequest
from underwriter.v1.policy_service_pb2 import ListPoliciesRequest, ListPoliciesResponse, Policy

from ..decisioning.desks import shipped
from .commands import EXAMPLES, Call


@pytest.mark.parametrize("output", ["text", "json"])
def test_a_model_that_fails_is_told_apart_from_the_decision(
    output: str, call: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    failed = ModelOutput(None, None, None, RuntimeError("the graph is broken"))
    broken = {product: replace(policy, calls=(lambda _: failed,)) for product, policy in shipped().policies.items()}
    monkeypatch.setattr(local_decisions, "desk_or_exit", lambda _rules, _models: Desk(broken))
    file = EXAMPLES / "personal_credit.yaml"
    ended = call("decide", file, "--format", output)
    assert ended.code == 0
    assert ended.errors == f"{file}: evaluation failed: RuntimeError: the graph is broken\n"
    assert "APPROVE" not in ended.out


class GoesAway(
    decision_service_pb2_grpc.DecisionServiceServicer,  # type: ignore[misc]
    policy_service_pb2_grpc.PolicyServiceServicer,  # type: ignore[misc]
):
    """Answers the first application and no other."""

    def ListPolicies(self, _: ListPoliciesRequest, __: grpc.ServicerContext) -> ListPoliciesResponse:  # noqa: N802
        return ListPoliciesResponse(policies=[Policy(product="PERSONAL_CREDIT_LINE", currency="CNY")])

    def Decide(self, request: DecideRequest, context: grpc.ServicerContext) -> Decision:  # noqa: N802
        if request.request_id != "example-1":
            context.abort(grpc.StatusCode.UNAVAILABLE, "going away")
        return Decision(name="decisions/one", outcome=Outcome.OUTCOME_REFER)


@pytest.fixture
def going_away() -> Iterator[str]:
    server = grpc.server(ThreadPoolExecutor(2))
    decision_service_pb2_grpc.add_DecisionServiceServicer_to_server(GoesAway(), server)
    policy_service_pb2_grpc.add_PolicyServiceServicer_to_server(GoesAway(), server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    yield f"127.0.0.1:{port}"
    server.stop(0).wait()


def test_answers_before_the_server_went_away_are_shown_and_the_rest_is_left(call: Call, going_away: str) -> None:
    file = EXAMPLES / "applications.jsonl"
    ended = call("decide", file, "--server", going_away)
    assert ended.code == 3
    assert ended.out.startswith(f"{file}:1: REFER\n")
    assert ended.errors == (f"{file}:2: no decision\n    {going_away} does not answer: UNAVAILABLE: going away\n")
