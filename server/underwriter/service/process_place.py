"""One of the supervisor's places for a process: starts it, hears its report, and paces its restarts."""

import multiprocessing
import time
from collections.abc import Callable
from contextlib import suppress
from multiprocessing.connection import Connection
from multiprocessing.context import ForkProcess

from underwriter.service.reports import Ready, Refused

QUICK_DEATH_SECONDS = 10.0
QUICK_DEATHS_ALLOWED = 5
FIRST_PAUSE_SECONDS = 0.1
LONGEST_PAUSE_SECONDS = 5.0

_fork = multiprocessing.get_context("fork")


class ProcessPlace:
    """A place that is filled by one process at a time. `title` names it in logs, such as "worker 1".

    A process that dies is followed by another after a pause, which doubles with every death within
    QUICK_DEATH_SECONDS of the start; after QUICK_DEATHS_ALLOWED of these in a row the place is hopeless.
    """

    def __init__(self, title: str, target: Callable[[Connection], None]) -> None:
        self.title = title
        self.report: Ready | Refused | None = None
        self.process: ForkProcess | None = None
        self.quick_deaths = 0
        self.start_at = 0.0
        self._target = target
        self._reports: Connection | None = None
        self._started_at = 0.0

    @property
    def is_ready(self) -> bool:
        """Whether its process answers calls."""
        return isinstance(self.report, Ready)

    @property
    def is_hopeless(self) -> bool:
        """Whether its processes have died too quickly too often."""
        return self.quick_deaths >= QUICK_DEATHS_ALLOWED

    def start_if_due(self) -> None:
        """Start a process if there is none and the pause is over."""
        if self.process is not None or time.monotonic() < self.start_at:
            return
        self._reports, sender = _fork.Pipe(duplex=False)
        self.report = None
        self.process = _fork.Process(target=self._target, args=(sender,), name=f"underwriter {self.title}")
        self._started_at = time.monotonic()
        self.process.start()
        sender.close()

    def things_to_wait_for(self) -> list[Connection | int]:
        """Return what becomes readable when there is something to look after."""
        things: list[Connection | int] = [self._reports] if self._reports is not None else []
        return [*things, self.process.sentinel] if self.process is not None else things

    def read_report(self) -> None:
        """Take the process's report if it has come."""
        if self._reports is None or not self._reports.poll():
            return
        with suppress(EOFError):  # it died before it could say anything; take_exit_code will see it
            self.report = self._reports.recv()
        self._reports.close()
        self._reports = None

    def take_exit_code(self) -> int | None:
        """Return the exit code of a process that has ended, and plan the next one; None while it lives."""
        if self.process is None or self.process.exitcode is None:
            return None
        code = self.process.exitcode
        self.process.join()
        self.process = None
        lived = time.monotonic() - self._started_at
        self.quick_deaths = self.quick_deaths + 1 if lived < QUICK_DEATH_SECONDS else 0
        pause = min(FIRST_PAUSE_SECONDS * 2 ** max(self.quick_deaths - 1, 0), LONGEST_PAUSE_SECONDS)
        self.start_at = time.monotonic() + pause
        return code
