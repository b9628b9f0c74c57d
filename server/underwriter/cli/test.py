"""`underwriter test`: the tests beside the rules, and what they do not reach."""

from collections.abc import Mapping, Sequence
from math import floor
from pathlib import Path
from typing import Annotated

import typer

from underwriter.cli.arguments import MODELS, RULES, Models, OutputFormat, Rules
from underwriter.cli.desks import desk_or_exit, monitors_or_exit, policy_or_exit, readable
from underwriter.cli.exit_codes import FAULTS, UNUSABLE
from underwriter.cli.findings import finding_fields, print_findings
from underwriter.cli.layout import columns
from underwriter.cli.output import Format, console, print_json, refuse
from underwriter.cli.progress import tracked, working
from underwriter.decisioning import PolicyReport, run_policy_tests
from underwriter.monitoring.engine import DurableMatcher, EngineMissing
from underwriter.monitoring.monitor_set import MonitorSet
from underwriter.monitoring.monitor_test_runs import MonitorReport, run_monitor_tests
from underwriter.policy.rule_files import MONITOR_FOLDER

Report = PolicyReport | MonitorReport


def test(
    policies: Annotated[
        list[str] | None, typer.Argument(help="Policies to test, monitoring for the monitors; all if none is named.")
    ] = None,
    rules: Rules = RULES,
    models: Models = MODELS,
    fail_under: Annotated[float, typer.Option(min=0, max=100, help="Least coverage, in percent.")] = 0,
    output: OutputFormat = Format.TEXT,
) -> None:
    """Run the tests beside the rules, and show what failed and what no test reached.

    Exit codes:
      0  all passed
      1  a test failed, there is none, too little is covered, or rules or tests have errors
      2  the rules or tests can't be read, there is no such policy, an option is wrong, or monitors can't be tried here
    """
    names = [name for name in policies or () if name != MONITOR_FOLDER]
    reports: dict[str, Report] = {}
    if names or not policies:
        reports |= _policy_reports(names, rules, models)
    monitors = monitors_or_exit(rules, models)
    if MONITOR_FOLDER in policies if policies else monitors.monitors:
        reports[MONITOR_FOLDER] = _monitor_report(monitors, rules, models)
    if output is Format.JSON:
        print_json([_fields(policy_id, report) for policy_id, report in reports.items()])
    else:
        _print(reports, fail_under)
    if any(not report.has_passed or report.coverage.percent < fail_under for report in reports.values()):
        raise typer.Exit(FAULTS)


def _policy_reports(names: Sequence[str], rules: Path, models: Path) -> Mapping[str, PolicyReport]:
    """Test the policies of these names; all if there are none."""
    desk = desk_or_exit(rules, models)
    chosen = [policy_or_exit(desk, name) for name in names] or list(desk.policies.values())
    with readable(models):
        done = tracked((run_policy_tests(policy, rules) for policy in chosen), len(chosen), "testing policies")
    return {policy.policy.id: report for policy, report in zip(chosen, done, strict=True)}


def _monitor_report(monitors: MonitorSet, rules: Path, models: Path) -> MonitorReport:
    try:
        with working("testing monitors"), readable(models), DurableMatcher(monitors.monitors) as matcher:
            return run_monitor_tests(monitors, rules, matcher)
    except EngineMissing:
        refuse("monitors can't be tested: durable-rules is not installed, which needs a C compiler", UNUSABLE)


def _print(reports: Mapping[str, Report], fail_under: float) -> None:
    for report in reports.values():
        _print_faults(report)
    for line in columns([_summary(policy_id, report) for policy_id, report in reports.items()], right=(1, 2, 3)):
        console.print(line)
    for policy_id, report in reports.items():
        if not report.results and not report.diagnostics:
            console.print(f"{policy_id} has no tests")
        if report.coverage.percent < fail_under:
            console.print(f"{policy_id}: coverage is below {fail_under:g} %")


def _print_faults(report: Report) -> None:
    print_findings(report.diagnostics, console)
    for result in report.failed:
        console.print(f"{result.test.source.location(0)}: failed: {result.test.name}")
        for failure in result.failures:
            console.print(f"    {failure}")
    for spot in report.coverage.uncovered:
        console.print(f"{spot.place}: not reached: {spot.what}")


def _summary(policy_id: str, report: Report) -> tuple[str, ...]:
    return (
        policy_id,
        f"{len(report.results) - len(report.failed)} passed",
        f"{len(report.failed)} failed",
        f"{_coverage_percent(report):.1f} %",
        f"of {len(report.coverage.spots)} rules, rows and bins reached",
    )


def _coverage_percent(report: Report) -> float:
    """Return the coverage rounded down: 100 % only where nothing is left."""
    return floor(report.coverage.percent * 10) / 10


def _fields(name: str, report: Report) -> dict[str, object]:
    return {
        "folder" if isinstance(report, MonitorReport) else "policy": name,
        "passed": len(report.results) - len(report.failed),
        "failed": [
            {"test": result.test.name, "place": result.test.source.location(0), "failures": list(result.failures)}
            for result in report.failed
        ],
        "findings": [finding_fields(finding) for finding in report.diagnostics],
        "coverage_percent": _coverage_percent(report),
        "not_reached": [{"what": spot.what, "place": spot.place} for spot in report.coverage.uncovered],
    }
