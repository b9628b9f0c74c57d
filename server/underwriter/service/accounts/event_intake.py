"""Records the events of one stream, a bounded number at a time, and tells which of them were refused."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from operator import attrgetter

from google.rpc.status_pb2 import Status

from underwriter.accounts.event_commit import EventCommit
from underwriter.service.accounts.event_checks import event_faults
from underwriter.service.calls import parse
from underwriter.service.decision_stream import Stop
from underwriter.service.errors import Draining, RequestInvalid
from underwriter.storage import DatabaseUnavailable
from underwriter.v1.account_service_pb2 import RecordEventsRequest, RecordEventsResponse, RefusedEvent

MOST_TOLD = 100
"""How many refused events the answer tells of."""


class EventIntake:
    """Takes the events of one stream. The stream is read no further while `limit` of them are being recorded.

    `told` returns what the client is told about an error of an event that began at a time of `time.perf_counter`.
    """

    def __init__(self, commit: EventCommit, limit: int, told: Callable[[Exception, float], Status], stop: Stop) -> None:
        self._commit = commit
        self._places = asyncio.Semaphore(limit)
        self._told = told
        self._stop = stop
        self._response = RecordEventsResponse()
        self._refused: list[RefusedEvent] = []

    async def run(self, requests: AsyncIterator[bytes]) -> RecordEventsResponse:
        """Return once all events of the stream are durable or refused.

        Raises DatabaseUnavailable as soon as one can't be recorded for the database's sake, and Draining when the
        worker stops: what was sent may be sent again as a whole, since an event counts once.
        """
        try:
            async with asyncio.TaskGroup() as recording:
                reader = recording.create_task(self._read(requests, recording))
                with self._stop.listener(reader.cancel):
                    await asyncio.wait([reader])
        except ExceptionGroup as failed:
            raise failed.exceptions[0] from None
        if self._stop.is_requested:
            raise Draining
        self._leave_out_later()
        self._response.refused.extend(self._refused)
        return self._response

    async def _read(self, requests: AsyncIterator[bytes], recording: asyncio.TaskGroup) -> None:
        position = 0
        async for received in requests:
            await self._places.acquire()
            recording.create_task(self._take(position, received))
            position += 1

    async def _take(self, position: int, received: bytes) -> None:
        start, request = time.perf_counter(), RecordEventsRequest()
        try:
            request = parse(RecordEventsRequest, received)
            if faults := event_faults(request, time.time()):
                raise RequestInvalid(faults)
            recorded = await self._commit.record(request.event, time.time_ns() // 1000)
        except DatabaseUnavailable:
            raise
        except Exception as error:  # noqa: BLE001 - the event's boundary: every error becomes its status
            self._refuse(position, request.event.event_id, self._told(error, start))
        else:
            if recorded.already_recorded:
                self._response.repeated_count += 1
            else:
                self._response.recorded_count += 1
        finally:
            self._places.release()

    def _refuse(self, position: int, event_id: str, status: Status) -> None:
        self._response.refused_count += 1
        self._refused.append(RefusedEvent(position=position, event_id=event_id[:64], error=status))
        if len(self._refused) == 2 * MOST_TOLD:
            self._leave_out_later()

    def _leave_out_later(self) -> None:
        """Keep the first refusals by their places: one that the database made is known after many that it did not."""
        self._refused.sort(key=attrgetter("position"))
        del self._refused[MOST_TOLD:]
