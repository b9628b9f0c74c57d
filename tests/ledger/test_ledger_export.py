"""The export of a subject: every kind of record, oldest first, as JSON of the API's messages."""

import asyncio
import json
from collections.abc import Sequence
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import update

from underwriter.ledger import Entry, EntryKind, PageTokenInvalid, SqlLedger, SubjectUnknown
from underwriter.ledger.export import SubjectExport
from underwriter.ledger.page_token import Position
from underwriter.storage.schema import entries
from underwriter.v1.decision_pb2 import Decision
from underwriter.v1.decision_service_pb2 import DecideRequest
from underwriter.v1.facility_service_pb2 import (
    ConfirmDrawdownRequest,
    Facility,
    RecordRepaymentRequest,
    ReleaseReservationRequest,
)
from underwriter.v1.ledger_service_pb2 import ExportSubjectResponse, SubjectRecord
from underwriter.v1.record_pb2 import Evidence

NOW_US = 1_790_000_000_000_000
FACILITY = Facility(name="facilities/1", product="顯示")
KINDS: list[tuple[EntryKind, Any, Any, Any]] = [
    (
        EntryKind.DECISION,
        DecideRequest(product="PAY_LATER", application={"applicant": {"subject_id": "subject-1", "age": 47}}),
        Decision(request_id="r-1"),
        Evidence(engine_version="1"),
    ),
    (EntryKind.DRAWDOWN, ConfirmDrawdownRequest(request_id="d-1", facility="facilities/1"), FACILITY, None),
    (EntryKind.REPAYMENT, RecordRepaymentRequest(request_id="p-1", facility="facilities/1"), FACILITY, None),
    (EntryKind.RELEASE, ReleaseReservationRequest(request_id="e-1", facility="facilities/1"), FACILITY, None),
    (EntryKind.EXPIRY, None, FACILITY, None),
    (EntryKind.EXPIRY, None, None, None),
]


def entry(number: int, subject_id: str = "subject-1") -> Entry:
    kind, *messages = KINDS[number]
    parts = [message.SerializeToString() if message is not None else b"" for message in messages]
    times = NOW_US + number * 1_000_000
    return Entry(kind, str(uuid4()), str(uuid4()), subject_id, b"", "P", 0, "", times, *parts, b"", None)


@pytest.fixture
def recorded(ledger: SqlLedger) -> list[Entry]:
    """One record of each kind on a subject, made in no order, and some on another."""
    made = [entry(number) for number in range(len(KINDS))]

    async def commit() -> None:
        for one in [*reversed(made), entry(0, "subject-2")]:
            await ledger.commit(one)

    asyncio.run(commit())
    return made


class Others:
    """What is stored outside the log on subject-1: times and ids, in order."""

    def __init__(self, stored: Sequence[tuple[int, str]] = ()) -> None:
        self._stored = stored

    def records_after(self, subject_id: str, after: Position, most: int) -> list[SubjectRecord]:
        later = [position for position in self._stored if position > after and subject_id == "subject-1"]
        return [other(*position) for position in later[:most]]


def other(time_us: int, name: str) -> SubjectRecord:
    record = SubjectRecord(name=f"others/{name}")
    record.record_time.FromMicroseconds(time_us)
    return record


def page_of(
    ledger: SqlLedger,
    page_size: int = 100,
    page_token: str = "",
    subject_id: str = "subject-1",
    others: Sequence[tuple[int, str]] = (),
) -> Any:
    export = SubjectExport(ledger.entries, Others(others), ledger.vault)
    page: ExportSubjectResponse = asyncio.run(export.page(subject_id, page_size, page_token))
    return page


def test_all_kinds_of_records_come_oldest_first_with_all_that_they_hold(
    ledger: SqlLedger, recorded: list[Entry]
) -> None:
    page = page_of(ledger)
    assert page.next_page_token == ""
    assert [record.kind for record in page.records] == [kind.name for kind, *_ in KINDS]
    names = [f"{'decisions' if one.kind == EntryKind.DECISION else 'records'}/{one.entry_id}" for one in recorded]
    assert [record.name for record in page.records] == names
    assert [record.record_time.ToMicroseconds() for record in page.records] == [one.time_us for one in recorded]
    decision = page.records[0]
    applicant = {"subject_id": "subject-1", "age": 47}
    assert json.loads(decision.request_json) == {"product": "PAY_LATER", "application": {"applicant": applicant}}
    assert json.loads(decision.answer_json) == {"request_id": "r-1"}
    assert json.loads(decision.evidence_json) == {"engine_version": "1"}
    for record, (_, request, _, _) in zip(page.records[1:4], KINDS[1:4], strict=True):
        assert json.loads(record.request_json) == {"request_id": request.request_id, "facility": "facilities/1"}
        assert json.loads(record.answer_json) == {"name": "facilities/1", "product": "顯示"}
        assert "顯示" in record.answer_json
        assert record.evidence_json == ""
    assert [record.request_json for record in page.records[4:]] == ["", ""]


@pytest.mark.parametrize("page_size", [1, 2, 4, 6])
def test_pages_give_every_record_once(ledger: SqlLedger, recorded: list[Entry], page_size: int) -> None:
    found, token = [], ""
    while True:
        page = page_of(ledger, page_size, token)
        assert len(page.records) <= page_size
        found += [record.name.split("/")[1] for record in page.records]
        token = page.next_page_token
        if not token:
            break
    assert found == [one.entry_id for one in recorded]


@pytest.mark.parametrize("page_size", [1, 2, 3, 5, 20])
def test_what_stands_outside_the_log_is_in_its_place(ledger: SqlLedger, recorded: list[Entry], page_size: int) -> None:
    times = [one.time_us for one in recorded]
    others = [(times[0] - 1, "b"), (times[1], "a"), (times[1], "b"), (times[1] + 1, "c"), (times[5], "a")]
    ids = {one.entry_id for one in recorded}
    found, token, pages = [], "", 0
    while token or not pages:
        page = page_of(ledger, page_size, token, others=others)
        token, pages = page.next_page_token, pages + 1
        found += [(record.record_time.ToMicroseconds(), record.name.split("/")[1]) for record in page.records]
    in_order = [*((one.time_us, one.entry_id) for one in recorded), *others]
    assert found == sorted(in_order, key=lambda one: (one[0], one[1] not in ids))
    assert pages == -(-len(found) // page_size)


def test_a_subject_on_which_only_something_outside_the_log_is_stored_is_exported(ledger: SqlLedger) -> None:
    assert [record.name for record in page_of(ledger, others=[(NOW_US, "a")]).records] == ["others/a"]


def test_what_was_moved_to_an_archive_is_named_without_its_content(ledger: SqlLedger, recorded: list[Entry]) -> None:
    with ledger.database.writing() as connection:
        connection.execute(update(entries).values(payload=None))
    page = page_of(ledger)
    assert len(page.records) == len(recorded)
    assert {record.request_json + record.answer_json + record.evidence_json for record in page.records} == {""}


def test_a_subject_that_nothing_is_recorded_on_is_refused(ledger: SqlLedger) -> None:
    with pytest.raises(SubjectUnknown):
        page_of(ledger, subject_id="nobody")


def test_a_token_of_another_subject_is_refused(ledger: SqlLedger, recorded: list[Entry]) -> None:
    token = page_of(ledger, 2).next_page_token
    assert recorded
    with pytest.raises(PageTokenInvalid):
        page_of(ledger, 2, token, "subject-2")
