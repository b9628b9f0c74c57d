"""What a worker remembers of subjects' exposures, so that a decision need not read the database."""

import asyncio
from collections import OrderedDict
from typing import Protocol

from sqlalchemy import Connection

from underwriter.accounts.commitment import counted_shares
from underwriter.accounts.exposure import NOTHING_STORED, ExposureState
from underwriter.accounts.facility import apply, reserved_amounts
from underwriter.v1.record_pb2 import FacilityEvent

MOST_SUBJECTS = 50_000
_SUBJECT_UNTOLD = b""


class ReadExposure(Protocol):
    """Reads a subject's state from the database, on a connection if one is given. Blocks meanwhile."""

    def __call__(self, subject_id: str, connection: Connection | None = None, /) -> ExposureState:
        """Raises DatabaseUnavailable."""


class ExposureLine:
    """A subject's state with all that is being recorded on it, in the order of the commits.

    It is only as good as those commits: once one of them fails, all that was made from the line after it fails too.
    """

    __slots__ = ("_state", "_under_way")

    def __init__(self, state: ExposureState) -> None:
        self._state = state
        self._under_way: list[tuple[FacilityEvent, int]] = []

    @property
    def state(self) -> ExposureState:
        """The state after all that is being recorded; made when it is asked for, since most subjects ask once a day."""
        for event, time_us in self._under_way:
            facility = apply(None, event, _SUBJECT_UNTOLD, time_us)
            self._state = self._state.advanced(None, facility, event.facility_id)
        self._under_way.clear()
        return self._state

    def advance(self, event: FacilityEvent, time_us: int) -> None:
        """Go on to the state after a reservation that is being recorded for that time, under the facility's UUID.

        The event must not be changed any more. Raises EventImpossible for any other event.
        """
        reserved_amounts(event)
        counted_shares(event)
        self._under_way.append((event, time_us))


class Exposures:
    """The lines of the subjects used last, by the lender's own identifier. For one event loop, not for threads.

    A subject that is not remembered is taken for one that nothing is stored on. Whether that, or anything remembered,
    is true the commit finds out, since what is made from a state names its version. `read` reads a state from the
    database, and blocks meanwhile.
    """

    def __init__(self, read: ReadExposure, most_subjects: int = MOST_SUBJECTS) -> None:
        self._read = read
        self._most_subjects = most_subjects
        self._lines: OrderedDict[str, ExposureLine] = OrderedDict()
        self._reading: dict[str, asyncio.Task[None]] = {}

    def line(self, subject_id: str) -> ExposureLine | None:
        """Return the subject's line; None while its state is being read."""
        line = self._lines.get(subject_id)
        if line is not None:
            self._lines.move_to_end(subject_id)
            return line
        return None if subject_id in self._reading else self._begun(subject_id, NOTHING_STORED)

    async def settled_line(self, subject_id: str) -> ExposureLine:
        """Return the subject's line, once no state of it is being read. Raises what `read` raises."""
        while (line := self.line(subject_id)) is None:
            await asyncio.shield(self._reading[subject_id])
        return line

    def as_stored(self, subject_id: str, connection: Connection) -> ExposureState:
        """Return the state that a connection reads; from any thread. Raises what `read` raises."""
        return self._read(subject_id, connection)

    def forget(self, subject_id: str, line: ExposureLine) -> None:
        """Forget a line after a commit made from it failed, unless another has taken its place."""
        if self._lines.get(subject_id) is line:
            del self._lines[subject_id]

    async def refresh(self, subject_id: str) -> None:
        """Begin the line anew from the database, after it was forgotten. Raises what `read` raises.

        Of those who ask at the same time one reads for all, and who comes after them finds the new line.
        """
        if subject_id in self._lines:
            return
        if subject_id not in self._reading:
            self._reading[subject_id] = asyncio.create_task(self._read_anew(subject_id))
        await asyncio.shield(self._reading[subject_id])

    async def _read_anew(self, subject_id: str) -> None:
        try:
            state = await asyncio.to_thread(self._read, subject_id)
        finally:
            del self._reading[subject_id]
        self._begun(subject_id, state)

    def _begun(self, subject_id: str, state: ExposureState) -> ExposureLine:
        """Remember a line; forget that of the subject used longest ago if there is no room."""
        line = self._lines[subject_id] = ExposureLine(state)
        if len(self._lines) > self._most_subjects:
            self._lines.popitem(last=False)
        return line
