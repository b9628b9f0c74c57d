"""Erasing a subject: its records become unreadable, the log stays provable, and nothing owed is lost from sight."""

import asyncio
from collections.abc import Callable, Coroutine, Iterator
from functools import wraps
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import select
from structlog.testing import capture_logs

from underwriter.accounts.erasure import Erased, SubjectErasure
from underwriter.accounts.errors import ChangedTooOften, SubjectOwes
from underwriter.accounts.facility import FacilityState, draw, repay
from underwriter.accounts.facility_book import FacilityBook
from underwriter.ledger import (
    Entry,
    EntryFilter,
    EntryKind,
    Recorded,
    RequestIdReused,
    SubjectUnknown,
    open_ledger,
)
from underwriter.ledger.keys import MasterKeys
from underwriter.storage import DatabaseUnavailable, open_database
from underwriter.storage.schema import entries, subjects
from underwriter.v1.record_pb2 import (
    FACILITY_EVENT_KIND_RESERVED,
    FacilityEvent,
    FacilityTerms,
    FunderAmount,
    RecordFacts,
)

from ..service.planted_values import files_below, planted_application, planted_forms

NOW_US = 1_790_000_000_000_000
DAY_US = 86_400_000_000


def in_a_loop(test: Callable[..., Coroutine[None, None, None]]) -> Callable[..., None]:
    """Run an asynchronous test."""

    @wraps(test)
    def run(*arguments: object, **fixtures: object) -> None:
        asyncio.run(test(*arguments, **fixtures))

    return run


class Lending:
    """A ledger with its facilities, and the erasure that is tried."""

    def __init__(self, url: str, master_keys: MasterKeys) -> None:
        self._database = open_database(url)
        self.book = FacilityBook(self._database)
        self.ledger = open_ledger(url, master_keys, projections=[self.book])
        self.erasure = SubjectErasure(self.ledger, self.book, self.ledger.vault, self.ledger.database)

    def close(self) -> None:
        self.ledger.close()
        self._database.close()

    async def erase(self, request_id: str = "erase-1", subject_id: str = "subject-1") -> Erased:
        return await self.erasure.erase(request_id, subject_id, NOW_US + DAY_US)

    async def decline(self, subject_id: str = "subject-1", request: bytes = b"a request") -> Recorded:
        return await self.ledger.commit(entry(subject_id=subject_id, request=request))

    async def approve(self, subject_id: str = "subject-1", *, revolving: bool = True) -> str:
        """Record an approval of 1,000; return the facility's id."""
        facility_id = str(uuid4())
        event = FacilityEvent(
            facility_id=facility_id,
            kind=FACILITY_EVENT_KIND_RESERVED,
            parts=[FunderAmount(funder="OWN", amount=600), FunderAmount(funder="BANK", amount=400)],
            terms=FacilityTerms(
                product="PERSONAL", currency="CNY", revolving=revolving, expire_time_us=NOW_US + 30 * DAY_US
            ),
        )
        facts = RecordFacts(facility=event).SerializeToString()
        version = self.book.exposure(self.ledger.vault.subject_ref(subject_id)).version
        await self.ledger.commit(
            entry(entry_id=facility_id, subject_id=subject_id, facts=facts, expected_version=version)
        )
        return facility_id

    async def change(self, facility_id: str, kind: EntryKind, event: FacilityEvent) -> None:
        held = self.book.facility(facility_id)
        assert held is not None
        await self.ledger.commit(
            entry(
                kind=kind,
                subject=held.facility.subject,
                facts=RecordFacts(facility=event).SerializeToString(),
                expected_version=held.version,
            )
        )

    async def draw(self, facility_id: str, amount: int) -> None:
        held = self.book.facility(facility_id)
        assert held is not None
        await self.change(facility_id, EntryKind.DRAWDOWN, draw(held.facility, amount, NOW_US))

    async def repay(self, facility_id: str, amount: int) -> None:
        held = self.book.facility(facility_id)
        assert held is not None
        await self.change(facility_id, EntryKind.REPAYMENT, repay(held.facility, amount))

    def state(self, facility_id: str) -> FacilityState:
        held = self.book.facility(facility_id)
        assert held is not None
        return held.facility.state

    def kinds(self) -> list[EntryKind]:
        return [EntryKind(stored.sealed.kind) for stored in self.ledger.entries.stored_in_order(self.ledger.log)]


def entry(**changes: object) -> Entry:
    fields: dict[str, object] = {
        "kind": EntryKind.DECISION,
        "entry_id": str(uuid4()),
        "request_id": str(uuid4()),
        "subject_id": "",
        "subject": b"",
        "product": "PERSONAL",
        "outcome": 1,
        "policy_version": "v" * 64,
        "time_us": NOW_US,
        "request": b"a request",
        "answer": b"an answer",
        "evidence": b"",
        "facts": b"",
        "expected_version": None,
    }
    return Entry(**(fields | changes))  # type: ignore[arg-type]


@pytest.fixture
def lending(database_url: str) -> Iterator[Lending]:
    opened = Lending(database_url, MasterKeys.generate())
    yield opened
    opened.close()


@in_a_loop
async def test_what_was_recorded_cannot_be_read_any_more_and_stands_in_the_log_as_before(lending: Lending) -> None:
    first, second, other = await lending.decline(), await lending.decline(), await lending.decline("subject-2")
    erased = await lending.erase()
    assert (erased.erased_records, erased.time_us) == (2, NOW_US + DAY_US)
    for before in (first, second):
        after = await lending.ledger.find(before.sealed.entry_id)
        assert after is not None
        assert (after.payload, after.is_erased) == (None, True)
        assert (after.sealed, after.leaf_hash, after.index) == (before.sealed, before.leaf_hash, before.index)
    kept = await lending.ledger.find(other.sealed.entry_id)
    assert kept is not None
    assert kept.payload == other.payload
    assert (await lending.ledger.list_entries(EntryFilter(subject_id="subject-1"), 10)).entries == ()
    with pytest.raises(SubjectUnknown):
        await lending.ledger.records_of_subject("subject-1", 10)


@in_a_loop
async def test_the_erasure_has_a_record_that_names_nobody(lending: Lending) -> None:
    before = await lending.decline()
    erased = await lending.erase("erase-1")
    record = await lending.ledger.find(erased.record_id)
    assert record is not None
    assert (record.sealed.kind, record.sealed.request_id) == (EntryKind.ERASURE, "erase-1")
    assert (record.sealed.subject, record.sealed.payload, record.sealed.facts) == (before.sealed.subject, b"", b"")
    other = await lending.decline("subject-2")
    assert other.sealed.subject != before.sealed.subject
    again = await lending.erase("erase-2", "subject-2")
    second = await lending.ledger.find(again.record_id)
    assert second is not None
    # A digest of the request could be tried against a list of identifiers.
    assert second.sealed.request_digest == record.sealed.request_digest


@in_a_loop
async def test_what_is_set_aside_or_undrawn_is_given_up_first(lending: Lending) -> None:
    reserved = await lending.approve()
    repaid = await lending.approve()
    await lending.draw(repaid, 300)
    await lending.repay(repaid, 300)
    loan = await lending.approve(revolving=False)
    await lending.draw(loan, 1000)
    await lending.repay(loan, 1000)
    erased = await lending.erase()
    assert lending.kinds()[-3:] == [EntryKind.RELEASE, EntryKind.RELEASE, EntryKind.ERASURE]
    assert erased.erased_records == 9
    states = [lending.state(facility) for facility in (reserved, repaid, loan)]
    assert states == [FacilityState.RELEASED, FacilityState.CLOSED, FacilityState.CLOSED]
    assert set(lending.book.commitments().values()) == {0}


@in_a_loop
async def test_while_something_is_owed_nothing_is_erased_or_given_up(lending: Lending) -> None:
    reserved = await lending.approve()
    owed = await lending.approve()
    await lending.draw(owed, 1)
    before = lending.kinds()
    with pytest.raises(SubjectOwes, match=owed) as caught:
        await lending.erase()
    assert caught.value.facility_ids == (owed,)
    assert lending.kinds() == before
    assert lending.state(reserved) is FacilityState.RESERVED
    await lending.repay(owed, 1)
    assert (await lending.erase()).erased_records == 6


@in_a_loop
async def test_a_retry_gets_the_same_answer_and_erases_nothing_more(lending: Lending) -> None:
    await lending.approve()
    erased = await lending.erase()
    log = lending.kinds()
    assert await lending.erasure.erase("erase-1", "subject-1", NOW_US + 5 * DAY_US) == erased
    assert lending.kinds() == log


@in_a_loop
async def test_requests_at_once_erase_once(lending: Lending) -> None:
    await lending.approve()
    answers = await asyncio.gather(*(lending.erase() for _ in range(8)))
    assert len(set(answers)) == 1
    assert lending.kinds().count(EntryKind.ERASURE) == 1


@in_a_loop
async def test_a_request_id_erases_one_subject_only(lending: Lending) -> None:
    await lending.decline("subject-1")
    await lending.decline("subject-2")
    await lending.erase("erase-1", "subject-1")
    with pytest.raises(RequestIdReused):
        await lending.erase("erase-1", "subject-2")
    assert len((await lending.ledger.records_of_subject("subject-2", 10)).entries) == 1


@in_a_loop
async def test_one_request_id_for_two_subjects_at_once_erases_one_of_them(lending: Lending) -> None:
    names = ("subject-1", "subject-2")
    for name in names:
        await lending.decline(name)
    answers = await asyncio.gather(*(lending.erase("erase-1", name) for name in names), return_exceptions=True)
    assert sorted(type(answer).__name__ for answer in answers) == ["Erased", "RequestIdReused"]
    kept = names[next(place for place, answer in enumerate(answers) if isinstance(answer, RequestIdReused))]
    assert len((await lending.ledger.records_of_subject(kept, 10)).entries) == 1


@pytest.mark.parametrize("subject_id", ["nobody", "subject-1"])
@in_a_loop
async def test_nobody_can_be_erased_who_is_not_known_or_was_erased(lending: Lending, subject_id: str) -> None:
    await lending.decline()
    await lending.erase()
    with pytest.raises(SubjectUnknown):
        await lending.erase("erase-2", subject_id)


@in_a_loop
async def test_who_comes_again_is_another_subject(lending: Lending) -> None:
    before = await lending.decline()
    await lending.erase()
    after = await lending.decline()
    assert after.sealed.subject != before.sealed.subject
    (found,) = (await lending.ledger.records_of_subject("subject-1", 10)).entries
    assert found.sealed == after.sealed


@in_a_loop
async def test_what_happens_between_reading_and_erasing_is_read_again(
    lending: Lending, monkeypatch: pytest.MonkeyPatch
) -> None:
    await lending.approve()
    read = lending.book.facilities_of
    more = iter([1, 2])

    def and_another(subject: bytes) -> object:
        found = read(subject)
        if next(more, None):
            asyncio.run_coroutine_threadsafe(lending.approve(), loop).result(10)
        return found

    loop = asyncio.get_running_loop()
    monkeypatch.setattr(lending.book, "facilities_of", and_another)
    erased = await lending.erase()
    assert erased.erased_records == 6
    assert set(lending.book.commitments().values()) == {0}


@in_a_loop
async def test_a_subject_that_never_keeps_still_is_left_and_the_client_told(
    lending: Lending, monkeypatch: pytest.MonkeyPatch
) -> None:
    facility = await lending.approve()
    read = lending.book.facilities_of

    def and_a_change(subject: bytes) -> object:
        found = read(subject)
        held = lending.book.facility(facility)
        assert held is not None
        asyncio.run_coroutine_threadsafe(lending.approve(), loop).result(10)
        return found

    loop = asyncio.get_running_loop()
    monkeypatch.setattr(lending.book, "facilities_of", and_a_change)
    with pytest.raises(ChangedTooOften):
        await lending.erase()
    assert EntryKind.ERASURE not in lending.kinds()
    assert len((await lending.ledger.records_of_subject("subject-1", 10)).entries) == 5


@in_a_loop
async def test_an_erasure_stands_though_scrubbing_fails_and_that_is_tried_again(
    lending: Lending, monkeypatch: pytest.MonkeyPatch
) -> None:
    await lending.decline()
    scrubs = []

    def scrub() -> None:
        scrubs.append(len(scrubs))
        if len(scrubs) < 3:
            raise DatabaseUnavailable("in use")

    monkeypatch.setattr(lending.ledger.database, "scrub", scrub)
    with capture_logs() as logs:
        assert (await lending.erase()).erased_records == 1
        await lending.erasure.scrub()
        await lending.erasure.scrub()
        await lending.erasure.scrub()
    assert len(scrubs) == 3
    assert [(log["log_level"], log["cause"]) for log in logs] == [("warning", "in use")] * 2


@in_a_loop
async def test_neither_key_nor_person_is_left_in_the_files_of_sqlite(sqlite_url: str, tmp_path: Path) -> None:
    lending = Lending(sqlite_url, MasterKeys.generate())
    application = planted_application()
    subject_id = application.applicant.subject_id
    for _ in range(40):
        await lending.decline(subject_id, application.SerializeToString())
    with lending.ledger.database.reading() as connection:
        row = connection.execute(select(subjects)).one()
        (product,) = connection.execute(select(entries.c.product).limit(1)).one()
    keys = {"the wrapped key": row.wrapped_key, "the reference": row.subject_ref}

    def found(values: dict[str, bytes]) -> set[str]:
        return {name for name, value in values.items() for _, content in files_below(tmp_path) if value in content}

    # The same search finds what is in clear, and what is to be erased.
    assert found(keys | {"the product": product.encode()}) == {*keys, "the product"}
    assert found(planted_forms(application)) == set()
    with capture_logs() as logs:
        await lending.erase(subject_id=subject_id)
    assert logs == []
    assert found(keys) == set()
    lending.close()
    assert found(keys | planted_forms(application)) == set()
