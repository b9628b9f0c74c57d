"""Who decides for whom in a rollout, and what a decision's record is told of the others."""

import hashlib
from collections import Counter
from collections.abc import Sequence
from decimal import Decimal
from math import sqrt
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from underwriter.decisioning import ActivePolicy, Stored, decide, decide_again
from underwriter.decisioning.rollout import DRAWS, Arm, RunningRollout, ShadowPolicy, drawn
from underwriter.decisioning.shadows import DecidedCase, beside
from underwriter.v1.application_pb2 import Application
from underwriter.v1.decision_pb2 import Outcome
from underwriter.v1.decision_service_pb2 import DecideRequest
from underwriter.v1.record_pb2 import Evidence, ExposureEvidence, RolloutEvidence

from .desks import ID, NOW, tiny

CHAMPION, FIRST, SECOND = (Arm(Any, RolloutEvidence(champion_version=name), (), ()) for name in ("c", "1", "2"))  # type: ignore[arg-type]
SUBJECTS = [f"subject-{number}" for number in range(20_000)]


def rollout(*shares: str, rollout_id: str = "0195", start_us: int = 0, end_us: int | None = None) -> RunningRollout:
    ends = [sum(map(Decimal, shares[: place + 1])) for place in range(len(shares))]
    arms = tuple((int(end * DRAWS), arm) for end, arm in zip(ends, (FIRST, SECOND), strict=False))
    return RunningRollout(rollout_id, start_us, end_us, CHAMPION, arms)


def deciding(running: RunningRollout, subjects: Sequence[str] = SUBJECTS) -> dict[str, str]:
    arms = {subject: running.arm_for(subject, 0) for subject in subjects}
    return {subject: arm.evidence.champion_version for subject, arm in arms.items() if arm is not None}


def test_a_draw_is_the_beginning_of_a_sha256() -> None:
    digest = hashlib.sha256(b"0195 subject-7").hexdigest()
    assert drawn("0195", "subject-7") == int(digest[:16], 16)


@given(st.text(max_size=20), st.text(max_size=20), st.decimals(0, 1, places=4))
@settings(max_examples=50)
def test_the_same_subject_is_always_decided_on_by_the_same(rollout_id: str, subject: str, share: Decimal) -> None:
    running = [rollout(str(share), rollout_id=rollout_id) for _ in range(2)]
    assert deciding(running[0], [subject]) == deciding(running[1], [subject])


@pytest.mark.parametrize("shares", [("0.5",), ("0.01",), ("0.2", "0.3"), ("0.5", "0.5"), ("1",)])
def test_shares_are_what_was_asked_for(shares: tuple[str, ...]) -> None:
    """Within four standard deviations of a draw by lot: it follows from the ids alone, so it passes always or never."""
    found = Counter(deciding(rollout(*shares)).values())
    for name, share in zip(("1", "2"), map(float, shares), strict=False):
        bound = 4 * sqrt(len(SUBJECTS) * share * (1 - share))
        assert abs(found[name] - len(SUBJECTS) * share) <= bound, found


def test_rollouts_draw_apart_from_each_other() -> None:
    """Who is in one rollout's tenth says nothing of who is in another's."""
    one, other = deciding(rollout("0.1")), deciding(rollout("0.1", rollout_id="0196"))
    both = sum(one[subject] == other[subject] == "1" for subject in SUBJECTS)
    assert abs(both - 200) <= 4 * sqrt(200)


@pytest.mark.parametrize(
    ("before", "after", "moves"),
    [
        (("0.1",), ("0.3",), {("c", "1")}),
        (("0.3",), ("0.1",), {("1", "c")}),
        (("0.1", "0.1"), ("0.1", "0.4"), {("c", "2")}),
        (("0.1", "0.1"), ("0.2", "0.1"), {("2", "1"), ("c", "2")}),
    ],
)
def test_a_larger_last_share_moves_subjects_from_the_champion_only(
    before: tuple[str, ...], after: tuple[str, ...], moves: set[tuple[str, str]]
) -> None:
    was, is_now = deciding(rollout(*before)), deciding(rollout(*after))
    assert {(was[subject], is_now[subject]) for subject in SUBJECTS if was[subject] != is_now[subject]} == moves


@pytest.mark.parametrize(
    ("time_us", "runs"), [(9, False), (10, True), (19, True), (20, False)], ids=["before", "start", "last", "end"]
)
def test_it_runs_from_its_start_until_before_its_end(time_us: int, runs: bool) -> None:
    assert (rollout("1", start_us=10, end_us=20).arm_for("s", time_us) is not None) is runs


def policy(folder: Path, condition: str) -> ActivePolicy:
    folder.mkdir()
    return tiny(
        folder,
        f"""decisions:
  gate:
    rules:
      - {{id: T1, when: {condition}, then: decline, reason: R}}
outcome: {{rules: [gate]}}
""",
    )


def case(champion: ActivePolicy, stored: Stored) -> DecidedCase:
    request = DecideRequest(
        request_id="r", product="TINY", application=Application(applicant={"subject_id": "s", "age": 25})
    )
    return DecidedCase(request, ID, NOW, decide(request, champion, NOW, ID, stored=stored).evidence)


def test_shadows_decide_on_what_any_policy_reads_and_can_be_made_again(tmp_path: Path) -> None:
    champion, shadow = policy(tmp_path / "c", "applicant.age < 18"), policy(tmp_path / "s", "exposure.total > 5")
    exposure = ExposureEvidence(
        version=3, positions=[{"lender": "own", "product": "TINY", "currency": "CNY", "drawn": 600}]
    )
    stored = Stored(exposure)
    decided_case = case(champion, stored)
    assert not decided_case.evidence.HasField("exposure")
    told = RolloutEvidence(rollout_id="r", champion_version=champion.version)
    arm = Arm(
        champion, told, (ShadowPolicy(shadow.version, shadow), ShadowPolicy("gone", None, "lost")), (champion, shadow)
    )
    added = beside(decided_case, arm, lambda _: stored)
    assert (added.rollout, added.exposure, added.engine_version) == (told, exposure, "")
    (first, second) = added.shadows
    assert (first.policy_version, first.decision.outcome) == (shadow.version, Outcome.OUTCOME_DECLINE)
    assert (second.policy_version, second.failure, second.HasField("decision")) == ("gone", "lost", False)
    merged = Evidence.FromString(decided_case.evidence.SerializeToString() + added.SerializeToString())
    again = decide_again(decided_case.request, shadow, merged, NOW, ID).decision
    again.ClearField("name")
    assert again == first.decision


def test_a_shadow_that_does_not_take_the_request_has_a_failure(tmp_path: Path) -> None:
    champion = policy(tmp_path / "c", "applicant.age < 18")
    (tmp_path / "s").mkdir()
    shadow = tiny(
        tmp_path / "s",
        """currency: USD
decisions:
  gate:
    rules:
      - {id: T1, when: request.amount > 5, then: decline, reason: R}
outcome: {rules: [gate]}
""",
    )
    decided_case = case(champion, Stored.NOTHING)
    decided_case.request.application.request.amount.currency_code = "CNY"
    arm = Arm(champion, RolloutEvidence(), (ShadowPolicy(shadow.version, shadow),), (champion, shadow))
    (told,) = beside(decided_case, arm, lambda _: Stored.NOTHING).shadows
    assert "application.request.amount.currency_code" in told.failure
    assert not told.HasField("decision")
