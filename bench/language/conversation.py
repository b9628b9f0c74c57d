"""Talks to an adapter: one process for each engine and workload, one JSON line each way."""

import json
import subprocess
import tempfile
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from threading import Timer
from types import TracebackType
from typing import Any

from workloads import Workload

ANSWER_LIMIT_SECONDS = 120


class Refused(Exception):
    """The engine did not do the work; the text is the reason that it gave."""


class Conversation:
    """A running adapter. Use as a context manager; every method raises Refused when the engine fails or dies."""

    def __init__(self, command: list[str], folder: Path) -> None:
        self._errors = tempfile.TemporaryFile("w+")  # noqa: SIM115 - closed with the conversation
        self._process = subprocess.Popen(
            command, cwd=folder, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self._errors
        )

    def __enter__(self) -> "Conversation":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._process.kill()
        self._process.communicate()
        self._errors.close()

    def load(self, workload: Workload) -> float:
        """Hand the work over; return the seconds that the engine took to read it and to do it once."""
        return float(self._ask({"do": "load", "workload": asdict(workload)})["seconds"])

    def answers(self) -> list[dict[str, Any]]:
        """Return what the engine says to each case."""
        return list(self._ask({"do": "answer"})["answers"])

    def seconds(self, count: int) -> float:
        """Return how long so many evaluations took."""
        return float(self._ask({"do": "time", "count": count})["seconds"])

    def _ask(self, command: Mapping[str, object]) -> dict[str, Any]:
        limit = Timer(ANSWER_LIMIT_SECONDS, self._process.kill)
        limit.start()
        try:
            line = self._exchange(json.dumps(command))
        finally:
            limit.cancel()
        answer: dict[str, Any] = json.loads(line) if line else {"refused": self._last_words()}
        if reason := answer.get("refused"):
            raise Refused(str(reason).splitlines()[0])
        return answer

    def _exchange(self, line: str) -> str:
        if self._process.stdin is None or self._process.stdout is None:
            return ""
        try:
            self._process.stdin.write(line + "\n")
            self._process.stdin.flush()
        except BrokenPipeError:
            return ""
        return self._process.stdout.readline()

    def _last_words(self) -> str:
        if self._process.wait() < 0:
            return f"no answer within {ANSWER_LIMIT_SECONDS} s"
        self._errors.seek(0)
        return next(
            (line.strip() for line in reversed(self._errors.readlines()) if line.strip()), "ended without a word"
        )
