"""Shares the replay of a range among processes, part by part."""

from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass, field, replace
from multiprocessing import get_context
from typing import Any, Protocol, Self, TypeVar

from underwriter.decisioning import KeptPolicies
from underwriter.ledger import SqlLedger, open_ledger
from underwriter.ledger.keys import Wrapping
from underwriter.replay.choice import DecidingBy, PolicyChoice
from underwriter.replay.record import Replayed
from underwriter.replay.recorded_range import (
    NotReplayed,
    RecordRange,
    Skipped,
    bounds,
    check_log,
    check_product,
    replay_range,
)

RECORDS_OF_A_PART = 2_000
"""So many that a part takes some tenths of a second: progress shows, and handing it over costs next to nothing."""

_WORTH_A_PROCESS = 10 * RECORDS_OF_A_PART
_AHEAD = 2


class Tally(Protocol):
    """Counts of what came of records. They can be handed from process to process, and those of parts be added up."""

    def count(self, result: Replayed | NotReplayed | Skipped) -> None:
        """Count what became of one record."""

    def add(self, other: Self) -> None:
        """Add the counts of a part that follows."""


TallyT = TypeVar("TallyT", bound=Tally)


@dataclass(frozen=True, slots=True)
class ReplayWork:
    """What is to be replayed, and by what: plain values, so that any process can be told."""

    database: str
    master_keys: Wrapping = field(repr=False)
    log: str
    wanted: RecordRange
    by: DecidingBy


def replay_in_parts(
    work: ReplayWork, begin: Callable[[], TallyT], processes: int = 1
) -> Iterator[tuple[int, int, TallyT]]:
    """Replay a range; yield after each part how many indexes of how many are done, and the counts so far.

    `begin` makes counts of nothing, in any process. Further processes are started afresh, not forked: ONNX sessions
    don't survive a fork. Short ranges need none. Raises what opening the ledger and making the policies ready raises,
    NameUnknown for a log or a product that there is none of, and DatabaseUnavailable.
    """
    with open_ledger(work.database, work.master_keys, log=work.log) as ledger:
        check_log(ledger.database, work.log)
        if work.wanted.product:
            check_product(ledger.database, work.log, work.wanted.product, work.by.products)
        choose = work.by.choice(KeptPolicies(ledger.artifacts.load))
        first, end = bounds(ledger.database, work.log, work.wanted)
        parts = [
            replace(work.wanted, first=start, end=min(end, start + RECORDS_OF_A_PART))
            for start in range(first, end, RECORDS_OF_A_PART)
        ]
        tally = begin()
        yield 0, end - first, tally
        if processes == 1 or len(parts) * RECORDS_OF_A_PART < _WORTH_A_PROCESS:
            tallies: Iterator[TallyT] = (_counted(begin(), work, part, ledger, choose) for part in parts)
        else:
            tallies = _counted_elsewhere(work, begin, parts, processes)
        for part, found in zip(parts, tallies, strict=True):
            tally.add(found)
            yield (part.end or end) - first, end - first, tally


def sampled(work: ReplayWork, records: int) -> ReplayWork:
    """Return work on about so many records, drawn from all of its range by their ids; all if there are no more.

    Raises what opening the ledger raises, and DatabaseUnavailable.
    """
    with open_ledger(work.database, work.master_keys, log=work.log) as ledger:
        first, end = bounds(ledger.database, work.log, work.wanted)
    return replace(work, wanted=replace(work.wanted, one_in=max(1, (end - first) // records)))


def _counted_elsewhere(
    work: ReplayWork, begin: Callable[[], TallyT], parts: list[RecordRange], processes: int
) -> Iterator[TallyT]:
    with ProcessPoolExecutor(processes, get_context("spawn"), _open_in_this_process, (work, begin)) as pool:
        yield from _in_order(pool, parts, processes * _AHEAD)


def _in_order(pool: ProcessPoolExecutor, parts: list[RecordRange], ahead: int) -> Iterator[Any]:
    """Keep so many parts in work that no process waits, and no more."""
    pending: deque[Future[Any]] = deque()
    try:
        for part in parts:
            pending.append(pool.submit(_replay_in_this_process, part))
            if len(pending) > ahead:
                yield pending.popleft().result()
        while pending:
            yield pending.popleft().result()
    finally:
        for future in pending:
            future.cancel()


def _counted(tally: TallyT, work: ReplayWork, part: RecordRange, ledger: SqlLedger, choose: PolicyChoice) -> TallyT:
    for result in replay_range(ledger.entries, work.log, part, choose):
        tally.count(result)
    return tally


_work: ReplayWork
_begin: Callable[[], Any]
_ledger: SqlLedger
_choose: PolicyChoice


def _open_in_this_process(work: ReplayWork, begin: Callable[[], Any]) -> None:
    global _work, _begin, _ledger, _choose
    _work, _begin = work, begin
    _ledger = open_ledger(work.database, work.master_keys, log=work.log)
    _choose = work.by.choice(KeptPolicies(_ledger.artifacts.load))


def _replay_in_this_process(part: RecordRange) -> Any:
    return _counted(_begin(), _work, part, _ledger, _choose)
