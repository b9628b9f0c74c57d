"""Sends alerts to one client as they are raised and answered, from a place on, until the client or the server stops.

Nothing is kept for a client: each page is read from the database when the one before it was sent. So one that reads
slowly holds up its own stream and nothing else.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from underwriter.service.accounts.alert_cursor import cursor_of
from underwriter.service.accounts.newest_change import NewestChange
from underwriter.service.decision_stream import Stop
from underwriter.service.errors import Draining
from underwriter.v1.account_pb2 import Alert
from underwriter.v1.account_service_pb2 import WatchAlertsResponse

ALERTS_OF_A_PAGE = 100


class ChangedAlert(NamedTuple):
    """An alert as it is now, and the index of its last change."""

    change_index: int
    alert: Alert


@dataclass(frozen=True, slots=True)
class AlertFilter:
    """Which alerts a client wants: of an account (empty: all), and of at least a severity."""

    account: str = ""
    least_severity: int = 0

    def fits(self, alert: Alert) -> bool:
        """Whether an alert is wanted."""
        return alert.severity >= self.least_severity and self.account in ("", alert.account)


class AlertStream:
    """The stream of one client. `changes_after` reads the alerts that changed after an index, and blocks meanwhile."""

    def __init__(
        self,
        changes_after: Callable[[int, int], Sequence[ChangedAlert]],
        newest: NewestChange,
        wanted: AlertFilter,
        keep_alive_seconds: float,
        stop: Stop,
    ) -> None:
        self._changes_after = changes_after
        self._newest = newest
        self._wanted = wanted
        self._keep_alive_seconds = keep_alive_seconds
        self._stop = stop

    async def run(self, position: int, write: Callable[[bytes], Awaitable[None]]) -> None:
        """Send what changed after a position, and go on. Begins with a sign of life, which tells the cursor.

        Raises Draining when the worker stops, and DatabaseUnavailable. An answer that is being written is written to
        its end: gRPC can't send the status of a call beside it.
        """
        if self._stop.is_requested:
            raise Draining
        await write(_response(position))
        written_s = time.monotonic()
        while not self._stop.is_requested:
            page = await asyncio.to_thread(self._changes_after, position, ALERTS_OF_A_PAGE)
            for changed in page:
                position = changed.change_index
                if self._wanted.fits(changed.alert):
                    await write(_response(position, changed.alert))
                    written_s = time.monotonic()
            left_s = written_s + self._keep_alive_seconds - time.monotonic()
            has_more = len(page) == ALERTS_OF_A_PAGE or await self._is_after(position, max(left_s, 0))
            if not self._stop.is_requested and (left_s <= 0 or not has_more):
                await write(_response(position))
                written_s = time.monotonic()
        raise Draining

    async def _is_after(self, position: int, seconds: float) -> bool:
        """Wait for a change after a position, at most so long, and not beyond the worker's stop."""
        waiting = asyncio.ensure_future(self._newest.is_after(position, seconds))
        with self._stop.listener(waiting.cancel):
            try:
                return await waiting
            except asyncio.CancelledError:
                if self._stop.is_requested:
                    return False
                raise


def _response(position: int, alert: Alert | None = None) -> bytes:
    response: bytes = WatchAlertsResponse(alert=alert, cursor=cursor_of(position)).SerializeToString()
    return response
