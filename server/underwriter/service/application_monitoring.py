"""Has monitors look at an application before it is decided on: at the event that it is going to be.

The event is recorded with the decision, in one transaction, which is refused if other events came under its keys since
these were read. So of applications at the same instant, the one that is recorded last has been looked at with all the
others.

What monitors find joins the alerts that the decision goes by. To raise the alerts is left to the monitor processes,
which find the same in the same events a moment later: so alerts are raised in one place.
"""

import asyncio
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from functools import cache
from threading import Lock, Thread
from typing import NamedTuple, Protocol

import structlog
from sqlalchemy import Connection

from underwriter.accounts.event_rows import EventDraft
from underwriter.accounts.seen_events import SeenEvent
from underwriter.events.key_kind import KeyKind
from underwriter.ledger import Companion
from underwriter.ledger.group_commit import GroupCommit
from underwriter.monitoring.definitions import Monitor
from underwriter.monitoring.monitor_set import MonitorSet
from underwriter.monitoring.raising import raised_on
from underwriter.monitoring.views import View, views_of
from underwriter.monitoring.window import Match, Matcher, Window
from underwriter.service.account_stores import AccountStores
from underwriter.service.application_events import KeyedView, Surroundings, application_draft, read_surroundings
from underwriter.service.logs import LinePace
from underwriter.storage import DatabaseUnavailable
from underwriter.v1.decision_service_pb2 import DecideRequest
from underwriter.v1.record_pb2 import AccountEvidence, AlertEvidence

TRIAL_SHARE = 0.4
"""How long the engine may take for one window, as a part of what a decision waits: so it is replaced within that."""


class Watched(NamedTuple):
    """An application that monitors looked at: the event to be recorded with its decision, and what they found.

    `account` is what is known of the account with the event, what they found among its alerts. `new_subject` stands for
    an applicant who is new. If monitors failed, there is no more than the event.
    """

    event: Companion | None = None
    new_subject: bytes = b""
    account: AccountEvidence | None = None


NOT_WATCHED = Watched()


class ClosableMatcher(Matcher, Protocol):
    """A matcher that owns something, such as a process."""

    def close(self) -> None:
        """Give it up."""


MakeMatcher = Callable[[Sequence[Monitor], float], ClosableMatcher]
"""Makes a matcher of monitors that takes at most so many seconds for a window. Blocks meanwhile."""


class _Asked(NamedTuple):
    """An application, what the monitors of its policy see, and the time of the decision."""

    draft: EventDraft
    views: Sequence[KeyedView]
    time_us: int


class ApplicationMonitor:
    """Tries monitors on applications, one after the other, by one matcher that is made when it is first needed.

    A decision waits `wait_seconds` for what they find.
    """

    def __init__(
        self, stores: AccountStores, monitors: MonitorSet, make_matcher: MakeMatcher, wait_seconds: float
    ) -> None:
        self._stores = stores
        self._monitors = monitors
        self._make_matcher = make_matcher
        self._wait_seconds = wait_seconds
        self._matcher: ClosableMatcher | None = None
        self._matching = Lock()
        self._looks: GroupCommit[_Asked, Watched] = GroupCommit(self._watched, "application-monitor", gather_seconds=0)
        self._views = cache(self._views_of)
        self._pace = LinePace()
        self._log = structlog.get_logger()

    async def watch(self, request: DecideRequest, names: tuple[str, ...], time_us: int) -> Watched:
        """Return what the monitors of these names find in an application that is decided on at a time.

        The request has its id, from which that of the event follows. Where monitors fail, or there is none of a name,
        nothing is found out. Raises DatabaseUnavailable.
        """
        draft = application_draft(request, time_us, self._stores.vault)
        try:
            asked = _Asked(draft, self._views(names), time_us)
            return await asyncio.wait_for(self._looks.submit(asked), self._wait_seconds)
        except DatabaseUnavailable:
            raise
        except Exception as error:  # noqa: BLE001 - whatever keeps monitors from looking, the applicant is asked
            return self._failed(draft, time_us, error)

    def watch_in_turn(
        self, request: DecideRequest, names: tuple[str, ...], time_us: int, connection: Connection
    ) -> Watched:
        """Do the same by what the writers' connection reads, in its thread. Raises what the database raises."""
        draft = application_draft(request, time_us, self._stores.vault)
        try:
            views = self._views(names)
        except KeyError as error:
            return self._failed(draft, time_us, error)
        read = read_surroundings(draft, views, time_us, self._stores, connection)
        try:
            return self._looked_at(read)
        except Exception as error:  # noqa: BLE001 - as above; nothing of it is a fault of the connection
            return self._failed(draft, time_us, error)

    def start(self) -> None:
        """Begin to make the matcher, so that the first application need not wait for it.

        If it can't be made, the next application tries again.
        """
        Thread(target=self._begin, name="matcher-starter").start()

    def close(self) -> None:
        """End the matcher, once no application is watched any more. Blocks until it has ended."""
        self._looks.close()
        with self._matching:
            if self._matcher is not None:
                self._matcher.close()

    def _begin(self) -> None:
        with suppress(Exception), self._matching:
            self._ready_matcher()

    def _watched(self, batch: Sequence[_Asked]) -> list[Watched | Exception]:
        with self._stores.database.reading() as connection:
            reads = [read_surroundings(*asked, self._stores, connection) for asked in batch]
        return [self._outcome(read) for read in reads]

    def _outcome(self, read: Surroundings) -> Watched | Exception:
        try:
            return self._looked_at(read)
        except Exception as error:  # noqa: BLE001 - it is the answer to the one who waits for it
            return error

    def _looked_at(self, read: Surroundings) -> Watched:
        """Try the monitors on an application. What they find comes after the alerts that are raised already."""
        account, own_id = read.account, read.own.event.event_id
        raised = {alert.alert_id for alert in account.alerts}
        for view, windows in read.windows(self._stores.events):
            for match in self._matches(view, windows):
                if own_id in match.event_ids:
                    alert = self._alert(match, read.own.subject)
                    if alert.alert_id not in raised:
                        account.alerts.append(alert)
        return Watched(self._stores.seen.companion(read.seen), read.new_subject, account)

    def _matches(self, view: View, windows: Sequence[Window]) -> Iterator[Match]:
        if not self._matching.acquire(timeout=self._wait_seconds):
            raise TimeoutError
        try:
            trials = self._ready_matcher().matches(view.monitors, windows)
        finally:
            self._matching.release()
        for found in trials:
            if isinstance(found, Exception):
                raise found
            yield from found

    def _alert(self, match: Match, subject: bytes) -> AlertEvidence:
        raised = raised_on(subject, self._monitors, match)
        return AlertEvidence(
            alert_id=raised.alert_id,
            monitor=raised.monitor,
            rule=raised.rule,
            code=raised.code,
            severity=raised.severity,  # type: ignore[arg-type]  # numbers of the API's enums
            effect=raised.effect,  # type: ignore[arg-type]
            event_time_us=raised.event_time_us,
        )

    def _failed(self, draft: EventDraft, time_us: int, error: Exception) -> Watched:
        """Return an application that nothing was found out about: its event is recorded whatever else comes."""
        if count := self._pace.count(type(error).__name__):
            self._log.warning("monitors could not look at applications", error=type(error).__name__, count=count)
        return Watched(self._stores.seen.companion(SeenEvent(draft, (), time_us)))

    def _views_of(self, names: tuple[str, ...]) -> list[KeyedView]:
        """Return what monitors see, by what they look at. Raises KeyError for a name that no monitor has."""
        known = {monitor.name.text: monitor for monitor in self._monitors.monitors}
        asked_for = [known[name] for name in names]
        return [
            (key_kind, view)
            for key_kind in KeyKind
            for view in views_of([monitor for monitor in asked_for if monitor.key is key_kind])
        ]

    def _ready_matcher(self) -> ClosableMatcher:
        if self._matcher is None:
            self._matcher = self._make_matcher(self._monitors.monitors, self._wait_seconds * TRIAL_SHARE)
        return self._matcher
