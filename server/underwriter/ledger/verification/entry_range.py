"""Re-hashes a range of entries: reads their rows, compares leaf hashes, and hashes the tree over them.

A range is done by one process, from the database's URL and this description alone.
"""

import sqlite3
import struct
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

from sqlalchemy import Connection, bindparam, select

from underwriter.ledger.archive.compact_range import Subtree, perfect_root, perfect_subtrees
from underwriter.ledger.entry import Sealed
from underwriter.ledger.leaf import leaf_hash
from underwriter.ledger.merkle import HASH_SIZE
from underwriter.storage import Database, DatabaseUnavailable
from underwriter.storage.schema import entries

BLOCK_LEVEL = 8
BLOCK = 1 << BLOCK_LEVEL
"""How many entries the lowest stored hash of the tree covers."""

_NO_HASH = bytes(HASH_SIZE)
_ROW = tuple[Any, ...]
_PAYLOAD = -1
_LEAF_HASH = entries.c.keys().index("leaf_hash")
_INDEX = entries.c.keys().index("log_index")
_ENTRY_ID = entries.c.keys().index("entry_id")
_FIRST_SEALED = entries.c.keys().index(Sealed._fields[0])


@dataclass(frozen=True, slots=True)
class EntryRange:
    """The entries from `start`, a multiple of 256, up to but not including `end`, to be re-hashed.

    `sizes` are those sizes of the log, from start + 1 to end, at which its root will be asked for. `archives` are the
    files that hold payloads of these entries.
    """

    log: str
    start: int
    end: int
    sizes: tuple[int, ...] = ()
    archives: tuple[Path, ...] = ()


class AlteredEntry(NamedTuple):
    """An entry whose row does not give its stored leaf hash; `recomputed` is the hash that it gives, if any."""

    log_index: int
    entry_id: str
    recomputed: bytes


class Gap(NamedTuple):
    """Indexes from `start` up to but not including `end`; `entry_id` is that of the row at `start`, if there is one."""

    start: int
    end: int
    entry_id: str = ""


@dataclass(slots=True)
class RangeReport:
    """What became of a range.

    `blocks` are the roots over each whole block of 256 by the stored leaf hashes; `recomputed` those by recomputed
    leaf hashes for blocks with altered entries, by the number of the block in the log. `edges` are for each of the
    range's `sizes` the subtrees of the block that is not whole at that size, `recomputed_edge` the last of them by
    recomputed leaf hashes.
    """

    start: int
    end: int
    altered: list[AlteredEntry] = field(default_factory=list)
    missing: list[Gap] = field(default_factory=list)
    without_payload: list[Gap] = field(default_factory=list)
    blocks: list[bytes] = field(default_factory=list)
    recomputed: dict[int, bytes] = field(default_factory=dict)
    edges: dict[int, list[Subtree]] = field(default_factory=dict)
    recomputed_edge: list[Subtree] = field(default_factory=list)


Payloads = Callable[[Path, int, int], Mapping[int, bytes]]
"""Gives the payloads by index of the entries from one index up to another that an archive's file holds."""


def check_range(database: Database, task: EntryRange, payloads: Payloads) -> RangeReport:
    """Re-hash the entries of a range. Raises DatabaseUnavailable."""
    report = RangeReport(task.start, task.end)
    rows = _rows(database, task)
    if any(row[_PAYLOAD] is None for row in rows):
        rows = _with_archived_payloads(rows, task, payloads)
    hashes = _checked_leaves(rows, task, report)
    _hash_tree(hashes, task, report)
    return report


def _rows(database: Database, task: EntryRange) -> list[_ROW]:
    statement = database.compiled(
        select(entries)
        .where(
            entries.c.log == bindparam("log"),
            entries.c.log_index >= bindparam("start"),
            entries.c.log_index < bindparam("end"),
        )
        .order_by(entries.c.log_index)
    )
    try:
        with database.reading() as connection:
            return _fetched(connection, statement, task)
    except DatabaseUnavailable:
        # A text that is no UTF-8 any more can't be fetched from SQLite as it is.
        with database.reading() as connection, reading_any_text(connection):
            return _fetched(connection, statement, task)


def _fetched(connection: Connection, statement: str, task: EntryRange) -> list[_ROW]:
    driver: Any = connection.connection.driver_connection
    # PostgreSQL sends bytes as they are in its binary form, else as twice as many hexadecimal digits.
    cursor = driver.cursor() if isinstance(driver, sqlite3.Connection) else driver.cursor(binary=True)
    try:
        cursor.execute(statement, (task.log, task.start, task.end))
        return list(cursor.fetchall())
    finally:
        cursor.close()


@contextmanager
def reading_any_text(connection: Connection) -> Iterator[None]:
    """Have SQLite give texts that are no UTF-8 with surrogates for the wrong bytes, which no leaf can hold."""
    driver = connection.connection.driver_connection
    if not isinstance(driver, sqlite3.Connection):
        yield
        return
    before, driver.text_factory = driver.text_factory, partial(str, encoding="utf-8", errors="surrogateescape")
    try:
        yield
    finally:
        driver.text_factory = before


def _with_archived_payloads(rows: Sequence[_ROW], task: EntryRange, payloads: Payloads) -> list[_ROW]:
    archived: dict[int, bytes] = {}
    for file in task.archives:
        archived.update(payloads(file, task.start, task.end))
    return [(*row[:_PAYLOAD], archived.get(row[_INDEX])) if row[_PAYLOAD] is None else row for row in rows]


def _checked_leaves(rows: Sequence[_ROW], task: EntryRange, report: RangeReport) -> list[bytes]:
    """Return the stored leaf hash of each index of the range, and note in the report what is wrong with the rows."""
    hashes: list[bytes] = []
    expected = task.start
    for row in rows:
        index, stored = row[_INDEX], row[_LEAF_HASH]
        if index != expected:
            report.missing.append(Gap(expected, index))
            hashes += [_NO_HASH] * (index - expected)
            expected = index
        if row[_PAYLOAD] is None:
            _extend(report.without_payload, index, printable(row[_ENTRY_ID]))
        elif (recomputed := _leaf_hash(row)) != stored:
            report.altered.append(AlteredEntry(index, printable(row[_ENTRY_ID]), recomputed))
        hashes.append(stored if isinstance(stored, bytes) else _NO_HASH)
        expected += 1
    if expected < task.end:
        report.missing.append(Gap(expected, task.end))
        hashes += [_NO_HASH] * (task.end - expected)
    return hashes


def _leaf_hash(row: _ROW) -> bytes:
    """Return the leaf hash that a row gives; 32 zeros if its values are none that the server writes."""
    try:
        return leaf_hash(Sealed._make(row[_FIRST_SEALED:]))
    except (struct.error, UnicodeEncodeError, AttributeError, TypeError):
        return _NO_HASH


def printable(value: object) -> str:
    """Return what stands in a text column as text that can be printed, whatever became of it."""
    return str(value).encode("utf-8", "backslashreplace").decode()


def _extend(gaps: list[Gap], index: int, entry_id: str) -> None:
    if gaps and gaps[-1].end == index:
        gaps[-1] = gaps[-1]._replace(end=index + 1)
    else:
        gaps.append(Gap(index, index + 1, entry_id))


def _hash_tree(hashes: list[bytes], task: EntryRange, report: RangeReport) -> None:
    whole = len(hashes) // BLOCK * BLOCK
    report.blocks = [perfect_root(hashes[start : start + BLOCK]) for start in range(0, whole, BLOCK)]
    for size in task.sizes:
        report.edges[size] = _edge(hashes, size - task.start)
    if not report.altered:
        return
    for index, _, recomputed in report.altered:
        hashes[index - task.start] = recomputed
    for block in sorted({index - task.start >> BLOCK_LEVEL for index, *_ in report.altered}):
        leaves = hashes[block << BLOCK_LEVEL : (block + 1) << BLOCK_LEVEL]
        if len(leaves) == BLOCK:
            report.recomputed[(task.start >> BLOCK_LEVEL) + block] = perfect_root(leaves)
    report.recomputed_edge = _edge(hashes, len(hashes))


def _edge(hashes: Sequence[bytes], length: int) -> list[Subtree]:
    """Return the subtrees of the last block of so many leaves; none if it is whole."""
    start = length // BLOCK * BLOCK
    return [
        Subtree(level, perfect_root(hashes[first : first + (1 << level)]))
        for first, level in ((start + first, level) for first, level in perfect_subtrees(0, length - start))
    ]
