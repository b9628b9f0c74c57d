"""A real PostgreSQL server for tests, in a folder of its own and on a free port of the loopback."""

import contextlib
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path

import psycopg

from ..ports import lasting_port

_USER = "underwriter"
_SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    # Durable as in production, small otherwise.
    "fsync": "on",
    "shared_buffers": "32MB",
    "max_connections": "60",
    "logging_collector": "off",
}


class NoPostgres(Exception):
    """There is no PostgreSQL on this machine that tests can start. The text says why."""


class PostgresServer:
    """One server. `start` and the rest may be called any number of times; `remove` ends it for good.

    PostgreSQL refuses to run as root, so root runs it as the user `postgres` or `nobody`.
    """

    def __init__(self) -> None:
        self._programs = _programs()
        self._owner = _owner()
        # Not pytest's own folder, which other users can't enter.
        self._folder = Path(tempfile.mkdtemp(prefix="underwriter-postgres-"))
        self._process: subprocess.Popen[bytes] | None = None
        self.port = lasting_port()
        if self._owner is not None:
            os.chown(self._folder, pwd.getpwnam(self._owner).pw_uid, -1)
        self._run(
            "initdb", "-D", self.data, "-U", _USER, "-A", "trust", "-E", "UTF8", "--locale=C", "--no-instructions"
        )

    @property
    def data(self) -> Path:
        return self._folder / "data"

    @property
    def log(self) -> Path:
        return self._folder / "log"

    def url(self, database: str) -> str:
        return f"postgresql://{_USER}@127.0.0.1:{self.port}/{database}"

    def connect(self, database: str = "postgres") -> "psycopg.Connection[tuple[object, ...]]":
        """A connection of a stranger, in autocommit mode."""
        return psycopg.connect(self.url(database), autocommit=True, connect_timeout=60)

    def start(self, **changes: str) -> None:
        """Starts with the usual settings, but for these changes, and returns once it answers."""
        settings = [f"--{name}={value}" for name, value in {**_SETTINGS, "port": self.port, **changes}.items()]
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                [*self._as_owner(), *_dies_with_us(), self._programs / "postgres", "-D", self.data, *settings],
                cwd=self._folder,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                # Ctrl-C is for the tests; they stop the server in their own time.
                start_new_session=True,
            )
        self._wait_until_it_answers(self._process)

    def stop(self) -> None:
        """Ends all sessions and stops, in order."""
        self._end(signal.SIGINT)

    def crash(self) -> None:
        """Ends at once, as a machine that loses its power; the next start recovers from the log."""
        self._end(signal.SIGQUIT)

    def remove(self) -> None:
        self._end(signal.SIGQUIT)
        shutil.rmtree(self._folder)

    def _end(self, number: signal.Signals) -> None:
        if self._process is None:
            return
        self._process.send_signal(number)
        try:
            self._process.wait(120)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process = None

    def _run(self, program: str, *arguments: object) -> None:
        command = [*self._as_owner(), self._programs / program, *map(str, arguments)]
        ended = subprocess.run(
            command, cwd=self._folder, env=_environment(), capture_output=True, text=True, check=False
        )
        if ended.returncode != 0:
            shutil.rmtree(self._folder)
            raise NoPostgres(f"{program} failed: {ended.stderr.strip()}")

    def _as_owner(self) -> list[str]:
        """The start of a command that runs as the owner.

        Python would do it by fork(), whose handlers make gRPC abort now and then where its threads are at work.
        """
        return [] if self._owner is None else ["setpriv", "--reuid", self._owner, "--"]

    def _wait_until_it_answers(self, process: "subprocess.Popen[bytes]") -> None:
        end = time.monotonic() + 120
        while time.monotonic() < end and process.poll() is None:
            with contextlib.suppress(psycopg.OperationalError), self.connect():
                return
            time.sleep(0.05)
        raise AssertionError(f"PostgreSQL did not start:\n{self.log.read_text()}")


def _programs() -> Path:
    """The folder of initdb and postgres: of the PATH, or the newest that Debian's packages put in their own place."""
    if (found := shutil.which("initdb")) and shutil.which("postgres"):
        return Path(found).resolve().parent
    packaged = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    if not packaged:
        raise NoPostgres("PostgreSQL is not installed: neither in the PATH nor in /usr/lib/postgresql")
    return packaged[-1].parent


def _owner() -> str | None:
    """The user to run as: None for who we are, unless that is root."""
    if os.getuid() != 0:
        return None
    if shutil.which("setpriv") is None:
        raise NoPostgres("PostgreSQL does not run as root, and there is no setpriv to run it as another user")
    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            return pwd.getpwnam(name).pw_name
    raise NoPostgres("PostgreSQL does not run as root, and there is neither a user postgres nor nobody")


def _dies_with_us() -> list[str]:
    """The start of a command that stops the server when the tests are killed, on systems that have it."""
    return ["setpriv", "--pdeathsig", "INT", "--"] if shutil.which("setpriv") else []


def _environment() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if not name.startswith(("PG", "LC_", "LANG"))}
