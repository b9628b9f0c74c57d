"""Checks a whole rules folder in a process of its own, with everything that `underwriter check` finds."""

import os
from collections.abc import Mapping
from multiprocessing.connection import Connection
from pathlib import Path

from underwriter.editor.process_beside import ProcessBeside, answer_all
from underwriter.feel.diagnostics import Diagnostic
from underwriter.policy import RuleFiles
from underwriter.workbench.check import check_rule_files

NICENESS = 10
"""How much the process gives way to others: the check of a file and the editor itself go first."""


class CannotCheck(Exception):
    """A folder that can't be checked; its text says why."""


class FolderChecks:
    """Checks rule files against a folder of models. One check at a time; the process ends with this one."""

    def __init__(self, models: Path) -> None:
        self._process: ProcessBeside[dict[str, str], list[Diagnostic] | str] = ProcessBeside(_work, models)

    def check(self, texts: Mapping[str, str]) -> list[Diagnostic]:
        """Return every finding on the rule files of a folder, by path below it; the first call starts the process.

        Raises:
            CannotCheck: when models can't be read.
            ProcessEnded: when the process has ended; the next call starts another one.
        """
        answer = self._process.ask(dict(texts))
        if isinstance(answer, str):
            raise CannotCheck(answer)
        return answer

    def close(self) -> None:
        """End the process."""
        self._process.close()


def _work(pipe: Connection, models: Path) -> None:
    os.nice(NICENESS)

    def answer(texts: dict[str, str]) -> list[Diagnostic] | str:
        try:
            return list(check_rule_files(RuleFiles(texts), models).findings)
        except OSError as error:
            return f"the models can't be read: {error}"

    answer_all(pipe, answer)
