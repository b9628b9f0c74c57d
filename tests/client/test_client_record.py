"""Both clients and the record: facilities, totals, proofs, replay and erasure, before a server that lends jointly."""

import uuid
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import grpc
import pytest
from google.type.money_pb2 import Money

from underwriter.client import UnderwriterError
from underwriter.ledger.checkpoints import VerifierKey, open_checkpoint
from underwriter.ledger.merkle import verify_consistency, verify_inclusion
from underwriter.v1.application_pb2 import Application
from underwriter.v1.decision_pb2 import OUTCOME_APPROVE, Decision
from underwriter.v1.facility_service_pb2 import FACILITY_STATE_CLOSED, FACILITY_STATE_OPEN, FACILITY_STATE_RELEASED
from underwriter.v1.ledger_service_pb2 import Checkpoint
from underwriter.v1.portfolio_service_pb2 import LENDING_DIMENSION_FUNDER

from ..service.conftest import starter

RULES = Path(__file__).parents[1] / "service" / "lending_rules"
ZERO_HASH = bytes(32)


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder, models = tmp_path_factory.mktemp("server"), tmp_path_factory.mktemp("models")
    settings: dict[str, object] = {"port": 0, "workers": 1, "rules": RULES, "models": models, "log_format": "json"}
    for start in starter(folder, settings):
        running = start()
        yield running.address
        assert running.stop() == 0, running.text


@pytest.fixture
def client(address: str, connect: Callable[..., Any]) -> Iterator[Any]:
    with connect(address, channels=2, timeout=60) as connected:
        yield connected


@pytest.fixture
def subject_id() -> str:
    return str(uuid.uuid4())


@pytest.fixture
def approval(client: Any, subject_id: str) -> Decision:
    """An approval of CNY 10,000, of which the bank lends 70 %."""
    application = Application(applicant={"subject_id": subject_id}, request={"amount": yuan(10_000)})
    decision: Decision = client.decide(application, product="JOINT_LOAN")
    assert decision.outcome == OUTCOME_APPROVE
    return decision


@pytest.fixture
def facility(approval: Decision) -> str:
    return approval.name.replace("decisions/", "facilities/")


def yuan(units: int) -> Money:
    return Money(currency_code="CNY", units=units)


def opened(checkpoint: Checkpoint) -> tuple[int, bytes]:
    """Return the size and root that a checkpoint's signature stands for."""
    verified = open_checkpoint(checkpoint.note, VerifierKey.parse(checkpoint.verifier_key))
    return verified.size, verified.root_hash


def test_a_loan_is_drawn_and_repaid(client: Any, subject_id: str, facility: str) -> None:
    assert client.get_exposure(subject_id).reserved == yuan(10_000)
    drawn = client.confirm_drawdown(facility, yuan(10_000))
    assert (drawn.state, drawn.drawn) == (FACILITY_STATE_OPEN, yuan(10_000))
    assert client.record_repayment(facility, yuan(4_000)).drawn == yuan(6_000)
    assert client.get_exposure(subject_id, currency="CNY").drawn == yuan(6_000)
    client.record_repayment(facility, yuan(6_000))
    assert client.get_facility(facility).state == FACILITY_STATE_CLOSED


def test_what_is_not_wanted_is_given_up(client: Any, subject_id: str, facility: str) -> None:
    assert client.release_reservation(facility).state == FACILITY_STATE_RELEASED
    assert client.get_exposure(subject_id).total == yuan(0)


def test_each_call_counts_once_by_its_id(client: Any, facility: str) -> None:
    for _ in range(3):
        client.confirm_drawdown(facility, yuan(1_000), request_id=f"draw-{facility[-12:]}")
    for _ in range(2):
        client.confirm_drawdown(facility, yuan(100))
    assert client.get_facility(facility).drawn == yuan(1_200)


def test_totals_follow_what_is_drawn(client: Any, facility: str) -> None:
    def drawn_by_funder() -> dict[str, int]:
        totals = client.summarize_lending([LENDING_DIMENSION_FUNDER], product="JOINT_LOAN").totals
        return {total.funder: total.drawn.units for total in totals}

    before = drawn_by_funder()
    client.confirm_drawdown(facility, yuan(2_000))
    after = drawn_by_funder()
    assert {funder: after[funder] - before[funder] for funder in after} == {"bank": 1_400, "own": 600}


def test_totals_of_a_period_without_approvals_are_empty(client: Any, facility: str) -> None:
    tomorrow = datetime.now(UTC) + timedelta(days=1)
    assert client.get_facility(facility).name == facility
    assert not client.summarize_lending(start_time=tomorrow, end_time=tomorrow + timedelta(days=1)).totals


def test_proofs_lead_to_what_was_signed(client: Any, approval: Decision, facility: str) -> None:
    older = client.get_checkpoint()
    first_size, first_root = opened(older)
    client.confirm_drawdown(facility, yuan(1_000))

    proof = client.get_inclusion_proof(approval.name)
    size, root = opened(proof.checkpoint)
    assert proof.leaf_hash == approval.ledger.leaf_hash
    assert verify_inclusion(proof.leaf_hash, proof.leaf_index, size, proof.hashes, root)
    assert not verify_inclusion(ZERO_HASH, proof.leaf_index, size, proof.hashes, root)

    consistency = client.get_consistency_proof(first_size)
    second_size, second_root = opened(consistency.checkpoint)
    assert second_size > first_size
    assert verify_consistency(first_size, first_root, second_size, second_root, consistency.hashes)
    assert not verify_consistency(first_size, ZERO_HASH, second_size, second_root, consistency.hashes)
    again = client.get_consistency_proof(first_size, second_size, log=consistency.log)
    assert again.hashes == consistency.hashes


def test_a_decision_is_replayed(client: Any, approval: Decision) -> None:
    version = approval.policy.version
    replayed = client.replay_decision(approval.name, policy_version=version)
    assert replayed.reproduced
    assert replayed.replayed.offers == approval.offers
    assert client.replay_decision(approval.name) == replayed


def test_a_replay_by_an_unknown_version_is_refused(client: Any, approval: Decision) -> None:
    with pytest.raises(UnderwriterError) as refused:
        client.replay_decision(approval.name, policy_version="0" * 64)
    assert refused.value.reason == "POLICY_VERSION_UNKNOWN"


def test_a_subject_is_exported_and_erased(client: Any, subject_id: str, approval: Decision, facility: str) -> None:
    client.confirm_drawdown(facility, yuan(500))
    with pytest.raises(UnderwriterError, match="owes") as refused:
        client.erase_subject(subject_id)
    assert (refused.value.code, refused.value.reason) == (grpc.StatusCode.FAILED_PRECONDITION, "SUBJECT_OWES")
    client.record_repayment(facility, yuan(500))

    records = list(client.export_subject(subject_id, page_size=1))
    assert [record.kind for record in records] == ["DECISION", "DRAWDOWN", "REPAYMENT"]
    erased = client.erase_subject(subject_id, request_id=f"erase-{subject_id}")
    assert client.erase_subject(subject_id, request_id=f"erase-{subject_id}") == erased
    with pytest.raises(UnderwriterError) as gone:
        client.get_decision(approval.name)
    assert gone.value.reason == "RECORD_ERASED"
    assert client.get_inclusion_proof(approval.name).leaf_hash == approval.ledger.leaf_hash
