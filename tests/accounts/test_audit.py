"""The audit: nothing to tell of sound tables, and every tampering told."""

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from sqlalchemy import delete, insert, update

from underwriter.accounts import audit as audit_module
from underwriter.accounts.audit import Difference, audit
from underwriter.accounts.facility import FacilityState
from underwriter.ledger import Entry, EntryKind, Recorded, version_after
from underwriter.ledger.entry_writer import EntryWriter
from underwriter.storage import open_database
from underwriter.storage.database import Database
from underwriter.storage.schema import commitments, counted_shares, entries, facilities, facility_parts, subjects
from underwriter.v1.record_pb2 import (
    FACILITY_EVENT_KIND_DRAWN,
    TOTAL_KIND_CONCENTRATION,
    TOTAL_KIND_FUNDER,
    TOTAL_KIND_GUARANTOR,
    FacilityEvent,
    FunderAmount,
    RecordFacts,
)

from .lending_histories import Approval, Change, Happening, History, Step, Story, steps, subject_of, uuid

# Facilities 0 and 1 are in use, 2 is set aside, 3 and 4 are over; the subject of 4 is erased.
PLAYED: list[Step] = [
    Approval(0, (("BANK_A", 7_000), ("OWN", 3_000)), ((TOTAL_KIND_GUARANTOR, "FUND", "0.8"),)),
    Approval(1, (("OWN", 500),), currency="JPY", revolving=True),
    Approval(0, (("OWN", 900),), expected_loss=None),
    Approval(2, (("OWN", 10),)),
    Approval(3, (("BANK_B", 20),)),
    Change("draw", 0),
    Change("draw", 1),
    Change("repay", 1),
    Change("release", 3),
    Change("expire", 4),
    Change("erase", 3),
]
IN_USE, SET_ASIDE, OVER = uuid(0), uuid(2), uuid(3)
AT_FIRST, AT_LAST = facilities.c.facility_id == IN_USE, facilities.c.facility_id == OVER


@pytest.fixture
def history(database: Database) -> History:
    history = History(database)
    history.play(PLAYED)
    return history


@pytest.mark.usefixtures("history")
def test_sound_tables_agree_with_the_log(database: Database) -> None:
    report = audit(database)
    assert report.differences == ()
    assert (report.record_count, report.facility_count) == (len(PLAYED), 5)


def test_an_empty_database_agrees(database: Database) -> None:
    report = audit(database)
    assert (report.record_count, report.facility_count, report.differences) == (0, 0, ())


@given(steps=steps())
@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
def test_every_history_agrees_with_its_tables(database: Database, steps: list[Step]) -> None:
    history = History(database)
    history.play(steps)
    report = audit(database)
    assert report.differences == ()
    assert report.facility_count == len(history.facilities)


@given(steps=steps())
@settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
def test_the_tables_that_the_ledger_keeps_agree(database: Database, writer: EntryWriter, steps: list[Step]) -> None:
    """Written by the ledger itself, subjects erased on the way among them."""
    History(database)
    story, subject_of_facility = Story(), {}
    for happening in filter(None, map(story.take, steps)):
        subject = subject_of_facility.get(happening.event.facility_id) if happening.event else None
        (record,) = writer.write([_entry(happening, subject)])
        if happening.event is not None:
            assert isinstance(record, Recorded), record
            subject_of_facility.setdefault(happening.event.facility_id, record.sealed.subject)
    report = audit(database)
    assert report.differences == ()
    assert report.facility_count == len(story.facilities)


def _entry(happening: Happening, subject: bytes | None) -> Entry:
    facts = RecordFacts(facility=happening.event).SerializeToString() if happening.event else b""
    return Entry(
        kind=EntryKind.RELEASE if happening.event else EntryKind.ERASURE,
        entry_id=happening.entry_id,
        request_id=happening.entry_id,
        subject_id="" if subject else f"subject-{happening.subject}",
        subject=subject or b"",
        product="",
        outcome=0,
        policy_version="",
        time_us=happening.time_us,
        request=b"",
        answer=b"",
        evidence=b"",
        facts=facts,
        expected_version=None,
    )


CHANGED_FIELDS = {
    "subject": subject_of(9),
    "state": int(FacilityState.RELEASED),
    "product": "OTHER",
    "currency": "USD",
    "revolving": True,
    "purpose": 7,
    "term_months": 24,
    "user_group": "other",
    "grade": "C",
    "annual_rate": "0.0720",
    "expected_loss": 99,
    "approve_time_us": 1,
    "expire_time_us": 1,
}


def test_the_cases_cover_every_column_of_a_facility() -> None:
    assert {"facility_id", *CHANGED_FIELDS} == {column.name for column in facilities.c}


@pytest.mark.parametrize("facility_id", [IN_USE, SET_ASIDE, OVER])
def test_a_changed_field_of_a_facility_is_told(database: Database, history: History, facility_id: str) -> None:
    sound = next(facility for facility in history.facilities if facility.facility_id == facility_id)
    for name, other in CHANGED_FIELDS.items():
        value = int(FacilityState.CLOSED) if other == getattr(sound, name) else other
        history.tamper(update(facilities).where(facilities.c.facility_id == facility_id).values({name: value}))
        told = audit(database).differences
        assert told == (Difference(f"facility {facility_id}", name, getattr(sound, name), value),)
        history.write_tables()


@pytest.mark.parametrize("name", ["credit_limit", "drawn", "undrawn"])
def test_a_changed_amount_of_a_funder_is_told(database: Database, history: History, name: str) -> None:
    is_part = (facility_parts.c.facility_id == IN_USE) & (facility_parts.c.funder == "BANK_A")
    history.tamper(update(facility_parts).where(is_part).values({name: 2**60}))
    before = getattr(history.facilities[0].parts[0], name)
    assert audit(database).differences == (Difference(f"facility {IN_USE}", f"{name} of BANK_A", before, 2**60),)


def test_a_removed_facility_is_told(database: Database, history: History) -> None:
    history.tamper(
        delete(facility_parts).where(facility_parts.c.facility_id == OVER), delete(facilities).where(AT_LAST)
    )
    assert audit(database).differences == (Difference(f"facility {OVER}", "its row", "RELEASED", None),)


def test_a_facility_that_no_record_made_is_told(database: Database, history: History) -> None:
    made_up = uuid(99)
    row = {"facility_id": made_up, **CHANGED_FIELDS}
    history.tamper(
        insert(facilities).values(row),
        insert(facility_parts).values(facility_id=made_up, funder="OWN", credit_limit=5, drawn=0, undrawn=5),
    )
    assert audit(database).differences == (Difference(f"facility {made_up}", "its row", None, 4),)


def test_a_facility_that_another_record_is_named_for_is_told(database: Database, history: History) -> None:
    erasure = uuid(10)
    history.tamper(insert(facilities).values({"facility_id": erasure, **CHANGED_FIELDS}))
    assert audit(database).differences == (Difference(f"facility {erasure}", "its row", None, 4),)


def test_removed_and_added_parts_are_told(database: Database, history: History) -> None:
    history.tamper(
        delete(facility_parts).where(facility_parts.c.funder == "BANK_A"),
        insert(facility_parts).values(facility_id=IN_USE, funder="BANK_X", credit_limit=7, drawn=7, undrawn=0),
    )
    place = f"facility {IN_USE}"
    assert audit(database).differences == (
        Difference(place, "part of BANK_A", 7_000, None),
        Difference(place, "part of BANK_X", None, 7),
    )


def test_changed_removed_and_added_shares_are_told(database: Database, history: History) -> None:
    place, is_fund = f"facility {IN_USE}", counted_shares.c.name == "FUND"
    history.tamper(
        update(counted_shares).where(is_fund).values(share="0.9"),
        insert(counted_shares).values(facility_id=OVER, kind=TOTAL_KIND_CONCENTRATION, name="X", share="1"),
    )
    assert audit(database).differences == (
        Difference(f"facility {OVER}", "share of concentration X", None, "1"),
        Difference(place, "share of guarantor FUND", "0.8", "0.9"),
    )
    history.write_tables()
    history.tamper(delete(counted_shares))
    assert audit(database).differences == (Difference(place, "share of guarantor FUND", "0.8", None),)


def test_parts_and_shares_of_no_facility_are_told(sqlite_url: str) -> None:
    """Only SQLite can be made to take them: its foreign keys are each connection's own affair."""
    database = open_database(sqlite_url)
    History(database).play(PLAYED)
    with database.reading() as stranger:
        stranger.exec_driver_sql("PRAGMA foreign_keys = OFF")
        stranger.execute(
            insert(facility_parts).values(facility_id=uuid(99), funder="OWN", credit_limit=5, drawn=0, undrawn=5)
        )
        stranger.execute(
            insert(counted_shares).values(facility_id=uuid(99), kind=TOTAL_KIND_GUARANTOR, name="FUND", share="1")
        )
    assert audit(database).differences == (
        Difference(f"facility {uuid(99)}", "part of OWN", None, 5),
        Difference(f"facility {uuid(99)}", "share of guarantor FUND", None, "1"),
    )
    database.close()


def test_what_totals_have_come_to_is_compared(database: Database, history: History) -> None:
    history.tamper(
        update(commitments).where(commitments.c.name == "BANK_A").values(committed=6_999),
        update(commitments).where(commitments.c.name == "FUND").values(kind=TOTAL_KIND_CONCENTRATION),
        delete(commitments).where(commitments.c.currency == "JPY"),
        insert(commitments).values(kind=TOTAL_KIND_FUNDER, name="BANK_X", currency="CNY", committed=1),
        insert(commitments).values(kind=TOTAL_KIND_FUNDER, name="BANK_Y", currency="CNY", committed=0),
        insert(commitments).values(kind=9, name="BANK_Z", currency="CNY", committed=3),
    )
    assert audit(database).differences == (
        Difference("funder BANK_A in CNY", "committed", 7_000, 6_999),
        Difference("funder BANK_X in CNY", "committed", 0, 1),
        Difference("funder OWN in JPY", "committed", 500, 0),
        Difference("guarantor FUND in CNY", "committed", 8_000, 0),
        Difference("concentration FUND in CNY", "committed", 0, 8_000),
        Difference("kind 9 BANK_Z in CNY", "committed", 0, 3),
    )


def test_versions_of_subjects_are_compared(
    database: Database, history: History, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(audit_module, "SUBJECTS_AT_ONCE", 2)
    history.tamper(
        update(subjects).where(subjects.c.subject == subject_of(2)).values(version=1),
        insert(subjects).values(subject=subject_of(8), subject_ref=b"8", wrapped_key=b"", master_key_id="", version=4),
    )
    assert audit(database).differences == (
        Difference(f"subject {'02' * 16}", "version", version_after(version_after(0, uuid(3)), uuid(8)), 1),
        Difference(f"subject {'08' * 16}", "version", 0, 4),
    )


def facts_of(facility_id: str, amount: int, funder: str = "OWN") -> bytes:
    event = FacilityEvent(facility_id=facility_id, kind=FACILITY_EVENT_KIND_DRAWN)
    event.parts.append(FunderAmount(funder=funder, amount=amount))
    return bytes(RecordFacts(facility=event).SerializeToString())


@pytest.mark.parametrize(
    ("facts", "cause"),
    [
        (b"\xff", "its facts can't be read"),
        (RecordFacts().SerializeToString() + b"\x12\x00", "its facts tell of nothing"),
        (facts_of(uuid(99), 1), f"{uuid(99)} is impossible"),
        (facts_of(SET_ASIDE, 901), f"{SET_ASIDE} is impossible"),
        (facts_of(SET_ASIDE, 1, "BANK_X"), f"{SET_ASIDE} is impossible"),
    ],
)
def test_records_that_can_not_be_are_told(database: Database, history: History, facts: bytes, cause: str) -> None:
    drawdown = entries.c.log_index == 5
    history.tamper(update(entries).where(drawdown).values(facts=facts, subject=subject_of(0)))
    first, *others = audit(database).differences
    assert (first.place, first.field) == ("record 5 of the log decisions", "facts")
    assert cause in str(first.logged)
    assert {difference.place for difference in others} >= {f"facility {IN_USE}"}, "its drawdown is missing now"


def test_a_facility_named_for_another_decision_is_told(database: Database, history: History) -> None:
    history.tamper(update(entries).where(entries.c.log_index == 2).values(entry_id=uuid(77)))
    first = audit(database).differences[0]
    assert "not named for the decision" in str(first.logged)


def test_a_removed_record_is_told_by_what_it_did(database: Database, history: History) -> None:
    history.tamper(delete(entries).where(entries.c.log_index == 6))
    told = {(difference.place, difference.field) for difference in audit(database).differences}
    assert (f"facility {uuid(1)}", "state") in told
    assert (f"subject {'01' * 16}", "version") in told


def test_records_in_several_logs_are_folded_together(database: Database, history: History) -> None:
    history.play([Approval(1, (("BANK_A", 30),))])
    history.move_records_to_another_log(first=len(PLAYED))
    report = audit(database)
    assert (report.differences, report.facility_count) == ((), 6)


@pytest.mark.usefixtures("history")
def test_progress_reaches_the_end_in_steps(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(audit_module, "RECORDS_AT_ONCE", 4)
    monkeypatch.setattr(audit_module, "FACILITIES_AT_ONCE", 2)
    told: list[tuple[int, int]] = []
    assert audit(database, lambda done, total: told.append((done, total))).differences == ()
    assert told == [(4, 11), (8, 11), (11, 11)]


def test_what_is_written_meanwhile_does_not_disturb(
    database: Database, history: History, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between any two reads of the audit, more is lent: it must see none of it, in the log or in the tables."""
    monkeypatch.setattr(audit_module, "RECORDS_AT_ONCE", 2)
    rounds: list[int] = []

    def lend_more(done: int, total: int) -> None:
        del total
        history.play([Approval(0, (("OWN", 1_000),)), Change("draw", 2), Change("repay", 0)])
        rounds.append(done)

    report = audit(database, lend_more)
    assert (report.differences, report.record_count) == ((), len(PLAYED))
    assert len(rounds) == 6
    assert audit(database).record_count > len(PLAYED)


@pytest.mark.usefixtures("history")
def test_totals_are_compared_if_nothing_else_differs(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """The tables can't do it, so the statement is made wrong."""
    summed = audit_module.summarize

    def summed_wrongly(*arguments: object) -> list[object]:
        first, *others = summed(*arguments)  # type: ignore[arg-type]
        return [replace(first, drawn=first.drawn + 1), *others[:-1]]

    monkeypatch.setattr(audit_module, "summarize", summed_wrongly)
    differences = audit(database).differences
    assert differences[0].place.startswith("total in ")
    assert {difference.field for difference in differences} >= {"drawn", "approved_count"}


def test_a_difference_is_told_in_one_line() -> None:
    told = str(Difference("facility x", "subject", subject_of(1), None))
    assert told == f"facility x: subject: the log says {'01' * 16}, the tables nothing"
