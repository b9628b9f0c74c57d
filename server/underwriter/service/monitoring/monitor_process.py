"""One monitor process: follows accounts beside the workers until it is told to stop. It serves no calls."""

import gc
import select
import signal
import socket
import sys
import time
from multiprocessing.connection import Connection

import structlog

from underwriter.decisioning import RulesRefused
from underwriter.ledger import LedgerError
from underwriter.monitoring.engine import EngineMissing
from underwriter.monitoring.engine_child import EngineFailed
from underwriter.monitoring.following import Follower
from underwriter.monitoring.rulesets import RuleTooLarge
from underwriter.policy import RuleFiles
from underwriter.service.logs import configure_logs, frames_of
from underwriter.service.monitoring.following import open_following
from underwriter.service.processes.reports import Ready, Refused
from underwriter.service.record_keys import KeysRefused
from underwriter.service.settings import Settings
from underwriter.service.trouble_log import TroubleLog
from underwriter.storage import DatabaseUnavailable, StorageError

# How long a process with nothing to do waits before it looks again: at first, and the longer nothing comes, at most.
SHORTEST_PAUSE_SECONDS = 0.005
LONGEST_PAUSE_SECONDS = 0.05
PAUSE_AFTER_FAULT_SECONDS = 0.5


def run_monitor(settings: Settings, files: RuleFiles, reports: Connection, lifeline: int) -> None:
    """Follow accounts until SIGTERM or SIGINT, or until `lifeline` is closed, whose other end the supervisor holds.

    Sends one report: Ready, or Refused if it can't start. Exits with 0 after a stop and 1 after a refusal. Without
    durable-rules it does nothing until then: what is to be looked at waits for another server.
    """
    configure_logs(settings)
    stop = StopSign(lifeline)
    try:
        following = open_following(settings, files)
    except EngineMissing as error:
        structlog.get_logger().warning("monitoring is unavailable", cause=str(error))
        reports.send(Ready())
        stop.is_given_within(None)
        return
    except RulesRefused as refused:
        reports.send(Refused("\n\n".join(diagnostic.render() for diagnostic in refused.diagnostics)))
        sys.exit(1)
    except (StorageError, LedgerError, KeysRefused, EngineFailed, RuleTooLarge, OSError) as error:
        reports.send(Refused(str(error)))
        sys.exit(1)
    # What is loaded stays until the end; frozen, it is not walked again at each collection.
    gc.collect()
    gc.freeze()
    reports.send(Ready())
    with following:
        follow(following.follower, stop)


class StopSign:
    """Tells when this process shall stop."""

    def __init__(self, lifeline: int) -> None:
        self._lifeline = lifeline
        self._signals, self._signals_in = socket.socketpair()
        self._signals_in.setblocking(False)
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: None)
        signal.set_wakeup_fd(self._signals_in.fileno())

    def is_given_within(self, seconds: float | None) -> bool:
        """Wait for it, at most so long; None: until it is given."""
        readable, _, _ = select.select([self._lifeline, self._signals.fileno()], [], [], seconds)
        return bool(readable)


def follow(follower: Follower, stop: StopSign) -> None:
    """Let the follower do what is due, again and again, until it is time to stop."""
    troubles = TroubleLog("accounts are followed again")
    pause_s = 0.0
    while not stop.is_given_within(pause_s):
        try:
            has_worked = follower.step(time.time_ns() // 1000)
            pause_s = 0.0 if has_worked else min(max(2 * pause_s, SHORTEST_PAUSE_SECONDS), LONGEST_PAUSE_SECONDS)
        except DatabaseUnavailable as error:
            troubles.met("accounts can't be followed now", cause=str(error))
            pause_s = PAUSE_AFTER_FAULT_SECONDS
        except Exception as error:  # noqa: BLE001 - the process goes on; the text may quote an event
            troubles.met("accounts can't be followed now", error=type(error).__name__, frames=frames_of(error))
            pause_s = PAUSE_AFTER_FAULT_SECONDS
        else:
            troubles.none_met()
