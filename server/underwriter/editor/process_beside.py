"""A process beside the server's own. It is asked one question at a time; the server answers its editor meanwhile."""

import gc
import multiprocessing
from collections.abc import Callable
from contextlib import suppress
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Generic, TypeVar, cast

REST_SECONDS = 1.0
"""After how long without a question a process looks for garbage."""

Question = TypeVar("Question")
Answer = TypeVar("Answer")


class ProcessEnded(Exception):
    """A process that has ended before it answered; its text says how."""


class ProcessBeside(Generic[Question, Answer]):
    """Runs `work` with one end of a pipe and the models folder in a process of its own, which ends with this one."""

    def __init__(self, work: Callable[[Connection, Path], None], models: Path) -> None:
        self._work, self._models = work, models
        self._pipe: Connection | None = None
        self._process: BaseProcess | None = None

    @property
    def is_running(self) -> bool:
        """Whether there is a process that knows what it was told before."""
        return self._pipe is not None

    def ask(self, question: Question) -> Answer:
        """Wait for the answer to a question; the first one starts the process.

        Raises:
            ProcessEnded: when the process has ended; the next question starts another one.
        """
        pipe = self._pipe or self._start()
        try:
            pipe.send(question)
            return cast(Answer, pipe.recv())
        except (EOFError, OSError) as error:
            self.close()
            raise ProcessEnded(f"the checking process has ended: {error!r}") from error

    def close(self) -> None:
        """End the process, whatever it does; who waits for an answer is told."""
        if self._process is not None:
            self._process.terminate()
        self._pipe = self._process = None

    def _start(self) -> Connection:
        fresh = multiprocessing.get_context("spawn")  # a fork would take over the editor's pipes
        ours, theirs = fresh.Pipe()
        process = fresh.Process(target=self._work, args=(theirs, self._models), daemon=True)
        process.start()
        theirs.close()
        self._pipe, self._process = ours, process
        return ours


def answer_all(pipe: Connection, answer: Callable[[Question], Answer]) -> None:
    """Answer in the process, until nobody asks any more.

    The garbage collector would stop an answer for a tenth of a second. So it works when nothing is asked; what checks
    make has no circles, and does not pile up till then.
    """
    gc.disable()
    gc.freeze()
    with suppress(EOFError, BrokenPipeError, KeyboardInterrupt):
        while True:
            if not pipe.poll(REST_SECONDS):
                gc.collect()
            pipe.send(answer(pipe.recv()))
