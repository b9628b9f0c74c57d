"""Keeps every record, durably, in order and sealed, and gives it back: no record, no decision."""

from underwriter.ledger.artifact_store import ArtifactKind, ArtifactStore
from underwriter.ledger.companion import Companion, CompanionBook
from underwriter.ledger.entry import (
    DEFAULT_LOG,
    Entry,
    EntryFilter,
    EntryKind,
    MakeEntry,
    Page,
    Payload,
    Recorded,
    Sealed,
)
from underwriter.ledger.entry_reader import EntryReader, TreeHead
from underwriter.ledger.errors import (
    CompanionRefused,
    EntryIdReused,
    LedgerError,
    OrdersChanged,
    PageTokenInvalid,
    ProjectionRefused,
    RequestIdReused,
    SubjectChanged,
    SubjectUnknown,
)
from underwriter.ledger.leaf import canonical_bytes, leaf_hash
from underwriter.ledger.policy_changes import PolicyChanges
from underwriter.ledger.projection import Projection
from underwriter.ledger.sql_ledger import Ledger, SqlLedger, ledger_in, open_ledger
from underwriter.ledger.subject_version import version_after

__all__ = [
    "DEFAULT_LOG",
    "ArtifactKind",
    "ArtifactStore",
    "Companion",
    "CompanionBook",
    "CompanionRefused",
    "Entry",
    "EntryFilter",
    "EntryIdReused",
    "EntryKind",
    "EntryReader",
    "Ledger",
    "LedgerError",
    "MakeEntry",
    "OrdersChanged",
    "Page",
    "PageTokenInvalid",
    "Payload",
    "PolicyChanges",
    "Projection",
    "ProjectionRefused",
    "Recorded",
    "RequestIdReused",
    "Sealed",
    "SqlLedger",
    "SubjectChanged",
    "SubjectUnknown",
    "TreeHead",
    "canonical_bytes",
    "leaf_hash",
    "ledger_in",
    "open_ledger",
    "version_after",
]
