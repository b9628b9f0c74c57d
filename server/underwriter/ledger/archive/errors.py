"""What can go wrong with archives.

ArchiveError
├── ParquetMissing     the library that reads and writes Parquet is not installed
├── ArchiveInvalid     a file is no archive, or not what was archived; holds where
├── ArchiveNotWritten  a file could not be written; the database is as it was
└── RangeChanged       the database does not hold what the archive does

No message holds personal data: none quotes a payload.
"""

from underwriter.ledger.errors import LedgerError


class ArchiveError(LedgerError):
    """The base of all errors with archives."""


class ParquetMissing(ArchiveError):
    """The library that reads and writes Parquet is not installed."""

    def __init__(self) -> None:
        super().__init__("archives need a library for Parquet; run: pip install 'underwriter[archive]'")


class ArchiveInvalid(ArchiveError):
    """A file is no archive, or not what was archived."""


class ArchiveNotWritten(ArchiveError):
    """An archive's file could not be written. The database is as it was."""


class RangeChanged(ArchiveError):
    """The database's entries are not those of the archive: it is of another log, or the database was altered."""
