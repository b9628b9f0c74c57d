"""A facility: money that one subject may draw or owes, and what can happen to it.

Events are made here (`draw`, `repay`, `release`, `expire`) and applied here (`apply`), by the same code whether the
server answers a call, replays the log or audits its tables. All of it is pure. Amounts are whole minor units.

    RESERVED ── first draw ──> OPEN ── nothing owed, nothing undrawn ──> CLOSED
        ├─── release ──> RELEASED
        └─── expire ───> EXPIRED

What is repaid of a revolving facility may be drawn again, until it is released: then it revolves no more, and closes
when all is repaid.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from enum import IntEnum
from typing import NamedTuple

from underwriter.accounts.commitment import Commitment, CountedShare, counted_shares
from underwriter.accounts.errors import (
    AmountAboveOwed,
    AmountAboveUndrawn,
    EventImpossible,
    FacilityNotOpen,
    NothingOwed,
    NothingUndrawn,
    NotYetExpired,
    OfferExpired,
)
from underwriter.accounts.total_kind import TotalKind
from underwriter.credit import allocate
from underwriter.v1 import facility_service_pb2 as states
from underwriter.v1.application_pb2 import Purpose
from underwriter.v1.record_pb2 import (
    FACILITY_EVENT_KIND_DRAWN,
    FACILITY_EVENT_KIND_EXPIRED,
    FACILITY_EVENT_KIND_RELEASED,
    FACILITY_EVENT_KIND_REPAID,
    FACILITY_EVENT_KIND_RESERVED,
    FacilityEvent,
    FacilityEventKind,
    FunderAmount,
)

# What an event's amounts are added to or taken from: what is owed, and what may still be drawn.
_EFFECTS = {
    FACILITY_EVENT_KIND_DRAWN: (1, -1),
    FACILITY_EVENT_KIND_REPAID: (-1, 1),
    FACILITY_EVENT_KIND_RELEASED: (0, -1),
    FACILITY_EVENT_KIND_EXPIRED: (0, -1),
}
_GIVING_UP = (FACILITY_EVENT_KIND_RELEASED, FACILITY_EVENT_KIND_EXPIRED)


class FacilityState(IntEnum):
    """Where in its life a facility is: the numbers of the API's enum."""

    RESERVED = states.FACILITY_STATE_RESERVED
    OPEN = states.FACILITY_STATE_OPEN
    CLOSED = states.FACILITY_STATE_CLOSED
    RELEASED = states.FACILITY_STATE_RELEASED
    EXPIRED = states.FACILITY_STATE_EXPIRED


class FacilityPart(NamedTuple):
    """One funder's part of a facility, in minor units."""

    funder: str
    credit_limit: int
    drawn: int
    undrawn: int

    @property
    def committed(self) -> int:
        """What the funder has lent or must still lend."""
        return self.drawn + self.undrawn


@dataclass(frozen=True, slots=True)
class Facility:
    """A facility as it stands after some event: see `FacilityTerms` for what was approved.

    The parts are in the order of the funders' names; none has a limit of 0. `counted` is what it counts towards besides
    its funders' totals. Times are microseconds since 1970 UTC.
    """

    facility_id: str
    subject: bytes
    state: FacilityState
    product: str
    currency: str
    revolving: bool
    purpose: Purpose
    term_months: int
    user_group: str
    grade: str
    annual_rate: str
    expected_loss: int | None
    approve_time_us: int
    expire_time_us: int
    parts: tuple[FacilityPart, ...]
    counted: tuple[CountedShare, ...] = ()

    @property
    def can_change(self) -> bool:
        """Whether anything can happen to it yet."""
        return self.state in (FacilityState.RESERVED, FacilityState.OPEN)

    @property
    def credit_limit(self) -> int:
        """The most that may be owed, or the amount of the loan."""
        return sum(part.credit_limit for part in self.parts)

    @property
    def drawn(self) -> int:
        """The principal that is owed."""
        return sum(part.drawn for part in self.parts)

    @property
    def undrawn(self) -> int:
        """What may still be drawn, or is set aside."""
        return sum(part.undrawn for part in self.parts)

    def commitments(self) -> Iterator[tuple[Commitment, int]]:
        """Give what it adds to each total as it stands."""
        for part in self.parts:
            yield Commitment(TotalKind.FUNDER, part.funder, self.currency), part.committed
        if self.counted:
            committed = sum(part.committed for part in self.parts)
            for share in self.counted:
                yield Commitment(share.kind, share.name, self.currency), share.of(committed)


def draw(facility: Facility, amount: int, now_us: int) -> FacilityEvent:
    """Return the event of paying an amount out.

    Each funder pays pro rata of its undrawn part. Raises FacilityNotOpen, OfferExpired for a first drawdown at or after
    the offer's end, AmountAboveUndrawn; ValueError for an amount below 1.
    """
    _require_change(facility)
    if facility.state is FacilityState.RESERVED and now_us >= facility.expire_time_us:
        raise OfferExpired(facility.facility_id)
    _require_positive(amount)
    if amount > facility.undrawn:
        raise AmountAboveUndrawn(facility.facility_id, facility.undrawn, facility.currency)
    amounts = allocate(amount, [part.undrawn for part in facility.parts])
    return _event(facility, FACILITY_EVENT_KIND_DRAWN, amounts)


def repay(facility: Facility, amount: int) -> FacilityEvent:
    """Return the event of an amount of principal coming back.

    Each funder gets it pro rata of what is owed to it. Raises FacilityNotOpen, NothingOwed, AmountAboveOwed; ValueError
    for an amount below 1.
    """
    _require_change(facility)
    _require_positive(amount)
    owed = facility.drawn
    if not owed:
        raise NothingOwed(facility.facility_id)
    if amount > owed:
        raise AmountAboveOwed(facility.facility_id, owed, facility.currency)
    amounts = allocate(amount, [part.drawn for part in facility.parts])
    return _event(facility, FACILITY_EVENT_KIND_REPAID, amounts)


def release(facility: Facility) -> FacilityEvent:
    """Return the event of giving up all that is not drawn, and that what is repaid may be drawn again.

    Raises FacilityNotOpen, and NothingUndrawn if there is nothing to give up.
    """
    _require_change(facility)
    if not facility.undrawn and not facility.revolving:
        raise NothingUndrawn(facility.facility_id)
    return _event(facility, FACILITY_EVENT_KIND_RELEASED, [part.undrawn for part in facility.parts])


def expire(facility: Facility, now_us: int) -> FacilityEvent:
    """Return the event of an offer ending undrawn. Raises NotYetExpired unless it is set aside and its end has come."""
    if facility.state is not FacilityState.RESERVED or now_us < facility.expire_time_us:
        raise NotYetExpired(facility.facility_id)
    return _event(facility, FACILITY_EVENT_KIND_EXPIRED, [part.undrawn for part in facility.parts])


def apply(facility: Facility | None, event: FacilityEvent, subject: bytes, time_us: int) -> Facility:
    """Return the facility after an event of the subject's, recorded at a time. It is None before the first event.

    Raises EventImpossible for an event that the functions of this module can't have made for this facility.
    """
    if event.kind == FACILITY_EVENT_KIND_RESERVED:
        if facility is not None:
            raise EventImpossible(event.facility_id, "it was reserved before")
        return _reserved(event, subject, time_us)
    if facility is None:
        raise EventImpossible(event.facility_id, "it was never reserved")
    if facility.subject != subject:
        raise EventImpossible(event.facility_id, "it belongs to another subject")
    if not facility.can_change:
        raise EventImpossible(event.facility_id, f"it is {facility.state.name}")
    return _changed(facility, event)


def reserved_amounts(event: FacilityEvent) -> dict[str, int]:
    """Return what a reservation sets aside, by funder. Raises EventImpossible for what can't begin a facility."""
    if event.kind != FACILITY_EVENT_KIND_RESERVED:
        raise EventImpossible(event.facility_id, "it was never reserved")
    amounts = _amounts_by_funder(event)
    if not amounts:
        raise EventImpossible(event.facility_id, "it sets nothing aside")
    return amounts


def _require_change(facility: Facility) -> None:
    if not facility.can_change:
        raise FacilityNotOpen(facility.facility_id, facility.state.name)


def _require_positive(amount: int) -> None:
    if amount < 1:
        raise ValueError(f"an amount of {amount} minor units; from 1 on is allowed")


def _event(facility: Facility, kind: FacilityEventKind, amounts: Iterable[int]) -> FacilityEvent:
    """Return an event with the parts that are not 0."""
    parts = [
        FunderAmount(funder=part.funder, amount=amount)
        for part, amount in zip(facility.parts, amounts, strict=True)
        if amount
    ]
    return FacilityEvent(facility_id=facility.facility_id, kind=kind, parts=parts)


def _reserved(event: FacilityEvent, subject: bytes, time_us: int) -> Facility:
    limits = reserved_amounts(event)
    terms = event.terms
    return Facility(
        facility_id=event.facility_id,
        subject=subject,
        state=FacilityState.RESERVED,
        product=terms.product,
        currency=terms.currency,
        revolving=terms.revolving,
        purpose=terms.purpose,
        term_months=terms.term_months,
        user_group=terms.user_group,
        grade=terms.grade,
        annual_rate=terms.annual_rate,
        expected_loss=terms.expected_loss if terms.HasField("expected_loss") else None,
        approve_time_us=time_us,
        expire_time_us=terms.expire_time_us,
        parts=tuple(FacilityPart(funder, limits[funder], 0, limits[funder]) for funder in sorted(limits)),
        counted=counted_shares(event),
    )


def _amounts_by_funder(event: FacilityEvent) -> dict[str, int]:
    """Return what is not 0; a funder that is named twice gets the sum."""
    amounts: dict[str, int] = {}
    for part in event.parts:
        if part.amount < 0:
            raise EventImpossible(event.facility_id, "an amount is below 0")
        if part.amount:
            amounts[part.funder] = amounts.get(part.funder, 0) + part.amount
    return amounts


def _changed(facility: Facility, event: FacilityEvent) -> Facility:
    parts = _parts_after(facility, event)
    gives_up = event.kind in _GIVING_UP
    if any(part.drawn < 0 or part.undrawn < 0 or (gives_up and part.undrawn) for part in parts):
        raise EventImpossible(event.facility_id, "its amounts are not those that there are")
    return replace(
        facility,
        state=_state_after(facility, event, parts),
        revolving=facility.revolving and not gives_up,
        parts=parts,
    )


def _parts_after(facility: Facility, event: FacilityEvent) -> tuple[FacilityPart, ...]:
    if event.kind not in _EFFECTS:
        raise EventImpossible(event.facility_id, f"{event.kind} is no kind of event")
    amounts = _amounts_by_funder(event)
    if not amounts.keys() <= {part.funder for part in facility.parts}:
        raise EventImpossible(event.facility_id, "it has no part of such a funder")
    on_drawn, on_undrawn = _EFFECTS[event.kind]
    if event.kind == FACILITY_EVENT_KIND_REPAID and not facility.revolving:
        on_undrawn = 0
    return tuple(
        FacilityPart(funder, limit, drawn + on_drawn * amount, undrawn + on_undrawn * amount)
        for funder, limit, drawn, undrawn in facility.parts
        for amount in (amounts.get(funder, 0),)
    )


def _state_after(facility: Facility, event: FacilityEvent, parts: Iterable[FacilityPart]) -> FacilityState:
    if event.kind == FACILITY_EVENT_KIND_EXPIRED:
        if facility.state is not FacilityState.RESERVED:
            raise EventImpossible(event.facility_id, "it was drawn on before it expired")
        return FacilityState.EXPIRED
    if event.kind == FACILITY_EVENT_KIND_RELEASED and facility.state is FacilityState.RESERVED:
        return FacilityState.RELEASED
    return FacilityState.OPEN if any(part.committed for part in parts) else FacilityState.CLOSED
