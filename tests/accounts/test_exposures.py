"""What a worker remembers: of subjects' exposures and of totals."""

import asyncio
from collections.abc import Callable
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from underwriter.accounts import (
    NOTHING_STORED,
    Commitment,
    Commitments,
    EventImpossible,
    Exposures,
    ExposureState,
    TotalKind,
    Totals,
)
from underwriter.accounts.exposure import Amounts, Position
from underwriter.accounts.exposures import ExposureLine
from underwriter.accounts.facility import apply, draw
from underwriter.ledger import version_after
from underwriter.storage import DatabaseUnavailable

from .reservations import EXPIRES_US, concentration, facility_id, funder, guarantor, reservation, reserved

OWN = Position("own", "LINE", "CNY")


def state_of(version: int, reserved: int) -> ExposureState:
    return ExposureState(version, {OWN: Amounts(reserved=reserved)}, {"own": 1})


def fails(_: str) -> ExposureState:
    raise DatabaseUnavailable("gone")


def known(exposures: Exposures, subject_id: str) -> ExposureState:
    line = exposures.line(subject_id)
    assert line is not None
    return line.state


def test_who_is_not_remembered_is_taken_for_new() -> None:
    assert known(Exposures(fails), "anyone") == NOTHING_STORED
    assert ExposureState(version=0, positions={}, lenders={}) == NOTHING_STORED


def test_reservations_under_way_add_up() -> None:
    line = ExposureLine(state_of(7, 100))
    line.advance(reservation({"own": 20, "bank": 5}, 1), time_us=50)
    line.advance(reservation({"own": 3}, 2), time_us=40)
    assert line.state.version == version_after(version_after(7, facility_id(1)), facility_id(2))
    assert line.state.positions == {
        OWN: Amounts(reserved=123),
        Position("bank", "LINE", "CNY"): Amounts(reserved=5),
    }
    assert line.state.lenders == {"own": 50, "bank": 50}


def test_only_a_reservation_advances_what_is_remembered() -> None:
    line = ExposureLine(NOTHING_STORED)
    with pytest.raises(EventImpossible):
        line.advance(draw(reserved({"own": 5}), 5, EXPIRES_US - 1), time_us=1)
    assert line.state == NOTHING_STORED


amounts = st.dictionaries(st.sampled_from(["own", "bank", "fund"]), st.integers(1, 10**9), min_size=1)


@given(st.lists(st.tuples(amounts, st.integers(0, 10**15), st.booleans())))
def test_the_state_is_the_same_whenever_it_is_asked_for(steps) -> None:
    asked, state = ExposureLine(state_of(7, 100)), state_of(7, 100)
    for number, (parts, time_us, is_read) in enumerate(steps):
        event = reservation(parts, number)
        state = state.advanced(None, apply(None, event, b"", time_us), event.facility_id)
        asked.advance(event, time_us)
        assert not is_read or asked.state == state
    assert asked.state == state


@pytest.mark.parametrize("parts", [{}, {"own": 0}, {"own": 5, "bank": -1}])
def test_what_is_no_reservation_is_refused_before_the_state_is_asked_for(parts: dict[str, int]) -> None:
    line = ExposureLine(NOTHING_STORED)
    with pytest.raises(EventImpossible):
        line.advance(reservation(parts), time_us=1)
    assert line.state == NOTHING_STORED


def test_a_state_that_was_handed_out_does_not_change() -> None:
    line = ExposureLine(NOTHING_STORED)
    before = line.state
    line.advance(reservation({"own": 20}), time_us=5)
    assert before == NOTHING_STORED
    assert line.state.evidence().positions[0].reserved == 20


def test_the_subject_used_longest_ago_is_forgotten_first() -> None:
    exposures = Exposures(fails, most_subjects=2)
    first, second = exposures.line("a"), exposures.line("b")
    assert exposures.line("a") is first
    exposures.line("c")
    assert exposures.line("a") is first
    assert exposures.line("b") is not second


def test_a_line_is_forgotten_only_while_it_is_the_one_remembered() -> None:
    exposures = Exposures(fails)
    old = exposures.line("s")
    assert old is not None
    exposures.forget("s", old)
    new = exposures.line("s")
    assert new is not old
    exposures.forget("s", old)
    assert exposures.line("s") is new


def test_many_that_must_read_anew_read_once_and_go_on_from_the_same_line() -> None:
    reads = []

    def read(subject_id: str) -> ExposureState:
        reads.append(subject_id)
        return state_of(5, 9)

    async def meet() -> list[ExposureLine]:
        exposures = Exposures(read)
        stale = exposures.line("s")
        assert stale is not None

        async def again() -> ExposureLine:
            exposures.forget("s", stale)
            await exposures.refresh("s")
            return await exposures.settled_line("s")

        others = [asyncio.create_task(again()) for _ in range(20)]
        await asyncio.sleep(0)
        assert exposures.line("s") is None  # who comes while it is read does not take the subject for new
        late = await exposures.settled_line("s")
        return [late, *await asyncio.gather(*others)]

    lines = asyncio.run(meet())
    assert reads == ["s"]
    assert len(set(map(id, lines))) == 1
    assert lines[0].state == state_of(5, 9)


def test_a_state_that_can_not_be_read_is_not_remembered() -> None:
    async def refresh() -> ExposureState:
        exposures = Exposures(fails)
        with pytest.raises(DatabaseUnavailable):
            await exposures.refresh("s")
        return known(exposures, "s")

    assert asyncio.run(refresh()) == NOTHING_STORED


STATES = st.builds(
    ExposureState,
    version=st.integers(0, 2**63 - 1),
    positions=st.dictionaries(
        st.builds(Position, st.text(max_size=3), st.text(max_size=3), st.sampled_from(["CNY", "JPY"])),
        st.builds(Amounts, *[st.integers(0, 2**60)] * 3).filter(any),
        max_size=4,
    ),
    lenders=st.dictionaries(st.text(max_size=3), st.integers(-(2**63), 2**63 - 1), max_size=4),
)


@given(STATES)
def test_evidence_tells_a_state_whole_and_in_order(state: ExposureState) -> None:
    evidence = state.evidence()
    positions = {
        Position(told.lender, told.product, told.currency): Amounts(told.reserved, told.drawn, told.undrawn)
        for told in evidence.positions
    }
    lenders = {told.lender: told.time_us for told in evidence.lenders}
    assert ExposureState(evidence.version, positions, lenders) == state
    keys = [(told.lender, told.product, told.currency) for told in evidence.positions]
    assert keys == sorted(keys)
    assert [told.lender for told in evidence.lenders] == sorted(state.lenders)


def commitments(read: Callable[[], dict[Commitment, int]]) -> Commitments:
    known = Commitments(lambda _connection=None: read())
    asyncio.run(known.refresh(10.0))
    return known


def of_funders(totals: Totals) -> list[tuple[str, int]]:
    return totals.of(TotalKind.FUNDER, "CNY")


def test_totals_are_told_by_kind_and_currency_in_order() -> None:
    amounts = {funder("own"): 5, funder("bank"): 7, funder("bank", "JPY"): 9, guarantor("own"): 1}
    known = commitments(lambda: amounts).known()
    assert of_funders(known) == [("bank", 7), ("own", 5)]
    assert known.of(TotalKind.GUARANTOR, "CNY") == [("own", 1)]
    assert known.of(TotalKind.CONCENTRATION, "CNY") == []
    assert known.of(TotalKind.FUNDER, "USD") == []


def test_a_reservation_under_way_counts_as_committed() -> None:
    known = commitments(lambda: {funder("own"): 5, guarantor("fund"): 3})
    shares = {(TotalKind.GUARANTOR, "fund"): "0.5", (TotalKind.CONCENTRATION, "partners"): "1"}
    known.advance(reservation({"own": 20, "bank": 1}, shares=shares))
    assert of_funders(known.known()) == [("bank", 1), ("own", 25)]
    assert known.known().of(TotalKind.GUARANTOR, "CNY") == [("fund", 13)]
    assert known.known().of(TotalKind.CONCENTRATION, "CNY") == [("partners", 21)]
    assert known.as_read().amounts == {funder("own"): 5, guarantor("fund"): 3}
    assert known.is_ahead


def test_a_reservation_that_failed_was_never_committed() -> None:
    known = commitments(lambda: {funder("own"): 5, concentration("partners"): 0})
    event = reservation({"own": 20, "bank": 1}, shares={(TotalKind.CONCENTRATION, "partners"): "0.3"})
    known.advance(event)
    known.settle(event, is_recorded=False)
    assert known.known() == known.as_read()
    assert not known.is_ahead


def test_what_is_no_reservation_does_not_count() -> None:
    known = commitments(dict)
    with pytest.raises(EventImpossible):
        known.advance(reservation({"own": 5}, shares={(TotalKind.GUARANTOR, "fund"): "2"}))
    assert not known.is_ahead


def test_a_reading_has_what_is_recorded_and_not_what_is_in_flight() -> None:
    readings = iter([{funder("own"): 5}, {funder("own"): 25}])
    known = commitments(lambda: next(readings))
    before, meanwhile = reservation({"own": 20}), reservation({"own": 300})
    meanwhile.facility_id = "another"
    for event in (before, meanwhile):
        known.advance(event)
    known.settle(before, is_recorded=True)
    asyncio.run(known.refresh(11.0))
    assert of_funders(known.as_read()) == [("own", 25)]
    assert of_funders(known.known()) == [("own", 325)]
    known.settle(meanwhile, is_recorded=False)
    assert of_funders(known.known()) == [("own", 25)]


def test_of_those_who_ask_at_once_one_reads_for_all() -> None:
    reads: list[int] = []

    async def ask_together() -> None:
        known = Commitments(lambda _connection=None: reads.append(1) or {})
        await asyncio.gather(*(known.refresh(10.0) for _ in range(5)))

    asyncio.run(ask_together())
    assert len(reads) == 1


@pytest.mark.parametrize(("now_s", "is_old"), [(10.0, False), (10.999, False), (11.0, True)])
def test_a_reading_is_old_after_a_second(now_s: float, is_old: bool) -> None:
    assert commitments(dict).is_old(now_s) == is_old
    assert Commitments(lambda _connection=None: {}).is_old(now_s)


def test_a_reading_can_be_outdated() -> None:
    known = commitments(dict)
    known.outdate()
    assert known.is_old(10.0)


def test_what_was_known_stays_when_a_reading_fails() -> None:
    readings = iter([{funder("own"): 5}])

    def read() -> dict[Commitment, int]:
        try:
            return next(readings)
        except StopIteration:
            raise DatabaseUnavailable("gone") from None

    known = commitments(read)
    later = 10.0 + timedelta(hours=1).total_seconds()
    with pytest.raises(DatabaseUnavailable):
        asyncio.run(known.refresh(later))
    assert of_funders(known.known()) == [("own", 5)]
    assert known.is_old(later)
