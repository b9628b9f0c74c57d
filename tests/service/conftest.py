"""A real server in a process of its own, started on a free port and ended by its own process id."""

import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from underwriter.client import UnderwriterClient
from underwriter.v1.application_pb2 import Application

PROJECT = Path(__file__).parents[2]
PERSONAL = "PERSONAL_CREDIT_LINE"
PAY_LATER = "PAY_LATER"

SERVE = """
import sys
from underwriter.service import ConfigurationRefused, load_configuration, run_server
try:
    sys.exit(run_server(load_configuration({}).settings))
except ConfigurationRefused as refused:
    sys.exit(str(refused))
"""


class RunningServer:
    """A server process. `log` holds all that it wrote, whether to stdout or to stderr."""

    def __init__(self, folder: Path, settings: dict[str, object]) -> None:
        environment = {name: value for name, value in os.environ.items() if not name.startswith("UNDERWRITER_")}
        environment |= {f"UNDERWRITER_{name.upper()}": str(value) for name, value in settings.items()}
        self.log: list[str] = []
        self.process = subprocess.Popen(
            [sys.executable, "-c", SERVE],
            cwd=folder,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        self._reader = threading.Thread(target=self._read_log, daemon=True)
        self._reader.start()

    def _read_log(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.log.append(line)

    @property
    def text(self) -> str:
        return "".join(self.log)

    def wait_for(self, pattern: str, seconds: float = 20) -> re.Match[str]:
        """Return the first match in the log; fail if it does not come, or the server ends before."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            ended = self.process.poll() is not None
            if ended:
                self._reader.join(5)
            if match := re.search(pattern, self.text):
                return match
            if ended:
                break
            time.sleep(0.01)
        raise AssertionError(f"no {pattern!r} in the log:\n{self.text}")

    @property
    def address(self) -> str:
        return self.wait_for(r"underwriter is ready on (\S+)")[1]

    def workers(self) -> list[int]:
        """Return the process ids of the workers that live."""
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text()
        return [int(pid) for pid in children.split()]

    def ended(self, seconds: float = 20) -> int:
        """Wait for the server to end by itself; return its exit code."""
        code = self.process.wait(seconds)
        self._reader.join(5)
        return code

    def stop(self) -> int:
        """Drain the server as an operator would."""
        self.process.send_signal(signal.SIGTERM)
        return self.ended()

    def kill_all(self) -> None:
        """Kill the supervisor and its workers, as when the machine's power goes."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.ended()


StartServer = Callable[..., RunningServer]


@pytest.fixture(scope="session")
def shipped_settings() -> dict[str, object]:
    """The settings of a small server on the shipped rules and models."""
    rules, models = PROJECT / "rules", PROJECT / "models"
    return {"port": 0, "workers": 1, "rules": rules, "models": models, "log_format": "json", "connection_age_seconds": 600}


def starter(folder: Path, settings: dict[str, object]) -> Iterator[StartServer]:
    """Yield a function that starts servers in a folder; those that still run at the end are killed."""
    servers = []

    def start(**more: object) -> RunningServer:
        servers.append(RunningServer(folder, settings | more))
        return servers[-1]

    yield start
    for server in servers:
        if server.process.poll() is None:
            server.kill_all()


@pytest.fixture
def start_server(tmp_path: Path, shipped_settings: dict[str, object]) -> Iterator[StartServer]:
    """A function that starts servers on one ledger of the test's own."""
    yield from starter(tmp_path, shipped_settings)


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory, shipped_settings: dict[str, object]) -> Iterator[RunningServer]:
    """One server for all tests that only call it."""
    folder = tmp_path_factory.mktemp("server")
    for start in starter(folder, shipped_settings):
        running = start(workers=2)
        assert running.address
        yield running
        assert running.stop() == 0, running.text


@pytest.fixture
def client(server: RunningServer) -> Iterator[UnderwriterClient]:
    with UnderwriterClient(server.address, timeout=10) as connected:
        yield connected


def application(subject_id: str = "subject-1", **applicant: object) -> Application:
    """Return a small application of an adult."""
    return Application(applicant={"subject_id": subject_id, "age": 35, **applicant})
