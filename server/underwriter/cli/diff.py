"""`underwriter diff`: what changed in meaning from one rules folder to another."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from underwriter.cli.arguments import MODELS, Models
from underwriter.cli.desks import in_order, readable
from underwriter.cli.diff_markdown import markdown_lines
from underwriter.cli.diff_text import comparison_fields, comparison_lines
from underwriter.cli.exit_codes import FAULTS, UNUSABLE
from underwriter.cli.output import console, print_json
from underwriter.cli.progress import counting_each
from underwriter.workbench.comparison import FolderComparison, Side, compare_folders


class DiffFormat(StrEnum):
    """How a comparison is printed."""

    TEXT = "text"
    JSON = "json"
    MARKDOWN = "markdown"


def diff(
    old: Annotated[Path, typer.Argument(help="The rules folder as it was.")],
    new: Annotated[Path, typer.Argument(help="The rules folder as it is to be.")],
    models: Models = MODELS,
    old_models: Annotated[
        Path | None, typer.Option(help="Folder of the score models for OLD; that of --models if not said.")
    ] = None,
    trials: Annotated[
        int, typer.Option(min=0, max=100_000, help="How many applications to try at most with each changed policy.")
    ] = 600,
    output: Annotated[
        DiffFormat, typer.Option("--format", help="Text for people, json for programs, markdown for pull requests.")
    ] = DiffFormat.TEXT,
) -> None:
    """Show what changed in meaning from OLD to NEW, with examples.

    Comments, layout and brackets that change nothing are no change. Examples are what the tests beside the rules give,
    and values near those that changed; each was decided on by both.

    Exit codes:
      0  the rules mean the same
      1  they differ
      2  a folder can't be read, or its rules or models have errors
    """
    comparison = _compared(Side(old, old_models or models), Side(new, models), trials)
    match output:
        case DiffFormat.JSON:
            print_json(comparison_fields(comparison))
        case DiffFormat.MARKDOWN:
            for line in markdown_lines(comparison):
                typer.echo(line)
        case DiffFormat.TEXT:
            for line in comparison_lines(comparison):
                console.print(line)
    if not comparison.is_same:
        raise typer.Exit(FAULTS)


def _compared(old: Side, new: Side, trials: int) -> FolderComparison:
    with (
        in_order(UNUSABLE),
        readable(old.models),
        readable(new.models),
        counting_each("trying applications") as on_progress,
    ):
        return compare_folders(old, new, trials, on_progress)
