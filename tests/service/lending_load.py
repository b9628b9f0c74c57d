"""Clients that apply, draw, repay and give up, several at a time, and keep every byte that they sent and received."""

import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random
from typing import Any, NamedTuple

import grpc
from google.protobuf.message import Message
from google.rpc.error_details_pb2 import ErrorInfo, RetryInfo
from google.rpc.status_pb2 import Status
from google.type.money_pb2 import Money

from underwriter.v1.application_pb2 import Application
from underwriter.v1.decision_pb2 import Decision
from underwriter.v1.decision_service_pb2 import DecideRequest, GetDecisionRequest
from underwriter.v1.facility_service_pb2 import (
    ConfirmDrawdownRequest,
    RecordRepaymentRequest,
    ReleaseReservationRequest,
)
from underwriter.v1.ledger_service_pb2 import Checkpoint

from .conftest import PATIENCE_SECONDS

LENDING_RULES = Path(__file__).parent / "lending_rules"
DEADLINE_SECONDS = 30.0

DECIDE = "/underwriter.v1.DecisionService/Decide"
GET_DECISION = "/underwriter.v1.DecisionService/GetDecision"
DRAW = "/underwriter.v1.FacilityService/ConfirmDrawdown"
REPAY = "/underwriter.v1.FacilityService/RecordRepayment"
RELEASE = "/underwriter.v1.FacilityService/ReleaseReservation"
GET_CHECKPOINT = "/underwriter.v1.LedgerService/GetCheckpoint"


class Call(NamedTuple):
    """A method and the bytes to send to it."""

    method: str
    request: bytes


class Failure(NamedTuple):
    """How a call failed, by what the client was told. No `reason` means that the connection failed, not the call."""

    request_id: str
    code: grpc.StatusCode
    reason: str
    tells_when_to_retry: bool
    seconds: float


class Line:
    """A connection of its own, on which bytes are sent and received as they are, and nothing is tried again."""

    def __init__(self, address: str) -> None:
        options = [("grpc.use_local_subchannel_pool", 1), ("grpc.enable_retries", 0)]
        self._channel = grpc.insecure_channel(address, options)
        self._methods: dict[str, Any] = {}

    def __enter__(self) -> "Line":
        return self

    def __exit__(self, *_: object) -> None:
        self._channel.close()

    def send(self, call: Call, seconds: float = DEADLINE_SECONDS) -> bytes:
        """Return the answer's bytes. Raises grpc.RpcError."""
        method = self._methods.setdefault(call.method, self._channel.unary_unary(call.method))
        answer: bytes = method(call.request, timeout=seconds)
        return answer


class Correspondence:
    """What was sent and received by request id, the checkpoints received, and how calls failed."""

    def __init__(self) -> None:
        self.sent: dict[str, Call] = {}
        self.received: dict[str, bytes] = {}
        self.notes: list[str] = []
        self.failures: list[Failure] = []

    def unanswered(self) -> list[str]:
        return [request_id for request_id in self.sent if request_id not in self.received]

    def reasons(self) -> Counter[tuple[str, str]]:
        return Counter((failure.code.name, failure.reason) for failure in self.failures)

    def summary(self) -> str:
        failed = ", ".join(f"{count} {code} {reason}".strip() for (code, reason), count in self.reasons().items())
        decisions = sum(self.sent[request_id].method == DECIDE for request_id in self.received)
        notes = len(self.notes)
        return (
            f"{len(self.received)} answers ({decisions} decisions) and {notes} checkpoints received, failed: {failed}"
        )

    def exchange(self, line: Line, request_id: str, call: Call, seconds: float = DEADLINE_SECONDS) -> bytes | None:
        """Send a call and keep what comes; None if it fails."""
        self.sent[request_id] = call
        began = time.monotonic()
        try:
            self.received[request_id] = line.send(call, seconds)
        except grpc.RpcError as error:
            self.failures.append(_failure(request_id, error, time.monotonic() - began))
            return None
        return self.received[request_id]

    def keep_checkpoint(self, line: Line, seconds: float = DEADLINE_SECONDS) -> bool:
        """Ask for the last checkpoint; tell whether there is one."""
        try:
            answer = line.send(Call(GET_CHECKPOINT, b""), seconds)
        except grpc.RpcError:
            return False
        self.notes.append(Checkpoint.FromString(answer).note)
        return True


class Load:
    """Threads that lend in a loop, each on a connection of its own, until it is over.

    `name` begins all request ids. `seconds` is each call's deadline.
    """

    def __init__(
        self,
        address: str,
        kept: Correspondence,
        name: str,
        threads: int = 4,
        seconds: float = DEADLINE_SECONDS,
    ) -> None:
        self._address = address
        self._kept = kept
        self._name = name
        self._seconds = seconds
        self._is_over = threading.Event()
        self._received_before = len(kept.received)
        self._threads = [threading.Thread(target=self._lend, args=(number,)) for number in range(threads)]

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

    @property
    def received(self) -> int:
        """How many answers have come."""
        return len(self._kept.received) - self._received_before

    def wait_for(self, condition: Callable[[], bool]) -> None:
        end = time.monotonic() + PATIENCE_SECONDS
        while not condition():
            assert time.monotonic() < end, f"it did not come; failures so far: {self._kept.reasons()}"
            time.sleep(0.01)

    def wait_for_more(self, count: int) -> None:
        """Wait until so many more answers have come."""
        target = self.received + count
        self.wait_for(lambda: self.received >= target)

    def wait_for_failures(self, count: int) -> None:
        """Wait until so many more calls have failed."""
        target = len(self._kept.failures) + count
        self.wait_for(lambda: len(self._kept.failures) >= target)

    def _lend(self, thread: int) -> None:
        random = Random(f"{self._name}-{thread}")  # noqa: S311 - it picks subjects and amounts
        with Line(self._address) as line:
            number = 0
            while not self._is_over.is_set():
                number += 1
                if not self._lend_once(line, random, f"{self._name}-{thread}-{number}"):
                    time.sleep(0.02)

    def _lend_once(self, line: Line, random: Random, request_id: str) -> bool:
        """Apply, and use what is offered; tell whether all calls were answered."""
        if random.random() < 0.05:
            self._kept.keep_checkpoint(line, self._seconds)
        answer = self._exchange(line, request_id, application(request_id, _subject(random), _amount(random)))
        if answer is None:
            return False
        decision = Decision.FromString(answer)
        if not decision.offers or random.random() < 0.2:
            return True
        facility = decision.name.replace("decisions/", "facilities/")
        amount = decision.offers[0].credit_limit.units
        uses = [
            (f"{request_id}-draw", drawdown(f"{request_id}-draw", facility, amount // 2)),
            (f"{request_id}-repay", repayment(f"{request_id}-repay", facility, amount // 2)),
            (f"{request_id}-release", release(f"{request_id}-release", facility)),
        ]
        return all(self._exchange(line, use_id, call) is not None for use_id, call in uses)

    def _exchange(self, line: Line, request_id: str, call: Call) -> bytes | None:
        return self._kept.exchange(line, request_id, call, self._seconds)


def assert_unchanged(line: Line, kept: Correspondence, request_ids: Iterable[str]) -> None:
    """A retry gets the same bytes as the first answer, and so does whoever gets the decision by its name."""
    for request_id in request_ids:
        call, answer = kept.sent[request_id], kept.received[request_id]
        assert line.send(call) == answer, request_id
        if call.method == DECIDE:
            assert line.send(reading(answer)) == answer, request_id


def place_told(kept: Correspondence, request_id: str) -> tuple[int, bytes] | None:
    """Return the index and the leaf hash that a decision names; other answers name none."""
    if kept.sent[request_id].method != DECIDE:
        return None
    position = Decision.FromString(kept.received[request_id]).ledger
    return position.index, position.leaf_hash


def application(request_id: str, subject_id: str, amount: int) -> Call:
    request = DecideRequest(
        request_id=request_id,
        product="JOINT_LOAN",
        application=Application(applicant={"subject_id": subject_id}, request={"amount": _cny(amount)}),
    )
    return _call(DECIDE, request)


def drawdown(request_id: str, facility: str, amount: int) -> Call:
    return _call(DRAW, ConfirmDrawdownRequest(request_id=request_id, facility=facility, amount=_cny(amount)))


def repayment(request_id: str, facility: str, amount: int) -> Call:
    return _call(REPAY, RecordRepaymentRequest(request_id=request_id, facility=facility, principal=_cny(amount)))


def release(request_id: str, facility: str) -> Call:
    return _call(RELEASE, ReleaseReservationRequest(request_id=request_id, facility=facility))


def reading(decision: bytes) -> Call:
    """The call that gets a decision again."""
    return _call(GET_DECISION, GetDecisionRequest(name=Decision.FromString(decision).name))


def _call(method: str, request: Message) -> Call:
    return Call(method, request.SerializeToString(deterministic=True))


def _cny(units: int) -> Money:
    return Money(currency_code="CNY", units=units)


def _subject(random: Random) -> str:
    """One of few, so that calls meet."""
    return f"borrower-{random.randrange(12)}"


def _amount(random: Random) -> int:
    """Some are too small to be lent."""
    return random.randrange(600, 6_000, 2)


def _failure(request_id: str, error: grpc.RpcError, seconds: float) -> Failure:
    told, info, retry = Status(), ErrorInfo(), RetryInfo()
    for key, value in error.trailing_metadata() or ():
        if key == "grpc-status-details-bin":
            told.ParseFromString(value)
    for detail in told.details:
        detail.Unpack(info)
    tells = any(detail.Unpack(retry) for detail in told.details)
    return Failure(request_id, error.code(), info.reason, tells, seconds)
