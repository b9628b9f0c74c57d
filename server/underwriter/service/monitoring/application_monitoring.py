"""Has monitors look at an application before it is decided on: at the event that it is going to be.

The event is recorded with the decision, in one transaction, which is refused if other events came under its keys since
these were read. So of applications at the same instant, the one that is recorded last has been looked at with all the
others.

What monitors find joins the alerts that the decision goes by. To raise the alerts is left to the monitor processes,
which find the same in the same events a moment later: so alerts are raised in one place.
"""

import asyncio
from collections.abc import Sequence
from threading import Thread
from typing import NamedTuple

import structlog
from sqlalchemy import Connection

from underwriter.accounts.event_rows import EventDraft
from underwriter.accounts.seen_events import SeenEvent
from underwriter.ledger import Companion
from underwriter.ledger.group_commit import GroupCommit
from underwriter.monitoring.monitor_set import MonitorSet
from underwriter.monitoring.raising import raised_on
from underwriter.monitoring.window import Match
from underwriter.service.accounts.account_stores import AccountStores
from underwriter.service.logs import LinePace
from underwriter.service.monitoring.application_events import (
    KeyedView,
    Surroundings,
    application_draft,
    read_surroundings,
)
from underwriter.service.monitoring.monitor_engine import MonitorEngine
from underwriter.storage import DatabaseUnavailable
from underwriter.v1.decision_service_pb2 import DecideRequest
from underwriter.v1.record_pb2 import AccountEvidence, AlertEvidence


class Watched(NamedTuple):
    """An application that monitors looked at: the event to be recorded with its decision, and what they found.

    `account` is what is known of the account with the event, what they found among its alerts. `new_subject` stands for
    an applicant who is new. If monitors failed, there is no more than the event.
    """

    event: Companion | None = None
    new_subject: bytes = b""
    account: AccountEvidence | None = None


NOT_WATCHED = Watched()


class _Asked(NamedTuple):
    """An application, what the monitors of its policy see, and the time of the decision."""

    draft: EventDraft
    views: Sequence[KeyedView]
    time_us: int
    engine: MonitorEngine


class ApplicationMonitor:
    """Tries monitors on applications, one after the other, by the engine of the rules in force."""

    def __init__(self, stores: AccountStores, engine: MonitorEngine) -> None:
        self.engine = engine
        self._stores = stores
        self._looks: GroupCommit[_Asked, Watched] = GroupCommit(self._watched, "application-monitor", gather_seconds=0)
        self._pace = LinePace()
        self._log = structlog.get_logger()

    async def watch(self, request: DecideRequest, names: tuple[str, ...], time_us: int) -> Watched:
        """Return what the monitors of these names find in an application that is decided on at a time.

        The request has its id, from which that of the event follows. Where monitors fail, or there is none of a name,
        nothing is found out. Raises DatabaseUnavailable.
        """
        draft, engine = application_draft(request, time_us, self._stores.vault), self.engine
        try:
            return await self._looked(_Asked(draft, engine.views(names), time_us, engine))
        except DatabaseUnavailable:
            raise
        except Exception as error:  # noqa: BLE001 - whatever keeps monitors from looking, the applicant is asked
            return self._failed(draft, time_us, error)

    async def _looked(self, asked: _Asked) -> Watched:
        """Have the thread look. Raises TimeoutError if it takes longer than a decision waits."""
        looks = self._looks.submit(asked)
        # A timer of its own takes a fraction of the time that `asyncio.wait_for` does.
        timer = looks.get_loop().call_later(asked.engine.wait_seconds, _give_up, looks)
        try:
            return await looks
        finally:
            timer.cancel()

    def watch_in_turn(
        self, request: DecideRequest, names: tuple[str, ...], time_us: int, connection: Connection
    ) -> Watched:
        """Do the same by what the writers' connection reads, in its thread. Raises what the database raises."""
        draft, engine = application_draft(request, time_us, self._stores.vault), self.engine
        try:
            views = engine.views(names)
        except KeyError as error:
            return self._failed(draft, time_us, error)
        read = read_surroundings(draft, views, time_us, self._stores, connection)
        try:
            return self._looked_at(read, engine)
        except Exception as error:  # noqa: BLE001 - as above; nothing of it is a fault of the connection
            return self._failed(draft, time_us, error)

    def start(self) -> None:
        """Begin to start the engine."""
        Thread(target=self.engine.start, name="matcher-starter").start()

    def replace_engine(self, engine: MonitorEngine) -> None:
        """Try the monitors of another engine from now on. Applications that are looked at stay with the one before."""
        before, self.engine = self.engine, engine
        if before is not engine:
            before.close_later()

    def close(self) -> None:
        """End the engine, once no application is watched any more. Blocks until it has ended."""
        self._looks.close()
        self.engine.close()

    def _watched(self, batch: Sequence[_Asked]) -> list[Watched | Exception]:
        with self._stores.database.reading() as connection:
            reads = [
                read_surroundings(asked.draft, asked.views, asked.time_us, self._stores, connection) for asked in batch
            ]
        return [self._outcome(read, asked.engine) for read, asked in zip(reads, batch, strict=True)]

    def _outcome(self, read: Surroundings, engine: MonitorEngine) -> Watched | Exception:
        try:
            return self._looked_at(read, engine)
        except Exception as error:  # noqa: BLE001 - it is the answer to the one who waits for it
            return error

    def _looked_at(self, read: Surroundings, engine: MonitorEngine) -> Watched:
        """Try the monitors on an application. What they find comes after the alerts that are raised already."""
        account, own_id = read.account, read.own.event.event_id
        raised = {alert.alert_id for alert in account.alerts}
        for view, windows in read.windows(self._stores.events):
            for match in engine.matches(view, windows):
                if own_id in match.event_ids:
                    alert = _alert(engine.monitors, match, read.own.subject)
                    if alert.alert_id not in raised:
                        account.alerts.append(alert)
        return Watched(self._stores.seen.companion(read.seen), read.new_subject, account)

    def _failed(self, draft: EventDraft, time_us: int, error: Exception) -> Watched:
        """Return an application that nothing was found out about: its event is recorded whatever else comes."""
        if count := self._pace.count(type(error).__name__):
            self._log.warning("monitors could not look at applications", error=type(error).__name__, count=count)
        return Watched(self._stores.seen.companion(SeenEvent(draft, (), time_us)))


def _give_up(looks: asyncio.Future[Watched]) -> None:
    if not looks.done():
        looks.set_exception(TimeoutError())


def _alert(monitors: MonitorSet, match: Match, subject: bytes) -> AlertEvidence:
    raised = raised_on(subject, monitors, match)
    return AlertEvidence(
        alert_id=raised.alert_id,
        monitor=raised.monitor,
        rule=raised.rule,
        code=raised.code,
        severity=raised.severity,  # type: ignore[arg-type]  # numbers of the API's enums
        effect=raised.effect,  # type: ignore[arg-type]
        event_time_us=raised.event_time_us,
    )
