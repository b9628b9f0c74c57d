"""Gathers what concurrent calls write, and has one thread write it, many items in one transaction.

The event loop pays for a future and a queue's put; the thread is woken only when it sleeps, and the loop only once a
batch. An item that comes alone is written at once. After a batch of several, unless as many wait already, the thread
first gathers for half a millisecond: the others in flight are about to come too, and one fsync for all beats one each.
"""

import asyncio
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from itertools import groupby
from queue import SimpleQueue
from threading import Thread
from typing import Generic, NamedTuple, TypeVar

from underwriter.storage.errors import DatabaseUnavailable

GATHER_SECONDS = 0.0005
MOST_IN_A_BATCH = 256

WorkT = TypeVar("WorkT")
"""What is to be written."""
RecordT = TypeVar("RecordT")
"""What a caller gets once it is."""


class _Pending(NamedTuple, Generic[WorkT, RecordT]):
    work: WorkT
    future: asyncio.Future[RecordT]


class GroupCommit(Generic[WorkT, RecordT]):
    """One writer thread, by its name, and the queue before it. Reads may be gathered in the same way.

    The thread waits `gather_seconds` for others after a batch of several. `write` is called in the thread with one
    batch at a time and answers for each item, in order; what it raises is the answer to all of the batch.
    """

    def __init__(
        self,
        write: Callable[[Sequence[WorkT]], Sequence[RecordT | Exception]],
        name: str,
        gather_seconds: float = GATHER_SECONDS,
    ) -> None:
        self._write = write
        self._gather_seconds = gather_seconds
        self._queue: SimpleQueue[_Pending[WorkT, RecordT] | None] = SimpleQueue()
        self._is_closed = False
        self._thread = Thread(target=self._run, name=name, daemon=True)
        self._thread.start()

    def submit(self, work: WorkT) -> asyncio.Future[RecordT]:
        """Return the future of the item's record; call it in an event loop. Raises DatabaseUnavailable once closed."""
        if self._is_closed:
            raise DatabaseUnavailable("the ledger is closed")
        future: asyncio.Future[RecordT] = asyncio.get_running_loop().create_future()
        self._queue.put(_Pending(work, future))
        return future

    def close(self) -> None:
        """Write what is in flight, then end the thread. Calling it again does nothing."""
        if not self._is_closed:
            self._is_closed = True
            self._queue.put(None)
        self._thread.join()

    def _run(self) -> None:
        expected = 1
        while (first := self._queue.get()) is not None:
            if self._gather_seconds and self._queue.qsize() + 1 < expected:
                time.sleep(self._gather_seconds)
            batch = self._take(first)
            expected = len(batch)
            # A caller that gave up before its turn gets no record: nobody would receive that decision.
            self._answer([pending for pending in batch if not pending.future.done()])

    def _take(self, first: _Pending[WorkT, RecordT]) -> list[_Pending[WorkT, RecordT]]:
        batch = [first]
        for _ in range(min(self._queue.qsize(), MOST_IN_A_BATCH - 1)):
            pending = self._queue.get()
            if pending is None:
                # The end comes after this batch.
                self._queue.put(None)
                break
            batch.append(pending)
        return batch

    def _answer(self, batch: list[_Pending[WorkT, RecordT]]) -> None:
        if not batch:
            return
        outcomes: Sequence[RecordT | Exception]
        try:
            outcomes = self._write([pending.work for pending in batch])
        except Exception as error:  # noqa: BLE001 - the callers get it; the thread must live for the next batch
            outcomes = [error] * len(batch)
        for loop, answers in groupby(zip(batch, outcomes, strict=True), lambda answer: answer[0].future.get_loop()):
            _settle_in(loop, [(pending.future, outcome) for pending, outcome in answers])


_Answers = list[tuple[asyncio.Future[RecordT], RecordT | Exception]]


def _settle_in(loop: asyncio.AbstractEventLoop, answers: _Answers[RecordT]) -> None:
    # A loop that was closed meanwhile refuses the call: nobody waits. What is recorded is found by its request id.
    with suppress(RuntimeError):
        loop.call_soon_threadsafe(_settle, answers)


def _settle(answers: _Answers[RecordT]) -> None:
    for future, outcome in answers:
        if future.done():
            continue
        if isinstance(outcome, Exception):
            future.set_exception(outcome)
        else:
            future.set_result(outcome)
