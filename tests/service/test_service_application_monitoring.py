"""Monitors that look at an application inside Decide, and what a decision goes by when they fail."""

import asyncio
import time
from collections.abc import Callable, Iterator, Sequence
from typing import Any
from uuid import uuid4

import pytest

from underwriter.decisioning import ActivePolicy, load_desk
from underwriter.ledger.keys import MasterKeys, Vault
from underwriter.monitoring.definitions import Monitor
from underwriter.monitoring.monitor_set import MonitorSet, read_monitors
from underwriter.monitoring.window import Match, Window
from underwriter.service.account_stores import AccountStores
from underwriter.service.application_monitoring import ApplicationMonitor, Watched
from underwriter.service.monitor_engine import ClosableMatcher, MakeMatcher, MonitorEngine
from underwriter.service.watched_applications import application_monitor
from underwriter.storage import DatabaseUnavailable, open_database
from underwriter.v1.account_pb2 import ALERT_EFFECT_VERIFY
from underwriter.v1.decision_service_pb2 import DecideRequest

from .accounts_world import RULES, application, event, now_us, someone

LONG = 20
UNKNOWN = Watched(is_known=False)


@pytest.fixture(scope="module")
def policy(tmp_path_factory: pytest.TempPathFactory) -> ActivePolicy:
    return load_desk(RULES, tmp_path_factory.mktemp("models")).policy_for("LINE")


@pytest.fixture
def stores(sqlite_url: str) -> Iterator[AccountStores]:
    database = open_database(sqlite_url)
    opened = AccountStores.opened(database, Vault(database, MasterKeys.generate()))
    yield opened
    opened.commit.close()
    database.close()


class EveryApplication:
    """A matcher that finds a ring in every application of a device, or fails as told."""

    def __init__(self, fails: Callable[[], object] | None = None) -> None:
        self._fails = fails
        self.windows: list[Window] = []
        self.is_closed = False

    def matches(self, monitors: Sequence[Monitor], windows: Sequence[Window]) -> list[list[Match] | Exception]:
        self.windows += windows
        if self._fails is not None:
            failed = self._fails()
            return [failed if isinstance(failed, Exception) else [] for _ in windows]
        return [[self._match(monitors[0], window)] for window in windows]

    def _match(self, monitor: Monitor, window: Window) -> Match:
        trigger = window.events[window.trigger]
        events = tuple(one.event_id for one in window.events)
        return Match(monitor.name.text, "RNG1", trigger.event_id, events, trigger.time_us)

    def close(self) -> None:
        self.is_closed = True


def made(stores: AccountStores, make: MakeMatcher, wait_seconds: float = LONG) -> ApplicationMonitor:
    return ApplicationMonitor(stores, MonitorEngine(read_monitors(RULES), make, wait_seconds), wait_seconds)


def watched(
    monitor: ApplicationMonitor, policy: ActivePolicy, device_id: str = "", request_id: str = "", times: int = 1
) -> list[Watched]:
    """Return what is found in applications of one person, each sent anew."""

    async def watch() -> list[Watched]:
        subject = someone()
        found = []
        for number in range(times):
            request = DecideRequest(
                request_id=request_id or f"{subject}-{number}",
                product="LINE",
                application=application(subject, device_id=device_id),
            )
            found.append(await monitor.watch(request, policy, now_us()))
        return found

    return asyncio.run(watch())


def test_what_is_found_is_the_alert_that_a_monitor_process_would_raise(
    stores: AccountStores, policy: ActivePolicy
) -> None:
    matcher = EveryApplication()
    monitor = made(stores, lambda *_: matcher)
    (found,) = watched(monitor, policy, device_id="d1")
    (alert,) = found.alerts
    assert (alert.monitor, alert.rule, alert.code, alert.effect) == (
        *("device-ring", "RNG1", "DEVICE_RING"),
        ALERT_EFFECT_VERIFY,
    )
    (window,) = matcher.windows
    assert alert.event_time_us == window.events[window.trigger].time_us
    monitor.close()
    assert matcher.is_closed


def test_without_a_device_a_monitor_of_devices_has_nothing_to_look_at(
    stores: AccountStores, policy: ActivePolicy
) -> None:
    matcher = EveryApplication()
    assert watched(made(stores, lambda *_: matcher), policy) == [Watched()]
    assert not matcher.windows


def test_a_retry_is_the_event_that_was_recorded_first(stores: AccountStores, policy: ActivePolicy) -> None:
    matcher = EveryApplication()
    found = watched(made(stores, lambda *_: matcher), policy, "d1", request_id="r1", times=3)
    assert len({one.alerts[0].alert_id for one in found}) == 1
    assert [len(window.events) for window in matcher.windows] == [1, 1, 1]


def hang() -> None:
    time.sleep(0.6)


def crash() -> None:
    raise RuntimeError("defect")


@pytest.mark.parametrize(
    "fails", [lambda: RuntimeError("window"), crash, hang], ids=["window failed", "matcher crashed", "too late"]
)
def test_alerts_are_not_known_while_monitors_fail_and_are_again_after(
    stores: AccountStores, policy: ActivePolicy, fails: Callable[[], Any]
) -> None:
    matcher = EveryApplication(fails)
    monitor = made(stores, lambda *_: matcher, wait_seconds=0.2)
    assert watched(monitor, policy, "d1") == [UNKNOWN]
    monitor.close()
    (found,) = watched(made(stores, lambda *_: EveryApplication()), policy, "d1")
    assert len(found.alerts) == 1


def test_a_matcher_that_can_not_be_made_is_tried_again_with_the_next_application(
    stores: AccountStores, policy: ActivePolicy
) -> None:
    failures = [OSError("no process"), OSError("no process")]

    def make(*_: object) -> ClosableMatcher:
        if failures:
            raise failures.pop()
        return EveryApplication()

    found = watched(made(stores, make), policy, "d1", times=3)
    assert [one.is_known for one in found] == [False, False, True]


def test_an_application_that_can_not_be_recorded_is_not_decided_on(stores: AccountStores, policy: ActivePolicy) -> None:
    stores.commit.close()
    with pytest.raises(DatabaseUnavailable):
        watched(made(stores, lambda *_: EveryApplication()), policy)


def test_a_policy_that_names_another_monitor_does_not_know_its_alerts(
    stores: AccountStores, policy: ActivePolicy
) -> None:
    engine = MonitorEngine(MonitorSet((), ""), lambda *_: EveryApplication(), LONG)
    monitor = ApplicationMonitor(stores, engine, LONG)
    assert watched(monitor, policy, "d1") == [UNKNOWN]


def test_the_real_engine_finds_a_ring_of_three_applicants(stores: AccountStores, policy: ActivePolicy) -> None:
    desk = load_desk(RULES, RULES / "no models")
    monitor = application_monitor(desk, read_monitors(RULES), stores, LONG)
    device = f"device-{uuid4()}"
    time_us = now_us()
    earlier = [event(someone(), time_us - n, device_id=device, application={"product": "LINE"}) for n in (5, 6)]
    stores.events.record(earlier, time_us)
    monitor.start().result(LONG)
    (found,) = watched(monitor, policy, device)
    assert [alert.code for alert in found.alerts] == ["DEVICE_RING"]
    monitor.close()
