"""`underwriter check`: every finding on the rules, monitors among them, and models."""

from pathlib import Path
from typing import Annotated

import typer

from underwriter.cli.arguments import MODELS, RULES, Models, Rules
from underwriter.cli.desks import readable
from underwriter.cli.exit_codes import FAULTS
from underwriter.cli.findings import counted, finding_fields, print_findings
from underwriter.cli.output import ReportFormat, console, print_json
from underwriter.cli.progress import working
from underwriter.workbench.check import FolderCheck, check_folder
from underwriter.workbench.sarif import sarif_log

CheckFormat = Annotated[ReportFormat, typer.Option("--format", help="Text for people, JSON or SARIF for programs.")]


def check(rules: Rules = RULES, models: Models = MODELS, output: CheckFormat = ReportFormat.TEXT) -> None:
    """Check all rules and models, and show what is wrong, where, and how to mend it.

    Errors keep a server from starting; warnings tell what the rules leave open or never do. A comment in a rule file
    allows a warning: `# allow CODE: reason`.

    Exit codes:
      0  nothing found that is not allowed
      1  errors or warnings in rules or models
      2  the rules can't be read
    """
    with working(f"checking {rules}"), readable(models):
        checked = check_folder(rules, models)
    match output:
        case ReportFormat.JSON:
            print_json([finding_fields(finding) for finding in checked.findings])
        case ReportFormat.SARIF:
            print_json(sarif_log(checked))
        case ReportFormat.TEXT:
            _print_text(checked, rules, models)
    if checked.findings:
        raise typer.Exit(FAULTS)


def _print_text(checked: FolderCheck, rules: Path, models: Path) -> None:
    print_findings(checked.findings, console)
    told = counted(checked.findings) if checked.findings else f"{rules} and {models} are in order"
    allowed = counted([suppressed.finding for suppressed in checked.suppressed])
    console.print(f"{told}; {allowed} allowed" if checked.suppressed else told)
