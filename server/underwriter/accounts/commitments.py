"""What a worker knows of totals, so that a decision that goes by them need not read the database."""

import asyncio
from collections import Counter
from collections.abc import Mapping
from typing import NamedTuple, Protocol

from sqlalchemy import Connection

from underwriter.accounts.commitment import Commitment
from underwriter.accounts.facility import apply
from underwriter.accounts.total_kind import TotalKind
from underwriter.v1.record_pb2 import FacilityEvent

FRESH_S = 1.0
"""For how long a reading is good enough to evaluate from."""

_SUBJECT_UNTOLD, _TIME_UNTOLD = b"", 0


class Totals(NamedTuple):
    """What every total comes to, in minor units."""

    amounts: Mapping[Commitment, int]

    def of(self, kind: TotalKind, currency: str) -> list[tuple[str, int]]:
        """Return the totals of a kind in a currency, by name."""
        return [
            (key.name, amount)
            for key, amount in sorted(self.amounts.items())
            if key.kind == kind and key.currency == currency
        ]


class ReadCommitments(Protocol):
    """Reads what every total has come to from the database, on a connection if one is given. Blocks meanwhile."""

    def __call__(self, connection: Connection | None = None, /) -> Mapping[Commitment, int]:
        """Raises DatabaseUnavailable."""


class Commitments:
    """What each total has come to, as far as a worker knows. For one event loop, not for threads.

    It is what was read last, and with it (`known`) what this worker has reserved since. That much may never have been
    so, since a reservation can fail and others may give back: an approval made from it is checked by the commit, but
    nobody may be turned down for it who would not be for the reading alone. `read` reads all totals from the database,
    and blocks meanwhile. Times are seconds of a clock that never goes back.
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

    def known(self) -> Totals:
        """Return what the totals will come to if all that is in flight is recorded."""
        amounts = Counter(self._committed)
        amounts.update(self._ahead)
        return Totals(amounts)

    def as_read(self) -> Totals:
        """Return what the totals had come to at the last reading."""
        return Totals(self._committed)

    def as_stored(self, connection: Connection) -> Totals:
        """Return what a connection reads; from any thread. Raises what `read` raises."""
        return Totals(self._read(connection))

    def advance(self, event: FacilityEvent) -> None:
        """Add a reservation that is being recorded; `settle` must follow. Raises EventImpossible for another event."""
        self._add(event, 1)
        self._in_flight[event.facility_id] = event

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
        for key, amount in apply(None, event, _SUBJECT_UNTOLD, _TIME_UNTOLD).commitments():
            self._ahead[key] += sign * amount
            if not self._ahead[key]:
                del self._ahead[key]
