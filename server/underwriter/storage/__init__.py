"""The SQL database under the record: SQLite or PostgreSQL, its tables, and their upgrades."""

from underwriter.storage.database import Database
from underwriter.storage.errors import DatabaseNotUpgraded, DatabaseUnavailable, DatabaseUrlInvalid, StorageError
from underwriter.storage.opening import open_database
from underwriter.storage.revisions import Revisions, check_upgraded
from underwriter.storage.upgrade import revisions, upgrade

__all__ = [
    "Database",
    "DatabaseNotUpgraded",
    "DatabaseUnavailable",
    "DatabaseUrlInvalid",
    "Revisions",
    "StorageError",
    "check_upgraded",
    "open_database",
    "revisions",
    "upgrade",
]
