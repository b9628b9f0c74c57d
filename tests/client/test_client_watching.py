"""Streams of alerts, as the client follows them over servers that come and go."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Thread

import grpc
import pytest

from underwriter.client import UnderwriterClient, UnderwriterError
from underwriter.v1.account_pb2 import Alert
from underwriter.v1.account_service_pb2 import WatchAlertsRequest, WatchAlertsResponse
from underwriter.v1.account_service_pb2_grpc import AccountServiceServicer, add_AccountServiceServicer_to_server


class Leaving(AccountServiceServicer):
    """Sends one alert, breaks off, refuses the next stream, and is gone."""

    def __init__(self, server: grpc.Server) -> None:
        self._server = server
        self.cursors: list[str] = []

    def WatchAlerts(  # noqa: N802 - the method's name in the API
        self, request: WatchAlertsRequest, context: grpc.ServicerContext
    ) -> Iterator[WatchAlertsResponse]:
        self.cursors.append(request.cursor)
        if len(self.cursors) == 1:
            yield WatchAlertsResponse(alert=Alert(name="alerts/1"), cursor="one")
        else:
            Thread(target=self._server.stop, args=(None,)).start()
        context.abort(grpc.StatusCode.UNAVAILABLE, "stopping")


def test_a_stream_ends_with_an_error_when_its_server_is_gone_for_good() -> None:
    server = grpc.server(ThreadPoolExecutor(2))
    leaving = Leaving(server)
    add_AccountServiceServicer_to_server(leaving, server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    with UnderwriterClient(f"127.0.0.1:{port}") as client:
        alerts = client.watch_alerts()
        assert next(alerts).alert.name == "alerts/1"
        with pytest.raises(UnderwriterError) as ended:
            next(alerts)
    assert ended.value.code == grpc.StatusCode.UNAVAILABLE
    assert leaving.cursors[:2] == ["", "one"]
