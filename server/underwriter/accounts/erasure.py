"""Erases what is recorded on a subject: its key goes, and with it the meaning of every payload.

What is known of its account stands in no log, so it is deleted, in the transaction of the erasure's record.
"""

import asyncio
from contextlib import suppress
from typing import NamedTuple

import structlog
from sqlalchemy import Connection, func, select
from uuid_utils import uuid7

from underwriter.accounts.account_deletion import delete_account
from underwriter.accounts.errors import ChangedTooOften, SubjectOwes
from underwriter.accounts.facility import Facility, apply, release
from underwriter.accounts.facility_book import FacilityBook
from underwriter.accounts.facility_message import facility_message
from underwriter.ledger.entry import Entry, EntryKind, Recorded
from underwriter.ledger.errors import ProjectionRefused, RequestIdReused, SubjectChanged, SubjectUnknown
from underwriter.ledger.keys.vault import Vault
from underwriter.ledger.sql_ledger import Ledger
from underwriter.ledger.subject_version import version_after
from underwriter.storage.database import Database
from underwriter.storage.errors import DatabaseUnavailable
from underwriter.storage.schema import entries, subjects
from underwriter.v1.facility_service_pb2 import ReleaseReservationRequest
from underwriter.v1.record_pb2 import RecordFacts

MOST_ATTEMPTS = 4
SCRUB_PERIOD_S = 30.0


class Erased(NamedTuple):
    """What was erased: the UUID of the erasure's record, how many records can't be read any more, and when."""

    record_id: str
    erased_records: int
    time_us: int


class _Holding(NamedTuple):
    """What is stored on a subject, and the version that it had before it was read."""

    subject: bytes
    version: int
    facilities: tuple[Facility, ...]


class SubjectErasure:
    """Erases subjects. `run_scrubbing` is to run beside it, since the database can't always be scrubbed at once.

    The record of an erasure holds nothing that could be tried against a list of identifiers: neither the request nor
    a digest of it. So a retry is known by its request id alone.
    """

    def __init__(self, ledger: Ledger, facility_book: FacilityBook, vault: Vault, database: Database) -> None:
        self._ledger = ledger
        self._facility_book = facility_book
        self._vault = vault
        self._database = database
        # The process before may have ended between an erasure and its scrubbing.
        self._is_scrub_due = True
        self._log = structlog.get_logger()

    async def erase(self, request_id: str, subject_id: str, now_us: int) -> Erased:
        """Make all that is recorded on a subject unreadable, for good, and return once that is durable.

        What is set aside or may still be drawn is given up first, each facility by a record of its own. The same
        request again gets the same answer. Raises SubjectUnknown if nothing is recorded on the subject or it was erased
        by another request, SubjectOwes while anything is owed, RequestIdReused for an id that erased another
        subject, ChangedTooOften, and DatabaseUnavailable.
        """
        for _ in range(MOST_ATTEMPTS):
            try:
                record = await self._record(request_id, subject_id, now_us)
            except (SubjectChanged, ProjectionRefused):
                continue
            return await self._erased(record)
        raise ChangedTooOften(MOST_ATTEMPTS)

    async def run_scrubbing(self, stop: asyncio.Event) -> None:
        """Scrub the database every so often, where an erasure could not, until `stop` is set."""
        while not stop.is_set():
            await self.scrub()
            with suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), SCRUB_PERIOD_S)

    async def scrub(self) -> None:
        """Overwrite what erased keys left behind in the database, unless that is done; if it can't be, log that."""
        if not self._is_scrub_due:
            return
        self._is_scrub_due = False
        try:
            await asyncio.to_thread(self._database.scrub)
        except DatabaseUnavailable as error:
            self._is_scrub_due = True
            self._log.warning("erased keys are not overwritten yet, which is tried again", cause=str(error))

    async def _record(self, request_id: str, subject_id: str, now_us: int) -> Recorded:
        """Return the record of the erasure, made now or by the same request before."""
        # In this order, a request that runs twice at once finds the subject, or the record of its other half.
        holding = await asyncio.to_thread(self._holding, subject_id)
        record = await self._ledger.find_by_request_id(EntryKind.ERASURE, request_id)
        if record is None:
            if holding is None:
                raise SubjectUnknown
            try:
                record = await self._erase(holding, request_id, now_us)
            except SubjectUnknown:
                # It was erased since it was read, perhaps by the same request; looking again tells.
                raise SubjectChanged from None
        if holding is not None and record.sealed.subject != holding.subject:
            raise RequestIdReused(request_id)
        return record

    async def _erase(self, holding: _Holding, request_id: str, now_us: int) -> Recorded:
        owing = [facility.facility_id for facility in holding.facilities if facility.drawn]
        if owing:
            raise SubjectOwes(owing)
        version = holding.version
        for facility in holding.facilities:
            if facility.can_change:
                released = await self._ledger.commit(_release(facility, version, now_us))
                version = version_after(version, released.sealed.entry_id)
        erasure = _erasure(request_id, holding.subject, version, now_us)
        record = await self._ledger.commit_in_turn(lambda connection: _with_account_deleted(connection, erasure))
        self._vault.forget(holding.subject)
        self._is_scrub_due = True
        return record

    async def _erased(self, record: Recorded) -> Erased:
        await self.scrub()
        count = await asyncio.to_thread(self._count, record.sealed.subject)
        return Erased(record.sealed.entry_id, count, record.sealed.time_us)

    def _holding(self, subject_id: str) -> _Holding | None:
        ref = self._vault.subject_ref(subject_id)
        with self._database.reading() as connection:
            statement = select(subjects.c.subject, subjects.c.version).where(subjects.c.subject_ref == ref)
            row = connection.execute(statement).one_or_none()
        if row is None:
            return None
        # What changes between the two reads changes the version, which the commit finds out.
        return _Holding(row.subject, row.version, self._facility_book.facilities_of(row.subject))

    def _count(self, subject: bytes) -> int:
        is_erased = (entries.c.subject == subject) & (entries.c.kind != EntryKind.ERASURE)
        with self._database.reading() as connection:
            return connection.execute(select(func.count()).where(is_erased)).scalar_one()


def _with_account_deleted(connection: Connection, erasure: Entry) -> Entry:
    """Return the entry of an erasure, with the subject's account deleted.

    Raises SubjectChanged, before anything is deleted, for an entry that the ledger would not take: if the subject is
    not as the entry expects it, or the request was recorded meanwhile.
    """
    version = select(subjects.c.version).where(subjects.c.subject == erasure.subject)
    is_same = (entries.c.kind == int(erasure.kind)) & (entries.c.request_id == erasure.request_id)
    is_known = connection.execute(select(entries.c.entry_id).where(is_same)).first() is not None
    if is_known or connection.execute(version).scalar_one_or_none() != erasure.expected_version:
        raise SubjectChanged
    delete_account(connection, erasure.subject)
    return erasure


def _erasure(request_id: str, subject: bytes, version: int, now_us: int) -> Entry:
    return Entry(
        kind=EntryKind.ERASURE,
        entry_id=str(uuid7()),
        request_id=request_id,
        subject_id="",
        subject=subject,
        product="",
        outcome=0,
        policy_version="",
        time_us=now_us,
        request=b"",
        answer=b"",
        evidence=b"",
        facts=b"",
        expected_version=version,
    )


def _release(facility: Facility, version: int, now_us: int) -> Entry:
    """Return the entry that gives a facility up, as if the client had asked for it under the entry's id."""
    entry_id, event = str(uuid7()), release(facility)
    request = ReleaseReservationRequest(request_id=entry_id, facility=f"facilities/{facility.facility_id}")
    answer = facility_message(apply(facility, event, facility.subject, now_us))
    return Entry(
        kind=EntryKind.RELEASE,
        entry_id=entry_id,
        request_id=entry_id,
        subject_id="",
        subject=facility.subject,
        product=facility.product,
        outcome=0,
        policy_version="",
        time_us=now_us,
        request=request.SerializeToString(),
        answer=answer.SerializeToString(),
        evidence=b"",
        facts=RecordFacts(facility=event).SerializeToString(),
        expected_version=version,
    )
