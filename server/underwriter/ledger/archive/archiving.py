"""Moves closed ranges of the log to files, and back.

The order of the steps is what keeps a record when the process or the machine dies between any two of them: the file is
written whole under another name, synced, given its name, its folder synced; then it is read back and verified to the
signed root; only then the payloads leave the database, in one transaction that also says where they went.
"""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import CursorResult, bindparam, delete, func, insert, select, update

from underwriter.ledger.archive.archive_check import BLOCK, CheckedArchive, Progress, check_archive
from underwriter.ledger.archive.archive_file import (
    ROWS_OF_A_GROUP,
    ArchiveFile,
    ArchiveHead,
    Row,
    file_sha256,
    write_archive_file,
)
from underwriter.ledger.archive.compact_range import Subtree, perfect_subtrees
from underwriter.ledger.archive.errors import ArchiveInvalid, ArchiveNotWritten, RangeChanged
from underwriter.ledger.checkpoints import NoteInvalid, VerifierKey, open_checkpoint
from underwriter.ledger.merkle.stored_tree import StoredTree
from underwriter.storage import Database
from underwriter.storage.schema import archives, checkpoints, entries

ENTRIES_OF_A_FILE = 1 << 14
"""The most entries of one file, some 50 MB: while they leave the database, other writers wait."""


@dataclass(frozen=True, slots=True)
class Archived:
    """A range that was moved to a file."""

    path: Path
    first_index: int
    end_index: int


@dataclass(frozen=True, slots=True)
class Archivist:
    """Moves ranges of one log between its database and files.

    `verifier_key` must be that of the log's checkpoints. The methods raise DatabaseUnavailable, ParquetMissing and
    ArchiveInvalid.
    """

    database: Database
    log: str
    verifier_key: VerifierKey

    def closed_ranges(self, before_us: int) -> list[tuple[int, int]]:
        """Return the ranges that may be archived, as first index and the index behind the last.

        They are whole blocks of 256 whose entries are all older than a time, that a signed checkpoint covers and that
        are not in an archive.
        """
        with self.database.reading() as connection:
            later = select(func.min(entries.c.log_index)).where(
                entries.c.log == self.log, entries.c.time_us >= before_us
            )
            covered = select(func.max(checkpoints.c.size)).where(checkpoints.c.log == self.log)
            known = select(archives.c.first_index, archives.c.end_index).where(archives.c.log == self.log)
            first_later = connection.execute(later).scalar_one()
            size = connection.execute(covered).scalar_one() or 0
            archived = sorted((first, end) for first, end in connection.execute(known))
        limit = min(size, size if first_later is None else first_later) // BLOCK * BLOCK
        return list(_free_ranges(limit, archived))

    def archive(self, first: int, end: int, folder: Path, now_us: int, on_progress: Progress) -> Archived:
        """Move one closed range to a file in a folder that is there. Raises ArchiveNotWritten and RangeChanged."""
        path = folder / f"{self.log}-{first:012}-{end:012}.parquet"
        self._write(path, self._head(first, end))
        self._check(path, on_progress)
        sha256 = file_sha256(path)
        with self.database.writing() as connection:
            emptied = connection.execute(update(entries).where(*self._range(first, end)).values(payload=None))
            if _rows_of(emptied) != end - first:
                raise RangeChanged(f"{self.log} has not {end - first} entries from {first} on; nothing was moved")
            connection.execute(
                insert(archives).values(
                    log=self.log,
                    first_index=first,
                    end_index=end,
                    file_name=path.name,
                    file_sha256=sha256,
                    archive_time_us=now_us,
                )
            )
        return Archived(path, first, end)

    def restore(self, path: Path, on_progress: Progress) -> Archived:
        """Put the payloads of an archive's file back into the database; the file stays. Raises RangeChanged.

        It may be done again after it was interrupted: the range counts as archived until all of it is back.
        """
        head = self._check(path, on_progress).head
        if head.log != self.log:
            raise RangeChanged(f"{path.name} is an archive of the log {head.log}, not of {self.log}")
        put_back = (
            update(entries)
            .where(entries.c.log == self.log, entries.c.log_index == bindparam("at"))
            .where(entries.c.leaf_hash == bindparam("hash"))
            .values(payload=bindparam("sealed"))
        )
        with ArchiveFile(path) as file:
            for rows in file.groups():
                values = [{"at": row[1], "hash": row[2], "sealed": row[-1]} for row in rows]
                with self.database.writing() as connection:
                    self._check_same_leaves(connection, rows)
                    connection.execute(put_back, values)
        range_of_file = (archives.c.log == self.log, archives.c.first_index == head.first_index)
        with self.database.writing() as connection:
            connection.execute(delete(archives).where(*range_of_file, archives.c.end_index == head.end_index))
        return Archived(path, head.first_index, head.end_index)

    def _check(self, path: Path, on_progress: Progress) -> CheckedArchive:
        return check_archive(path, self.verifier_key, on_progress)

    def _head(self, first: int, end: int) -> ArchiveHead:
        with self.database.reading() as connection:
            newest = select(checkpoints.c.note).where(checkpoints.c.log == self.log, checkpoints.c.size >= end)
            note = connection.execute(newest.order_by(checkpoints.c.size.desc()).limit(1)).scalar_one()
            size = self._signed_size(note)
            tree = StoredTree(connection, self.log)
            left, right = (
                tuple(
                    Subtree(level, tree.subtree(start, start + (1 << level)))
                    for start, level in perfect_subtrees(*outside)
                )
                for outside in ((0, first), (end, size))
            )
        return ArchiveHead(self.log, first, end, left, right, note)

    def _signed_size(self, note: str) -> int:
        try:
            return open_checkpoint(note, self.verifier_key).size
        except NoteInvalid as error:
            raise ArchiveInvalid(
                f"the newest checkpoint is refused: {error}; run `underwriter ledger verify`"
            ) from None

    def _write(self, path: Path, head: ArchiveHead) -> None:
        draft = path.with_name(path.name + ".part")
        try:
            try:
                write_archive_file(draft, head, self._groups(head.first_index, head.end_index))
                _sync(draft)
                draft.replace(path)
                _sync(path.parent)
            finally:
                draft.unlink(missing_ok=True)
        except OSError as error:
            raise ArchiveNotWritten(f"{path} can't be written: {error.strerror or error}; nothing was moved") from None

    def _groups(self, first: int, end: int) -> Iterator[list[Row]]:
        for start in range(first, end, ROWS_OF_A_GROUP):
            part = self._range(start, min(end, start + ROWS_OF_A_GROUP))
            with self.database.reading() as connection:
                rows = connection.execute(select(entries).where(*part).order_by(entries.c.log_index)).all()
            yield [tuple(row) for row in rows]

    def _check_same_leaves(self, connection: Any, rows: list[Row]) -> None:
        first, end = rows[0][1], rows[-1][1] + 1
        stored = select(entries.c.log_index, entries.c.leaf_hash).where(*self._range(first, end))
        there = dict(map(tuple, connection.execute(stored)))
        if there != {row[1]: row[2] for row in rows}:
            raise RangeChanged(f"the entries {self.log}[{first}..{end - 1}] are not those of the archive")

    def _range(self, first: int, end: int) -> tuple[Any, ...]:
        return (entries.c.log == self.log, entries.c.log_index >= first, entries.c.log_index < end)


def _free_ranges(limit: int, archived: list[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Yield what is not archived below a limit, cut so that no file holds too much."""
    start = 0
    for first, end in [*archived, (limit, limit)]:
        while start < min(first, limit):
            stop = min(first, limit, (start // ENTRIES_OF_A_FILE + 1) * ENTRIES_OF_A_FILE)
            yield start, stop
            start = stop
        start = max(start, end)


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _rows_of(result: Any) -> int:
    return result.rowcount if isinstance(result, CursorResult) else -1
