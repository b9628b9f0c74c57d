"""Brings the database's tables up to date."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.util import CommandError

from underwriter.storage.errors import DatabaseUnavailable
from underwriter.storage.opening import open_database

_MIGRATIONS = Path(__file__).parent / "migrations"


def upgrade(url: str) -> None:
    """Make the database if there is none and runs the migrations that it lacks, in one transaction.

    Any number of processes may do so at the same time: one works, the others wait and find nothing left to do.
    Raises DatabaseUrlInvalid, and DatabaseUnavailable if the database fails or was made by a later version.
    """
    database = open_database(url, busy_timeout_s=30)
    try:
        database.create()
        with database.writing() as connection:
            config = Config(attributes={"connection": connection})
            config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
            command.upgrade(config, "head")
    except CommandError as error:
        raise DatabaseUnavailable(f"the database can't be upgraded: {error}") from error
    finally:
        database.close()
