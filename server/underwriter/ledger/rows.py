"""Records as rows of the table `entries`, and back."""

from typing import Any

from sqlalchemy import Row

from underwriter.ledger.entry import Entry, Recorded


def row_of(record: Recorded) -> tuple[str | int | bytes, ...]:
    """Return the record's row, its values in the order of the table's columns."""
    return (record.log, record.index, record.leaf_hash, *record.entry)


def record_of(row: Row[Any]) -> Recorded:
    """Return the record that a row of all columns holds."""
    log, index, leaf_hash, *fields = tuple(row)
    return Recorded(Entry(*fields), log, index, leaf_hash)
