"""Several processes at one ledger, and processes that are killed while they write."""

import itertools
import os
import signal
import subprocess
import sys
from pathlib import Path
from subprocess import PIPE
from typing import IO

import pytest

from underwriter.ledger import EntryFilter, SqlLedger, leaf_hash, open_ledger

COMMIT = Path(__file__).with_name("commit_in_a_process.py")
ROUNDS = 30 if os.environ.get("UNDERWRITER_SOAK") else 3


def start(url: str, count: int, *names: str) -> "list[subprocess.Popen[str]]":
    """Starts a process for each name and lets them go when all are ready."""
    processes = [
        subprocess.Popen(
            [sys.executable, str(COMMIT), url, name, str(count)], stdin=PIPE, stdout=PIPE, text=True, bufsize=1
        )
        for name in names
    ]
    for process in processes:
        assert stdout_of(process).readline() == "ready\n"
    for process in processes:
        assert process.stdin is not None
        process.stdin.write("go\n")
    return processes


def stdout_of(process: "subprocess.Popen[str]") -> IO[str]:
    assert process.stdout is not None
    return process.stdout


def read_to_the_end(process: "subprocess.Popen[str]") -> list[str]:
    with process:
        return stdout_of(process).readlines()


def check_kept(ledger: SqlLedger, acknowledged: list[str]) -> None:
    for line in acknowledged:
        request_id, index, leaf = line.split()
        recorded = ledger.entries.find_by_request_id(request_id)
        assert recorded is not None, f"{request_id} was acknowledged and is gone"
        assert (recorded.index, recorded.leaf_hash.hex()) == (int(index), leaf)
        assert leaf_hash(recorded.entry).hex() == leaf


def indexes(ledger: SqlLedger) -> list[int]:
    found, token = [], ""
    while True:
        page = ledger.entries.list_entries(EntryFilter(), 1000, token)
        found.extend(record.index for record in page.entries)
        token = page.next_page_token
        if not token:
            return sorted(found)


def read_until_killed(processes: "list[subprocess.Popen[str]]", at_least: int) -> list[str]:
    """Reads from each what it acknowledged, until each has so many; kills them and reads the rest."""
    lines = [stdout_of(process).readline() for process in processes for _ in range(at_least)]
    for process in processes:
        process.kill()
    for process in processes:
        lines.extend(read_to_the_end(process))
        assert process.returncode == -signal.SIGKILL
    # What was acknowledged before the kill struck counts as well; only a torn last line does not.
    return [line for line in lines if line.endswith("\n")]


def test_processes_that_write_at_the_same_time_share_one_gapless_log(ledger_url: str) -> None:
    lines = read_until_killed(start(ledger_url, 0, "first", "second"), at_least=300)
    with open_ledger(ledger_url) as ledger:
        check_kept(ledger, lines)
        found = indexes(ledger)
    assert found == list(range(len(found)))
    by_index = sorted((int(line.split()[1]), line.split("-")[0]) for line in lines)
    changes = sum(left[1] != right[1] for left, right in itertools.pairwise(by_index))
    assert changes > 1, "the processes wrote one after the other; this run shows nothing"


@pytest.mark.slow
def test_what_was_acknowledged_before_a_kill_is_there_after_it(ledger_url: str) -> None:
    kept: list[str] = []
    for number in range(ROUNDS):
        kept.extend(read_until_killed(start(ledger_url, 0, f"round{number}"), at_least=40 + 23 * number))
        with open_ledger(ledger_url) as ledger:
            check_kept(ledger, kept)
            found = indexes(ledger)
            assert found == list(range(len(found)))


def test_a_retry_after_a_kill_gets_the_record(ledger_url: str) -> None:
    acknowledged = read_until_killed(start(ledger_url, 0, "killed"), at_least=1)[0]
    assert acknowledged.startswith("killed-0 ")
    (retrying,) = start(ledger_url, 1, "killed")
    assert read_to_the_end(retrying) == [acknowledged]


def test_processes_may_upgrade_at_the_same_time(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/new folder/50%/ledger.db"
    command = [sys.executable, "-c", f"from underwriter.ledger import upgrade; upgrade({url!r})"]
    processes = [subprocess.Popen(command, stderr=subprocess.PIPE, text=True) for _ in range(3)]
    assert [process.communicate(timeout=60)[1] for process in processes] == [""] * 3
    with open_ledger(url) as ledger:
        assert indexes(ledger) == []
