"""The rule engine's process, as the one that starts it sees it: asked in lines, watched, and replaced when it fails."""

import socket
import subprocess
import sys
from collections import deque
from collections.abc import Iterable, Iterator, Sequence

from underwriter.monitoring.engine_lines import READY, Captured, EngineFault, read_answer, settings_line

STARTUP_S = 20.0
"""How long a new process may take until it is ready."""
MOST_ASKED = 8
"""How many windows are sent ahead of their answers, so that neither process waits for the other."""
_COMMAND = (sys.executable, "-P", "-m", "underwriter.monitoring.engine_process")
"""With -P, no module of the working directory stands before the library's."""


class EngineFailed(Exception):
    """The engine's process did not start, ended, or did not answer in time."""


class EngineChild:
    """A process that tries facts on rulesets. One that has failed is replaced when there is more to ask.

    `deadline_s` is how long one window may take. The process ends with this one, or by `close`. It is started without
    `fork`, which gRPC does not bear. Not for several threads at once.

    Raises:
        EngineFailed: The first process does not start.
    """

    def __init__(self, definitions: Sequence[str], deadline_s: float) -> None:
        self._deadline_s = deadline_s
        # Its own alarm is for when nobody is left who would end it.
        self._settings = settings_line(deadline_s + 1, definitions)
        self._failure = ""
        self._process: _Process | None = _Process(self._settings, deadline_s)

    @property
    def process_id(self) -> int | None:
        """The id of the process; None if there is none."""
        return self._process.id if self._process else None

    def answers(self, requests: Iterable[bytes]) -> Iterator[list[Captured] | EngineFailed]:
        """Yield an answer to each request, in turn; requests are taken some way ahead of the answers.

        If the process fails, the request that it had to answer next gets the failure, and a new one goes on with the
        others. If no new one starts, they all get the failure.
        """
        self._restart_if_ended()
        waiting: deque[bytes] = deque()
        try:
            for request in requests:
                waiting.append(request)
                self._send(request)
                if len(waiting) == MOST_ASKED:
                    yield self._answer(waiting)
            while waiting:
                yield self._answer(waiting)
        finally:
            if waiting:  # whoever asked went away, and its answers must not be taken for those of the next
                self.close()

    def close(self) -> None:
        """End the process; it has nothing to lose."""
        if self._process:
            self._process.end()
            self._process = None

    def _answer(self, waiting: deque[bytes]) -> list[Captured] | EngineFailed:
        waiting.popleft()
        if self._process is None:
            return EngineFailed(self._failure)
        try:
            return self._process.receive()
        except EngineFailed as failure:
            self._restart()
            for request in waiting:
                self._send(request)
            return failure

    def _send(self, request: bytes) -> None:
        if self._process:
            self._process.send(request)

    def _restart_if_ended(self) -> None:
        if self._process is None or self._process.has_ended():
            self._restart()

    def _restart(self) -> None:
        self.close()
        try:
            self._process = _Process(self._settings, self._deadline_s)
        except EngineFailed as failure:
            self._failure = str(failure)


class _Process:
    """A running process and the socket to it."""

    def __init__(self, settings: bytes, deadline_s: float) -> None:
        self._channel, theirs = socket.socketpair()
        with theirs:
            self._process = subprocess.Popen(_COMMAND, stdin=theirs.fileno(), stdout=subprocess.DEVNULL)  # noqa: S603 - our own
        self._answers = self._channel.makefile("rb")
        self._channel.settimeout(STARTUP_S)
        self.send(settings)
        try:
            self._expect_ready()
        except EngineFailed:
            self.end()
            raise
        self._channel.settimeout(deadline_s)

    @property
    def id(self) -> int:
        return self._process.pid

    def has_ended(self) -> bool:
        return self._process.poll() is not None

    def send(self, line: bytes) -> None:
        """Send a line. If that is not possible, the process is ended, and the next answer is that it failed."""
        try:
            self._channel.sendall(line)
        except OSError:
            self._process.kill()

    def receive(self) -> list[Captured]:
        try:
            return read_answer(self._line())
        except EngineFault as fault:
            raise EngineFailed(f"the rule engine gave up: {fault}") from fault

    def end(self) -> None:
        self._process.kill()
        self._process.wait()
        self._answers.close()
        self._channel.close()

    def _expect_ready(self) -> None:
        line = self._line()
        if line != READY:
            raise EngineFailed(f"the rule engine did not start: {line.decode('ascii').strip()}")

    def _line(self) -> bytes:
        try:
            line = self._answers.readline()
        except TimeoutError as late:
            raise EngineFailed(f"the rule engine did not answer in {self._channel.gettimeout():g} s") from late
        except ConnectionResetError:
            line = b""
        if not line:
            self._process.kill()
            raise EngineFailed(f"the rule engine's process ended with {self._process.wait()}")
        return line
