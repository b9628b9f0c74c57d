"""Several processes at one ledger, and processes that are killed while they write."""

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

from underwriter.ledger import EntryKind, SqlLedger, leaf_hash, open_ledger, version_after
from underwriter.ledger.keys import MasterKeys
from underwriter.ledger.keys.master_keys import ENVIRONMENT_VARIABLE
from underwriter.ledger.merkle import Frontier

COMMIT = Path(__file__).with_name("commit_in_a_process.py")
ROUNDS = 30 if os.environ.get("UNDERWRITER_SOAK") else 3

Process = subprocess.Popen[str]


@pytest.fixture(autouse=True)
def _keys_in_the_environment(monkeypatch: pytest.MonkeyPatch, master_keys: MasterKeys) -> None:
    monkeypatch.setenv(ENVIRONMENT_VARIABLE, master_keys.current.line())


def start(url: str, count: int, *names: str, subject: str = "") -> list[Process]:
    """Starts a process for each name and lets them go when all are ready."""
    processes = [
        subprocess.Popen(
            [sys.executable, str(COMMIT), url, name, str(count), subject], stdin=PIPE, stdout=PIPE, text=True, bufsize=1
        )
        for name in names
    ]
    for process in processes:
        assert stdout_of(process).readline() == "ready\n"
    for process in processes:
        assert process.stdin is not None
        process.stdin.write("go\n")
    return processes


def stdout_of(process: Process) -> IO[str]:
    assert process.stdout is not None
    return process.stdout


def read_to_the_end(process: Process) -> list[str]:
    with process:
        return stdout_of(process).readlines()


def check_kept(ledger: SqlLedger, acknowledged: list[str]) -> None:
    for line in acknowledged:
        request_id, index, leaf = line.split()
        recorded = ledger.entries.find_by_request_id(EntryKind.DECISION, request_id)
        assert recorded is not None, f"{request_id} was acknowledged and is gone"
        assert (recorded.index, recorded.leaf_hash.hex()) == (int(index), leaf)
        assert recorded.payload is not None
        assert recorded.payload.request == b"request" * 100


def check_log(ledger: SqlLedger) -> None:
    """The log has no gaps, its leaf hashes are right, and so is its head."""
    stored = list(ledger.entries.stored_in_order(ledger.log))
    assert [row.index for row in stored] == list(range(len(stored)))
    leaves = [leaf_hash(row.sealed) for row in stored]
    assert [row.leaf_hash for row in stored] == leaves
    assert ledger.entries.head(ledger.log) == (len(stored), Frontier.empty().appended(leaves)[0].root())


def read_until_killed(
    processes: list[Process], at_least: int, is_enough: Callable[[list[str]], bool] = lambda _: True
) -> list[str]:
    """Reads from each what it acknowledged, until each has so many and it is enough; kills them and reads the rest."""
    lines: list[str] = []
    while len(lines) < at_least * len(processes) or not is_enough(lines):
        lines.extend(stdout_of(process).readline() for process in processes)
    for process in processes:
        process.kill()
    for process in processes:
        lines.extend(read_to_the_end(process))
        assert process.returncode == -signal.SIGKILL
    # What was acknowledged before the kill struck counts as well; only a torn last line does not.
    return [line for line in lines if line.endswith("\n")]


def test_processes_that_write_at_the_same_time_share_one_gapless_log(
    database_url: str, master_keys: MasterKeys
) -> None:
    lines = read_until_killed(start(database_url, 0, "first", "second"), 300, have_taken_turns)
    with open_ledger(database_url, master_keys) as ledger:
        check_kept(ledger, lines)
        check_log(ledger)


def have_taken_turns(lines: list[str]) -> bool:
    """Tell whether one process wrote between two records of the other, without which a run shows nothing."""
    by_index = sorted((int(line.split()[1]), line.split("-")[0]) for line in lines)
    return sum(left[1] != right[1] for left, right in itertools.pairwise(by_index)) > 1


def test_processes_that_get_the_same_requests_record_each_once(database_url: str, master_keys: MasterKeys) -> None:
    one, other = (sorted(read_to_the_end(process)) for process in start(database_url, 200, "same", "same"))
    assert len(one) == 200
    assert one == other
    with open_ledger(database_url, master_keys) as ledger:
        check_kept(ledger, one)
        check_log(ledger)
        assert ledger.entries.head(ledger.log).size == 200


def test_processes_that_change_the_same_subject_see_every_change(database_url: str, master_keys: MasterKeys) -> None:
    processes = start(database_url, 50, "one", "other", subject="shared")
    assert [len(read_to_the_end(process)) for process in processes] == [50, 50]
    with open_ledger(database_url, master_keys) as ledger:
        check_log(ledger)
        stored = [row.sealed for row in ledger.entries.stored_in_order(ledger.log)]
    version = 0
    for sealed in stored:
        assert int(sealed.facts) == version, "made from what was not there"
        version = version_after(version, sealed.entry_id)
    assert len(stored) == 100


@pytest.mark.slow
def test_what_was_acknowledged_before_a_kill_is_there_after_it(database_url: str, master_keys: MasterKeys) -> None:
    kept: list[str] = []
    for number in range(ROUNDS):
        kept.extend(read_until_killed(start(database_url, 0, f"round{number}"), at_least=40 + 23 * number))
        with open_ledger(database_url, master_keys) as ledger:
            check_kept(ledger, kept)
            check_log(ledger)


def test_a_retry_after_a_kill_gets_the_record(database_url: str) -> None:
    acknowledged = read_until_killed(start(database_url, 0, "killed"), at_least=1)[0]
    assert acknowledged.startswith("killed-0 ")
    (retrying,) = start(database_url, 1, "killed")
    assert read_to_the_end(retrying) == [acknowledged]
