"""Imports a command's module only when that command is called.

All of them together take about a second (onnxruntime, grpc, sqlalchemy), which `--help` need not wait for. And the
parent process of `serve` must have no threads when it forks, so it must not import what the other commands need.
"""

from importlib import import_module
from keyword import iskeyword
from typing import Any

import typer
from typer.core import TyperCommand
from typer.main import get_command


def function_name(command: str) -> str:
    """Return the name of the function that does a command's work: keywords of Python end with an underscore."""
    name = command.replace("-", "_")
    return f"{name}_" if iskeyword(name) else name


class LazyCommand(TyperCommand):
    """Stands for a command by name and summary.

    The function of its name does the work, in the module of its name, or of its group's if it has one.
    """

    def make_context(self, info_name: str | None, args: list[str], parent: Any = None, **extra: Any) -> Any:
        """Return the context of the real command, which is imported here."""
        is_in_group = parent is not None and parent.parent is not None
        function = function_name(str(self.name))
        module = import_module(f"underwriter.cli.{parent.info_name if is_in_group else function}")
        alone = typer.Typer(add_completion=False, pretty_exceptions_enable=False)
        alone.command(self.name)(getattr(module, function))
        return get_command(alone).make_context(info_name, args, parent, **extra)
