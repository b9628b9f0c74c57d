"""Streams of events: how many are taken at a time, and how a stream ends."""

import asyncio
from collections.abc import AsyncIterator, Coroutine
from typing import Any, cast

import pytest
from google.rpc.status_pb2 import Status

from underwriter.accounts.errors import EventIdReused
from underwriter.accounts.event_commit import EventCommit
from underwriter.accounts.event_recorder import EventRecorded
from underwriter.service.accounts.event_intake import MOST_TOLD, EventIntake
from underwriter.service.decision_stream import Stop
from underwriter.service.errors import Draining
from underwriter.storage import DatabaseUnavailable
from underwriter.v1.account_event_pb2 import AccountEvent
from underwriter.v1.account_service_pb2 import RecordEventsRequest, RecordEventsResponse

from .accounts_world import event

LIMIT = 8


class Writer:
    """Records events when it is let, and knows how many it holds."""

    def __init__(self) -> None:
        self.may_write = asyncio.Event()
        self.held = 0
        self.most_held = 0
        self.is_down = False
        self.knows_all_ids = False

    async def record(self, sent: AccountEvent, now_us: int) -> EventRecorded:
        assert now_us > 0
        self.held += 1
        self.most_held = max(self.held, self.most_held)
        await self.may_write.wait()
        self.held -= 1
        if self.is_down:
            raise DatabaseUnavailable("gone")
        if self.knows_all_ids:
            raise EventIdReused(sent.event_id)
        return EventRecorded(sent.event_id, b"", None, already_recorded=False)


async def sent(count: int, *, endless: bool = False) -> AsyncIterator[bytes]:
    for _ in range(count):
        yield RecordEventsRequest(event=event("somebody")).SerializeToString()
    if endless:
        await asyncio.Event().wait()


def intake(writer: Writer, stop: Stop) -> EventIntake:
    return EventIntake(cast(EventCommit, writer), LIMIT, lambda *_: Status(code=3), stop)


def run(scenario: Coroutine[Any, Any, None]) -> None:
    asyncio.run(asyncio.wait_for(scenario, 60))


def test_the_stream_is_read_no_further_than_what_is_being_recorded() -> None:
    async def scenario() -> None:
        writer = Writer()
        task = asyncio.create_task(intake(writer, Stop()).run(sent(5 * LIMIT)))
        while writer.held < LIMIT:
            await asyncio.sleep(0)
        for _ in range(100):
            await asyncio.sleep(0)
        assert writer.most_held == LIMIT
        writer.may_write.set()
        assert await task == RecordEventsResponse(recorded_count=5 * LIMIT)
        assert writer.most_held == LIMIT

    run(scenario())


def test_a_database_that_fails_ends_the_stream_though_the_client_sends_on() -> None:
    async def scenario() -> None:
        writer = Writer()
        writer.is_down = True
        writer.may_write.set()
        with pytest.raises(DatabaseUnavailable):
            await intake(writer, Stop()).run(sent(3, endless=True))

    run(scenario())


def test_a_worker_that_stops_records_what_it_has_read_and_says_that_it_stops() -> None:
    async def scenario() -> None:
        writer, stop = Writer(), Stop()
        task = asyncio.create_task(intake(writer, stop).run(sent(3, endless=True)))
        while writer.held < 3:
            await asyncio.sleep(0)
        stop.request()
        writer.may_write.set()
        with pytest.raises(Draining):
            await task
        assert writer.held == 0

    run(scenario())


def test_bytes_that_are_no_event_are_refused_alone() -> None:
    async def received() -> AsyncIterator[bytes]:
        yield b"\xff\xff"
        async for one in sent(1):
            yield one

    async def scenario() -> None:
        writer = Writer()
        writer.may_write.set()
        answer = await intake(writer, Stop()).run(received())
        assert (answer.recorded_count, answer.refused_count) == (1, 1)
        assert [(one.position, one.event_id, one.error.code) for one in answer.refused] == [(0, "", 3)]

    run(scenario())


def test_the_first_refusals_are_told_though_they_are_known_last() -> None:
    async def received(writer: Writer) -> AsyncIterator[bytes]:
        async for one in sent(1):
            yield one
        for _ in range(5 * MOST_TOLD):
            yield b"\xff\xff"
        writer.may_write.set()

    async def scenario() -> None:
        writer = Writer()
        writer.knows_all_ids = True
        answer = await intake(writer, Stop()).run(received(writer))
        assert answer.refused_count == 5 * MOST_TOLD + 1
        assert [one.position for one in answer.refused] == list(range(MOST_TOLD))

    run(scenario())
