"""Puts the gRPC server of one worker together."""

import grpc
from grpc_channelz.v1 import channelz_pb2, channelz_pb2_grpc
from grpc_channelz.v1.channelz import aio as channelz
from grpc_health.v1 import health, health_pb2, health_pb2_grpc

from underwriter.service.calls import CallGate
from underwriter.service.decision_service import DecisionService
from underwriter.service.policy_service import PolicyService
from underwriter.service.reflection import reflection_handlers
from underwriter.service.settings import Settings
from underwriter.v1 import decision_service_pb2, policy_service_pb2

DECISION_SERVICE = decision_service_pb2.DESCRIPTOR.services_by_name["DecisionService"].full_name
POLICY_SERVICE = policy_service_pb2.DESCRIPTOR.services_by_name["PolicyService"].full_name
HEALTH_SERVICE = health.SERVICE_NAME
CHANNELZ_SERVICE = channelz_pb2.DESCRIPTOR.services_by_name["Channelz"].full_name

# A client may ping an idle connection this often to keep it open through load balancers.
LEAST_PING_INTERVAL_MS = 10_000


def build_server(
    settings: Settings, gate: CallGate, decisions: DecisionService, policies: PolicyService
) -> tuple[grpc.aio.Server, health.aio.HealthServicer]:
    """Return the server, not yet on a port, and its health service."""
    server = grpc.aio.server(options=server_options(settings))
    server.add_generic_rpc_handlers((decision_handlers(gate, decisions), policy_handlers(gate, policies)))
    health_servicer = health.aio.HealthServicer()
    health_pb2_grpc.add_HealthServicer_to_server(health_servicer, server)
    names = [DECISION_SERVICE, POLICY_SERVICE, HEALTH_SERVICE]
    if settings.channelz:
        channelz_pb2_grpc.add_ChannelzServicer_to_server(channelz.ChannelzServicer(), server)
        names.append(CHANNELZ_SERVICE)
    if settings.reflection:
        server.add_generic_rpc_handlers(tuple(reflection_handlers(names)))
    return server, health_servicer


async def set_serving(health_servicer: health.aio.HealthServicer) -> None:
    """Let health checks of the server as a whole and of each service answer SERVING."""
    for service in (health.OVERALL_HEALTH, DECISION_SERVICE, POLICY_SERVICE):
        await health_servicer.set(service, health_pb2.HealthCheckResponse.SERVING)


def decision_handlers(gate: CallGate, service: DecisionService) -> grpc.GenericRpcHandler:
    """Return the handlers of underwriter.v1.DecisionService."""
    v1 = decision_service_pb2
    return grpc.method_handlers_generic_handler(
        DECISION_SERVICE,
        {
            "Decide": gate.bytes_method("Decide", service.decide),
            "DecideStream": gate.stream_method("DecideStream", service.decide_stream),
            "GetDecision": gate.bytes_method("GetDecision", service.get_decision),
            "ListDecisions": gate.method("ListDecisions", v1.ListDecisionsRequest, service.list_decisions),
            "ExplainDecision": gate.method("ExplainDecision", v1.ExplainDecisionRequest, service.explain_decision),
            "EvaluateModel": gate.method("EvaluateModel", v1.EvaluateModelRequest, service.evaluate_model),
        },
    )


def policy_handlers(gate: CallGate, service: PolicyService) -> grpc.GenericRpcHandler:
    """Return the handlers of underwriter.v1.PolicyService."""
    v1 = policy_service_pb2
    return grpc.method_handlers_generic_handler(
        POLICY_SERVICE,
        {
            "ListPolicies": gate.method("ListPolicies", v1.ListPoliciesRequest, service.list_policies),
            "GetPolicy": gate.method("GetPolicy", v1.GetPolicyRequest, service.get_policy),
            "ValidatePolicy": gate.method("ValidatePolicy", v1.ValidatePolicyRequest, service.validate_policy),
        },
    )


def server_options(settings: Settings) -> list[tuple[str, int]]:
    """Return the options of gRPC's core (grpc/impl/channel_arg_names.h)."""
    return [
        ("grpc.so_reuseport", 1),
        ("grpc.max_connection_age_ms", round(settings.connection_age_seconds * 1000)),
        ("grpc.max_connection_age_grace_ms", round(settings.connection_grace_seconds * 1000)),
        ("grpc.max_receive_message_length", settings.max_message_bytes),
        ("grpc.max_send_message_length", -1),
        ("grpc.keepalive_permit_without_calls", 1),
        ("grpc.http2.min_recv_ping_interval_without_data_ms", LEAST_PING_INTERVAL_MS),
        ("grpc.enable_channelz", int(settings.channelz)),
    ]


def bind(server: grpc.aio.Server, settings: Settings, port: int) -> None:
    """Put the server on the port, with TLS where a certificate is set. Raises OSError with a text to show."""
    address = f"{settings.host}:{port}"
    try:
        if settings.tls_certificate is None or settings.tls_key is None:
            server.add_insecure_port(address)
        else:
            pair = (settings.tls_key.read_bytes(), settings.tls_certificate.read_bytes())
            server.add_secure_port(address, grpc.ssl_server_credentials([pair]))
    except RuntimeError as error:
        raise OSError(f"can't listen on {address}: {error}") from None
