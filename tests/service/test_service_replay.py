"""ReplayDecision of a real server, after its rules and models were changed and its master key rotated."""

import shutil
from pathlib import Path
from typing import Any

import pytest
from google.protobuf.json_format import MessageToDict

from underwriter.client import UnderwriterClient, UnderwriterError

from ..decisioning.desks import shipped
from ..replay.records import prime, request_for

MISSING = "decisions/01a20003-1566-72db-a544-fd9842899fd2"


def test_a_decision_is_replayed_by_its_own_and_by_a_later_policy(
    tmp_path: Path, shipped_settings: dict[str, Any], serving: Any
) -> None:
    rules = tmp_path / "rules"
    for part in ("common", "reasons", "personal_credit"):
        shutil.copytree(shipped_settings["rules"] / part, rules / part)
    settings = shipped_settings | {"rules": rules}
    request = request_for(shipped(), "PERSONAL_CREDIT_LINE", prime(), "replayed")
    with serving(tmp_path, settings) as server, UnderwriterClient(server.address, timeout=60) as client:
        decision = client.decide(request.application, product=request.product)
        same = client.replay_decision(decision.name)
        assert same.reproduced
        assert not same.differences
        assert same.recorded_engine_version == same.engine_version
    policy = rules / "personal_credit" / "policy.yaml"
    text = policy.read_text("utf-8")
    policy.write_text(text.replace("smallest_line: {value: 1000,", "smallest_line: {value: 10000000,"), "utf-8")
    with serving(tmp_path, settings) as server, UnderwriterClient(server.address, timeout=60) as client:
        again = client.replay_decision(decision.name)
        assert again.reproduced, MessageToDict(again)
        (later,) = (one.version for one in client.list_policies() if one.product == decision.product)
        changed = client.replay_decision(decision.name, policy_version=later)
        assert not changed.reproduced
        assert "outcome" in {difference.path for difference in changed.differences}
        with pytest.raises(UnderwriterError, match="never active"):
            client.replay_decision(decision.name, policy_version="0" * 64)
        with pytest.raises(UnderwriterError, match="there is no decision"):
            client.replay_decision(MISSING)
