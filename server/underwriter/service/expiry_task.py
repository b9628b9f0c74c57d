"""The worker's task that ends offers in time."""

import asyncio
import random
import time
from collections.abc import Callable

import structlog

from underwriter.accounts.expiry import MOST_AT_ONCE, ClockWatch, sweep
from underwriter.accounts.facility_book import FacilityBook
from underwriter.ledger import Ledger
from underwriter.service.logs import frames_of
from underwriter.service.trouble_log import TroubleLog
from underwriter.storage import DatabaseUnavailable


def _wall_clock_us() -> int:
    return time.time_ns() // 1000


class ExpiryTask:
    """Sweeps every `period_s` seconds. Every worker has one; they start at random, so mostly one finds what is due.

    A fault is logged when it begins and when it is over, however many rounds it lasts.
    """

    def __init__(
        self,
        ledger: Ledger,
        facility_book: FacilityBook,
        period_s: float,
        wall_clock_us: Callable[[], int] = _wall_clock_us,
    ) -> None:
        self._ledger = ledger
        self._facility_book = facility_book
        self._period_s = period_s
        self._wall_clock_us = wall_clock_us
        self._watch = ClockWatch()
        self._troubles = TroubleLog("offers are ended again")
        self._log = structlog.get_logger()

    async def run(self, stop: asyncio.Event) -> None:
        """Sweep until `stop` is set, and end the round that is under way. Raises nothing."""
        pause_s = self._period_s * random.random()  # noqa: S311 - no secret: it only spreads the workers
        while not await _is_set_within(stop, pause_s):
            await self._round()
            pause_s = self._period_s

    async def _round(self) -> None:
        now_us = self._wall_clock_us()
        if not self._watch.is_steady(now_us, time.monotonic()):
            self._troubles.met("the clock leapt ahead: no offer ends until it has stood for ten minutes")
            return
        try:
            swept = await sweep(self._ledger, self._facility_book, now_us)
        except DatabaseUnavailable as error:
            self._troubles.met("offers can't be ended now", cause=str(error))
        except Exception as error:  # noqa: BLE001 - the next round may do better; the text may quote a row
            self._troubles.met("offers can't be ended now", error=type(error).__name__, frames=frames_of(error))
        else:
            self._settle(swept.due, swept.expired)

    def _settle(self, due: int, expired: int) -> None:
        self._troubles.none_met()
        if due == MOST_AT_ONCE:
            self._log.warning("many offers end at once; is the clock right?", expired=expired, limit=MOST_AT_ONCE)
        elif expired:
            self._log.info("offers ended", expired=expired)


async def _is_set_within(event: asyncio.Event, seconds: float) -> bool:
    """Wait for an event, at most so long; tell whether it is set."""
    try:
        async with asyncio.timeout(seconds):
            return await event.wait()
    except TimeoutError:
        return False
