"""What befalls the processes that try monitors, under load, and whether all alerts are right afterwards.

The tests and `bench/monitoring_faults.py` share it. The servers have one worker.
"""

import os
import signal
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from enum import Enum
from itertools import count
from pathlib import Path
from typing import NamedTuple, TypeVar

from sqlalchemy import func, select

from underwriter.accounts.event_book import Reach
from underwriter.client import UnderwriterClient
from underwriter.events.key_kind import KeyKind
from underwriter.monitoring.definitions import Monitor
from underwriter.monitoring.event_values import window_event
from underwriter.monitoring.monitor_set import read_monitors
from underwriter.storage.schema import account_events, alerts, monitor_work
from underwriter.v1.account_event_pb2 import AccountEvent
from underwriter.v1.account_pb2 import AlertState

from ..monitoring.oracle import matches_in, windows_of
from .accounts_world import Tables, event, now_us
from .conftest import RunningServer

PATIENCE_SECONDS = 120
HELD_SECONDS = 0.25
"""How long a monitor process's engine is held before it is killed: some window of the load is in it then."""
EVENTS_A_CALL = 20
Found = TypeVar("Found")
_KEYS = {KeyKind.ACCOUNT: account_events.c.subject, KeyKind.DEVICE: account_events.c.device_ref}


class Blow(Enum):
    """What befalls whom. The worker has an engine too, which looks at applications inside Decide."""

    ENGINE_KILLED = "engine killed"
    ENGINE_HUNG = "engine hung"
    MONITOR_KILLED = "monitor killed"
    WORKER_ENGINE_KILLED = "worker's engine killed"
    WORKER_ENGINE_HUNG = "worker's engine hung"


class Engine(NamedTuple):
    """The process ids of an engine and of the process that it works for."""

    parent: int
    child: int


class EventLoad:
    """Failed logins, ten of each account, recorded by one client: as fast as it can, or so many a second."""

    def __init__(self, address: str, name: str, a_second: float = float("inf")) -> None:
        self.acknowledged: list[str] = []
        self._address, self._name, self._a_second = address, name, a_second
        self._is_over = threading.Event()
        self._thread = threading.Thread(target=self._run)
        self._numbers = count()

    def __enter__(self) -> "EventLoad":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._is_over.set()
        self._thread.join()

    def _run(self) -> None:
        due = time.monotonic()
        with UnderwriterClient(self._address, timeout=60) as client:
            while not self._is_over.wait(max(due - time.monotonic(), 0)):
                some = [self._event() for _ in range(EVENTS_A_CALL)]
                client.record_events(some)
                self.acknowledged += [one.event_id for one in some]
                due += EVENTS_A_CALL / self._a_second

    def _event(self) -> AccountEvent:
        number = next(self._numbers)
        account = f"{self._name}-{number % 10 + number // 100 * 10}"
        return event(account, now_us(), device_id=f"of-{account}")


class Balance(NamedTuple):
    """What is stored, held against what was acknowledged and what the monitors' meaning makes of it."""

    events: int
    events_lost: int
    alerts: int
    alerts_lost: int
    alerts_too_many: int

    def is_even(self) -> bool:
        """Tell whether nothing was lost or doubled."""
        return not self.events_lost and not self.alerts_lost and not self.alerts_too_many


def balance(tables: Tables, rules: Path, acknowledged: list[str]) -> Balance:
    """Hold all events that were acknowledged, and the alerts that all events call for, against what is stored."""
    columns = (alerts.c.rule, alerts.c.event_ids, alerts.c.subject)
    standing = select(*columns).where(alerts.c.state != AlertState.ALERT_STATE_WITHDRAWN)
    with tables.database.reading() as connection:
        kept = set(connection.execute(select(account_events.c.event_id)).scalars())
        found = Counter(tuple(row) for row in connection.execute(standing))
    expected = Counter(_expected_alerts(tables, rules))
    return Balance(
        events=len(kept),
        events_lost=len(set(acknowledged) - kept),
        alerts=found.total(),
        alerts_lost=(expected - found).total(),
        alerts_too_many=(found - expected).total(),
    )


def _expected_alerts(tables: Tables, rules: Path) -> Iterator[tuple[str, str, bytes]]:
    """Yield rule, events and subject of each alert that is called for: a match raises one on each of its accounts."""
    monitors = read_monitors(rules)
    for key_kind, column in _KEYS.items():
        with tables.database.reading() as connection:
            keys = connection.execute(select(column).distinct().where(column.is_not(None))).scalars().all()
        for key in keys:
            yield from _alerts_of(tables, monitors.of_key(key_kind), key_kind, key)


def _alerts_of(
    tables: Tables, monitors: tuple[Monitor, ...], key_kind: KeyKind, key: bytes
) -> Iterator[tuple[str, str, bytes]]:
    (found,) = tables.events.stretches([Reach(key_kind, key, 0, 0, 0)], 10**6)
    stored = [tables.events.opened(sealed) for sealed in found]
    subjects = {one.event.event_id: one.subject for one in stored}
    windows = windows_of([window_event(one.event, one.subject, "CNY") for one in stored], now_us())
    for window in windows:
        for match in matches_in(monitors, window):
            for subject in {subjects[event_id] for event_id in match.event_ids}:
                yield match.rule, " ".join(match.event_ids), subject


def strike(server: RunningServer, blow: Blow) -> None:
    """Deal a blow, once there is an engine to suffer it."""
    is_worker = blow in (Blow.WORKER_ENGINE_KILLED, Blow.WORKER_ENGINE_HUNG)
    engine = wait_until(lambda: engine_of(server, of_worker=is_worker))
    match blow:
        case Blow.ENGINE_KILLED:
            os.kill(engine.child, signal.SIGSTOP)
            time.sleep(HELD_SECONDS)
            os.kill(engine.child, signal.SIGKILL)
        case Blow.MONITOR_KILLED:
            os.kill(engine.parent, signal.SIGKILL)
        case Blow.WORKER_ENGINE_KILLED:
            os.kill(engine.child, signal.SIGKILL)
        case Blow.ENGINE_HUNG | Blow.WORKER_ENGINE_HUNG:
            os.kill(engine.child, signal.SIGSTOP)


def engine_of(server: RunningServer, *, of_worker: bool = False) -> Engine | None:
    """Return the engine of the first monitor process, or of the worker, once it is there: the one at work."""
    parents = server.workers()  # in the order in which they were started
    with suppress(FileNotFoundError, ProcessLookupError):  # one has just ended
        for parent in parents[:1] if of_worker else parents[1:]:
            engines = [child for child in _children_of(parent) if _is_engine(child)]
            if engines:
                return Engine(parent, min(engines, key=_start_of))  # the spare was started after it
    return None


def _is_engine(process_id: int) -> bool:
    return b"engine_process" in Path(f"/proc/{process_id}/cmdline").read_bytes()


def _start_of(process_id: int) -> int:
    """Return when a process was started, in ticks since the system was."""
    return int(Path(f"/proc/{process_id}/stat").read_text().rpartition(")")[2].split()[19])


def _children_of(process_id: int) -> list[int]:
    """Return what any thread of a process has started."""
    threads = Path(f"/proc/{process_id}/task").glob("*/children")
    return [int(child) for children in threads for child in children.read_text().split()]


def wait_until(found: Callable[[], Found | None]) -> Found:
    """Return what is found, once it is."""
    end = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < end:
        if what := found():
            return what
        time.sleep(0.02)
    raise AssertionError("it did not come in time")


def is_done(tables: Tables) -> bool:
    """Tell whether there is nothing left to look at now, and nobody is at it."""
    is_open = (monitor_work.c.due_time_us <= now_us()) | (monitor_work.c.lease_until_us > 0)
    with tables.database.reading() as connection:
        return connection.execute(select(func.count()).select_from(monitor_work).where(is_open)).scalar_one() == 0
