import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from underwriter.ledger import EntryKind, Payload, Recorded, Sealed
from underwriter.service.resources import ResourceNameMalformed, check_policy_name, decision_id_of, decision_name
from underwriter.service.wire import decision_with_position, listed_decision, stream_answer
from underwriter.v1.decision_pb2 import OUTCOME_DECLINE, Decision, LedgerPosition
from underwriter.v1.decision_service_pb2 import DecideStreamResponse

DECISIONS = st.builds(
    Decision,
    name=st.text(max_size=60),
    request_id=st.text(max_size=64),
    outcome=st.integers(0, 4),
    grade=st.text(max_size=40_000),
)


@given(st.uuids())
def test_a_decision_name_gives_back_its_id(uuid: object) -> None:
    assert decision_id_of(decision_name(str(uuid))) == str(uuid)


@pytest.mark.parametrize(
    "name",
    [
        "",
        "decisions/",
        "decisions/1",
        "policies/01a1ffe1-bae9-7730-974d-58eff7726b2c",
        "decisions/01A1FFE1-BAE9-7730-974D-58EFF7726B2C",
        "decisions/01a1ffe1-bae9-7730-974d-58eff7726b2c/x",
        "decisions/01a1ffe1-bae9-7730-974d-58eff7726b2c\n",
    ],
)
def test_other_texts_are_no_decision_names(name: str) -> None:
    with pytest.raises(ResourceNameMalformed, match=re.escape("decisions/{uuid}")):
        decision_id_of(name)


@pytest.mark.parametrize("name", ["", "policies/", "policies/Personal", "policies/../x", "personal-credit"])
def test_other_texts_are_no_policy_names(name: str) -> None:
    with pytest.raises(ResourceNameMalformed, match=re.escape("policies/{policy}")):
        check_policy_name(name)


SEALED = Sealed(
    kind=EntryKind.DECISION,
    entry_id="01980000-0000-7000-8000-000000000000",
    request_id="r-1",
    request_digest=b"",
    subject=b"",
    product="LINE",
    outcome=OUTCOME_DECLINE,
    policy_version="v1",
    time_us=1_790_000_000_000_001,
    facts=b"",
    payload=b"",
)


@given(DECISIONS, st.integers(0, 2**62), st.binary(min_size=32, max_size=32))
def test_the_position_is_appended_as_if_the_message_were_serialised_whole(
    decision: Decision, index: int, leaf_hash: bytes
) -> None:
    payload = Payload(b"", decision.SerializeToString(), b"")
    joined = Decision.FromString(decision_with_position(Recorded(SEALED, payload, "decisions", index, leaf_hash)))
    decision.ledger.CopyFrom(LedgerPosition(log="decisions", index=index, leaf_hash=leaf_hash))
    assert joined == decision


def test_of_a_decision_without_content_is_listed_what_the_record_keeps_in_clear() -> None:
    listed = Decision.FromString(listed_decision(Recorded(SEALED, None, "decisions", 7, b"h" * 32, is_erased=True)))
    assert listed.name == "decisions/01980000-0000-7000-8000-000000000000"
    assert (listed.request_id, listed.product, listed.outcome) == ("r-1", "LINE", OUTCOME_DECLINE)
    assert (listed.policy.version, listed.decide_time.ToMicroseconds()) == ("v1", 1_790_000_000_000_001)
    assert listed.ledger == LedgerPosition(log="decisions", index=7, leaf_hash=b"h" * 32)


@given(st.text(max_size=64), DECISIONS)
def test_a_stream_answer_is_the_same_as_one_serialised_whole(request_id: str, decision: Decision) -> None:
    joined = stream_answer(request_id, decision.SerializeToString())
    assert joined == DecideStreamResponse(request_id=request_id, decision=decision).SerializeToString()
