"""Knows how to move closed ranges of the record to files that verify alone, and back."""

from underwriter.ledger.archive.archive_check import CheckedArchive, check_archive
from underwriter.ledger.archive.archive_file import ArchiveFile, ArchiveHead, archived_payloads, file_sha256
from underwriter.ledger.archive.archiving import Archived, Archivist
from underwriter.ledger.archive.errors import (
    ArchiveError,
    ArchiveInvalid,
    ArchiveNotWritten,
    ParquetMissing,
    RangeChanged,
)

__all__ = [
    "ArchiveError",
    "ArchiveFile",
    "ArchiveHead",
    "ArchiveInvalid",
    "ArchiveNotWritten",
    "Archived",
    "Archivist",
    "CheckedArchive",
    "ParquetMissing",
    "RangeChanged",
    "archived_payloads",
    "check_archive",
    "file_sha256",
]
