"""How commands write: plain text for people, JSON for programs."""

import json
from enum import StrEnum
from typing import NoReturn

import typer
from rich.console import Console

# Lines are laid out by the commands themselves: a terminal that is narrower wraps them, and nothing is cut.
console = Console(highlight=False, soft_wrap=True, markup=False, emoji=False)
errors = Console(stderr=True, highlight=False, soft_wrap=True, markup=False, emoji=False)


class Format(StrEnum):
    """What a command prints."""

    TEXT = "text"
    JSON = "json"


class ReportFormat(StrEnum):
    """What a command prints whose report code hosts can show beside the files."""

    TEXT = "text"
    JSON = "json"
    SARIF = "sarif"


def print_json(value: object, *, indent: int | None = 2) -> None:
    """Print a value as JSON; without indent on one line."""
    typer.echo(json.dumps(value, ensure_ascii=False, indent=indent))


def refuse(text: str, code: int) -> NoReturn:
    """Say on stderr why a command can't go on, and end it with an exit code."""
    errors.print(text)
    raise typer.Exit(code)
