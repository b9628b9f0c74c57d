"""How commands write: plain text for people, JSON for programs."""

import json
from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import NoReturn

import typer
from google.protobuf.json_format import MessageToDict
from google.protobuf.message import Message
from rich.console import Console

from underwriter.cli.exit_codes import FINDINGS
from underwriter.feel.diagnostics import Diagnostic

console = Console(highlight=False, soft_wrap=True)
errors = Console(stderr=True, highlight=False, soft_wrap=True)


class Format(StrEnum):
    """What a command prints."""

    TEXT = "text"
    JSON = "json"


def print_json(value: object) -> None:
    """Print a value as JSON."""
    typer.echo(json.dumps(value, ensure_ascii=False, indent=2))


def message_fields(message: Message) -> dict[str, object]:
    """Return a message as JSON fields under its proto names."""
    return dict(MessageToDict(message, preserving_proto_field_name=True))


def diagnostic_fields(diagnostic: Diagnostic) -> Mapping[str, object]:
    """Return a finding as JSON fields; line and column count from 1."""
    position = diagnostic.position
    return {
        "code": diagnostic.code,
        "severity": diagnostic.severity.value,
        "message": diagnostic.message,
        "help": diagnostic.help,
        "path": diagnostic.source.name,
        "line": position.line + 1,
        "column": position.column + 1,
    }


def print_findings(diagnostics: Sequence[Diagnostic]) -> None:
    """Print findings as an author reads them, with line and caret."""
    for diagnostic in diagnostics:
        errors.print(diagnostic.render() + "\n", markup=False)


def refuse(text: str, code: int = FINDINGS) -> NoReturn:
    """Say why a command can't go on, and end it."""
    errors.print(text, markup=False)
    raise typer.Exit(code)
