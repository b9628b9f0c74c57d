"""Has monitors look at an application before it is decided on: it becomes an event of the applicant's account first.

What they find joins the alerts that the decision goes by. To raise the alerts is left to the monitor processes, which
find the same in the same events a moment later: so alerts are raised in one place, and a decision waits for one write.
"""

import asyncio
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from hashlib import sha256
from typing import NamedTuple

import structlog

from underwriter.accounts.errors import AmountTooFine, EventIdReused
from underwriter.accounts.event_rows import StoredEvent
from underwriter.accounts.money import minor_units_of
from underwriter.decisioning import ActivePolicy
from underwriter.events.key_kind import KeyKind
from underwriter.monitoring.event_values import window_event
from underwriter.monitoring.raising import raised_on
from underwriter.monitoring.views import MOST_BEFORE, View, look
from underwriter.monitoring.window import Match, Window, WindowEvent
from underwriter.service.account_stores import AccountStores
from underwriter.service.logs import LinePace
from underwriter.service.monitor_engine import MonitorEngine
from underwriter.storage import DatabaseUnavailable
from underwriter.v1.account_event_pb2 import AccountEvent
from underwriter.v1.decision_service_pb2 import DecideRequest
from underwriter.v1.record_pb2 import AlertEvidence

CLOCKS_APART_US = 1_000_000
"""How far the clocks of servers that share a database may be apart."""


class Watched(NamedTuple):
    """The alerts that monitors found in an application. Unless it `is_known`, there may be others."""

    alerts: tuple[AlertEvidence, ...] = ()
    is_known: bool = True


NOT_WATCHED = Watched()
_NOT_KNOWN = Watched(is_known=False)


class ApplicationMonitor:
    """Tries monitors on applications, by one engine in a thread of its own.

    A decision waits `wait_seconds` for what they find.
    """

    def __init__(self, stores: AccountStores, engine: MonitorEngine, wait_seconds: float) -> None:
        self.engine = engine
        self._commit = stores.commit
        self._events = stores.events
        self._vault = stores.vault
        self._wait_seconds = wait_seconds
        self._thread = ThreadPoolExecutor(1, "application-monitor")
        self._pace = LinePace()
        self._log = structlog.get_logger()

    async def watch(self, request: DecideRequest, policy: ActivePolicy, time_us: int) -> Watched:
        """Record an application that the policy wants watched, and return what its monitors find in it.

        The request has its id, from which that of the event follows: a retry is the same event. Where monitors fail,
        alerts are not known. Raises DatabaseUnavailable.
        """
        if not policy.monitors:
            return NOT_WATCHED
        event, subject = _event_of(request, time_us), None
        try:
            subject = (await self._commit.record(event, time_us)).subject
        except EventIdReused:
            # A retry has another time; the event is the one that was recorded first.
            self._log.debug("an application came again")
        trying = self._thread.submit(self._found, event, subject, policy.monitors)
        try:
            return await asyncio.wait_for(asyncio.wrap_future(trying), self._wait_seconds)
        except DatabaseUnavailable:
            raise
        except Exception as error:  # noqa: BLE001 - whatever keeps monitors from looking, the applicant is asked
            if count := self._pace.count(type(error).__name__):
                self._log.warning("monitors could not look at applications", error=type(error).__name__, count=count)
            return _NOT_KNOWN

    def start(self) -> Future[None]:
        """Begin to start the engine; return when it is done."""
        return self._thread.submit(self.engine.start)

    def replace_engine(self, engine: MonitorEngine) -> None:
        """Try the monitors of another engine from now on. The one before ends after what it has begun."""
        before, self.engine = self.engine, engine
        if before is not engine:
            self._thread.submit(before.close)

    def close(self) -> None:
        """End the engine, once no application is watched any more. Blocks until it has ended."""
        self._thread.submit(self.engine.close).result()
        self._thread.shutdown()

    def _found(self, event: AccountEvent, subject: bytes | None, names: tuple[str, ...]) -> Watched:
        """Try the monitors of these names on an event that is recorded."""
        engine = self.engine
        if subject is None:
            subject = self._events.events_of(self._vault.subject_ref(event.subject_id), 1)[0].subject
        keys = {KeyKind.ACCOUNT: subject}
        if event.device_id:
            keys[KeyKind.DEVICE] = self._vault.device_ref(event.device_id)
        matches = (
            match
            for key_kind, view in engine.views(names)
            if key_kind in keys
            for match in _matches(engine, view, self._windows(view, key_kind, keys[key_kind], event))
            if event.event_id in match.event_ids
        )
        return Watched(tuple([_alert(engine, match, subject) for match in matches]))

    def _windows(self, view: View, key_kind: KeyKind, key: bytes, event: AccountEvent) -> list[Window]:
        """Return the windows of the event and of those after it, as far as the view tries a rule on them.

        An event after it may have been recorded before it: of applications at the same instant, the one that is
        recorded last sees them all.
        """
        now_us = time.time_ns() // 1000
        start_us = event.event_time.ToMicroseconds() - view.reach_back_us
        stored = self._events.window(key_kind, key, start_us, now_us + CLOCKS_APART_US, MOST_BEFORE + 1)
        times = [one.event_time_us for one in stored if one.event.event_id == event.event_id]
        return look(view, stored, _read, times[0], now_us).windows if times else []


def _matches(engine: MonitorEngine, view: View, windows: Sequence[Window]) -> Iterator[Match]:
    for found in engine.matcher.matches(view.monitors, windows) if windows else ():
        if isinstance(found, Exception):
            raise found
        yield from found


def _alert(engine: MonitorEngine, match: Match, subject: bytes) -> AlertEvidence:
    raised = raised_on(subject, engine.monitors, match)
    return AlertEvidence(
        alert_id=raised.alert_id,
        monitor=raised.monitor,
        rule=raised.rule,
        code=raised.code,
        severity=raised.severity,  # type: ignore[arg-type]  # numbers of the API's enums
        effect=raised.effect,  # type: ignore[arg-type]
        event_time_us=raised.event_time_us,
    )


def _read(stored: StoredEvent, currency: str) -> WindowEvent:
    return window_event(stored.event, stored.subject, currency)


def _event_of(request: DecideRequest, time_us: int) -> AccountEvent:
    """Return the event that an application is. Its id is made from the request's, and no client's has its form."""
    application = request.application
    event = AccountEvent(
        event_id=f"application:{sha256(request.request_id.encode()).hexdigest()[:48]}",
        subject_id=application.applicant.subject_id,
        device_id=application.device.device_id,
    )
    event.event_time.FromMicroseconds(time_us)
    event.application.product = request.product
    if application.request.HasField("amount"):
        with suppress(AmountTooFine):  # an amount that can't be paid out says nothing
            minor_units_of(application.request.amount)
            event.application.amount.CopyFrom(application.request.amount)
    return event
