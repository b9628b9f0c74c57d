"""`underwriter db`: the tables of the ledger's database."""

from pathlib import Path
from typing import Annotated

import typer

from underwriter.cli.arguments import OutputFormat
from underwriter.cli.exit_codes import FAULTS, UNUSABLE
from underwriter.cli.output import Format, console, print_json, refuse
from underwriter.cli.progress import working
from underwriter.service import ConfigurationRefused, load_configuration
from underwriter.storage import Revisions, StorageError, revisions
from underwriter.storage import upgrade as upgrade_database

Database = Annotated[str | None, typer.Option(help="URL of the ledger's database; that of `serve` if not said.")]
Config = Annotated[Path | None, typer.Option(help="Configuration file; underwriter.toml if there is one.")]


def upgrade(database: Database = None, config: Config = None) -> None:
    """Make the database if there is none, and bring its tables up to date.

    All or nothing; `serve` does the same when it starts. Make a backup first.

    Exit codes:
      0  the tables are up to date
      2  the database can't be used, or a later version made it
    """
    url = _url(database, config)
    try:
        with working("upgrading the database"):
            found, newest = upgrade_database(url)
    except StorageError as error:
        refuse(str(error), UNUSABLE)
    if found == newest:
        console.print(f"nothing to do: the tables are of revision {newest}")
    else:
        console.print(
            f"upgraded from {'an empty database' if found is None else f'revision {found}'} to revision {newest}"
        )


def status(database: Database = None, config: Config = None, output: OutputFormat = Format.TEXT) -> None:
    """Show whether the database's tables are up to date.

    Exit codes:
      0  they are
      1  they must be upgraded, or were made by a later version
      2  the database can't be used
    """
    url = _url(database, config)
    try:
        found = revisions(url)
    except StorageError as error:
        refuse(str(error), UNUSABLE)
    if output is Format.JSON:
        print_json(found._asdict())
    else:
        console.print(_told(found))
    if found.found != found.newest:
        raise typer.Exit(FAULTS)


def _url(database: str | None, config: Path | None) -> str:
    try:
        return load_configuration({"database": database}, config).settings.database
    except ConfigurationRefused as error:
        refuse(str(error), UNUSABLE)


def _told(revisions: Revisions) -> str:
    found, newest = revisions
    if found is None:
        return "the database has no tables yet; run: underwriter db upgrade"
    if found < newest:
        return f"the tables are of revision {found}; upgrade them to {newest}: underwriter db upgrade"
    if found > newest:
        return f"the tables are of revision {found}, made by a later version; this one knows {newest}"
    return f"the tables are up to date: revision {newest}"
