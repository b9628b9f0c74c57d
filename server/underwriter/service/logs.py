"""Structured log lines, as text for people or JSON for programs. Nothing of an application ever goes into one."""

import logging
import math
import os
import sys
import time
import traceback
from collections import Counter
from collections.abc import Callable, MutableMapping
from typing import Any

import structlog

from underwriter.service.settings import Settings

_FRAMES_SHOWN = 12
_SECONDS_BETWEEN_LINES = 1.0


def configure_logs(settings: Settings) -> None:
    """Set up structlog for this process: lines go to stderr, each with time, level and process id."""
    console = structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
    renderer = structlog.processors.JSONRenderer() if settings.log_format == "json" else console
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            _add_process,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[settings.log_level.upper()]),
        logger_factory=structlog.WriteLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
    logging.basicConfig(handlers=[LibraryLines()], level=logging.WARNING, force=True)


class LibraryLines(logging.Handler):
    """Tells what libraries log in lines like ours, without values and texts of errors: they may quote personal data."""

    def emit(self, record: logging.LogRecord) -> None:
        """Write one line."""
        fields: dict[str, object] = {"library": record.name}
        error = record.exc_info[1] if record.exc_info else None
        if error is not None:
            fields |= {"error": type(error).__name__, "frames": frames_of(error)}
        structlog.get_logger().log(record.levelno, str(record.msg).partition("\n")[0], **fields)


class LinePace:
    """Lets one line of a kind through a second: a flood of calls must not become a flood of lines.

    `elapsed_s` is a clock that nobody sets, in seconds.
    """

    def __init__(self, elapsed_s: Callable[[], float] = time.monotonic) -> None:
        self._elapsed_s = elapsed_s
        self._due: Counter[str] = Counter()
        self._last: dict[str, float] = {}

    def count(self, kind: str) -> int:
        """Return how many lines of the kind came since the last that was let through; 0 if this one is held back."""
        self._due[kind] += 1
        now = self._elapsed_s()
        if now - self._last.get(kind, -math.inf) < _SECONDS_BETWEEN_LINES:
            return 0
        self._last[kind] = now
        return self._due.pop(kind)


def frames_of(error: BaseException) -> list[str]:
    """Return where an error was raised, innermost last, without its text, which may quote personal data."""
    frames = traceback.extract_tb(error.__traceback__)[-_FRAMES_SHOWN:]
    return [f"{os.path.basename(frame.filename)}:{frame.lineno} {frame.name}" for frame in frames]


def _add_process(_: object, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    event["process"] = os.getpid()
    return event
