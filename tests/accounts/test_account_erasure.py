"""Erasing and exporting a subject with an account: its events, figures, alerts and grades go with its key."""

import asyncio
from collections.abc import Iterator, Sequence
from typing import Any

import pytest
from sqlalchemy import select, text

from underwriter.accounts.alert import RaisedAlert
from underwriter.accounts.alert_book import AlertBook, Settlement
from underwriter.accounts.erasure import SubjectErasure, _erasure, _with_account_deleted
from underwriter.accounts.event_book import EventBook, Reach
from underwriter.accounts.event_recorder import EventRecorded
from underwriter.accounts.facility_book import FacilityBook
from underwriter.accounts.warnings import Graded, WarningGrades
from underwriter.events.key_kind import KeyKind
from underwriter.ledger import (
    RequestIdReused,
    SqlLedger,
    SubjectChanged,
    SubjectUnknown,
    open_ledger,
)
from underwriter.ledger.keys import MasterKeys
from underwriter.storage import DatabaseUnavailable
from underwriter.storage.schema import account_events, accounts, alerts, monitor_work, subjects, warning_moves

from .account_events import NOW_US, event_of, login_failed

TABLES = (account_events, accounts, warning_moves, alerts)


@pytest.fixture
def ledger(database_url: str) -> Iterator[SqlLedger]:
    with open_ledger(database_url, MasterKeys.generate()) as opened:
        yield opened


@pytest.fixture
def erasure(ledger: SqlLedger) -> SubjectErasure:
    return SubjectErasure(ledger, FacilityBook(ledger.database), ledger.vault, ledger.database)


@pytest.fixture
def events(ledger: SqlLedger) -> EventBook:
    return EventBook(ledger.database, ledger.vault)


def begin(ledger: SqlLedger, events: EventBook, subject_id: str) -> bytes:
    """Have something of every kind happen to a subject; return what stands for it."""
    made = [event_of(f"{subject_id}-{number}", subject_id=subject_id, device_id="d", login={}) for number in range(3)]
    answer = events.record(made, NOW_US)[0]
    assert isinstance(answer, EventRecorded)
    subject, trigger = answer.subject, made[0].event_id
    found = RaisedAlert(subject, "m", "R1", "CODE", 3, 1, trigger, (trigger,), NOW_US, None)
    AlertBook(ledger.database).settle([Settlement(KeyKind.DEVICE, b"device", [trigger], [found])], NOW_US)
    WarningGrades(ledger.database).set([Graded(subject, "RED", 4)], NOW_US)
    return subject


def rows_of(ledger: SqlLedger, subject: bytes) -> list[int]:
    """How many rows each table has of a subject, the monitors' work the last."""
    statements = [select(table).where(table.c.subject == subject) for table in TABLES]
    statements.append(select(monitor_work).where(monitor_work.c.key == subject))
    with ledger.database.reading() as connection:
        return [len(connection.execute(statement).all()) for statement in statements]


def erase(erasure: SubjectErasure, subject_id: str = "subject-1", request_id: str = "erase-1") -> None:
    asyncio.run(erasure.erase(request_id, subject_id, NOW_US))


def test_nothing_of_the_account_is_left(ledger: SqlLedger, events: EventBook, erasure: SubjectErasure) -> None:
    subject, other = begin(ledger, events, "subject-1"), begin(ledger, events, "subject-2")
    assert rows_of(ledger, subject) == rows_of(ledger, other) == [3, 1, 1, 1, 1]
    erase(erasure)
    assert rows_of(ledger, subject) == [0, 0, 0, 0, 0]
    assert rows_of(ledger, other) == [3, 1, 1, 1, 1]
    assert events.events_of(ledger.vault.subject_ref("subject-1"), 9) == []
    (of_device,) = events.stretches([Reach(KeyKind.DEVICE, ledger.vault.device_ref("d"), 0, 0, 0)], 9)
    assert {stored.subject for stored in of_device} == {other}
    # The retry finds what was done, and what happens from now on is of somebody new.
    erase(erasure)
    assert begin(ledger, events, "subject-1") != subject


def test_the_events_of_a_subject_without_records_are_erased_too(
    ledger: SqlLedger, events: EventBook, erasure: SubjectErasure
) -> None:
    with pytest.raises(SubjectUnknown):
        erase(erasure)
    events.record([login_failed("e1")], NOW_US)
    erase(erasure)
    with ledger.database.reading() as connection:
        assert connection.execute(select(subjects)).all() == []


def test_an_erasure_that_is_refused_deletes_nothing(
    ledger: SqlLedger, events: EventBook, erasure: SubjectErasure
) -> None:
    subject, other = begin(ledger, events, "subject-1"), begin(ledger, events, "subject-2")
    erase(erasure, "subject-1", "erase-1")
    with pytest.raises(RequestIdReused):
        erase(erasure, "subject-2", "erase-1")
    assert rows_of(ledger, subject) == [0, 0, 0, 0, 0]
    assert rows_of(ledger, other) == [3, 1, 1, 1, 1]


def test_a_request_that_was_recorded_meanwhile_deletes_nothing(
    ledger: SqlLedger, events: EventBook, erasure: SubjectErasure
) -> None:
    begin(ledger, events, "subject-1")
    other = begin(ledger, events, "subject-2")
    erase(erasure, "subject-1", "erase-1")
    # As if the record of the same request had not been there yet when it was looked for.
    entry = _erasure("erase-1", other, 0, NOW_US)
    with pytest.raises(SubjectChanged):
        asyncio.run(ledger.commit_in_turn(lambda connection: _with_account_deleted(connection, entry)))
    assert rows_of(ledger, other) == [3, 1, 1, 1, 1]


@pytest.mark.parametrize("table", ["alerts", "entries"])
def test_a_fault_leaves_the_account_and_its_key(
    ledger: SqlLedger, events: EventBook, erasure: SubjectErasure, table: str
) -> None:
    subject = begin(ledger, events, "subject-1")
    with ledger.database.writing() as connection:
        connection.execute(text(f"ALTER TABLE {table} RENAME TO elsewhere"))
    with pytest.raises(DatabaseUnavailable):
        erase(erasure)
    with ledger.database.writing() as connection:
        connection.execute(text(f"ALTER TABLE elsewhere RENAME TO {table}"))
    assert rows_of(ledger, subject) == [3, 1, 1, 1, 1]
    assert len(events.events_of(ledger.vault.subject_ref("subject-1"), 9)) == 3
    erase(erasure)
    assert rows_of(ledger, subject) == [0, 0, 0, 0, 0]


def test_the_same_erasure_asked_for_at_once_is_one(
    ledger: SqlLedger, events: EventBook, erasure: SubjectErasure
) -> None:
    subject = begin(ledger, events, "subject-1")

    async def erase_often() -> Sequence[Any]:
        return await asyncio.gather(*(erasure.erase("erase-1", "subject-1", NOW_US) for _ in range(4)))

    answers = asyncio.run(erase_often())
    assert len(set(answers)) == 1
    assert rows_of(ledger, subject) == [0, 0, 0, 0, 0]
