"""Puts the sub-commands together."""

from importlib.metadata import version as installed_version
from typing import Annotated

import typer

from underwriter.cli.lazy_command import LazyCommand

# Each stands in the module of its name; its help starts with the same words.
COMMANDS = {
    "serve": "Serve decisions over gRPC until SIGTERM or Ctrl-C, then let calls in flight finish.",
    "decide": "Decide on the applications in FILE, and show each decision with its reasons.",
    "check": "Check all rules and models, and show what is wrong, where, and how to mend it.",
    "test": "Run the tests beside the rules, and show what failed and what no test reached.",
    "explain": "Show a recorded decision with every step that led to it, evaluated again.",
    "describe": "Show what a policy is made of: parameters, decisions, rules, and inputs it reads.",
    "evaluate": "Evaluate the decisions of a DMN model, and show their values.",
    "conformance": "Run test cases of the DMN TCK, and show how many pass.",
}

app = typer.Typer(
    name="underwriter",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    epilog="""Exit codes:
  0    all is well
  1    errors in rules, a failed test, an application without a decision
  2    a file, folder, setting or option that can't be used
  3    the server did not answer, or could not decide now
  130  ended by Ctrl-C""",
)


def _print_version(is_asked: bool) -> None:
    if is_asked:
        typer.echo(f"underwriter {installed_version('underwriter')}")
        raise typer.Exit


@app.callback()
def underwriter(
    version: Annotated[
        bool, typer.Option("--version", help="Show the version and stop.", callback=_print_version, is_eager=True)
    ] = False,
) -> None:
    """Credit decisions from rules in files: serve them, check them, test them, explain them."""


def _stand_in() -> None:
    """Stand for a command until it is called."""


for name, summary in COMMANDS.items():
    app.command(name, help=summary, cls=LazyCommand)(_stand_in)


def main() -> None:
    """Run the command."""
    app()
