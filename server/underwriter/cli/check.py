"""`underwriter check`: every finding on the rules and models."""

import typer
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from underwriter.cli.arguments import MODELS, RULES, Models, OutputFormat, Rules
from underwriter.cli.exit_codes import FINDINGS, UNREADABLE
from underwriter.cli.output import Format, console, diagnostic_fields, errors, print_findings, print_json, refuse
from underwriter.decisioning import check_rules


def check(rules: Rules = RULES, models: Models = MODELS, output: OutputFormat = Format.TEXT) -> None:
    """Check all rule files and models and show what is wrong, with file:line:column and what to do.

    Ends with 0 if all is in order, 1 if there are findings, 2 if the rules can't be read.
    """
    with Progress(
        SpinnerColumn(), TextColumn("checking {task.description}"), TimeElapsedColumn(), console=errors, transient=True
    ) as progress:
        progress.add_task(str(rules))
        try:
            diagnostics = check_rules(rules, models)
        except (OSError, UnicodeDecodeError) as error:
            refuse(f"the rules can't be read: {error}", UNREADABLE)
    if output is Format.JSON:
        print_json([diagnostic_fields(diagnostic) for diagnostic in diagnostics])
    elif diagnostics:
        print_findings(diagnostics)
        errors.print(f"{len(diagnostics)} finding{'s' if len(diagnostics) != 1 else ''}", markup=False)
    else:
        console.print(f"{rules} is in order", markup=False)
    if diagnostics:
        raise typer.Exit(FINDINGS)
