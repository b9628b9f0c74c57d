"""Many approvals at once for few subjects and funders, in two processes: no cap is passed at any record of the log."""

import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Row, select

from underwriter.accounts import FacilityBook
from underwriter.ledger.keys import MasterKeys
from underwriter.ledger.keys.master_keys import ENVIRONMENT_VARIABLE
from underwriter.storage import Database
from underwriter.storage.schema import entries
from underwriter.v1.record_pb2 import RecordFacts

from .reservations import funder
from .reserve_in_a_process import BANK_CAP, SUBJECT_CAP

PROGRAM = Path(__file__).with_name("reserve_in_a_process.py")
CALLS = 1000 if os.environ.get("UNDERWRITER_SOAK") else 150


def outcomes_of_workers(url: str, in_flight: int) -> Counter[str]:
    """Run two workers at the same time; every call of theirs is answered."""
    keys = {ENVIRONMENT_VARIABLE: MasterKeys.generate().current.line()}
    workers = [
        subprocess.Popen(
            [sys.executable, str(PROGRAM), url, str(CALLS), str(in_flight), str(seed)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=os.environ | keys,
        )
        for seed in (1, 2)
    ]
    for worker in workers:
        assert worker.stdout is not None
        assert worker.stdout.readline() == "ready\n"
    with ThreadPoolExecutor() as threads:
        told = list(threads.map(lambda worker: worker.communicate("go\n", timeout=300)[0], workers))
    assert [worker.returncode for worker in workers] == [0, 0]
    outcomes = sum(map(Counter, map(json.loads, told)), Counter[str]())
    assert sum(outcomes.values()) == len(workers) * CALLS
    return outcomes


@pytest.mark.parametrize("in_flight", [4, 32])
def test_every_decision_is_made_from_what_the_log_holds_and_passes_no_cap(
    database: Database, database_url: str, in_flight: int
) -> None:
    outcomes = outcomes_of_workers(database_url, in_flight)
    by_subject: Counter[bytes] = Counter()
    by_funder: Counter[str] = Counter()
    approved = 0
    rows = committed_rows(database)
    for subject, facts, taken_to_owe in rows:
        assert by_subject[subject] == int(taken_to_owe)
        for part in RecordFacts.FromString(facts).facility.parts:
            by_subject[subject] += part.amount
            by_funder[part.funder] += part.amount
        approved += bool(facts)
        assert by_subject[subject] <= SUBJECT_CAP
        assert by_funder["bank"] <= BANK_CAP
    assert approved == outcomes["approved"]
    assert len(rows) - approved == outcomes["declined"]
    assert FacilityBook(database).commitments() == {funder(name): sum_ for name, sum_ in by_funder.items()}


def committed_rows(database: Database) -> Sequence[Row[Any]]:
    columns = entries.c
    statement = select(columns.subject, columns.facts, columns.policy_version).order_by(columns.log_index)
    with database.reading() as connection:
        return connection.execute(statement).all()
