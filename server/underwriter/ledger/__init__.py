"""Keeps every decision, durably and in order, and gives it back: no record, no decision."""

from underwriter.ledger.entry import DEFAULT_LOG, Entry, EntryFilter, Page, Recorded
from underwriter.ledger.errors import (
    DecisionIdReused,
    LedgerError,
    LedgerUnavailable,
    LedgerUrlInvalid,
    PageTokenInvalid,
    RequestIdReused,
)
from underwriter.ledger.leaf import canonical_bytes, leaf_hash
from underwriter.ledger.sql_ledger import Ledger, SqlLedger, open_ledger
from underwriter.ledger.upgrade import upgrade

__all__ = [
    "DEFAULT_LOG",
    "DecisionIdReused",
    "Entry",
    "EntryFilter",
    "Ledger",
    "LedgerError",
    "LedgerUnavailable",
    "LedgerUrlInvalid",
    "Page",
    "PageTokenInvalid",
    "Recorded",
    "RequestIdReused",
    "SqlLedger",
    "canonical_bytes",
    "leaf_hash",
    "open_ledger",
    "upgrade",
]
