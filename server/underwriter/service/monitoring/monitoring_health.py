"""The worker's task that tells health checks whether monitors keep up with what happens."""

import asyncio
import time
from collections.abc import Callable

from grpc_health.v1 import health, health_pb2

from underwriter.accounts.work_queue import WorkQueue
from underwriter.monitoring.engine import is_available
from underwriter.service.trouble_log import TroubleLog
from underwriter.storage import DatabaseUnavailable

MONITORING_SERVICE = "underwriter.monitoring"
"""What health checks ask for. The server as a whole serves without: decisions need no monitor process."""
PERIOD_SECONDS = 2.0


class MonitoringHealth:
    """Looks every two seconds at how long accounts have been waiting to be looked at; `most_lag_s` is the most.

    NOT_SERVING is said of monitoring if one waits longer, if the database can't tell, or if there is no rule engine.
    """

    def __init__(self, queue: WorkQueue, most_lag_s: float, has_engine: Callable[[], bool] = is_available) -> None:
        self._queue = queue
        self._most_lag_s = most_lag_s
        self._has_engine = has_engine()
        self._troubles = TroubleLog("accounts are looked at in time again")

    async def run(self, servicer: health.aio.HealthServicer, stop: asyncio.Event) -> None:
        """Tell the health service until `stop` is set."""
        while not stop.is_set():
            is_well = await self._is_well()
            said = health_pb2.HealthCheckResponse
            await servicer.set(MONITORING_SERVICE, said.SERVING if is_well else said.NOT_SERVING)
            try:
                async with asyncio.timeout(PERIOD_SECONDS):
                    await stop.wait()
            except TimeoutError:
                continue

    async def _is_well(self) -> bool:
        if not self._has_engine:
            self._troubles.met("monitoring is unavailable: durable-rules is not installed")
            return False
        now_us = time.time_ns() // 1000
        try:
            oldest_us = await asyncio.to_thread(self._queue.oldest_due, now_us)
        except DatabaseUnavailable as error:
            self._troubles.met("whether accounts are looked at can't be told", cause=str(error))
            return False
        if oldest_us is not None and now_us - oldest_us > self._most_lag_s * 1_000_000:
            self._troubles.met("accounts wait to be looked at", limit_seconds=self._most_lag_s)
            return False
        self._troubles.none_met()
        return True
