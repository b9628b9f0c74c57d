"""Gathers the entries of concurrent calls, and has one thread write them, many in one transaction.

The event loop pays for a future and a queue's put; the thread is woken only when it sleeps, and the loop only once a
batch. An entry that comes alone is written at once. After a batch of several, unless as many wait already, the thread
first gathers for half a millisecond: the others in flight are about to come too, and one fsync for all beats one each.
"""

import asyncio
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from itertools import groupby
from queue import SimpleQueue
from threading import Thread
from typing import NamedTuple

from underwriter.ledger.entry import Entry, MakeEntry, Recorded
from underwriter.storage.errors import DatabaseUnavailable

GATHER_SECONDS = 0.0005
MOST_IN_A_BATCH = 256

Work = Entry | MakeEntry
Outcome = Recorded | Exception
WriteBatch = Callable[[Sequence[Work]], Sequence[Outcome]]


class _Pending(NamedTuple):
    work: Work
    future: asyncio.Future[Recorded]


class GroupCommit:
    """One writer thread and the queue before it.

    `write` is called in the thread with one batch at a time and answers for each entry, in order; what it raises is the
    answer to all of the batch.
    """

    def __init__(self, write: WriteBatch) -> None:
        self._write = write
        self._queue: SimpleQueue[_Pending | None] = SimpleQueue()
        self._is_closed = False
        self._thread = Thread(target=self._run, name="ledger-writer", daemon=True)
        self._thread.start()

    def submit(self, work: Work) -> asyncio.Future[Recorded]:
        """Return the future of the entry's record; call it in an event loop. Raises DatabaseUnavailable once closed."""
        if self._is_closed:
            raise DatabaseUnavailable("the ledger is closed")
        future: asyncio.Future[Recorded] = asyncio.get_running_loop().create_future()
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
            if self._queue.qsize() + 1 < expected:
                time.sleep(GATHER_SECONDS)
            batch = self._take(first)
            expected = len(batch)
            # A caller that gave up before its turn gets no record: nobody would receive that decision.
            self._answer([pending for pending in batch if not pending.future.cancelled()])

    def _take(self, first: _Pending) -> list[_Pending]:
        batch = [first]
        for _ in range(min(self._queue.qsize(), MOST_IN_A_BATCH - 1)):
            pending = self._queue.get()
            if pending is None:
                # The end comes after this batch.
                self._queue.put(None)
                break
            batch.append(pending)
        return batch

    def _answer(self, batch: list[_Pending]) -> None:
        if not batch:
            return
        outcomes: Sequence[Outcome]
        try:
            outcomes = self._write([pending.work for pending in batch])
        except Exception as error:  # noqa: BLE001 - the callers get it; the thread must live for the next batch
            outcomes = [error] * len(batch)
        for loop, answers in groupby(zip(batch, outcomes, strict=True), lambda answer: answer[0].future.get_loop()):
            _settle_in(loop, [(pending.future, outcome) for pending, outcome in answers])


_Answers = list[tuple[asyncio.Future[Recorded], Outcome]]


def _settle_in(loop: asyncio.AbstractEventLoop, answers: _Answers) -> None:
    # A loop that was closed meanwhile refuses the call: nobody waits. What is recorded is found by its request id.
    with suppress(RuntimeError):
        loop.call_soon_threadsafe(_settle, answers)


def _settle(answers: _Answers) -> None:
    for future, outcome in answers:
        if future.done():
            continue
        if isinstance(outcome, Exception):
            future.set_exception(outcome)
        else:
            future.set_result(outcome)
