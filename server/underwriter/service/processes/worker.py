"""One worker process: loads the rules, serves on the shared port with one event loop, drains when told to stop."""

import asyncio
import gc
import os
import signal
import sys
from multiprocessing.connection import Connection

import structlog

from underwriter.decisioning import RulesRefused
from underwriter.ledger import LedgerError
from underwriter.service.assembly import Record, assemble, open_record
from underwriter.service.calls import CallGate
from underwriter.service.decision_stream import Stop
from underwriter.service.logs import configure_logs
from underwriter.service.orders.following import OrdersUnusable
from underwriter.service.processes.reports import Ready, Refused, RulesInForce
from underwriter.service.processes.supervisor_line import SupervisorLine
from underwriter.service.record_keys import KeysRefused, open_keys
from underwriter.service.reload.loaded_rules import LoadedRules, load_rules
from underwriter.service.server import bind, build_server, set_serving
from underwriter.service.settings import Settings
from underwriter.storage import StorageError

# How long a stopping worker tells new calls to go elsewhere, at least.
LAME_DUCK_SECONDS = 0.1
# How long answers that were just handed to the transport may take to leave, once no call is in flight.
LAST_WRITES_SECONDS = 0.25


def run_worker(settings: Settings, port: int, rules: RulesInForce, pipe: Connection, lifeline: int) -> None:
    """Serve until SIGTERM, SIGINT, or until `lifeline`, a pipe whose other end the supervisor holds, is closed.

    Decides by these rules until the supervisor has others taken up. Says first whether it is Ready, once calls are
    answered, or Refused, if the server can't start with these rules, models and database. Exits with 0 after a drain
    and 1 after a refusal.
    """
    configure_logs(settings)
    try:
        loaded = load_rules(rules, settings.models)
        record = open_record(settings, open_keys(settings))
        asyncio.run(_serve(settings, port, loaded, record, SupervisorLine(pipe), lifeline))
    except RulesRefused as refused:
        pipe.send(Refused("\n\n".join(diagnostic.render() for diagnostic in refused.diagnostics)))
        sys.exit(1)
    except (StorageError, LedgerError, KeysRefused, OrdersUnusable, OSError) as error:
        pipe.send(Refused(str(error)))
        sys.exit(1)


async def _serve(
    settings: Settings, port: int, rules: LoadedRules, record: Record, line: SupervisorLine, lifeline: int
) -> None:
    stop_asked = _stop_asked(lifeline)
    stop = Stop()
    gate = CallGate(settings.max_in_flight, logs_every_call=settings.log_level == "debug")
    assembly = assemble(settings, rules, record, gate, stop, line)
    await assembly.policies.keep_sources(rules.desk.policies.values(), assembly.policies.load_time_us)
    await assembly.orders.begin()
    server, health = build_server(settings, gate, assembly.services)
    bind(server, settings, port)
    await server.start()
    # What is loaded stays until the end; frozen, it is not walked again at each collection.
    gc.collect()
    gc.freeze()
    await set_serving(health)
    line.tell(Ready(rules.versions))
    line.listen(assembly.following.heard)
    all_recorded = asyncio.Event()
    tasks = asyncio.create_task(assembly.run_tasks(all_recorded, health))
    await stop_asked.wait()
    log = structlog.get_logger()
    log.info("draining", limit_seconds=settings.drain_seconds)
    await health.enter_graceful_shutdown()
    gate.close()
    stop.request()
    line.close()
    # gRPC's own grace would wait for idle streams too, such as health watches, and cancels calls that it has not yet
    # handed to us. So calls are told to go elsewhere for a moment while those in flight end; then the server stops.
    await asyncio.sleep(LAME_DUCK_SECONDS)
    is_done = await gate.all_done(settings.drain_seconds)
    await server.stop(LAST_WRITES_SECONDS)
    all_recorded.set()
    await tasks
    assembly.close()
    record.ledger.close()
    log.info("stopped", all_calls_finished=is_done)


def _stop_asked(lifeline: int) -> asyncio.Event:
    """Return an event that is set when this process shall stop."""
    loop = asyncio.get_running_loop()
    asked = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, asked.set)

    def supervisor_is_gone() -> None:
        loop.remove_reader(lifeline)
        os.close(lifeline)
        asked.set()

    loop.add_reader(lifeline, supervisor_is_gone)
    return asked
