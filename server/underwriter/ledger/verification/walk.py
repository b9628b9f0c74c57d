"""Goes through all entries of a log, range by range, in one process or several."""

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

from underwriter.ledger.archive.archive_file import archived_payloads
from underwriter.ledger.verification.entry_range import BLOCK, EntryRange, RangeReport, check_range
from underwriter.storage import Database, open_database

ENTRIES_OF_A_RANGE = 32 * BLOCK
"""So many that a range takes some tenths of a second: progress shows, and the cost of handing it over does not."""

_WORTH_A_PROCESS = 8 * ENTRIES_OF_A_RANGE
_AHEAD = 2


def split_log(
    log: str, size: int, sizes: Iterable[int], archives: Sequence[tuple[int, int, Path]] = ()
) -> list[EntryRange]:
    """Return the ranges that make up a log of that size.

    `sizes` are those at which its root will be asked for, `archives` the files that hold payloads, with first and end.
    """
    wanted = deque(sorted({size, *sizes} - {0}))
    ranges = []
    for start in range(0, size, ENTRIES_OF_A_RANGE):
        end = min(size, start + ENTRIES_OF_A_RANGE)
        inside = []
        while wanted and wanted[0] <= end:
            inside.append(wanted.popleft())
        files = tuple(file for first, last, file in archives if first < end and last > start)
        ranges.append(EntryRange(log, start, end, tuple(inside), files))
    return ranges


def walk(database_url: str, ranges: Sequence[EntryRange], processes: int) -> Iterator[RangeReport]:
    """Re-hash all ranges, and yield their reports in order. Raises DatabaseUnavailable.

    Further processes are started afresh, not forked, and open the database themselves; small logs need none.
    """
    if processes == 1 or sum(task.end - task.start for task in ranges) < _WORTH_A_PROCESS:
        database = open_database(database_url)
        try:
            for task in ranges:
                yield check_range(database, task, archived_payloads)
        finally:
            database.close()
        return
    with ProcessPoolExecutor(processes, get_context("spawn"), _open_in_this_process, (database_url,)) as pool:
        yield from _in_order(pool, ranges, processes * _AHEAD)


def _in_order(pool: ProcessPoolExecutor, ranges: Sequence[EntryRange], ahead: int) -> Iterator[RangeReport]:
    """Keep so many ranges in work that no process waits, and no more: their reports stay in memory."""
    pending: deque[Future[RangeReport]] = deque()
    try:
        for task in ranges:
            pending.append(pool.submit(_check_in_this_process, task))
            if len(pending) > ahead:
                yield pending.popleft().result()
        while pending:
            yield pending.popleft().result()
    finally:
        for future in pending:
            future.cancel()


_database: Database


def _open_in_this_process(url: str) -> None:
    global _database
    _database = open_database(url)


def _check_in_this_process(task: EntryRange) -> RangeReport:
    return check_range(_database, task, archived_payloads)
