"""The door that every call goes through: admission, deadline, parsing, errors to statuses, the log line.

Handlers take and give bytes, so that `Decide` can record the request as it came and serialise its answer once; the
other methods are wrapped to see messages. There is no interceptor because one costs a second coroutine a call.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import NoReturn, Protocol, TypeVar

import grpc
import structlog
from google.protobuf.message import DecodeError, Message
from google.rpc.status_pb2 import Status
from uuid_utils import uuid4

from underwriter.decisioning import PolicyUnusable, RulesRefused
from underwriter.ledger.checkpoints import LogAltered, OriginChanged
from underwriter.ledger.keys import SealingError
from underwriter.ledger.merkle import TreeDamaged
from underwriter.service.errors import (
    CallRefused,
    DeadlinePassed,
    Draining,
    RequestMalformed,
    TooBusy,
    defect_status,
    reason_of,
    status_of,
)
from underwriter.service.logs import LinePace, frames_of
from underwriter.storage import DatabaseUnavailable

RequestT = TypeVar("RequestT", bound=Message)
AnswerT = TypeVar("AnswerT")
_POLL_SECONDS = 0.005
STATUS_DETAILS_KEY = "grpc-status-details-bin"
# Only the texts of these speak of the server's own state alone; those of others may quote the request.
_OF_THE_SERVER = (
    DatabaseUnavailable,
    LogAltered,
    OriginChanged,
    PolicyUnusable,
    RulesRefused,
    SealingError,
    TreeDamaged,
)
_CODES = {code.value[0]: code for code in grpc.StatusCode}

BytesMethod = Callable[[bytes], Awaitable[bytes]]
ClientStreamMethod = Callable[[AsyncIterator[bytes]], Awaitable[Message]]
"""Reads all requests of a stream, and returns the one answer."""

ServerStreamMethod = Callable[[RequestT, Callable[[bytes], Awaitable[None]]], Awaitable[None]]
"""Writes the answers to one request, one after the other; the stream ends when it returns."""


class StreamMethod(Protocol):
    """A bidirectional method: reads requests, and writes answers by `write` in any order."""

    async def __call__(self, requests: AsyncIterator[bytes], write: Callable[[bytes], Awaitable[None]]) -> None:
        """Return when all requests are answered."""


def parse(message_type: type[RequestT], received: bytes) -> RequestT:
    """Return the message that the bytes hold. Raises RequestMalformed."""
    try:
        message: RequestT = message_type.FromString(received)
    except DecodeError:
        raise RequestMalformed(message_type.DESCRIPTOR.full_name) from None
    return message


class CallGate:
    """Admits at most `limit` calls at a time, tells errors to clients in one way, and knows when all calls are done."""

    def __init__(self, limit: int, logs_every_call: bool) -> None:
        self._limit = limit
        self._logs_every_call = logs_every_call
        self._in_flight = 0
        self._is_closed = False
        self._log = structlog.get_logger()
        self._pace = LinePace()

    def bytes_method(self, name: str, method: BytesMethod) -> grpc.RpcMethodHandler:
        """Return the handler of a method that takes and gives serialised messages."""

        async def handle(received: bytes, context: grpc.aio.ServicerContext) -> bytes:
            return await self._through(name, context, lambda: method(received))

        return grpc.unary_unary_rpc_method_handler(handle)

    def method(
        self, name: str, request_type: type[RequestT], method: Callable[[RequestT], Awaitable[Message]]
    ) -> grpc.RpcMethodHandler:
        """Return the handler of a method that takes and gives messages."""

        async def serve(received: bytes) -> bytes:
            answer: bytes = (await method(parse(request_type, received))).SerializeToString()
            return answer

        return self.bytes_method(name, serve)

    def stream_method(self, name: str, method: StreamMethod) -> grpc.RpcMethodHandler:
        """Return the handler of a bidirectional method. The stream counts as one call, whatever its items."""

        async def handle(requests: AsyncIterator[bytes], context: grpc.aio.ServicerContext) -> None:
            await self._through(name, context, lambda: method(requests, context.write))

        return grpc.stream_stream_rpc_method_handler(handle)

    def client_stream_method(self, name: str, method: ClientStreamMethod) -> grpc.RpcMethodHandler:
        """Return the handler of a method that takes a stream and gives one message. It counts as one call."""

        async def handle(requests: AsyncIterator[bytes], context: grpc.aio.ServicerContext) -> bytes:
            answer: bytes = (await self._through(name, context, lambda: method(requests))).SerializeToString()
            return answer

        return grpc.stream_unary_rpc_method_handler(handle)

    def server_stream_method(
        self, name: str, request_type: type[RequestT], method: ServerStreamMethod[RequestT]
    ) -> grpc.RpcMethodHandler:
        """Return the handler of a method that takes one message and gives a stream. It counts as one call."""

        async def handle(received: bytes, context: grpc.aio.ServicerContext) -> None:
            await self._through(name, context, lambda: method(parse(request_type, received), context.write))

        return grpc.unary_stream_rpc_method_handler(handle)

    async def _through(
        self, name: str, context: grpc.aio.ServicerContext, work: Callable[[], Awaitable[AnswerT]]
    ) -> AnswerT:
        """Do the work of a call. It is in flight until its answer is there, or its refusal is sent."""
        start = time.perf_counter()
        try:
            self._enter(context)
        except CallRefused as error:
            await self._refuse(context, name, error, start)
        try:
            answer = await work()
        except Exception as error:  # noqa: BLE001 - the boundary: every error becomes a status
            await self._refuse(context, name, error, start)
        finally:
            self._in_flight -= 1
        if self._logs_every_call:
            self._log.debug("call", method=name, code="OK", ms=_ms_since(start))
        return answer

    def told(self, name: str, error: Exception, start: float) -> Status:
        """Log an error of a call that began at `start` (`time.perf_counter`), and return what its client is told."""
        status = status_of(error)
        if status is None:
            return self._defect(name, error)
        reason = reason_of(status)
        if isinstance(error, TooBusy):
            if count := self._pace.count(reason):
                self._log.warning("calls refused", reason=reason, count=count, limit=self._limit)
            return status
        fields = {"method": name, "ms": _ms_since(start), "code": _code(status).name, "reason": reason}
        if not isinstance(error, _OF_THE_SERVER):
            self._log.info("call refused", **fields)
        elif count := self._pace.count(reason):
            self._log.warning("calls refused", **fields, cause=str(error), count=count)
        return status

    def close(self) -> None:
        """Admit no further call: each is told that the server is stopping. Calls in flight go on."""
        self._is_closed = True

    async def all_done(self, seconds: float) -> bool:
        """Wait until no call is in flight, at most so long; tell whether that came true."""
        end = time.monotonic() + seconds
        while self._in_flight and time.monotonic() < end:
            await asyncio.sleep(_POLL_SECONDS)
        return not self._in_flight

    def _enter(self, context: grpc.aio.ServicerContext) -> None:
        if self._in_flight >= self._limit:
            raise TooBusy(self._limit)
        if self._is_closed:
            raise Draining
        remaining = context.time_remaining()
        if remaining is not None and remaining <= 0:
            raise DeadlinePassed
        self._in_flight += 1

    async def _refuse(self, context: grpc.aio.ServicerContext, name: str, error: Exception, start: float) -> NoReturn:
        status = self.told(name, error, start)
        details = ((STATUS_DETAILS_KEY, status.SerializeToString()),)
        await context.abort(_code(status), status.message, details)
        raise AssertionError("abort always raises")

    def _defect(self, name: str, error: Exception) -> Status:
        incident = str(uuid4())
        # The error's text may quote the application, so only its type and place are logged.
        self._log.error("defect", method=name, incident=incident, error=type(error).__name__, frames=frames_of(error))
        return defect_status(incident)


def _code(status: Status) -> grpc.StatusCode:
    return _CODES[status.code]


def _ms_since(start: float) -> float:
    return round((time.perf_counter() - start) * 1000, 3)
