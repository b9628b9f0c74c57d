"""Monitors that change while a server runs: those inside Decide and those of the monitor processes follow."""

import os
import shutil
import signal
from pathlib import Path

from underwriter.client import UnderwriterClient
from underwriter.v1.account_event_pb2 import AccountEvent
from underwriter.v1.account_pb2 import Account
from underwriter.v1.decision_pb2 import OUTCOME_APPROVE, OUTCOME_VERIFY, Decision
from underwriter.v1.policy_service_pb2 import DIAGNOSTIC_SEVERITY_ERROR

from .accounts_world import RULES, application, event, now_us, someone
from .changing_rules import Reloads, rules_status, wait_until
from .conftest import StartServer

TWO_BEFORE = "{event: application_submitted, times: 2, each: account, different"
ONE_BEFORE = "{event: application_submitted, different"


def apply_from(client: UnderwriterClient, device: str) -> Decision:
    return client.decide(application(someone(), device_id=device), product="LINE")


def applied(device: str, subject: str) -> AccountEvent:
    return event(subject, now_us(), device_id=device, application={"product": "LINE"})


def test_monitors_inside_and_beside_decisions_follow_their_files(start_server: StartServer, tmp_path: Path) -> None:
    rules = shutil.copytree(RULES, tmp_path / "rules")
    server = start_server(rules=rules, monitors=1, monitoring_wait_seconds=10, log_level="debug")
    reloads = Reloads(server.address)
    with UnderwriterClient(server.address, timeout=60) as client:
        assert [apply_from(client, "d1").outcome for _ in range(2)] == [OUTCOME_APPROVE] * 2

        path = rules / "monitoring" / "device_ring.yaml"
        path.write_text(path.read_text().replace(TWO_BEFORE, ONE_BEFORE))
        os.kill(server.process.pid, signal.SIGHUP)
        reload = reloads.next()
        assert reload.succeeded, reload
        (worker,) = rules_status(server.address).workers
        assert worker.generation == 2
        assert [apply_from(client, "d2").outcome for _ in range(2)] == [OUTCOME_APPROVE, OUTCOME_VERIFY]

        first, second = someone(), someone()
        for subject in (first, second):
            client.record_event(applied("d3", subject))
        account = wait_until(lambda: with_alerts(client.get_account(second)))
        assert [alert.rule for alert in account.alerts] == ["RNG1"]

        path.write_text(path.read_text().replace("trigger: drawdown", "trigger: draw down"))
        os.kill(server.process.pid, signal.SIGHUP)
        found = reloads.next().diagnostics
        errors = [finding for finding in found if finding.severity == DIAGNOSTIC_SEVERITY_ERROR]
        assert {finding.path for finding in errors} == {"monitoring/device_ring.yaml"}
    assert "process died" not in server.text
    assert server.stop() == 0, server.text


def with_alerts(account: Account) -> Account | None:
    return account if account.alerts else None
