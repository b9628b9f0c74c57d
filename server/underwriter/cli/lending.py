"""`underwriter lending`: the totals of lending, and whether they are what the log says."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from underwriter.accounts.audit import AuditReport, audit
from underwriter.accounts.lending_message import summary_message
from underwriter.accounts.lending_total import Dimension
from underwriter.accounts.totals import LendingQuery, LendingSummary, lending_summary
from underwriter.cli.exit_codes import FAULTS, UNUSABLE
from underwriter.cli.lending_text import csv_text, difference_fields, table_lines, total_cells
from underwriter.cli.messages import message_fields
from underwriter.cli.output import console, print_json, refuse
from underwriter.cli.progress import counting, working
from underwriter.service import ConfigurationRefused, Settings, load_configuration
from underwriter.storage import Database, StorageError, check_upgraded, open_database


class LendingFormat(StrEnum):
    """What the command prints."""

    TABLE = "table"
    JSON = "json"
    CSV = "csv"


def lending(
    by: Annotated[
        str,
        typer.Option(help="By what to part the totals, such as product,grade: any of " + ", ".join(Dimension) + "."),
    ] = "",
    check: Annotated[
        bool, typer.Option("--check", help="Instead, replay the log and compare it with the stored tables.")
    ] = False,
    database: Annotated[
        str | None, typer.Option(help="URL of the ledger's database; that of `serve` if not said.")
    ] = None,
    config: Annotated[Path | None, typer.Option(help="Configuration file; underwriter.toml if there is one.")] = None,
    output: Annotated[
        LendingFormat, typer.Option("--format", help="What to print: a table for people, json or csv for programs.")
    ] = LendingFormat.TABLE,
) -> None:
    """Show the totals of lending, or check them against the log.

    For example: underwriter lending --by product,grade

    Exit codes:
      0  shown; with --check: the tables are what the log says
      1  with --check: they differ, and each difference is shown
      2  the database, a setting or an option can't be used
    """
    dimensions = _dimensions(by)
    settings = _settings(database, config)
    with _opened(settings.database) as opened:
        if check:
            with counting("replaying the log") as on_progress:
                report = audit(opened, on_progress)
        else:
            with working("summing up"):
                summary = lending_summary(opened, settings.ledger_log, LendingQuery(dimensions))
    if not check:
        _print_totals(summary, dimensions, output)
        return
    _print_report(report, output)
    if report.differences:
        raise typer.Exit(FAULTS)


def _dimensions(by: str) -> list[Dimension]:
    names = [name.strip() for name in by.split(",")] if by.strip() else []
    unknown = [name for name in names if name not in list(Dimension)]
    if unknown:
        refuse(f"--by: there is no {', '.join(map(repr, unknown))}; there are: {', '.join(Dimension)}", UNUSABLE)
    if len(set(names)) < len(names):
        refuse("--by: each may be named once", UNUSABLE)
    return [Dimension(name) for name in names]


def _settings(database: str | None, config: Path | None) -> Settings:
    try:
        return load_configuration({"database": database}, config).settings
    except ConfigurationRefused as error:
        refuse(str(error), UNUSABLE)


@contextmanager
def _opened(url: str) -> Iterator[Database]:
    """Lend the database; end the command if it can't be used."""
    try:
        database = open_database(url)
        try:
            check_upgraded(database)
            yield database
        finally:
            database.close()
    except StorageError as error:
        refuse(str(error), UNUSABLE)


def _print_totals(summary: LendingSummary, dimensions: list[Dimension], output: LendingFormat) -> None:
    if output is LendingFormat.JSON:
        print_json(message_fields(summary_message(summary, time.time_ns() // 1000)))
    elif output is LendingFormat.CSV:
        typer.echo(csv_text(total_cells(summary.totals, dimensions, "")), nl=False)
    elif not summary.totals:
        console.print("nothing was ever approved")
    else:
        for line in table_lines(total_cells(summary.totals, dimensions, ","), len(dimensions)):
            console.print(line)


def _print_report(report: AuditReport, output: LendingFormat) -> None:
    if output is LendingFormat.JSON:
        counts = {"records": report.record_count, "facilities": report.facility_count}
        print_json(counts | {"differences": [difference_fields(difference) for difference in report.differences]})
    elif output is LendingFormat.CSV:
        rows = [list(difference_fields(difference).values()) for difference in report.differences]
        typer.echo(csv_text([["place", "field", "logged", "stored"], *rows]), nl=False)
    else:
        for difference in report.differences:
            console.print(str(difference))
        what = f"{report.facility_count} facilities of {report.record_count} records"
        count = len(report.differences)
        found = f"{count} difference{'s' * (count != 1)}" if count else "the tables are what the log says"
        console.print(f"{what}: {found}")
