"""The parent process: starts the workers, starts a dead one again, and passes on the wishes to stop and to reload.

It never imports numpy or onnxruntime and makes no gRPC object: the threads of these would not survive the fork.
"""

import os
import signal
import socket
import sys
import time
from collections.abc import Callable
from enum import IntEnum
from multiprocessing.connection import Connection, wait
from pathlib import Path

import structlog

from underwriter.policy.rule_files import RuleFiles, read_rule_files
from underwriter.service.logs import configure_logs
from underwriter.service.processes.metrics import RulesMetrics, metric_files, run_metrics
from underwriter.service.processes.port import PortRefused, reserved_port
from underwriter.service.processes.process_place import QUICK_DEATH_SECONDS, ProcessPlace
from underwriter.service.processes.reports import FilesChanged, Ready, Refused, RulesVersions, TryOut
from underwriter.service.record_keys import KeysRefused, make_missing_keys
from underwriter.service.reload.reloading import FILE_CHANGE, SIGHUP, Reloading
from underwriter.service.reload.trials import Trials
from underwriter.service.settings import Settings
from underwriter.storage import StorageError, upgrade

# Beyond the drain's limit, a worker has this long to flush the ledger and exit before it is killed.
KILL_AFTER_DRAIN_SECONDS = 5.0


class ExitCode(IntEnum):
    """How the server ends."""

    OK = 0
    FAILED = 1  # workers kept dying, or processes had to be killed
    REFUSED = 2  # rules, models, database, port or settings can't be used


def run_server(settings: Settings, announce: Callable[[str], object] | None = None) -> ExitCode:
    """Serve until SIGTERM or SIGINT, then drain.

    `announce` gets one line once all workers are ready; without it the line goes to stdout. What keeps the server from
    starting is written to stderr, and the answer is then REFUSED. Takes over the process's signals: call it from the
    main thread of a process that has started no threads.
    """
    began_at = time.monotonic()
    configure_logs(settings)
    try:
        upgrade(settings.database)
        for warning in make_missing_keys(settings):
            structlog.get_logger().warning(warning)
        files = read_rule_files(settings.rules)
        with metric_files(settings), reserved_port(settings.host, settings.port) as port:
            return Supervisor(settings, files, port, announce or _print_line, began_at).run()
    except UnicodeDecodeError as error:
        _complain(f"a rule file is not UTF-8: {error.reason}")
        return ExitCode.REFUSED
    except (StorageError, KeysRefused, PortRefused, OSError) as error:
        _complain(str(error))
        return ExitCode.REFUSED


class Supervisor:
    """Keeps `settings.workers` processes serving on a port that the caller holds, and others beside them.

    Without workers there is no server. Monitors, and what watches the rules, are started when the server is ready, so
    that it is ready sooner; they may fail, and are started again as long as it runs. All processes begin with the rule
    files that are in force, at first `files`.
    """

    def __init__(
        self, settings: Settings, files: RuleFiles, port: int, announce: Callable[[str], object], began_at: float
    ) -> None:
        self._settings = settings
        self._port = port
        self._announce = announce
        self._began_at = began_at
        self._is_announced = False
        self._workers = [ProcessPlace(f"worker {number}", self._work) for number in range(1, settings.workers + 1)]
        self._monitors = [
            ProcessPlace(f"monitor {number}", self._monitor) for number in range(1, settings.monitors + 1)
        ]
        self._watchers = [ProcessPlace("rules watcher", self._watch)] if settings.watch_rules else []
        self._places = list(self._workers)
        self._tellers = [ProcessPlace("metrics", self._tell_metrics)] if settings.metrics_port else []
        metrics = RulesMetrics() if settings.metrics_port else None
        trials = Trials(self._try_out, settings.reload_seconds)
        self._reloading = Reloading(files, self._workers, self._check, trials, settings.reload_seconds, metrics)
        self._lifeline, self._lifeline_held = os.pipe()
        self._signals, self._signals_in = socket.socketpair()
        self._log = structlog.get_logger()

    def run(self) -> ExitCode:
        """Return when the server has stopped."""
        self._listen_for_signals()
        while not self._is_stop_asked():
            self._start_those_due()
            self._reload_if_asked()
            wait([*self._things_to_wait_for(), self._signals], self._seconds_to_next_due())
            for place in self._places:
                self._listen_to(place)
                failure = self._after_death(place)
                if failure is not None:
                    self._drain()
                    return failure
            self._announce_once()
        return self._drain()

    def _start_those_due(self) -> None:
        for place in self._places:
            if place.start_if_due() and place in self._workers:
                self._reloading.started(place)

    def _listen_to(self, place: ProcessPlace) -> None:
        for message in place.hear():
            if place in self._workers:
                self._reloading.heard(place, message)
            elif isinstance(message, FilesChanged):
                self._reloading.ask(FILE_CHANGE)
        place.kill_if_due()

    def _reload_if_asked(self) -> None:
        before = self._reloading.versions
        self._reloading.go_on()
        if self._monitoring_rules(before) != self._monitoring_rules(self._reloading.versions):
            for place in self._monitors:
                place.replace()

    def _monitoring_rules(self, versions: RulesVersions | None) -> object:
        """Return what monitor processes work by: the monitors, and the policy of early warning."""
        return versions and (versions.monitors, versions.policies.get(self._settings.early_warning_product))

    def _work(self, reports: Connection) -> None:
        """Be a worker: what runs in the new process."""
        self._let_go()
        from underwriter.service.processes.worker import (
            run_worker,  # not before the fork: it imports numpy and onnxruntime
        )

        run_worker(self._settings, self._port, self._reloading.rules, reports, self._lifeline)

    def _monitor(self, reports: Connection) -> None:
        """Be a monitor: what runs in the new process."""
        self._let_go()
        from underwriter.service.monitoring.monitor_process import run_monitor  # not before the fork, as above

        run_monitor(self._settings, self._reloading.rules.files, reports, self._lifeline)

    def _check(self, in_force: RulesVersions, file: Path, pipe: Connection) -> None:
        """Be the gate that changed rules have to pass: what runs in the new process."""
        self._let_go()
        from underwriter.service.reload.gate import run_gate  # not before the fork, as above

        run_gate(self._settings, in_force, file, pipe)

    def _try_out(self, in_force: RulesVersions, asked: TryOut) -> None:
        """Be the gate for rules that are not to pass: what runs in the new process."""
        self._let_go()
        from underwriter.service.reload.gate import run_trial  # not before the fork, as above

        run_trial(self._settings, in_force, asked)

    def _watch(self, pipe: Connection) -> None:
        """Be what watches the rules: what runs in the new process."""
        self._let_go()
        from underwriter.service.reload.watcher import run_watcher  # not before the fork: it starts threads

        run_watcher(self._settings, self._reloading.rules.files, pipe, self._lifeline)

    def _tell_metrics(self, pipe: Connection) -> None:
        """Be what tells figures: what runs in the new process."""
        self._let_go()
        run_metrics(self._settings, pipe, self._lifeline)

    def _let_go(self) -> None:
        """Give up, in a new process, what is the supervisor's."""
        signal.set_wakeup_fd(-1)
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, signal.SIG_DFL)
        signal.signal(signal.SIGHUP, signal.SIG_IGN)  # what it asks for is the supervisor's to do
        os.close(self._lifeline_held)

    def _listen_for_signals(self) -> None:
        """Turn SIGTERM, SIGINT and SIGHUP into bytes on a socket, which `wait` can see."""
        for end in (self._signals, self._signals_in):
            end.setblocking(False)
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, lambda *_: None)
        signal.set_wakeup_fd(self._signals_in.fileno())

    def _is_stop_asked(self) -> bool:
        """Tell whether a signal to stop has come; one to reload is passed on."""
        try:
            numbers = set(self._signals.recv(64))
        except BlockingIOError:
            return False
        if signal.SIGHUP in numbers:
            self._reloading.ask(SIGHUP)
        return bool(numbers - {signal.SIGHUP})

    def _things_to_wait_for(self) -> list[Connection | int]:
        of_places = [thing for place in self._places for thing in place.things_to_wait_for()]
        return [*of_places, *self._reloading.things_to_wait_for()]

    def _seconds_to_next_due(self) -> float | None:
        known = [self._reloading.due_at, *(place.due_at for place in self._places)]
        due = [moment for moment in known if moment is not None]
        return max(min(due) - time.monotonic(), 0) if due else None

    def _after_death(self, place: ProcessPlace) -> ExitCode | None:
        """See whether a process has died; return how the server ends because of it, None if it goes on."""
        was_to_be_replaced = place.is_being_replaced
        code = place.take_exit_code()
        if code is None:
            return None
        if place in self._workers:
            self._reloading.died(place)
        if was_to_be_replaced:
            return None
        why = place.report.text if isinstance(place.report, Refused) else _ending(code)
        failure = self._failure(place, code, why) if place in self._workers else None
        place.report = None
        if failure is None:
            pause = place.start_at - time.monotonic()
            self._log.error("process died", name=place.title, ending=why, restart_in_seconds=round(max(pause, 0), 1))
        return failure

    def _failure(self, place: ProcessPlace, code: int, why: str) -> ExitCode | None:
        """Return how the server ends because a worker has ended, None if another can be started."""
        if isinstance(place.report, Refused) and not self._is_announced:
            _complain(why)
            return ExitCode.REFUSED
        if code > 0 and not self._is_announced:
            _complain(f"{place.title} failed while starting ({why}); the log says where")
            return ExitCode.FAILED
        if place.is_hopeless:
            times = f"{place.quick_deaths} times within {QUICK_DEATH_SECONDS:.0f} s of its start"
            _complain(f"{place.title} died {times} (last: {why}); giving up")
            return ExitCode.FAILED
        return None

    def _announce_once(self) -> None:
        if self._is_announced or not all(place.is_ready for place in self._workers):
            return
        self._is_announced = True
        self._places += [*self._monitors, *self._watchers, *self._tellers]
        count = len(self._workers)
        workers = "1 worker" if count == 1 else f"{count} workers"
        report = self._workers[0].report
        versions = report.versions if isinstance(report, Ready) else None
        products = ", ".join(sorted(versions.policies)) if versions else ""
        seconds = time.monotonic() - self._began_at
        where = f"{self._settings.host}:{self._port} with {workers}"
        self._announce(f"underwriter is ready on {where} after {seconds:.1f} s, deciding on {products}")

    def _drain(self) -> ExitCode:
        """Let the workers finish and end; kill those that take too long, or all at a second signal."""
        self._reloading.stop()
        processes = [place.process for place in self._places if place.process is not None]
        for process in processes:
            process.terminate()
        end = time.monotonic() + self._settings.drain_seconds + KILL_AFTER_DRAIN_SECONDS
        while (living := [process for process in processes if process.exitcode is None]) and time.monotonic() < end:
            wait([*(process.sentinel for process in living), self._signals], max(end - time.monotonic(), 0))
            if self._is_stop_asked():
                break
        killed = [process for process in processes if process.exitcode is None]
        for process in killed:
            process.kill()
        for process in processes:
            process.join()
        if killed:
            _complain(f"{len(killed)} of {len(processes)} processes had to be killed; recorded decisions are safe")
        return ExitCode.FAILED if killed else ExitCode.OK


def _ending(code: int) -> str:
    """Return in words how a process ended."""
    return f"signal {signal.Signals(-code).name}" if code < 0 else f"exit code {code}"


def _print_line(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def _complain(text: str) -> None:
    sys.stderr.write(f"underwriter: {text}\n")
