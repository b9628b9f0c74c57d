"""What a worker knows of the funders' commitments, so that a decision on a joint loan need not read the database."""

import asyncio
from collections.abc import Callable, Mapping, Sequence

from underwriter.accounts.facility_changes import Commitment
from underwriter.v1.record_pb2 import FacilityEvent, FunderAmount

FRESH_S = 1.0
"""For how long a reading is good enough to evaluate from."""


class FunderCommitments:
    """What each funder has committed, as far as a worker knows. For one event loop, not for threads.

    It may be out of date: the commit of a reservation checks the funders' caps itself. `read` reads all commitments
    from the database, and blocks meanwhile. Times are seconds of a clock that never goes back.
    """

    def __init__(self, read: Callable[[], Mapping[Commitment, int]]) -> None:
        self._read = read
        self._committed: dict[Commitment, int] = {}
        self._read_at_s: float | None = None

    def is_old(self, now_s: float) -> bool:
        """Tell whether nothing was read yet, or a second ago or longer."""
        return self._read_at_s is None or now_s - self._read_at_s >= FRESH_S

    def known(self, currency: str) -> Sequence[FunderAmount]:
        """Return what each funder has committed in a currency, in the order of their names."""
        return [
            FunderAmount(funder=funder, amount=amount)
            for (funder, its_currency), amount in sorted(self._committed.items())
            if its_currency == currency
        ]

    def advance(self, event: FacilityEvent) -> None:
        """Add a reservation that is being recorded."""
        for part in event.parts:
            key = part.funder, event.terms.currency
            self._committed[key] = self._committed.get(key, 0) + part.amount

    async def refresh(self, now_s: float) -> None:
        """Read them again. Whoever asks meanwhile goes on with what is known. Raises what `read` raises."""
        before, self._read_at_s = self._read_at_s, now_s
        try:
            self._committed = dict(await asyncio.to_thread(self._read))
        except BaseException:
            self._read_at_s = before
            raise
