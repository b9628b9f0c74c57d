"""`underwriter conformance`: the test cases of the DMN TCK."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from underwriter.cli.exit_codes import FAULTS, UNUSABLE
from underwriter.cli.file_faults import file_fault
from underwriter.cli.findings import print_findings
from underwriter.cli.layout import columns
from underwriter.cli.output import console, errors, refuse
from underwriter.cli.progress import tracked
from underwriter.conformance import CaseResult, FileReport, by_folder, find_test_files, run_test_file, write_csv
from underwriter.feel.temporal import moment_of


def conformance(
    folder: Annotated[Path, typer.Argument(help="Folder with .dmn files and test cases beside them, at any depth.")],
    only: Annotated[str, typer.Option(help="Run only cases with this in their names; * stands for any text.")] = "",
    verbose: Annotated[bool, typer.Option("--verbose", "-v", help="Show what failed: expected and got.")] = False,
    csv: Annotated[
        Path | None, typer.Option(help="Write the results to this file as the kit's tck_results.csv.")
    ] = None,
) -> None:
    """Run test cases of the DMN TCK, and show how many pass.

    For example: underwriter conformance tck/TestCases --only 0004-lending -v

    Exit codes:
      0  all passed
      1  a case failed
      2  the folder has no test cases, or something in it can't be read
    """
    reports = _run(folder, f"*{only}*")
    results = [result for report in reports for result in report.results]
    if not results:
        refuse(f"{folder} has no test cases" + (f" with '{only}' in their names" if only else ""), UNUSABLE)
    if verbose:
        _print_failures(results)
    _print_table(results)
    if csv is not None:
        _write(csv, results)
    findings = [finding for report in reports for finding in report.findings]
    if findings:
        print_findings(findings, errors)
        raise typer.Exit(UNUSABLE)
    if any(result.failures for result in results):
        raise typer.Exit(FAULTS)


def _run(folder: Path, pattern: str) -> Sequence[FileReport]:
    if not folder.is_dir():
        refuse(f"there is no folder {folder}", UNUSABLE)
    try:
        files = find_test_files(folder)
        moment = moment_of(datetime.now(UTC))
        reports = (run_test_file(path, moment, pattern) for path in files)
        return tracked(reports, len(files), "running test files")
    except (OSError, UnicodeDecodeError) as error:
        refuse(f"{folder} can't be read: {file_fault(error)}", UNUSABLE)


def _write(path: Path, results: Iterable[CaseResult]) -> None:
    try:
        with path.open("w", encoding="utf-8", newline="") as file:
            write_csv(results, file)
    except OSError as error:
        refuse(f"{path} can't be written: {error.strerror}", UNUSABLE)


def _print_failures(results: Iterable[CaseResult]) -> None:
    for result in results:
        if result.failures:
            console.print(f"{result.name}: failed")
            for failure in result.failures:
                console.print(f"    {failure}")


def _print_table(results: Sequence[CaseResult]) -> None:
    counts = by_folder(results)
    rows = [(count.folder, count.passed, count.failed, count.total) for count in counts]
    rows.append(("all", *(sum(numbers) for numbers in list(zip(*rows, strict=True))[1:])))
    cells = [("folder", "passed", "failed", "total"), *(tuple(map(str, row)) for row in rows)]
    for line in columns(cells, right=(1, 2, 3)):
        console.print(line)
