"""Answers the items of one stream as they finish, a bounded number at a time."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import contextmanager

from underwriter.service.errors import Draining

BytesMethod = Callable[[bytes], Awaitable[bytes]]


class Stop:
    """Tells the streams of a worker that it is stopping: they read no further and answer what they have read."""

    def __init__(self) -> None:
        self.is_requested = False
        self._listeners: set[Callable[[], object]] = set()

    def request(self) -> None:
        """Tell all listeners, now and from now on."""
        self.is_requested = True
        for listener in list(self._listeners):
            listener()

    @contextmanager
    def listener(self, listener: Callable[[], object]) -> Iterator[None]:
        """Call `listener` if the worker stops within the block, or at once if it is stopping already."""
        if self.is_requested:
            listener()
        self._listeners.add(listener)
        try:
            yield
        finally:
            self._listeners.discard(listener)


class AnswerStream:
    """Reads requests, answers up to `limit` of them at a time, and writes each answer when it is there.

    A place is free again only once the answer is written, so a client that does not read stops its own stream, and
    what a stream holds in memory is bounded.
    """

    def __init__(self, answer: BytesMethod, write: Callable[[bytes], Awaitable[None]], limit: int, stop: Stop) -> None:
        self._answer = answer
        self._write = write
        self._stop = stop
        self._places = asyncio.Semaphore(limit)
        self._answers: asyncio.Queue[bytes | None] = asyncio.Queue()

    async def run(self, requests: AsyncIterator[bytes]) -> None:
        """Return when all requests are answered. Raises Draining if the worker stops, once all that was read is."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._write_answers())
            async with asyncio.TaskGroup() as items:
                reader = items.create_task(self._read(requests, items))
                with self._stop.listener(reader.cancel):
                    await asyncio.wait([reader])
            self._answers.put_nowait(None)
        if self._stop.is_requested:
            raise Draining

    async def _read(self, requests: AsyncIterator[bytes], items: asyncio.TaskGroup) -> None:
        async for received in requests:
            await self._places.acquire()
            items.create_task(self._answer_one(received))

    async def _answer_one(self, received: bytes) -> None:
        self._answers.put_nowait(await self._answer(received))

    async def _write_answers(self) -> None:
        while (answer := await self._answers.get()) is not None:
            await self._write(answer)
            self._places.release()
