"""Shares the replay of a range among processes, part by part."""

from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass, field, replace
from multiprocessing import get_context

from underwriter.decisioning import KeptPolicies
from underwriter.ledger import SqlLedger, open_ledger
from underwriter.ledger.keys import Wrapping
from underwriter.replay.choice import DecidingBy, PolicyChoice
from underwriter.replay.recorded_range import RecordRange, bounds, replay_range
from underwriter.replay.summary import Summary

RECORDS_OF_A_PART = 2_000
"""So many that a part takes some tenths of a second: progress shows, and handing it over costs next to nothing."""

_WORTH_A_PROCESS = 10 * RECORDS_OF_A_PART
_AHEAD = 2


@dataclass(frozen=True, slots=True)
class ReplayWork:
    """What is to be replayed, and by what: plain values, so that any process can be told."""

    database: str
    master_keys: Wrapping = field(repr=False)
    log: str
    wanted: RecordRange
    by: DecidingBy
    most_examples: int = 20


def replay_in_parts(work: ReplayWork, processes: int = 1) -> Iterator[tuple[int, int, Summary]]:
    """Replay a range; yield after each part how many indexes of how many are done, and the summary so far.

    Further processes are started afresh, not forked: ONNX sessions don't survive a fork. Short ranges need none. Raises
    what opening the ledger and making the policies ready raises, and DatabaseUnavailable.
    """
    with open_ledger(work.database, work.master_keys, log=work.log) as ledger:
        choose = work.by.choice(KeptPolicies(ledger.artifacts.load))
        first, end = bounds(ledger.database, work.log, work.wanted)
        parts = [
            replace(work.wanted, first=start, end=min(end, start + RECORDS_OF_A_PART))
            for start in range(first, end, RECORDS_OF_A_PART)
        ]
        summary = Summary(work.most_examples)
        yield 0, end - first, summary
        for part, found in zip(parts, _summaries(work, parts, ledger, choose, processes), strict=True):
            summary.add(found)
            yield (part.end or end) - first, end - first, summary


def _summaries(
    work: ReplayWork, parts: list[RecordRange], ledger: SqlLedger, choose: PolicyChoice, processes: int
) -> Iterator[Summary]:
    if processes == 1 or len(parts) * RECORDS_OF_A_PART < _WORTH_A_PROCESS:
        for part in parts:
            yield _summary(work, part, ledger, choose)
        return
    with ProcessPoolExecutor(processes, get_context("spawn"), _open_in_this_process, (work,)) as pool:
        yield from _in_order(pool, parts, processes * _AHEAD)


def _in_order(pool: ProcessPoolExecutor, parts: list[RecordRange], ahead: int) -> Iterator[Summary]:
    """Keep so many parts in work that no process waits, and no more."""
    pending: deque[Future[Summary]] = deque()
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


def _summary(work: ReplayWork, part: RecordRange, ledger: SqlLedger, choose: PolicyChoice) -> Summary:
    summary = Summary(work.most_examples)
    for result in replay_range(ledger.entries, work.log, part, choose):
        summary.count(result)
    return summary


_work: ReplayWork
_ledger: SqlLedger
_choose: PolicyChoice


def _open_in_this_process(work: ReplayWork) -> None:
    global _work, _ledger, _choose
    _work = work
    _ledger = open_ledger(work.database, work.master_keys, log=work.log)
    _choose = work.by.choice(KeptPolicies(_ledger.artifacts.load))


def _replay_in_this_process(part: RecordRange) -> Summary:
    return _summary(_work, part, _ledger, _choose)
