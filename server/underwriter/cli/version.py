"""`underwriter --version`."""

from importlib.metadata import version

import typer


def print_version(is_asked: bool) -> None:
    """Print the installed version and end the command, if it is asked for."""
    if is_asked:
        typer.echo(f"underwriter {version('underwriter')}")
        raise typer.Exit
