"""Sets the clock of a server and spoils its syncs while it runs, by a library that is preloaded into it."""

import shutil
import struct
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

SOURCE = Path(__file__).with_name("system_faults.c")


class SystemFaults:
    """Makes the library in a folder. Skips the test where there is no C compiler."""

    def __init__(self, folder: Path) -> None:
        compiler = shutil.which("cc") or shutil.which("gcc")
        if compiler is None:
            pytest.skip("a C compiler makes the library that spoils clocks and syncs; there is none")
        self._library = folder / "system_faults.so"
        self._control = folder / "system_faults.control"
        subprocess.run([compiler, "-shared", "-fPIC", "-O1", "-o", self._library, SOURCE, "-ldl"], check=True)
        self._set()

    @property
    def environment(self) -> dict[str, str]:
        """What a server's environment must have."""
        return {"LD_PRELOAD": str(self._library), "SYSTEM_FAULTS": str(self._control)}

    @contextmanager
    def clock_off_by(self, seconds: int) -> Iterator[None]:
        self._set(clock_offset_s=seconds)
        yield
        self._set()

    @contextmanager
    def syncs_that_take(self, milliseconds: int) -> Iterator[None]:
        self._set(sync_delay_ms=milliseconds)
        yield
        self._set()

    @contextmanager
    def syncs_that_fail(self, error: int) -> Iterator[None]:
        """Each sync fails with this `errno`."""
        self._set(sync_errno=error)
        yield
        self._set()

    def _set(self, clock_offset_s: int = 0, sync_delay_ms: int = 0, sync_errno: int = 0) -> None:
        """Write in place: the server has the file in its memory."""
        self._control.touch()
        with self._control.open("r+b") as file:
            file.write(struct.pack("=qqq", clock_offset_s, sync_delay_ms, sync_errno))
