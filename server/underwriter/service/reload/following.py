"""Has a worker follow the rules of its server: makes others ready beside those that decide, then takes them up."""

import asyncio
import gc
import time
from pathlib import Path
from typing import NamedTuple

import structlog

from underwriter.decisioning import Desk, PolicyUnusable, RulesRefused
from underwriter.monitoring.monitor_set import MonitorSet
from underwriter.service.logs import frames_of
from underwriter.service.monitoring.application_monitoring import ApplicationMonitor
from underwriter.service.monitoring.monitor_engine import MonitorEngine
from underwriter.service.monitoring.watched_applications import asked_monitors
from underwriter.service.policies_in_force import PoliciesInForce, ReadyDesk
from underwriter.service.processes.reports import Drop, Prepare, Prepared, RulesInForce, TakeUp
from underwriter.service.processes.supervisor_line import SupervisorLine
from underwriter.service.reload.loaded_rules import LoadedRules, load_rules
from underwriter.service.reload.rules_file import read_rules_file
from underwriter.service.reload.stepping_back import stepping_back
from underwriter.storage import DatabaseUnavailable


class _Unusable(Exception):
    """Rules can't be taken up here; `str()` says why."""


class _MadeReady(NamedTuple):
    rules: LoadedRules
    ready: ReadyDesk
    engine: MonitorEngine


class RulesFollowing:
    """Does in one worker what its supervisor asks for. One at a time: what is asked for later counts."""

    def __init__(
        self,
        policies: PoliciesInForce,
        monitors: MonitorSet,
        monitor: ApplicationMonitor,
        models: Path,
        line: SupervisorLine,
    ) -> None:
        self._policies = policies
        self._monitors = monitors
        self._monitor = monitor
        self._models = models
        self._line = line
        self._preparing: asyncio.Task[None] | None = None
        self._asked_for: int | None = None
        self._ready: _MadeReady | None = None
        self._log = structlog.get_logger()

    def heard(self, message: object) -> None:
        """Do what the supervisor says. Called on the event loop; returns at once."""
        match message:
            case Prepare():
                self._drop()
                self._asked_for = message.number
                self._preparing = asyncio.create_task(self._prepare(message))
            case TakeUp(self._asked_for) if self._ready is not None:
                self._take_up(self._ready)
            case Drop(self._asked_for):
                self._drop()

    async def orders_changed(self) -> None:
        """Try the monitors that the policies ask for which decide by other orders now, and tell the supervisor."""
        self._line.tell(self._policies.status)
        engine = await asyncio.to_thread(self._started_engine, self._policies.desk, self._monitors)
        self._monitor.replace_engine(engine)

    async def _prepare(self, asked: Prepare) -> None:
        try:
            rules = await asyncio.to_thread(self._loaded, asked)
            ready = await self._policies.prepare(rules.desk, self._policies.orders, time.time_ns() // 1000)
            engine = await asyncio.to_thread(self._started_engine, ready.desk, rules.monitors)
            await asyncio.to_thread(_freeze)
            made = _MadeReady(rules, ready, engine)
        except (_Unusable, RulesRefused, PolicyUnusable, DatabaseUnavailable, OSError) as error:
            self._line.tell(Prepared(asked.number, str(error)))
        except Exception as error:  # noqa: BLE001 - the boundary: whatever it is, the rules in force stay
            self._log.error("rules can't be made ready", error=type(error).__name__, frames=frames_of(error))
            self._line.tell(Prepared(asked.number, f"{type(error).__name__}; the log says where"))
        else:
            if self._asked_for == asked.number:
                self._ready = made
                self._line.tell(Prepared(asked.number))
            else:
                self._give_up(made)

    def _loaded(self, asked: Prepare) -> LoadedRules:
        """Load the rules, in a thread beside the calls."""
        rules = RulesInForce(read_rules_file(asked.file), asked.generation)
        with stepping_back():
            loaded = load_rules(rules, self._models, self._policies.files_desk)
        if loaded.versions != asked.versions:
            raise _Unusable("the models have changed since the rules were checked")
        return loaded

    def _started_engine(self, desk: Desk, monitors: MonitorSet) -> MonitorEngine:
        """Start the engine of the monitors that a desk asks for, in a thread likewise."""
        engine = self._monitor.engine.of(asked_monitors(desk, monitors))
        engine.start()
        return engine

    def _take_up(self, made: _MadeReady) -> None:
        self._ready = None
        self._policies.replace_files(made.ready, made.rules.generation, time.time_ns() // 1000)
        self._monitors = made.rules.monitors
        self._monitor.replace_engine(made.engine)
        self._line.tell(self._policies.status)

    def _drop(self) -> None:
        """Forget what is ready, or will be."""
        self._asked_for = None
        if self._ready is not None:
            self._give_up(self._ready)
            self._ready = None

    def _give_up(self, made: _MadeReady) -> None:
        if made.engine is not self._monitor.engine:
            made.engine.close()


def _freeze() -> None:
    """Keep what was loaded from being walked at each collection: it stays."""
    gc.collect()
    gc.freeze()
