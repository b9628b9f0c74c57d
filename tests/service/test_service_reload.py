"""Rules that change while a server runs: what decides, what is refused, and what workers, monitors and clients see."""

import os
import signal
from collections.abc import Callable
from pathlib import Path

import grpc
import pytest

from underwriter.client import UnderwriterClient
from underwriter.v1.application_pb2 import Application
from underwriter.v1.decision_pb2 import Decision

from .changing_rules import EDITED, INCLUDING, ChangingRules, Reloads, outcome_of, rules_status, wait_until
from .conftest import RunningServer, StartServer

ADULT = Application(applicant={"subject_id": "subject-1", "age": 50})


@pytest.fixture
def rules(tmp_path: Path) -> ChangingRules:
    return ChangingRules(tmp_path / "rules")


def decide(address: str, product: str = EDITED) -> Decision:
    with UnderwriterClient(address, timeout=10) as client:
        return client.decide(ADULT, product=product)


def versions_of_workers(address: str) -> list[dict[str, str]]:
    """Return what each worker decides by: the versions by resource name."""
    return [{policy.name: policy.version for policy in worker.policies} for worker in rules_status(address).workers]


def test_an_edit_is_taken_up_by_every_worker_and_a_broken_one_by_none(
    start_server: StartServer, rules: ChangingRules
) -> None:
    server = start_server(rules=rules.folder, workers=2, watch_rules=True)
    reloads = Reloads(server.address)
    before = rules.versions()
    assert versions_of_workers(server.address) == [before, before]
    assert not rules_status(server.address).HasField("last_reload")

    rules.write(2, own=2)
    reload = reloads.next()
    after = rules.versions()
    assert (reload.cause, reload.succeeded) == ("file change", True)
    assert versions_of_workers(server.address) == [after, after]
    assert {worker.generation for worker in rules_status(server.address).workers} == {2}
    assert after != before
    assert {decide(server.address).policy.version for _ in range(4)} == {after["policies/edited"]}

    rules.break_reference()
    reload = reloads.next()
    assert not reload.succeeded
    assert [(d.code, d.path, d.line) for d in reload.diagnostics] == [("unknown-name", "common/edition.yaml", 6)] * 1
    assert versions_of_workers(server.address) == [after, after]
    assert decide(server.address).policy.version == after["policies/edited"]
    assert server.stop() == 0
