"""`underwriter test`: the tests beside the rules, what they do not reach, and tests that would."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Annotated

import typer

from underwriter.cli.arguments import MODELS, RULES, Models, OutputFormat, Rules
from underwriter.cli.exit_codes import FAULTS, UNUSABLE
from underwriter.cli.output import Format, print_json, refuse
from underwriter.cli.suggested_tests import suggest_tests
from underwriter.cli.test_runs import FolderTests
from underwriter.cli.test_text import is_in_order, print_reports, report_fields
from underwriter.cli.watched_tests import watch_tests
from underwriter.whole_files import write_whole
from underwriter.workbench.junit import Report, junit_text


def test(
    policies: Annotated[
        list[str] | None, typer.Argument(help="Policies to test, monitoring for the monitors; all if none is named.")
    ] = None,
    rules: Rules = RULES,
    models: Models = MODELS,
    fail_under: Annotated[float, typer.Option(min=0, max=100, help="Least coverage, in percent.")] = 0,
    junit: Annotated[
        Path | None, typer.Option("--junit", help="Write the results to this file too, as JUnit XML.")
    ] = None,
    watch: Annotated[
        bool, typer.Option("--watch", help="Test again what a change of a file concerns, until Ctrl-C.")
    ] = False,
    suggest: Annotated[
        bool, typer.Option("--suggest", help="Write tests that would reach what no test reaches, instead.")
    ] = False,
    write: Annotated[
        bool, typer.Option("--write", help="With --suggest: add them to tests/suggested.yaml beside the policy.")
    ] = False,
    output: OutputFormat = Format.TEXT,
) -> None:
    """Run the tests beside the rules, and show what failed and what no test reached.

    Exit codes:
      0  all passed; with --suggest: nothing is left that no test reaches
      1  a test failed, there is none, too little is covered, or rules or tests have errors
      2  the rules or tests can't be read, there is no such policy, an option is wrong, or monitors can't be tried here
    """
    _check(watch=watch, suggest=suggest, write=write, has_report=bool(junit), output=output)
    tests = FolderTests(rules, models, tuple(policies or ()))
    if suggest:
        suggest_tests(tests, is_written=write)
        return
    if watch:
        watch_tests(tests, fail_under, _writer(junit))
        return
    reports = tests.run()
    if output is Format.JSON:
        print_json(report_fields(reports))
    else:
        print_reports(reports, fail_under)
    _writer(junit)(reports)
    if not all(is_in_order(report, fail_under) for report in reports.values()):
        raise typer.Exit(FAULTS)


def _check(*, watch: bool, suggest: bool, write: bool, has_report: bool, output: Format) -> None:
    """End the command with everything that is wrong with its options."""
    faults = []
    if write and not suggest:
        faults.append("--write is for --suggest")
    if watch and suggest:
        faults.append("--watch runs tests, --suggest writes some; give one")
    if suggest and has_report:
        faults.append("--junit is of tests that ran; with --suggest none are judged")
    if output is Format.JSON and (watch or suggest):
        faults.append(f"--{'watch' if watch else 'suggest'} writes text only")
    if faults:
        refuse("\n".join(faults), UNUSABLE)


def _writer(file: Path | None) -> Callable[[Mapping[str, Report]], None]:
    """Return what writes reports to the JUnit file, if there is to be one."""

    def write_reports(reports: Mapping[str, Report]) -> None:
        if file is None:
            return
        try:
            write_whole({file: junit_text(reports).encode()})
        except OSError as error:
            refuse(f"{file} can't be written: {error.strerror}", UNUSABLE)

    return write_reports
