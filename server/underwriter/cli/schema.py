"""`underwriter schema`: the JSON Schemas by which editors complete and check rule files."""

from typing import Annotated

import typer

from underwriter.cli.arguments import RULES, Rules
from underwriter.cli.exit_codes import FAULTS, UNUSABLE
from underwriter.cli.file_faults import file_fault
from underwriter.cli.output import console, refuse
from underwriter.editor.schemas.files import SCHEMA_FOLDER, stale_schemas, write_schemas


def schema(
    rules: Rules = RULES,
    check: Annotated[bool, typer.Option("--check", help="Change nothing; fail if a schema is out of date.")] = False,
) -> None:
    """Write the JSON Schemas by which editors complete and check rule files.

    Exit codes:
      0  they are up to date
      1  with --check: some are not
      2  there is no rules folder, or it can't be written
    """
    folder = rules / SCHEMA_FOLDER
    try:
        changed = stale_schemas(rules) if check else write_schemas(rules)
    except OSError as error:
        refuse(f"the schemas can't be {'read' if check else 'written'}: {file_fault(error)}", UNUSABLE)
    for name in changed:
        console.print(
            f"{folder / name} is out of date: run `underwriter schema`" if check else f"wrote {folder / name}"
        )
    if check and changed:
        raise typer.Exit(FAULTS)
    if not (check or changed):
        console.print(f"{folder} is up to date")
