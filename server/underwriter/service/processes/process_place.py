"""One of the supervisor's places for a process: starts it, talks with it, and paces its restarts."""

import multiprocessing
import time
from collections.abc import Callable
from contextlib import suppress
from multiprocessing.connection import Connection
from multiprocessing.context import ForkProcess

from underwriter.service.processes.reports import Ready, Refused

QUICK_DEATH_SECONDS = 10.0
QUICK_DEATHS_ALLOWED = 5
FIRST_PAUSE_SECONDS = 0.1
LONGEST_PAUSE_SECONDS = 5.0
REPLACING_SECONDS = 10.0
"""How long a process that is to be replaced may take to end by itself."""

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
        self._pipe: Connection | None = None
        self._started_at = 0.0
        self._kill_at: float | None = None

    @property
    def is_ready(self) -> bool:
        """Whether its process does its work."""
        return isinstance(self.report, Ready)

    @property
    def has_ended(self) -> bool:
        """Whether its process was started and has ended."""
        return self.process is not None and self.process.exitcode is not None

    @property
    def is_hopeless(self) -> bool:
        """Whether its processes have died too quickly too often."""
        return self.quick_deaths >= QUICK_DEATHS_ALLOWED

    @property
    def is_being_replaced(self) -> bool:
        """Whether its process was told to end so that another takes its place."""
        return self._kill_at is not None

    @property
    def due_at(self) -> float | None:
        """When there is something to do though nothing is heard, by the monotonic clock; None if there is not."""
        return self.start_at if self.process is None else self._kill_at

    def start_if_due(self) -> bool:
        """Start a process if there is none and the pause is over; tell whether one was started."""
        if self.process is not None or time.monotonic() < self.start_at:
            return False
        self._pipe, theirs = _fork.Pipe()
        self.report = None
        self.process = _fork.Process(target=self._target, args=(theirs,), name=f"underwriter {self.title}")
        self._started_at = time.monotonic()
        self.process.start()
        theirs.close()
        return True

    def things_to_wait_for(self) -> list[Connection | int]:
        """Return what becomes readable when there is something to look after."""
        things: list[Connection | int] = [self._pipe] if self._pipe is not None else []
        return [*things, self.process.sentinel] if self.process is not None else things

    def hear(self) -> list[object]:
        """Return what the process has said since; its last report is kept too."""
        said = []
        with suppress(OSError, EOFError):  # it has died; take_exit_code will see it
            while self._pipe is not None and self._pipe.poll():
                said.append(self._pipe.recv())
        for message in said:
            if isinstance(message, Ready | Refused):
                self.report = message
        return said

    def tell(self, message: object) -> None:
        """Say something to the process. If it has died it does not hear it, as the next one has not to.

        Messages must be short, so that a process that does not listen never keeps the one that speaks.
        """
        if self._pipe is not None:
            with suppress(OSError):
                self._pipe.send(message)

    def replace(self, within_seconds: float = REPLACING_SECONDS) -> None:
        """Have another process take the place of this one, which is told to end, and is killed if it does not."""
        if self.process is not None:
            self.process.terminate()
            self._kill_at = time.monotonic() + within_seconds

    def kill_if_due(self) -> None:
        """Kill a process that was told to end and has not."""
        if self.process is not None and self._kill_at is not None and time.monotonic() >= self._kill_at:
            self.process.kill()

    def kill(self) -> None:
        """Kill the process; it counts as one that has died."""
        if self.process is not None:
            self.process.kill()

    def end(self) -> None:
        """Kill the process, which has nothing to lose, and wait until it has ended."""
        if self.process is not None:
            self.process.kill()
            self.process.join()
            self.take_exit_code()

    def take_exit_code(self) -> int | None:
        """Return the exit code of a process that has ended, and plan the next one; None while it lives."""
        if self.process is None or self.process.exitcode is None:
            return None
        code = self.process.exitcode
        self.hear()  # what it said last
        self.process.join()
        self.process = None
        if self._pipe is not None:
            self._pipe.close()
            self._pipe = None
        self.start_at = self._next_start()
        self._kill_at = None
        return code

    def _next_start(self) -> float:
        now = time.monotonic()
        if self.is_being_replaced:
            return now
        self.quick_deaths = self.quick_deaths + 1 if now - self._started_at < QUICK_DEATH_SECONDS else 0
        pause = FIRST_PAUSE_SECONDS * 2.0 ** max(self.quick_deaths - 1, 0)
        return now + min(pause, LONGEST_PAUSE_SECONDS)
