"""Ends offers that nobody took up: their limits are free again, by a record like any other."""

import asyncio
from typing import NamedTuple

from uuid_utils import uuid7

from underwriter.accounts.facility import expire
from underwriter.accounts.facility_book import FacilityBook
from underwriter.accounts.facility_rows import HeldFacility
from underwriter.ledger import Entry, EntryKind, Ledger, ProjectionRefused, Recorded, SubjectChanged
from underwriter.ledger.subject_version import NEW_SUBJECT, version_after
from underwriter.v1.record_pb2 import RecordFacts

MOST_AT_ONCE = 500
"""The most offers that one round ends. So a clock that is wrong by days does not end all of them at once."""

LEAP_SECONDS = 60.0
DOUBT_SECONDS = 600.0


class Sweep(NamedTuple):
    """How many offers were due, as far as they were looked for, and how many of them this sweep ended."""

    due: int
    expired: int


async def sweep(ledger: Ledger, facility_book: FacilityBook, now_us: int, limit: int = MOST_AT_ONCE) -> Sweep:
    """End reservations whose offers ended at or before `now_us`, those due longest to the front, at most so many.

    Any number of processes may sweep at once: the record's request id follows from the facility, so each offer ends
    once. One that was drawn on meanwhile, or whose subject changed, is left for the next sweep. Raises
    DatabaseUnavailable; then some of them may have ended.
    """
    due = await asyncio.to_thread(facility_book.due_to_expire, now_us, limit)
    outcomes = await asyncio.gather(*(ledger.commit(entry) for entry in _expiries(due, now_us)), return_exceptions=True)
    return Sweep(len(due), sum(map(_has_expired, outcomes)))


def _expiries(due: tuple[HeldFacility, ...], now_us: int) -> list[Entry]:
    """Return the entries. Those of one subject each expect the version that the one before gives it."""
    versions: dict[bytes, int] = {}
    entries = []
    for held in due:
        subject = held.facility.subject
        expected_version = versions.get(subject, held.version)
        entry = _expiry(held, expected_version, now_us)
        entries.append(entry)
        # Of an erased subject nothing is stored that could have another version.
        if expected_version != NEW_SUBJECT:
            versions[subject] = version_after(expected_version, entry.entry_id)
    return entries


def _expiry(held: HeldFacility, expected_version: int, now_us: int) -> Entry:
    facility = held.facility
    return Entry(
        kind=EntryKind.EXPIRY,
        entry_id=str(uuid7()),
        request_id=f"expiry-{facility.facility_id}",
        subject_id="",
        subject=facility.subject,
        product=facility.product,
        outcome=0,
        policy_version="",
        time_us=now_us,
        request=b"",
        answer=b"",
        evidence=b"",
        facts=RecordFacts(facility=expire(facility, now_us)).SerializeToString(),
        expected_version=expected_version,
    )


def _has_expired(outcome: Recorded | BaseException) -> bool:
    """Tell whether the commit ended an offer; another process may have done so before. Raises what was not foreseen."""
    if isinstance(outcome, SubjectChanged | ProjectionRefused):
        return False
    if isinstance(outcome, BaseException):
        raise outcome
    return not outcome.is_replay


class ClockWatch:
    """Doubts the wall clock for ten minutes after it leapt ahead by more than one, so that a mistake can be mended.

    A clock that is set back is believed at once: it ends fewer offers, and none that ended begins again. A clock that
    is wrong from the start can't be told from a right one.
    """

    def __init__(self) -> None:
        self._last: tuple[int, float] | None = None
        self._doubted_until: float | None = None

    def is_steady(self, now_us: int, elapsed_s: float) -> bool:
        """Tell whether to go by the wall clock's `now_us`, given a clock that nobody sets, in seconds."""
        if self._last is not None:
            last_us, last_s = self._last
            leap_s = (now_us - last_us) / 1e6 - (elapsed_s - last_s)
            if leap_s > LEAP_SECONDS:
                self._doubted_until = elapsed_s + DOUBT_SECONDS
            elif leap_s < -LEAP_SECONDS:
                self._doubted_until = None
        self._last = now_us, elapsed_s
        return self._doubted_until is None or elapsed_s >= self._doubted_until
