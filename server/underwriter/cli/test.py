"""`underwriter test`: the tests beside the rules, and what they do not reach."""

from typing import Annotated

import typer
from rich.progress import Progress

from underwriter.cli.arguments import MODELS, RULES, Models, OutputFormat, Rules
from underwriter.cli.desks import desk_or_exit, policy_or_exit
from underwriter.cli.exit_codes import FINDINGS
from underwriter.cli.output import Format, console, errors, print_findings, print_json
from underwriter.decisioning import ActivePolicy, PolicyReport, run_policy_tests


def test(
    policies: Annotated[list[str] | None, typer.Argument(help="Policies to test; all if none is named.")] = None,
    rules: Rules = RULES,
    models: Models = MODELS,
    output: OutputFormat = Format.TEXT,
    fail_under: Annotated[float, typer.Option(min=0, max=100, help="Least coverage in percent.")] = 0,
) -> None:
    """Run the tests that stand beside the rules; show what failed and which rules, rows and bins no test reached.

    Ends with 0 if all passed, 1 if a test failed, a test file is wrong or coverage is below --fail-under.
    """
    desk = desk_or_exit(rules, models)
    chosen = [policy_or_exit(desk, name) for name in policies] if policies else list(desk.policies.values())
    with Progress(console=errors, transient=True) as progress:
        reports = [run_policy_tests(policy, rules) for policy in progress.track(chosen, description="testing")]
    if output is Format.JSON:
        print_json([_fields(policy, report) for policy, report in zip(chosen, reports, strict=True)])
    else:
        for policy, report in zip(chosen, reports, strict=True):
            _print(policy, report)
    if any(not report.has_passed or report.coverage.percent < fail_under for report in reports):
        raise typer.Exit(FINDINGS)


def _print(policy: ActivePolicy, report: PolicyReport) -> None:
    print_findings(report.diagnostics)
    for result in report.failed:
        console.print(f"FAILED {result.test.source.location(0)} {result.test.name}", markup=False)
        for failure in result.failures:
            console.print(f"    {failure}", markup=False)
    for spot in report.coverage.uncovered:
        console.print(f"not reached: {spot.what} ({spot.place})", markup=False)
    passed = len(report.results) - len(report.failed)
    console.print(
        f"{policy.policy.id}: {passed} passed, {len(report.failed)} failed; "
        f"{report.coverage.percent:.1f} % of {len(report.coverage.spots)} rules, rows and bins reached",
        markup=False,
    )


def _fields(policy: ActivePolicy, report: PolicyReport) -> dict[str, object]:
    return {
        "policy": policy.policy.id,
        "passed": len(report.results) - len(report.failed),
        "failed": [
            {"test": result.test.name, "place": result.test.source.location(0), "failures": list(result.failures)}
            for result in report.failed
        ],
        "findings": [str(diagnostic) for diagnostic in report.diagnostics],
        "coverage_percent": round(report.coverage.percent, 2),
        "not_reached": [{"what": spot.what, "place": spot.place} for spot in report.coverage.uncovered],
    }
