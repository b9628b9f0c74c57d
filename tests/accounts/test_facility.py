"""The life of a facility: which events can happen when, what each changes, and what is refused."""

from collections.abc import Callable, Sequence
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from underwriter.accounts import (
    AmountAboveOwed,
    AmountAboveUndrawn,
    EventImpossible,
    Facility,
    FacilityNotOpen,
    FacilityPart,
    FacilityRefused,
    FacilityState,
    NothingOwed,
    NothingUndrawn,
    NotYetExpired,
    OfferExpired,
)
from underwriter.accounts.facility import apply, draw, expire, release, repay
from underwriter.v1.record_pb2 import (
    FACILITY_EVENT_KIND_DRAWN,
    FACILITY_EVENT_KIND_EXPIRED,
    FACILITY_EVENT_KIND_RELEASED,
    FACILITY_EVENT_KIND_REPAID,
    FACILITY_EVENT_KIND_UNSPECIFIED,
    FacilityEvent,
    FunderAmount,
)

from .reservations import APPROVED_US, EXPIRES_US, SUBJECT, facility_id, reservation, reserved

BEFORE, AFTER = EXPIRES_US - 1, EXPIRES_US
RESERVED, OPEN, CLOSED = FacilityState.RESERVED, FacilityState.OPEN, FacilityState.CLOSED
RELEASED, EXPIRED = FacilityState.RELEASED, FacilityState.EXPIRED

Step = tuple[object, ...]


def event_of(facility: Facility, step: Step) -> FacilityEvent:
    """What a step such as ("draw", 500) means; a drawdown comes before the offer's end unless a time is given."""
    name, *arguments = step
    if name == "draw":
        return draw(facility, *(arguments if len(arguments) == 2 else [*arguments, BEFORE]))  # type: ignore[arg-type]
    makers: dict[object, Callable[..., FacilityEvent]] = {"repay": repay, "release": release, "expire": expire}
    return makers[name](facility, *arguments)


def after(facility: Facility, *steps: Step) -> Facility:
    for step in steps:
        facility = apply(facility, event_of(facility, step), SUBJECT, AFTER)
    return facility


LOAN, LINE = reserved({"own": 1000}), reserved({"own": 1000}, revolving=True)


@pytest.mark.parametrize(
    ("facility", "steps", "state", "drawn", "undrawn"),
    [
        (LOAN, [], RESERVED, 0, 1000),
        (LOAN, [("draw", 1)], OPEN, 1, 999),
        (LOAN, [("draw", 1000)], OPEN, 1000, 0),
        (LOAN, [("draw", 400), ("draw", 600, AFTER)], OPEN, 1000, 0),
        (LOAN, [("draw", 400), ("repay", 400)], OPEN, 0, 600),
        (LOAN, [("draw", 1000), ("repay", 999)], OPEN, 1, 0),
        (LOAN, [("draw", 1000), ("repay", 1000)], CLOSED, 0, 0),
        (LOAN, [("draw", 400), ("release",)], OPEN, 400, 0),
        (LOAN, [("draw", 400), ("release",), ("repay", 400)], CLOSED, 0, 0),
        (LOAN, [("draw", 400), ("repay", 400), ("release",)], CLOSED, 0, 0),
        (LOAN, [("release",)], RELEASED, 0, 0),
        (LOAN, [("expire", AFTER)], EXPIRED, 0, 0),
        (LINE, [("draw", 1000), ("repay", 1000)], OPEN, 0, 1000),
        (LINE, [("draw", 1000), ("repay", 300), ("draw", 200, AFTER)], OPEN, 900, 100),
        (LINE, [("draw", 1000), ("release",)], OPEN, 1000, 0),
        (LINE, [("draw", 1000), ("release",), ("repay", 600)], OPEN, 400, 0),
        (LINE, [("draw", 1000), ("release",), ("repay", 600), ("repay", 400)], CLOSED, 0, 0),
        (LINE, [("draw", 1), ("repay", 1), ("release",)], CLOSED, 0, 0),
        (LINE, [("release",)], RELEASED, 0, 0),
        (LINE, [("expire", AFTER)], EXPIRED, 0, 0),
    ],
)
def test_what_follows_from_what_happens(
    facility: Facility, steps: Sequence[Step], state: FacilityState, drawn: int, undrawn: int
) -> None:
    now = after(facility, *steps)
    assert (now.state, now.drawn, now.undrawn, now.credit_limit) == (state, drawn, undrawn, 1000)


OVER: list[list[Step]] = [[("release",)], [("expire", AFTER)], [("draw", 1000), ("repay", 1000)]]


@pytest.mark.parametrize(
    ("steps", "refused", "error", "text"),
    [
        ([], ("draw", 1001), AmountAboveUndrawn, "can't be drawn on by so much: at most 10 CNY may be drawn"),
        ([("draw", 400)], ("draw", 601), AmountAboveUndrawn, "at most 6 CNY"),
        ([], ("draw", 1, AFTER), OfferExpired, "the offer has expired; apply again"),
        ([], ("repay", 1), NothingOwed, "nothing is owed"),
        ([("draw", 450)], ("repay", 451), AmountAboveOwed, "4.50 CNY of principal are owed"),
        ([("draw", 1000)], ("release",), NothingUndrawn, "nothing may be drawn any more"),
        ([], ("expire", BEFORE), NotYetExpired, "only an offer that has ended undrawn does"),
        ([("draw", 1)], ("expire", AFTER), NotYetExpired, "only an offer"),
        ([("release",)], ("draw", 1), FacilityNotOpen, "is RELEASED; only one that is set aside or in use can change"),
        ([("expire", AFTER)], ("release",), FacilityNotOpen, "is EXPIRED"),
        ([("draw", 1000), ("repay", 1000)], ("repay", 1), FacilityNotOpen, "is CLOSED"),
        *[(steps, ("expire", AFTER), NotYetExpired, "only an offer") for steps in OVER],
    ],
)
def test_what_is_refused(steps: list[Step], refused: Step, error: type[FacilityRefused], text: str) -> None:
    facility = after(LOAN, *steps)
    with pytest.raises(error) as caught:
        event_of(facility, refused)
    assert str(caught.value).startswith(f"facility {facility_id()} ")
    assert text in str(caught.value)


@pytest.mark.parametrize("step", [("draw", 0), ("draw", -5), ("repay", 0)])
def test_an_amount_is_at_least_one_minor_unit(step: Step) -> None:
    with pytest.raises(ValueError, match="from 1 on is allowed"):
        event_of(after(LOAN, ("draw", 100)), step)


def test_each_funder_pays_and_gets_by_its_part() -> None:
    joint = reserved({"bank": 700, "own": 300})
    drawn = after(joint, ("draw", 501))
    assert drawn.parts == (FacilityPart("bank", 700, 351, 349), FacilityPart("own", 300, 150, 150))
    repaid = after(drawn, ("repay", 100))
    assert repaid.parts == (FacilityPart("bank", 700, 281, 349), FacilityPart("own", 300, 120, 150))


def test_a_facility_is_as_its_reservation_says() -> None:
    terms = {
        "product": "PAY_LATER",
        "currency": "JPY",
        "revolving": True,
        "purpose": 2,
        "term_months": 6,
        "user_group": "students",
        "grade": "B",
        "annual_rate": "0.0725",
        "expected_loss": 0,
        "expire_time_us": 99,
    }
    facility = reserved({"own": 5, "bank": 6}, **terms)
    told = {name: getattr(facility, name) for name in terms}
    assert told == terms
    assert (facility.facility_id, facility.subject, facility.approve_time_us) == (facility_id(), SUBJECT, APPROVED_US)
    assert [part.funder for part in facility.parts] == ["bank", "own"]
    assert reserved({"own": 5}).expected_loss is None


def test_a_funder_without_a_part_is_left_out_and_one_named_twice_has_one() -> None:
    event = reservation({"own": 5, "bank": 0})
    event.parts.append(FunderAmount(funder="own", amount=2))
    assert apply(None, event, SUBJECT, 1).parts == (FacilityPart("own", 7, 0, 7),)


def bare_event(kind: int, *amounts: int, funder: str = "own") -> FacilityEvent:
    parts = [FunderAmount(funder=funder, amount=amount) for amount in amounts]
    return FacilityEvent(facility_id=facility_id(), kind=kind, parts=parts)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("facility", "event", "text"),
    [
        (LOAN, reservation({"own": 1}), "reserved before"),
        (None, reservation({"own": 0}), "sets nothing aside"),
        (None, reservation({"own": -1}), "below 0"),
        (None, bare_event(FACILITY_EVENT_KIND_DRAWN, 1), "never reserved"),
        (replace(LOAN, subject=b"another"), bare_event(FACILITY_EVENT_KIND_DRAWN, 1), "another subject"),
        (after(LOAN, ("release",)), bare_event(FACILITY_EVENT_KIND_DRAWN, 1), "it is RELEASED"),
        (LOAN, bare_event(FACILITY_EVENT_KIND_DRAWN, 1001), "not those that there are"),
        (LOAN, bare_event(FACILITY_EVENT_KIND_REPAID, 1), "not those that there are"),
        (LOAN, bare_event(FACILITY_EVENT_KIND_RELEASED, 999), "not those that there are"),
        (LOAN, bare_event(FACILITY_EVENT_KIND_EXPIRED), "not those that there are"),
        (after(LOAN, ("draw", 1)), bare_event(FACILITY_EVENT_KIND_EXPIRED, 999), "drawn on before it expired"),
        (LOAN, bare_event(FACILITY_EVENT_KIND_DRAWN, 1, funder="bank"), "no part of such a funder"),
        (LOAN, bare_event(FACILITY_EVENT_KIND_UNSPECIFIED, 1), "no kind of event"),
    ],
)
def test_an_event_that_does_not_fit_is_impossible(facility: Facility | None, event: FacilityEvent, text: str) -> None:
    with pytest.raises(EventImpossible, match=text):
        apply(facility, event, SUBJECT, AFTER)


steps = st.one_of(
    st.tuples(st.just("draw"), st.integers(1, 2000), st.sampled_from([BEFORE, AFTER])),
    st.tuples(st.just("repay"), st.integers(1, 2000)),
    st.tuples(st.just("release")),
    st.tuples(st.just("expire"), st.sampled_from([BEFORE, AFTER])),
)


@given(
    st.dictionaries(st.sampled_from("abc"), st.integers(1, 1500), min_size=1),
    st.booleans(),
    st.lists(steps, max_size=12),
)
def test_whatever_happens_the_amounts_stay_within_the_limits(
    limits: dict[str, int], revolving: bool, life: list[Step]
) -> None:
    facility = reserved(limits, revolving=revolving)
    for step in life:
        try:
            event = event_of(facility, step)
        except FacilityRefused:
            continue
        before, facility = facility, apply(facility, event, SUBJECT, AFTER)
        assert before.can_change
        assert {part.funder: part.credit_limit for part in facility.parts} == limits
        assert all(part.drawn >= 0 and part.undrawn >= 0 for part in facility.parts)
        assert all(part.committed <= part.credit_limit for part in facility.parts)
        assert facility.can_change == (facility.drawn + facility.undrawn > 0)
        assert facility.state is not RESERVED
        if facility.revolving:
            assert facility.drawn + facility.undrawn == facility.credit_limit
