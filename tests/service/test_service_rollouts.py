"""Challengers and shadows: over a real server with two workers."""

import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, suppress
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import grpc
import pytest
from google.protobuf import json_format

from underwriter.client import UnderwriterClient, UnderwriterError, decide_request
from underwriter.decisioning.rollout import DRAWS, drawn
from underwriter.v1 import policy_service_pb2 as v1
from underwriter.v1.application_pb2 import Application
from underwriter.v1.decision_pb2 import Outcome
from underwriter.v1.record_pb2 import Evidence

from .conftest import PATIENCE_SECONDS, RunningServer

PERSONAL = "policies/personal"
PRODUCT = "PERSONAL_CREDIT_LINE"
BY = {"actor": "li.wei", "reason": "a test"}
SUBJECTS = [f"subject-{number}" for number in range(400)]

Serve = Callable[[Path, dict[str, object]], AbstractContextManager[RunningServer]]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("rollouts")


@pytest.fixture(scope="module")
def two_workers(folder: Path, small_settings: dict[str, object], serving: Serve) -> Iterator[RunningServer]:
    with serving(folder, small_settings | {"workers": 2}) as running:
        yield running


@pytest.fixture(scope="module")
def versions(two_workers: RunningServer) -> dict[int, str]:
    """Versions of the policy by the least age at which they approve; that of 18 is in force."""
    with UnderwriterClient(two_workers.address, timeout=60) as client:
        made = {18: client.get_policy(PERSONAL).version}
        for age in (30, 40):
            made[age] = client.set_parameters(PERSONAL, {"min_age": str(age)}, **BY).version
        client.set_parameters(PERSONAL, {"min_age": ""}, **BY)
    return made


@pytest.fixture
def client(two_workers: RunningServer, versions: dict[int, str]) -> Iterator[UnderwriterClient]:  # noqa: ARG001 - made before
    """A client of both workers. The rollout that a test sets is ended after it."""
    with UnderwriterClient(two_workers.address, channels=8, timeout=60) as connected:
        yield connected
        connected.set_rollout(PERSONAL, v1.Rollout(), **BY)


def rollout(*challengers: tuple[str, str], shadows: tuple[str, ...] = (), **times: datetime) -> v1.Rollout:
    return v1.Rollout(
        challengers=[v1.Challenger(policy_version=version, share={"value": share}) for version, share in challengers],
        shadows=[v1.Shadow(policy_version=version) for version in shadows],
        **times,
    )


def application(subject_id: str, age: int = 25) -> Application:
    return Application(applicant={"subject_id": subject_id, "age": age})


def deciders(client: UnderwriterClient, **more: Any) -> dict[str, str]:
    """The version that decided on each subject."""
    requests = [
        decide_request(application(subject), product=PRODUCT, request_id=f"{time.time_ns()}-{subject}", **more)
        for subject in SUBJECTS
    ]
    subjects = {request.request_id: subject for request, subject in zip(requests, SUBJECTS, strict=True)}
    found = {}
    for answer in client.decide_many(requests):
        assert answer.decision is not None, answer.error
        found[subjects[answer.request_id]] = answer.decision.policy.version
    return found


def followed_by_all(client: UnderwriterClient) -> None:
    """Wait until both workers decide by all that was ordered."""
    newest, end = next(iter(client.list_policy_changes())).sequence, time.monotonic() + PATIENCE_SECONDS
    while min(worker.change_sequence for worker in client.get_rules_status().workers) < newest:
        assert time.monotonic() < end
        time.sleep(0.02)


def set_to_end_soon(client: UnderwriterClient, challenger: str) -> datetime:
    """Set a rollout that has begun; return its end, which has not passed when the server takes the order."""
    for seconds in (1, 10):
        end = datetime.now(UTC) + timedelta(seconds=seconds)
        with suppress(UnderwriterError):
            client.set_rollout(PERSONAL, rollout((challenger, "1"), end_time=end), **BY)
            return end
    end = datetime.now(UTC) + timedelta(seconds=100)
    client.set_rollout(PERSONAL, rollout((challenger, "1"), end_time=end), **BY)
    return end


def evidence_of(client: UnderwriterClient, subject_id: str) -> Evidence:
    """What the newest record on a subject was made from."""
    *_, newest = client.export_subject(subject_id)
    return json_format.Parse(newest.evidence_json, Evidence())


def expected(rollout_id: str, *shares: tuple[str, str], champion: str) -> dict[str, str]:
    """Who decides on whom, worked out from the definition of draws."""
    deciding = {}
    for subject in SUBJECTS:
        place, end = Decimal(drawn(rollout_id, subject)) / DRAWS, Decimal(0)
        deciding[subject] = champion
        for version, share in shares:
            end += Decimal(share)
            if place < end:
                deciding[subject] = version
                break
    return deciding


def refusal(call: Callable[[], object]) -> UnderwriterError:
    with pytest.raises(UnderwriterError) as refused:
        call()
    return refused.value


def test_challengers_decide_for_their_shares_on_every_worker(
    client: UnderwriterClient, versions: dict[int, str]
) -> None:
    shares = (versions[30], "0.25"), (versions[40], "0.25")
    policy = client.set_rollout(PERSONAL, rollout(*shares), **BY)
    assert policy.version == versions[18]
    assert [challenger.policy_version for challenger in policy.rollout.challengers] == [versions[30], versions[40]]
    followed_by_all(client)
    first = deciders(client)
    assert first == expected(policy.rollout.rollout_id, *shares, champion=versions[18])
    counts = Counter(first.values())
    assert all(abs(counts[version] - 100) < 40 for version, _ in shares), counts
    assert deciders(client) == first, "the same applicant is always decided on by the same version"


def test_a_growing_share_takes_subjects_from_the_champion_only(
    client: UnderwriterClient, versions: dict[int, str]
) -> None:
    small = client.set_rollout(PERSONAL, rollout((versions[30], "0.1")), **BY).rollout
    large = client.set_rollout(PERSONAL, rollout((versions[30], "0.4")), **BY).rollout
    assert large.rollout_id == small.rollout_id
    before = expected(small.rollout_id, (versions[30], "0.1"), champion=versions[18])
    after = expected(large.rollout_id, (versions[30], "0.4"), champion=versions[18])
    followed_by_all(client)
    assert deciders(client) == after
    assert {subject for subject in SUBJECTS if before[subject] != after[subject]} == {
        subject for subject in SUBJECTS if before[subject] == versions[18] and after[subject] == versions[30]
    }
    other = client.set_rollout(PERSONAL, rollout((versions[40], "0.4")), **BY).rollout
    assert other.rollout_id != large.rollout_id


def test_a_record_tells_of_the_rollout_and_replays(client: UnderwriterClient, versions: dict[int, str]) -> None:
    policy = client.set_rollout(PERSONAL, rollout((versions[30], "1")), **BY)
    followed_by_all(client)
    decision = client.decide(application("told"), product=PRODUCT)
    assert (decision.outcome, decision.policy.version) == (Outcome.OUTCOME_DECLINE, versions[30])
    told = evidence_of(client, "told").rollout
    assert (told.rollout_id, told.champion_version) == (policy.rollout.rollout_id, versions[18])
    assert told.by_challenger
    assert client.explain_decision(decision.name).reproduced
    assert client.replay_decision(decision.name).reproduced


def test_shadows_are_recorded_and_not_answered(client: UnderwriterClient, versions: dict[int, str]) -> None:
    client.set_rollout(PERSONAL, rollout(shadows=(versions[30], versions[40])), **BY)
    followed_by_all(client)
    decision = client.decide(application("shadowed", 35), product=PRODUCT)
    assert (decision.outcome, decision.policy.version) == (Outcome.OUTCOME_APPROVE, versions[18])
    evidence = evidence_of(client, "shadowed")
    assert not evidence.rollout.by_challenger
    assert [(shadow.policy_version, shadow.decision.outcome, shadow.failure) for shadow in evidence.shadows] == [
        (versions[30], Outcome.OUTCOME_APPROVE, ""),
        (versions[40], Outcome.OUTCOME_DECLINE, ""),
    ]
    assert client.replay_decision(decision.name).reproduced
    for shadow in evidence.shadows:
        assert shadow.decision.name == ""
        again = client.replay_decision(decision.name, policy_version=shadow.policy_version).replayed
        again.ClearField("name")
        assert again == shadow.decision


def test_a_retry_gets_the_first_answer_whatever_the_rollout_is_by_then(
    client: UnderwriterClient, versions: dict[int, str]
) -> None:
    first = client.decide(application("again"), product=PRODUCT, request_id="rollout-again")
    client.set_rollout(PERSONAL, rollout((versions[30], "1")), **BY)
    followed_by_all(client)
    assert client.decide(application("again"), product=PRODUCT, request_id="rollout-again") == first


def test_a_pinned_request_takes_no_part(client: UnderwriterClient, versions: dict[int, str]) -> None:
    client.set_rollout(PERSONAL, rollout((versions[30], "1"), shadows=(versions[40],)), **BY)
    followed_by_all(client)
    for age in (18, 40):
        pinned = client.decide(application(f"pinned-{age}"), product=PRODUCT, policy_version=versions[age])
        assert pinned.policy.version == versions[age]
        evidence = evidence_of(client, f"pinned-{age}")
        assert not evidence.HasField("rollout")
        assert not evidence.shadows


def test_a_rollout_begins_and_ends_at_its_times(client: UnderwriterClient, versions: dict[int, str]) -> None:
    now = datetime.now(UTC)
    client.set_rollout(PERSONAL, rollout((versions[30], "1"), start_time=now + timedelta(hours=1)), **BY)
    assert client.get_policy(PERSONAL).HasField("rollout")
    followed_by_all(client)
    assert set(deciders(client).values()) == {versions[18]}
    client.set_rollout(PERSONAL, rollout((versions[30], "1"), start_time=now, end_time=now + timedelta(hours=1)), **BY)
    followed_by_all(client)
    assert client.decide(application("in-time"), product=PRODUCT).policy.version == versions[30]
    end = set_to_end_soon(client, versions[30])
    followed_by_all(client)
    time.sleep(max((end - datetime.now(UTC)).total_seconds(), 0))
    assert client.decide(application("late"), product=PRODUCT).policy.version == versions[18]
    assert not client.get_policy(PERSONAL).HasField("rollout")


PAST, SOON = datetime(2020, 1, 1, tzinfo=UTC), datetime(2099, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("make", "fields"),
    [
        (lambda v: rollout((v[30], "0")), {"rollout.challengers[0].share": "above 0"}),
        (lambda v: rollout((v[30], "-0.1")), {"rollout.challengers[0].share": "above 0"}),
        (lambda v: rollout((v[30], "1.01")), {"rollout.challengers[0].share": "at most 1"}),
        (lambda v: rollout((v[30], "a tenth")), {"rollout.challengers[0].share": "decimal"}),
        (lambda v: rollout((v[30], "0.6"), (v[40], "0.5")), {"rollout.challengers": "come to 1.1"}),
        (lambda v: rollout((v[18], "0.5")), {"rollout.challengers[0].policy_version": "the version in force"}),
        (lambda _: rollout(("0" * 64, "0.5")), {"rollout.challengers[0].policy_version": "not kept"}),
        (lambda _: rollout(("", "0.5")), {"rollout.challengers[0].policy_version": "nothing"}),
        (
            lambda v: rollout((v[30], "0.5"), shadows=(v[30],)),
            {"rollout.challengers[0].policy_version": "twice", "rollout.shadows[0].policy_version": "twice"},
        ),
        (lambda v: rollout((v[30], "0.5"), end_time=PAST), {"rollout.end_time": "passed"}),
        (
            lambda v: rollout((v[30], "0.5"), start_time=SOON, end_time=SOON),
            {"rollout.end_time": "not after start_time"},
        ),
        (lambda v: rollout(*[(v[30], "0.01")] * 11), {"rollout.challengers": "11"}),
    ],
)
def test_every_wrong_field_is_named(
    client: UnderwriterClient,
    versions: dict[int, str],
    make: Callable[[dict[int, str]], v1.Rollout],
    fields: dict[str, str],
) -> None:
    error = refusal(lambda: client.set_rollout(PERSONAL, make(versions), **BY))
    assert error.code == grpc.StatusCode.INVALID_ARGUMENT
    told = {violation.field: violation.description for violation in error.violations}
    assert told.keys() == fields.keys(), told
    assert all(part in told[field] for field, part in fields.items()), told


def test_a_version_of_another_product_can_not_challenge(client: UnderwriterClient) -> None:
    other = client.get_policy("policies/pay-later").version
    for wrong in (rollout((other, "0.5")), rollout(shadows=(other,))):
        (violation,) = refusal(lambda wrong=wrong: client.set_rollout(PERSONAL, wrong, **BY)).violations
        assert "policies/pay-later" in violation.description
