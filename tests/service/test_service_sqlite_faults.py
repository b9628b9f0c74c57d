"""The file under the record fails while a server lends: it is told, nothing is lost, and it passes by itself."""

import errno
import resource
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest

from .kept_record import KeptRecord
from .lending_load import LENDING_RULES, Line, assert_unchanged
from .lending_trial import Trial
from .system_faults import SystemFaults

DAY_SECONDS = 86_400

StartServer = Callable[..., Any]


@pytest.fixture
def trial(sqlite_url: str, tmp_path: Path, start_server: StartServer) -> Trial:
    return Trial(KeptRecord(sqlite_url, tmp_path), start_server)


@pytest.fixture
def file(sqlite_url: str) -> Path:
    return Path(sqlite_url.removeprefix("sqlite:///"))


@pytest.fixture
def system_faults(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> SystemFaults:
    """What is started after this can have its clock and syncs spoilt."""
    faults = SystemFaults(tmp_path)
    for name, value in faults.environment.items():
        monkeypatch.setenv(name, value)
    return faults


def log_of(file: Path) -> Path:
    """The write-ahead log of a file."""
    return file.with_name(f"{file.name}-wal")


@contextmanager
def files_not_above(size: int, processes: list[int]) -> Iterator[None]:
    """These processes can't make a file grow beyond the size, as if no block of the disk were free."""
    for process in processes:
        resource.prlimit(process, resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))
    yield
    for process in processes:
        resource.prlimit(process, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))


@contextmanager
def filled(disk: Path) -> Iterator[None]:
    """Not a byte is free on the disk."""
    filler = disk / "filler"
    with suppress(OSError), filler.open("wb", buffering=0) as rest:
        while True:
            rest.write(bytes(4096))
    assert shutil.disk_usage(disk).free == 0
    yield
    filler.unlink()


@contextmanager
def moved_away(file: Path) -> Iterator[None]:
    elsewhere = file.with_name("elsewhere.db")
    file.rename(elsewhere)
    yield
    elsewhere.rename(file)


@contextmanager
def replaced(file: Path) -> Iterator[None]:
    """A copy has taken the file's place, as when a backup is restored below a server that runs."""
    copy = file.with_name("copy.db")
    shutil.copy(file, copy)
    original = file.with_name("original.db")
    file.rename(original)
    copy.rename(file)
    yield
    original.replace(file)


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A small disk, in memory."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mounted = subprocess.run(
        ["/usr/bin/env", "mount", "-t", "tmpfs", "-o", "size=16m", "none", folder], capture_output=True, check=False
    )
    if mounted.returncode != 0:
        pytest.skip(f"a small disk can't be mounted here: {mounted.stderr.decode().strip()}")
    yield folder
    subprocess.run(["/usr/bin/env", "umount", "--lazy", folder], check=True)


def test_a_full_disk(disk: Path, tmp_path: Path, sqlite_template: Path, start_server: StartServer) -> None:
    shutil.copy(sqlite_template, disk / "ledger.db")
    trial = Trial(KeptRecord(f"sqlite:///{disk}/ledger.db", tmp_path), start_server)
    with trial.under_load() as load, filled(disk):
        load.wait_for_failures(30)
        assert trial.health() == "SERVING"
    trial.server.wait_for("full")
    trial.assert_promises_kept()


def test_files_that_can_not_grow(trial: Trial, file: Path) -> None:
    with trial.under_load() as load, files_not_above(log_of(file).stat().st_size, trial.workers):
        load.wait_for_failures(30)
    trial.assert_promises_kept()


def test_files_that_are_gone_or_others(trial: Trial, file: Path) -> None:
    for fault in (moved_away, replaced):
        for one in (file, log_of(file)):
            with trial.under_load() as load, fault(one):
                load.wait_for_failures(20)
                trial.assert_refuses()
    trial.assert_promises_kept()


def test_a_write_ahead_log_that_is_removed(trial: Trial, file: Path, start_server: StartServer) -> None:
    """What was answered last is only in the log that the server has open. It writes no more, and its end saves all."""
    with trial.under_load() as load:
        load.wait_for_more(30)
    log_of(file).unlink()
    trial.assert_refuses()
    assert trial.server.stop() == 0
    again = start_server(rules=LENDING_RULES, **trial.record.settings)
    with Line(again.address) as line:
        assert_unchanged(line, trial.kept, trial.kept.received)
    trial.record.assert_sound(trial.kept.notes)


def test_syncs_that_are_slow_or_fail(
    system_faults: SystemFaults, sqlite_url: str, tmp_path: Path, start_server: StartServer
) -> None:
    trial = Trial(KeptRecord(sqlite_url, tmp_path), start_server)
    with trial.under_load() as load, system_faults.syncs_that_take(200):
        load.wait_for_more(10)
    assert "UNAVAILABLE" not in {failure.code.name for failure in trial.kept.failures}
    with trial.under_load(seconds=1) as load, system_faults.syncs_that_take(1500):
        load.wait_for_failures(6)
    with trial.under_load() as load, system_faults.syncs_that_fail(errno.EIO):
        load.wait_for_failures(30)
        trial.assert_refuses()
    trial.assert_promises_kept()


def test_a_clock_that_is_set_back_and_forth(
    system_faults: SystemFaults, sqlite_url: str, tmp_path: Path, start_server: StartServer
) -> None:
    trial = Trial(KeptRecord(sqlite_url, tmp_path), start_server)
    for seconds in (-DAY_SECONDS, DAY_SECONDS, -10):
        with trial.under_load() as load, system_faults.clock_off_by(seconds):
            load.wait_for_more(30)
    assert {failure.code.name for failure in trial.kept.failures} <= {"ABORTED"}
    days = {decision.decide_time.ToDatetime().date() for decision in trial.decisions()}
    assert len(days) >= 3  # one more if midnight comes meanwhile
    trial.assert_promises_kept()
    trial.assert_each_is_listed_once()
