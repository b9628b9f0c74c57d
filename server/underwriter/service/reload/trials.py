"""Rule files tried out for workers whose clients only want to know what would come of them."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing.connection import Connection

from underwriter.service.processes.process_place import ProcessPlace
from underwriter.service.processes.reports import RulesVersions, Told, TriedOut, TryOut

RunTrial = Callable[[RulesVersions, TryOut], None]
"""What runs in the process of a trial: knows the versions in force, and writes a verdict."""


@dataclass(frozen=True, slots=True)
class _Trial:
    """A trial that has begun."""

    worker: ProcessPlace
    asked: TryOut
    place: ProcessPlace
    due_at: float


class Trials:
    """Tries rule files out, one after another, each in a process of its own that may take `limit_s`."""

    def __init__(self, run_trial: RunTrial, limit_s: float) -> None:
        self._run_trial = run_trial
        self._limit_s = limit_s
        self._asks: list[tuple[ProcessPlace, TryOut]] = []
        self._trial: _Trial | None = None

    @property
    def due_at(self) -> float | None:
        """When there is something to do though nothing is heard, by the monotonic clock; None if there is not."""
        return self._trial.due_at if self._trial is not None else None

    def things_to_wait_for(self) -> list[Connection | int]:
        """Return what becomes readable when a trial has ended."""
        return self._trial.place.things_to_wait_for() if self._trial is not None else []

    def ask(self, worker: ProcessPlace, asked: TryOut) -> None:
        """Take note of what a worker wants to know."""
        self._asks.append((worker, asked))

    def died(self, worker: ProcessPlace) -> None:
        """Forget what a worker wanted to know that has died."""
        self._asks = [ask for ask in self._asks if ask[0] is not worker]
        if self._trial is not None and self._trial.worker is worker:
            self.stop()

    def go_on(self, in_force: RulesVersions) -> None:
        """End a trial that is over, and begin the next."""
        if self._trial is not None:
            self._end_if_over(self._trial)
        if self._trial is None and self._asks:
            worker, asked = self._asks.pop(0)
            place = ProcessPlace("rules trial", lambda _: self._run_trial(in_force, asked))
            place.start_if_due()
            self._trial = _Trial(worker, asked, place, time.monotonic() + self._limit_s)

    def stop(self) -> None:
        """Give up a trial that runs."""
        if self._trial is not None:
            self._trial.place.end()
            self._trial = None

    def _end_if_over(self, trial: _Trial) -> None:
        code, problem = trial.place.take_exit_code(), ""
        if code is None and time.monotonic() < trial.due_at:
            return
        if code is None:
            problem = f"checking and testing the rules took more than {self._limit_s:g} s"
        elif code != 0:
            problem = "the process that checks the rules died; the log may say why"
        self.stop()
        trial.worker.tell(Told(trial.asked.number, TriedOut(problem)))
