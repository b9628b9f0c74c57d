"""Gathers the events of concurrent calls, and has one thread record them, many in one transaction."""

from collections.abc import Sequence
from typing import NamedTuple

from underwriter.accounts.event_book import EventBook
from underwriter.accounts.event_recorder import EventAnswer, EventRecorded
from underwriter.ledger.group_commit import GroupCommit
from underwriter.v1.account_event_pb2 import AccountEvent


class _Submitted(NamedTuple):
    event: AccountEvent
    now_us: int
    subject: bytes | None


class EventCommit:
    """One writer thread for the events of this process. Call `record` in the thread that will call `close`."""

    def __init__(self, book: EventBook) -> None:
        self._book = book
        self._group_commit: GroupCommit[_Submitted, EventRecorded] = GroupCommit(self._record, "event-writer")

    async def record(self, event: AccountEvent, now_us: int, subject: bytes | None = None) -> EventRecorded:
        """Record an event that was checked and return once it is durable. The event must not be changed any more.

        With a `subject`, it is recorded only as one of that. Raises EventIdReused, AmountTooFine, SealingError,
        SubjectUnknown and DatabaseUnavailable: see `EventBook.record`. Cancelling the call before the event's turn
        leaves no record of it.
        """
        return await self._group_commit.submit(_Submitted(event, now_us, subject))

    def close(self) -> None:
        """Record what is in flight. Blocks until it is durable; later calls raise DatabaseUnavailable."""
        self._group_commit.close()

    def _record(self, batch: Sequence[_Submitted]) -> Sequence[EventAnswer]:
        now_us = max(item.now_us for item in batch)
        return self._book.record([item.event for item in batch], now_us, [item.subject for item in batch])
