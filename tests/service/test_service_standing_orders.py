"""Policies held at versions, parameters, and who ordered them: over a real server with two workers."""

import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import grpc
import pytest

from underwriter.client import UnderwriterClient, UnderwriterError
from underwriter.v1 import policy_service_pb2 as v1
from underwriter.v1.application_pb2 import Application
from underwriter.v1.decision_pb2 import Decision, Outcome

from .conftest import PATIENCE_SECONDS, RunningServer

PERSONAL = "policies/personal"
PRODUCT = "PERSONAL_CREDIT_LINE"
BY = {"actor": "li.wei", "reason": "a test"}
CHANNELS = 12

Serve = Callable[[Path, dict[str, object]], AbstractContextManager[RunningServer]]


@pytest.fixture(scope="module")
def two_workers(
    tmp_path_factory: pytest.TempPathFactory, small_settings: dict[str, object], serving: Serve
) -> Iterator[RunningServer]:
    with serving(tmp_path_factory.mktemp("orders"), small_settings | {"workers": 2}) as running:
        yield running


@pytest.fixture(scope="module")
def connected(two_workers: RunningServer) -> Iterator[UnderwriterClient]:
    """A client of one worker, which knows at once what was ordered over this connection."""
    with UnderwriterClient(two_workers.address, timeout=60) as client:
        soon(lambda: len(list(client.list_policy_changes())), 2)  # the folder's own
        yield client


@pytest.fixture
def client(connected: UnderwriterClient) -> Iterator[UnderwriterClient]:
    """That client. What a test orders is taken back after it."""
    yield connected
    taken_back(connected)


def taken_back(client: UnderwriterClient) -> None:
    policy = client.get_policy(PERSONAL)
    if policy.HasField("rollout"):
        client.set_rollout(PERSONAL, v1.Rollout(), **BY)
    set_now = {parameter.name: "" for parameter in policy.parameters if parameter.HasField("override")}
    if set_now:
        client.set_parameters(PERSONAL, set_now, **BY)


def versions_by_connection(address: str, name: str = PERSONAL) -> set[str]:
    """The versions that are in force on as many connections as make it sure that every worker is asked."""
    found = set()
    for _ in range(CHANNELS):
        with UnderwriterClient(address, timeout=60) as one:
            found.add(one.get_policy(name).version)
    return found


def soon(ask: Callable[[], object], wanted: object) -> None:
    """Ask until the wanted answer comes: within a second, but for a machine that is busy with other tests."""
    end = time.monotonic() + PATIENCE_SECONDS
    while (found := ask()) != wanted and time.monotonic() < end:
        time.sleep(0.02)
    assert found == wanted


def decided(client: UnderwriterClient, age: int, subject_id: str = "s", **more: Any) -> Decision:
    return client.decide(Application(applicant={"subject_id": subject_id, "age": age}), product=PRODUCT, **more)


def in_force(client: UnderwriterClient) -> str:
    return client.get_policy(PERSONAL).version


def refusal(call: Callable[[], object]) -> UnderwriterError:
    with pytest.raises(UnderwriterError) as refused:
        call()
    return refused.value


def test_a_parameter_is_set_on_every_worker(client: UnderwriterClient, two_workers: RunningServer) -> None:
    before = in_force(client)
    assert decided(client, 20).outcome == Outcome.OUTCOME_APPROVE
    policy = client.set_parameters(PERSONAL, {"min_age": " 21.0 "}, actor="li.wei", reason="committee of 3 March")
    (parameter,) = policy.parameters
    assert (parameter.value, parameter.override.file_value) == ("21.0", "18")
    assert (parameter.override.actor, parameter.override.reason) == ("li.wei", "committee of 3 March")
    assert parameter.override.set_time.seconds > 0
    assert policy.version != before
    assert not policy.held
    decision = decided(client, 20)
    assert (decision.outcome, decision.policy.version) == (Outcome.OUTCOME_DECLINE, policy.version)
    soon(lambda: versions_by_connection(two_workers.address), {policy.version})
    assert client.set_parameters(PERSONAL, {"min_age": ""}, **BY).version == before
    soon(lambda: versions_by_connection(two_workers.address), {before})


def test_a_decision_by_a_set_parameter_can_be_explained_and_replayed(client: UnderwriterClient) -> None:
    client.set_parameters(PERSONAL, {"min_age": "40"}, **BY)
    decision = decided(client, 30)
    assert client.explain_decision(decision.name).reproduced
    taken_back(client)
    assert client.replay_decision(decision.name).reproduced
    replayed = client.replay_decision(decision.name, policy_version=in_force(client))
    assert replayed.replayed.outcome == Outcome.OUTCOME_APPROVE


def test_a_policy_is_rolled_back_by_hash_and_released(client: UnderwriterClient, two_workers: RunningServer) -> None:
    files = in_force(client)
    stricter = client.set_parameters(PERSONAL, {"min_age": "30"}, **BY).version
    held = client.activate_policy(PERSONAL, policy_version=files, **BY)
    assert held.activated
    assert [(policy.name, policy.version, policy.held) for policy in held.policies] == [(PERSONAL, files, True)]
    assert not client.get_policy(PERSONAL).parameters[0].HasField("override"), "a version holds its parameters too"
    soon(lambda: versions_by_connection(two_workers.address), {files})
    back = client.activate_policy(PERSONAL, policy_version=stricter, actor="wang", reason="after all")
    assert [policy.version for policy in back.policies] == [stricter]
    (parameter,) = client.get_policy(PERSONAL).parameters
    assert (parameter.value, parameter.override.file_value, parameter.override.actor) == ("30", "18", "wang")
    assert decided(client, 25).outcome == Outcome.OUTCOME_DECLINE
    set_while_held = client.set_parameters(PERSONAL, {"min_age": "35"}, **BY)
    assert set_while_held.held
    assert in_force(client) == set_while_held.version
    assert client.activate_policy(PERSONAL, **BY).activated
    assert not client.get_policy(PERSONAL).held


def test_what_is_only_to_be_checked_changes_nothing(client: UnderwriterClient) -> None:
    before, changes = in_force(client), len(list(client.list_policy_changes()))
    policy = client.set_parameters(PERSONAL, {"min_age": "50"}, validate_only=True, **BY)
    assert policy.version != before
    assert policy.parameters[0].value == "50"
    would = client.activate_policy(PERSONAL, policy_version=policy.version, validate_only=True, **BY)
    assert (would.activated, would.policies[0].version) == (True, policy.version)
    assert in_force(client) == before
    assert len(list(client.list_policy_changes())) == changes


def test_changes_are_listed_newest_first_with_who_and_why(client: UnderwriterClient) -> None:
    before = in_force(client)
    first = client.set_parameters(PERSONAL, {"min_age": "19"}, actor="li.wei", reason="one").version
    client.activate_policy(PERSONAL, policy_version=before, actor="wang", reason="two")
    second, earlier = list(client.list_policy_changes(PERSONAL, page_size=1))[:2]
    assert (second.kind, second.actor, second.reason) == (v1.POLICY_CHANGE_KIND_HELD, "wang", "two")
    assert (second.version_before, second.version_after) == (first, before)
    assert second.sequence == earlier.sequence + 1
    assert (earlier.kind, earlier.version_before) == (v1.POLICY_CHANGE_KIND_PARAMETERS_SET, before)
    assert [(setting.name, setting.value) for setting in earlier.parameters] == [("min_age", "19")]
    sequences = [change.sequence for change in client.list_policy_changes(page_size=3)]
    assert sequences == list(range(len(sequences), 0, -1)), "numbered without gaps"
    (folder,) = client.list_policy_changes("policies/pay-later")
    assert (folder.kind, folder.reason) == (v1.POLICY_CHANGE_KIND_FOLLOWED, "the rules folder was read")
    assert folder.actor.endswith("small_rules")
    assert (folder.version_before, len(folder.version_after)) == ("", 64)
    client.activate_policy(PERSONAL, **BY)


def test_an_order_for_another_version_is_aborted(client: UnderwriterClient) -> None:
    before = in_force(client)
    client.set_parameters(PERSONAL, {"min_age": "19"}, expected_version=before, **BY)
    for order in (
        lambda: client.set_parameters(PERSONAL, {"min_age": "20"}, expected_version=before, **BY),
        lambda: client.activate_policy(PERSONAL, policy_version=before, expected_version=before, **BY),
        lambda: client.set_rollout(PERSONAL, v1.Rollout(), expected_version=before, **BY),
    ):
        error = refusal(order)
        assert (error.code, error.reason) == (grpc.StatusCode.ABORTED, "OTHER_VERSION_IN_FORCE")
        assert in_force(client) in str(error)


@pytest.mark.parametrize(
    ("values", "fields"),
    [
        ({"min_aeg": "20"}, {"parameters[0].name": "did you mean 'min_age'"}),
        ({"min_age": "twenty"}, {"parameters[0].value": "a constant"}),
        ({"min_age": "10 + 10"}, {"parameters[0].value": "a constant"}),
        ({"min_age": "null"}, {"parameters[0].value": "a constant"}),
        ({"min_age": '"20"'}, {"parameters[0].value": "a number, as in the files"}),
        ({"min_age": "[20]"}, {"parameters[0].value": "a number, as in the files"}),
        ({"unknown": ""}, {"parameters[0].name": "min_age"}),
        ({"nobody": "1", "min_age": "x"}, {"parameters[0].name": "min_age", "parameters[1].value": "a constant"}),
        ({}, {"parameters": "at least 1 item"}),
    ],
)
def test_every_wrong_value_is_named(client: UnderwriterClient, values: dict[str, str], fields: dict[str, str]) -> None:
    error = refusal(lambda: client.set_parameters(PERSONAL, values, **BY))
    assert error.code == grpc.StatusCode.INVALID_ARGUMENT
    told = {violation.field: violation.description for violation in error.violations}
    assert told.keys() == fields.keys()
    assert all(part in told[field] for field, part in fields.items()), told


@pytest.mark.parametrize(("value", "codes"), [("0", ["rule-never-fires"]), ("20", []), ("", [])])
def test_warnings_that_values_cause_are_told_with_them(client: UnderwriterClient, value: str, codes: list[str]) -> None:
    for validate_only in (True, False):
        policy = client.set_parameters(PERSONAL, {"min_age": value}, validate_only=validate_only, **BY)
        assert [found.code for found in policy.diagnostics] == codes
    assert [found.path for found in policy.diagnostics] == ["personal/policy.yaml"] * len(codes)
    again = client.set_parameters(PERSONAL, {"min_age": value}, **BY)
    assert not again.diagnostics, "only what was not so before"


def test_orders_say_who_and_why(client: UnderwriterClient) -> None:
    error = refusal(lambda: client.activate_policy("personal", actor="", reason="", policy_version="x"))
    assert {violation.field for violation in error.violations} == {"name", "actor", "reason"}


@pytest.mark.parametrize(
    ("name", "version", "field"),
    [(PERSONAL, "0" * 64, "policy_version"), ("policies/-", "0" * 64, "policy_version")],
)
def test_a_version_that_is_not_kept_is_refused(client: UnderwriterClient, name: str, version: str, field: str) -> None:
    error = refusal(lambda: client.activate_policy(name, policy_version=version, **BY))
    assert [violation.field for violation in error.violations] == [field]


def test_a_version_of_another_policy_is_refused(client: UnderwriterClient) -> None:
    other = client.get_policy("policies/pay-later").version
    error = refusal(lambda: client.activate_policy(PERSONAL, policy_version=other, **BY))
    assert "policies/pay-later" in error.violations[0].description


def test_an_unknown_policy_is_not_found(client: UnderwriterClient) -> None:
    for order in (
        lambda: client.set_parameters("policies/none", {"x": "1"}, **BY),
        lambda: client.set_rollout("policies/none", v1.Rollout(), **BY),
        lambda: client.activate_policy("policies/none", **BY),
        lambda: list(client.list_policy_changes("policies/none")),
    ):
        assert refusal(order).code == grpc.StatusCode.NOT_FOUND
    error = refusal(lambda: client.get_policy("policies/persnal"))
    assert f"did you mean '{PERSONAL}'?" in str(error)


def test_page_tokens_are_those_of_their_listing(two_workers: RunningServer, client: UnderwriterClient) -> None:
    client.set_parameters(PERSONAL, {"min_age": "20"}, **BY)
    client.set_parameters(PERSONAL, {"min_age": "21"}, **BY)
    with grpc.insecure_channel(two_workers.address) as channel:
        ask = channel.unary_unary(
            "/underwriter.v1.PolicyService/ListPolicyChanges",
            v1.ListPolicyChangesRequest.SerializeToString,
            v1.ListPolicyChangesResponse.FromString,
        )
        token = ask(v1.ListPolicyChangesRequest(page_size=1)).next_page_token
        assert ask(v1.ListPolicyChangesRequest(page_size=1, page_token=token)).changes[0].parameters[0].value == "20"
        for request in (
            v1.ListPolicyChangesRequest(name=PERSONAL, page_token=token),
            v1.ListPolicyChangesRequest(page_token=token[1:]),
        ):
            with pytest.raises(grpc.RpcError) as refused:
                ask(request)
            assert refused.value.code() == grpc.StatusCode.INVALID_ARGUMENT
