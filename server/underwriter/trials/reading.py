"""Reads the decisions of a rollout from the record."""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import islice

from google.protobuf.message import DecodeError

from underwriter.ledger import EntryKind, LedgerError, PolicyChanges, Recorded, SqlLedger
from underwriter.ledger.rows import StoredRecord
from underwriter.replay.recorded_range import RecordRange, bounds
from underwriter.trials.comparison import Comparison
from underwriter.v1.decision_pb2 import Decision
from underwriter.v1.policy_service_pb2 import POLICY_CHANGE_KIND_ROLLOUT_SET, PolicyChange
from underwriter.v1.record_pb2 import Evidence, RecordFacts

RECORDS_OF_A_TURN = 200
_CHANGES_OF_A_READ = 100

OnProgress = Callable[[int, int], object]
"""Is told how many indexes of how many are done."""


class RolloutUnknown(Exception):
    """No such rollout was ever set for the policy."""

    def __init__(self, policy: str, rollout_id: str) -> None:
        which = f"no rollout {rollout_id}" if rollout_id else "no rollout"
        super().__init__(f"{which} was ever set for {policy}; `underwriter policy changes` shows what was")


@dataclass(frozen=True, slots=True)
class RolloutChoice:
    """A rollout of a policy, `policies/{policy}`: the one with an id, or the newest."""

    policy: str
    rollout_id: str = ""


def compare_rollout(ledger: SqlLedger, choice: RolloutChoice, on_progress: OnProgress) -> Comparison:
    """Return what the decisions of a rollout came to. Opens every decision that was recorded since it was set.

    Raises RolloutUnknown and DatabaseUnavailable.
    """
    begun = _first_change(PolicyChanges(ledger.database), choice)
    comparison = Comparison(begun.rollout.rollout_id)
    wanted = RecordRange(since_us=begun.change_time.ToMicroseconds())
    first, end = bounds(ledger.database, ledger.log, wanted)
    records = ledger.entries.stored_in_order(ledger.log, first, end)
    done = 0
    on_progress(done, end - first)
    while turn := list(islice(records, RECORDS_OF_A_TURN)):
        for stored in turn:
            if wanted.takes(stored.sealed):
                _count(comparison, ledger, stored)
        done += len(turn)
        on_progress(done, end - first)
    return comparison


def _first_change(changes: PolicyChanges, choice: RolloutChoice) -> PolicyChange:
    """Return the change that set the rollout first: it stays the same while its shares and times are changed."""
    found: PolicyChange | None = None
    before: int | None = None
    while page := changes.newest_of(choice.policy, _CHANGES_OF_A_READ, before):
        for change in page:
            wanted = choice.rollout_id if found is None else found.rollout.rollout_id
            if _sets_rollout(change, wanted):
                found = change
        before = page[-1].sequence
    if found is None:
        raise RolloutUnknown(choice.policy, choice.rollout_id)
    return found


def _sets_rollout(change: PolicyChange, rollout_id: str) -> bool:
    is_any = change.kind == POLICY_CHANGE_KIND_ROLLOUT_SET and bool(change.rollout.rollout_id)
    return is_any and rollout_id in ("", change.rollout.rollout_id)


def _count(comparison: Comparison, ledger: SqlLedger, stored: StoredRecord) -> None:
    if stored.sealed.kind != EntryKind.DECISION:
        return
    try:
        recorded = ledger.entries.open(stored)
        if recorded.payload is None:
            comparison.unreadable += 1
        else:
            _count_opened(comparison, recorded, recorded.payload.evidence, recorded.payload.answer)
    except (LedgerError, DecodeError):
        comparison.unreadable += 1


def _count_opened(comparison: Comparison, recorded: Recorded, evidence: bytes, answer: bytes) -> None:
    told = Evidence.FromString(evidence)
    if told.rollout.rollout_id != comparison.rollout_id:
        return
    facts = RecordFacts.FromString(recorded.sealed.facts) if recorded.sealed.facts else None
    comparison.count(recorded.sealed.policy_version, Decision.FromString(answer), facts, told)
