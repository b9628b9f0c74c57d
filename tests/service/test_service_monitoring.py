"""Monitor processes beside real servers: no event and no alert is lost or doubled, whoever is killed or hangs.

`--log-cli-level=info` shows the figures of each round.
"""

import logging
import os
import shutil
import time
from collections import Counter
from itertools import cycle, islice
from pathlib import Path
from random import Random

import grpc
import pytest
from grpc_health.v1 import health_pb2, health_pb2_grpc
from sqlalchemy import func, select

from underwriter.client import UnderwriterClient
from underwriter.storage.schema import account_events
from underwriter.v1.decision_pb2 import Outcome

from .accounts_world import RULES, application, event, opened, someone
from .conftest import PROJECT, StartServer
from .decide_load import DecideLoad
from .kept_record import KeptRecord
from .monitoring_faults import EVENTS_A_CALL, Blow, EventLoad, balance, engine_of, is_done, strike, wait_until

ROUNDS = 50 if os.environ.get("UNDERWRITER_SOAK") else len(Blow)
MONITORING = "underwriter.monitoring"
SERVING = health_pb2.HealthCheckResponse.SERVING
NOT_SERVING = health_pb2.HealthCheckResponse.NOT_SERVING
WATCHED, PLAIN = "LINE", "PLAIN"
APPLICATIONS = [(product, application("somebody")) for product in (WATCHED, PLAIN)]
APPROVED = Outcome.OUTCOME_APPROVE
log = logging.getLogger(__name__)


@pytest.fixture(scope="module")
def rules(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A policy that monitors watch and one that they don't, with shipped monitors that raise alerts at once."""
    folder = tmp_path_factory.mktemp("rules")
    shutil.copytree(RULES, folder, dirs_exist_ok=True)
    shutil.copy(PROJECT / "rules" / "monitoring" / "login_attack.yaml", folder / "monitoring")
    return folder


@pytest.fixture
def record(database_url: str, tmp_path: Path) -> KeptRecord:
    return KeptRecord(database_url, tmp_path)


def health_of(address: str, service: str) -> int:
    with grpc.insecure_channel(address) as channel:
        status: int = health_pb2_grpc.HealthStub(channel).Check(health_pb2.HealthCheckRequest(service=service)).status
        return status


@pytest.mark.slow
def test_nothing_is_lost_or_doubled_whoever_is_killed_or_hangs(
    start_server: StartServer, tmp_path: Path, sqlite_url: str, rules: Path
) -> None:
    kept = KeptRecord(sqlite_url, tmp_path)
    server = start_server(rules=rules, monitors=1, monitoring_lease_seconds=1, **kept.settings)
    random = Random(6)  # noqa: S311 - it picks instants
    wait_until(lambda: engine_of(server))
    acknowledged: list[str] = []
    answers: Counter[tuple[str, int]] = Counter()
    with opened(kept.url, kept.master_key_file) as tables:
        for number, blow in enumerate(islice(cycle(Blow), ROUNDS), start=1):
            name = f"round-{number}"
            with (
                EventLoad(server.address, name) as load,
                DecideLoad(server.address, name, APPLICATIONS, a_second=40) as deciding,
            ):
                wait_until(lambda load=load, deciding=deciding: is_under_way(load, deciding))
                time.sleep(random.uniform(0, 0.3))
                strike(server, blow)
                time.sleep(random.uniform(0.1, 0.4))
            acknowledged += load.acknowledged
            answers.update((one.product, one.decision.outcome) for one in deciding.decided)
            wait_until(lambda: is_done(tables))
            found = balance(tables, rules, acknowledged)
            assert found.is_even(), found
            log.info("round %d: %s; %s, %s", number, blow.value, found, answers)
        with tables.database.reading() as connection:
            is_application = account_events.c.event_id.startswith("application:")
            recorded = connection.execute(select(func.count()).where(is_application)).scalar_one()
    assert found.alerts > 0
    assert {product for product, _ in answers} == {WATCHED, PLAIN}
    assert {outcome for product, outcome in answers if product == PLAIN} == {APPROVED}
    assert recorded == sum(count for (product, _), count in answers.items() if product == WATCHED)
    assert server.stop() == 0, server.text


def is_under_way(load: EventLoad, deciding: DecideLoad) -> bool:
    """Tell whether there are events enough for alerts, and decisions on each product."""
    products = {one.product for one in deciding.decided}
    return len(load.acknowledged) >= 3 * EVENTS_A_CALL and products == {WATCHED, PLAIN}


@pytest.mark.slow
def test_servers_share_accounts_and_their_work_while_monitor_processes_die(
    start_server: StartServer, record: KeptRecord, rules: Path
) -> None:
    settings = {"rules": rules, "monitors": 1, "monitoring_lease_seconds": 1, "monitoring_wait_seconds": 10}
    first, second = (start_server(**settings, **record.settings) for _ in range(2))
    assert first.address != second.address
    with opened(record.url, record.master_key_file) as tables:
        with EventLoad(first.address, "first") as one, EventLoad(second.address, "second") as other:
            strike(first, Blow.MONITOR_KILLED)
            assert_an_alert_is_raised_and_answered(first.address, second.address)
            strike(second, Blow.MONITOR_KILLED)
        wait_until(lambda: is_done(tables))
        found = balance(tables, rules, one.acknowledged + other.acknowledged)
    assert found.is_even(), found
    assert found.alerts > 0


def assert_an_alert_is_raised_and_answered(of_events: str, of_staff: str) -> None:
    """An account is attacked on one server and looked after on another; both decide by what is known by then."""
    subject = someone()
    with UnderwriterClient(of_events, timeout=60) as here, UnderwriterClient(of_staff, timeout=60) as there:
        assert {client.decide(application(subject), product=WATCHED).outcome for client in (here, there)} == {APPROVED}
        for _ in range(3):
            here.record_event(event(subject))
        raised = next(there.watch_alerts(from_start=True, subject_id=subject)).alert
        assert (raised.account, raised.code) == (f"accounts/{subject}", "LOGIN_ATTACK")
        for client in (here, there):
            asked = client.decide(application(subject), product=WATCHED)
            assert [reason.code for reason in asked.reasons] == ["ACCOUNT_ALERT"]
        there.acknowledge_alert(raised.name, "desk", release=True)
        assert {client.decide(application(subject), product=WATCHED).outcome for client in (here, there)} == {APPROVED}


def test_without_the_rule_engine_a_server_serves_and_says_so(
    start_server: StartServer, tmp_path: Path, rules: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hidden = tmp_path / "hidden"
    hidden.mkdir()
    (hidden / "sitecustomize.py").write_text("import sys\nsys.modules['durable_rules_engine'] = None\n")
    monkeypatch.setenv("PYTHONPATH", str(hidden))
    server = start_server(rules=rules, monitors=1)
    assert health_of(server.address, "") == SERVING
    server.wait_for("monitoring is unavailable: durable-rules is not installed")
    server.wait_for('"cause": "durable-rules is not installed"')
    wait_until(lambda: health_of(server.address, MONITORING) == NOT_SERVING)
    assert "Traceback" not in server.text
    assert server.stop() == 0


def test_health_says_when_accounts_wait_too_long(start_server: StartServer, rules: Path) -> None:
    waiting = start_server(rules=rules, monitors=0, monitoring_lag_seconds=0.1)
    wait_until(lambda: health_of(waiting.address, MONITORING) == SERVING)
    with UnderwriterClient(waiting.address, timeout=60) as client:
        client.record_event(event("somebody"))
    wait_until(lambda: health_of(waiting.address, MONITORING) == NOT_SERVING)
    assert health_of(waiting.address, "") == SERVING
    follower = start_server(rules=rules, monitors=1)
    assert follower.address
    wait_until(lambda: health_of(waiting.address, MONITORING) == SERVING)
    waiting.wait_for("accounts are looked at in time again")
    assert waiting.text.count("accounts wait to be looked at") == 1
    assert waiting.text.count("accounts are looked at in time again") == 1
