"""The answers of a stream, and which of its requests are not answered yet."""

import threading
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import grpc

from underwriter.client.errors import UnderwriterError, error_of_status
from underwriter.client.patience import Patience
from underwriter.client.requests import with_request_id
from underwriter.v1.decision_pb2 import Decision
from underwriter.v1.decision_service_pb2 import DecideRequest, DecideStreamResponse


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer to one request of a stream: a decision, or the error why there is none."""

    request_id: str
    decision: Decision | None
    error: UnderwriterError | None


class Backlog:
    """The requests of a stream that may take several connections.

    When a connection ends early, `requests` gives the next one what is unanswered first, then what was never sent.
    Sending again is safe: the server answers a request id that it knows with the same decision. gRPC reads requests
    in a thread of its own, so the state is locked.
    """

    def __init__(self, source: Iterable[DecideRequest]) -> None:
        self._source = iter(source)
        self._again: deque[DecideRequest] = deque()
        self._unanswered: dict[str, DecideRequest] = {}
        self._connection = 0
        self._patience = Patience()
        self._lock = threading.Lock()

    def requests(self) -> Iterator[DecideRequest]:
        """Return what to send over a new connection; the iterator of the one before ends."""
        with self._lock:
            self._connection += 1
            self._again = deque(self._unanswered.values())
            connection = self._connection
        return self._requests_over(connection)

    def take(self, response: DecideStreamResponse) -> Answer:
        """Note that a request is answered, and return the answer."""
        self._patience.renew()
        with self._lock:
            self._unanswered.pop(response.request_id, None)
        if response.HasField("error"):
            return Answer(response.request_id, None, error_of_status(response.error))
        return Answer(response.request_id, response.decision, None)

    def break_off(self, error: grpc.RpcError) -> float:
        """Note that a connection ended with an error, as `Patience.break_off` does; return the seconds to wait."""
        return self._patience.break_off(error)

    def _requests_over(self, connection: int) -> Iterator[DecideRequest]:
        while (request := self._next(connection)) is not None:
            yield request

    def _next(self, connection: int) -> DecideRequest | None:
        with self._lock:
            if connection != self._connection:
                return None
            if self._again:
                return self._again.popleft()
            request = next(self._source, None)
            if request is not None:
                request = with_request_id(request)
                self._unanswered[request.request_id] = request
            return request
