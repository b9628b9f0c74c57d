"""Compares the tables of facilities, commitments and subjects with what the log makes of them.

All is read from one snapshot, so a server may go on writing. Only what is in clear is read: no key is needed, and
records of erased subjects count like others. Memory holds the facilities that are set aside or in use, and the groups
of the totals.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, fields
from itertools import groupby
from typing import Any

from sqlalchemy import Connection, Select, Table, func, select

from underwriter.accounts.commitment import Commitment, CountedShare
from underwriter.accounts.facility import Facility, FacilityPart
from underwriter.accounts.lending_total import Dimension, LendingTotal, totals_of
from underwriter.accounts.log_fold import FactsImpossible, LogFold, LoggedFacts
from underwriter.accounts.snapshot import snapshot
from underwriter.accounts.total_kind import TotalKind
from underwriter.accounts.totals import LendingQuery, summarize
from underwriter.ledger.subject_version import NEW_SUBJECT, version_after
from underwriter.storage.database import Database
from underwriter.storage.schema import commitments, counted_shares, entries, facilities, facility_parts, subjects

Progress = Callable[[int, int], None]
"""Told how many records of how many were read."""

RECORDS_AT_ONCE = 10_000
FACILITIES_AT_ONCE = 500
SUBJECTS_AT_ONCE = 1_000

_FACILITY_COLUMNS = [column.name for column in facilities.c]
_PART_COLUMNS = FacilityPart._fields


@dataclass(frozen=True, slots=True)
class Difference:
    """One place where the tables are not what the log makes of them: which row, which field, and both values.

    None stands for what is not there.
    """

    place: str
    field: str
    logged: object
    stored: object

    def __str__(self) -> str:
        return f"{self.place}: {self.field}: the log says {_shown(self.logged)}, the tables {_shown(self.stored)}"


@dataclass(frozen=True, slots=True)
class AuditReport:
    """What was compared, and every difference."""

    record_count: int
    facility_count: int
    differences: tuple[Difference, ...]


def audit(database: Database, on_progress: Progress = lambda _done, _total: None) -> AuditReport:
    """Fold every log of the database, and compare. Raises DatabaseUnavailable.

    Totals are compared only if all facilities agree: else they differ for the same reasons.
    """
    with snapshot(database) as connection:
        return _Audit(connection, on_progress).report()


class _Audit:
    """One audit, of one snapshot."""

    def __init__(self, connection: Connection, on_progress: Progress) -> None:
        self._connection = connection
        self._on_progress = on_progress
        self._fold = LogFold()
        self._differences: list[Difference] = []
        self._logged_count = 0
        self._found_count = 0
        self._found_parts = 0
        self._found_counted = 0

    def report(self) -> AuditReport:
        """Do all of it."""
        sizes = self._log_sizes()
        self._compare_facilities(sizes)
        self._find_strays()
        facilities_agree = not self._differences
        self._compare_commitments()
        self._compare_versions()
        if facilities_agree:
            self._compare_totals()
        return AuditReport(sum(sizes.values()), self._logged_count, tuple(self._differences))

    def _log_sizes(self) -> dict[str, int]:
        """Return how many places each log has."""
        last_indexes = select(entries.c.log, func.max(entries.c.log_index)).group_by(entries.c.log)
        return {log: last_index + 1 for log, last_index in self._connection.execute(last_indexes)}

    def _compare_facilities(self, sizes: dict[str, int]) -> None:
        for batch in _batches(self._logged_facilities(sizes), FACILITIES_AT_ONCE):
            self._logged_count += len(batch)
            self._compare_batch(batch)

    def _logged_facilities(self, sizes: dict[str, int]) -> Iterator[Facility]:
        """Yield each facility of the log as it ends, or as it stands after the last record."""
        for record in self._facts(sizes):
            try:
                finished = self._fold.take(record)
            except FactsImpossible as error:
                self._differ(f"record {record.log_index} of the log {record.log}", "facts", str(error), None)
            else:
                if finished is not None:
                    yield finished
        yield from self._fold.rest()

    def _facts(self, sizes: dict[str, int]) -> Iterator[LoggedFacts]:
        """Yield the records with facts, log by log, in order: a facility's records are all in one log."""
        columns = [entries.c[name] for name in ("log", "log_index", "entry_id", "subject", "time_us", "facts")]
        done, total = 0, sum(sizes.values())
        for log, size in sorted(sizes.items()):
            for start in range(0, size, RECORDS_AT_ONCE):
                in_range = entries.c.log_index.between(start, start + RECORDS_AT_ONCE - 1)
                rows = select(*columns).where(entries.c.log == log, in_range, func.length(entries.c.facts) > 0)
                for row in self._connection.execute(rows.order_by(entries.c.log_index)):
                    yield LoggedFacts(*row)
                done += min(size - start, RECORDS_AT_ONCE)
                self._on_progress(done, total)

    def _compare_batch(self, batch: Sequence[Facility]) -> None:
        ids = [facility.facility_id for facility in batch]
        rows = self._connection.execute(select(facilities).where(facilities.c.facility_id.in_(ids))).mappings()
        stored = {row["facility_id"]: row for row in rows}
        parts, counted = self._stored_parts(ids), self._stored_counted(ids)
        self._found_count += len(stored)
        self._found_parts += sum(map(len, parts.values()))
        self._found_counted += sum(map(len, counted.values()))
        for facility in batch:
            place = f"facility {facility.facility_id}"
            row = stored.get(facility.facility_id)
            if row is None:
                self._differ(place, "its row", facility.state.name, None)
                continue
            for name in _FACILITY_COLUMNS:
                self._compare(place, name, getattr(facility, name), row[name])
            self._compare_parts(place, facility.parts, parts.get(facility.facility_id, {}))
            self._compare_counted(place, facility.counted, counted.get(facility.facility_id, {}))

    def _stored_parts(self, ids: Sequence[str]) -> dict[str, dict[str, FacilityPart]]:
        """Return the parts in the tables, by facility and funder."""
        columns = [facility_parts.c[name] for name in ("facility_id", *_PART_COLUMNS)]
        rows = self._connection.execute(
            select(*columns).where(facility_parts.c.facility_id.in_(ids)).order_by(facility_parts.c.facility_id)
        )
        return {
            facility_id: {part.funder: part for part in (FacilityPart(*values) for _, *values in parts)}
            for facility_id, parts in groupby(rows, lambda row: str(row.facility_id))
        }

    def _compare_parts(self, place: str, logged: Sequence[FacilityPart], stored: dict[str, FacilityPart]) -> None:
        by_funder = {part.funder: part for part in logged}
        for funder in sorted(by_funder.keys() | stored.keys()):
            part, row = by_funder.get(funder), stored.get(funder)
            if part is None or row is None:
                self._differ(place, f"part of {funder}", part and part.credit_limit, row and row.credit_limit)
                continue
            for name, value, stored_value in zip(_PART_COLUMNS, part, row, strict=True):
                self._compare(place, f"{name} of {funder}", value, stored_value)

    def _stored_counted(self, ids: Sequence[str]) -> dict[str, dict[tuple[int, str], str]]:
        """Return the shares that count in the tables, by facility and total."""
        statement = select(counted_shares).where(counted_shares.c.facility_id.in_(ids))
        stored: dict[str, dict[tuple[int, str], str]] = {}
        for facility_id, kind, name, share in self._connection.execute(statement):
            stored.setdefault(facility_id, {})[kind, name] = share
        return stored

    def _compare_counted(self, place: str, logged: Sequence[CountedShare], stored: dict[tuple[int, str], str]) -> None:
        shares = {(int(share.kind), share.name): share.share for share in logged}
        for kind, name in sorted(shares.keys() | stored.keys()):
            field = f"share of {_kind_name(kind)} {name}"
            self._compare(place, field, shares.get((kind, name)), stored.get((kind, name)))

    def _find_strays(self) -> None:
        """Name the rows that no record of the log made. They are looked for only if there are more than were found."""
        if self._row_count(facilities) != self._found_count:
            decisions = facilities.outerjoin(entries, entries.c.entry_id == facilities.c.facility_id)
            made_nothing = func.coalesce(func.length(entries.c.facts), 0) == 0
            strays = select(facilities).select_from(decisions).where(made_nothing)
            for row in self._connection.execute(strays):
                self._differ(f"facility {row.facility_id}", "its row", None, row.state)
        if self._row_count(facility_parts) != self._found_parts:
            for row in self._connection.execute(_orphans_in(facility_parts)):
                self._differ(f"facility {row.facility_id}", f"part of {row.funder}", None, row.credit_limit)
        if self._row_count(counted_shares) != self._found_counted:
            for facility_id, kind, name, share in self._connection.execute(_orphans_in(counted_shares)):
                self._differ(f"facility {facility_id}", f"share of {_kind_name(kind)} {name}", None, share)

    def _compare_commitments(self) -> None:
        logged = self._fold.committed()
        rows = self._connection.execute(select(commitments))
        stored = {Commitment(kind, name, currency): committed for kind, name, currency, committed in rows}
        for key in sorted(logged.keys() | stored.keys()):
            place = f"{_kind_name(key.kind)} {key.name} in {key.currency}"
            self._compare(place, "committed", logged.get(key, 0), stored.get(key, 0))

    def _compare_versions(self) -> None:
        """Compare each subject's version with what its records with facts make of it. Erased subjects have none."""
        last = b""
        while stored := self._versions_after(last):
            logged = self._logged_versions(min(stored), max(stored))
            for subject, version in stored.items():
                self._compare(f"subject {subject.hex()}", "version", logged.get(subject, NEW_SUBJECT), version)
            last = max(stored)

    def _logged_versions(self, first: bytes, last: bytes) -> dict[bytes, int]:
        """Return the versions that the log makes of the subjects in a range."""
        in_range = entries.c.subject.between(first, last) & (func.length(entries.c.facts) > 0)
        rows = select(entries.c.subject, entries.c.entry_id).where(in_range)
        versions: dict[bytes, int] = {}
        for subject, entry_id in self._connection.execute(rows.order_by(entries.c.log, entries.c.log_index)):
            versions[subject] = version_after(versions.get(subject, NEW_SUBJECT), entry_id)
        return versions

    def _versions_after(self, last: bytes) -> dict[bytes, int]:
        page = select(subjects.c.subject, subjects.c.version).where(subjects.c.subject > last)
        rows = self._connection.execute(page.order_by(subjects.c.subject).limit(SUBJECTS_AT_ONCE))
        return {row.subject: row.version for row in rows}

    def _compare_totals(self) -> None:
        """Compare the totals by all dimensions."""
        by_all = list(Dimension)
        logged = {_place_of(total): total for total in totals_of(self._fold.rows(), by_all)}
        stored = {_place_of(total): total for total in summarize(self._connection, LendingQuery(by_all))}
        for place in sorted(logged.keys() | stored.keys()):
            for name in (field.name for field in fields(LendingTotal)):
                values = (getattr(total, name, None) for total in (logged.get(place), stored.get(place)))
                self._compare(place, name, *values)

    def _row_count(self, table: Table) -> int:
        return self._connection.execute(select(func.count()).select_from(table)).scalar_one()

    def _compare(self, place: str, field: str, logged: object, stored: object) -> None:
        if logged != stored:
            self._differ(place, field, logged, stored)

    def _differ(self, place: str, field: str, logged: object, stored: object) -> None:
        self._differences.append(Difference(place, field, logged, stored))


def _kind_name(kind: int) -> str:
    """Return what a total is of; tables that were tampered with may hold any number."""
    return TotalKind(kind).name.lower() if kind in set(TotalKind) else f"kind {kind}"


def _orphans_in(table: Table) -> Select[Any]:
    """Return the statement for rows of a table that belong to no facility."""
    return select(table).where(table.c.facility_id.not_in(select(facilities.c.facility_id)))


def _batches(items: Iterator[Facility], size: int) -> Iterator[list[Facility]]:
    """Yield the items in lists of at most `size`."""
    batch: list[Facility] = []
    for item in items:
        batch.append(item)
        if len(batch) == size:
            yield batch
            batch = []
    if batch:
        yield batch


def _place_of(total: LendingTotal) -> str:
    group = ", ".join(f"{dimension} {getattr(total, dimension) or '-'}" for dimension in Dimension)
    return f"total in {total.currency} of {group}"


def _shown(value: object) -> str:
    """Return a value for a message; a subject's bytes in hexadecimal."""
    if value is None:
        return "nothing"
    return value.hex() if isinstance(value, bytes) else str(value)
