"""Which revision of the tables a database has, and which this version needs."""

from typing import NamedTuple

from sqlalchemy import Column, Connection, MetaData, Table, Text, inspect, select

from underwriter.storage.database import Database
from underwriter.storage.errors import DatabaseNotUpgraded, DatabaseUnavailable

# Revisions are numbered, "0001" first. A test holds that this is the newest of the migrations.
NEWEST = "0005"

# Alembic's own table.
_version = Table("alembic_version", MetaData(), Column("version_num", Text))


class Revisions(NamedTuple):
    """The revision of a database's tables, None if it has none, and the one that this version of the server needs."""

    found: str | None
    newest: str


def revision_of(connection: Connection) -> str | None:
    """Return the revision of a database's tables, None if it has none."""
    if not inspect(connection).has_table(_version.name):
        return None
    return connection.execute(select(_version.c.version_num)).scalar()


def revisions_of(database: Database) -> Revisions:
    """Return the revision of a database's tables and the newest. Raises DatabaseUnavailable."""
    try:
        with database.reading() as connection:
            return Revisions(revision_of(connection), NEWEST)
    except DatabaseUnavailable as error:
        raise DatabaseUnavailable(f"{error}; is {database.place} the database?") from error


def check_upgraded(database: Database) -> None:
    """Raise DatabaseNotUpgraded if the tables are older or newer than this version's; DatabaseUnavailable as ever."""
    found = revisions_of(database).found
    if found is None or found < NEWEST:
        tables = "has no tables yet" if found is None else f"has the tables of revision {found}, not {NEWEST}"
        raise DatabaseNotUpgraded(f"{database.place} {tables}; run: underwriter db upgrade")
    refuse_later(found, database.place)


def refuse_later(found: str | None, place: str) -> None:
    """Raise DatabaseNotUpgraded if the tables were made by a later version of the server."""
    if found is not None and found > NEWEST:
        raise DatabaseNotUpgraded(
            f"{place} has the tables of revision {found}, made by a later version; this one knows {NEWEST}"
        )
