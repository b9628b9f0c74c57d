"""Monitor processes beside real servers: no event and no alert is lost or doubled, whoever is killed or hangs.

`--log-cli-level=info` shows the figures of each round.
"""

import logging
import os
import shutil
import signal
import threading
import time
from collections.abc import Callable
from enum import Enum
from itertools import count, cycle, islice
from pathlib import Path
from random import Random
from typing import TypeVar

import grpc
import pytest
from grpc_health.v1 import health_pb2, health_pb2_grpc
from sqlalchemy import func, select

from underwriter.client import UnderwriterClient
from underwriter.events.key_kind import KeyKind
from underwriter.monitoring.event_values import window_event
from underwriter.monitoring.monitor_set import read_monitors
from underwriter.storage.schema import account_events, alerts, monitor_work
from underwriter.v1.account_event_pb2 import AccountEvent
from underwriter.v1.account_pb2 import AlertState

from ..monitoring.oracle import OracleMatcher, windows_of
from .accounts_world import Tables, event, now_us
from .conftest import PROJECT, RunningServer, StartServer

ROUNDS = 51 if os.environ.get("UNDERWRITER_SOAK") else 3
MONITORING = "underwriter.monitoring"
SERVING = health_pb2.HealthCheckResponse.SERVING
NOT_SERVING = health_pb2.HealthCheckResponse.NOT_SERVING
PATIENCE_SECONDS = 40
Found = TypeVar("Found")
log = logging.getLogger(__name__)


@pytest.fixture(scope="module")
def rules(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Small rules, with shipped monitors that raise alerts at once."""
    folder = tmp_path_factory.mktemp("rules")
    shutil.copytree(Path(__file__).parent / "small_rules", folder, dirs_exist_ok=True)
    (folder / "monitoring").mkdir()
    shutil.copy(PROJECT / "rules" / "monitoring" / "login_attack.yaml", folder / "monitoring")
    return folder


class Blow(Enum):
    """What befalls whom."""

    ENGINE_KILLED = "the engine was killed"
    ENGINE_HUNG = "the engine hung"
    MONITOR_KILLED = "the monitor process was killed"


class Load:
    """Failed logins, ten of each account, recorded as fast as one client can."""

    def __init__(self, address: str, name: str) -> None:
        self.acknowledged: list[str] = []
        self._address, self._name = address, name
        self._is_over = threading.Event()
        self._thread = threading.Thread(target=self._run)
        self._numbers = count()

    def __enter__(self) -> "Load":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._is_over.set()
        self._thread.join()

    def _run(self) -> None:
        with UnderwriterClient(self._address, timeout=20) as client:
            while not self._is_over.is_set():
                some = [self._event() for _ in range(20)]
                client.record_events(some)
                self.acknowledged += [one.event_id for one in some]

    def _event(self) -> AccountEvent:
        number = next(self._numbers)
        account = number % 10 + number // 100 * 10
        return event(f"{self._name}-{account}", now_us(), device_id="phone")


def engine_of(server: RunningServer) -> tuple[int, int] | None:
    """Return the ids of the monitor process and of its engine's process, once they are there."""
    for parent in server.workers():
        for child in children_of(parent):
            if b"engine_process" in Path(f"/proc/{child}/cmdline").read_bytes():
                return parent, child
    return None


def children_of(process_id: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{process_id}/task/{process_id}/children").read_text().split()]


def strike(server: RunningServer, blow: Blow) -> None:
    monitor, engine = wait_until(lambda: engine_of(server))
    match blow:
        case Blow.ENGINE_KILLED:
            os.kill(engine, signal.SIGKILL)
        case Blow.ENGINE_HUNG:
            os.kill(engine, signal.SIGSTOP)
        case Blow.MONITOR_KILLED:
            os.kill(monitor, signal.SIGKILL)


def wait_until(found: Callable[[], Found | None]) -> Found:
    """Return what is found, once it is."""
    end = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < end:
        if what := found():
            return what
        time.sleep(0.02)
    raise AssertionError("it did not come in time")


def is_done(tables: Tables) -> bool:
    """Tell whether there is nothing left to look at."""
    with tables.database.reading() as connection:
        return connection.execute(select(func.count()).select_from(monitor_work)).scalar_one() == 0


def health_of(address: str, service: str) -> int:
    with grpc.insecure_channel(address) as channel:
        status: int = health_pb2_grpc.HealthStub(channel).Check(health_pb2.HealthCheckRequest(service=service)).status
        return status


def assert_alerts_are_right(tables: Tables, rules: Path, acknowledged: list[str]) -> int:
    """All events that were acknowledged are there, and the alerts are those of all events. Returns how many."""
    with tables.database.reading() as connection:
        kept = set(connection.execute(select(account_events.c.event_id)).scalars())
        named = set(connection.execute(select(account_events.c.subject).distinct()).scalars())
        columns = (alerts.c.rule, alerts.c.event_ids, alerts.c.subject)
        standing = select(*columns).where(alerts.c.state != AlertState.ALERT_STATE_WITHDRAWN)
        found = [tuple(row) for row in connection.execute(standing)]
    assert kept >= set(acknowledged)
    monitors = read_monitors(rules).monitors
    expected = []
    for subject in named:
        stored = tables.events.window(KeyKind.ACCOUNT, subject, 0, 2**62, 10**6)
        windows = windows_of([window_event(one.event, subject, "CNY") for one in stored], now_us())
        for matches in OracleMatcher().matches(monitors, windows):
            expected += [(match.rule, " ".join(match.event_ids), subject) for match in matches]
    assert sorted(found) == sorted(expected)
    return len(found)


@pytest.mark.slow
def test_nothing_is_lost_or_doubled_whoever_is_killed_or_hangs(
    start_server: StartServer, tmp_path: Path, rules: Path
) -> None:
    server = start_server(rules=rules, monitors=1, monitoring_lease_seconds=1)
    random = Random(6)  # noqa: S311 - it picks instants
    acknowledged: list[str] = []
    assert server.address
    tables = Tables(tmp_path)
    for number, blow in enumerate(islice(cycle(Blow), ROUNDS), start=1):
        with Load(server.address, f"round-{number}") as load:
            time.sleep(random.uniform(0.1, 0.4))
            strike(server, blow)
            time.sleep(random.uniform(0.1, 0.4))
        acknowledged += load.acknowledged
        assert load.acknowledged
        wait_until(lambda: is_done(tables))
        alert_count = assert_alerts_are_right(tables, rules, acknowledged)
        log.info("round %d: %s; %d events, %d alerts", number, blow.value, len(acknowledged), alert_count)
    tables.close()
    assert alert_count > 0
    assert server.stop() == 0, server.text


@pytest.mark.slow
def test_monitor_processes_share_the_work(start_server: StartServer, tmp_path: Path, rules: Path) -> None:
    first, second = (start_server(rules=rules, monitors=2, monitoring_lease_seconds=5) for _ in range(2))
    assert first.address != second.address
    tables = Tables(tmp_path)
    with Load(first.address, "first") as one, Load(second.address, "second") as other:
        time.sleep(1)
    wait_until(lambda: is_done(tables))
    assert assert_alerts_are_right(tables, rules, one.acknowledged + other.acknowledged) > 0
    tables.close()


def test_without_the_rule_engine_a_server_serves_and_says_so(
    start_server: StartServer, tmp_path: Path, rules: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hidden = tmp_path / "hidden"
    hidden.mkdir()
    (hidden / "sitecustomize.py").write_text("import sys\nsys.modules['durable_rules_engine'] = None\n")
    monkeypatch.setenv("PYTHONPATH", str(hidden))
    server = start_server(rules=rules, monitors=1)
    assert health_of(server.address, "") == SERVING
    server.wait_for("monitoring is unavailable: durable-rules is not installed")
    server.wait_for('"cause": "durable-rules is not installed"')
    wait_until(lambda: health_of(server.address, MONITORING) == NOT_SERVING)
    assert "Traceback" not in server.text
    assert server.stop() == 0


def test_health_says_when_accounts_wait_too_long(start_server: StartServer, rules: Path) -> None:
    waiting = start_server(rules=rules, monitors=0, monitoring_lag_seconds=0.1)
    wait_until(lambda: health_of(waiting.address, MONITORING) == SERVING)
    with UnderwriterClient(waiting.address, timeout=10) as client:
        client.record_event(event("somebody"))
    wait_until(lambda: health_of(waiting.address, MONITORING) == NOT_SERVING)
    assert health_of(waiting.address, "") == SERVING
    follower = start_server(rules=rules, monitors=1)
    assert follower.address
    wait_until(lambda: health_of(waiting.address, MONITORING) == SERVING)
    assert waiting.text.count("accounts wait to be looked at") == 1
    assert waiting.text.count("accounts are looked at in time again") == 1
