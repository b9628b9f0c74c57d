"""Checks a whole rules folder in a process of its own, so that the editor's other questions are answered meanwhile."""

import multiprocessing
from collections.abc import Mapping
from contextlib import suppress
from multiprocessing.connection import Connection
from pathlib import Path
from typing import cast

from underwriter.feel.diagnostics import Diagnostic
from underwriter.policy import RuleFiles
from underwriter.workbench.check import check_rule_files


class CannotCheck(Exception):
    """A folder that can't be checked; its text says why."""


class FolderChecks:
    """Checks rule files against a folder of models. One check at a time; the process ends with this one."""

    def __init__(self, models: Path) -> None:
        self._models = models
        self._pipe: Connection | None = None

    def check(self, texts: Mapping[str, str]) -> list[Diagnostic]:
        """Return every finding on the rule files of a folder, by path below it; the first call starts the process.

        Raises:
            CannotCheck: when models can't be read, or the process has ended; the next call starts another one.
        """
        pipe = self._pipe or self._start()
        try:
            pipe.send(dict(texts))
            answer = pipe.recv()
        except (EOFError, OSError) as error:
            self.close()
            raise CannotCheck(f"the checking process has ended: {error!r}") from error
        if isinstance(answer, str):
            raise CannotCheck(answer)
        return cast(list[Diagnostic], answer)

    def close(self) -> None:
        """End the process."""
        if self._pipe is not None:
            self._pipe.close()
        self._pipe = None

    def _start(self) -> Connection:
        fresh = multiprocessing.get_context("spawn")  # a fork would take over the editor's pipes
        ours, theirs = fresh.Pipe()
        fresh.Process(target=_answer, args=(theirs, self._models), daemon=True).start()
        theirs.close()
        self._pipe = ours
        return ours


def _answer(pipe: Connection, models: Path) -> None:
    """Check as often as asked, until nobody asks any more."""
    with suppress(EOFError, BrokenPipeError, KeyboardInterrupt):
        while True:
            files = RuleFiles(pipe.recv())
            try:
                answer: list[Diagnostic] | str = list(check_rule_files(files, models).findings)
            except OSError as error:
                answer = f"the models can't be read: {error}"
            pipe.send(answer)
