"""Offers end once, in time, and by a record; on both databases, with the ledger itself."""

import asyncio
from collections.abc import Callable, Coroutine, Iterator
from typing import Any
from uuid import UUID, uuid4

import pytest

from underwriter.accounts import FacilityBook
from underwriter.accounts.audit import audit
from underwriter.accounts.expiry import DOUBT_SECONDS, ClockWatch, Sweep, sweep
from underwriter.accounts.facility import FacilityState, draw
from underwriter.accounts.facility_rows import HeldFacility
from underwriter.ledger import Entry, EntryKind, SqlLedger
from underwriter.ledger.keys import MasterKeys, Vault
from underwriter.storage import Database, DatabaseUnavailable, open_database
from underwriter.v1.record_pb2 import (
    FACILITY_EVENT_KIND_RESERVED,
    FacilityEvent,
    FacilityTerms,
    FunderAmount,
    RecordFacts,
)

NOW_US = 1_790_000_000_000_000
SECOND_US = 1_000_000


class Desk:
    """A ledger with its book, and offers to put into them."""

    def __init__(self, url: str) -> None:
        self.database: Database = open_database(url)
        self.book = FacilityBook(self.database)
        self.ledger = SqlLedger(self.database, "decisions", Vault(self.database, MasterKeys.generate()), [self.book])

    async def approve(self, subject: str, expire_us: int) -> str:
        """Set 1,000 aside until a time; return the facility's id."""
        facility_id = str(uuid4())
        terms = FacilityTerms(product="P", currency="CNY", annual_rate="0.1", expire_time_us=expire_us)
        parts = [FunderAmount(funder="OWN", amount=1_000)]
        kind = FACILITY_EVENT_KIND_RESERVED
        event = FacilityEvent(facility_id=facility_id, kind=kind, parts=parts, terms=terms)
        await self.ledger.commit(entry(EntryKind.DECISION, facility_id, event, subject_id=subject))
        return facility_id

    async def draw(self, facility_id: str) -> None:
        facility = self.held(facility_id).facility
        event = draw(facility, 1, NOW_US - SECOND_US)
        await self.ledger.commit(entry(EntryKind.DRAWDOWN, str(uuid4()), event, subject=facility.subject))

    def held(self, facility_id: str) -> HeldFacility:
        held = self.book.facility(facility_id)
        assert held is not None
        return held

    def state(self, facility_id: str) -> FacilityState:
        return self.held(facility_id).facility.state

    async def sweep(self, now_us: int = NOW_US, limit: int = 10) -> Sweep:
        return await sweep(self.ledger, self.book, now_us, limit)


def entry(kind: EntryKind, entry_id: str, event: FacilityEvent, **changes: object) -> Entry:
    fields: dict[str, object] = {
        "kind": kind,
        "entry_id": entry_id,
        "request_id": entry_id,
        "subject_id": "",
        "subject": b"",
        "product": "P",
        "outcome": 0,
        "policy_version": "",
        "time_us": NOW_US - SECOND_US,
        "request": b"",
        "answer": b"",
        "evidence": b"",
        "facts": RecordFacts(facility=event).SerializeToString(),
        "expected_version": None,
    }
    return Entry(**(fields | changes))  # type: ignore[arg-type]


Story = Callable[[Desk], Coroutine[Any, Any, None]]
Play = Callable[[Story], None]


@pytest.fixture
def play(database_url: str) -> Iterator[Play]:
    """Play a story at a desk, in an event loop; afterwards the tables must be what the log says."""
    desk = Desk(database_url)
    yield lambda story: asyncio.run(story(desk))
    assert audit(desk.database).differences == ()
    desk.ledger.close()


def test_an_offer_ends_at_its_time_and_not_before(play: Play) -> None:
    async def story(desk: Desk) -> None:
        facility_id = await desk.approve("a", NOW_US)
        assert await desk.sweep(NOW_US - 1) == Sweep(0, 0)
        assert desk.state(facility_id) is FacilityState.RESERVED
        assert await desk.sweep(NOW_US) == Sweep(1, 1)
        assert desk.state(facility_id) is FacilityState.EXPIRED
        assert set(desk.book.commitments().values()) == {0}
        assert await desk.sweep(NOW_US - 1) == Sweep(0, 0), "a clock that goes back brings nothing back"
        assert desk.state(facility_id) is FacilityState.EXPIRED

    play(story)


def test_the_record_of_an_expiry_holds_nothing_of_the_person(play: Play) -> None:
    async def story(desk: Desk) -> None:
        facility_id = await desk.approve("a", NOW_US)
        await desk.sweep()
        record = await desk.ledger.find_by_request_id(EntryKind.EXPIRY, f"expiry-{facility_id}")
        assert record is not None
        sealed = record.sealed
        assert (sealed.kind, sealed.product, sealed.time_us, sealed.payload) == (EntryKind.EXPIRY, "P", NOW_US, b"")
        assert UUID(sealed.entry_id).version == 7

    play(story)


def test_what_is_drawn_on_or_given_up_does_not_end(play: Play) -> None:
    async def story(desk: Desk) -> None:
        facility_id = await desk.approve("a", NOW_US)
        await desk.draw(facility_id)
        assert await desk.sweep() == Sweep(0, 0)
        assert desk.state(facility_id) is FacilityState.OPEN

    play(story)


def test_all_offers_of_one_subject_end_in_one_sweep(play: Play) -> None:
    async def story(desk: Desk) -> None:
        ids = [await desk.approve("a", NOW_US - number) for number in range(5)]
        ids += [await desk.approve(f"b{number}", NOW_US) for number in range(3)]
        assert await desk.sweep() == Sweep(8, 8)
        assert {desk.state(facility_id) for facility_id in ids} == {FacilityState.EXPIRED}

    play(story)


def test_a_sweep_ends_so_many_at_most_and_the_oldest_first(play: Play) -> None:
    async def story(desk: Desk) -> None:
        ids = [await desk.approve("a", NOW_US - age) for age in (1, 3, 2)]
        assert await desk.sweep(limit=2) == Sweep(2, 2)
        reserved, expired = FacilityState.RESERVED, FacilityState.EXPIRED
        assert [desk.state(facility_id) for facility_id in ids] == [reserved, expired, expired]
        assert await desk.sweep(limit=2) == Sweep(1, 1)

    play(story)


def test_sweeps_at_the_same_time_end_each_offer_once(play: Play) -> None:
    async def story(desk: Desk) -> None:
        for number in range(20):
            await desk.approve(f"s{number % 7}", NOW_US)
        sweeps = await asyncio.gather(*(desk.sweep(limit=50) for _ in range(4)))
        swept = sum(each.expired for each in sweeps)
        while (more := await desk.sweep(limit=50)).due:
            swept += more.expired
        assert swept == 20

    play(story)


def test_a_drawdown_between_reading_and_writing_wins(play: Play) -> None:
    async def story(desk: Desk) -> None:
        drawn, other = await desk.approve("a", NOW_US), await desk.approve("b", NOW_US)
        due = desk.book.due_to_expire(NOW_US, 10)
        await desk.draw(drawn)
        desk.book.due_to_expire = lambda _now_us, _limit: due  # type: ignore[method-assign]
        assert await desk.sweep() == Sweep(2, 1)
        assert desk.state(drawn) is FacilityState.OPEN
        assert desk.state(other) is FacilityState.EXPIRED

    play(story)


def test_a_fault_of_the_database_is_raised(play: Play) -> None:
    async def story(desk: Desk) -> None:
        await desk.approve("a", NOW_US)
        await desk.approve("b", NOW_US)

        async def fails(_: Entry) -> None:
            raise DatabaseUnavailable("gone")

        commit, desk.ledger.commit = desk.ledger.commit, fails  # type: ignore[assignment, method-assign]
        with pytest.raises(DatabaseUnavailable):
            await desk.sweep()
        desk.ledger.commit = commit  # type: ignore[method-assign]
        assert await desk.sweep() == Sweep(2, 2)

    play(story)


@pytest.mark.parametrize(
    ("name", "readings"),
    [
        ("a steady clock", [(0, 0, True), (5, 5, True), (3600, 3600, True)]),
        ("one that is corrected a little", [(0, 0, True), (50, 5, True), (20, 10, True)]),
        ("one that goes back", [(0, 0, True), (-5000, 5, True), (-4995, 10, True)]),
        (
            "one that leaps, and is right after all",
            [(0, 0, True), (9000, 5, False), (9005, 10, False), (9000 + DOUBT_SECONDS, 5 + DOUBT_SECONDS, True)],
        ),
        ("one that leaps and is set right", [(0, 0, True), (9000, 5, False), (10, 10, True), (15, 15, True)]),
        ("one that leaps twice", [(0, 0, True), (9000, 5, False), (90_000, 500, False), (90_105, 605, False)]),
    ],
)
def test_a_clock_that_leaps_ahead_is_doubted_for_a_while(name: str, readings: list[tuple[float, float, bool]]) -> None:
    watch = ClockWatch()
    told = [watch.is_steady(NOW_US + round(wall * SECOND_US), elapsed) for wall, elapsed, _ in readings]
    assert told == [is_steady for _, _, is_steady in readings], name
