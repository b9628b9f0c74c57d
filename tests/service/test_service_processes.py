"""What happens to calls, records and ports when processes start, die and stop."""

import os
import re
import shutil
import signal
import socket
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import grpc
import pytest
from grpc_health.v1 import health_pb2, health_pb2_grpc

from underwriter.client import UnderwriterClient, UnderwriterError, decide_request
from underwriter.v1.application_pb2 import Application
from underwriter.v1.decision_pb2 import Decision
from underwriter.v1.decision_service_pb2_grpc import DecisionServiceStub

from ..ports import lasting_port
from .conftest import PATIENCE_SECONDS

PERSONAL = "PERSONAL_CREDIT_LINE"
ADULT = Application(applicant={"subject_id": "subject-1", "age": 35})
StartServer = Callable[..., Any]


class Load:
    """Threads that decide in a loop, each with its own connection, and keep what they received."""

    def __init__(self, address: str, threads: int = 4) -> None:
        self.received: dict[str, Decision] = {}
        self.errors: list[UnderwriterError] = []
        self._address = address
        self._is_over = threading.Event()
        self._threads = [threading.Thread(target=self._decide, args=(number,)) for number in range(threads)]

    def _decide(self, thread: int) -> None:
        with UnderwriterClient(self._address, timeout=60) as client:
            count = 0
            while not self._is_over.is_set():
                count += 1
                request_id = f"load-{thread}-{count}"
                try:
                    self.received[request_id] = client.decide(ADULT, product=PERSONAL, request_id=request_id)
                except UnderwriterError as error:
                    self.errors.append(error)
                    time.sleep(0.02)

    @contextmanager
    def running(self) -> Iterator["Load"]:
        for thread in self._threads:
            thread.start()
        try:
            yield self
        finally:
            self._is_over.set()
            for thread in self._threads:
                thread.join(PATIENCE_SECONDS)
                assert not thread.is_alive()

    def wait_for_more(self, count: int) -> None:
        """Wait until so many more decisions have been received."""
        target = len(self.received) + count
        end = time.monotonic() + PATIENCE_SECONDS
        while len(self.received) < target:
            assert time.monotonic() < end, f"no answers any more; errors: {self.errors[-3:]}"
            time.sleep(0.01)


def assert_all_recorded(address: str, received: dict[str, Decision]) -> None:
    """Every decision that a client received is there unchanged, and a retry returns it."""
    assert received
    with UnderwriterClient(address, timeout=60) as client:
        recorded = {decision.name: decision for decision in client.list_decisions(page_size=1000)}
        assert all(recorded[decision.name] == decision for decision in received.values())
        for request_id, decision in list(received.items())[-20:]:
            assert client.decide(ADULT, product=PERSONAL, request_id=request_id) == decision


def test_a_killed_worker_is_replaced_and_loses_nothing_that_was_answered(start_server: StartServer) -> None:
    server = start_server(workers=2)
    address = server.address
    before = server.workers()
    with Load(address).running() as load:
        load.wait_for_more(50)
        os.kill(before[0], signal.SIGKILL)
        server.wait_for(r"process died")
        load.wait_for_more(50)
        end = time.monotonic() + PATIENCE_SECONDS
        while len(server.workers()) < 2:
            assert time.monotonic() < end
            time.sleep(0.01)
    assert before[0] not in server.workers()
    assert_all_recorded(address, load.received)
    assert server.stop() == 0


def test_after_the_whole_server_is_killed_everything_answered_is_there(start_server: StartServer) -> None:
    port = lasting_port()
    server = start_server(workers=2, port=port)
    with Load(server.address).running() as load:
        load.wait_for_more(50)
        server.kill_all()
        server = start_server(workers=2, port=port)
        assert server.address
        load.wait_for_more(20)
    assert_all_recorded(server.address, load.received)


def test_workers_end_when_their_supervisor_is_killed(start_server: StartServer) -> None:
    server = start_server(workers=2, drain_seconds=1)
    assert server.address
    workers = server.workers()
    server.process.kill()
    end = time.monotonic() + PATIENCE_SECONDS
    while any(Path(f"/proc/{pid}").exists() for pid in workers):
        assert time.monotonic() < end, "workers live on without their supervisor"
        time.sleep(0.02)


def test_a_stopping_server_answers_what_it_has_begun(start_server: StartServer) -> None:
    server = start_server(workers=2)
    with Load(server.address).running() as load:
        load.wait_for_more(50)
        assert server.stop() == 0
    assert "stopped" in server.text
    assert '"all_calls_finished": true' in server.text
    # Clients only ever saw that the server is away, never a call cut off half-way with another status.
    assert {error.code for error in load.errors} <= {grpc.StatusCode.UNAVAILABLE}
    again = start_server()
    assert_all_recorded(again.address, load.received)


def test_a_stopping_server_tells_health_watchers_and_does_not_wait_for_them(start_server: StartServer) -> None:
    server = start_server(drain_seconds=3600)
    with grpc.insecure_channel(server.address) as channel:
        watch = health_pb2_grpc.HealthStub(channel).Watch(health_pb2.HealthCheckRequest(service=""))
        assert next(watch).status == health_pb2.HealthCheckResponse.SERVING
        os.kill(server.process.pid, signal.SIGINT)
        assert next(watch).status == health_pb2.HealthCheckResponse.NOT_SERVING
        with pytest.raises(grpc.RpcError):
            next(watch)
    assert server.ended() == 0


def test_a_worker_that_hangs_is_killed_after_the_drain(start_server: StartServer) -> None:
    server = start_server(drain_seconds=0)
    assert server.address
    (worker,) = server.workers()
    os.kill(worker, signal.SIGSTOP)
    assert server.stop() == 1
    assert "1 of 1 processes had to be killed; recorded decisions are safe" in server.text


def test_a_worker_that_keeps_dying_ends_the_server_with_a_message(start_server: StartServer) -> None:
    server = start_server(workers=2)
    assert server.address
    while server.process.is_alive():
        with suppress(ProcessLookupError):  # it has just ended
            for pid in server.workers()[-1:]:
                os.kill(pid, signal.SIGKILL)
        time.sleep(0.05)
    assert server.ended() == 1
    assert "5 times within 10 s of its start (last: signal SIGKILL); giving up" in server.text


def test_a_port_in_use_is_told_plainly(start_server: StartServer) -> None:
    first = start_server()
    host, _, port = first.address.rpartition(":")
    second = start_server(port=port)
    assert second.ended() == 2
    assert f"port {port} of {host} is in use by another process" in second.text
    assert "Traceback" not in second.text
    assert first.stop() == 0


def test_a_stranger_on_the_port_is_told_plainly(start_server: StartServer) -> None:
    with socket.create_server(("127.0.0.1", 0)) as stranger:
        server = start_server(port=stranger.getsockname()[1])
        assert server.ended() == 2
    assert "is in use by another process" in server.text


@pytest.mark.parametrize("host", ["192.0.2.1", "no-such-host.invalid"])
def test_an_address_that_is_not_ours_is_told_plainly(start_server: StartServer, host: str) -> None:
    server = start_server(host=host)
    assert server.ended() == 2
    assert "set host to an address of this machine" in server.text
    assert "Traceback" not in server.text


def test_broken_rules_keep_the_server_from_starting_and_all_errors_are_shown(
    start_server: StartServer, tmp_path: Path, small_settings: dict[str, Any]
) -> None:
    rules = tmp_path / "rules"
    shutil.copytree(small_settings["rules"], rules)
    for policy in ("personal", "pay_later"):
        path = rules / policy / "policy.yaml"
        path.write_text(path.read_text("utf-8").replace("applicant.age <", "applicant.aeg <"), "utf-8")
    server = start_server(rules=rules, workers=2)
    assert server.ended() == 2
    for policy in ("personal", "pay_later"):
        assert re.search(rf"{policy}/policy.yaml:14:\d+: error\[", server.text), server.text
    assert server.text.count(": error[") == 2, "each error is shown once"
    assert "Traceback" not in server.text


def test_a_database_that_cannot_be_made_is_told_plainly(start_server: StartServer, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    server = start_server(database=f"sqlite:///{tmp_path}/file/ledger.db")
    assert server.ended() == 2
    assert "Traceback" not in server.text
    assert "file" in server.text


def test_while_the_database_is_locked_nothing_is_decided_or_half_written(
    start_server: StartServer, tmp_path: Path
) -> None:
    server = start_server()
    with UnderwriterClient(server.address, timeout=60) as client:
        assert client.decide(ADULT, product=PERSONAL, request_id="before").name
        stranger = sqlite3.connect(tmp_path / "data" / "underwriter.db", isolation_level=None)
        stranger.execute("BEGIN EXCLUSIVE")
        with grpc.insecure_channel(server.address) as channel:  # without the client's retries
            request = decide_request(ADULT, product=PERSONAL, request_id="locked")
            with pytest.raises(grpc.RpcError) as refused:
                DecisionServiceStub(channel).Decide(request, timeout=60)
        assert refused.value.code() == grpc.StatusCode.UNAVAILABLE
        stranger.execute("ROLLBACK")
        stranger.close()
        assert client.decide(ADULT, product=PERSONAL, request_id="locked").ledger.index == 1
        assert [decision.request_id for decision in client.list_decisions()] == ["locked", "before"]


def test_the_drain_of_an_idle_server_is_quick_and_its_ledger_stays(start_server: StartServer) -> None:
    server = start_server()
    with UnderwriterClient(server.address, timeout=60) as client:
        decision = client.decide(ADULT, product=PERSONAL)
    assert server.stop() == 0
    again = start_server()
    with UnderwriterClient(again.address, timeout=60) as client:
        assert client.get_decision(decision.name) == decision


def test_a_decision_of_an_older_policy_version_can_be_explained_and_pinned(
    start_server: StartServer, tmp_path: Path, small_settings: dict[str, Any]
) -> None:
    rules = tmp_path / "rules"
    shutil.copytree(small_settings["rules"], rules)
    policy = rules / "personal" / "policy.yaml"
    server = start_server(rules=rules)
    with UnderwriterClient(server.address, timeout=60) as client:
        older = client.decide(ADULT, product=PERSONAL)
    server.stop()
    policy.write_text(policy.read_text("utf-8").replace("value: 18", "value: 40"), "utf-8")
    server = start_server(rules=rules)
    with UnderwriterClient(server.address, timeout=60) as client:
        newer = client.decide(ADULT, product=PERSONAL)
        assert newer.policy.version != older.policy.version
        assert newer.outcome != older.outcome
        explained = client.explain_decision(older.name)
        assert explained.reproduced
        assert explained.decision == older
        pinned = client.decide(ADULT, product=PERSONAL, policy_version=older.policy.version)
        assert (pinned.policy, pinned.outcome) == (older.policy, older.outcome)
