"""The `underwriter` command: each sub-command is a thin caller of the library."""

from underwriter.cli.application import main

__all__ = ["main"]
