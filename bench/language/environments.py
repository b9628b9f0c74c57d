"""Installs each engine into an environment of its own, under .bench/ in the project; made once, kept between runs."""

import shutil
import subprocess
import sys
from pathlib import Path

from engines import Engine

PLACE = Path(__file__).parents[2] / ".bench"
INSTALL_LIMIT_SECONDS = 600


class NotInstalled(Exception):
    """An engine could not be installed; the text is what the installer said last."""


def command_of(engine: Engine) -> tuple[list[str], Path]:
    """Return the command that starts an engine's adapter, and the folder to start it in; install it where needed."""
    if not engine.package:
        return [sys.executable, str(engine.script)], PLACE.parent
    folder = PLACE / engine.package
    stamp = folder / "installed"
    if not stamp.exists():
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        _install(engine, folder)
        stamp.touch()
    return [_program(engine, folder), str(engine.script)], folder


def _program(engine: Engine, folder: Path) -> str:
    return _found("node") if engine.is_node else str(folder / "bin" / "python")


def _install(engine: Engine, folder: Path) -> None:
    if engine.is_node:
        _run([_found("npm"), "install", "--silent", "--no-audit", "--no-fund", "--prefix", str(folder), engine.package])
        return
    _run([sys.executable, "-m", "venv", str(folder)])
    _run([_program(engine, folder), "-m", "pip", "install", "-q", "--disable-pip-version-check", engine.package])


def _found(program: str) -> str:
    if (path := shutil.which(program)) is None:
        raise NotInstalled(f"needs {program}, which is not on this machine")
    return path


def _run(command: list[str]) -> None:
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=INSTALL_LIMIT_SECONDS, check=False)
    except subprocess.TimeoutExpired:
        raise NotInstalled(f"{Path(command[0]).name} took longer than {INSTALL_LIMIT_SECONDS} s") from None
    if done.returncode:
        said = (done.stderr or done.stdout).strip().splitlines() or [f"{command[0]} failed"]
        raise NotInstalled(said[-1])
