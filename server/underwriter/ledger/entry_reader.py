"""Finds records by their ids, lists them, and reads a whole log in its order."""

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Integer, Select, bindparam, literal_column, or_, select

from underwriter.ledger.entry import EntryFilter, EntryKind, Page, Recorded
from underwriter.ledger.errors import SubjectUnknown
from underwriter.ledger.keys.vault import Vault
from underwriter.ledger.merkle.frontier import Frontier
from underwriter.ledger.page_token import Listing, Position, RecordsOfSubject, read_token, write_token
from underwriter.ledger.rows import StoredRecord, opened, select_records, stored_record
from underwriter.storage.database import Database
from underwriter.storage.schema import entries as table
from underwriter.storage.schema import subjects, tree_heads

ROWS_OF_A_READ = 1000


class TreeHead(NamedTuple):
    """How many records a log has, and the root hash over them (RFC 6962, section 2.1), 32 bytes."""

    size: int
    root: bytes


class EntryReader:
    """Reads the records of all logs of a database. Safe in any thread; all methods raise DatabaseUnavailable.

    Those that open payloads raise SealingError for one that can't be opened though its subject was not erased.
    """

    def __init__(self, database: Database, vault: Vault) -> None:
        self._database = database
        self._vault = vault
        self._in_order = database.compiled(_range_of_a_log(select_records()))

    def find(self, entry_id: str) -> Recorded | None:
        """Return the record, None if there is none."""
        return self._one(table.c.entry_id == entry_id)

    def find_by_request_id(self, kind: EntryKind, request_id: str) -> Recorded | None:
        """Return the record of the request, None if there is none."""
        return self._one(_is_of_request(kind, request_id))

    def list_entries(self, filters: EntryFilter, page_size: int, page_token: str = "") -> Page:
        """Return up to `page_size` decisions that pass the filters, latest first.

        Following the tokens shows every decision that was there at the start exactly once, whatever is recorded
        meanwhile. Raises PageTokenInvalid for a token that was not given for these filters.
        """
        conditions = self._conditions(filters)
        if page_token:
            conditions.append(_before(read_token(page_token, self._digest(filters))))
        return self._page(_newest_first(conditions), page_size, filters)

    def records_of_subject(self, subject_id: str, page_size: int, page_token: str = "") -> Page:
        """Return up to `page_size` of the records on a subject, of every kind, oldest first.

        Raises SubjectUnknown if there is none, or the subject was erased, and PageTokenInvalid for a token that was
        not given for this subject.
        """
        listing = RecordsOfSubject(subject_id)
        conditions = [self._is_of_subject(subject_id)]
        if page_token:
            conditions.append(_after(read_token(page_token, self._digest(listing))))
        page = self._page(_oldest_first(conditions), page_size, listing)
        if not page.entries and not page_token:
            raise SubjectUnknown
        return page

    def subject_records_after(self, subject_id: str, after: Position | None, most: int) -> tuple[Recorded, ...]:
        """Return at most so many of the records on a subject after a position, or all of them first, oldest first."""
        conditions = [self._is_of_subject(subject_id)]
        if after is not None:
            conditions.append(_after(after))
        return tuple(self._all(_oldest_first(conditions).limit(most)))

    def head(self, log: str) -> TreeHead:
        """Return the head of a log's tree: that of the empty tree if there is no such log."""
        statement = select(tree_heads.c.size, tree_heads.c.peaks).where(tree_heads.c.log == log)
        with self._database.reading() as connection:
            row = connection.execute(statement).one_or_none()
        frontier = Frontier.from_bytes(*row) if row else Frontier.empty()
        return TreeHead(frontier.size, frontier.root())

    def stored_in_order(self, log: str, start: int = 0, end: int | None = None) -> Iterator[StoredRecord]:
        """Yield the records with indexes from `start` up to but not including `end`, in order, as `open` takes them.

        Indexes that are missing are passed over. Without `end`, it goes on to the last record there is.
        """
        for rows in self._ranges(log, start, end):
            yield from map(stored_record, rows)

    def open(self, stored: StoredRecord) -> Recorded:
        """Return the record with its payload, if that is there and its subject was not erased."""
        return opened(stored, self._vault)

    def _ranges(self, log: str, start: int, end: int | None) -> Iterator[Sequence[Any]]:
        """Yield a range's rows by parts, each read on its own: nobody who reads long holds up the database's upkeep."""
        end = _LAST_INDEX if end is None else end
        while start < end:
            with self._database.reading() as connection:
                cursor = connection.connection.cursor()
                cursor.execute(self._in_order, (log, start, end))
                rows = cursor.fetchall()
            yield rows
            if len(rows) < ROWS_OF_A_READ:
                return
            start = rows[-1][_INDEX_COLUMN] + 1

    def _one(self, condition: ColumnElement[bool]) -> Recorded | None:
        records = self._all(select_records().where(condition))
        return records[0] if records else None

    def _page(self, statement: Select[Any], page_size: int, listing: Listing) -> Page:
        if page_size < 1:
            raise ValueError(f"page_size is {page_size}; it must be at least 1")
        # One more than asked for tells whether another page follows.
        records = self._all(statement.limit(page_size + 1))
        if len(records) <= page_size:
            return Page(tuple(records), "")
        shown = records[:page_size]
        last = Position(shown[-1].sealed.time_us, shown[-1].sealed.entry_id)
        return Page(tuple(shown), write_token(last, self._digest(listing)))

    def _digest(self, listing: Listing) -> bytes:
        return self._vault.listing_digest(repr(listing))

    def _all(self, statement: Select[Any]) -> list[Recorded]:
        with self._database.reading() as connection:
            rows = connection.execute(statement).all()
        return [opened(stored_record(tuple(row)), self._vault) for row in rows]

    def _conditions(self, filters: EntryFilter) -> list[ColumnElement[bool]]:
        columns = table.c
        wanted: tuple[tuple[Any, Callable[[Any], ColumnElement[bool]]], ...] = (
            (filters.subject_id, self._is_of_subject),
            (filters.product, columns.product.__eq__),
            (filters.outcome, columns.outcome.__eq__),
            (filters.request_id, partial(_is_of_request, EntryKind.DECISION)),
            (filters.start_time_us, columns.time_us.__ge__),
            (filters.end_time_us, columns.time_us.__lt__),
        )
        return [condition(value) for value, condition in wanted if value is not None]

    def _is_of_subject(self, subject_id: str) -> ColumnElement[bool]:
        ref = self._vault.subject_ref(subject_id)
        return table.c.subject == select(subjects.c.subject).where(subjects.c.subject_ref == ref).scalar_subquery()


_INDEX_COLUMN = list(table.c).index(table.c.log_index)
_LAST_INDEX = 2**63 - 1


def _range_of_a_log(statement: Select[Any]) -> Select[Any]:
    index = table.c.log_index
    in_range = (table.c.log == bindparam("of_log"), index >= bindparam("start"), index < bindparam("end"))
    # Written out, since only one of the dialects would make a parameter of the missing offset.
    rows, skipped = literal_column(str(ROWS_OF_A_READ), Integer), literal_column("0", Integer)
    return statement.where(*in_range).order_by(index).limit(rows).offset(skipped)


def _is_of_request(kind: EntryKind, request_id: str) -> ColumnElement[bool]:
    return (table.c.kind == int(kind)) & (table.c.request_id == request_id)


def _newest_first(conditions: Sequence[ColumnElement[bool]]) -> Select[Any]:
    order = (table.c.time_us.desc(), table.c.entry_id.desc())
    # Nearly all records are decisions: said so that SQLite doesn't look for them in the index of requests, by kind.
    is_decision = table.c.kind + 0 == int(EntryKind.DECISION)
    return select_records().where(is_decision, *conditions).order_by(*order)


def _oldest_first(conditions: Sequence[ColumnElement[bool]]) -> Select[Any]:
    return select_records().where(*conditions).order_by(table.c.time_us, table.c.entry_id)


# Both are said so that the bound on the time alone is plain to the query planner, which finds it in the indexes.


def _before(position: Position) -> ColumnElement[bool]:
    time, entry_id = table.c.time_us, table.c.entry_id
    return (time <= position.time_us) & or_(time < position.time_us, entry_id < position.entry_id)


def _after(position: Position) -> ColumnElement[bool]:
    time, entry_id = table.c.time_us, table.c.entry_id
    return (time >= position.time_us) & or_(time > position.time_us, entry_id > position.entry_id)
