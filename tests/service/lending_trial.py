"""A server that lends while something fails, and what must be true of it then and afterwards."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import grpc
from grpc_health.v1 import health_pb2, health_pb2_grpc

from underwriter.client import UnderwriterClient
from underwriter.v1.decision_pb2 import Decision

from .kept_record import KeptRecord
from .lending_load import (
    DEADLINE_SECONDS,
    DECIDE,
    LENDING_RULES,
    Correspondence,
    Line,
    Load,
    application,
    assert_unchanged,
    place_told,
)

# A call fails in one of these ways or not at all.
EXPECTED_FAILURES = {
    ("UNAVAILABLE", "LEDGER_UNAVAILABLE"),
    ("ABORTED", "CHANGED_TOO_OFTEN"),
    ("DEADLINE_EXCEEDED", ""),  # the client stopped waiting
    ("DEADLINE_EXCEEDED", "DEADLINE_PASSED"),
}
CONNECTIONS_TO_REACH_ALL_WORKERS = 6


class Trial:
    """A server with two workers on a record, and all that its clients sent and received."""

    def __init__(self, record: KeptRecord, start_server: Callable[..., Any], **settings: object) -> None:
        self.record = record
        self.kept = Correspondence()
        told = {"rules": LENDING_RULES, "workers": 2, "checkpoint_seconds": 0.2} | record.settings | settings
        self.server = start_server(**told)
        self.address = self.server.address
        self.workers = self.server.workers()
        self._loads = 0

    @contextmanager
    def under_load(self, seconds: float = DEADLINE_SECONDS) -> Iterator[Load]:
        """Lend in the block, before it for a while, and after it once more; `seconds` is each call's deadline."""
        self._loads += 1
        load = Load(self.address, self.kept, f"load-{self._loads}", seconds=seconds)
        with load.running():
            load.wait_for_more(10)
            yield load
            self.assert_serves()
            load.wait_for_more(10)

    def assert_serves(self) -> None:
        """The next call succeeds, on whichever worker it comes to, and health says so."""
        for number in range(CONNECTIONS_TO_REACH_ALL_WORKERS):
            request_id = f"next-{len(self.kept.sent)}-{number}"
            with Line(self.address) as line:
                call = application(request_id, f"next-borrower-{number}", 1000)
                assert self.kept.exchange(line, request_id, call), (self.kept.failures[-1], self.server.text)
        assert self.health() == "SERVING"

    def assert_refuses(self) -> None:
        """Calls to all workers fail for now, and each is told so and when to try again."""
        before = len(self.kept.failures)
        for number in range(CONNECTIONS_TO_REACH_ALL_WORKERS):
            request_id = f"refused-{len(self.kept.sent)}-{number}"
            with Line(self.address) as line:
                call = application(request_id, f"next-borrower-{number}", 1000)
                assert self.kept.exchange(line, request_id, call) is None
        told = {(failure.code.name, failure.reason) for failure in self.kept.failures[before:]}
        assert told == {("UNAVAILABLE", "LEDGER_UNAVAILABLE")}

    def assert_promises_kept(self) -> None:
        """Nothing that was answered is lost, what failed can be asked for again, and nobody had to be restarted."""
        assert self.server.workers() == self.workers
        assert set(self.kept.reasons()) <= EXPECTED_FAILURES
        assert all(failure.tells_when_to_retry for failure in self.kept.failures if failure.code.name == "UNAVAILABLE")
        with Line(self.address) as line:
            for request_id in self.kept.unanswered():
                assert self.kept.exchange(line, request_id, self.kept.sent[request_id]), self.kept.failures[-1]
            assert_unchanged(line, self.kept, self.kept.received)
        places = self.record.places()
        assert places.keys() == self.kept.received.keys()
        for request_id, (index, leaf_hash) in places.items():
            assert place_told(self.kept, request_id) in (None, (index, leaf_hash))
        self.record.assert_sound(self.kept.notes)
        self.assert_log_is_fit()

    def assert_log_is_fit(self) -> None:
        """The log has no traceback, nobody's name, and not a line for every call that failed."""
        text = self.server.text
        assert "Traceback" not in text, text
        assert "borrower-" not in text
        assert '"defect"' not in text
        assert len(self.server.log) < 100, text

    def health(self) -> str:
        with grpc.insecure_channel(self.address) as channel:
            answer = health_pb2_grpc.HealthStub(channel).Check(health_pb2.HealthCheckRequest(service=""), timeout=60)
        return str(health_pb2.HealthCheckResponse.ServingStatus.Name(answer.status))

    def assert_each_is_listed_once(self) -> None:
        """Each decision received is on one page of the list, under a name that no other has."""
        with UnderwriterClient(self.address, timeout=60) as client:
            listed = [decision.name for decision in client.list_decisions(page_size=7)]
        assert sorted(listed) == sorted(decision.name for decision in self.decisions())
        assert len(set(listed)) == len(listed)

    def decisions(self) -> list[Decision]:
        """Return the decisions received."""
        answers = self.kept.received.items()
        return [Decision.FromString(answer) for name, answer in answers if self.kept.sent[name].method == DECIDE]
