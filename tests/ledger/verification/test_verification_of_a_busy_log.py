"""A log that a server goes on writing to is verified without a false alarm; several processes find what one does."""

import os
import subprocess
import sys
from pathlib import Path
from subprocess import PIPE
from threading import Thread

import pytest

from underwriter.ledger.checkpoints import CheckpointStore, SigningKey
from underwriter.ledger.keys import MasterKeys
from underwriter.ledger.keys.master_keys import ENVIRONMENT_VARIABLE
from underwriter.ledger.verification import FindingKind, walk

from .altered_logs import LOG, SIZE, AlteredLog

COMMIT = Path(__file__).parents[1] / "commit_in_a_process.py"
LEAST_RECORDS = 20_000 if os.environ.get("UNDERWRITER_SOAK") else 1_000


def test_a_log_that_grows_meanwhile_gives_no_false_alarm(
    log: AlteredLog, signing_key: SigningKey, master_keys: MasterKeys
) -> None:
    environment = os.environ | {ENVIRONMENT_VARIABLE: master_keys.current.line()}
    arguments = [sys.executable, str(COMMIT), log.url, "busy", "0", ""]
    process = subprocess.Popen(arguments, stdin=PIPE, stdout=PIPE, text=True, env=environment)
    store = CheckpointStore(log.database, LOG, signing_key)
    assert process.stdout is not None
    assert process.stdin is not None
    try:
        assert process.stdout.readline() == "ready\n"
        process.stdin.write("go\n")
        process.stdin.flush()
        # What nobody reads would stop it.
        reader = Thread(target=process.stdout.read, daemon=True)
        reader.start()
        sizes = []
        for now in range(10_000):
            store.covering_all(now)
            findings, result = log.verify(master_keys=master_keys)
            assert findings == []
            sizes.append(result.size)
            if result.size > SIZE + LEAST_RECORDS and len(set(sizes)) > 1:
                break
    finally:
        process.kill()
        process.wait()
        process.stdin.close()
        reader.join()
        process.stdout.close()
    assert sizes == sorted(sizes)
    assert len(set(sizes)) > 1


@pytest.mark.parametrize("index", [None, 5, 270])
def test_several_processes_find_what_one_does(
    log: AlteredLog, monkeypatch: pytest.MonkeyPatch, index: int | None
) -> None:
    monkeypatch.setattr(walk, "ENTRIES_OF_A_RANGE", 256)
    monkeypatch.setattr(walk, "_WORTH_A_PROCESS", 0)
    if index is not None:
        log.set(index, outcome=2)
    findings, result = log.verify(processes=2)
    assert result == log.verify()[1]
    assert [finding.kind for finding in findings] == ([] if index is None else [FindingKind.CONTENT])
