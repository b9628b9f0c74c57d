"""One worker of the real server with one method more, which does nothing: the ceiling that Decide is held against."""

import argparse
import asyncio
import gc
import time
from pathlib import Path

import grpc

from underwriter.decisioning import load_desk
from underwriter.ledger import open_ledger, upgrade
from underwriter.service.calls import CallGate
from underwriter.service.decision_service import DecisionService
from underwriter.service.decision_stream import Stop
from underwriter.service.policy_service import PolicyService
from underwriter.service.policy_versions import PolicyVersions
from underwriter.service.server import bind, build_server
from underwriter.service.settings import Settings

EMPTY_METHOD = "/underwriter.bench.Empty/Call"


async def serve(settings: Settings) -> None:
    """Serve until killed; print the port once ready."""
    desk = load_desk(settings.rules, settings.models)
    upgrade(settings.database)
    ledger = open_ledger(settings.database)
    policies = PolicyVersions(desk, ledger, settings.models)
    load_time_us = time.time_ns() // 1000
    await policies.keep_sources(load_time_us)
    gate = CallGate(settings.max_in_flight, logs_every_call=False)
    decisions = DecisionService(policies, ledger, gate, Stop(), settings.stream_in_flight)
    rules = PolicyService(desk, settings.rules, settings.models, load_time_us)
    server, _ = build_server(settings, gate, decisions, rules)
    _, service, method = EMPTY_METHOD.split("/")
    handler = grpc.unary_unary_rpc_method_handler(_nothing)
    server.add_generic_rpc_handlers((grpc.method_handlers_generic_handler(service, {method: handler}),))
    bind(server, settings, settings.port)
    await server.start()
    gc.collect()
    gc.freeze()
    print("ready", flush=True)
    await server.wait_for_termination()


async def _nothing(_request: bytes, _context: grpc.aio.ServicerContext) -> bytes:
    return b""


def main() -> None:
    """Read the port and the ledger's folder from the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--folder", type=Path, required=True, help="where the ledger is kept")
    arguments = parser.parse_args()
    database = f"sqlite:///{arguments.folder / 'bench.db'}"
    asyncio.run(serve(Settings(port=arguments.port, database=database, connection_age_seconds=3600)))


if __name__ == "__main__":
    main()
