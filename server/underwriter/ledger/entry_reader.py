"""Finds entries by their ids, and lists them newest first."""

from typing import Any

from sqlalchemy import ColumnElement, Select, or_, select

from underwriter.ledger.entry import EntryFilter, Page, Recorded
from underwriter.ledger.page_token import Position, read_token, write_token
from underwriter.ledger.rows import record_of
from underwriter.ledger.schema import entries as table
from underwriter.ledger.sqlite import SqliteDatabase


class EntryReader:
    """Reads the entries of all logs of a database. Safe in any thread; all methods raise LedgerUnavailable."""

    def __init__(self, database: SqliteDatabase) -> None:
        self._database = database

    def find(self, decision_id: str) -> Recorded | None:
        """Return the record of the decision, None if there is none."""
        return self._one(table.c.decision_id == decision_id)

    def find_by_request_id(self, request_id: str) -> Recorded | None:
        """Return the record of the request, None if there is none."""
        return self._one(table.c.request_id == request_id)

    def list_entries(self, filters: EntryFilter, page_size: int, page_token: str = "") -> Page:
        """Return up to `page_size` entries that pass the filters, latest decide time first.

        Following the tokens shows every entry that was there at the start exactly once, whatever is recorded meanwhile.
        Raises PageTokenInvalid for a token that was not given for these filters.
        """
        if page_size < 1:
            raise ValueError(f"page_size is {page_size}; it must be at least 1")
        conditions = _conditions(filters)
        if page_token:
            conditions.append(_follows(read_token(page_token, filters)))
        # One more than asked for tells whether another page follows.
        records = self._all(_newest_first(conditions).limit(page_size + 1))
        if len(records) <= page_size:
            return Page(tuple(records), "")
        shown = records[:page_size]
        last = Position(shown[-1].entry.decide_time_us, shown[-1].entry.decision_id)
        return Page(tuple(shown), write_token(last, filters))

    def _one(self, condition: ColumnElement[bool]) -> Recorded | None:
        records = self._all(select(table).where(condition))
        return records[0] if records else None

    def _all(self, statement: Select[Any]) -> list[Recorded]:
        with self._database.reading() as connection:
            return [record_of(row) for row in connection.execute(statement)]


def _conditions(filters: EntryFilter) -> list[ColumnElement[bool]]:
    columns = table.c
    wanted = (
        (filters.subject_id, columns.subject_id.__eq__),
        (filters.product, columns.product.__eq__),
        (filters.outcome, columns.outcome.__eq__),
        (filters.request_id, columns.request_id.__eq__),
        (filters.start_time_us, columns.decide_time_us.__ge__),
        (filters.end_time_us, columns.decide_time_us.__lt__),
    )
    return [condition(value) for value, condition in wanted if value is not None]


def _newest_first(conditions: list[ColumnElement[bool]]) -> Select[Any]:
    order = (table.c.decide_time_us.desc(), table.c.decision_id.desc())
    return select(table).where(*conditions).order_by(*order)


def _follows(position: Position) -> ColumnElement[bool]:
    # Said so that the bound on the time alone is plain to the query planner, which finds it in the indexes.
    time, decision_id = table.c.decide_time_us, table.c.decision_id
    return (time <= position.decide_time_us) & or_(time < position.decide_time_us, decision_id < position.decision_id)
