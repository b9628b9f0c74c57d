"""Opens the database that a URL names."""

from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError

from underwriter.storage.database import Database
from underwriter.storage.errors import DatabaseUrlInvalid
from underwriter.storage.sqlite import SqliteDatabase

_FORMS = "write sqlite:///path/to/ledger.db or postgresql://user:password@host:5432/database"
_POSTGRES_NAMES = ("postgresql", "postgresql+psycopg")


def open_database(url: str, *, busy_timeout_s: float = 5.0) -> Database:
    """Return the database at `sqlite:///path/to/file.db` or `postgresql://user@host/database`. Call it after the fork.

    No connection is made before the first use. `busy_timeout_s` is how long to wait for a connection, and for a
    database that others have locked. Raises DatabaseUrlInvalid.
    """
    parsed = _parsed(url)
    if parsed.drivername == "sqlite" and parsed.database not in (None, "", ":memory:"):
        return SqliteDatabase(parsed, busy_timeout_s)
    if parsed.drivername in _POSTGRES_NAMES and parsed.database:
        return _postgres(parsed, busy_timeout_s)
    raise DatabaseUrlInvalid(f"{parsed.set(query={}).render_as_string()} names no database that we can use; {_FORMS}")


def _parsed(url: str) -> URL:
    try:
        return make_url(url)
    except (ArgumentError, ValueError):
        # The text may hold a password, so it is not shown.
        raise DatabaseUrlInvalid(f"the database's URL can't be read; {_FORMS}") from None


def _postgres(url: URL, busy_timeout_s: float) -> Database:
    try:
        from underwriter.storage.postgres import PostgresDatabase  # psycopg is an extra
    except ModuleNotFoundError as error:
        if error.name != "psycopg":
            raise
        raise DatabaseUrlInvalid("PostgreSQL needs a driver; run: pip install 'underwriter[postgres]'") from error
    return PostgresDatabase(url, busy_timeout_s)
