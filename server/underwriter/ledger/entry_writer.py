"""Writes a batch of entries in one transaction, with gapless indexes, each request once."""

from collections import deque
from collections.abc import Sequence
from dataclasses import replace
from itertools import chain
from typing import NamedTuple

from sqlalchemy import Connection, func, or_, select
from sqlalchemy.engine.interfaces import DBAPICursor

from underwriter.ledger.entry import Entry, Recorded
from underwriter.ledger.errors import DecisionIdReused, LedgerError, RequestIdReused
from underwriter.ledger.leaf import leaf_hash
from underwriter.ledger.rows import record_of, row_of
from underwriter.ledger.schema import entries as table
from underwriter.ledger.sqlite import SqliteDatabase

# Each statement gives up the interpreter's lock and must get it back from a busy event loop: few statements, many rows.
ROWS_OF_A_STATEMENT = (64, 16, 4, 1)


class _SomeAreRecorded(Exception):
    """A request id or decision id of the batch is taken."""


class _Leaf(NamedTuple):
    entry: Entry
    leaf_hash: bytes


class EntryWriter:
    """Appends to one log of a database.

    Its statements are compiled once and run by the driver's cursor on plain tuples: for a small batch, SQLAlchemy's own
    preparation of each statement takes several times as long as the insert.
    """

    def __init__(self, database: SqliteDatabase, log: str) -> None:
        self._database = database
        self._log = log
        self._inserts = {rows: self._insert_of(rows) for rows in ROWS_OF_A_STATEMENT}
        last_index = select(func.max(table.c.log_index)).where(table.c.log == log)
        self._last_index = str(last_index.compile(dialect=database.dialect, compile_kwargs={"literal_binds": True}))

    def write(self, entries: Sequence[Entry]) -> Sequence[Recorded | LedgerError]:
        """Record the entries and answer for each, in order, once all of them are durable.

        An entry whose request is recorded already, or stands earlier in the batch, is answered with that record if the
        request's content is the same and with RequestIdReused if not; DecisionIdReused answers a decision id that
        is taken. Raises LedgerUnavailable if the database fails: then nothing of the batch is recorded.
        """
        leaves = [_Leaf(entry, leaf_hash(entry)) for entry in entries]
        try:
            with self._database.writing() as connection:
                return self._append(connection, leaves)
        except _SomeAreRecorded:
            with self._database.writing() as connection:
                return self._append_new_ones(connection, leaves)

    def _append(self, connection: Connection, leaves: Sequence[_Leaf]) -> list[Recorded]:
        """Insert all of them. Raises _SomeAreRecorded if there was one before; the transaction is void then."""
        cursor = connection.connection.cursor()
        cursor.execute(self._last_index)
        (last_index,) = cursor.fetchone() or (None,)
        first_index = 0 if last_index is None else last_index + 1
        recorded = [Recorded(entry, self._log, index, leaf) for index, (entry, leaf) in enumerate(leaves, first_index)]
        if self._insert_all(cursor, recorded) != len(recorded):
            raise _SomeAreRecorded
        return recorded

    def _insert_all(self, cursor: DBAPICursor, recorded: Sequence[Recorded]) -> int:
        """Insert the records, many by one statement; return how many went in."""
        inserted = start = 0
        for rows, statement in self._inserts.items():
            while len(recorded) - start >= rows:
                part = recorded[start : start + rows]
                cursor.execute(statement, tuple(chain.from_iterable(map(row_of, part))))
                inserted += cursor.rowcount
                start += rows
        return inserted

    def _insert_of(self, rows: int) -> str:
        values = [dict.fromkeys(table.c.keys())] * rows
        statement = self._database.insert(table).values(values).on_conflict_do_nothing()
        return str(statement.compile(dialect=self._database.dialect))

    def _append_new_ones(self, connection: Connection, leaves: Sequence[_Leaf]) -> list[Recorded | LedgerError]:
        entries = [leaf.entry for leaf in leaves]
        known = _known(connection, entries)
        new = _new_ones(leaves, known)
        appended = self._append(connection, new) if new else []
        return _answers(entries, known, appended)


def _new_ones(leaves: Sequence[_Leaf], known: Sequence[Recorded]) -> list[_Leaf]:
    """Leave out every entry whose request id or decision id is known or stands earlier."""
    request_ids = {record.entry.request_id for record in known}
    decision_ids = {record.entry.decision_id for record in known}
    new = []
    for leaf in leaves:
        if leaf.entry.request_id not in request_ids and leaf.entry.decision_id not in decision_ids:
            new.append(leaf)
            request_ids.add(leaf.entry.request_id)
            decision_ids.add(leaf.entry.decision_id)
    return new


def _known(connection: Connection, entries: Sequence[Entry]) -> list[Recorded]:
    """Return the records that have a request id or a decision id of these entries."""
    same_request = table.c.request_id.in_([entry.request_id for entry in entries])
    same_decision = table.c.decision_id.in_([entry.decision_id for entry in entries])
    rows = connection.execute(select(table).where(or_(same_request, same_decision)))
    return [record_of(row) for row in rows]


def _answers(
    entries: Sequence[Entry], known: Sequence[Recorded], appended: Sequence[Recorded]
) -> list[Recorded | LedgerError]:
    """Answer the entries in order: each as if those before it had been recorded already."""
    by_request = {record.entry.request_id: record for record in known}
    next_ones = deque(appended)
    answers: list[Recorded | LedgerError] = []
    for entry in entries:
        if next_ones and next_ones[0].entry is entry:
            by_request[entry.request_id] = next_ones[0]
            answers.append(next_ones.popleft())
        else:
            answers.append(_answer_again(entry, by_request.get(entry.request_id)))
    return answers


def _answer_again(entry: Entry, record: Recorded | None) -> Recorded | LedgerError:
    """Answer an entry that was not appended, by the record of its request if there is one."""
    if record is None:
        return DecisionIdReused(entry.decision_id)
    if record.entry.request_digest != entry.request_digest:
        return RequestIdReused(entry.request_id)
    return replace(record, is_replay=True)
