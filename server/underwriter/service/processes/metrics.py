"""Figures of the server for Prometheus, kept in files that all its processes share, and told by a process of its own.

A figure is made by the process that knows it; `run_metrics` sums up what is in the files. prometheus-client decides on
its import whether it works so: it must not be imported before `metric_files`.
"""

import os
import select
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection

from underwriter.service.logs import configure_logs
from underwriter.service.processes.port import reserved_port
from underwriter.service.processes.reports import Ready, Refused, ReloadOutcome, WorkerStatus
from underwriter.service.settings import Settings

FOLDER_VARIABLE = "PROMETHEUS_MULTIPROC_DIR"


@contextmanager
def metric_files(settings: Settings) -> Iterator[None]:
    """Keep the files of figures for the block, if they are to be told. Raises PortRefused if their port is in use."""
    if not settings.metrics_port:
        yield
        return
    with reserved_port(settings.metrics_host, settings.metrics_port):
        pass
    with tempfile.TemporaryDirectory(prefix="underwriter-metrics-") as folder:
        os.environ[FOLDER_VARIABLE] = folder
        try:
            yield
        finally:
            del os.environ[FOLDER_VARIABLE]


class RulesMetrics:
    """Figures of the rules in force and of reloads, made by the supervisor. To be made within `metric_files`."""

    def __init__(self) -> None:
        from prometheus_client import Counter, Gauge  # not before: see above

        self._generation = Gauge(
            "underwriter_rules_generation",
            "Counts the rules that a worker's server has had.",
            ["worker"],
            multiprocess_mode="mostrecent",
        )
        self._load_time = Gauge(
            "underwriter_rules_load_timestamp_seconds",
            "When a worker took up its rules.",
            ["worker"],
            multiprocess_mode="mostrecent",
        )
        self._reloads = Counter("underwriter_reloads", "Reloads by cause and result.", ["cause", "result"])

    def note_worker(self, number: int, status: WorkerStatus) -> None:
        """Take what a worker decides by."""
        self._generation.labels(number).set(status.generation)
        self._load_time.labels(number).set(status.load_time_us / 1_000_000)

    def note_reload(self, outcome: ReloadOutcome) -> None:
        """Count a reload."""
        self._reloads.labels(outcome.cause, "succeeded" if outcome.succeeded else "refused").inc()


def run_metrics(settings: Settings, pipe: Connection, lifeline: int) -> None:
    """Answer to Prometheus until SIGTERM, or until `lifeline` is closed, whose other end the supervisor holds."""
    from prometheus_client import CollectorRegistry, start_http_server
    from prometheus_client.multiprocess import MultiProcessCollector

    configure_logs(settings)
    registry = CollectorRegistry()
    MultiProcessCollector(registry)  # type: ignore[no-untyped-call]  # it has no types
    try:
        start_http_server(settings.metrics_port, settings.metrics_host, registry)
    except OSError as error:
        pipe.send(Refused(f"metrics can't be told on {settings.metrics_host}:{settings.metrics_port}: {error}"))
        sys.exit(1)
    pipe.send(Ready())
    select.select([lifeline], [], [])
