"""Reports on tests beside rules: as a person reads them, and as JSON."""

from collections.abc import Iterator, Mapping
from math import floor

from underwriter.cli.findings import finding_fields, print_findings
from underwriter.cli.layout import columns
from underwriter.cli.output import console
from underwriter.monitoring.monitor_test_runs import MonitorReport
from underwriter.workbench.junit import Report


def print_reports(reports: Mapping[str, Report], fail_under: float) -> None:
    """Print what failed and what no test reached, then a line for each report."""
    for report in reports.values():
        _print_faults(report)
    for line in columns([_summary(name, report) for name, report in reports.items()], right=(1, 2, 3)):
        console.print(line)
    for name, report in reports.items():
        if not report.results and not report.diagnostics:
            console.print(f"{name} has no tests")
        if report.coverage.percent < fail_under:
            console.print(f"{name}: coverage is below {fail_under:g} %")


def report_fields(reports: Mapping[str, Report]) -> list[dict[str, object]]:
    """Return the reports as JSON fields."""
    return [_fields(name, report) for name, report in reports.items()]


def total_line(reports: Mapping[str, Report], fail_under: float) -> str:
    """Return how all went, in one line."""
    count = sum(len(report.results) for report in reports.values())
    failed = sum(len(report.failed) for report in reports.values())
    faulty = [name for name, report in reports.items() if not is_in_order(report, fail_under)]
    if not faulty:
        return f"{count} tests passed"
    return f"{count - failed} tests passed, {failed} failed; not in order: {', '.join(faulty)}"


def is_in_order(report: Report, fail_under: float) -> bool:
    """Tell whether all tests passed and enough is covered."""
    return report.has_passed and report.coverage.percent >= fail_under


def _print_faults(report: Report) -> None:
    print_findings(report.diagnostics, console)
    for line in _fault_lines(report):
        console.print(line)


def _fault_lines(report: Report) -> Iterator[str]:
    for result in report.failed:
        yield f"{result.test.source.location(0)}: failed: {result.test.name}"
        yield from (f"    {failure}" for failure in result.failures)
    for spot in report.coverage.uncovered:
        yield f"{spot.place}: not reached: {spot.what}"


def _summary(name: str, report: Report) -> tuple[str, ...]:
    return (
        name,
        f"{len(report.results) - len(report.failed)} passed",
        f"{len(report.failed)} failed",
        f"{_coverage_percent(report):.1f} %",
        f"of {len(report.coverage.spots)} branches, rows and bins reached",
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
