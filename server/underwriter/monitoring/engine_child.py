"""The rule engine's process, as the one that starts it sees it: asked in lines, watched, and replaced when it fails."""

import socket
import subprocess
import sys
import time
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from typing import Self

from underwriter.monitoring.engine_lines import READY, Captured, EngineFault, read_answer, settings_line

STARTUP_S = 20.0
"""How long a new process may take until it is ready."""
SPARE_PAUSE_S = 1.0
"""How long after the start of a spare that ended before it was needed the next one starts at the soonest."""
MOST_ASKED = 8
"""How many windows are sent ahead of their answers, so that neither process waits for the other."""
_COMMAND = (sys.executable, "-P", "-m", "underwriter.monitoring.engine_process")
"""With -P, no module of the working directory stands before the library's."""


class EngineFailed(Exception):
    """The engine's process did not start, ended, or did not answer in time."""


class EngineChild:
    """A process that tries facts on rulesets. If it fails, it is replaced, and what it failed at is tried once more.

    `deadline_s` is how long one window may take one process, which is held to be hung after that. With `has_spare` a
    second process is kept ready and takes the place of a failed one at once; without, or if both fail, a new one is
    waited for. All end with this process, or by `close`. They are started without `fork`, which gRPC does not bear.
    Not for several threads at once.

    Raises:
        EngineFailed: The first process does not start.
    """

    def __init__(self, definitions: Sequence[str], deadline_s: float, *, has_spare: bool = False) -> None:
        self._deadline_s = deadline_s
        # Its own alarm is for when nobody is left who would end it.
        self._settings = settings_line(deadline_s + 1, definitions)
        self._failure = ""
        self._has_spare = has_spare
        self._next_spare_s = 0.0
        self._spare: _Process | None = None
        self._process: _Process | None = self._started()
        self._keep_spare()

    @property
    def process_ids(self) -> list[int]:
        """The ids of the processes: of the one that is asked, and of the spare."""
        return [process.id for process in (self._process, self._spare) if process]

    def answers(self, requests: Iterable[bytes]) -> Iterator[list[Captured] | EngineFailed]:
        """Yield an answer to each request, in turn; requests are taken some way ahead of the answers.

        If the process fails, another goes on with the request that it had to answer next. If that one fails too, the
        request gets the failure, and a third goes on with the others. If none starts, they all get the failure.
        """
        if self._process is None or self._process.has_ended():
            self._replace()
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
                self._end()
            else:
                self._keep_spare()

    def close(self) -> None:
        """End the processes; they have nothing to lose."""
        self._end()
        self._end_spare()

    def _answer(self, waiting: deque[bytes]) -> list[Captured] | EngineFailed:
        answer = self._received(waiting)
        waiting.popleft()
        if isinstance(answer, EngineFailed):
            # Trying is a pure function of the window, so it may be done twice. But a window that two have failed at
            # may be what fails them.
            answer = self._received(waiting)
        return answer

    def _received(self, unanswered: Iterable[bytes]) -> list[Captured] | EngineFailed:
        """Return the answer that comes next. If the process fails, another is asked what is said to be unanswered."""
        if self._process is None:
            return EngineFailed(self._failure)
        try:
            return self._process.receive()
        except EngineFailed as failure:
            self._replace()
            for request in unanswered:
                self._send(request)
            return failure

    def _send(self, request: bytes) -> None:
        if self._process:
            self._process.send(request)

    def _replace(self) -> None:
        """Go on with the spare, or with a new process if there is no spare."""
        self._end()
        try:
            self._process = self._ready_spare() or self._started()
        except EngineFailed as failure:
            self._failure = str(failure)

    def _ready_spare(self) -> "_Process | None":
        spare, self._spare = self._spare, None
        if spare is None:
            return None
        try:
            spare.made_ready(self._deadline_s)
        except EngineFailed:
            return None
        self._next_spare_s = 0.0
        return spare

    def _started(self) -> "_Process":
        return _Process(self._settings).made_ready(self._deadline_s)

    def _keep_spare(self) -> None:
        """Begin to start a spare if there is none, which is not waited for. It is done after answers, not before."""
        if not self._has_spare or (self._spare and not self._spare.has_ended()):
            return
        now_s = time.monotonic()
        if now_s >= self._next_spare_s:
            self._next_spare_s = now_s + SPARE_PAUSE_S
            self._end_spare()
            with suppress(EngineFailed):
                self._spare = _Process(self._settings)

    def _end(self) -> None:
        if self._process:
            self._process.end()
            self._process = None

    def _end_spare(self) -> None:
        if self._spare:
            self._spare.end()
            self._spare = None


class _Process:
    """A process that was started, and the socket to it. It is to be made ready before it is asked."""

    def __init__(self, settings: bytes) -> None:
        self._channel, theirs = socket.socketpair()
        with theirs:
            try:
                self._process = subprocess.Popen(_COMMAND, stdin=theirs.fileno(), stdout=subprocess.DEVNULL)  # noqa: S603 - our own
            except OSError as error:
                self._channel.close()
                raise EngineFailed(f"the rule engine can't be started: {error.strerror}") from error
        self._answers = self._channel.makefile("rb")
        self._channel.settimeout(STARTUP_S)
        self.send(settings)

    @property
    def id(self) -> int:
        return self._process.pid

    def made_ready(self, deadline_s: float) -> Self:
        """Wait until it has started, and return it. From then on an answer may take `deadline_s`.

        Raises:
            EngineFailed: It did not start, or has ended since. It is given up.
        """
        try:
            self._expect_ready()
            if self.has_ended():
                raise self._ended()
        except EngineFailed:
            self.end()
            raise
        self._channel.settimeout(deadline_s)
        return self

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
            raise self._ended()
        return line

    def _ended(self) -> EngineFailed:
        return EngineFailed(f"the rule engine's process ended with {self._process.wait()}")
