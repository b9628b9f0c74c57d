"""Events of accounts: recorded once each with all that follows from them, and read by account and by device."""

import threading
from collections.abc import Sequence
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, select, text

from underwriter.accounts import event_book
from underwriter.accounts.account_book import AccountBook
from underwriter.accounts.account_state import advance, told_by
from underwriter.accounts.errors import AmountTooFine, EventIdReused
from underwriter.accounts.event_book import EventBook, Reach, Span
from underwriter.accounts.event_recorder import EventRecorded
from underwriter.accounts.event_rows import StoredEvent
from underwriter.events.event_kind import event_kind
from underwriter.events.key_kind import KeyKind
from underwriter.ledger import Recorded
from underwriter.ledger.entry_writer import EntryWriter
from underwriter.ledger.keys import MasterKeys, SealingError, Vault
from underwriter.storage import Database, DatabaseUnavailable, open_database
from underwriter.storage.schema import account_events, accounts, counters, monitor_work, subjects
from underwriter.v1.account_event_pb2 import AccountEvent
from underwriter.v1.record_pb2 import AccountState

from .account_events import DAY_US, NOW_US, event_lists, event_of, login_failed, money
from .reservations import entry_of, reservation

PROPERTY = settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)


@pytest.fixture
def events(database: Database, vault: Vault) -> EventBook:
    return EventBook(database, vault)


@pytest.fixture
def known(database: Database) -> AccountBook:
    return AccountBook(database)


def recorded(answer: object) -> EventRecorded:
    assert isinstance(answer, EventRecorded)
    return answer


def ids(found: Sequence[StoredEvent]) -> list[str]:
    return [stored.event.event_id for stored in found]


def all_of(events: EventBook, kind: KeyKind, key: bytes) -> list[StoredEvent]:
    (found,) = events.stretches([Reach(kind, key, -(2**62), 0, 0)], 1000)
    return [events.opened(sealed) for sealed in found]


def rows(database: Database, table: str) -> int:
    with database.reading() as connection:
        return int(connection.execute(text(f"SELECT count(*) FROM {table}")).scalar_one())


def clear(database: Database) -> None:
    with database.writing() as connection:
        for table in (account_events, accounts, monitor_work, subjects, counters):
            connection.execute(delete(table))


def test_an_event_comes_back_as_it_was_sent(events: EventBook, vault: Vault) -> None:
    event = event_of(
        "e1", NOW_US - 5, device_id="手机", drawdown={"amount": money("10.25"), "facility": "facilities/x"}
    )
    answer = recorded(events.record([event], NOW_US)[0])
    assert (answer.event_id, answer.already_recorded, answer.device_ref) == ("e1", False, vault.device_ref("手机"))
    (stored,) = all_of(events, KeyKind.ACCOUNT, answer.subject)
    assert stored.event == event
    assert stored[:6] == (1, answer.subject, answer.device_ref, event_kind(event), NOW_US - 5, NOW_US)
    assert all_of(events, KeyKind.DEVICE, vault.device_ref("手机")) == [stored]
    assert events.event("e1") == stored
    assert events.event("e2") is None
    assert events.subject_id_of(answer.subject) == "subject-1"
    assert events.subject_id_of(b"nobody") is None


def test_an_event_counts_once(events: EventBook, known: AccountBook, vault: Vault, database: Database) -> None:
    event = login_failed("e1")
    answers = [*events.record([event, event], NOW_US), *events.record([event], NOW_US + 1)]
    assert [recorded(answer).already_recorded for answer in answers] == [False, True, True]
    assert len({recorded(answer).subject for answer in answers}) == 1
    assert rows(database, "account_events") == 1
    account = known.account(vault.subject_ref("subject-1"))
    assert account is not None
    assert (account.version, len(account.state.marks)) == (1, 1)


@pytest.mark.parametrize(
    "other",
    [
        login_failed("e1", NOW_US + 1),
        login_failed("e1", subject_id="subject-2"),
        login_failed("e1", device_id="d"),
        event_of("e1", login={"succeeded": True}),
    ],
)
@pytest.mark.parametrize("in_one_batch", [True, False])
def test_other_content_under_a_known_id_is_refused(
    events: EventBook, database: Database, other: AccountEvent, in_one_batch: bool
) -> None:
    if in_one_batch:
        _, refused = events.record([login_failed("e1"), other], NOW_US)
    else:
        events.record([login_failed("e1")], NOW_US)
        (refused,) = events.record([other], NOW_US)
    assert isinstance(refused, EventIdReused)
    assert refused.event_id == "e1"
    assert (rows(database, "account_events"), rows(database, "subjects")) == (1, 1)


def test_one_event_that_is_refused_keeps_none_from_being_recorded(events: EventBook) -> None:
    too_fine = event_of("e2", drawdown={"amount": money("1.5", "JPY")})
    first, refused, last = events.record([login_failed("e1"), too_fine, login_failed("e3")], NOW_US)
    assert isinstance(refused, AmountTooFine)
    assert ids(all_of(events, KeyKind.ACCOUNT, recorded(first).subject)) == ["e1", "e3"]
    assert not recorded(last).already_recorded
    assert isinstance(events.record([too_fine], NOW_US)[0], AmountTooFine)


def test_numbers_have_no_gap_and_are_not_given_twice(events: EventBook, database: Database) -> None:
    events.record([login_failed("e1"), login_failed("e1"), login_failed("e2")], NOW_US)
    with database.writing() as connection:
        connection.execute(delete(account_events).where(account_events.c.event_id == "e2"))
    events.record([login_failed("e2"), login_failed("e3")], NOW_US)
    with database.reading() as connection:
        found = connection.execute(select(account_events.c.sequence).order_by(account_events.c.sequence)).scalars()
        assert list(found) == [1, 3, 4]


def test_the_ledger_and_the_events_mean_the_same_subject(
    events: EventBook, writer: EntryWriter, database: Database
) -> None:
    first = recorded(events.record([login_failed("e1")], NOW_US)[0])
    (entry,) = writer.write([entry_of(reservation({"own": 5}, 1), "subject-1", NOW_US, 0)])
    assert isinstance(entry, Recorded)
    assert entry.sealed.subject == first.subject
    (other,) = writer.write([entry_of(reservation({"own": 5}, 2), "subject-2", NOW_US, 0)])
    assert isinstance(other, Recorded)
    again = recorded(events.record([login_failed("e2", subject_id="subject-2")], NOW_US)[0])
    assert again.subject == other.sealed.subject
    assert rows(database, "subjects") == 2


@PROPERTY
@given(event_lists(subjects=3, most=40), st.integers(1, 12))
def test_accounts_are_what_the_event_table_tells(
    events: EventBook, known: AccountBook, vault: Vault, database: Database, made: list[AccountEvent], size: int
) -> None:
    clear(database)
    for start in range(0, len(made), size):
        events.record(made[start : start + size], NOW_US)
    for subject_id in {event.subject_id for event in made}:
        account = known.account(vault.subject_ref(subject_id))
        assert account is not None
        stored = all_of(events, KeyKind.ACCOUNT, account.subject)
        parts = [told_by(one.event, event_kind(one.event), vault.party_ref) for one in stored]
        assert account.state == advance(AccountState(), parts)
        assert account.version == len(stored) == sum(event.subject_id == subject_id for event in made)


@PROPERTY
@given(event_lists(subjects=2, most=25), st.data())
def test_windows_hold_the_newest_events_of_a_key_in_order(
    events: EventBook, vault: Vault, database: Database, made: list[AccountEvent], data: st.DataObject
) -> None:
    clear(database)
    answers = [recorded(answer) for answer in events.record(made, NOW_US)]
    times = [event.event_time.ToMicroseconds() for event in made]
    edges = st.sampled_from([*times, NOW_US]).flatmap(lambda time_us: st.integers(time_us - 1, time_us + 1))
    start_us, end_us, most = data.draw(edges), data.draw(edges), data.draw(st.integers(0, 30))
    keys: list[tuple[KeyKind, bytes]] = [(KeyKind.DEVICE, vault.device_ref("device-1"))]
    keys += [(KeyKind.ACCOUNT, answer.subject) for answer in answers[:1]]
    for kind, key in keys:
        of_key = sorted(
            (time_us, event.event_id)
            for event, time_us, answer in zip(made, times, answers, strict=True)
            if key == (answer.subject if kind is KeyKind.ACCOUNT else answer.device_ref)
        )
        inside = [event_id for time_us, event_id in of_key if start_us <= time_us <= end_us]
        with database.reading() as connection:
            within = events.within(Span(kind, key, start_us, end_us, most), connection)
        assert [sealed.event_id for sealed in within] == inside[max(0, len(inside) - most) :]
        reach_us = data.draw(st.integers(0, 400 * DAY_US))
        before = [event_id for time_us, event_id in of_key if start_us - reach_us <= time_us < start_us]
        after = [event_id for time_us, event_id in of_key if time_us >= start_us]
        (found,) = events.stretches([Reach(kind, key, start_us, reach_us, most)], 7)
        assert [events.opened(sealed).event.event_id for sealed in found] == [sealed.event_id for sealed in found]
        assert [sealed.event_id for sealed in found] == before[max(0, len(before) - most) :] + after[:7]


@pytest.mark.parametrize("most_at_once", [event_book.MOST_AT_ONCE, 150, 3])
def test_the_events_of_many_keys_are_read_together(
    database: Database, vault: Vault, monkeypatch: pytest.MonkeyPatch, most_at_once: int
) -> None:
    monkeypatch.setattr(event_book, "MOST_AT_ONCE", most_at_once)
    book, random = EventBook(database, vault), Random(6)  # noqa: S311 - no secret
    made = [
        login_failed(
            f"e{number}",
            NOW_US + random.randrange(40),
            subject_id=f"subject-{random.randrange(70)}",
            device_id=f"device-{number % 9}",
        )
        for number in range(300)
    ]
    of_key: dict[tuple[KeyKind, bytes], list[tuple[int, str]]] = {(KeyKind.DEVICE, b"nobody's"): []}
    for event, answer in zip(made, map(recorded, book.record(made, NOW_US)), strict=True):
        for key in ((KeyKind.ACCOUNT, answer.subject), (KeyKind.DEVICE, vault.device_ref(event.device_id))):
            of_key.setdefault(key, []).append((event.event_time.ToMicroseconds(), event.event_id))
    reaches = [Reach(*key, NOW_US + random.randrange(40), random.randrange(20), random.randrange(6)) for key in of_key]
    for reach, found in zip(reaches, book.stretches(reaches, 4), strict=True):
        in_order = sorted(of_key[reach.key_kind, reach.key])
        before = [one for one in in_order if reach.from_us - reach.back_us <= one[0] < reach.from_us]
        after = [one for one in in_order if one[0] >= reach.from_us]
        expected = before[max(0, len(before) - reach.most_before) :] + after[:4]
        assert [(event.event_time_us, event.event_id) for event in found] == expected


def test_the_newest_events_come_first(events: EventBook, vault: Vault) -> None:
    events.record([login_failed(f"e{number}", NOW_US - number) for number in range(5)], NOW_US)
    assert ids(events.events_of(vault.subject_ref("subject-1"), 3)) == ["e0", "e1", "e2"]
    assert events.events_of(vault.subject_ref("subject-2"), 3) == []


def test_events_of_subjects_without_a_key_are_passed_over(events: EventBook, vault: Vault, database: Database) -> None:
    gone, kept = (
        recorded(answer)
        for answer in events.record(
            [login_failed("e1", device_id="d"), login_failed("e2", subject_id="subject-2", device_id="d")], NOW_US
        )
    )
    with database.writing() as connection:
        connection.execute(delete(subjects).where(subjects.c.subject == gone.subject))
    assert ids(all_of(events, KeyKind.DEVICE, vault.device_ref("d"))) == ["e2"]
    assert all_of(events, KeyKind.ACCOUNT, gone.subject) == []
    assert events.subject_id_of(kept.subject) == "subject-2"


def test_an_event_does_not_open_by_another_key_or_in_another_place(
    events: EventBook, database: Database, vault: Vault
) -> None:
    answer = recorded(events.record([login_failed("e1"), login_failed("e2", NOW_US + 1)], NOW_US)[0])
    with pytest.raises(SealingError):
        EventBook(database, Vault(database, MasterKeys.generate())).event("e1")
    with database.writing() as connection:
        payload = select(account_events.c.payload).where(account_events.c.event_id == "e1").scalar_subquery()
        moved = account_events.update().where(account_events.c.event_id == "e2").values(payload=payload)
        connection.execute(moved)
    (found,) = events.stretches([Reach(KeyKind.ACCOUNT, answer.subject, 0, 0, 0)], 1)
    assert events.opened(found[0]).event.event_id == "e1"
    with pytest.raises(SealingError, match="events/e2"):
        all_of(events, KeyKind.ACCOUNT, answer.subject)
    damaged = AccountEvent(event_id="e2", event_time=login_failed("e2", NOW_US + 1).event_time)
    newest = events.events_of(vault.subject_ref("subject-1"), 2)
    assert [stored.event for stored in newest] == [damaged, login_failed("e1")]


@pytest.mark.parametrize(("damaged", "told"), [(["e2"], "subject-1"), (["e1", "e2"], None)])
def test_the_newest_event_that_can_be_opened_tells_whose_it_is(
    events: EventBook, database: Database, damaged: list[str], told: str | None
) -> None:
    answer = recorded(events.record([login_failed("e1"), login_failed("e2", NOW_US + 1)], NOW_US)[0])
    with database.writing() as connection:
        connection.execute(account_events.update().where(account_events.c.event_id.in_(damaged)).values(payload=b"x"))
    if told is None:
        with pytest.raises(SealingError):
            events.subject_id_of(answer.subject)
    else:
        assert events.subject_id_of(answer.subject) == told


def test_nothing_of_a_person_or_device_stands_in_clear(events: EventBook, database: Database) -> None:
    event = event_of("e1", subject_id="planted-person", device_id="planted-device", inquiry={"lender": "planted-bank"})
    events.record([event], NOW_US)
    with database.reading() as connection:
        for table in ("account_events", "accounts", "monitor_work", "subjects"):
            for row in connection.execute(text(f"SELECT * FROM {table}")):
                assert not any(b"planted" in bytes(str(value), "utf-8") for value in row)
                assert not any(isinstance(value, bytes) and b"planted" in value for value in row)


@pytest.mark.parametrize("table", ["counters", "subjects", "accounts", "account_events", "monitor_work"])
def test_a_fault_at_any_point_leaves_nothing_half_written(events: EventBook, database: Database, table: str) -> None:
    events.record([login_failed("e1")], NOW_US)
    before = {name: rows(database, name) for name in ("account_events", "accounts", "subjects", "monitor_work")}
    with database.writing() as connection:
        connection.execute(text(f"ALTER TABLE {table} RENAME TO elsewhere"))
    batch = [login_failed("e2"), login_failed("e3", subject_id="subject-2", device_id="d")]
    with pytest.raises(DatabaseUnavailable):
        events.record(batch, NOW_US)
    with database.writing() as connection:
        connection.execute(text(f"ALTER TABLE elsewhere RENAME TO {table}"))
    assert {name: rows(database, name) for name in before} == before
    assert not any(recorded(answer).already_recorded for answer in events.record(batch, NOW_US))
    assert rows(database, "account_events") == 3


def test_two_servers_record_the_same_events_once(database_url: str, database: Database) -> None:
    keys = MasterKeys.generate()
    made = [login_failed(f"e{number}", subject_id=f"subject-{number % 5}", device_id="d") for number in range(60)]
    answers: list[object] = []

    def record_all() -> None:
        server = open_database(database_url)
        book = EventBook(server, Vault(server, keys))
        for start in range(0, len(made), 6):
            answers.extend(book.record(made[start : start + 6], NOW_US))
        server.close()

    threads = [threading.Thread(target=record_all) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [recorded(answer).already_recorded for answer in answers].count(False) == len(made)
    assert (rows(database, "account_events"), rows(database, "subjects"), rows(database, "monitor_work")) == (60, 5, 6)
    with database.reading() as connection:
        found = sorted(connection.execute(select(account_events.c.sequence)).scalars())
    assert found == list(range(1, 61))
