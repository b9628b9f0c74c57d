"""One worker of the real server with two methods more.

One does nothing: the ceiling that Decide is held against. The other is Decide with each call from another customer, as
in a lender's day, since the load generator sends one and the same message all the time.
"""

import argparse
import asyncio
import gc
import time
from itertools import count
from multiprocessing import Pipe
from pathlib import Path

import grpc
from applications import customer

from underwriter.policy import read_rule_files
from underwriter.service.assembly import assemble, open_record
from underwriter.service.calls import BytesMethod, CallGate
from underwriter.service.decision_service import DecisionService
from underwriter.service.decision_stream import Stop
from underwriter.service.processes.reports import RulesInForce
from underwriter.service.processes.supervisor_line import SupervisorLine
from underwriter.service.record_keys import make_missing_keys, open_keys
from underwriter.service.reload.loaded_rules import load_rules
from underwriter.service.server import bind, build_server
from underwriter.service.settings import Settings
from underwriter.storage import upgrade

SERVICE = "underwriter.bench.Bench"
EMPTY_METHOD = f"/{SERVICE}/Empty"
DECIDE_METHOD = f"/{SERVICE}/Decide"


async def serve(settings: Settings) -> None:
    """Serve until killed; print the port once ready."""
    upgrade(settings.database)
    make_missing_keys(settings)
    rules = load_rules(RulesInForce(read_rule_files(settings.rules)), settings.models)
    record = open_record(settings, open_keys(settings))
    gate = CallGate(settings.max_in_flight, logs_every_call=False)
    assembly = assemble(settings, rules, record, gate, Stop(), SupervisorLine(Pipe()[0]))
    await assembly.policies.keep_sources(rules.desk.policies.values(), time.time_ns() // 1000)
    server, health = build_server(settings, gate, assembly.services)
    decide = _decide_for_everybody(assembly.services.decisions)
    methods = {"Empty": grpc.unary_unary_rpc_method_handler(_nothing), "Decide": gate.bytes_method("Decide", decide)}
    server.add_generic_rpc_handlers((grpc.method_handlers_generic_handler(SERVICE, methods),))
    bind(server, settings, settings.port)
    await server.start()
    gc.collect()
    gc.freeze()
    print("ready", flush=True)
    await assembly.run_tasks(asyncio.Event(), health)


async def _nothing(_request: bytes, _context: grpc.aio.ServicerContext) -> bytes:
    return b""


def _decide_for_everybody(service: DecisionService) -> BytesMethod:
    """Return Decide with the message's customer replaced by another in each call; their ids have one length."""
    numbers = count(2)
    sent = customer(1).encode()

    async def decide(received: bytes) -> bytes:
        return await service.decide(received.replace(sent, customer(next(numbers)).encode()))

    return decide


def main() -> None:
    """Read the port and the database from the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--folder", type=Path, required=True, help="where the ledger is kept")
    arguments = parser.parse_args()
    database = f"sqlite:///{arguments.folder / 'bench.db'}"
    asyncio.run(serve(Settings(port=arguments.port, database=database, connection_age_seconds=3600)))


if __name__ == "__main__":
    main()
