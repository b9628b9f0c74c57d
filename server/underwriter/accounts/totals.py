"""Totals of lending, from the tables of facilities by one statement."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, Subquery, case, func, literal_column, select

from underwriter.accounts.lending_total import (
    Dimension,
    LendingKey,
    LendingRow,
    LendingSums,
    LendingTotal,
    column_of,
    totals_of,
)
from underwriter.accounts.snapshot import snapshot
from underwriter.storage.database import Database
from underwriter.storage.schema import facilities, facility_parts, tree_heads

_ONE: ColumnElement[int] = literal_column("1")
_NOT_ASKED_FOR: Mapping[str, ColumnElement[Any]] = {
    "product": literal_column("''"),
    "purpose": literal_column("0"),
    "term_months": literal_column("0"),
    "user_group": literal_column("''"),
    "funder": literal_column("''"),
    "grade": literal_column("''"),
}


@dataclass(frozen=True, slots=True)
class LendingQuery:
    """By what to part the totals, and which facilities to count.

    Those of `product`, or of all if it is empty, that were approved from `start_us` on and before `end_us`; None is no
    bound. Each dimension is named once at most.
    """

    group_by: Sequence[Dimension] = ()
    product: str = ""
    start_us: int | None = None
    end_us: int | None = None


@dataclass(frozen=True, slots=True)
class LendingSummary:
    """Totals, and the size of the log that they stand for."""

    totals: list[LendingTotal]
    log_size: int


def lending_summary(database: Database, log: str, query: LendingQuery) -> LendingSummary:
    """Return the totals and the log's size at one and the same moment. Raises DatabaseUnavailable."""
    with snapshot(database) as connection:
        size = connection.execute(select(tree_heads.c.size).where(tree_heads.c.log == log)).scalar()
        return LendingSummary(summarize(connection, query), size or 0)


def summarize(connection: Connection, query: LendingQuery) -> list[LendingTotal]:
    """Return a total for each group that has any facility, and each currency.

    Sums are exact on every database; SQLite refuses one of 2**63 minor units or more as a fault of the database.
    """
    rows = [_row(row) for row in connection.execute(_statement(query))]
    return totals_of(rows, query.group_by)


def _row(values: Sequence[Any]) -> LendingRow:
    """Return a row with its sums as int: PostgreSQL's sums of BIGINT are NUMERIC."""
    key = LendingKey._make(values[: len(LendingKey._fields)])
    sums = LendingSums._make(map(int, values[len(LendingKey._fields) :]))
    return key._replace(share=int(key.share), whole=int(key.whole)), sums


def _statement(query: LendingQuery) -> Select[Any]:
    by_funder = Dimension.FUNDER in query.group_by
    parts = _parts_of_funders() if by_funder else _parts_together()
    asked = set(map(column_of, query.group_by))
    source = facilities.join(parts, parts.c.facility_id == facilities.c.facility_id)
    columns = {name: parts.c.funder if name == "funder" else facilities.c[name] for name in asked}
    common = [facilities.c.currency, facilities.c.state, facilities.c.annual_rate]
    dimensions = [columns.get(name, empty) for name, empty in _NOT_ASKED_FOR.items()]
    shares = _shares(parts) if by_funder else []
    return (
        select(*common, *dimensions, *(shares or [_ONE, _ONE]), *_sums(parts))
        .select_from(source)
        .where(*_conditions(query))
        .group_by(*common, *columns.values(), *shares)
    )


def _parts_together() -> Subquery:
    """Return each facility's amounts over all of its funders."""
    amounts = [func.sum(facility_parts.c[name]).label(name) for name in ("credit_limit", "drawn", "undrawn")]
    return select(facility_parts.c.facility_id, *amounts).group_by(facility_parts.c.facility_id).subquery()


def _parts_of_funders() -> Subquery:
    """Return each part with the limit of its whole facility."""
    whole = func.sum(facility_parts.c.credit_limit).over(partition_by=facility_parts.c.facility_id)
    return select(facility_parts, whole.label("whole_limit")).subquery()


def _shares(parts: Subquery) -> list[ColumnElement[int]]:
    """Return a part's share of its facility as numerator and denominator: 1 / 1 for funders that lend alone."""
    is_all = parts.c.credit_limit == parts.c.whole_limit
    return [
        case((is_all, _ONE), else_=parts.c.credit_limit),
        case((is_all, _ONE), else_=parts.c.whole_limit),
    ]


def _sums(parts: Subquery) -> list[ColumnElement[int]]:
    """Return the columns of `LendingSums`."""
    loss = facilities.c.expected_loss
    amounts = [func.sum(parts.c[name]) for name in ("credit_limit", "drawn", "undrawn")]
    return [func.count(), *amounts, func.coalesce(func.sum(loss), 0), func.count(loss)]


def _conditions(query: LendingQuery) -> list[ColumnElement[bool]]:
    conditions = []
    if query.product:
        conditions.append(facilities.c.product == query.product)
    if query.start_us is not None:
        conditions.append(facilities.c.approve_time_us >= query.start_us)
    if query.end_us is not None:
        conditions.append(facilities.c.approve_time_us < query.end_us)
    return conditions
