"""Puts the gRPC server of one worker together."""

from dataclasses import dataclass

import grpc
from grpc_channelz.v1 import channelz_pb2, channelz_pb2_grpc
from grpc_channelz.v1.channelz import aio as channelz
from grpc_health.v1 import health, health_pb2, health_pb2_grpc

from underwriter.service.accounts.account_service import AccountService
from underwriter.service.accounts.line_reviews import LineReviews
from underwriter.service.calls import CallGate
from underwriter.service.decision_service import DecisionService
from underwriter.service.facility_service import FacilityService
from underwriter.service.ledger_service import LedgerService
from underwriter.service.monitoring.monitoring_health import MONITORING_SERVICE
from underwriter.service.orders.order_desk import OrderDesk
from underwriter.service.policy_service import PolicyService
from underwriter.service.portfolio_service import PortfolioService
from underwriter.service.reflection import reflection_handlers
from underwriter.service.settings import Settings
from underwriter.v1 import (
    account_service_pb2,
    decision_service_pb2,
    facility_service_pb2,
    ledger_service_pb2,
    policy_service_pb2,
    portfolio_service_pb2,
)

DECISION_SERVICE = decision_service_pb2.DESCRIPTOR.services_by_name["DecisionService"].full_name
POLICY_SERVICE = policy_service_pb2.DESCRIPTOR.services_by_name["PolicyService"].full_name
FACILITY_SERVICE = facility_service_pb2.DESCRIPTOR.services_by_name["FacilityService"].full_name
LEDGER_SERVICE = ledger_service_pb2.DESCRIPTOR.services_by_name["LedgerService"].full_name
PORTFOLIO_SERVICE = portfolio_service_pb2.DESCRIPTOR.services_by_name["PortfolioService"].full_name
ACCOUNT_SERVICE = account_service_pb2.DESCRIPTOR.services_by_name["AccountService"].full_name
OUR_SERVICES = (
    DECISION_SERVICE,
    POLICY_SERVICE,
    FACILITY_SERVICE,
    LEDGER_SERVICE,
    PORTFOLIO_SERVICE,
    ACCOUNT_SERVICE,
)
HEALTH_SERVICE = health.SERVICE_NAME
CHANNELZ_SERVICE = channelz_pb2.DESCRIPTOR.services_by_name["Channelz"].full_name

# A client may ping an idle connection this often to keep it open through load balancers.
LEAST_PING_INTERVAL_MS = 10_000


@dataclass(frozen=True, slots=True)
class Services:
    """The services that a worker serves."""

    decisions: DecisionService
    policies: PolicyService
    orders: OrderDesk
    facilities: FacilityService
    ledger: LedgerService
    portfolio: PortfolioService
    accounts: AccountService
    reviews: LineReviews

    def handlers(self, gate: CallGate) -> tuple[grpc.GenericRpcHandler, ...]:
        """Return the handlers of all their methods, each behind the gate."""
        return (
            decision_handlers(gate, self.decisions),
            policy_handlers(gate, self.policies, self.orders),
            facility_handlers(gate, self.facilities),
            ledger_handlers(gate, self.ledger),
            portfolio_handlers(gate, self.portfolio),
            account_handlers(gate, self.accounts, self.reviews),
        )


def build_server(
    settings: Settings, gate: CallGate, services: Services
) -> tuple[grpc.aio.Server, health.aio.HealthServicer]:
    """Return the server, not yet on a port, and its health service."""
    server = grpc.aio.server(options=server_options(settings))
    server.add_generic_rpc_handlers(services.handlers(gate))
    health_servicer = health.aio.HealthServicer()
    health_pb2_grpc.add_HealthServicer_to_server(health_servicer, server)
    names = [*OUR_SERVICES, HEALTH_SERVICE]
    if settings.channelz:
        channelz_pb2_grpc.add_ChannelzServicer_to_server(channelz.ChannelzServicer(), server)
        names.append(CHANNELZ_SERVICE)
    if settings.reflection:
        server.add_generic_rpc_handlers(tuple(reflection_handlers(names)))
    return server, health_servicer


async def set_serving(health_servicer: health.aio.HealthServicer) -> None:
    """Let health checks of the server as a whole and of each service answer SERVING."""
    for service in (health.OVERALL_HEALTH, *OUR_SERVICES):
        await health_servicer.set(service, health_pb2.HealthCheckResponse.SERVING)
    # Until it was looked at for the first time.
    await health_servicer.set(MONITORING_SERVICE, health_pb2.HealthCheckResponse.NOT_SERVING)


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
            "ReplayDecision": gate.method("ReplayDecision", v1.ReplayDecisionRequest, service.replay_decision),
            "EvaluateModel": gate.method("EvaluateModel", v1.EvaluateModelRequest, service.evaluate_model),
        },
    )


def policy_handlers(gate: CallGate, service: PolicyService, orders: OrderDesk) -> grpc.GenericRpcHandler:
    """Return the handlers of underwriter.v1.PolicyService."""
    v1 = policy_service_pb2
    return grpc.method_handlers_generic_handler(
        POLICY_SERVICE,
        {
            "ListPolicies": gate.method("ListPolicies", v1.ListPoliciesRequest, service.list_policies),
            "GetPolicy": gate.method("GetPolicy", v1.GetPolicyRequest, service.get_policy),
            "GetRulesStatus": gate.method("GetRulesStatus", v1.GetRulesStatusRequest, service.get_rules_status),
            "ValidatePolicy": gate.method("ValidatePolicy", v1.ValidatePolicyRequest, service.validate_policy),
            "ActivatePolicy": gate.method("ActivatePolicy", v1.ActivatePolicyRequest, orders.activate_policy),
            "SetParameters": gate.method("SetParameters", v1.SetParametersRequest, orders.set_parameters),
            "SetRollout": gate.method("SetRollout", v1.SetRolloutRequest, orders.set_rollout),
            "ListPolicyChanges": gate.method(
                "ListPolicyChanges", v1.ListPolicyChangesRequest, orders.list_policy_changes
            ),
        },
    )


def facility_handlers(gate: CallGate, service: FacilityService) -> grpc.GenericRpcHandler:
    """Return the handlers of underwriter.v1.FacilityService."""
    v1 = facility_service_pb2
    return grpc.method_handlers_generic_handler(
        FACILITY_SERVICE,
        {
            "ConfirmDrawdown": gate.bytes_method("ConfirmDrawdown", service.confirm_drawdown),
            "ReleaseReservation": gate.bytes_method("ReleaseReservation", service.release_reservation),
            "RecordRepayment": gate.bytes_method("RecordRepayment", service.record_repayment),
            "GetFacility": gate.method("GetFacility", v1.GetFacilityRequest, service.get_facility),
            "GetExposure": gate.method("GetExposure", v1.GetExposureRequest, service.get_exposure),
        },
    )


def ledger_handlers(gate: CallGate, service: LedgerService) -> grpc.GenericRpcHandler:
    """Return the handlers of underwriter.v1.LedgerService."""
    v1 = ledger_service_pb2
    return grpc.method_handlers_generic_handler(
        LEDGER_SERVICE,
        {
            "GetCheckpoint": gate.method("GetCheckpoint", v1.GetCheckpointRequest, service.get_checkpoint),
            "GetInclusionProof": gate.method(
                "GetInclusionProof", v1.GetInclusionProofRequest, service.get_inclusion_proof
            ),
            "GetConsistencyProof": gate.method(
                "GetConsistencyProof", v1.GetConsistencyProofRequest, service.get_consistency_proof
            ),
            "EraseSubject": gate.method("EraseSubject", v1.EraseSubjectRequest, service.erase_subject),
            "ExportSubject": gate.method("ExportSubject", v1.ExportSubjectRequest, service.export_subject),
        },
    )


def portfolio_handlers(gate: CallGate, service: PortfolioService) -> grpc.GenericRpcHandler:
    """Return the handlers of underwriter.v1.PortfolioService."""
    v1 = portfolio_service_pb2
    return grpc.method_handlers_generic_handler(
        PORTFOLIO_SERVICE,
        {
            "SummarizeLending": gate.method("SummarizeLending", v1.SummarizeLendingRequest, service.summarize_lending),
            "SummarizeWarnings": gate.method(
                "SummarizeWarnings", v1.SummarizeWarningsRequest, service.summarize_warnings
            ),
        },
    )


def account_handlers(gate: CallGate, service: AccountService, reviews: LineReviews) -> grpc.GenericRpcHandler:
    """Return the handlers of underwriter.v1.AccountService."""
    v1 = account_service_pb2
    return grpc.method_handlers_generic_handler(
        ACCOUNT_SERVICE,
        {
            "RecordEvent": gate.method("RecordEvent", v1.RecordEventRequest, service.record_event),
            "RecordEvents": gate.client_stream_method("RecordEvents", service.record_events),
            "GetAccount": gate.method("GetAccount", v1.GetAccountRequest, service.get_account),
            "WatchAlerts": gate.server_stream_method("WatchAlerts", v1.WatchAlertsRequest, service.watch_alerts),
            "AcknowledgeAlert": gate.method("AcknowledgeAlert", v1.AcknowledgeAlertRequest, service.acknowledge_alert),
            "ReviewLine": gate.bytes_method("ReviewLine", reviews.review_line),
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
