"""Structured log lines, as text for people or JSON for programs. Nothing of an application ever goes into one."""

import logging
import os
import sys
import traceback
from collections.abc import MutableMapping
from typing import Any

import structlog

from underwriter.service.settings import Settings

_FRAMES_SHOWN = 12


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


def frames_of(error: BaseException) -> list[str]:
    """Return where an error was raised, innermost last, without its text, which may quote personal data."""
    frames = traceback.extract_tb(error.__traceback__)[-_FRAMES_SHOWN:]
    return [f"{os.path.basename(frame.filename)}:{frame.lineno} {frame.name}" for frame in frames]


def _add_process(_: object, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    event["process"] = os.getpid()
    return event
