"""Brings the database's tables up to date."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection

from underwriter.storage.database import Database
from underwriter.storage.opening import open_database
from underwriter.storage.revisions import NEWEST, Revisions, refuse_later, revision_of, revisions_of

_MIGRATIONS = Path(__file__).parent / "migrations"
_BUSY_TIMEOUT_S = 30.0


def upgrade(url: str) -> Revisions:
    """Make the database if there is none and run the migrations that it lacks, in one transaction.

    Return the revision that was found, and the one that is there now. Any number of processes may do so at the same
    time: one works, the others wait and find nothing left to do. Raises DatabaseUrlInvalid, DatabaseUnavailable if the
    database fails, DatabaseNotUpgraded if a later version made it, and StorageError if its records can't be taken over.
    """
    with _opened(url) as database:
        database.create()
        with database.writing() as connection:
            found = revision_of(connection)
            refuse_later(found, database.place)
            _run_migrations(connection)
    return Revisions(found, NEWEST)


def revisions(url: str) -> Revisions:
    """Return the revision of the database's tables and the newest. Raises DatabaseUrlInvalid, DatabaseUnavailable."""
    with _opened(url) as database:
        return revisions_of(database)


def _run_migrations(connection: Connection) -> None:
    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    command.upgrade(config, "head")


@contextmanager
def _opened(url: str) -> Iterator[Database]:
    database = open_database(url, busy_timeout_s=_BUSY_TIMEOUT_S)
    try:
        yield database
    finally:
        database.close()
