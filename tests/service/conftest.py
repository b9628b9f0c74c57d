"""A real server in a process of its own, started on a free port and ended by its own process id."""

import os
import re
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest

from underwriter.client import UnderwriterClient

from .server_process import start_serving

PROJECT = Path(__file__).parents[2]

# What tests set for a server beside its settings counts from the beginning of its process.
ENVIRONMENT = {name: value for name, value in os.environ.items() if not name.startswith(("UNDERWRITER_", "PYTEST_"))}

PATIENCE_SECONDS = 120.0
"""How long whatever comes by itself may take; a server's own limit for its drain is below it."""


class RunningServer:
    """A server process, without monitors or a watcher of rules unless told. `log` holds all that it wrote."""

    def __init__(self, folder: Path, settings: dict[str, object], is_fresh: bool = False) -> None:
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("UNDERWRITER_", "PYTEST_"))}
        told = {
            f"UNDERWRITER_{name.upper()}": str(value)
            for name, value in {"monitors": 0, "watch_rules": False, "drain_seconds": 60, **settings}.items()
        }
        self.log: list[str] = []
        self.process, self._output = start_serving(folder, kept | told, is_fresh or kept != ENVIRONMENT)
        self._reader = threading.Thread(target=self._read_log, daemon=True)
        self._reader.start()

    def _read_log(self) -> None:
        with self._output:
            for line in self._output:
                self.log.append(line)

    @property
    def text(self) -> str:
        return "".join(self.log)

    def wait_for(self, pattern: str, seconds: float = PATIENCE_SECONDS) -> re.Match[str]:
        """Return the first match in the log; fail if it does not come, or the server ends before."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            ended = not self.process.is_alive()
            if ended:
                self._reader.join(PATIENCE_SECONDS)
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
        """Return the process ids of the workers that live, if there is nothing beside them; none once it has ended."""
        try:
            children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text()
        except (FileNotFoundError, ProcessLookupError):
            return []
        return [int(pid) for pid in children.split()]

    def ended(self, seconds: float = PATIENCE_SECONDS) -> int:
        """Wait for the server to end by itself; return its exit code."""
        self.process.join(seconds)
        assert self.process.exitcode is not None, f"the server goes on:\n{self.text}"
        self._reader.join(PATIENCE_SECONDS)
        return self.process.exitcode

    def stop(self) -> int:
        """Drain the server as an operator would."""
        self.process.terminate()
        return self.ended()

    def kill_all(self) -> None:
        """Kill the supervisor and its workers, as when the machine's power goes."""
        assert self.process.pid is not None
        os.killpg(self.process.pid, signal.SIGKILL)
        self.ended()


StartServer = Callable[..., RunningServer]


@pytest.fixture(scope="session")
def small_settings(tmp_path_factory: pytest.TempPathFactory) -> dict[str, object]:
    """The settings of a server on two small policies without models, which starts quickly."""
    rules, models = Path(__file__).parent / "small_rules", tmp_path_factory.mktemp("models")
    return {"port": 0, "workers": 1, "rules": rules, "models": models, "log_format": "json"}


@pytest.fixture(scope="session")
def shipped_settings() -> dict[str, object]:
    """The settings of a server on the shipped rules and models."""
    return {"port": 0, "workers": 1, "rules": PROJECT / "rules", "models": PROJECT / "models", "log_format": "json"}


def starter(folder: Path, settings: dict[str, object]) -> Iterator[StartServer]:
    """Yield a function that starts servers in a folder; those that still run at the end are killed."""
    servers = []

    def start(**more: object) -> RunningServer:
        servers.append(RunningServer(folder, settings | more))
        return servers[-1]

    yield start
    for server in servers:
        if server.process.is_alive():
            server.kill_all()
        server.ended()


@pytest.fixture(scope="session")
def serving() -> Callable[[Path, dict[str, object]], AbstractContextManager[RunningServer]]:
    """Return a context manager that serves in a folder with settings, and drains the server at its end."""

    @contextmanager
    def serve(folder: Path, settings: dict[str, object]) -> Iterator[RunningServer]:
        for start in starter(folder, settings):
            running = start()
            assert running.address
            yield running
            assert running.stop() == 0, running.text

    return serve


@pytest.fixture
def start_server(tmp_path: Path, small_settings: dict[str, object]) -> Iterator[StartServer]:
    """A function that starts servers on one ledger of the test's own."""
    yield from starter(tmp_path, small_settings)


@pytest.fixture(scope="session")
def server(
    tmp_path_factory: pytest.TempPathFactory,
    small_settings: dict[str, object],
    serving: Callable[[Path, dict[str, object]], AbstractContextManager[RunningServer]],
) -> Iterator[RunningServer]:
    """One server for all tests that only call it."""
    with serving(tmp_path_factory.mktemp("server"), small_settings | {"workers": 2}) as running:
        yield running


@pytest.fixture
def address(server: RunningServer) -> str:
    return server.address


@pytest.fixture
def client(address: str) -> Iterator[UnderwriterClient]:
    with UnderwriterClient(address, timeout=60) as connected:
        yield connected
