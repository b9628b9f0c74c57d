"""Whoever follows accounts raises what their events say, in whatever order and however often they are looked at."""

import os
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from random import Random
from typing import NamedTuple

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Table, delete, select, update

from underwriter.accounts.alert_book import AlertBook
from underwriter.accounts.event_book import EventBook, Reach
from underwriter.accounts.event_rows import StoredEvent
from underwriter.accounts.warnings import Graded, WarningGrades
from underwriter.accounts.work_queue import DueKeys, WorkQueue
from underwriter.events.key_kind import KeyKind
from underwriter.ledger.keys import MasterKeys, Vault
from underwriter.monitoring import stretch
from underwriter.monitoring.definitions import AlertTerms, Effect, Monitor, Severity
from underwriter.monitoring.event_values import window_event
from underwriter.monitoring.following import MOST_FAILURES, Follower, Grading, Stores
from underwriter.monitoring.monitor_set import MonitorSet
from underwriter.monitoring.window import MOST_EVENTS, Match, Window, WindowEvent
from underwriter.storage import Database, open_database
from underwriter.storage.schema import account_events, accounts, alerts, monitor_work, subjects
from underwriter.v1.account_event_pb2 import AccountEvent
from underwriter.v1.account_pb2 import AlertState

from .engine_cases import DRAWDOWN, LOGIN, absence, monitor, rule, step
from .oracle import OracleMatcher, windows_of
from .random_monitors import ACCOUNTS, SPAN_US, random_monitors, random_timeline

EXAMPLES = 500 if os.environ.get("UNDERWRITER_SOAK") else 8
LEASE_US = 1000
START_US = 1_780_000_000_000_000
Alert = tuple[str, str, tuple[str, ...], bytes]
"""The monitor, the rule, the ids of the events, and the account."""


class Failing:
    """A matcher on which every window fails that holds one of some events, as long as they are among them."""

    def __init__(self) -> None:
        self.event_ids: set[str] = set()
        self.tried = 0

    def matches(self, monitors: Sequence[Monitor], windows: Sequence[Window]) -> list[list[Match] | Exception]:
        self.tried += len(windows)
        found = OracleMatcher().matches(monitors, windows)
        failed = [any(event.event_id in self.event_ids for event in window.events) for window in windows]
        return [RuntimeError() if fails else one for one, fails in zip(found, failed, strict=True)]


class World:
    """A database, and one who follows the accounts in it by monitors."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.vault = Vault(database, MasterKeys.generate())
        self.events = EventBook(database, self.vault)
        self.alerts = AlertBook(database)
        self.queue = WorkQueue(database)
        self.warnings = WarningGrades(database)
        self.matcher = Failing()
        self.gradings: list[Grading] = []
        self.graded: list[bytes] = []

    def follower(self, *monitors: Monitor) -> Follower:
        stores = Stores(self.database, self.events, self.alerts, self.queue, self.warnings)
        return Follower(MonitorSet(monitors, "1"), self.matcher, stores, self._grade, LEASE_US)

    def _grade(self, some: Collection[bytes], _now_us: int) -> Sequence[Grading]:
        self.graded += some
        return [grading for grading in self.gradings if grading.graded.subject in some]

    def raised(self) -> set[Alert]:
        """Return the alerts that were not withdrawn."""
        columns = (alerts.c.monitor, alerts.c.rule, alerts.c.event_ids, alerts.c.subject)
        standing = select(*columns).where(alerts.c.state != AlertState.ALERT_STATE_WITHDRAWN)
        with self.database.reading() as connection:
            rows = connection.execute(standing).all()
        found = [(monitor, rule, tuple(ids.split(" ")), subject) for monitor, rule, ids, subject in rows]
        assert len(found) == len(set(found))
        return set(found)

    def codes(self) -> list[str]:
        return sorted(rule for _, rule, _, _ in self.raised())

    def expected(self, monitors: Sequence[Monitor], now_us: int) -> set[Alert]:
        """Return what the events say, all of them looked at once."""
        with self.database.reading() as connection:
            rows = connection.execute(select(account_events.c.subject).distinct()).all()
        reaches = [Reach(KeyKind.ACCOUNT, row.subject, -(2**62), 0, 0) for row in rows]
        recorded = [self.events.opened(sealed) for found in self.events.stretches(reaches, 9999) for sealed in found]
        return {alert for one in monitors for alert in self._expected(one, recorded, now_us)}

    def _expected(self, one: Monitor, recorded: Sequence[StoredEvent], now_us: int) -> Iterator[Alert]:
        keys: dict[bytes | None, list[WindowEvent]] = {}
        for stored in recorded:
            if stored.record_time_us - stored.event_time_us <= one.lateness_us:
                key = stored.subject if one.key is KeyKind.ACCOUNT else stored.device_ref
                keys.setdefault(key, []).append(window_event(stored.event, stored.subject, one.currency))
        for key in keys.keys() - {None}:
            windows = windows_of(keys[key], now_us)
            for window, found in zip(windows, OracleMatcher().matches([one], windows), strict=True):
                for match in found:
                    for account in {event.account for event in window.events if event.event_id in match.event_ids}:
                        yield (match.monitor, match.rule, match.event_ids, account)

    def everything_is_due(self, now_us: int) -> None:
        with self.database.reading() as connection:
            rows = connection.execute(select(account_events.c.subject, account_events.c.device_ref)).all()
        due = {(KeyKind.ACCOUNT, row.subject, 0) for row in rows}
        due |= {(KeyKind.DEVICE, row.device_ref, 0) for row in rows if row.device_ref}
        with self.database.writing() as connection:
            DueKeys(self.database).add(connection.connection.cursor(), due, now_us)

    def empty(self, *tables: Table) -> None:
        with self.database.writing() as connection:
            for table in tables:
                connection.execute(delete(table))

    def left(self) -> int:
        with self.database.reading() as connection:
            return len(connection.execute(select(monitor_work)).all())


@pytest.fixture
def world(database_url: str) -> Iterator[World]:
    database = open_database(database_url)
    yield World(database)
    database.close()


def catch_up(follower: Follower, now_us: int) -> None:
    while follower.step(now_us):
        pass


def event_of(
    event_id: str, time_us: int, kind: int = LOGIN, subject_id: str = "someone", device_id: str = ""
) -> AccountEvent:
    event = AccountEvent(event_id=event_id, subject_id=subject_id, device_id=device_id)
    event.event_time.FromMicroseconds(time_us)
    if kind == LOGIN:
        event.login.succeeded = False
    else:
        event.drawdown.amount.currency_code = "CNY"
    return event


def as_account_event(seen: WindowEvent, start_us: int) -> AccountEvent:
    """Return an event of which monitors see the same, but what its kind doesn't tell."""
    time_us = start_us + seen.time_us % 1_000_000
    event = event_of(seen.event_id, time_us, seen.kind, f"subject-{ACCOUNTS.index(seen.account)}")
    event.device_id = str(seen.values["device_id"] or "")
    usual, amount = seen.values["usual_location"], seen.values["amount"]
    if seen.kind == LOGIN and isinstance(usual, bool):
        event.login.usual_location = usual
    if seen.kind == DRAWDOWN and isinstance(amount, Decimal):
        event.drawdown.amount.units = int(amount)
    return event


class Action(NamedTuple):
    """Something that is done when so much time has passed."""

    what: str
    after_us: int
    events: int


ACTIONS = st.lists(
    st.builds(
        Action,
        st.sampled_from(["record", "record", "record", "follow", "follow", "again", "crash"]),
        st.integers(0, 4),
        st.integers(1, 4),
    ),
    max_size=14,
)


@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.randoms(use_true_random=False), ACTIONS, st.integers(0, 2 * SPAN_US))
def test_alerts_are_what_the_events_say(world: World, random: Random, actions: list[Action], begin_us: int) -> None:
    world.empty(account_events, accounts, alerts, monitor_work, subjects)
    monitors = [replace(one, lateness_us=random.choice((SPAN_US, 9 * SPAN_US))) for one in random_monitors(random)]
    waiting = [as_account_event(seen, START_US) for seen in random_timeline(random)]
    recorded: list[AccountEvent] = []
    follower, now_us = world.follower(*monitors), START_US + begin_us

    def record(count: int) -> None:
        some = [waiting.pop() for _ in range(min(count, len(waiting)))]
        recorded.extend(some)
        world.events.record(some, now_us)

    for action in actions:
        now_us += action.after_us
        match action.what:
            case "record":
                record(action.events)
            case "follow":
                follower.step(now_us)
            case "again":
                world.events.record(recorded[: action.events], now_us)
            case "crash":
                world.queue.claim(now_us, LEASE_US, action.events)
    record(len(waiting))
    now_us += 10 * LEASE_US
    catch_up(follower, now_us)
    expected = world.expected(monitors, now_us)
    assert world.raised() == expected
    assert world.left() == 0
    for kept in (True, False):
        if not kept:
            world.empty(alerts)
        world.everything_is_due(now_us)
        catch_up(follower, now_us + 1)
        assert world.raised() == expected


def test_what_nothing_followed_is_known_when_the_time_has_passed(world: World) -> None:
    follower = world.follower(replace(monitor(rule("R", followed=[absence(LOGIN)])), lateness_us=1000))
    world.events.record([event_of("drawn", START_US, DRAWDOWN)], START_US)
    catch_up(follower, START_US + 99)
    assert world.codes() == []
    catch_up(follower, START_US + 100)
    assert world.codes() == ["R"]
    # A late event was in time.
    world.events.record([event_of("late", START_US + 100)], START_US + 500)
    catch_up(follower, START_US + 500)
    assert (world.codes(), world.left()) == ([], 0)


def test_what_followed_in_time_raises_nothing(world: World) -> None:
    follower = world.follower(monitor(rule("R", followed=[absence(LOGIN)])))
    world.events.record([event_of("drawn", START_US, DRAWDOWN)], START_US)
    catch_up(follower, START_US + 50)
    world.events.record([event_of("in-time", START_US + 60)], START_US + 60)
    catch_up(follower, START_US + 100)
    catch_up(follower, START_US + 500)
    assert (world.codes(), world.left()) == ([], 0)


def test_a_rule_that_waits_does_not_keep_others_waiting(world: World) -> None:
    rules = monitor(
        rule("NOW"), rule("LATER", followed=[absence(LOGIN)]), rule("LAST", followed=[absence(LOGIN, "", 300)])
    )
    follower = world.follower(rules)
    world.events.record([event_of("drawn", START_US, DRAWDOWN)], START_US)
    for after_us, codes in ((0, ["NOW"]), (100, ["LATER", "NOW"]), (300, ["LAST", "LATER", "NOW"])):
        catch_up(follower, START_US + after_us)
        assert world.codes() == codes
    assert world.left() == 0


def test_a_window_that_fails_again_and_again_is_given_up_and_says_so(world: World) -> None:
    follower = world.follower(monitor(rule("R", step(DRAWDOWN), trigger=LOGIN), rule("S", trigger=LOGIN)))
    world.matcher.event_ids = {"bad"}
    some = [event_of("bad", START_US), event_of("other", START_US + 1, subject_id="other")]
    world.events.record(some, START_US)
    for _ in range(MOST_FAILURES - 1):
        assert follower.step(START_US + 1)
        assert world.codes() == ["S"]
    assert follower.step(START_US + 1)
    assert world.codes() == ["S", "WINDOW_FAILED"]
    assert not follower.step(START_US + 1)
    # It is tried again when it is looked at again, and then the alert is taken back.
    world.matcher.event_ids = set()
    world.everything_is_due(START_US + 2)
    catch_up(follower, START_US + 2)
    assert world.codes() == ["S", "S"]


def test_alerts_stand_while_their_windows_fail(world: World) -> None:
    """One view of a trigger fails and another does not: what the first found before is not taken back."""
    first, second = monitor(rule("R"), name="first"), replace(monitor(rule("S"), name="second"), currency="EUR")
    follower = world.follower(first, second)
    world.events.record([event_of("drawn", START_US, DRAWDOWN)], START_US)
    catch_up(follower, START_US)
    assert world.codes() == ["R", "S"]
    world.matcher.event_ids = {"drawn"}
    world.everything_is_due(START_US + 1)
    catch_up(follower, START_US + 1)
    assert world.codes() == ["R", "S", "WINDOW_FAILED"]


def test_a_key_that_cannot_be_opened_does_not_hold_up_others(world: World) -> None:
    looks_into_events = replace(absence(LOGIN), same=("device_id",))
    follower = world.follower(monitor(rule("R", unless=[looks_into_events])))
    for kind, number in ((LOGIN, 1), (DRAWDOWN, 2)):
        world.events.record([event_of(f"{name}{number}", START_US, kind, subject_id=name) for name in "ab"], START_US)
    with world.database.writing() as connection:
        connection.execute(update(account_events).where(account_events.c.event_id == "a1").values(payload=b"?" * 40))
    catch_up(follower, START_US + 1)
    assert [ids for _, _, ids, _ in world.raised()] == [("b2",)]
    assert world.left() == 0


def test_an_event_that_no_rule_looks_into_is_not_opened(world: World) -> None:
    follower = world.follower(monitor(rule("R", step(LOGIN))))
    world.events.record([event_of("a", START_US), event_of("b", START_US + 1, DRAWDOWN)], START_US)
    with world.database.writing() as connection:
        connection.execute(update(account_events).values(payload=b"?" * 40))
    catch_up(follower, START_US + 1)
    assert [ids for _, _, ids, _ in world.raised()] == [("a", "b")]


def test_of_more_events_than_are_read_at_once_none_is_passed_over(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stretch, "MOST_STRETCH", 10)
    rules = [rule("R", step(LOGIN, 5), trigger=LOGIN), rule("F", trigger=LOGIN, followed=[absence(DRAWDOWN, "", 3)])]
    monitors = [replace(monitor(*rules), lateness_us=1000)]
    kinds = [DRAWDOWN if number % 7 == 0 else LOGIN for number in range(60)]
    world.events.record([event_of(f"e{n}", START_US + n, kind) for n, kind in enumerate(kinds)], START_US + 60)
    catch_up(world.follower(*monitors), START_US + 100)
    assert world.raised() == world.expected(monitors, START_US + 100)
    assert world.codes().count("R") > 40
    assert world.left() == 0


def test_too_many_events_are_an_alert_of_their_own(world: World) -> None:
    follower = world.follower(replace(monitor(rule("R", step(LOGIN, 10**6))), lateness_us=10**6))
    world.events.record(
        [event_of(f"e{number:03}", START_US + number) for number in range(MOST_EVENTS + 9)], START_US + 300
    )
    catch_up(follower, START_US + 300)
    assert [(rule_id, ids) for _, rule_id, ids, _ in world.raised()] == [
        ("WINDOW_OVERFLOWED", (f"e{MOST_EVENTS + 1}",))
    ]
    # One that comes late moves the place where it began.
    world.events.record([event_of("a-late-one", START_US)], START_US + 301)
    catch_up(follower, START_US + 301)
    assert [ids for _, _, ids, _ in world.raised()] == [(f"e{MOST_EVENTS}",)]


def test_alerts_say_what_their_rules_say(world: World) -> None:
    terms = AlertTerms("CODE", Severity.ALERT_SEVERITY_HIGH, Effect.ALERT_EFFECT_SUSPEND, 500)
    waits = replace(rule("R", step(LOGIN), followed=[absence(LOGIN)]), alert=terms)
    world.events.record([event_of("a", START_US), event_of("b", START_US + 1, DRAWDOWN)], START_US + 1)
    catch_up(world.follower(replace(monitor(waits), lateness_us=9)), START_US + 101)
    (alert,) = world.alerts.changes_after(0, 9)
    assert (alert.code, alert.severity, alert.effect) == (terms.code, terms.severity, terms.effect)
    assert (alert.trigger_id, alert.event_ids) == ("b", ("a", "b"))
    assert (alert.event_time_us, alert.raise_time_us) == (START_US + 101, START_US + 101)
    assert alert.expire_time_us == START_US + 601


def test_a_match_of_a_device_is_an_alert_on_each_account_that_used_it(world: World) -> None:
    follower = world.follower(monitor(rule("RING", step(LOGIN), trigger=LOGIN), key=KeyKind.DEVICE))
    shared = [event_of(name, START_US, subject_id=name, device_id="phone") for name in "ab"]
    world.events.record([*shared, event_of("c", START_US, subject_id="c", device_id="tablet")], START_US)
    catch_up(follower, START_US)
    found = world.raised()
    assert {ids for _, _, ids, _ in found} == {("a", "b")}
    assert len({account for *_, account in found}) == 2


def test_who_lost_the_key_meanwhile_settles_nothing(world: World) -> None:
    """It was slow, not dead: the key is another's by then, who may have seen more."""
    world.events.record([event_of("drawn", START_US, DRAWDOWN)], START_US)

    class Slow(OracleMatcher):
        def matches(self, monitors: Sequence[Monitor], windows: Sequence[Window]) -> list[list[Match] | Exception]:
            assert len(world.queue.claim(START_US + LEASE_US, LEASE_US, 9)) == 1
            return super().matches(monitors, windows)

    stores = Stores(world.database, world.events, world.alerts, world.queue, world.warnings)
    slow = Follower(MonitorSet((monitor(rule("R")),), "1"), Slow(), stores, lambda *_: (), LEASE_US)
    assert slow.step(START_US)
    assert (world.codes(), world.left()) == ([], 1)


def test_accounts_are_graded_when_something_happens_and_when_an_alert_ends(world: World) -> None:
    follower = world.follower(monitor(rule("R", trigger=LOGIN), key=KeyKind.DEVICE))
    world.events.record([event_of("a", START_US, device_id="phone")], START_US)
    (stored,) = world.events.events_of(world.vault.subject_ref("someone"), 1)
    subject = stored.subject
    world.gradings = [Grading(Graded(subject, "WATCH", 1), START_US + 700)]
    assert follower.step(START_US)
    assert world.graded == [subject]
    assert [move.to_grade for move in world.warnings.moves_of(subject, 9)] == ["WATCH"]
    assert not follower.step(START_US + 699)
    world.gradings = [Grading(Graded(subject, "NONE", 9), None)]
    assert (follower.step(START_US + 700), world.graded) == (True, [subject] * 2)
    assert [move.to_grade for move in world.warnings.moves_of(subject, 9)] == ["NONE", "WATCH"]
    # So it is when staff end an alert.
    (alert,) = world.alerts.changes_after(0, 9)
    world.alerts.acknowledge(alert.alert_id, "clerk", START_US + 800, release=True)
    assert (follower.step(START_US + 800), world.graded) == (True, [subject] * 3)
    assert world.left() == 0
