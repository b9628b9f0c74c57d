"""Hands new rules to all workers of a server in two steps, so that all take them up or none does."""

import time
from collections.abc import Sequence

from underwriter.service.processes.process_place import ProcessPlace
from underwriter.service.processes.reports import Drop, Prepare, Prepared, RulesVersions, TakeUp, WorkerStatus


class Handover:
    """Has every worker make rules ready, then take them up.

    Nothing is in force before all are ready. Until then one that can't be, or is not within `limit_s`, makes all drop
    the rules; one that dies is asked again once it is back, but not twice. From then on it `is_decided`, and a worker
    that does not take them up is replaced by one that starts with them.
    """

    def __init__(self, asked: Prepare, workers: Sequence[ProcessPlace], limit_s: float) -> None:
        self.is_decided = False
        self.problem = ""
        self._asked = asked
        self._workers = workers
        self._limit_s = limit_s
        self._died: set[ProcessPlace] = set()
        self._waited_for = set(workers)
        self._tell_all(asked)
        self.due_at = time.monotonic() + limit_s

    @property
    def versions(self) -> RulesVersions:
        """What the rules amount to."""
        return self._asked.versions

    @property
    def generation(self) -> int:
        """That of the rules."""
        return self._asked.generation

    @property
    def is_over(self) -> bool:
        """Whether all have taken the rules up, or all were told to drop them."""
        return bool(self.problem) or (self.is_decided and not self._waited_for)

    def started(self, worker: ProcessPlace) -> None:
        """Ask a worker that was just started. Once it is decided, one starts with the new rules."""
        if not (self.is_decided or self.problem):
            worker.tell(self._asked)
            self._waited_for.add(worker)

    def heard(self, worker: ProcessPlace, message: object) -> None:
        """Take what a worker says."""
        match message:
            case Prepared(self._asked.number, problem) if problem:
                self._fail(f"{worker.title}: {problem}")
            case Prepared(self._asked.number) if not self.is_decided:
                self._waited_for.discard(worker)
            case WorkerStatus(self.generation):
                self._waited_for.discard(worker)

    def died(self, worker: ProcessPlace) -> None:
        """Take note of a worker that has died: another is started, with the new rules if they are decided on."""
        if self.is_decided:
            self._waited_for.discard(worker)
        elif worker in self._died:
            self._fail(f"{worker.title} died again and again")
        self._died.add(worker)

    def go_on(self) -> None:
        """Decide if all are ready, or act if the time is over."""
        if not self._waited_for and not self.is_decided and not self.problem:
            self.is_decided = True
            self._waited_for = {worker for worker in self._workers if worker.process is not None}
            self._tell_all(TakeUp(self._asked.number))
            self.due_at = time.monotonic() + self._limit_s
        if self._waited_for and not self.problem and time.monotonic() >= self.due_at:
            self._act_on_late_ones()

    def _act_on_late_ones(self) -> None:
        if self.is_decided:
            for worker in self._waited_for:
                worker.kill()
            self._waited_for = set()
        else:
            titles = ", ".join(sorted(worker.title for worker in self._waited_for))
            self._fail(f"{titles} did not get ready within {self._limit_s:g} s")

    def _fail(self, problem: str) -> None:
        if not (self.is_decided or self.problem):
            self.problem = problem
            self._tell_all(Drop(self._asked.number))

    def _tell_all(self, message: object) -> None:
        for worker in self._workers:
            worker.tell(message)
