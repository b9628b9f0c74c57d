"""Records as rows of the table `entries`, and back."""

from typing import Any

from sqlalchemy import Row

from underwriter.ledger.entry import Entry, Recorded


def row_of(record: Recorded) -> tuple[str | int | bytes, ...]:
    """Return the record's row, its values in the order of the table's columns."""
    entry = record.entry
    return (
        record.log,
        record.index,
        record.leaf_hash,
        entry.decision_id,
        entry.request_id,
        entry.request_digest,
        entry.subject_id,
        entry.product,
        entry.outcome,
        entry.policy_version,
        entry.decide_time_us,
        entry.request,
        entry.decision,
        entry.evidence,
    )


def record_of(row: Row[Any]) -> Recorded:
    """Return the record that a row of all columns holds."""
    log, index, leaf_hash, *fields = tuple(row)
    return Recorded(Entry(*fields), log, index, leaf_hash)
