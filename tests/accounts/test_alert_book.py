"""Alerts: exactly what the rules found last, whatever was found before, and what staff said of them."""

import random
from collections.abc import Sequence
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, insert, select, text

from underwriter.accounts.alert import MOST_ALIKE, RaisedAlert, StoredAlert
from underwriter.accounts.alert_book import AlertBook, Settlement
from underwriter.accounts.errors import AlertUnknown
from underwriter.events.key_kind import KeyKind
from underwriter.storage import Database, DatabaseUnavailable
from underwriter.storage.schema import accounts, alerts
from underwriter.v1.account_pb2 import AlertEffect, AlertSeverity, AlertState

NOW_US = 1_790_000_000_000_000
OPEN, ACKNOWLEDGED, RELEASED, WITHDRAWN = map(
    AlertState.Value, [f"ALERT_STATE_{name}" for name in ("OPEN", "ACKNOWLEDGED", "RELEASED", "WITHDRAWN")]
)
SUBJECTS = [b"subject-a", b"subject-b"]
KEY = b"subject-a"
PROPERTY = settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)


@pytest.fixture
def alert_book(database: Database) -> AlertBook:
    with database.writing() as connection:
        rows = [
            {"subject": subject, "state": b"", "version": 1, "graded_version": -1, "warning_grade": ""}
            for subject in SUBJECTS
        ]
        connection.execute(insert(accounts), rows)
    return AlertBook(database)


def raised(trigger_id: str = "e9", subject: bytes = b"subject-a", **changes: object) -> RaisedAlert:
    fields: dict[str, object] = {
        "subject": subject,
        "monitor": "account-takeover",
        "rule": "ATO1",
        "code": "ACCOUNT_TAKEOVER",
        "severity": AlertSeverity.ALERT_SEVERITY_CRITICAL,
        "effect": AlertEffect.ALERT_EFFECT_SUSPEND,
        "trigger_id": trigger_id,
        "event_ids": ("e1", trigger_id),
        "event_time_us": NOW_US - 5,
        "expire_time_us": None,
    }
    return RaisedAlert(**(fields | changes))  # type: ignore[arg-type]


def settlement(found: Sequence[RaisedAlert], *triggers: str, key: bytes = KEY) -> Settlement:
    return Settlement(KeyKind.ACCOUNT, key, triggers or ("e9",), found)


def stored(database: Database) -> list[StoredAlert]:
    with database.reading() as connection:
        rows = connection.execute(select(alerts).order_by(alerts.c.alert_id)).all()
    return [StoredAlert.from_row(tuple(row)) for row in rows]


def version(database: Database, subject: bytes = KEY) -> int:
    with database.reading() as connection:
        return int(connection.execute(select(accounts.c.version).where(accounts.c.subject == subject)).scalar_one())


def test_a_match_raises_one_alert_however_often_it_is_found(alert_book: AlertBook, database: Database) -> None:
    found = raised(expire_time_us=NOW_US + 50)
    (alert,) = alert_book.settle([settlement([found])], NOW_US)
    assert alert == StoredAlert(
        alert_id=found.alert_id,
        change_index=1,
        subject=b"subject-a",
        monitor="account-takeover",
        rule="ATO1",
        code="ACCOUNT_TAKEOVER",
        severity=AlertSeverity.ALERT_SEVERITY_CRITICAL,
        effect=AlertEffect.ALERT_EFFECT_SUSPEND,
        state=OPEN,
        key_kind=1,
        key=KEY,
        trigger_id="e9",
        event_ids=("e1", "e9"),
        event_time_us=NOW_US - 5,
        raise_time_us=NOW_US,
        expire_time_us=NOW_US + 50,
        actor="",
        acknowledge_time_us=None,
    )
    assert alert_book.settle([settlement([found, found])], NOW_US + 7) == []
    assert stored(database) == [alert] == [alert_book.alert(alert.alert_id)]
    assert version(database) == 2


def test_the_id_follows_from_monitor_rule_events_and_account() -> None:
    one = raised()
    assert UUID(one.alert_id).variant == UUID(raised().alert_id).variant
    assert raised(severity=1, expire_time_us=4, event_time_us=2, code="C").alert_id == one.alert_id
    others = [
        raised(subject=b"subject-b"),
        raised(monitor="other"),
        raised(rule="ATO2"),
        raised(event_ids=("e1", "e2", "e9")),
        raised(event_ids=("e9", "e1")),
        raised(event_ids=("e1e9",)),
        raised(rule="ATO1e1", event_ids=("e9",)),
    ]
    assert len({alert.alert_id for alert in [one, *others]}) == 1 + len(others)


def test_what_is_not_found_any_more_is_withdrawn_and_opened_when_it_is_again(alert_book: AlertBook) -> None:
    found = raised()
    alert_book.settle([settlement([found])], NOW_US)
    (withdrawn,) = alert_book.settle([settlement([])], NOW_US + 1)
    assert (withdrawn.state, withdrawn.change_index) == (WITHDRAWN, 2)
    assert alert_book.in_force(KEY, NOW_US) == []
    assert alert_book.settle([settlement([])], NOW_US + 2) == []
    (again,) = alert_book.settle([settlement([found])], NOW_US + 3)
    assert (again.state, again.change_index, again.raise_time_us) == (OPEN, 3, NOW_US)
    assert alert_book.in_force(KEY, NOW_US) == [again]


def test_only_the_events_that_were_tried_are_settled(alert_book: AlertBook, database: Database) -> None:
    first, second = raised("e8"), raised("e9")
    alert_book.settle([settlement([first, second], "e8", "e9")], NOW_US)
    assert [alert.trigger_id for alert in alert_book.settle([settlement([], "e8")], NOW_US)] == ["e8"]
    assert alert_book.settle([settlement([], "e9", key=b"another key")], NOW_US) == []
    of_device = Settlement(KeyKind.DEVICE, KEY, ["e9"], [])
    assert alert_book.settle([of_device], NOW_US) == []
    assert sorted(alert.state for alert in stored(database)) == [OPEN, WITHDRAWN]


def test_other_terms_of_a_rule_become_those_of_its_alerts(alert_book: AlertBook) -> None:
    alert_book.settle([settlement([raised()])], NOW_US)
    milder = raised(severity=1, effect=AlertEffect.ALERT_EFFECT_VERIFY, expire_time_us=NOW_US + 9)
    (changed,) = alert_book.settle([settlement([milder])], NOW_US)
    assert (changed.severity, changed.effect, changed.expire_time_us) == (1, milder.effect, NOW_US + 9)
    assert alert_book.settle([settlement([milder])], NOW_US) == []


def test_a_device_raises_an_alert_on_each_account(alert_book: AlertBook, database: Database) -> None:
    found = [raised(subject=subject) for subject in SUBJECTS]
    ring = Settlement(KeyKind.DEVICE, b"device", ["e9"], found)
    assert {alert.subject for alert in alert_book.settle([ring], NOW_US)} == set(SUBJECTS)
    assert [alert.key_kind for alert in stored(database)] == [2, 2]
    assert [version(database, subject) for subject in SUBJECTS] == [2, 2]
    assert [len(alert_book.in_force(subject, NOW_US)) for subject in SUBJECTS] == [1, 1]


def test_a_subject_that_was_erased_meanwhile_gets_no_alert(alert_book: AlertBook, database: Database) -> None:
    assert alert_book.settle([settlement([raised(subject=b"gone")])], NOW_US) == []
    assert (stored(database), alert_book.newest_change()) == ([], 0)


def test_alerts_are_in_force_until_they_expire_or_are_released(alert_book: AlertBook) -> None:
    found = [raised(f"e{number}", event_time_us=NOW_US + number) for number in range(4)]
    found[0] = found[0]._replace(expire_time_us=NOW_US + 10)
    alert_book.settle([settlement(found, *(alert.trigger_id for alert in found))], NOW_US)
    alert_book.acknowledge(found[1].alert_id, "clerk", NOW_US, release=False)
    alert_book.acknowledge(found[2].alert_id, "clerk", NOW_US, release=True)

    def in_force(now_us: int) -> list[str]:
        return [alert.trigger_id for alert in alert_book.in_force(KEY, now_us)]

    assert in_force(NOW_US + 9) == ["e3", "e1", "e0"]
    assert in_force(NOW_US + 10) == ["e3", "e1"]
    for alert in alert_book.in_force(KEY, NOW_US + 9):
        assert (alert.is_in_force(NOW_US + 9), alert.is_in_force(NOW_US + 10)) == (True, alert.trigger_id != "e0")


def test_the_first_to_acknowledge_stands_and_a_release_ends_it(alert_book: AlertBook, database: Database) -> None:
    (alert,) = alert_book.settle([settlement([raised()])], NOW_US)
    seen = alert_book.acknowledge(alert.alert_id, "anna", NOW_US + 1, release=False)
    assert (seen.state, seen.actor, seen.acknowledge_time_us, seen.change_index) == (
        ACKNOWLEDGED,
        "anna",
        NOW_US + 1,
        2,
    )
    assert alert_book.acknowledge(alert.alert_id, "ben", NOW_US + 2, release=False) == seen
    ended = alert_book.acknowledge(alert.alert_id, "ben", NOW_US + 3, release=True)
    assert (ended.state, ended.actor, ended.change_index) == (RELEASED, "ben", 3)
    for release in (True, False):
        assert alert_book.acknowledge(alert.alert_id, "carla", NOW_US + 4, release=release) == ended
    assert version(database) == 4
    assert alert_book.settle([settlement([raised(severity=1)])], NOW_US) == []
    assert alert_book.settle([settlement([])], NOW_US) == []
    assert stored(database) == [ended]


def test_what_was_seen_stays_seen_when_it_is_found_again(alert_book: AlertBook) -> None:
    (alert,) = alert_book.settle([settlement([raised()])], NOW_US)
    alert_book.acknowledge(alert.alert_id, "anna", NOW_US, release=False)
    alert_book.settle([settlement([])], NOW_US)
    assert alert_book.acknowledge(alert.alert_id, "ben", NOW_US, release=False).state == WITHDRAWN
    (again,) = alert_book.settle([settlement([raised()])], NOW_US)
    assert (again.state, again.actor) == (ACKNOWLEDGED, "anna")


def test_releasing_a_withdrawn_alert_keeps_it_from_being_opened(alert_book: AlertBook) -> None:
    (alert,) = alert_book.settle([settlement([raised()])], NOW_US)
    alert_book.settle([settlement([])], NOW_US)
    assert alert_book.acknowledge(alert.alert_id, "anna", NOW_US, release=True).state == RELEASED
    assert alert_book.settle([settlement([raised()])], NOW_US) == []


def test_an_alert_that_is_not_there_is_refused(alert_book: AlertBook) -> None:
    with pytest.raises(AlertUnknown):
        alert_book.acknowledge("nothing", "anna", NOW_US, release=True)
    with pytest.raises(AlertUnknown):
        alert_book.alert("nothing")


def test_changes_are_followed_without_gap(alert_book: AlertBook, database: Database) -> None:
    found = [raised(f"e{number}") for number in range(5)]
    for alert in found:
        alert_book.settle([settlement([alert], alert.trigger_id)], NOW_US)
    alert_book.acknowledge(found[1].alert_id, "anna", NOW_US, release=False)
    seen: list[tuple[int, str]] = []
    cursor = 0
    while changes := alert_book.changes_after(cursor, 2):
        seen += [(change.change_index, change.trigger_id) for change in changes]
        cursor = changes[-1].change_index
    assert seen == [(1, "e0"), (3, "e2"), (4, "e3"), (5, "e4"), (6, "e1")]
    assert alert_book.newest_change() == 6
    with database.writing() as connection:
        connection.execute(delete(alerts).where(alerts.c.change_index > 4))
    # An index that was deleted is not given again: a stream that has seen it would miss the next change.
    assert alert_book.newest_change() == 6
    alert_book.settle([settlement([raised("e7")], "e7")], NOW_US)
    assert [change.change_index for change in alert_book.changes_after(6, 9)] == [7]


def test_a_fault_leaves_no_alert_half_settled(alert_book: AlertBook, database: Database) -> None:
    alert_book.settle([settlement([raised("e1")], "e1")], NOW_US)
    before = stored(database)

    def settle_and_fail() -> None:
        with database.writing() as connection:
            alert_book.settle([settlement([raised("e2")], "e1", "e2")], NOW_US, connection)
            connection.execute(text("SELECT * FROM nowhere"))

    with pytest.raises(DatabaseUnavailable):
        settle_and_fail()
    assert (stored(database), alert_book.newest_change(), version(database)) == (before, 1, 2)


ALERTS = st.builds(
    lambda trigger, subject, rule, more: raised(f"e{trigger}", subject, rule=rule, event_ids=(*more, f"e{trigger}")),
    st.integers(0, 3),
    st.sampled_from(SUBJECTS),
    st.sampled_from(["A", "B"]),
    st.lists(st.sampled_from(["x", "y"]), unique=True).map(tuple),
)
ROUNDS = st.lists(st.tuples(st.sets(st.integers(0, 3)), st.lists(ALERTS, max_size=6)), max_size=6)


def settlements_of(rounds: Sequence[tuple[set[int], list[RaisedAlert]]]) -> list[Settlement]:
    made = []
    for triggers, found in rounds:
        tried = {f"e{trigger}" for trigger in triggers}
        made.append(settlement([alert for alert in found if alert.trigger_id in tried], *(tried or {"none"})))
    return made


def clear(database: Database) -> None:
    with database.writing() as connection:
        connection.execute(delete(alerts))


def without_changes(found: Sequence[StoredAlert]) -> list[StoredAlert]:
    return [alert._replace(change_index=0) for alert in found]


@PROPERTY
@given(ROUNDS)
def test_after_each_round_the_alerts_are_those_that_its_events_raise(
    alert_book: AlertBook, database: Database, rounds: list[tuple[set[int], list[RaisedAlert]]]
) -> None:
    clear(database)
    expected: dict[str, set[str]] = {}
    ever: set[str] = set()
    for one in settlements_of(rounds):
        last = alert_book.newest_change()
        before = {alert.alert_id: alert for alert in stored(database)}
        changed = alert_book.settle([one], NOW_US)
        for trigger in one.trigger_ids:
            expected[trigger] = {alert.alert_id for alert in one.raised if alert.trigger_id == trigger}
        ever |= {alert.alert_id for alert in one.raised}
        after = {alert.alert_id: alert for alert in stored(database)}
        assert {alert_id for alert_id, alert in after.items() if alert.state == OPEN} == set().union(*expected.values())
        assert after.keys() == ever
        assert {alert.alert_id for alert in changed} == {key for key in after if after[key] != before.get(key)}
        assert [alert.change_index for alert in changed] == list(range(last + 1, last + 1 + len(changed)))


@PROPERTY
@given(st.lists(ALERTS, max_size=10), st.randoms(use_true_random=False), st.integers(1, 3))
def test_what_is_settled_in_any_order_and_again_gives_the_same_alerts(
    alert_book: AlertBook, database: Database, found: list[RaisedAlert], chance: random.Random, times: int
) -> None:
    by_trigger = [
        settlement([alert for alert in found if alert.trigger_id == trigger], trigger)
        for trigger in ("e0", "e1", "e2", "e3")
    ]
    clear(database)
    alert_book.settle(by_trigger, NOW_US)
    at_once = without_changes(stored(database))
    clear(database)
    for one in chance.sample(by_trigger * times, 4 * times):
        alert_book.settle([one], NOW_US)
    assert without_changes(stored(database)) == at_once


def test_of_alerts_that_are_alike_the_newest_are_told_and_all_others(alert_book: AlertBook) -> None:
    verify = AlertEffect.ALERT_EFFECT_VERIFY
    flood = [
        raised(f"f{number}", rule="LGN1", effect=verify, event_time_us=NOW_US + number)
        for number in range(3 * MOST_ALIKE)
    ]
    others = [
        raised("before"),
        raised("other-rule", rule="LGN2", effect=verify),
        raised("other-effect", rule="LGN1"),
        raised("other-code", rule="LGN1", effect=verify, code="LOGIN"),
        raised("other-monitor", rule="LGN1", effect=verify, monitor="logins"),
    ]
    all_raised = [*others, *flood]
    alert_book.settle([settlement(all_raised, *(one.trigger_id for one in all_raised))], NOW_US)
    told = [alert.trigger_id for alert in alert_book.in_force(KEY, NOW_US)]
    assert told[:MOST_ALIKE] == [one.trigger_id for one in reversed(flood[-MOST_ALIKE:])]
    assert set(told[MOST_ALIKE:]) == {one.trigger_id for one in others}
