"""Has a worker follow the rules of its server: makes others ready beside those that decide, then takes them up."""

import asyncio
import gc
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import structlog

from underwriter.decisioning import RulesRefused
from underwriter.service.application_monitoring import ApplicationMonitor
from underwriter.service.loaded_rules import LoadedRules, load_rules
from underwriter.service.logs import frames_of
from underwriter.service.monitor_engine import MonitorEngine
from underwriter.service.policies_in_force import PoliciesInForce
from underwriter.service.reports import Drop, Prepare, Prepared, RulesInForce, TakeUp
from underwriter.service.rules_file import read_rules_file
from underwriter.service.supervisor_line import SupervisorLine
from underwriter.service.watched_applications import asked_monitors
from underwriter.storage import DatabaseUnavailable

SWITCH_SECONDS = 0.0005
"""How long calls may wait for the interpreter while rules are made ready, each time that they need it."""


class _Unusable(Exception):
    """Rules can't be taken up here; `str()` says why."""


class _MadeReady(NamedTuple):
    rules: LoadedRules
    engine: MonitorEngine


class RulesFollowing:
    """Does in one worker what its supervisor asks for. One at a time: what is asked for later counts."""

    def __init__(
        self, policies: PoliciesInForce, monitor: ApplicationMonitor, models: Path, line: SupervisorLine
    ) -> None:
        self._policies = policies
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

    async def _prepare(self, asked: Prepare) -> None:
        try:
            made = await asyncio.to_thread(self._made_ready, asked)
            known = self._policies.desk.policies.values()
            new = [policy for policy in made.rules.desk.policies.values() if policy not in known]
            await self._policies.keep_sources(new, time.time_ns() // 1000)
        except (_Unusable, RulesRefused, DatabaseUnavailable, OSError) as error:
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

    def _made_ready(self, asked: Prepare) -> _MadeReady:
        """Load the rules, and start the engine of their monitors, in a thread beside the calls."""
        rules = RulesInForce(read_rules_file(asked.file), asked.generation)
        with _stepping_back():
            loaded = load_rules(rules, self._models, self._policies.desk)
        if loaded.versions != asked.versions:
            raise _Unusable("the models have changed since the rules were checked")
        engine = self._monitor.engine.of(asked_monitors(loaded.desk, loaded.monitors))
        engine.start()
        # What was loaded stays; frozen, it is not walked at each collection.
        gc.collect()
        gc.freeze()
        return _MadeReady(loaded, engine)

    def _take_up(self, made: _MadeReady) -> None:
        self._ready = None
        self._policies.replace_files(made.rules.desk, made.rules.generation, time.time_ns() // 1000)
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


@contextmanager
def _stepping_back() -> Iterator[None]:
    """Have this thread give the interpreter back sooner, so that calls don't wait 5 ms for it again and again."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(SWITCH_SECONDS)
    try:
        yield
    finally:
        sys.setswitchinterval(before)
