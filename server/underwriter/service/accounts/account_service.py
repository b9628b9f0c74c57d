"""AccountService: takes in what happens to accounts, and tells what is known of them."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from functools import partial

import structlog

from underwriter.decisioning.requests.validation import FieldFault, request_faults
from underwriter.service.accounts.account_messages import account_message
from underwriter.service.accounts.account_stores import AccountStores
from underwriter.service.accounts.alert_cursor import CursorInvalid, change_index_of
from underwriter.service.accounts.alert_desk import AlertDesk
from underwriter.service.accounts.alert_stream import AlertFilter, AlertStream
from underwriter.service.accounts.event_checks import event_faults
from underwriter.service.accounts.event_intake import EventIntake
from underwriter.service.accounts.newest_change import NewestChange
from underwriter.service.calls import CallGate
from underwriter.service.decision_stream import Stop
from underwriter.service.errors import AccountUnknown, RequestInvalid, refuse_faults
from underwriter.service.logs import LinePace
from underwriter.service.resources import (
    ACCOUNT_FORM,
    ALERT_FORM,
    ResourceNameMalformed,
    alert_id_of,
    subject_id_of,
)
from underwriter.service.settings import Settings
from underwriter.v1 import account_service_pb2 as v1
from underwriter.v1.account_pb2 import Account, Alert

NEWEST_TOLD = 50
"""How many events, and how many moves of its grade, an account tells."""


class AccountService:
    """The methods of underwriter.v1.AccountService but `ReviewLine`, which is that of `LineReviews`.

    Errors are raised; `CallGate` turns them into statuses.
    """

    def __init__(self, stores: AccountStores, gate: CallGate, stop: Stop, settings: Settings) -> None:
        self._stores = stores
        self._gate = gate
        self._stop = stop
        self._settings = settings
        self._pace = LinePace()
        self._log = structlog.get_logger()
        self._desk = AlertDesk(stores)
        self._newest = NewestChange(stores.alerts.newest_change)

    async def record_event(self, request: v1.RecordEventRequest) -> v1.RecordEventResponse:
        """Record an event; the answer is there once it is durable."""
        refuse_faults(event_faults(request, time.time()))
        recorded = await self._stores.commit.record(request.event, _now_us())
        return v1.RecordEventResponse(already_recorded=recorded.already_recorded)

    async def record_events(self, requests: AsyncIterator[bytes]) -> v1.RecordEventsResponse:
        """Record the events of a stream."""
        told = partial(self._gate.told, "RecordEvents")
        return await EventIntake(self._stores.commit, self._settings.events_in_flight, told, self._stop).run(requests)

    async def get_account(self, request: v1.GetAccountRequest) -> Account:
        """Return what is known of an account."""
        subject_id = subject_id_of(request.name)
        if subject_id is None:
            raise ResourceNameMalformed(ACCOUNT_FORM)
        account = await asyncio.to_thread(self._account, subject_id)
        if account is None:
            raise AccountUnknown
        return account

    async def watch_alerts(self, request: v1.WatchAlertsRequest, write: Callable[[bytes], Awaitable[None]]) -> None:
        """Send alerts as they change, until the client ends the call."""
        refuse_faults([*request_faults(request), *_watch_faults(request)])
        position = await self._position(request)
        wanted = AlertFilter(request.account, request.least_severity)
        seconds = self._settings.alert_keep_alive_seconds
        await AlertStream(self._desk.changes_after, self._newest, wanted, seconds, self._stop).run(position, write)

    async def acknowledge_alert(self, request: v1.AcknowledgeAlertRequest) -> Alert:
        """Say that somebody has seen an alert, and end its effect if asked."""
        faults, alert_id = request_faults(request), alert_id_of(request.name)
        if alert_id is None and request.name:
            faults.append(FieldFault("name", "another form", ALERT_FORM))
        if faults or alert_id is None:
            raise RequestInvalid(faults)
        return await self._desk.acknowledge(request, alert_id)

    def _account(self, subject_id: str) -> Account | None:
        stores, now_us = self._stores, _now_us()
        ref = stores.vault.subject_ref(subject_id)
        row = stores.accounts.account(ref)
        if row is None:
            return None
        events = stores.events.events_of(ref, NEWEST_TOLD)
        damaged = sum(stored.event.WhichOneof("detail") is None for stored in events)
        if damaged and self._pace.count("damaged events"):
            self._log.warning("events of an account can't be opened", count=damaged)
        return account_message(
            subject_id,
            stores.accounts.account_evidence(ref, now_us),
            stores.alerts.in_force(row.subject, now_us),
            stores.warnings.moves_of(row.subject, NEWEST_TOLD),
            events,
            now_us,
        )

    async def _position(self, request: v1.WatchAlertsRequest) -> int:
        """Return the change after which the stream begins. Raises CursorInvalid."""
        if request.from_start:
            return 0
        newest = await asyncio.to_thread(self._stores.alerts.newest_change)
        if not request.cursor:
            return newest
        position = change_index_of(request.cursor)
        if position > newest:
            raise CursorInvalid
        return position


def _watch_faults(request: v1.WatchAlertsRequest) -> list[FieldFault]:
    faults = []
    if request.cursor and request.from_start:
        faults.append(FieldFault("from_start", "true beside a cursor", "one of both"))
    if request.account and subject_id_of(request.account) is None:
        faults.append(FieldFault("account", "another form", ACCOUNT_FORM))
    return faults


def _now_us() -> int:
    return time.time_ns() // 1000
