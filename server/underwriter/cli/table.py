"""`underwriter table`: decision tables in spreadsheets."""

import builtins
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from underwriter.cli.arguments import MODELS, RULES, Models, OutputFormat, Rules
from underwriter.cli.desks import readable
from underwriter.cli.exit_codes import FAULTS, UNUSABLE
from underwriter.cli.file_faults import file_fault
from underwriter.cli.findings import counted, print_findings
from underwriter.cli.layout import columns
from underwriter.cli.output import Format, console, errors, print_json, refuse
from underwriter.cli.progress import working
from underwriter.feel.diagnostics import Diagnostic, Severity, nearest
from underwriter.policy import read_rule_files
from underwriter.spreadsheets import (
    ExtraMissing,
    PlacedTable,
    SpreadsheetRefused,
    WrittenTable,
    place_in_sheets,
    plan_import,
    read_spreadsheet,
    spreadsheet_file,
    written_tables,
)
from underwriter.whole_files import write_whole
from underwriter.workbench.check import check_folder

Tables = Annotated[
    builtins.list[str] | None,
    typer.Argument(help="Tables, such as risk_grade or common/risk_grade.yaml:risk_grade; all if none is named."),
]


def list(rules: Rules = RULES, output: OutputFormat = Format.TEXT) -> None:  # noqa: A001 - a command's name
    """Show the decision tables of the rules: where they stand, and what they read and answer.

    Exit codes:
      0  they are shown
      1  a table can't be read
      2  the rules can't be read
    """
    tables = _tables(rules)
    if output is Format.JSON:
        print_json([_fields(table) for table in tables])
        return
    rows = [
        (table.name, table.settings.hit_policy, str(len(table.rows)), ", ".join(table.header[1])) for table in tables
    ]
    for line in columns([("table", "hit policy", "rows", "answers"), *rows], right=[2]):
        console.print(line)


def export(
    file: Annotated[Path, typer.Argument(help="The spreadsheet to write: NAME.xlsx or NAME.csv.")],
    tables: Tables = None,
    rules: Rules = RULES,
) -> None:
    """Write decision tables to a spreadsheet: XLSX with a sheet each, or CSV with one.

    Exit codes:
      0  it is written
      1  a table can't be read
      2  there is no such table, or the spreadsheet can't be written
    """
    chosen = _chosen(_tables(rules), tables or ())
    with _refusing("nothing was written"):
        write_whole({file: spreadsheet_file(chosen, file)})
    console.print(f"wrote {file}: {_counted_tables(len(chosen))}")


def import_(
    file: Annotated[Path, typer.Argument(help="The spreadsheet, as `underwriter table export` made it.")],
    rules: Rules = RULES,
    models: Models = MODELS,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show what would change, and write nothing.")] = False,
    force: Annotated[
        bool, typer.Option("--force", help="Import even if a table has changed since the export.")
    ] = False,
) -> None:
    """Take the rows of a spreadsheet back into the rule files, if they are right.

    Only rows of its tables change, all else in the rule files stays as it is. The rules are checked as they would be
    afterwards: with errors nothing is written. Findings name the cell.

    Exit codes:
      0  the rows are imported, or with --dry-run: would be
      1  the rules would have errors
      2  a file can't be read or written, or the spreadsheet does not fit the rules
    """
    with _refusing("nothing was imported"):
        sheets = read_spreadsheet(file)
    with _refusing("nothing was imported"), readable(models), working(f"checking {rules}"):
        planned = plan_import(rules, sheets, force=force)
        findings = check_folder(rules, models, planned.texts).findings
    has_errors = _print_findings(findings, planned.tables)
    if dry_run:
        for line in planned.diff():
            console.print(line)
    if has_errors:
        errors.print("the rules would have errors; nothing was imported")
        raise typer.Exit(FAULTS)
    if not dry_run:
        with _refusing("nothing was imported"):
            write_whole(planned.contents)
    for path in planned.after:
        console.print(f"{'would change' if dry_run else 'changed'} {rules / path}")
    if not planned.after:
        console.print(f"{_counted_tables(len(planned.tables))} read as the rule files do; nothing to change")


def _tables(rules: Path) -> Sequence[WrittenTable]:
    try:
        tables, findings = written_tables(read_rule_files(rules))
    except (OSError, UnicodeDecodeError) as error:
        refuse(f"the rules can't be read: {file_fault(error)}", UNUSABLE)
    if findings:
        print_findings(findings, errors)
        refuse(f"{counted(findings)}; nothing was done", FAULTS)
    return tables


def _chosen(tables: Sequence[WrittenTable], names: Sequence[str]) -> Sequence[WrittenTable]:
    """Return the tables of these names, all if there are none; or end the command with every name that is wrong."""
    count = Counter(table.decision for table in tables)
    by_name = {table.name: table for table in tables}
    by_name |= {table.decision: table for table in tables if count[table.decision] == 1}
    if unknown := [name for name in names if name not in by_name]:
        for name in unknown:
            places = ", ".join(table.name for table in tables if table.decision == name)
            missing = "; ".join(filter(None, (f"there is no table {name}", nearest(name, by_name))))
            errors.print(f"there are several tables {name}: {places}" if places else missing)
        refuse("`underwriter table list` shows the names", UNUSABLE)
    return [by_name[name] for name in dict.fromkeys(names)] or tables


def _fields(table: WrittenTable) -> dict[str, object]:
    return {
        "name": table.name,
        "file": table.path,
        "decision": table.decision,
        "rows_in": table.grid_path,
        "hit_policy": table.settings.hit_policy,
        "inputs": table.header[0],
        "outputs": table.header[1],
        "rows": len(table.rows),
        "version": table.version,
    }


def _print_findings(findings: Sequence[Diagnostic], tables: Sequence[PlacedTable]) -> bool:
    """Print the findings on the spreadsheet's tables, with their cells, and all errors; tell whether there are such."""
    for finding in findings:
        place = place_in_sheets(finding, tables)
        if place:
            errors.print(f"{place}:")
        if place or finding.severity is Severity.ERROR:
            print_findings([finding], errors)
    return any(finding.severity is Severity.ERROR for finding in findings)


@contextmanager
def _refusing(outcome: str) -> Iterator[None]:
    """End the command with every fault of a spreadsheet, or with what keeps a file from being read or written."""
    try:
        yield
    except SpreadsheetRefused as refused:
        for fault in refused.faults:
            errors.print(str(fault))
        refuse(outcome, UNUSABLE)
    except ExtraMissing:
        refuse("XLSX files need what `pip install 'underwriter[authoring]'` installs; CSV files do not", UNUSABLE)
    except OSError as error:
        refuse(f"{outcome}: {file_fault(error)}", UNUSABLE)


def _counted_tables(count: int) -> str:
    return "1 table" if count == 1 else f"{count} tables"
