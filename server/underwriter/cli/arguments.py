"""Options that several commands have."""

from pathlib import Path
from typing import Annotated

import typer

from underwriter.cli.output import Format

Rules = Annotated[Path, typer.Option(help="Folder of the rule files.", envvar="UNDERWRITER_RULES")]
Models = Annotated[Path, typer.Option(help="Folder of the score models.", envvar="UNDERWRITER_MODELS")]
OutputFormat = Annotated[Format, typer.Option("--format", help="What to print: text for people, json for programs.")]

RULES = Path("rules")
MODELS = Path("models")
