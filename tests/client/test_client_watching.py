"""Streams, as the clients follow them over servers that come and go."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Thread
from typing import Any

import grpc
import pytest

from underwriter.client import UnderwriterClient, UnderwriterError
from underwriter.v1.account_event_pb2 import AccountEvent
from underwriter.v1.account_pb2 import Alert
from underwriter.v1.account_service_pb2 import (
    RecordEventsRequest,
    RecordEventsResponse,
    WatchAlertsRequest,
    WatchAlertsResponse,
)
from underwriter.v1.account_service_pb2_grpc import AccountServiceServicer, add_AccountServiceServicer_to_server
from underwriter.v1.decision_service_pb2 import DecideRequest, DecideStreamResponse
from underwriter.v1.decision_service_pb2_grpc import DecisionServiceServicer, add_DecisionServiceServicer_to_server


class Leaving(AccountServiceServicer, DecisionServiceServicer):
    """Sends one answer, breaks off, refuses the next stream, and is gone."""

    def __init__(self, server: grpc.Server) -> None:
        self._server = server
        self._streams = 0
        self.cursors: list[str] = []

    def WatchAlerts(  # noqa: N802 - the method's name in the API
        self, request: WatchAlertsRequest, context: grpc.ServicerContext
    ) -> Iterator[WatchAlertsResponse]:
        self.cursors.append(request.cursor)
        if self._is_first():
            yield WatchAlertsResponse(alert=Alert(name="alerts/1"), cursor="one")
        context.abort(grpc.StatusCode.UNAVAILABLE, "stopping")

    def DecideStream(  # noqa: N802 - the method's name in the API
        self, requests: Iterator[DecideRequest], context: grpc.ServicerContext
    ) -> Iterator[DecideStreamResponse]:
        if self._is_first():
            yield DecideStreamResponse(request_id=next(requests).request_id)
        context.abort(grpc.StatusCode.UNAVAILABLE, "stopping")

    def RecordEvents(  # noqa: N802 - the method's name in the API
        self, _requests: Iterator[RecordEventsRequest], context: grpc.ServicerContext
    ) -> RecordEventsResponse:
        context.abort(grpc.StatusCode.FAILED_PRECONDITION, "refused unread")

    def _is_first(self) -> bool:
        self._streams += 1
        if self._streams == 1:
            return True
        Thread(target=self._server.stop, args=(None,)).start()
        return False


@pytest.fixture
def leaving() -> Iterator[tuple[str, Leaving]]:
    """A server that leaves: its address, and what it saw."""
    server = grpc.server(ThreadPoolExecutor(2))
    servicer = Leaving(server)
    add_AccountServiceServicer_to_server(servicer, server)
    add_DecisionServiceServicer_to_server(servicer, server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    yield f"127.0.0.1:{port}", servicer
    server.stop(None).wait()


def test_a_watch_ends_with_an_error_when_its_server_is_gone_for_good(leaving: tuple[str, Leaving]) -> None:
    address, servicer = leaving
    with UnderwriterClient(address) as client:
        alerts = client.watch_alerts()
        assert next(alerts).alert.name == "alerts/1"
        with pytest.raises(UnderwriterError) as ended:
            next(alerts)
    assert ended.value.code == grpc.StatusCode.UNAVAILABLE
    assert servicer.cursors[:2] == ["", "one"]


def test_decisions_end_with_an_error_when_their_server_is_gone_for_good(
    leaving: tuple[str, Leaving], connect: Callable[..., Any]
) -> None:
    address, _ = leaving
    with connect(address) as client, pytest.raises(UnderwriterError) as ended:
        list(client.decide_many([DecideRequest(request_id=str(number)) for number in range(3)]))
    assert ended.value.code == grpc.StatusCode.UNAVAILABLE


def test_events_that_a_server_refuses_unread_end_with_an_error(
    leaving: tuple[str, Leaving], connect: Callable[..., Any]
) -> None:
    address, _ = leaving
    with connect(address) as client, pytest.raises(UnderwriterError) as ended:
        client.record_events([AccountEvent()] * 1_000)
    # grpc.aio says INTERNAL of a call that ended while it was written to.
    assert ended.value.code in (grpc.StatusCode.FAILED_PRECONDITION, grpc.StatusCode.INTERNAL)
