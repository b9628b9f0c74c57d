import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from underwriter.ledger import Entry, Recorded
from underwriter.service.resources import ResourceNameMalformed, check_policy_name, decision_id_of, decision_name
from underwriter.service.wire import decision_with_position, stream_answer
from underwriter.v1.decision_pb2 import Decision, LedgerPosition
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


@given(DECISIONS, st.integers(0, 2**62), st.binary(min_size=32, max_size=32))
def test_the_position_is_appended_as_if_the_message_were_serialised_whole(
    decision: Decision, index: int, leaf_hash: bytes
) -> None:
    entry = Entry("id", "rid", b"", "subject", "P", 1, "v", 0, b"", decision.SerializeToString(), b"")
    joined = Decision.FromString(decision_with_position(Recorded(entry, "decisions", index, leaf_hash)))
    decision.ledger.CopyFrom(LedgerPosition(log="decisions", index=index, leaf_hash=leaf_hash))
    assert joined == decision


@given(st.text(max_size=64), DECISIONS)
def test_a_stream_answer_is_the_same_as_one_serialised_whole(request_id: str, decision: Decision) -> None:
    joined = stream_answer(request_id, decision.SerializeToString())
    assert joined == DecideStreamResponse(request_id=request_id, decision=decision).SerializeToString()
