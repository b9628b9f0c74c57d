"""Monitors that look at an application inside Decide, and what a decision goes by when they fail."""

import asyncio
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from threading import Barrier, Event
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import update

from underwriter.accounts import Commitments, Exposures, FacilityBook
from underwriter.accounts.event_rows import StoredEvent
from underwriter.decisioning import ActivePolicy, load_desk
from underwriter.ledger import EntryKind, Recorded, RequestIdReused, SqlLedger, ledger_in
from underwriter.ledger.keys import MasterKeys
from underwriter.monitoring.definitions import Monitor
from underwriter.monitoring.monitor_set import MonitorSet, read_monitors
from underwriter.monitoring.raising import raised_on
from underwriter.monitoring.window import Match, Window
from underwriter.service.accounts.account_reading import AccountReading
from underwriter.service.accounts.account_stores import AccountStores
from underwriter.service.deciding import DecisionMaker
from underwriter.service.monitoring.application_events import application_draft
from underwriter.service.monitoring.application_monitoring import ApplicationMonitor, Watched
from underwriter.service.monitoring.monitor_engine import ClosableMatcher, MakeMatcher, MonitorEngine
from underwriter.service.monitoring.watched_applications import application_monitor
from underwriter.storage import DatabaseUnavailable, open_database
from underwriter.storage.schema import counters
from underwriter.v1.account_event_pb2 import AccountEvent
from underwriter.v1.account_pb2 import ALERT_EFFECT_VERIFY
from underwriter.v1.decision_pb2 import Decision, Outcome
from underwriter.v1.decision_service_pb2 import DecideRequest
from underwriter.v1.record_pb2 import AccountEvidence, AlertEvidence, Evidence

from .accounts_world import RULES, application, event, now_us, someone, yuan

LONG = 60
DAY_US = 86_400_000_000
APPROVE, VERIFY = Outcome.OUTCOME_APPROVE, Outcome.OUTCOME_VERIFY
MASTER_KEYS = MasterKeys.generate()


@pytest.fixture(scope="module")
def policy(tmp_path_factory: pytest.TempPathFactory) -> ActivePolicy:
    return load_desk(RULES, tmp_path_factory.mktemp("models")).policy_for("LINE")


class Worker:
    """A worker's own ledger, accounts and maker of decisions, on a database that others use too."""

    def __init__(self, url: str) -> None:
        database = open_database(url)
        self.book = FacilityBook(database)
        self.ledger: SqlLedger = ledger_in(database, MASTER_KEYS, projections=(self.book,))
        self.stores = AccountStores.opened(database, self.ledger.vault)
        self._closing = ExitStack()
        self._closing.callback(self.ledger.close)
        self._closing.callback(self.stores.commit.close)

    def monitor(self, make: MakeMatcher, wait_seconds: float = LONG) -> ApplicationMonitor:
        monitor = ApplicationMonitor(self.stores, MonitorEngine(read_monitors(RULES), make, wait_seconds))
        self._closing.callback(monitor.close)
        return monitor

    def maker(self, matcher: ClosableMatcher, wait_seconds: float = LONG) -> DecisionMaker:
        accounts = AccountReading(
            self.stores.accounts, self.ledger.vault, self.monitor(lambda *_: matcher, wait_seconds)
        )
        self._closing.callback(accounts.close)
        exposures = Exposures(
            lambda subject_id, connection=None: self.book.exposure(
                self.ledger.vault.subject_ref(subject_id), connection
            )
        )
        return DecisionMaker(self.ledger, exposures, Commitments(self.book.commitments), accounts)

    def events_of(self, subject_id: str) -> list[StoredEvent]:
        return self.stores.events.events_of(self.ledger.vault.subject_ref(subject_id), 99)

    def close(self) -> None:
        self._closing.close()


@pytest.fixture
def worker(database_url: str) -> Iterator[Worker]:
    opened = Worker(database_url)
    yield opened
    opened.close()


class Ring:
    """A matcher that finds a ring in applications of one device, from so many on, or fails as told."""

    def __init__(self, least: int = 1, fails: Callable[[], object] | None = None) -> None:
        self._least = least
        self._fails = fails
        self.windows: list[Window] = []
        self.is_closed = False

    def matches(self, monitors: Sequence[Monitor], windows: Sequence[Window]) -> list[list[Match] | Exception]:
        self.windows += windows
        if self._fails is not None:
            failed = self._fails()
            if isinstance(failed, Exception):
                return [failed for _ in windows]
        return [[self._match(monitors[0], window)] if len(window.events) >= self._least else [] for window in windows]

    def _match(self, monitor: Monitor, window: Window) -> Match:
        trigger = window.events[window.trigger]
        events = tuple(one.event_id for one in window.events)
        return Match(monitor.name.text, "RNG1", trigger.event_id, events, trigger.time_us)

    @property
    def sizes(self) -> list[int]:
        return [len(window.events) for window in self.windows]

    def close(self) -> None:
        self.is_closed = True


def request_of(subject_id: str, device_id: str = "", request_id: str = "") -> DecideRequest:
    return DecideRequest(
        request_id=request_id or str(uuid4()), product="LINE", application=application(subject_id, device_id=device_id)
    )


def watched(monitor: ApplicationMonitor, policy: ActivePolicy, device_id: str = "", times: int = 1) -> list[Watched]:
    """Return what is found in applications of one person, none of which is recorded."""

    async def watch() -> list[Watched]:
        subject = someone()
        requests = [request_of(subject, device_id) for _ in range(times)]
        return [await monitor.watch(request, policy.monitors, now_us()) for request in requests]

    return asyncio.run(watch())


def alerts_in(found: Watched) -> Sequence[AlertEvidence]:
    assert found.account is not None
    return found.account.alerts


async def decided(maker: DecisionMaker, policy: ActivePolicy, request: DecideRequest) -> Recorded:
    return await maker.decide(request, request.SerializeToString(), policy, None)


def decision_of(recorded: Recorded) -> Decision:
    assert recorded.payload is not None
    return Decision.FromString(recorded.payload.answer)


def account_of(recorded: Recorded) -> AccountEvidence:
    assert recorded.payload is not None
    return Evidence.FromString(recorded.payload.evidence).account


def reasons_of(recorded: Recorded) -> list[str]:
    return [reason.code for reason in decision_of(recorded).reasons]


def count_events_as(worker: Worker, last: int) -> None:
    """Say how many events there are. The next gets a number that is taken, if that is too few."""
    with worker.ledger.database.writing() as connection:
        connection.execute(update(counters).values(last=last))


class TestWatching:
    def test_what_is_found_is_an_alert_with_what_its_rule_says(self, worker: Worker, policy: ActivePolicy) -> None:
        matcher = Ring()
        monitor = worker.monitor(lambda *_: matcher)
        (found,) = watched(monitor, policy, device_id="d1")
        (alert,) = alerts_in(found)
        assert (alert.monitor, alert.rule, alert.code, alert.effect) == (
            *("device-ring", "RNG1", "DEVICE_RING"),
            ALERT_EFFECT_VERIFY,
        )
        (window,) = matcher.windows
        assert alert.event_time_us == window.events[window.trigger].time_us
        monitor.close()
        assert matcher.is_closed

    def test_without_a_device_a_monitor_of_devices_has_nothing_to_look_at(
        self, worker: Worker, policy: ActivePolicy
    ) -> None:
        matcher = Ring()
        (found,) = watched(worker.monitor(lambda *_: matcher), policy)
        assert (len(alerts_in(found)), matcher.windows) == (0, [])

    @pytest.mark.parametrize(
        ("fails", "wait_seconds"),
        [
            (lambda _: RuntimeError("window"), LONG),
            (lambda _: 1 / 0, LONG),
            (lambda is_given_up: is_given_up.wait(LONG), 0.2),
        ],
        ids=["window failed", "matcher crashed", "too late"],
    )
    def test_nothing_is_found_out_while_monitors_fail_and_is_again_after(
        self, worker: Worker, policy: ActivePolicy, fails: Callable[[Event], Any], wait_seconds: float
    ) -> None:
        is_given_up = Event()
        monitor = worker.monitor(lambda *_: Ring(fails=lambda: fails(is_given_up)), wait_seconds)
        (found,) = watched(monitor, policy, "d1")
        is_given_up.set()
        assert (found.account, found.event is None) == (None, False)
        monitor.close()
        (found,) = watched(worker.monitor(lambda *_: Ring()), policy, "d1")
        assert len(alerts_in(found)) == 1

    def test_a_matcher_that_can_not_be_made_is_tried_again_with_the_next_application(
        self, worker: Worker, policy: ActivePolicy
    ) -> None:
        failures = [OSError("no process")] * 2

        def make(*_: object) -> ClosableMatcher:
            if failures:
                raise failures.pop()
            return Ring()

        found = watched(worker.monitor(make), policy, "d1", times=3)
        assert [one.account is not None for one in found] == [False, False, True]

    def test_a_matcher_is_made_before_the_first_application(self, worker: Worker) -> None:
        matcher, is_made = Ring(), Event()

        def make(*_: object) -> ClosableMatcher:
            is_made.set()
            return matcher

        monitor = worker.monitor(make)
        monitor.start()
        assert is_made.wait(LONG)
        monitor.close()
        assert matcher.is_closed

    def test_a_policy_that_names_another_monitor_does_not_know_its_alerts(
        self, worker: Worker, policy: ActivePolicy
    ) -> None:
        monitor = ApplicationMonitor(worker.stores, MonitorEngine(MonitorSet((), ""), lambda *_: Ring(), LONG))
        (found,) = watched(monitor, policy, "d1")
        assert found.account is None
        monitor.close()

    def test_the_real_engine_finds_a_ring_of_three_applicants(self, worker: Worker, policy: ActivePolicy) -> None:
        desk = load_desk(RULES, RULES / "no models")
        monitor = application_monitor(desk, read_monitors(RULES), worker.stores, LONG)
        device = f"device-{uuid4()}"
        time_us = now_us()
        earlier = [event(someone(), time_us - n, device_id=device, application={"product": "LINE"}) for n in (5, 6)]
        worker.stores.events.record(earlier, time_us)
        (found,) = watched(monitor, policy, device)
        assert [alert.code for alert in alerts_in(found)] == ["DEVICE_RING"]
        monitor.close()


class TestRecording:
    def test_the_event_is_recorded_with_the_decision_whatever_its_outcome(
        self, worker: Worker, policy: ActivePolicy
    ) -> None:
        subject = someone()
        missed = event(subject, missed_repayment={"days_late": 3})
        worker.stores.events.record([missed], now_us())
        recorded = asyncio.run(decided(worker.maker(Ring(9)), policy, request_of(subject, "d1")))
        assert decision_of(recorded).outcome == Outcome.OUTCOME_REFER
        newest, earlier = worker.events_of(subject)
        assert (newest.event_time_us, earlier.event) == (recorded.sealed.time_us, missed)
        assert (newest.event.application.product, newest.event.application.amount) == ("LINE", yuan(10_000))
        assert (
            account_of(recorded).figures
            == worker.stores.accounts.account_evidence(
                worker.ledger.vault.subject_ref(subject), recorded.sealed.time_us
            ).figures
        )
        assert account_of(recorded).figures.applications_7d == 1

    def test_alerts_are_not_known_where_monitors_fail_and_the_event_is_recorded(
        self, worker: Worker, policy: ActivePolicy
    ) -> None:
        subject = someone()
        maker = worker.maker(Ring(fails=lambda: RuntimeError("window")))
        recorded = asyncio.run(decided(maker, policy, request_of(subject, "d1")))
        assert reasons_of(recorded) == ["ALERTS_NOT_KNOWN"]
        assert len(worker.events_of(subject)) == 1

    def test_the_alert_of_a_new_applicant_is_the_one_that_a_monitor_process_raises(
        self, worker: Worker, policy: ActivePolicy
    ) -> None:
        matcher, subject = Ring(), someone()
        recorded = asyncio.run(decided(worker.maker(matcher), policy, request_of(subject, "d1")))
        (alert,) = account_of(recorded).alerts
        (stored,) = worker.events_of(subject)
        assert recorded.sealed.subject == stored.subject
        (match,) = matcher.matches(read_monitors(RULES).monitors, matcher.windows)[0]  # type: ignore[misc]
        assert alert.alert_id == raised_on(stored.subject, read_monitors(RULES), match).alert_id

    def test_a_retry_is_the_event_that_was_recorded_first(self, worker: Worker, policy: ActivePolicy) -> None:
        subject, matcher = someone(), Ring(2)
        maker = worker.maker(matcher)

        async def decide() -> list[Recorded]:
            return [await decided(maker, policy, request_of(subject, "d1", "r1")) for _ in range(3)]

        first, *others = asyncio.run(decide())
        assert [(one.is_replay, one.payload) for one in others] == [(True, first.payload)] * 2
        assert len(worker.events_of(subject)) == 1
        assert matcher.sizes == [1, 1, 1]

    def test_an_id_with_other_content_is_refused_and_is_no_event(self, worker: Worker, policy: ActivePolicy) -> None:
        one, other = someone(), someone()
        maker = worker.maker(Ring(9))

        async def decide() -> None:
            await decided(maker, policy, request_of(one, "d1", "r1"))
            with pytest.raises(RequestIdReused):
                await decided(maker, policy, request_of(other, "d1", "r1"))

        asyncio.run(decide())
        assert (len(worker.events_of(one)), len(worker.events_of(other))) == (1, 0)

    def test_one_that_was_recorded_but_not_decided_on_happened_then(self, worker: Worker, policy: ActivePolicy) -> None:
        """Whoever recorded it crashed before the decision. What is within reach of it then is looked at."""
        subject, request = someone(), request_of(someone(), "d1", "r1")
        request.application.applicant.subject_id = subject
        time_us = now_us() - 3 * DAY_US
        before = event(someone(), time_us - 6 * DAY_US, device_id="d1", application={"product": "LINE"})
        worker.stores.events.record([before], time_us - 6 * DAY_US)
        worker.stores.events.record([application_draft(request, time_us, worker.ledger.vault).event], time_us)
        matcher = Ring()
        recorded = asyncio.run(decided(worker.maker(matcher), policy, request))
        assert matcher.sizes == [2]
        assert account_of(recorded).figures.applications_7d == 1
        assert len(worker.events_of(subject)) == 1

    def test_a_decision_whose_event_can_not_be_recorded_is_not_recorded(
        self, worker: Worker, policy: ActivePolicy
    ) -> None:
        worker.stores.events.record([event(someone())], now_us())
        count_events_as(worker, 0)
        subject = someone()
        maker = worker.maker(Ring(9))
        with pytest.raises(DatabaseUnavailable):
            asyncio.run(decided(maker, policy, request_of(subject, "d1", "r1")))
        assert worker.ledger.entries.find_by_request_id(EntryKind.DECISION, "r1") is None
        count_events_as(worker, 1)
        recorded = asyncio.run(decided(maker, policy, request_of(subject, "d1", "r1")))
        assert (recorded.is_replay, len(worker.events_of(subject))) == (False, 1)


class TestRaces:
    @pytest.mark.parametrize("times", [1, 2], ids=["decided again", "decided in turn"])
    def test_a_decision_is_made_again_if_its_device_was_used_meanwhile(
        self, worker: Worker, policy: ActivePolicy, times: int
    ) -> None:
        others: list[AccountEvent] = []

        def meanwhile() -> None:
            if len(others) < times:
                others.append(event(someone(), device_id="d1", application={"product": "LINE"}))
                worker.stores.events.record(others[-1:], now_us())

        matcher, subject = Ring(1 + times, meanwhile), someone()
        recorded = asyncio.run(decided(worker.maker(matcher), policy, request_of(subject, "d1")))
        # Those that came meanwhile stand before the last attempt's event, which is tried alone.
        assert matcher.sizes == list(range(1, times + 2))
        assert reasons_of(recorded) == ["ACCOUNT_ALERT"]
        assert len(worker.events_of(subject)) == 1

    def test_what_comes_under_another_device_is_no_reason_to_decide_again(
        self, worker: Worker, policy: ActivePolicy
    ) -> None:
        matcher = Ring(2, lambda: worker.stores.events.record([event(someone(), device_id="d2")], now_us()))
        recorded = asyncio.run(decided(worker.maker(matcher), policy, request_of(someone(), "d1")))
        assert (matcher.sizes, decision_of(recorded).outcome) == ([1], APPROVE)

    def test_of_two_applications_at_once_on_two_workers_one_is_decided_with_both_in_sight(
        self, worker: Worker, database_url: str, policy: ActivePolicy
    ) -> None:
        """Each has seen the device without the other before either is recorded."""
        other = Worker(database_url)
        both_have_seen, first_looks = Barrier(2), [None, None]

        def meet() -> None:
            if first_looks:
                first_looks.pop()
                both_have_seen.wait(LONG)

        makers = [one.maker(Ring(2, meet)) for one in (worker, other)]

        async def decide() -> list[Recorded]:
            calls = (decided(maker, policy, request_of(someone(), "d1")) for maker in makers)
            return list(await asyncio.gather(*calls))

        outcomes = [decision_of(recorded).outcome for recorded in asyncio.run(decide())]
        assert sorted(outcomes) == sorted([APPROVE, VERIFY])
        other.close()

    def test_of_many_at_once_on_one_worker_each_is_decided_with_those_before_in_sight(
        self, worker: Worker, policy: ActivePolicy
    ) -> None:
        maker = worker.maker(Ring(3))

        async def decide() -> list[Recorded]:
            return list(await asyncio.gather(*(decided(maker, policy, request_of(someone(), "d1")) for _ in range(8))))

        records = sorted(asyncio.run(decide()), key=lambda recorded: recorded.index)
        assert [decision_of(recorded).outcome for recorded in records] == [APPROVE] * 2 + [VERIFY] * 6

    def test_in_turn_monitors_that_fail_leave_alerts_unknown(self, worker: Worker, policy: ActivePolicy) -> None:
        looks: list[int] = []

        def disturb_then_fail() -> Exception | None:
            looks.append(1)
            if len(looks) == 3:
                return RuntimeError("window")
            worker.stores.events.record([event(someone(), device_id="d1")], now_us())
            return None

        recorded = asyncio.run(decided(worker.maker(Ring(99, disturb_then_fail)), policy, request_of(someone(), "d1")))
        assert reasons_of(recorded) == ["ALERTS_NOT_KNOWN"]
