"""Facilities as rows of the tables."""

from collections.abc import Iterable
from itertools import groupby
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, select

from underwriter.accounts.commitment import CountedShare
from underwriter.accounts.facility import Facility, FacilityPart, FacilityState
from underwriter.accounts.total_kind import TotalKind
from underwriter.storage.schema import counted_shares, facilities, facility_parts, subjects

# Where the columns after those of the facility stand in `select_facilities`.
_VERSION = len(facilities.c)
_PART = slice(_VERSION + 1, _VERSION + 5)
_COUNTED = slice(_PART.stop, _PART.stop + 3)


class HeldFacility(NamedTuple):
    """A facility, and the version of all that is stored on its subject; 0 if the subject was erased."""

    facility: Facility
    version: int


def select_facilities(*conditions: ColumnElement[bool]) -> Select[Any]:
    """Return the statement that reads facilities with their parts and versions, those due first to the front.

    It is one statement, so that facility and version are of the same moment on every database. It has a row for each
    part and each total besides the funders' that the facility counts towards.
    """
    source = facilities.join(facility_parts, facility_parts.c.facility_id == facilities.c.facility_id)
    source = source.outerjoin(subjects, subjects.c.subject == facilities.c.subject)
    parts, counted = facility_parts.c, counted_shares.c
    part = (parts.funder, parts.credit_limit, parts.drawn, parts.undrawn)
    return (
        select(*facilities.c, subjects.c.version, *part, counted.kind, counted.name, counted.share)
        .select_from(source.outerjoin(counted_shares, counted.facility_id == facilities.c.facility_id))
        .where(*conditions)
        .order_by(facilities.c.expire_time_us, facilities.c.facility_id)
    )


def held_facilities(rows: Iterable[Any]) -> list[HeldFacility]:
    """Return what the rows of `select_facilities` hold, in their order."""
    return [_held(list(parts)) for _, parts in groupby(rows, key=lambda row: row[0])]


def facility_row(facility: Facility) -> tuple[Any, ...]:
    """Return the row of `facilities`."""
    return (
        facility.facility_id,
        facility.subject,
        facility.state.value,
        facility.product,
        facility.currency,
        facility.revolving,
        facility.purpose,
        facility.term_months,
        facility.user_group,
        facility.grade,
        facility.annual_rate,
        facility.expected_loss,
        facility.approve_time_us,
        facility.expire_time_us,
    )


def part_rows(facility: Facility) -> list[tuple[Any, ...]]:
    """Return the rows of `facility_parts`."""
    return [(facility.facility_id, *part) for part in facility.parts]


def counted_rows(facility: Facility) -> list[tuple[Any, ...]]:
    """Return the rows of `counted_shares`."""
    return [(facility.facility_id, share.kind.value, share.name, share.share) for share in facility.counted]


def _held(rows: list[Any]) -> HeldFacility:
    """Return the facility of its rows. The database may sort names in another way than we do."""
    columns = dict(zip(facilities.c.keys(), rows[0], strict=False))
    columns["state"] = FacilityState(columns["state"])
    columns["revolving"] = bool(columns["revolving"])
    parts = tuple(sorted({FacilityPart(*row[_PART]) for row in rows}))
    counted = {
        CountedShare(TotalKind(kind), name, share) for kind, name, share in (row[_COUNTED] for row in rows) if kind
    }
    return HeldFacility(Facility(**columns, parts=parts, counted=tuple(sorted(counted))), rows[0][_VERSION] or 0)
