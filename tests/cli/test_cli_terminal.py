"""What only happens with a person before it: progress on a terminal, and Ctrl-C."""

import os
import pty
import signal
import socket
import subprocess
from pathlib import Path

import pytest

from .commands import COMMAND, EXAMPLES, PROJECT, environment


def run_before_a_terminal(*arguments: object) -> tuple[str, str]:
    """Run with stderr on a terminal; return what came to stdout and what the terminal showed."""
    ours, theirs = pty.openpty()
    with subprocess.Popen(
        [COMMAND, *map(str, arguments)], cwd=PROJECT, env=environment(), stdout=subprocess.PIPE, stderr=theirs
    ) as process:
        os.close(theirs)
        shown = b"".join(iter(lambda: _read(ours), b""))
        assert process.stdout is not None
        out = process.stdout.read()
    os.close(ours)
    assert process.returncode == 0
    return out.decode(), shown.decode()


def _read(terminal: int) -> bytes:
    try:
        return os.read(terminal, 65536)
    except OSError:  # Linux says EIO once the other end is closed
        return b""


@pytest.mark.parametrize(
    ("arguments", "progress"),
    [
        (("check",), "checking "),
        (("test",), "testing policies"),
        (("describe", "small"), "loading "),
        (("decide", EXAMPLES / "applications.jsonl", "--format", "json"), "deciding"),
    ],
)
def test_progress_is_shown_on_a_terminal_and_never_among_the_results(
    arguments: tuple[object, ...], progress: str, small_rules: Path, no_models: Path
) -> None:
    out, shown = run_before_a_terminal(*arguments, "--rules", small_rules, "--models", no_models)
    assert progress in shown
    assert progress not in out
    assert "\x1b" not in out
    assert out


def test_ctrl_c_ends_quietly_with_130() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        address = f"127.0.0.1:{silent.getsockname()[1]}"
        command = [COMMAND, "decide", EXAMPLES / "minimal.yaml", "--server", address]
        with subprocess.Popen(
            command, cwd=PROJECT, env=environment(), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        ) as process:
            silent.settimeout(120)
            connection, _ = silent.accept()
            with connection:
                process.send_signal(signal.SIGINT)
                out, _ = process.communicate(timeout=120)
    assert (process.returncode, out) == (130, "")


def test_a_reader_that_stops_reading_ends_the_command_quietly(
    tmp_path: Path, small_rules: Path, no_models: Path
) -> None:
    errors = tmp_path / "errors"
    with errors.open("w") as written:
        reader, writer = os.pipe()
        os.close(reader)
        code = subprocess.run(
            [COMMAND, "describe", "small", "--rules", small_rules, "--models", no_models],
            cwd=PROJECT,
            env=environment(),
            stdout=writer,
            stderr=written,
            timeout=300,
        ).returncode
        os.close(writer)
    assert code == 1
    assert errors.read_text() == ""
