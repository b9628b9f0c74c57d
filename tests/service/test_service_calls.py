"""The door of every call, with methods of the tests' own behind it, over a real connection."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from typing import Any

import grpc
import pytest
import structlog
from google.rpc.error_details_pb2 import ErrorInfo, RetryInfo
from google.rpc.status_pb2 import Status

from underwriter.client.errors import UnderwriterError, error_of_call
from underwriter.decisioning import RulesRefused
from underwriter.service.calls import STATUS_DETAILS_KEY, CallGate
from underwriter.service.decision_stream import AnswerStream, Stop
from underwriter.service.errors import Draining
from underwriter.storage import DatabaseUnavailable
from underwriter.v1.decision_service_pb2 import GetDecisionRequest

Method = Callable[[bytes], Awaitable[bytes]]


@pytest.fixture
def log_lines() -> Iterator[list[dict[str, Any]]]:
    with structlog.testing.capture_logs() as lines:
        yield lines


@asynccontextmanager
async def serving(handler: grpc.RpcMethodHandler) -> AsyncIterator[grpc.aio.Channel]:
    """Serve one method, `/t.T/M`, and yield a channel to it."""
    server = grpc.aio.server()
    server.add_generic_rpc_handlers((grpc.method_handlers_generic_handler("t.T", {"M": handler}),))
    port = server.add_insecure_port("127.0.0.1:0")
    await server.start()
    async with grpc.aio.insecure_channel(f"127.0.0.1:{port}") as channel:
        yield channel
    await server.stop(None)


async def refusal(handler: grpc.RpcMethodHandler, received: bytes = b"") -> UnderwriterError:
    async with serving(handler) as channel:
        with pytest.raises(grpc.aio.AioRpcError) as failed:
            await channel.unary_unary("/t.T/M")(received)
    return error_of_call(failed.value)


def failing(error: Exception) -> grpc.RpcMethodHandler:
    async def fail(_: bytes) -> bytes:
        raise error

    return CallGate(10, logs_every_call=False).bytes_method("M", fail)


def test_an_unforeseen_error_is_internal_and_its_text_goes_nowhere(log_lines: list[dict[str, Any]]) -> None:
    error = asyncio.run(refusal(failing(ValueError("subject-4711 earns 20000"))))
    assert (error.code, error.reason) == (grpc.StatusCode.INTERNAL, "DEFECT")
    (line,) = log_lines
    assert line["incident"] in error.message
    assert line["error"] == "ValueError"
    assert any("fail" in frame for frame in line["frames"])
    assert "4711" not in json.dumps(log_lines) + str(error)


@pytest.mark.parametrize(
    ("error", "code", "reason"),
    [
        (DatabaseUnavailable("database is locked: /data/x.db"), grpc.StatusCode.UNAVAILABLE, "LEDGER_UNAVAILABLE"),
        (RulesRefused([]), grpc.StatusCode.FAILED_PRECONDITION, "POLICY_CANNOT_RUN"),
        (Draining(), grpc.StatusCode.UNAVAILABLE, "SERVER_STOPPING"),
    ],
)
def test_foreseen_errors_have_a_code_and_a_stable_reason(error: Exception, code: grpc.StatusCode, reason: str) -> None:
    told = asyncio.run(refusal(failing(error)))
    assert (told.code, told.reason) == (code, reason)


def test_the_ledgers_own_words_go_to_the_log_only(log_lines: list[dict[str, Any]]) -> None:
    error = asyncio.run(refusal(failing(DatabaseUnavailable("database is locked: /data/x.db"))))
    assert "/data/x.db" not in str(error)
    assert log_lines[0]["cause"] == "database is locked: /data/x.db"
    assert error.retry_after is not None


def test_bytes_that_are_no_message_are_an_invalid_argument() -> None:
    async def get(_: GetDecisionRequest) -> GetDecisionRequest:
        raise AssertionError("the method must not be reached")

    handler = CallGate(10, logs_every_call=False).method("M", GetDecisionRequest, get)
    error = asyncio.run(refusal(handler, b"\xff\xff\xff"))
    assert (error.code, error.reason) == (grpc.StatusCode.INVALID_ARGUMENT, "REQUEST_MALFORMED")
    assert "underwriter.v1.GetDecisionRequest" in error.message


def test_one_call_too_many_is_refused_at_once_and_the_others_finish(log_lines: list[dict[str, Any]]) -> None:
    async def scenario() -> None:
        may_end, are_in = asyncio.Event(), asyncio.Semaphore(0)

        async def wait(received: bytes) -> bytes:
            are_in.release()
            await may_end.wait()
            return received

        handler = CallGate(2, logs_every_call=False).bytes_method("M", wait)
        async with serving(handler) as channel:
            call = channel.unary_unary("/t.T/M")
            first, second = asyncio.ensure_future(call(b"1")), asyncio.ensure_future(call(b"2"))
            for _ in range(2):
                await are_in.acquire()
            with pytest.raises(grpc.aio.AioRpcError) as refused:
                await call(b"3", timeout=60)
            error = error_of_call(refused.value)
            assert (error.code, error.reason) == (grpc.StatusCode.RESOURCE_EXHAUSTED, "TOO_MANY_CALLS")
            assert error.retry_after is not None
            may_end.set()
            assert await asyncio.gather(first, second) == [b"1", b"2"]
            assert await call(b"4") == b"4"

    asyncio.run(scenario())
    assert [line["event"] for line in log_lines] == ["calls refused"]


def test_details_are_packed_as_google_rpc_status() -> None:
    async def scenario() -> Status:
        async with serving(failing(DatabaseUnavailable("x"))) as channel:
            with pytest.raises(grpc.aio.AioRpcError) as failed:
                await channel.unary_unary("/t.T/M")(b"")
        return Status.FromString(dict(failed.value.trailing_metadata())[STATUS_DETAILS_KEY])

    status = asyncio.run(scenario())
    info, retry = ErrorInfo(), RetryInfo()
    assert status.details[0].Unpack(info)
    assert status.details[1].Unpack(retry)
    assert (info.domain, info.reason) == ("underwriter", "LEDGER_UNAVAILABLE")
    assert retry.retry_delay.ToMilliseconds() == 500


def test_every_call_is_logged_only_when_asked_for(log_lines: list[dict[str, Any]]) -> None:
    async def echo(received: bytes) -> bytes:
        return received

    async def scenario(logs_every_call: bool) -> None:
        async with serving(CallGate(1, logs_every_call=logs_every_call).bytes_method("M", echo)) as channel:
            assert await channel.unary_unary("/t.T/M")(b"x") == b"x"

    asyncio.run(scenario(False))
    assert log_lines == []
    asyncio.run(scenario(True))
    assert [(line["method"], line["code"]) for line in log_lines] == [("M", "OK")]


def stream_handler(answer: Method, limit: int, stop: Stop) -> grpc.RpcMethodHandler:
    async def run(requests: AsyncIterator[bytes], write: Callable[[bytes], Awaitable[None]]) -> None:
        await AnswerStream(answer, write, limit, stop).run(requests)

    return CallGate(10, logs_every_call=False).stream_method("M", run)


def test_a_stream_answers_as_items_finish_and_never_holds_more_than_its_limit() -> None:
    sent = [bytes([number]) for number in range(100)]
    running, most, held = 0, 0, list[asyncio.Event]()

    async def answer(received: bytes) -> bytes:
        """Wait until there is no room for more or nothing more to come; then those that came last end first."""
        nonlocal running, most
        may_end = asyncio.Event()
        held.append(may_end)
        running += 1
        most = max(most, running)
        if running == 7 or received == sent[-1]:
            await asyncio.sleep(0.002)  # for one too many, if it were read
            while held:
                held.pop().set()
        await may_end.wait()
        running -= 1
        return received

    async def scenario() -> list[bytes]:
        async with serving(stream_handler(answer, 7, Stop())) as channel:
            return [received async for received in channel.stream_stream("/t.T/M")(iter(sent))]

    answers = asyncio.run(scenario())
    assert sorted(answers) == sent
    assert answers != sorted(answers)
    assert most == 7


def test_a_stream_stops_reading_while_its_client_does_not() -> None:
    taken = 0

    async def answer(_: bytes) -> bytes:
        nonlocal taken
        taken += 1
        return b"x" * 100_000

    async def scenario() -> int:
        async with serving(stream_handler(answer, 4, Stop())) as channel:
            call = channel.stream_stream("/t.T/M")(bytes([1]) for _ in range(2_000))
            await call.read()
            await asyncio.sleep(0.3)
            taken_meanwhile = taken
            call.cancel()
        return taken_meanwhile

    assert asyncio.run(scenario()) < 200


def test_a_stop_ends_a_stream_after_answering_what_was_read() -> None:
    stop = Stop()

    async def scenario() -> tuple[list[bytes], UnderwriterError]:
        may_end, are_read = asyncio.Event(), asyncio.Semaphore(0)

        async def answer(received: bytes) -> bytes:
            are_read.release()
            await may_end.wait()
            return received

        async with serving(stream_handler(answer, 8, stop)) as channel:
            call = channel.stream_stream("/t.T/M")()
            for number in range(3):
                await call.write(bytes([number]))
                await are_read.acquire()
            stop.request()
            may_end.set()
            answers = [await call.read() for _ in range(3)]
            with pytest.raises(grpc.aio.AioRpcError) as ended:
                await call.read()
            return answers, error_of_call(ended.value)

    answers, error = asyncio.run(scenario())
    assert sorted(answers) == [b"\x00", b"\x01", b"\x02"]
    assert (error.code, error.reason) == (grpc.StatusCode.UNAVAILABLE, "SERVER_STOPPING")
