"""PolicyService, health, reflection and the completeness of the handlers, over a real server."""

from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import grpc
import pytest
from google.protobuf.descriptor import ServiceDescriptor
from grpc_channelz.v1 import channelz_pb2, channelz_pb2_grpc
from grpc_health.v1 import health_pb2, health_pb2_grpc
from grpc_reflection.v1alpha import reflection_pb2

from underwriter.client import UnderwriterClient, UnderwriterError
from underwriter.v1 import decision_service_pb2, policy_service_pb2

SERVICES = [
    decision_service_pb2.DESCRIPTOR.services_by_name["DecisionService"],
    policy_service_pb2.DESCRIPTOR.services_by_name["PolicyService"],
]


def test_policies_are_listed_by_name_without_sources(client: UnderwriterClient) -> None:
    policies = list(client.list_policies())
    assert [policy.name for policy in policies] == ["policies/pay-later", "policies/personal"]
    assert not any(policy.files for policy in policies)
    assert all(policy.load_time.seconds for policy in policies)


def test_a_policy_has_its_sources(client: UnderwriterClient, small_settings: dict[str, Any]) -> None:
    policy = client.get_policy("policies/personal")
    files = {file.path: file.content for file in policy.files}
    assert files["personal/policy.yaml"] == Path(small_settings["rules"], "personal/policy.yaml").read_text("utf-8")
    assert policy.version == next(p.version for p in client.list_policies() if p.name == policy.name)


def test_a_policy_has_its_graph_drawn(client: UnderwriterClient) -> None:
    policy = client.get_policy("policies/personal")
    drawn = ElementTree.fromstring(policy.graph_svg)  # noqa: S314 - our own
    kinds = {element.tag.rpartition("}")[2] for element in drawn.iter()}
    assert drawn.tag == "{http://www.w3.org/2000/svg}svg"
    assert kinds <= {"svg", "title", "style", "rect", "path", "g", "text", "tspan"}, "nothing that runs"
    assert not any(name.startswith("on") or "href" in name for element in drawn.iter() for name in element.attrib)
    texts = {element.text for element in drawn.iter() if element.tag.endswith("text")}
    assert "outcome" in texts
    assert texts & {node.name for node in policy.decisions}
    assert not any(policy.graph_svg for policy in client.list_policies())


def test_policies_come_in_pages(address: str) -> None:
    with grpc.insecure_channel(address) as channel:
        ask = channel.unary_unary(
            "/underwriter.v1.PolicyService/ListPolicies",
            policy_service_pb2.ListPoliciesRequest.SerializeToString,
            policy_service_pb2.ListPoliciesResponse.FromString,
        )
        first = ask(policy_service_pb2.ListPoliciesRequest(page_size=1))
        second = ask(policy_service_pb2.ListPoliciesRequest(page_size=1, page_token=first.next_page_token))
        assert [p.name for p in (*first.policies, *second.policies)] == ["policies/pay-later", "policies/personal"]
        assert second.next_page_token == ""
        for garbage in ("%", "é", "_w=="):
            with pytest.raises(grpc.RpcError) as refused:
                ask(policy_service_pb2.ListPoliciesRequest(page_token=garbage))
            assert refused.value.code() == grpc.StatusCode.INVALID_ARGUMENT


@pytest.mark.parametrize(
    ("name", "reason"), [("policies/none", "POLICY_NOT_FOUND"), ("personal", "NAME_MALFORMED"), ("", "NAME_MALFORMED")]
)
def test_a_policy_that_is_not_there(client: UnderwriterClient, name: str, reason: str) -> None:
    with pytest.raises(UnderwriterError) as refused:
        client.get_policy(name)
    assert refused.value.reason == reason


def test_sound_rule_files_are_valid(client: UnderwriterClient) -> None:
    files = {file.path: file.content for file in client.get_policy("policies/personal").files}
    response = client.validate_policy(files)
    assert response.valid
    assert not [d for d in response.diagnostics if d.severity == policy_service_pb2.DIAGNOSTIC_SEVERITY_ERROR]


def test_every_mistake_in_rule_files_is_told_with_its_place(client: UnderwriterClient) -> None:
    files = {file.path: file.content for file in client.get_policy("policies/personal").files}
    wrong = files["personal/policy.yaml"].replace("applicant.age", "applicant.aeg").replace("TOO_YOUNG", "TOO_YUONG")
    response = client.validate_policy({"personal/policy.yaml": wrong})
    assert not response.valid
    assert [diagnostic.line for diagnostic in response.diagnostics] == [14, 16]
    for diagnostic in response.diagnostics:
        assert diagnostic.path == "personal/policy.yaml"
        assert diagnostic.rendered.startswith(f"personal/policy.yaml:{diagnostic.line}:{diagnostic.column}: ")
        assert "^^^" in diagnostic.rendered
        assert diagnostic.code
        assert diagnostic.message
    assert client.get_policy("policies/personal").files[0].content != wrong, "nothing was activated"


@pytest.mark.parametrize("path", ["../x.yaml", "/etc/passwd", "a/../../b.yaml", ""])
def test_paths_out_of_the_rules_folder_are_refused(client: UnderwriterClient, path: str) -> None:
    with pytest.raises(UnderwriterError) as refused:
        client.validate_policy({path: "x: 1", "personal/policy.yaml": "x: 1"})
    assert {violation.field for violation in refused.value.violations} == {"files[0].path"}


def test_no_files_are_refused(client: UnderwriterClient) -> None:
    with pytest.raises(UnderwriterError) as refused:
        client.validate_policy({})
    assert [violation.field for violation in refused.value.violations] == ["files"]


@pytest.mark.parametrize("service", ["", *(service.full_name for service in SERVICES)])
def test_health_is_told_for_the_server_and_each_service(address: str, service: str) -> None:
    with grpc.insecure_channel(address) as channel:
        answer = health_pb2_grpc.HealthStub(channel).Check(health_pb2.HealthCheckRequest(service=service))
    assert answer.status == health_pb2.HealthCheckResponse.SERVING


@pytest.mark.parametrize("version", ["v1", "v1alpha"])
def test_reflection_lists_and_describes_every_service(address: str, version: str) -> None:
    with grpc.insecure_channel(address) as channel:
        ask = channel.stream_stream(
            f"/grpc.reflection.{version}.ServerReflection/ServerReflectionInfo",
            reflection_pb2.ServerReflectionRequest.SerializeToString,
            reflection_pb2.ServerReflectionResponse.FromString,
        )
        (listed,) = ask(iter([reflection_pb2.ServerReflectionRequest(list_services="")]))
        names = [service.name for service in listed.list_services_response.service]
        assert {"grpc.reflection.v1.ServerReflection", "grpc.reflection.v1alpha.ServerReflection"} <= set(names)
        assert {service.full_name for service in SERVICES} <= set(names)
        questions = [reflection_pb2.ServerReflectionRequest(file_containing_symbol=name) for name in names]
        for answer in ask(iter(questions)):
            assert answer.file_descriptor_response.file_descriptor_proto, answer.original_request


@pytest.mark.parametrize("service", SERVICES, ids=lambda service: service.name)
def test_every_method_of_the_protos_is_served(address: str, service: ServiceDescriptor) -> None:
    with grpc.insecure_channel(address) as channel:
        for method in service.methods:
            call = channel.stream_stream(f"/{service.full_name}/{method.name}")(iter([b"\xff"]), timeout=60)
            assert _code_of(lambda call=call: list(call)) in {"OK", "INVALID_ARGUMENT"}, method.name


def test_channelz_and_reflection_are_there_only_when_set(start_server: Any) -> None:
    for channelz, reflection in ((True, False), (False, True)):
        server = start_server(channelz=channelz, reflection=reflection)
        with grpc.insecure_channel(server.address) as channel:
            servers = channelz_pb2_grpc.ChannelzStub(channel).GetServers
            info = channel.stream_stream("/grpc.reflection.v1.ServerReflection/ServerReflectionInfo")
            listed = _code_of(lambda ask=servers: ask(channelz_pb2.GetServersRequest()))
            assert listed == ("OK" if channelz else "UNIMPLEMENTED")
            assert _code_of(lambda ask=info: list(ask(iter([b""])))) == ("OK" if reflection else "UNIMPLEMENTED")
        assert server.stop() == 0


def _code_of(call: Callable[[], object]) -> str:
    """Return the name of the status that a call ends with."""
    try:
        call()
    except grpc.RpcError as error:
        return error.code().name
    return "OK"
