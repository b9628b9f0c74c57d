"""Runs the command: in this process where that tells enough, else as people run it."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from typer.testing import CliRunner

from underwriter.cli.application import app

PROJECT = Path(__file__).parents[2]
COMMAND = Path(sys.executable).with_name("underwriter")
EXAMPLES = PROJECT / "docs" / "examples"


def environment() -> dict[str, str]:
    """A terminal of 100 columns, and no settings from outside."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("UNDERWRITER_")}
    return kept | {"COLUMNS": "100", "NO_COLOR": "1"}


def run(*arguments: object, folder: Path = PROJECT) -> subprocess.CompletedProcess[str]:
    """Run the installed command in a process of its own."""
    return subprocess.run(
        [COMMAND, *map(str, arguments)], cwd=folder, env=environment(), capture_output=True, text=True, timeout=300
    )


class Ended:
    """How a command ended in this process."""

    def __init__(self, arguments: tuple[object, ...]) -> None:
        result = CliRunner().invoke(app, [str(argument) for argument in arguments], prog_name="underwriter")
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        self.code, self.out, self.errors = result.exit_code, result.stdout, result.stderr

    @property
    def json(self) -> Any:
        return json.loads(self.out)


Call = Callable[..., Ended]


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new), "utf-8")


def place_of(path: Path, text: str) -> str:
    """Return `file:line:column` of a text's first occurrence in a file, as a finding names it."""
    lines = path.read_text("utf-8").split("\n")
    number = next(number for number, line in enumerate(lines) if text in line)
    return f"{path}:{number + 1}:{lines[number].index(text) + 1}"
