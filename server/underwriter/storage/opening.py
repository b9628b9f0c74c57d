"""Opens the database that a URL names."""

from underwriter.storage.database import Database
from underwriter.storage.sqlite import SqliteDatabase


def open_database(url: str, *, busy_timeout_s: float = 5.0) -> Database:
    """Return the database at `sqlite:///path/to/file.db`. Call it after the fork.

    No connection is made before the first use. `busy_timeout_s` is how long to wait for a database that a stranger has
    locked. Raises DatabaseUrlInvalid.
    """
    return SqliteDatabase(url, busy_timeout_s)
