"""What is known of an account at a moment: read at once, as decisions and monitors do."""

from collections.abc import Sequence

import pytest
from hypothesis import HealthCheck, given, settings

from underwriter.accounts.account_book import AccountBook, KnownAccount
from underwriter.accounts.account_figures import figures
from underwriter.accounts.alert import MOST_ALIKE, RaisedAlert
from underwriter.accounts.alert_book import AlertBook, Settlement
from underwriter.accounts.event_book import EventBook
from underwriter.accounts.event_recorder import EventRecorded
from underwriter.accounts.event_rows import draft_of
from underwriter.accounts.warnings import Graded, WarningGrades
from underwriter.events.key_kind import KeyKind
from underwriter.ledger import Recorded
from underwriter.ledger.entry_writer import EntryWriter
from underwriter.ledger.keys import Vault
from underwriter.storage import Database
from underwriter.storage.schema import alerts
from underwriter.v1.account_event_pb2 import AccountEvent
from underwriter.v1.account_pb2 import AlertEffect, AlertSeverity
from underwriter.v1.record_pb2 import AccountEvidence, AlertEvidence

from .account_events import DAY_US, NOW_US, event_lists, event_of, login_failed
from .reservations import entry_of, reservation


@pytest.fixture
def account_book(database: Database) -> AccountBook:
    return AccountBook(database)


@pytest.fixture
def ref(vault: Vault) -> bytes:
    return vault.subject_ref("subject-1")


@pytest.fixture
def subject(database: Database, vault: Vault) -> bytes:
    """A subject to which two things happened."""
    events = [login_failed("e1"), event_of("e2", NOW_US + 1, inquiry={"lender": "Bank"})]
    answer = EventBook(database, vault).record(events, NOW_US)[0]
    assert isinstance(answer, EventRecorded)
    return answer.subject


def raise_alerts(database: Database, subject: bytes, numbers: Sequence[int]) -> list[str]:
    """Raise alerts that happened at different times and expire one after another; return their ids."""
    found = [
        RaisedAlert(
            subject=subject,
            monitor="m",
            rule=f"R{number}",
            code=f"CODE_{number}",
            severity=AlertSeverity.ALERT_SEVERITY_HIGH,
            effect=AlertEffect.ALERT_EFFECT_VERIFY,
            trigger_id="e1",
            event_ids=("e1",),
            event_time_us=NOW_US - number,
            expire_time_us=NOW_US + number * 100 if number else None,
        )
        for number in numbers
    ]
    AlertBook(database).settle([Settlement(KeyKind.ACCOUNT, subject, ["e1"], found)], NOW_US)
    return [alert.alert_id for alert in found]


def test_of_a_subject_to_which_nothing_happened_nothing_is_known(
    account_book: AccountBook, writer: EntryWriter, ref: bytes
) -> None:
    assert (account_book.account_evidence(ref, NOW_US), account_book.account(ref)) == (AccountEvidence(), None)
    (record,) = writer.write([entry_of(reservation({"own": 5}, 1), "subject-1", NOW_US, 0)])
    assert isinstance(record, Recorded)
    assert (account_book.account_evidence(ref, NOW_US), account_book.account(ref)) == (AccountEvidence(), None)
    assert account_book.known_of([record.sealed.subject], NOW_US) == {}


def test_figures_alerts_and_grade_are_read_together(
    account_book: AccountBook, database: Database, ref: bytes, subject: bytes
) -> None:
    first, second, third = raise_alerts(database, subject, [0, 2, 1])
    WarningGrades(database).set([Graded(subject, "WATCH", 3)], NOW_US)
    account = account_book.account(ref)
    assert account is not None
    assert (account.subject, account.version, account.graded_version, account.warning_grade) == (subject, 3, 3, "WATCH")
    evidence = account_book.account_evidence(ref, NOW_US + 99)
    assert evidence.figures == figures(account.state, NOW_US + 99)
    assert (evidence.figures.login_failures_24h, evidence.figures.inquiries_7d) == (1, 1)
    assert [alert.alert_id for alert in evidence.alerts] == [second, third, first]
    assert evidence.alerts[0] == AlertEvidence(
        alert_id=second,
        monitor="m",
        rule="R2",
        code="CODE_2",
        severity=AlertSeverity.ALERT_SEVERITY_HIGH,
        effect=AlertEffect.ALERT_EFFECT_VERIFY,
        event_time_us=NOW_US - 2,
    )
    assert (evidence.warning_grade, evidence.alerts_unknown) == ("WATCH", False)
    assert account_book.known_of([subject], NOW_US + 99) == {subject: KnownAccount(3, evidence, NOW_US + 100)}


def test_of_alerts_that_are_alike_the_newest_are_told(
    account_book: AccountBook, database: Database, ref: bytes, subject: bytes
) -> None:
    raise_alerts(database, subject, range(1, 3 * MOST_ALIKE))
    with database.writing() as connection:
        connection.execute(alerts.update().where(alerts.c.rule != "R1").values(rule="R2", code="CODE_2"))
    told = [alert.alert_id for alert in account_book.account_evidence(ref, NOW_US).alerts]
    assert told == [alert.alert_id for alert in reversed(AlertBook(database).in_force(subject, NOW_US))]
    assert len(told) == MOST_ALIKE + 1
    # The alert of R1 is the newest, and its effect ends first.
    (known,) = account_book.known_of([subject], NOW_US).values()
    assert known.until_us == NOW_US + 100


def test_what_is_known_holds_until_an_alert_ends_or_a_figure_ages(
    account_book: AccountBook, database: Database, subject: bytes
) -> None:
    aging = ["login_failures_24h", "inquiries_7d", "utilisation"]
    day_later_us, week_later_us = NOW_US + DAY_US + 1, NOW_US + 1 + 7 * DAY_US + 1

    def until_us(now_us: int, figures_that_matter: Sequence[str] = aging) -> int | None:
        return account_book.known_of([subject], now_us, figures_that_matter)[subject].until_us

    assert until_us(NOW_US) == day_later_us
    assert until_us(day_later_us) == week_later_us
    assert (until_us(week_later_us), until_us(NOW_US, ["utilisation"]), until_us(NOW_US, [])) == (None, None, None)
    raise_alerts(database, subject, [1])
    assert (until_us(NOW_US), until_us(NOW_US + 100)) == (NOW_US + 100, day_later_us)


def test_only_alerts_in_force_are_told(
    account_book: AccountBook, database: Database, ref: bytes, subject: bytes
) -> None:
    ids = raise_alerts(database, subject, [0, 1, 2, 3])
    alerts = AlertBook(database)
    alerts.acknowledge(ids[2], "clerk", NOW_US, release=False)
    alerts.acknowledge(ids[3], "clerk", NOW_US, release=True)

    def told(now_us: int) -> list[str]:
        return [alert.alert_id for alert in account_book.account_evidence(ref, now_us).alerts]

    assert told(NOW_US) == [ids[2], ids[1], ids[0]]
    assert told(NOW_US + 100) == [ids[2], ids[0]]
    assert told(NOW_US + 200) == [ids[0]]
    for now_us in (NOW_US, NOW_US + 100, NOW_US + 200):
        assert told(now_us) == [alert.alert_id for alert in reversed(alerts.in_force(subject, now_us))]
    alerts.settle([Settlement(KeyKind.ACCOUNT, subject, ["e1"], [])], NOW_US)
    assert told(NOW_US) == []


@settings(
    max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(events=event_lists(most=6))
def test_with_an_event_an_account_is_what_it_is_once_the_event_is_recorded(
    database: Database, vault: Vault, account_book: AccountBook, ref: bytes, events: list[AccountEvent]
) -> None:
    with database.writing() as connection:
        for table in ("account_events", "accounts", "subjects"):
            connection.exec_driver_sql(f"DELETE FROM {table}")
    book = EventBook(database, vault)
    for event in events:
        before = account_book.account(ref)
        draft = draft_of(event, vault)
        with database.reading() as connection:
            told = account_book.with_event(draft, NOW_US, connection)
        assert (told.subject, told.recorded_time_us) == (before and before.subject, None)
        book.record([event], NOW_US)
        assert told.evidence == account_book.account_evidence(ref, NOW_US)
        with database.reading() as connection:
            again = account_book.with_event(draft, NOW_US, connection)
        after = account_book.account(ref)
        assert after is not None
        assert again == (after.subject, draft.time_us, told.evidence)


def test_with_an_event_alerts_are_told_and_subjects_without_an_account_are_known(
    database: Database, vault: Vault, account_book: AccountBook, writer: EntryWriter, subject: bytes
) -> None:
    ids = raise_alerts(database, subject, [1, 2])
    (record,) = writer.write([entry_of(reservation({"own": 5}, 1), "subject-2", NOW_US, 0)])
    assert isinstance(record, Recorded)
    with database.reading() as connection:
        found = [
            account_book.with_event(draft_of(login_failed("new", subject_id=name), vault), NOW_US + 100, connection)
            for name in ("subject-1", "subject-2", "subject-3")
        ]
    assert [alert.alert_id for alert in found[0].evidence.alerts] == ids[1:]
    assert [one.subject for one in found] == [subject, record.sealed.subject, None]
    assert [one.evidence.figures.login_failures_24h for one in found] == [2, 1, 1]
