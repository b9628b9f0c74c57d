"""The tables of facilities and of totals: kept up to date with the log, and read."""

from collections import Counter
from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, bindparam, func, select

from underwriter.accounts.commitment import Commitment, caps_of
from underwriter.accounts.errors import CapReached, EventImpossible
from underwriter.accounts.exposure import NOTHING_STORED, Amounts, ExposureState, Position, amounts_of
from underwriter.accounts.facility import Facility, FacilityState
from underwriter.accounts.facility_changes import (
    ChangedFacilities,
    RecordedEvent,
    event_of,
    facilities_needed,
)
from underwriter.accounts.facility_rows import (
    HeldFacility,
    counted_rows,
    facility_row,
    held_facilities,
    part_rows,
    select_facilities,
)
from underwriter.accounts.row_upserts import RowUpserts
from underwriter.accounts.total_kind import TotalKind
from underwriter.ledger.entry import Sealed
from underwriter.ledger.errors import ProjectionRefused
from underwriter.storage.database import Database
from underwriter.storage.schema import commitments, counted_shares, facilities, facility_parts, subjects


class FacilityBook:
    """The tables of facilities and of `commitments` in a database: a `Projection` of the log.

    The methods that read raise DatabaseUnavailable; each reads one state of the database by one statement. Some read
    on a connection that is given to them, which then raises what it raises: whoever writes sees what it has written.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._facility_rows = RowUpserts(
            database, facilities, lambda new: {"state": new.state, "revolving": new.revolving}
        )
        self._part_rows = RowUpserts(database, facility_parts, lambda new: {"drawn": new.drawn, "undrawn": new.undrawn})
        self._counted_rows = RowUpserts(database, counted_shares, lambda new: {"share": new.share})
        self._commitment_rows = RowUpserts(
            database, commitments, lambda new: {"committed": commitments.c.committed + new.committed}
        )
        self._commitments = database.compiled(select(*commitments.c))
        self._exposure = database.compiled(_select_exposure(subjects.c.subject_ref == bindparam("ref")))

    def refusals(self, connection: Connection, entries: Sequence[Sealed]) -> Sequence[ProjectionRefused | None]:
        """See `Projection.refusals`: CapReached for a reservation that passes a total's cap."""
        events = [event_of(entry) for entry in entries]
        if all(map(_is_free, events)):
            return [None] * len(events)
        book = self._facilities_before(connection, events)
        committed = self._committed(connection)
        return [_refusal(recorded, book, committed) for recorded in events]

    def apply(self, connection: Connection, entries: Sequence[Sealed]) -> None:
        """See `Projection.apply`."""
        events = [event_of(entry) for entry in entries]
        book = self._facilities_before(connection, events)
        growth: Counter[Commitment] = Counter()
        counted: list[tuple[Any, ...]] = []
        for recorded in events:
            if recorded is not None:
                change = book.change(recorded)
                book.keep(change)
                growth.update(dict(change.commitments()))
                if recorded.is_new:
                    counted += counted_rows(change.after)
        cursor = connection.connection.cursor()
        self._facility_rows.run(cursor, [facility_row(facility) for facility in book])
        self._part_rows.run(cursor, [row for facility in book for row in part_rows(facility)])
        self._counted_rows.run(cursor, counted)
        self._commitment_rows.run(cursor, [(*key, amount) for key, amount in growth.items() if amount])

    def facility(self, facility_id: str, connection: Connection | None = None) -> HeldFacility | None:
        """Return a facility; None if there is none."""
        found = self._held(select_facilities(facilities.c.facility_id == facility_id), connection)
        return found[0] if found else None

    def is_of(self, facility_id: str, subject_ref: bytes) -> bool:
        """Tell whether a facility is a subject's, named by what it is found by."""
        is_named = (facilities.c.facility_id == facility_id) & (subjects.c.subject_ref == subject_ref)
        return bool(self._held(select_facilities(is_named)))

    def facilities_of(self, subject: bytes) -> tuple[Facility, ...]:
        """Return all facilities that a subject has or had."""
        return tuple(held.facility for held in self._held(select_facilities(facilities.c.subject == subject)))

    def due_to_expire(self, now_us: int, limit: int) -> tuple[HeldFacility, ...]:
        """Return reservations whose offers have ended, those that ended first to the front, at most so many."""
        is_due = (facilities.c.state == FacilityState.RESERVED.value) & (facilities.c.expire_time_us <= now_us)
        first = select(facilities.c.facility_id).where(is_due).order_by(facilities.c.expire_time_us).limit(limit)
        return tuple(self._held(select_facilities(facilities.c.facility_id.in_(first))))

    def exposure(self, subject_ref: bytes, connection: Connection | None = None) -> ExposureState:
        """Return what is stored on a subject, named by what it is found by."""
        with self._reading(connection) as reading:
            cursor = reading.connection.cursor()
            cursor.execute(self._exposure, (subject_ref,))
            rows = cursor.fetchall()
        return _exposure_in(rows) if rows else NOTHING_STORED

    def commitments(self, connection: Connection | None = None) -> dict[Commitment, int]:
        """Return what every total has come to: owed, set aside and still to be drawn."""
        with self._reading(connection) as reading:
            return dict(self._committed(reading))

    def _facilities_before(self, connection: Connection, events: Sequence[RecordedEvent | None]) -> ChangedFacilities:
        """Read the facilities that a batch changes, if it changes any that were there before."""
        needed = facilities_needed(recorded for recorded in events if recorded)
        if not needed:
            return ChangedFacilities(())
        rows = connection.execute(select_facilities(facilities.c.facility_id.in_(needed)))
        return ChangedFacilities(held.facility for held in held_facilities(rows))

    def _committed(self, connection: Connection) -> Counter[Commitment]:
        """Read what every total has come to. There are few: of banks, of guarantors, of what rules name."""
        cursor = connection.connection.cursor()
        cursor.execute(self._commitments)
        return Counter(
            {
                Commitment(TotalKind(kind), name, currency): committed
                for kind, name, currency, committed in cursor.fetchall()
            }
        )

    def _reading(self, connection: Connection | None) -> AbstractContextManager[Connection]:
        return nullcontext(connection) if connection is not None else self._database.reading()

    def _held(self, statement: Select[Any], connection: Connection | None = None) -> list[HeldFacility]:
        with self._reading(connection) as reading:
            return held_facilities(reading.execute(statement))


def _is_free(recorded: RecordedEvent | None) -> bool:
    """Tell whether nothing can stand against an event: a reservation from funders without caps."""
    if recorded is None:
        return True
    event = recorded.event
    if not recorded.is_new or event.counted or not event.parts:
        return False
    return all(part.amount > 0 and not part.HasField("cap") for part in event.parts)


def _refusal(
    recorded: RecordedEvent | None, book: ChangedFacilities, committed: Counter[Commitment]
) -> ProjectionRefused | None:
    """Tell why an event can't be taken after those before it; bring both up to date if it can."""
    if recorded is None:
        return None
    try:
        change = book.change(recorded)
    except EventImpossible as error:
        return ProjectionRefused(str(error))
    caps = caps_of(recorded.event)
    growth = dict(change.commitments())
    for key, amount in growth.items():
        cap = caps.get((key.kind, key.name))
        if cap is not None and committed[key] + amount > cap:
            return CapReached(key.kind, key.name)
    book.keep(change)
    committed.update(growth)
    return None


def _select_exposure(condition: ColumnElement[bool]) -> Select[Any]:
    """Return a row for each lender, product, currency and state of the subject's facilities; one of nulls if none."""
    parts = facility_parts.c
    key = (subjects.c.version, parts.funder, facilities.c.product, facilities.c.currency, facilities.c.state)
    sums = (func.sum(parts.drawn), func.sum(parts.undrawn), func.max(facilities.c.approve_time_us))
    return (
        select(*key, *sums)
        .select_from(
            subjects.outerjoin(facilities, facilities.c.subject == subjects.c.subject).outerjoin(
                facility_parts, facility_parts.c.facility_id == facilities.c.facility_id
            )
        )
        .where(condition)
        .group_by(*key)
    )


def _exposure_in(rows: Sequence[Any]) -> ExposureState:
    """Return the state that the rows of `_select_exposure` tell. PostgreSQL's sums are no int."""
    positions: dict[Position, Amounts] = {}
    lenders: dict[str, int] = {}
    for _, lender, product, currency, state, drawn, undrawn, approve_time_us in rows:
        if lender is None:
            continue
        lenders[lender] = max(approve_time_us, lenders.get(lender, approve_time_us))
        amounts = amounts_of(FacilityState(state), int(drawn), int(undrawn))
        if any(amounts):
            position = Position(lender, product, currency)
            positions[position] = positions.get(position, Amounts()).plus(amounts)
    return ExposureState(rows[0][0], positions, lenders)
