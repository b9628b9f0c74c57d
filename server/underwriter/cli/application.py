"""Puts the sub-commands together."""

import typer

from underwriter.cli.check import check
from underwriter.cli.decide import decide
from underwriter.cli.describe import describe
from underwriter.cli.explain import explain
from underwriter.cli.serve import serve
from underwriter.cli.test import test

app = typer.Typer(
    name="underwriter",
    help="Credit decisions from rules in files: serve them, check them, test them, explain them.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
for command in (serve, decide, check, test, explain, describe):
    app.command()(command)


def main() -> None:
    """Run the command."""
    app()
