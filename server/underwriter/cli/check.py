"""`underwriter check`: every finding on the rules, monitors among them, and models."""

import typer

from underwriter.cli.arguments import MODELS, RULES, Models, OutputFormat, Rules
from underwriter.cli.desks import readable
from underwriter.cli.exit_codes import FAULTS
from underwriter.cli.findings import counted, finding_fields, print_findings
from underwriter.cli.output import Format, console, print_json
from underwriter.cli.progress import working
from underwriter.decisioning import check_rules
from underwriter.feel.diagnostics import has_errors, in_file_order
from underwriter.monitoring.monitor_set import check_monitors


def check(rules: Rules = RULES, models: Models = MODELS, output: OutputFormat = Format.TEXT) -> None:
    """Check all rules and models, and show what is wrong, where, and how to mend it.

    Exit codes:
      0  no errors
      1  errors in rules or models: a server would not start on them
      2  the rules can't be read
    """
    with working(f"checking {rules}"), readable(models):
        found = in_file_order([*check_rules(rules, models), *check_monitors(rules)])
    if output is Format.JSON:
        print_json([finding_fields(finding) for finding in found])
    else:
        print_findings(found, console)
        console.print(counted(found) if found else f"{rules} and {models} are in order")
    if has_errors(found):
        raise typer.Exit(FAULTS)
