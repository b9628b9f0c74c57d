"""The tables of facilities and totals, held against the log that they follow."""

import itertools
from collections import Counter
from collections.abc import Iterable, Sequence
from fractions import Fraction
from typing import NamedTuple
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from underwriter.accounts import (
    NOTHING_STORED,
    CapReached,
    Commitment,
    ExposureState,
    Facility,
    FacilityBook,
    FacilityRefused,
    FacilityState,
    HeldFacility,
    TotalKind,
)
from underwriter.accounts.exposure import Amounts, Position, amounts_of
from underwriter.accounts.facility import apply, draw, expire, release, repay
from underwriter.ledger import Entry, ProjectionRefused, Recorded, SubjectChanged, version_after
from underwriter.ledger.entry_writer import EntryWriter
from underwriter.ledger.keys import Vault
from underwriter.storage import Database
from underwriter.storage.schema import commitments, counted_shares, facility_parts, subjects
from underwriter.storage.schema import facilities as facilities_table
from underwriter.v1.record_pb2 import FacilityEvent

from .reservations import (
    APPROVED_US,
    EXPIRES_US,
    Shares,
    concentration,
    entry_of,
    facility_id,
    funder,
    guarantor,
    reservation,
)

numbers = itertools.count(1)


class Step(NamedTuple):
    """Something that happens to a subject; `facility` counts those reserved so far in the history."""

    what: str
    subject: int
    facility: int
    amount: int
    parts: dict[str, int]
    shares: Shares
    product: str
    currency: str
    revolving: bool
    time_us: int


SHARES = st.dictionaries(
    st.tuples(
        st.sampled_from([TotalKind.GUARANTOR, TotalKind.CONCENTRATION]), st.sampled_from(["own", "fund", "担保"])
    ),
    st.sampled_from(["0", "0.5", "0.8", "1", "0.3333333333333333333333333333333333"]),
    max_size=3,
)
STEPS = st.builds(
    Step,
    what=st.sampled_from(["reserve", "reserve", "draw", "draw", "repay", "release", "expire"]),
    subject=st.integers(0, 2),
    facility=st.integers(0, 6),
    amount=st.integers(1, 1500),
    parts=st.dictionaries(st.sampled_from(["own", "bank", "Übersee", "银行"]), st.integers(1, 1000), min_size=1),
    shares=SHARES,
    product=st.sampled_from(["LINE", "LOAN"]),
    currency=st.sampled_from(["CNY", "JPY"]),
    revolving=st.booleans(),
    time_us=st.integers(APPROVED_US, EXPIRES_US + 10),
)


class Model:
    """What a history leads to, by the pure functions alone."""

    def __init__(self) -> None:
        self.number = next(numbers)
        self.subject_of: dict[str, str] = {}
        self.facilities: dict[str, Facility] = {}
        self.states: dict[str, ExposureState] = {}

    def subject_id(self, step: Step) -> str:
        return f"s{self.number}-{step.subject}"

    def entry(self, step: Step) -> Entry | None:
        """The entry of a step, which then has happened here; None if it is refused."""
        try:
            event, subject_id = self._event(step)
        except FacilityRefused:
            return None
        before = self.facilities.get(event.facility_id)
        after = apply(before, event, b"", step.time_us)
        state = self.states.get(subject_id, NOTHING_STORED)
        self.facilities[event.facility_id] = after
        self.subject_of[event.facility_id] = subject_id
        entry = entry_of(event, subject_id, step.time_us, state.version)
        self.states[subject_id] = state.advanced(before, after, entry.entry_id)
        return entry

    def _event(self, step: Step) -> tuple[FacilityEvent, str]:
        if step.what == "reserve" or step.facility >= len(self.facilities):
            terms = {"product": step.product, "currency": step.currency, "revolving": step.revolving}
            event = reservation(step.parts, next(numbers), shares=step.shares, **terms)
            return event, self.subject_id(step)
        facility = list(self.facilities.values())[step.facility]
        events = {
            "draw": lambda: draw(facility, step.amount, step.time_us),
            "repay": lambda: repay(facility, step.amount),
            "release": lambda: release(facility),
            "expire": lambda: expire(facility, step.time_us),
        }
        return events[step.what](), self.subject_of[facility.facility_id]


@settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(st.lists(st.lists(STEPS, max_size=8), max_size=6))
def test_tables_and_exposures_are_what_the_log_tells(
    writer: EntryWriter, book: FacilityBook, vault: Vault, database: Database, batches: list[list[Step]]
) -> None:
    model = Model()
    for steps in batches:
        entries = [entry for step in steps if (entry := model.entry(step))]
        if entries:
            assert all(isinstance(answer, Recorded) for answer in writer.write(entries))
    for subject_id, state in model.states.items():
        subject = _subject_of(database, vault, subject_id)
        theirs = {
            key: _of(facility, subject)
            for key, facility in model.facilities.items()
            if model.subject_of[key] == subject_id
        }
        assert {facility.facility_id: facility for facility in book.facilities_of(subject)} == theirs
        assert {key: book.facility(key) for key in theirs} == {
            key: HeldFacility(facility, state.version) for key, facility in theirs.items()
        }
        assert book.exposure(vault.subject_ref(subject_id)) == state
        assert _added_up(state.version, theirs.values()) == state
    found = {key: amount for key, amount in book.commitments().items() if amount}
    assert found == _parts_committed(database) | _shares_committed(database)


def _subject_of(database: Database, vault: Vault, subject_id: str) -> bytes:
    with database.reading() as connection:
        ref = vault.subject_ref(subject_id)
        return bytes(connection.execute(select(subjects.c.subject).where(subjects.c.subject_ref == ref)).scalar_one())


def _of(facility: Facility, subject: bytes) -> Facility:
    values = {name: getattr(facility, name) for name in Facility.__slots__}
    return Facility(**(values | {"subject": subject}))


def _added_up(version: int, whole: Iterable[Facility]) -> ExposureState:
    """The state of a subject that has these facilities, without a look at how they came about."""
    positions: dict[Position, Amounts] = {}
    lenders: dict[str, int] = {}
    for facility in whole:
        for part in facility.parts:
            position = Position(part.funder, facility.product, facility.currency)
            amounts = amounts_of(facility.state, part.drawn, part.undrawn)
            positions[position] = positions.get(position, Amounts()).plus(amounts)
            lenders[part.funder] = max(facility.approve_time_us, lenders.get(part.funder, facility.approve_time_us))
    return ExposureState(version, {position: sums for position, sums in positions.items() if any(sums)}, lenders)


def _parts_committed(database: Database) -> dict[Commitment, int]:
    """What the database itself sums up over the parts of all facilities."""
    committed = func.sum(facility_parts.c.drawn + facility_parts.c.undrawn)
    parts = facility_parts.join(facilities_table, facility_parts.c.facility_id == facilities_table.c.facility_id)
    key = facility_parts.c.funder, facilities_table.c.currency
    with database.reading() as connection:
        rows = connection.execute(select(*key, committed).select_from(parts).group_by(*key)).all()
    return {funder(name, currency): int(amount) for name, currency, amount in rows if amount}


def _shares_committed(database: Database) -> dict[Commitment, int]:
    """What the shares come to of what the database sums up for each facility, in exact fractions."""
    committed = select(
        facility_parts.c.facility_id, func.sum(facility_parts.c.drawn + facility_parts.c.undrawn).label("committed")
    ).group_by(facility_parts.c.facility_id)
    each = committed.subquery()
    source = counted_shares.join(each, each.c.facility_id == counted_shares.c.facility_id)
    source = source.join(facilities_table, facilities_table.c.facility_id == counted_shares.c.facility_id)
    columns = (counted_shares.c.kind, counted_shares.c.name, facilities_table.c.currency, counted_shares.c.share)
    sums: Counter[Commitment] = Counter()
    with database.reading() as connection:
        for kind, name, currency, share, amount in connection.execute(
            select(*columns, each.c.committed).select_from(source)
        ):
            sums[Commitment(TotalKind(kind), name, currency)] += round(Fraction(share) * int(amount))
    return {key: amount for key, amount in sums.items() if amount}


def answers_to(writer: EntryWriter, *events: FacilityEvent) -> list[str]:
    """Commit events of different subjects in one batch; tell what became of each."""
    answers = writer.write([entry_of(event, f"s{next(numbers)}") for event in events])
    return [answer.name if isinstance(answer, CapReached) else type(answer).__name__ for answer in answers]


def capped(parts: dict[str, int], shares: Shares | None = None, **caps: int) -> FacilityEvent:
    return reservation(parts, next(numbers), caps, shares)


def test_a_cap_holds_within_a_batch_and_over_batches(writer: EntryWriter, book: FacilityBook) -> None:
    first = [capped({"bank": 60}, bank=100), capped({"bank": 50}, bank=100), capped({"bank": 40}, bank=100)]
    assert answers_to(writer, *first) == ["Recorded", "bank", "Recorded"]
    assert answers_to(writer, capped({"bank": 1}, bank=100)) == ["bank"]
    assert answers_to(writer, capped({"bank": 1}, bank=101)) == ["Recorded"]
    assert book.commitments() == {funder("bank"): 101}


def test_one_funder_without_room_refuses_the_whole_reservation(writer: EntryWriter, book: FacilityBook) -> None:
    joint = capped({"bank": 70, "own": 30}, own=20)
    assert answers_to(writer, joint, capped({"own": 20}, own=20)) == ["own", "Recorded"]
    assert book.commitments() == {funder("own"): 20}


def test_a_cap_counts_what_funders_commit_without_one_and_only_in_its_currency(writer: EntryWriter) -> None:
    other = reservation({"bank": 500}, next(numbers), currency="JPY")
    assert answers_to(writer, other, reservation({"bank": 90}, next(numbers))) == ["Recorded", "Recorded"]
    assert answers_to(writer, capped({"bank": 11}, bank=100), capped({"bank": 10}, bank=100)) == ["bank", "Recorded"]


def test_a_cap_binds_only_funders_that_give_a_part(writer: EntryWriter) -> None:
    assert answers_to(writer, capped({"bank": 100}, bank=100)) == ["Recorded"]
    assert answers_to(writer, capped({"bank": 0, "own": 5}, bank=50)) == ["Recorded"]


def test_what_is_given_up_earlier_in_a_batch_makes_room(writer: EntryWriter, book: FacilityBook) -> None:
    number = next(numbers)
    assert _types(writer.write([entry_of(reservation({"bank": 100}, number), "giver")])) == ["Recorded"]
    held = book.facility(facility_id(number))
    assert held is not None
    giving_up = entry_of(release(held.facility), "giver", version=held.version)
    answers = writer.write([giving_up, entry_of(capped({"bank": 100}, bank=100), "taker")])
    assert _types(answers) == ["Recorded", "Recorded"]
    assert book.commitments() == {funder("bank"): 100}


FUND, PARTNERS = (TotalKind.GUARANTOR, "fund"), (TotalKind.CONCENTRATION, "partners")


@pytest.mark.parametrize(("kind", "key"), [(FUND, guarantor("fund")), (PARTNERS, concentration("partners"))])
def test_caps_of_shares_hold_within_a_batch_and_over_batches(
    writer: EntryWriter, book: FacilityBook, kind: tuple[TotalKind, str], key: Commitment
) -> None:
    half, cap = {kind: "0.5"}, {key.name: 50}
    first = [
        capped({"own": 60, "bank": 1}, half, **cap),
        capped({"own": 41}, half, **cap),
        capped({"own": 40}, half, **cap),
    ]
    assert answers_to(writer, *first) == ["Recorded", "Recorded", key.name]
    assert book.commitments()[key] == 30 + 20, "30.5 and 20.5 are rounded to even"
    assert answers_to(writer, capped({"own": 2}, half, **cap)) == [key.name]
    assert answers_to(writer, capped({"own": 1}, half, **cap)) == ["Recorded"], "half a unit is nothing"
    assert answers_to(writer, capped({"own": 2}, half)) == ["Recorded"], "without a cap"
    assert book.commitments()[key] == 51


def test_the_refusal_names_the_total_and_nothing_of_the_reservation_is_kept(
    writer: EntryWriter, book: FacilityBook
) -> None:
    event = capped({"own": 100}, {FUND: "0.8", PARTNERS: "0.2"}, fund=80, partners=19)
    (answer,) = writer.write([entry_of(event, "s")])
    assert isinstance(answer, CapReached)
    assert (answer.kind, answer.name) == (TotalKind.CONCENTRATION, "partners")
    assert str(answer).startswith("the concentration partners has no room")
    assert book.commitments() == {}


def test_names_of_other_kinds_and_currencies_are_other_totals(writer: EntryWriter, book: FacilityBook) -> None:
    fund = {FUND: "1"}
    yen = reservation({"fund": 70}, next(numbers), {}, fund, currency="JPY")
    same_name = reservation({"fund": 70}, next(numbers), {"fund": 70}, {(TotalKind.CONCENTRATION, "fund"): "1"})
    assert answers_to(writer, yen, same_name, capped({"own": 70}, fund, fund=70)) == ["Recorded"] * 3
    assert book.commitments() == {
        funder("fund", "JPY"): 70,
        guarantor("fund", "JPY"): 70,
        funder("fund"): 70,
        concentration("fund"): 70,
        funder("own"): 70,
        guarantor("fund"): 70,
    }


def test_shares_follow_what_is_repaid_and_given_up_to_nothing(writer: EntryWriter, book: FacilityBook) -> None:
    number = next(numbers)
    event = reservation({"own": 100, "bank": 1}, number, {"fund": 51}, {FUND: "0.5"})
    writer.write([entry_of(event, "borrower")])
    told = [book.commitments()[guarantor("fund")]]
    for change in (
        lambda facility: draw(facility, 60, 1),
        lambda facility: repay(facility, 20),
        release,
        lambda facility: repay(facility, 40),
    ):
        held = book.facility(facility_id(number))
        assert held is not None
        assert _types(writer.write([entry_of(change(held.facility), "borrower", version=held.version)])) == ["Recorded"]
        told.append(book.commitments()[guarantor("fund")])
    assert told == [50, 50, 40, 20, 0], "halves of 101, 101, 81, 40 and 0, to even"


@pytest.mark.parametrize(
    "shares",
    [
        {(TotalKind.FUNDER, "bank"): "0.5"},
        {FUND: ""},
        {FUND: "half"},
        {FUND: "1.1"},
        {FUND: "-0.1"},
        {FUND: "NaN"},
    ],
    ids=str,
)
def test_what_can_not_count_is_refused(writer: EntryWriter, shares: Shares) -> None:
    (answer,) = writer.write([entry_of(capped({"own": 5}, shares), "s")])
    assert isinstance(answer, ProjectionRefused)
    assert "impossible" in str(answer)


def test_a_facility_counts_once_towards_a_total(writer: EntryWriter) -> None:
    event = capped({"own": 5}, {FUND: "0.5"})
    event.counted.append(event.counted[0])
    (answer,) = writer.write([entry_of(event, "s")])
    assert "counts twice" in str(answer)


def _types(answers: Sequence[object]) -> list[str]:
    return [type(answer).__name__ for answer in answers]


def test_an_impossible_event_is_refused_and_spares_its_neighbours(writer: EntryWriter, book: FacilityBook) -> None:
    drawn = draw(apply(None, reservation({"own": 5}, 999_999), b"", 1), 5, 1)
    good = next(numbers)
    answers = writer.write([entry_of(drawn, "a"), entry_of(reservation({"own": 0}, 999_998), "b")])
    assert _types(answers) == ["ProjectionRefused", "ProjectionRefused"]
    answers = writer.write([entry_of(drawn, "a"), entry_of(reservation({"own": 7}, good), "b")])
    assert _types(answers) == ["ProjectionRefused", "Recorded"]
    assert isinstance(answers[0], ProjectionRefused)
    assert "never reserved" in str(answers[0])
    assert book.facility(facility_id(good)) is not None
    assert book.facility(facility_id(999_999)) is None


def test_a_refused_reservation_leaves_the_version_alone(writer: EntryWriter, book: FacilityBook, vault: Vault) -> None:
    first = entry_of(capped({"bank": 60}, bank=50), "one", version=0)
    second = entry_of(capped({"bank": 40}, bank=50), "one", version=version_after(0, first.entry_id))
    answers = writer.write([first, second])
    assert [type(answer) for answer in answers] == [CapReached, SubjectChanged]
    assert book.exposure(vault.subject_ref("one")) == NOTHING_STORED


def test_a_large_batch_goes_in_whole(writer: EntryWriter, book: FacilityBook) -> None:
    events = [reservation({"own": 1, "bank": 2}, next(numbers)) for _ in range(150)]
    assert answers_to(writer, *events) == ["Recorded"] * 150
    assert book.commitments() == {funder("bank"): 300, funder("own"): 150}


def test_offers_that_have_ended_undrawn_are_due_first_ended_first(writer: EntryWriter, book: FacilityBook) -> None:
    ends = {next(numbers): expires for expires in (30, 10, 20, 40, 5)}
    for number, expires in ends.items():
        writer.write([entry_of(reservation({"own": 9}, number, expire_time_us=expires), f"due-{number}")])
    assert [end_of(due) for due in book.due_to_expire(30, 10)] == [5, 10, 20, 30]
    assert [end_of(due) for due in book.due_to_expire(30, 2)] == [5, 10]
    assert book.due_to_expire(4, 10) == ()
    first = book.due_to_expire(5, 1)[0]
    subject_id = f"due-{UUID(first.facility.facility_id).int}"
    writer.write([entry_of(draw(first.facility, 1, now_us=4), subject_id, version=first.version)])
    assert [end_of(due) for due in book.due_to_expire(30, 10)] == [10, 20, 30]
    assert all(due.facility.state is FacilityState.RESERVED for due in book.due_to_expire(30, 10))


def end_of(held: HeldFacility) -> int:
    return held.facility.expire_time_us


def test_nothing_is_stored_on_a_subject_that_is_not_known(book: FacilityBook) -> None:
    assert book.exposure(b"\0" * 16) == NOTHING_STORED
    assert book.facility(facility_id(123_456)) is None
    assert book.facilities_of(b"\0" * 16) == ()


def test_a_lender_is_remembered_after_all_is_over(writer: EntryWriter, book: FacilityBook, vault: Vault) -> None:
    number = next(numbers)
    writer.write([entry_of(reservation({"bank": 100}, number), "lender", time_us=77)])
    held = book.facility(facility_id(number))
    assert held is not None
    state = book.exposure(vault.subject_ref("lender"))
    position = Position("bank", "LINE", "CNY")
    assert state == ExposureState(held.version, {position: Amounts(reserved=100)}, {"bank": 77})
    giving_up = entry_of(release(held.facility), "lender", version=held.version)
    writer.write([giving_up])
    version = version_after(held.version, giving_up.entry_id)
    assert book.exposure(vault.subject_ref("lender")) == ExposureState(version, {}, {"bank": 77})


@pytest.mark.parametrize("count", [1, 4, 5, 21, 64, 90])
def test_every_number_of_rows_is_written(writer: EntryWriter, database: Database, count: int) -> None:
    answers_to(writer, *[reservation({"own": 3}, next(numbers)) for _ in range(count)])
    with database.reading() as connection:
        parts = connection.execute(select(func.count()).select_from(facility_parts)).scalar_one()
        committed = Counter(dict(connection.execute(select(commitments.c.name, commitments.c.committed)).all()))
    assert (parts, committed) == (count, {"own": 3 * count})
