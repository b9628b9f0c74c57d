"""FacilityService: draws, gives up, repays, and tells what subjects owe and may still draw.

Each call that changes something reads the facility, makes an event of what is asked, and commits it on condition that
nothing else was changed on the subject meanwhile. If something was, all of that is done again, the last time while
nobody else can write.
"""

import asyncio
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection
from uuid_utils import uuid7

from underwriter.accounts.alert_book import AlertBook
from underwriter.accounts.errors import AccountSuspended, AmountTooFine, ChangedTooOften, FacilityRefused
from underwriter.accounts.facility import Facility, apply, draw, release, repay
from underwriter.accounts.facility_book import FacilityBook
from underwriter.accounts.facility_message import exposure_message, facility_id_of, facility_message
from underwriter.accounts.facility_rows import HeldFacility
from underwriter.accounts.money import minor_units_of
from underwriter.decisioning.requests.validation import FieldFault, request_faults
from underwriter.decisioning.stored import a_year_before
from underwriter.ledger import Entry, EntryKind, Ledger, ProjectionRefused, Recorded, RequestIdReused, SubjectChanged
from underwriter.ledger.keys.vault import Vault
from underwriter.service.calls import parse
from underwriter.service.errors import NothingFound, refuse_faults
from underwriter.service.resources import ResourceNameMalformed
from underwriter.v1.account_pb2 import ALERT_EFFECT_SUSPEND
from underwriter.v1.facility_service_pb2 import (
    ConfirmDrawdownRequest,
    Exposure,
    GetExposureRequest,
    GetFacilityRequest,
    RecordRepaymentRequest,
    ReleaseReservationRequest,
)
from underwriter.v1.facility_service_pb2 import Facility as FacilityMessage
from underwriter.v1.record_pb2 import FacilityEvent, RecordFacts

MOST_ATTEMPTS = 3
DEFAULT_CURRENCY = "CNY"
NAME_FORM = "facilities/{uuid}, the UUID in lower case"


EventOf = Callable[[Facility, int, int], FacilityEvent]
"""Makes the event of a facility from an amount in minor units (0 if none is asked) and the time in microseconds."""


class _Change(NamedTuple):
    """A call that changes a facility. `money_field` is the request's field of an amount; empty if it has none."""

    kind: EntryKind
    request: Any
    received: bytes
    money_field: str
    event_of: EventOf

    def event(self, facility: Facility, now_us: int) -> FacilityEvent:
        """Return the event that is asked for. Raises FacilityRefused."""
        amount = minor_units_of(getattr(self.request, self.money_field)) if self.money_field else 0
        return self.event_of(facility, amount, now_us)

    def faults(self, currency: str | None) -> list[FieldFault]:
        """Return every fault of the request, on a facility of that currency; None if the facility is not known."""
        faults = request_faults(self.request, currency)
        at_fault = {fault.path.partition(".")[0] for fault in faults}
        if "facility" not in at_fault and facility_id_of(self.request.facility) is None:
            faults.append(FieldFault("facility", "another form", NAME_FORM))
        if self.money_field and self.money_field not in at_fault:
            faults.extend(self._faults_of_amount())
        return faults

    def _faults_of_amount(self) -> list[FieldFault]:
        try:
            minor_units_of(getattr(self.request, self.money_field))
        except AmountTooFine as error:
            return [FieldFault(self.money_field, "a finer amount", str(error))]
        return []


class FacilityService:
    """The methods of underwriter.v1.FacilityService. Errors are raised; `CallGate` turns them into statuses.

    A call that changes something is answered with the facility as it is right after, once that is durable; a retry
    with the same request id gets the same answer again.
    """

    def __init__(self, ledger: Ledger, facility_book: FacilityBook, vault: Vault, alerts: AlertBook) -> None:
        self._ledger = ledger
        self._facility_book = facility_book
        self._vault = vault
        self._alerts = alerts

    async def confirm_drawdown(self, received: bytes) -> bytes:
        """Draw on a facility. Nothing is drawn while an alert suspends the account of its subject."""
        request = parse(ConfirmDrawdownRequest, received)
        return await self._change(_Change(EntryKind.DRAWDOWN, request, received, "amount", self._draw))

    async def release_reservation(self, received: bytes) -> bytes:
        """Give up what is not drawn of a facility."""
        request = parse(ReleaseReservationRequest, received)
        return await self._change(
            _Change(EntryKind.RELEASE, request, received, "", lambda facility, *_: release(facility))
        )

    async def record_repayment(self, received: bytes) -> bytes:
        """Record that principal of a facility was repaid."""
        request = parse(RecordRepaymentRequest, received)
        return await self._change(
            _Change(
                EntryKind.REPAYMENT, request, received, "principal", lambda facility, amount, _: repay(facility, amount)
            )
        )

    async def get_facility(self, request: GetFacilityRequest) -> FacilityMessage:
        """Return a facility as it stands."""
        facility_id = facility_id_of(request.name)
        if facility_id is None:
            raise ResourceNameMalformed(NAME_FORM)
        held = await asyncio.to_thread(self._facility_book.facility, facility_id)
        if held is None:
            raise NothingFound("Facility", request.name)
        return facility_message(held.facility)

    async def get_exposure(self, request: GetExposureRequest) -> Exposure:
        """Return what a subject owes and may still draw; nothing, for a subject that nothing is stored on."""
        refuse_faults(request_faults(request))
        ref = self._vault.subject_ref(request.subject_id)
        state = await asyncio.to_thread(self._facility_book.exposure, ref)
        since_us = a_year_before(datetime.now(UTC))
        return exposure_message(request.subject_id, state, request.currency or DEFAULT_CURRENCY, since_us)

    async def _change(self, change: _Change) -> bytes:
        """Do what is asked from the facility as it stands, anew while others change what is stored on the subject."""
        for attempts_left in reversed(range(MOST_ATTEMPTS)):
            held = await self._held(change)
            try:
                recorded = await self._recorded(change, held, in_turn=not attempts_left)
            except (SubjectChanged, ProjectionRefused):
                continue
            return recorded.payload.answer if recorded.payload else _serialised(held.facility)
        raise ChangedTooOften(MOST_ATTEMPTS)

    def _draw(self, facility: Facility, amount: int, now_us: int) -> FacilityEvent:
        """Return the event of a drawdown. Blocks meanwhile. Raises FacilityRefused."""
        in_force = self._alerts.in_force(facility.subject, now_us)
        if any(alert.effect == ALERT_EFFECT_SUSPEND for alert in in_force):
            raise AccountSuspended(facility.facility_id)
        return draw(facility, amount, now_us)

    async def _held(self, change: _Change) -> HeldFacility:
        """Read the facility and check the request against it."""
        facility_id = facility_id_of(change.request.facility)
        held = await asyncio.to_thread(self._facility_book.facility, facility_id) if facility_id else None
        refuse_faults(change.faults(held.facility.currency if held else None))
        if held is None:
            raise NothingFound("Facility", change.request.facility)
        return held

    async def _recorded(self, change: _Change, held: HeldFacility, *, in_turn: bool) -> Recorded:
        """Record the change. What is refused as things stand now may have been recorded by the same request before."""
        try:
            if in_turn:
                return await self._ledger.commit_in_turn(
                    lambda connection: self._made_in_turn(connection, change, held)
                )
            return await self._ledger.commit(await asyncio.to_thread(_entry_of, change, held))
        except FacilityRefused:
            earlier = await self._earlier(change)
            if earlier is None:
                raise
            return earlier

    def _made_in_turn(self, connection: Connection, change: _Change, held: HeldFacility) -> Entry:
        """Make the entry from the facility as the database holds it. Called in the writer's thread."""
        return _entry_of(change, self._facility_book.facility(held.facility.facility_id, connection) or held)

    async def _earlier(self, change: _Change) -> Recorded | None:
        """Return the record of the same request. Raises RequestIdReused if the record's request had other content."""
        request_id = change.request.request_id
        recorded = await self._ledger.find_by_request_id(change.kind, request_id)
        if recorded and recorded.sealed.request_digest != self._vault.request_digest(change.received):
            raise RequestIdReused(request_id)
        return recorded


def _entry_of(change: _Change, held: HeldFacility) -> Entry:
    """Return the entry of the change of a facility as it stands. Raises FacilityRefused."""
    facility, now_us = held.facility, time.time_ns() // 1000
    event = change.event(facility, now_us)
    return Entry(
        kind=change.kind,
        entry_id=str(uuid7()),
        request_id=change.request.request_id,
        subject_id="",
        subject=facility.subject,
        product=facility.product,
        outcome=0,
        policy_version="",
        time_us=now_us,
        request=change.received,
        answer=_serialised(apply(facility, event, facility.subject, now_us)),
        evidence=b"",
        facts=RecordFacts(facility=event).SerializeToString(),
        expected_version=held.version,
    )


def _serialised(facility: Facility) -> bytes:
    answer: bytes = facility_message(facility).SerializeToString()
    return answer
