"""`underwriter format`: tables in columns, no blanks at the ends of lines."""

from pathlib import Path
from typing import Annotated

import typer

from underwriter.cli.arguments import RULES, Rules
from underwriter.cli.exit_codes import FAULTS, UNUSABLE
from underwriter.cli.file_faults import file_fault
from underwriter.cli.findings import print_findings
from underwriter.cli.output import console, errors, refuse
from underwriter.editor.format_files import FormattedFile, NoRuleFile, format_files, rule_files_in, write_formatted


def format(  # noqa: A001 - a command's name
    files: Annotated[
        list[Path] | None, typer.Argument(help="Rule files; all of the rules folder if none is named.")
    ] = None,
    rules: Rules = RULES,
    check: Annotated[bool, typer.Option("--check", help="Change nothing; fail if a file would change.")] = False,
) -> None:
    """Lay out the tables of rule files in columns; take blanks at ends of lines away.

    Exit codes:
      0  all files are formatted
      1  with --check: a file would change; without: a file is no valid YAML
      2  a file can't be read or written, or stands outside of the rules folder
    """
    try:
        done = list(format_files(rules, files or rule_files_in(rules)))
        changed = [file for file in done if file.is_changed]
        if not check:
            write_formatted(changed)
    except (OSError, UnicodeDecodeError, NoRuleFile) as error:
        refuse(f"nothing was formatted: {file_fault(error)}", UNUSABLE)
    broken = [file for file in done if file.findings]
    for file in broken:
        print_findings(file.findings, errors)
    _print(changed, len(done), is_check=check)
    if broken or (check and changed):
        raise typer.Exit(FAULTS)


def _print(changed: list[FormattedFile], count: int, *, is_check: bool) -> None:
    for file in changed:
        console.print(f"{'would format' if is_check else 'formatted'} {file.path}")
    if not changed:
        console.print(f"{count} files are formatted")
