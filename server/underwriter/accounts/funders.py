"""What a worker knows of the funders' commitments, so that a decision on a joint loan need not read the database."""

import asyncio
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Protocol

from sqlalchemy import Connection

from underwriter.accounts.facility_changes import Commitment
from underwriter.v1.record_pb2 import FacilityEvent, FunderAmount

FRESH_S = 1.0
"""For how long a reading is good enough to evaluate from."""


class ReadCommitments(Protocol):
    """Reads what each funder has committed from the database, on a connection if one is given. Blocks meanwhile."""

    def __call__(self, connection: Connection | None = None, /) -> Mapping[Commitment, int]:
        """Raises DatabaseUnavailable."""


class FunderCommitments:
    """What each funder has committed, as far as a worker knows. For one event loop, not for threads.

    It is what was read last, and with it (`known`) what this worker has reserved since. That much may never have been
    so, since a reservation can fail and others may give back: an approval made from it is checked by the commit, but
    nobody may be turned down for it who would not be for the reading alone. `read` reads all commitments from the
    database, and blocks meanwhile. Times are seconds of a clock that never goes back.
    """

    def __init__(self, read: ReadCommitments) -> None:
        self._read = read
        self._committed: Mapping[Commitment, int] = {}
        self._ahead: Counter[Commitment] = Counter()
        self._in_flight: dict[str, FacilityEvent] = {}
        self._read_at_s: float | None = None
        self._reading: asyncio.Task[None] | None = None

    @property
    def is_ahead(self) -> bool:
        """Whether this worker has reserved anything since the last reading."""
        return bool(self._ahead)

    def is_old(self, now_s: float) -> bool:
        """Tell whether the last reading is a second old or older, was outdated, or never was."""
        return self._read_at_s is None or now_s - self._read_at_s >= FRESH_S

    def known(self, currency: str) -> Sequence[FunderAmount]:
        """Return what each funder will have committed in a currency if all that is in flight is recorded, by name."""
        return _told(self._ahead + Counter(self._committed) if self._ahead else self._committed, currency)

    def as_read(self, currency: str) -> Sequence[FunderAmount]:
        """Return what each funder had committed in a currency at the last reading, by name."""
        return _told(self._committed, currency)

    def as_stored(self, currency: str, connection: Connection) -> Sequence[FunderAmount]:
        """Return what a connection reads; from any thread. Raises what `read` raises."""
        return _told(self._read(connection), currency)

    def advance(self, event: FacilityEvent) -> None:
        """Add a reservation that is being recorded; `settle` must follow."""
        self._in_flight[event.facility_id] = event
        self._add(event, 1)

    def settle(self, event: FacilityEvent, *, is_recorded: bool) -> None:
        """Tell what became of a reservation."""
        del self._in_flight[event.facility_id]
        if not is_recorded:
            self._add(event, -1)

    def outdate(self) -> None:
        """Let the last reading be old from now on."""
        self._read_at_s = None

    async def refresh(self, now_s: float) -> None:
        """Read them again; of those who ask at the same time one reads for all.

        Raises what `read` raises: what was known then stays.
        """
        if self._reading is None:
            self._reading = asyncio.create_task(self._read_anew(now_s))
        await asyncio.shield(self._reading)

    async def _read_anew(self, now_s: float) -> None:
        try:
            self._committed = await asyncio.to_thread(self._read)
        finally:
            self._reading = None
        self._read_at_s = now_s
        self._ahead.clear()
        for event in self._in_flight.values():
            self._add(event, 1)

    def _add(self, event: FacilityEvent, sign: int) -> None:
        for part in event.parts:
            key = part.funder, event.terms.currency
            self._ahead[key] += sign * part.amount
            if not self._ahead[key]:
                del self._ahead[key]


def _told(committed: Mapping[Commitment, int], currency: str) -> Sequence[FunderAmount]:
    return [
        FunderAmount(funder=funder, amount=amount)
        for (funder, its_currency), amount in sorted(committed.items())
        if its_currency == currency
    ]
