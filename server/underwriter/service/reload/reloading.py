"""What the supervisor knows of rules: those in force, who asked for others, and what its workers decide by.

One reload runs at a time. What is asked for meanwhile is served by another one after it.
"""

import time
from collections.abc import Sequence
from multiprocessing.connection import Connection
from typing import NamedTuple

import structlog

from underwriter.policy.rule_files import RuleFiles
from underwriter.service.processes.metrics import RulesMetrics
from underwriter.service.processes.process_place import ProcessPlace
from underwriter.service.processes.reports import (
    Asked,
    Ready,
    ReloadOutcome,
    RulesInForce,
    RulesVersions,
    ServerStatus,
    Told,
    TryOut,
    WorkerStatus,
)
from underwriter.service.reload.reload import Reload, RunGate
from underwriter.service.reload.trials import Trials

FILE_CHANGE, SIGHUP = "file change", "SIGHUP"
"""Causes of reloads; a call names itself."""

MOST_LOGGED = 20
"""How many findings and failed tests a log line names."""


class _Ask(NamedTuple):
    """A wish for a reload, and the worker that waits for its end if one does."""

    cause: str
    worker: ProcessPlace | None = None
    number: int = 0


class Reloading:
    """Keeps `rules`, which processes start with, and replaces them when asked if others pass.

    `versions` are what they amount to; not known before a worker has taken up the first.
    """

    def __init__(
        self,
        files: RuleFiles,
        workers: Sequence[ProcessPlace],
        run_gate: RunGate,
        trials: Trials,
        limit_s: float,
        metrics: RulesMetrics | None,
    ) -> None:
        self.rules = RulesInForce(files)
        self.versions: RulesVersions | None = None
        self._workers = workers
        self._run_gate = run_gate
        self._trials = trials
        self._limit_s = limit_s
        self._metrics = metrics
        self._count = 0
        self._asks: list[_Ask] = []
        self._served: list[_Ask] = []
        self._reload: Reload | None = None
        self._last: ReloadOutcome | None = None
        self._statuses: dict[ProcessPlace, WorkerStatus] = {}
        self._log = structlog.get_logger()

    @property
    def due_at(self) -> float | None:
        """When there is something to do though nothing is heard, by the monotonic clock; None if there is not."""
        due = [one.due_at for one in (self._reload, self._trials) if one is not None and one.due_at is not None]
        return min(due, default=None)

    def things_to_wait_for(self) -> list[Connection | int]:
        """Return what becomes readable when there is something to look after."""
        of_reload = self._reload.things_to_wait_for() if self._reload is not None else []
        return [*of_reload, *self._trials.things_to_wait_for()]

    def ask(self, cause: str) -> None:
        """Have the rules folder looked at, once workers have taken up the rules that they began with."""
        self._asks.append(_Ask(cause))

    def started(self, worker: ProcessPlace) -> None:
        """Take note of a worker's process that was just started, with `rules`."""
        if self._reload is not None and self._reload.handover is not None:
            self._reload.handover.started(worker)

    def died(self, worker: ProcessPlace) -> None:
        """Take note of a worker's process that has ended."""
        self._statuses.pop(worker, None)
        self._trials.died(worker)
        self._asks = [_without_asker(ask, worker) for ask in self._asks]
        self._served = [_without_asker(ask, worker) for ask in self._served]
        if self._reload is not None and self._reload.handover is not None:
            self._reload.handover.died(worker)

    def heard(self, worker: ProcessPlace, message: object) -> None:
        """Take what a worker says."""
        match message:
            case Ready(versions):
                self._note_versions(worker, versions)
            case WorkerStatus():
                self._note_status(worker, message)
            case Asked(number, cause) if cause:
                self._asks.append(_Ask(cause, worker, number))
            case Asked(number):
                worker.tell(Told(number, self._status()))
            case TryOut():
                self._trials.ask(worker, message)
        if self._reload is not None and self._reload.handover is not None:
            self._reload.handover.heard(worker, message)

    def go_on(self) -> None:
        """Do what is next: end a reload or a trial that is over, and begin one that is asked for."""
        if self._reload is not None:
            self._go_on_with(self._reload)
        if self.versions is None:
            return
        if self._reload is None and self._asks:
            self._begin(self.versions)
        self._trials.go_on(self.versions)

    def stop(self) -> None:
        """Give up a reload and a trial that run."""
        self._end_reload()
        self._trials.stop()

    def _end_reload(self) -> None:
        if self._reload is not None:
            self._reload.end()
            self._reload = None

    def _go_on_with(self, reload: Reload) -> None:
        reload.go_on()
        if reload.rules is not None:
            self.rules, self.versions = reload.rules
        if reload.outcome is not None:
            self._end(reload.outcome)

    def _begin(self, versions: RulesVersions) -> None:
        self._asks, self._served = [], self._asks
        self._count += 1
        cause, before = self._served[0].cause, (self.rules, versions)
        try:
            self._reload = Reload(self._count, cause, before, self._workers, self._run_gate, self._limit_s)
        except OSError as error:  # such as a full disk
            now_us = time.time_ns() // 1000
            self._end(ReloadOutcome(cause, now_us, now_us, succeeded=False, problem=str(error)))

    def _end(self, outcome: ReloadOutcome) -> None:
        self._end_reload()
        self._last = outcome
        self._tell_log(outcome)
        if self._metrics is not None:
            self._metrics.note_reload(outcome)
        for ask in self._served:
            if ask.worker is not None:
                ask.worker.tell(Told(ask.number, outcome))

    def _status(self) -> ServerStatus:
        numbered = enumerate(self._workers, 1)
        workers = {number: self._statuses[worker] for number, worker in numbered if worker in self._statuses}
        return ServerStatus(workers, self._last)

    def _note_status(self, worker: ProcessPlace, status: WorkerStatus) -> None:
        self._statuses[worker] = status
        if self._metrics is not None:
            self._metrics.note_worker(self._workers.index(worker) + 1, status)

    def _note_versions(self, worker: ProcessPlace, versions: RulesVersions | None) -> None:
        if self.versions is None:
            self.versions = versions
        elif versions != self.versions:
            self._log.error("a worker decides by other models than the rest: ask for a reload", name=worker.title)

    def _tell_log(self, outcome: ReloadOutcome) -> None:
        seconds = round((outcome.end_time_us - outcome.start_time_us) / 1_000_000, 2)
        if outcome.succeeded:
            fields = {"changed": list(outcome.changed), "generation": self.rules.generation}
            self._log.info("rules are read again", cause=outcome.cause, **fields, seconds=seconds)
            return
        self._log.error(
            "new rules are refused; the old ones stay in force",
            cause=outcome.cause,
            findings=[f"{d.code} {d.source.location(d.span.start)}" for d in outcome.diagnostics[:MOST_LOGGED]],
            failed_tests=[f"{test.source} {test.name}" for test in outcome.failed_tests[:MOST_LOGGED]],
            problem=outcome.problem,
            seconds=seconds,
        )


def _without_asker(ask: _Ask, worker: ProcessPlace) -> _Ask:
    """Return the wish without the process that had it, if that was this worker's."""
    return _Ask(ask.cause) if ask.worker is worker else ask
