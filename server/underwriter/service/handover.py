"""Hands new rules to all workers of a server in two steps, so that all take them up or none does."""

import time
from collections.abc import Sequence

from underwriter.service.process_place import ProcessPlace
from underwriter.service.reports import Drop, Prepare, Prepared, RulesVersions, TakeUp, WorkerStatus


class Handover:
    """Has every worker make rules ready, then take them up.

    Nothing is in force before all that live are ready: until then one that can't, one that is not ready within
    `limit_s`, or one that dies twice makes all drop the rules. From then on it `is_decided`, and a worker that does not
    take them up is replaced by one that starts with them.
    """

    def __init__(self, asked: Prepare, workers: Sequence[ProcessPlace], limit_s: float) -> None:
        self.is_decided = False
        self.problem = ""
        self._asked = asked
        self._workers = workers
        self._limit_s = limit_s
        self._died: set[ProcessPlace] = set()
        self._waited_for = self._told(asked)
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
        if not self.is_decided:
            worker.tell(self._asked)
            self._waited_for.add(worker)

    def heard(self, worker: ProcessPlace, message: object) -> None:
        """Take what a worker says."""
        match message:
            case Prepared(self.generation, problem) if problem:
                self._fail(f"{worker.title}: {problem}")
            case Prepared(self.generation) if not self.is_decided:
                self._waited_for.discard(worker)
            case WorkerStatus(self.generation):
                self._waited_for.discard(worker)

    def died(self, worker: ProcessPlace) -> None:
        """Wait no more for a worker that has died: another is started."""
        self._waited_for.discard(worker)
        if worker in self._died and not self.is_decided:
            self._fail(f"{worker.title} died again and again")
        self._died.add(worker)

    def go_on(self) -> None:
        """Decide if all are ready, or act if the time is over."""
        if not self._waited_for and not self.is_decided and not self.problem:
            self.is_decided = True
            self._waited_for = self._told(TakeUp(self.generation))
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
            self._told(Drop(self.generation))

    def _told(self, message: object) -> set[ProcessPlace]:
        """Tell all workers that live; return them."""
        living = {worker for worker in self._workers if worker.process is not None}
        for worker in living:
            worker.tell(message)
        return living
