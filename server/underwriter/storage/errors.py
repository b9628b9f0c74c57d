"""What can go wrong with the database.

StorageError
├── DatabaseUnavailable    the database can't take or give rows now; trying again later may help
├── DatabaseUrlInvalid     the address names no database that we can use
└── DatabaseNotUpgraded    the database's tables are older or newer than this version's

No message holds personal data: none quotes a row.
"""


class StorageError(Exception):
    """The base of all errors of this package."""


class DatabaseUnavailable(StorageError):
    """The database is locked, full, gone, read-only or closed.

    Nothing of what was to be written is there, unless the fault struck the commit itself: then all of it may be there.
    Asking again, by request id, finds out.
    """


class DatabaseUrlInvalid(StorageError):
    """The address names no database that we can use."""


class DatabaseNotUpgraded(StorageError):
    """The database's tables are older than this version's, and must be upgraded first, or newer."""
