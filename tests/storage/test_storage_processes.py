"""Several processes at one database, and processes that are killed while they write."""

import itertools
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from subprocess import PIPE
from typing import IO

import pytest

from underwriter.storage import Database, revisions

from .stored import counted, versions

WRITE = Path(__file__).with_name("write_in_a_process.py")
ROUNDS = 30 if os.environ.get("UNDERWRITER_SOAK") else 2


def start(url: str, *names: str) -> "list[subprocess.Popen[str]]":
    """Starts a process for each name and lets them go when all are ready."""
    processes = [
        subprocess.Popen([sys.executable, str(WRITE), url, name], stdin=PIPE, stdout=PIPE, text=True) for name in names
    ]
    for process in processes:
        assert stdout_of(process).readline() == "ready\n"
    for process in processes:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    return processes


def stdout_of(process: "subprocess.Popen[str]") -> IO[str]:
    assert process.stdout is not None
    return process.stdout


def read_until_killed(
    processes: "list[subprocess.Popen[str]]", at_least: int, is_enough: Callable[[list[str]], bool] = lambda _: True
) -> list[str]:
    """Reads from each what was acknowledged, until each has so many and it is enough; kills them and reads the rest."""
    lines: list[str] = []
    while len(lines) < at_least * len(processes) or not is_enough(lines):
        lines.extend(stdout_of(process).readline() for process in processes)
    for process in processes:
        process.kill()
    for process in processes:
        with process:
            lines.extend(stdout_of(process).readlines())
        assert process.returncode == -signal.SIGKILL
    # What was acknowledged before the kill struck counts as well; only a torn last line does not.
    return [line for line in lines if line.endswith("\n")]


def test_processes_take_turns(database: Database, database_url: str) -> None:
    lines = read_until_killed(start(database_url, "first", "second"), 150, have_taken_turns)
    numbers = [int(line.split()[1]) for line in lines]
    assert len(set(numbers)) == len(numbers), "one was counted twice"
    assert counted(database) == len(versions(database)) >= max(numbers)


def have_taken_turns(lines: list[str]) -> bool:
    """Tell whether one process wrote between two transactions of the other, without which a run shows nothing."""
    by_number = sorted((int(line.split()[1]), line.split("-")[0]) for line in lines)
    return sum(left[1] != right[1] for left, right in itertools.pairwise(by_number)) > 1


@pytest.mark.slow
def test_what_was_acknowledged_before_a_kill_is_there_after_it(database: Database, database_url: str) -> None:
    kept: list[str] = []
    for number in range(ROUNDS):
        names = (f"round{number}a", f"round{number}b")
        kept.extend(read_until_killed(start(database_url, *names), at_least=20 + 13 * number))
        found = versions(database)
        assert {line.split()[0] for line in kept} <= set(found)
        assert counted(database) == len(found), "a transaction was half done"


def test_processes_may_upgrade_at_the_same_time(missing_url: str) -> None:
    command = [sys.executable, "-c", f"from underwriter.storage import upgrade; upgrade({missing_url!r})"]
    processes = [subprocess.Popen(command, stderr=PIPE, text=True) for _ in range(3)]
    assert [process.communicate(timeout=300)[1] for process in processes] == [""] * 3
    found, newest = revisions(missing_url)
    assert found == newest
