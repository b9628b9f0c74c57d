"""Small rules to run commands on, and a real server."""

import re
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from underwriter.cli.output import console, errors

from .commands import COMMAND, PROJECT, Call, Ended, environment


@pytest.fixture
def small_rules(tmp_path: Path) -> Path:
    """A copy of two small rules that a test may break."""
    return shutil.copytree(Path(__file__).parent / "small_rules", tmp_path / "rules")


@pytest.fixture
def no_models(tmp_path: Path) -> Path:
    folder = tmp_path / "models"
    folder.mkdir()
    return folder


@pytest.fixture
def call(small_rules: Path, no_models: Path, monkeypatch: pytest.MonkeyPatch) -> Call:
    """Call a command on the small rules."""
    monkeypatch.setenv("COLUMNS", "200")
    for printer in (console, errors):  # rich keeps the width that it found when they were made
        monkeypatch.setattr(printer, "_width", 200)
    monkeypatch.setenv("UNDERWRITER_RULES", str(small_rules))
    monkeypatch.setenv("UNDERWRITER_MODELS", str(no_models))
    return lambda *arguments: Ended(arguments)


@pytest.fixture(scope="session")
def server_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the real server keeps its database."""
    return tmp_path_factory.mktemp("server")


@pytest.fixture(scope="session")
def address(server_folder: Path) -> Iterator[str]:
    """The address of a real server on the shipped rules, started by the command and stopped by its own process id."""
    folder = server_folder
    flags = [
        "--port",
        "0",
        "--workers",
        "1",
        "--monitors",
        "0",
        "--rules",
        PROJECT / "rules",
        "--models",
        PROJECT / "models",
    ]
    log = folder / "log"
    with log.open("w") as written:
        process = subprocess.Popen(
            [COMMAND, "serve", *map(str, flags)], cwd=folder, env=environment(), stdout=written, stderr=written
        )
    try:
        yield _ready(process, log)
        process.send_signal(signal.SIGINT)
        assert process.wait(120) == 0, log.read_text()
    finally:
        process.kill()
        process.wait()


def _ready(process: subprocess.Popen[bytes], log: Path) -> str:
    end = time.monotonic() + 120
    while time.monotonic() < end and process.poll() is None:
        if found := re.search(r"is ready on (\S+)", log.read_text()):
            return found[1]
        time.sleep(0.02)
    raise AssertionError(f"the server did not start:\n{log.read_text()}")
