"""Wrong requests to PolicyService: every fault is named at once, by its field's path, and nothing is changed."""

from collections.abc import Iterator
from typing import Any

import grpc
import pytest
from google.protobuf.message import Message
from google.type.decimal_pb2 import Decimal as DecimalMessage

from underwriter.client.errors import error_of_call
from underwriter.v1 import policy_service_pb2 as v1
from underwriter.v1.policy_service_pb2_grpc import PolicyServiceStub

from .changing_rules import wait_until

BY = {"actor": "li.wei", "reason": "a test"}
PERSONAL, UNKNOWN, NOBODY = "policies/personal", "policies/none", {"actor": "", "reason": ""}
NO_VERSION, WRONG_LENGTH = "0" * 64, "0" * 65
NOT_KEPT = "a version that is not kept"


@pytest.fixture(scope="module")
def stub(server: Any) -> Iterator[PolicyServiceStub]:
    with grpc.insecure_channel(server.address) as channel:
        calls = PolicyServiceStub(channel)
        wait_until(lambda: len(changes_of(calls)) == 2)  # those of the folder, which a server makes by itself
        yield calls


def parameters(*settings: tuple[str, str], name: str = PERSONAL, **more: Any) -> Message:
    set_now = [v1.ParameterSetting(name=parameter, value=value) for parameter, value in settings]
    return v1.SetParametersRequest(name=name, parameters=set_now, **(BY | more))


def rollout(*challengers: tuple[str, str], shadows: tuple[str, ...] = (), name: str = PERSONAL, **more: Any) -> Message:
    tried = v1.Rollout(
        challengers=[
            v1.Challenger(policy_version=version, share=DecimalMessage(value=share)) for version, share in challengers
        ],
        shadows=[v1.Shadow(policy_version=version) for version in shadows],
    )
    return v1.SetRolloutRequest(name=name, rollout=tried, **(BY | more))


def activation(version: str = "", name: str = PERSONAL, **more: Any) -> Message:
    return v1.ActivatePolicyRequest(name=name, policy_version=version, **(BY | more))


@pytest.mark.parametrize(
    ("method", "request_", "fields"),
    [
        ("ListPolicies", v1.ListPoliciesRequest(page_size=-1, page_token="x" * 513), {"page_size", "page_token"}),
        ("ListPolicyChanges", v1.ListPolicyChangesRequest(name="n" * 129, page_size=1001), {"name", "page_size"}),
        ("ListPolicyChanges", v1.ListPolicyChangesRequest(name="personal"), {"name"}),
        ("GetPolicy", v1.GetPolicyRequest(), {"name"}),
        ("GetPolicy", v1.GetPolicyRequest(name="policies/-"), {"name"}),
        (
            "ValidatePolicy",
            v1.ValidatePolicyRequest(
                files=[
                    v1.SourceFile(path="../x.yaml"),
                    v1.SourceFile(),
                    v1.SourceFile(path="a"),
                    v1.SourceFile(path="a"),
                ]
            ),
            {"files[0].path", "files[1].path", "files[3].path"},
        ),
        ("SetParameters", v1.SetParametersRequest(), {"name", "parameters", "actor", "reason"}),
        (
            "SetParameters",
            parameters(("none", "1"), ("min_age", "'x"), ("", "1"), ("x", "1"), ("x", "2"), **NOBODY),
            {"actor", "reason", "parameters[1].value", *(f"parameters[{index}].name" for index in (0, 2, 3, 4))},
        ),
        ("SetParameters", parameters(("min_age", "x" * 4097), reason=""), {"reason", "parameters[0].value"}),
        ("SetParameters", parameters(*[("none", "1")] * 101, actor=""), {"actor", "parameters"}),
        ("SetParameters", parameters(("none", "1"), name=UNKNOWN, actor=""), {"actor"}),
        ("SetRollout", v1.SetRolloutRequest(), {"name", "actor", "reason"}),
        (
            "SetRollout",
            rollout((NO_VERSION, "-0.1"), ("", "0.7"), (WRONG_LENGTH, "0.7"), shadows=(NO_VERSION,), **NOBODY),
            {
                "actor",
                "reason",
                "rollout.challengers",
                "rollout.challengers[0].share",
                "rollout.challengers[0].policy_version",
                "rollout.challengers[1].policy_version",
                "rollout.challengers[2].policy_version",
                "rollout.shadows[0].policy_version",
            },
        ),
        ("SetRollout", rollout(*[(NO_VERSION, "0.01")] * 11, actor=""), {"actor", "rollout.challengers"}),
        ("ActivatePolicy", v1.ActivatePolicyRequest(), {"name", "actor", "reason"}),
        ("ActivatePolicy", activation(NO_VERSION, **NOBODY), {"actor", "reason", "policy_version"}),
        ("ActivatePolicy", activation(WRONG_LENGTH, actor=""), {"actor", "policy_version"}),
        (
            "ActivatePolicy",
            activation(NO_VERSION, name="policies/-", expected_version=NO_VERSION, reason=""),
            {"reason", "policy_version", "expected_version"},
        ),
        ("ActivatePolicy", activation(name="personal", actor="", validate_only=True), {"name", "actor"}),
    ],
)
def test_every_fault_is_named_at_once_and_nothing_is_changed(
    stub: PolicyServiceStub, method: str, request_: Message, fields: set[str]
) -> None:
    before = state(stub)
    with pytest.raises(grpc.RpcError) as refused:
        getattr(stub, method)(request_, timeout=60)
    error = error_of_call(refused.value)
    assert error.code == grpc.StatusCode.INVALID_ARGUMENT
    paths = [violation.field for violation in error.violations]
    assert (set(paths), len(paths)) == (fields, len(fields))
    assert all("found " in one.description and "allowed: " in one.description for one in error.violations)
    assert state(stub) == before


@pytest.mark.parametrize(
    ("method", "request_", "code"),
    [
        ("GetPolicy", v1.GetPolicyRequest(name=UNKNOWN), grpc.StatusCode.NOT_FOUND),
        ("SetParameters", parameters(("x", "1"), name=UNKNOWN), grpc.StatusCode.NOT_FOUND),
        ("SetRollout", rollout(name=UNKNOWN), grpc.StatusCode.NOT_FOUND),
        ("ActivatePolicy", activation(name=UNKNOWN), grpc.StatusCode.NOT_FOUND),
        ("ActivatePolicy", activation(NO_VERSION, name=UNKNOWN), grpc.StatusCode.NOT_FOUND),
        ("SetParameters", parameters(("min_age", "20"), expected_version="x"), grpc.StatusCode.ABORTED),
        ("SetRollout", rollout(expected_version="x"), grpc.StatusCode.ABORTED),
        ("ActivatePolicy", activation(expected_version="x"), grpc.StatusCode.ABORTED),
    ],
)
def test_what_is_not_there_or_not_meant_changes_nothing(
    stub: PolicyServiceStub, method: str, request_: Message, code: grpc.StatusCode
) -> None:
    before = state(stub)
    with pytest.raises(grpc.RpcError) as refused:
        getattr(stub, method)(request_, timeout=60)
    assert error_of_call(refused.value).code == code
    assert state(stub) == before


def state(stub: PolicyServiceStub) -> tuple[object, ...]:
    """Return what is in force and what was changed of it."""
    status = stub.GetRulesStatus(v1.GetRulesStatusRequest())
    generations = [(worker.generation, worker.policies[0].version) for worker in status.workers]
    policies = stub.ListPolicies(v1.ListPoliciesRequest()).policies
    return generations, [(policy.name, policy.version) for policy in policies], changes_of(stub)


def changes_of(stub: PolicyServiceStub) -> list[int]:
    return [change.sequence for change in stub.ListPolicyChanges(v1.ListPolicyChangesRequest()).changes]
