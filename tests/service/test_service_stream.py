"""DecideStream over a real server."""

import asyncio
import uuid
from collections.abc import Iterator

import grpc
import pytest

from underwriter.client import Answer, AsyncUnderwriterClient, UnderwriterClient, decide_request
from underwriter.v1.application_pb2 import Application
from underwriter.v1.decision_service_pb2 import DecideRequest, DecideStreamResponse

PERSONAL = "PERSONAL_CREDIT_LINE"


def requests(count: int, run: str) -> Iterator[DecideRequest]:
    for number in range(count):
        application = Application(applicant={"subject_id": f"subject-{number}", "age": 16 + number % 40})
        yield decide_request(application, product=PERSONAL, request_id=f"{run}-{number}")


def test_every_item_is_answered_once_and_recorded(client: UnderwriterClient) -> None:
    run = f"stream-{uuid.uuid4()}"
    answers = {answer.request_id: answer for answer in client.decide_many(requests(500, run))}
    assert answers.keys() == {request.request_id for request in requests(500, run)}
    for answer in list(answers.values())[::50]:
        assert answer.decision is not None
        assert client.get_decision(answer.decision.name) == answer.decision


def test_items_in_error_are_answered_and_the_others_go_on(client: UnderwriterClient) -> None:
    run = f"stream-{uuid.uuid4()}"
    adult, unborn = (Application(applicant={"subject_id": "s", "age": age}) for age in (30, -1))
    sent = [
        decide_request(adult, product=PERSONAL, request_id=f"{run}-good-1"),
        decide_request(adult, product="NO_SUCH_PRODUCT", request_id=f"{run}-product"),
        decide_request(unborn, product=PERSONAL, request_id=f"{run}-age"),
        decide_request(adult, product=PERSONAL, policy_version="0" * 64, request_id=f"{run}-version"),
        decide_request(adult, product=PERSONAL, request_id=f"{run}-good-2"),
    ]
    answers: dict[str, Answer] = {}
    for answer in client.decide_many(sent):
        answers[answer.request_id.removeprefix(f"{run}-")] = answer
    assert {name: _reason(answer) for name, answer in answers.items()} == {
        "good-1": "",
        "good-2": "",
        "product": "PRODUCT_UNKNOWN",
        "age": "REQUEST_INVALID",
        "version": "POLICY_VERSION_UNKNOWN",
    }
    refused = answers["age"].error
    assert refused is not None
    assert [violation.field for violation in refused.violations] == ["application.applicant.age"]


def test_bytes_that_are_no_request_are_answered_too(address: str) -> None:
    good = next(requests(1, f"stream-{uuid.uuid4()}"))
    with grpc.insecure_channel(address) as channel:
        stream = channel.stream_stream("/underwriter.v1.DecisionService/DecideStream")
        answers = [
            DecideStreamResponse.FromString(answer)
            for answer in stream(iter([b"\xff\xff", good.SerializeToString()]), timeout=60)
        ]
    by_id = {answer.request_id: answer for answer in answers}
    assert by_id[""].error.code == grpc.StatusCode.INVALID_ARGUMENT.value[0]
    assert by_id[good.request_id].decision.name


def test_an_item_without_an_id_is_answered_under_the_servers(address: str) -> None:
    item = DecideRequest(product=PERSONAL, application=Application(applicant={"subject_id": "s"}))
    with grpc.insecure_channel(address) as channel:
        stream = channel.stream_stream("/underwriter.v1.DecisionService/DecideStream")
        (received,) = stream(iter([item.SerializeToString()]), timeout=60)
    answer = DecideStreamResponse.FromString(received)
    assert answer.request_id == answer.decision.request_id != ""


def test_the_same_item_twice_in_a_stream_gets_the_same_decision(address: str) -> None:
    item = next(requests(1, f"stream-{uuid.uuid4()}")).SerializeToString()
    with grpc.insecure_channel(address) as channel:
        first, second = channel.stream_stream("/underwriter.v1.DecisionService/DecideStream")(iter([item, item]))
    assert first == second


def test_an_empty_stream_ends_well(client: UnderwriterClient) -> None:
    assert list(client.decide_many([])) == []


def test_the_async_client_streams_too(address: str) -> None:
    async def scenario() -> set[str]:
        async with AsyncUnderwriterClient(address, channels=2) as client:
            return {answer.request_id async for answer in client.decide_many(requests(100, run))}

    run = f"stream-{uuid.uuid4()}"
    assert asyncio.run(scenario()) == {request.request_id for request in requests(100, run)}


@pytest.mark.parametrize("outcome", ["OUTCOME_APPROVE", "OUTCOME_DECLINE"])
def test_a_stream_and_a_single_call_decide_alike(client: UnderwriterClient, outcome: str) -> None:
    application = Application(applicant={"subject_id": "s", "age": 30 if outcome == "OUTCOME_APPROVE" else 16})
    (answer,) = client.decide_many([decide_request(application, product=PERSONAL)])
    single = client.decide(application, product=PERSONAL)
    assert answer.decision is not None
    assert (answer.decision.outcome, answer.decision.reasons) == (single.outcome, single.reasons)


def _reason(answer: Answer) -> str:
    return answer.error.reason if answer.error else ""
