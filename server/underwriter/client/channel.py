"""How the clients reach the server: channel options, and which failures are tried again."""

import json
from typing import Any

import grpc

from underwriter.v1.account_service_pb2_grpc import AccountServiceStub
from underwriter.v1.decision_service_pb2_grpc import DecisionServiceStub
from underwriter.v1.facility_service_pb2_grpc import FacilityServiceStub
from underwriter.v1.ledger_service_pb2_grpc import LedgerServiceStub
from underwriter.v1.policy_service_pb2_grpc import PolicyServiceStub
from underwriter.v1.portfolio_service_pb2_grpc import PortfolioServiceStub

# UNAVAILABLE means that nothing was recorded, or that the same request id will get the same answer: every call that
# changes something has one.
# https://github.com/grpc/proposal/blob/master/A6-client-retries.md
_RETRY_POLICY = {
    "maxAttempts": 4,
    "initialBackoff": "0.05s",
    "maxBackoff": "1s",
    "backoffMultiplier": 3,
    "retryableStatusCodes": ["UNAVAILABLE"],
}
_NAMES = ("Account", "Decision", "Facility", "Ledger", "Policy", "Portfolio")
_SERVICES = tuple(f"underwriter.v1.{name}Service" for name in _NAMES)
# Clients begin streams of answers anew themselves: gRPC never tells the end of one of which one attempt was refused by
# a server and the others found none.
_NOT_RETRIED = {
    "name": [
        {"service": "underwriter.v1.AccountService", "method": "WatchAlerts"},
        {"service": "underwriter.v1.DecisionService", "method": "DecideStream"},
    ]
}
_KEEPALIVE_MS = 60_000


def channel_options() -> list[tuple[str, object]]:
    """Return the options of a channel that retries UNAVAILABLE and has a connection of its own."""
    retried = {"name": [{"service": name} for name in _SERVICES], "retryPolicy": _RETRY_POLICY}
    config = {"methodConfig": [retried, _NOT_RETRIED]}
    return [
        ("grpc.service_config", json.dumps(config)),
        ("grpc.enable_retries", 1),
        # Without it, channels to the same address share one connection, and so one worker of the server.
        ("grpc.use_local_subchannel_pool", 1),
        ("grpc.max_receive_message_length", -1),
        ("grpc.keepalive_time_ms", _KEEPALIVE_MS),
    ]


def account_stub(channel: grpc.Channel | grpc.aio.Channel) -> Any:
    """Return the methods of AccountService over a channel."""
    return AccountServiceStub(channel)  # type: ignore[no-untyped-call]  # generated code has no types


def decision_stub(channel: grpc.Channel | grpc.aio.Channel) -> Any:
    """Return the methods of DecisionService over a channel."""
    return DecisionServiceStub(channel)  # type: ignore[no-untyped-call]  # generated code has no types


def facility_stub(channel: grpc.Channel | grpc.aio.Channel) -> Any:
    """Return the methods of FacilityService over a channel."""
    return FacilityServiceStub(channel)  # type: ignore[no-untyped-call]  # generated code has no types


def ledger_stub(channel: grpc.Channel | grpc.aio.Channel) -> Any:
    """Return the methods of LedgerService over a channel."""
    return LedgerServiceStub(channel)  # type: ignore[no-untyped-call]  # generated code has no types


def policy_stub(channel: grpc.Channel | grpc.aio.Channel) -> Any:
    """Return the methods of PolicyService over a channel."""
    return PolicyServiceStub(channel)  # type: ignore[no-untyped-call]  # generated code has no types


def portfolio_stub(channel: grpc.Channel | grpc.aio.Channel) -> Any:
    """Return the methods of PortfolioService over a channel."""
    return PortfolioServiceStub(channel)  # type: ignore[no-untyped-call]  # generated code has no types
