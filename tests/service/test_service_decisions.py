"""DecisionService over a real server with the shipped rules."""

import uuid
from collections.abc import Callable, Iterator
from datetime import UTC

import grpc
import pytest

from underwriter.client import UnderwriterClient, UnderwriterError, decide_request
from underwriter.client.errors import error_of_call
from underwriter.v1.application_pb2 import Application
from underwriter.v1.decision_pb2 import Decision
from underwriter.v1.decision_service_pb2 import DecideRequest, Explain, ListDecisionsRequest, ListDecisionsResponse

DecideBytes = Callable[[bytes], bytes]

PERSONAL, PAY_LATER = "PERSONAL_CREDIT_LINE", "PAY_LATER"


def application(subject_id: str = "subject-1", age: int = 35) -> Application:
    return Application(applicant={"subject_id": subject_id, "age": age})


def new_id() -> str:
    return f"test-{uuid.uuid4()}"


@pytest.fixture
def decide_bytes(address: str) -> Iterator[DecideBytes]:
    """Decide as bytes in and bytes out, over a channel without retries."""
    with grpc.insecure_channel(address) as channel:
        yield channel.unary_unary("/underwriter.v1.DecisionService/Decide")


def test_a_decision_is_complete_and_recorded(client: UnderwriterClient) -> None:
    request_id = new_id()
    decision = client.decide(application(), product=PERSONAL, request_id=request_id)
    assert decision.name.startswith("decisions/")
    assert decision.request_id == request_id
    assert decision.product == PERSONAL
    assert decision.outcome
    assert decision.policy.name.startswith("policies/")
    assert len(decision.policy.version) == 64
    assert decision.ledger.log == "decisions"
    assert len(decision.ledger.leaf_hash) == 32
    assert not decision.HasField("trace")
    assert client.get_decision(decision.name) == decision


def test_a_request_without_an_id_gets_one(client: UnderwriterClient, decide_bytes: DecideBytes) -> None:
    request = DecideRequest(product=PERSONAL, application=application())
    decision = Decision.FromString(decide_bytes(request.SerializeToString()))
    assert decision.request_id
    assert client.get_decision(decision.name) == decision
    assert client.explain_decision(decision.name).reproduced


def test_a_retry_returns_the_same_bytes(decide_bytes: DecideBytes) -> None:
    request = decide_request(application(), product=PERSONAL).SerializeToString()
    assert decide_bytes(request) == decide_bytes(request)


def test_a_retry_that_is_encoded_otherwise_is_still_a_retry(decide_bytes: DecideBytes) -> None:
    """Encoders of other languages may order fields and map entries as they like."""
    request = decide_request(application(), product=PERSONAL)
    first = decide_bytes(request.SerializeToString())
    parts = [DecideRequest(application=request.application), DecideRequest(product=PERSONAL)]
    parts += [DecideRequest(request_id=request.request_id), DecideRequest(explain=request.explain)]
    reordered = b"".join(part.SerializeToString() for part in parts)
    assert reordered != request.SerializeToString()
    assert decide_bytes(reordered) == first


def test_a_retry_may_ask_for_another_explanation(client: UnderwriterClient) -> None:
    request_id = new_id()
    plain = client.decide(application(), product=PERSONAL, request_id=request_id)
    traced = client.decide(application(), product=PERSONAL, request_id=request_id, explain=Explain.EXPLAIN_TRACE)
    assert traced.trace.steps
    traced.ClearField("trace")
    assert traced == plain


def test_the_same_id_with_other_content_is_refused(client: UnderwriterClient) -> None:
    request_id = new_id()
    client.decide(application(), product=PERSONAL, request_id=request_id)
    with pytest.raises(UnderwriterError) as refused:
        client.decide(application(age=36), product=PERSONAL, request_id=request_id)
    assert (refused.value.code, refused.value.reason) == (grpc.StatusCode.ALREADY_EXISTS, "REQUEST_ID_REUSED")


def test_without_texts_reasons_keep_their_codes(client: UnderwriterClient) -> None:
    request_id = new_id()
    told = client.decide(application(age=16), product=PERSONAL, request_id=request_id)
    bare = client.decide(application(age=16), product=PERSONAL, request_id=request_id, explain=Explain.EXPLAIN_NONE)
    assert [reason.code for reason in told.reasons] == [reason.code for reason in bare.reasons]
    assert all({"en", "zh"} <= set(reason.text) for reason in told.reasons)
    assert told.reasons
    assert not any(reason.text or reason.guidance for reason in bare.reasons)


def test_the_trace_is_in_the_answer_but_not_in_the_record(client: UnderwriterClient) -> None:
    decision = client.decide(application(), product=PERSONAL, explain=Explain.EXPLAIN_TRACE)
    assert decision.trace.steps
    assert not client.get_decision(decision.name).HasField("trace")
    explained = client.explain_decision(decision.name)
    assert explained.reproduced
    assert explained.trace == decision.trace
    assert explained.decision == client.get_decision(decision.name)


@pytest.mark.parametrize("explain", [Explain.EXPLAIN_REASONS, Explain.EXPLAIN_TRACE])
def test_a_check_only_leaves_no_record(client: UnderwriterClient, explain: Explain) -> None:
    request_id = new_id()
    options = {"product": PERSONAL, "request_id": request_id, "explain": explain}
    checked = client.decide(application(), validate_only=True, **options)
    assert (checked.name, checked.HasField("ledger")) == ("", False)
    assert checked.outcome
    assert checked.HasField("trace") == (explain == Explain.EXPLAIN_TRACE)
    assert client.decide(application(age=40), **options).name


def test_the_active_version_may_be_pinned(client: UnderwriterClient) -> None:
    version = client.decide(application(), product=PERSONAL).policy.version
    assert client.decide(application(), product=PERSONAL, policy_version=version).policy.version == version


def test_an_unknown_version_cannot_be_pinned(client: UnderwriterClient) -> None:
    other_product = client.decide(application(), product=PAY_LATER).policy.version
    for version in ("0" * 64, other_product):
        with pytest.raises(UnderwriterError) as refused:
            client.decide(application(), product=PERSONAL, policy_version=version)
        assert refused.value.code == grpc.StatusCode.FAILED_PRECONDITION
        assert refused.value.reason == "POLICY_VERSION_UNKNOWN"


def test_an_unknown_product_is_answered_with_the_known_ones(client: UnderwriterClient) -> None:
    with pytest.raises(UnderwriterError) as refused:
        client.decide(application(), product="PERSONAL")
    assert (refused.value.code, refused.value.reason) == (grpc.StatusCode.NOT_FOUND, "PRODUCT_UNKNOWN")
    assert PERSONAL in refused.value.message
    assert PAY_LATER in refused.value.message


def test_all_wrong_fields_are_named_at_once(client: UnderwriterClient) -> None:
    wrong = Application(
        applicant={"subject_id": "", "age": -1, "monthly_income": {"currency_code": "USD", "units": -5}},
        request={"term_months": 0, "purpose": 99},
    )
    with pytest.raises(UnderwriterError) as refused:
        client.decide(wrong, product=PERSONAL, request_id="no spaces", policy_version="short")
    error = refused.value
    assert (error.code, error.reason) == (grpc.StatusCode.INVALID_ARGUMENT, "REQUEST_INVALID")
    assert {violation.field for violation in error.violations} >= {
        "request_id",
        "policy_version",
        "application.applicant.subject_id",
        "application.applicant.age",
        "application.applicant.monthly_income.currency_code",
        "application.request.term_months",
        "application.request.purpose",
    }
    assert all("found " in violation.description for violation in error.violations)
    assert all("; allowed: " in violation.description for violation in error.violations)


def test_more_faults_than_a_client_can_take_are_told_in_part(decide_bytes: DecideBytes) -> None:
    loans = [{"balance": {"units": -1, "currency_code": "XXX"}, "days_past_due": -1} for _ in range(200)]
    wrong = DecideRequest(product=PERSONAL, application={"applicant": {"subject_id": "s"}, "bureau": {"loans": loans}})
    with pytest.raises(grpc.RpcError) as refused:
        decide_bytes(wrong.SerializeToString())
    error = error_of_call(refused.value)
    assert error.code == grpc.StatusCode.INVALID_ARGUMENT
    *told, rest = error.violations
    assert told[0].field == "application.bureau.loans[0].balance.currency_code"
    assert rest.description == f"{600 - len(told)} more fields are wrong; they are told once these are mended"


def test_an_empty_request_misses_its_required_fields(decide_bytes: DecideBytes) -> None:
    with pytest.raises(grpc.RpcError) as refused:
        decide_bytes(b"")
    assert refused.value.code() == grpc.StatusCode.INVALID_ARGUMENT
    assert "product" in refused.value.details()
    assert "application" in refused.value.details()


@pytest.mark.parametrize("received", [b"\xff", b"\x0a\x05ab", b"\x0a\x02\xff\xfe"])
def test_bytes_that_are_no_request_are_refused(decide_bytes: DecideBytes, received: bytes) -> None:
    with pytest.raises(grpc.RpcError) as refused:
        decide_bytes(received)
    assert refused.value.code() == grpc.StatusCode.INVALID_ARGUMENT


def test_a_message_over_the_limit_is_refused(decide_bytes: DecideBytes) -> None:
    with pytest.raises(grpc.RpcError) as refused:
        decide_bytes(b"\x0a" + b"x" * 5_000_000)
    assert refused.value.code() == grpc.StatusCode.RESOURCE_EXHAUSTED


def test_a_deadline_that_has_passed_is_kept(client: UnderwriterClient) -> None:
    subject = f"late-{uuid.uuid4()}"
    with pytest.raises(UnderwriterError) as refused:
        client.decide(application(subject), product=PERSONAL, timeout=1e-6)
    assert refused.value.code == grpc.StatusCode.DEADLINE_EXCEEDED


@pytest.mark.parametrize(
    ("name", "code", "reason"),
    [
        ("decisions/01a1ffe1-bae9-7730-974d-58eff7726b2c", grpc.StatusCode.NOT_FOUND, "DECISION_NOT_FOUND"),
        ("decisions/x", grpc.StatusCode.INVALID_ARGUMENT, "NAME_MALFORMED"),
        ("", grpc.StatusCode.INVALID_ARGUMENT, "NAME_MALFORMED"),
    ],
)
def test_a_decision_that_is_not_there(client: UnderwriterClient, name: str, code: grpc.StatusCode, reason: str) -> None:
    for ask in (client.get_decision, client.explain_decision):
        with pytest.raises(UnderwriterError) as refused:
            ask(name)
        assert (refused.value.code, refused.value.reason) == (code, reason)


def test_decisions_are_listed_by_what_is_given_newest_first(client: UnderwriterClient) -> None:
    subject = f"listed-{uuid.uuid4()}"
    made = [client.decide(application(subject), product=PERSONAL) for _ in range(5)]
    other = client.decide(application(subject), product=PAY_LATER)
    newest_first = [other, *reversed(made)]
    assert list(client.list_decisions(subject_id=subject, page_size=2)) == newest_first
    assert list(client.list_decisions(subject_id=subject, product=PAY_LATER)) == [other]
    assert list(client.list_decisions(subject_id=subject, outcome=other.outcome, product=PAY_LATER)) == [other]
    start, end = made[1].decide_time.ToDatetime(UTC), made[3].decide_time.ToDatetime(UTC)
    within = client.list_decisions(subject_id=subject, start_time=start, end_time=end)
    assert list(within) == [made[2], made[1]]


def test_a_page_token_of_another_list_is_refused(address: str, client: UnderwriterClient) -> None:
    subject = f"paged-{uuid.uuid4()}"
    for _ in range(2):
        client.decide(application(subject), product=PERSONAL)
    with grpc.insecure_channel(address) as channel:
        list_decisions = channel.unary_unary(
            "/underwriter.v1.DecisionService/ListDecisions",
            ListDecisionsRequest.SerializeToString,
            ListDecisionsResponse.FromString,
        )
        token = list_decisions(ListDecisionsRequest(subject_id=subject, page_size=1)).next_page_token
        assert token
        for wrong_token in (token, "garbage"):
            with pytest.raises(grpc.RpcError) as refused:
                list_decisions(ListDecisionsRequest(page_token=wrong_token))
            assert refused.value.code() == grpc.StatusCode.INVALID_ARGUMENT


@pytest.mark.parametrize("page_size", [-1, 1001])
def test_a_page_size_out_of_range_is_refused(client: UnderwriterClient, page_size: int) -> None:
    with pytest.raises(UnderwriterError) as refused:
        next(client.list_decisions(page_size=page_size))
    assert [violation.field for violation in refused.value.violations] == ["page_size"]
