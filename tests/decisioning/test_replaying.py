"""Deciding again on what was recorded: models that say nearly the same, and models that do not."""

from dataclasses import replace
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from underwriter.decisioning import Stored, decide, decide_again
from underwriter.decisioning.rule_tests.files import load_tests
from underwriter.policy import ModelOutput
from underwriter.v1.account_pb2 import AccountFigures, AlertEffect
from underwriter.v1.application_pb2 import Application
from underwriter.v1.decision_service_pb2 import DecideRequest
from underwriter.v1.record_pb2 import AccountEvidence, AlertEvidence, Evidence, ExposureEvidence, ExposurePosition

from .desks import ID, NOW, RULES, application, codes, outcome_name, shipped, tiny
from .random_messages import filled


@cache
def case():
    """A policy that runs a model, an applicant whom it approves, and the decision."""
    policy = shipped().policy_for("PERSONAL_CREDIT_LINE")
    given_values = prime()
    request = DecideRequest(request_id="r", product=policy.product, application=application(policy, given_values))
    return policy, request, decide(request, policy, NOW, ID)


def prime():
    tests, _ = load_tests(RULES / "personal_credit", "personal_credit")
    return next(test.given for test in tests if test.name == "the instalment bounds the line")


def recorded(evidence, **changes):
    """Return the evidence with other outputs of its one model."""
    changed = Evidence()
    changed.CopyFrom(evidence)
    for name, value in changes.items():
        setattr(changed.models[0], name, value)
    return changed


def test_a_decision_made_again_is_the_same_to_the_last_byte():
    policy, request, first = case()
    again = decide_again(request, policy, first.evidence, NOW, ID)
    assert again.decision.SerializeToString(deterministic=True) == first.decision.SerializeToString(deterministic=True)
    assert (again.evidence, again.facts, again.model_differences) == (first.evidence, first.facts, ())


@pytest.mark.parametrize("nudge", [1e-7, -9e-7])
def test_rules_see_the_recorded_output_of_a_model_that_says_nearly_the_same(nudge):
    policy, request, first = case()
    evidence = recorded(first.evidence, probability=first.decision.score.probability + nudge)
    again = decide_again(request, policy, evidence, NOW, ID)
    assert again.decision.score.probability == first.decision.score.probability + nudge
    assert again.evidence == evidence
    assert again.model_differences == ()


def test_points_on_the_edge_may_be_rounded_the_other_way():
    policy, request, first = case()
    again = decide_again(request, policy, recorded(first.evidence, points=first.decision.score.points + 1), NOW, ID)
    assert again.decision.score.points == first.decision.score.points + 1
    assert again.model_differences == ()


@pytest.mark.parametrize(
    "changes", [{"probability": 0.9}, {"points": 100}, {"failed": True, "probability": 0.0, "points": 0}]
)
def test_a_model_that_says_something_else_is_told_and_its_new_output_decides(changes):
    policy, request, first = case()
    evidence = recorded(first.evidence, **changes)
    again = decide_again(request, policy, evidence, NOW, ID)
    ((was, now),) = again.model_differences
    assert (was, now) == (evidence.models[0], first.evidence.models[0])
    assert again.decision == first.decision


def failing(policy):
    return replace(
        policy, calls=tuple(lambda _: ModelOutput(None, None, None, ValueError("broken")) for _ in policy.calls)
    )


def test_a_model_that_failed_and_fails_again_agrees_and_one_that_newly_fails_is_told():
    policy, request, first = case()
    broken = failing(policy)
    failed = decide(request, broken, NOW, ID)
    assert failed.evidence.models[0].failed
    same = decide_again(request, broken, failed.evidence, NOW, ID)
    assert (same.decision, same.model_differences) == (failed.decision, ())
    ((_, now),) = decide_again(request, broken, first.evidence, NOW, ID).model_differences
    assert now.failed


def test_a_model_of_another_version_runs_as_it_is():
    policy, request, first = case()
    evidence = recorded(first.evidence, probability=0.9)
    evidence.models[0].model.version = "0" * 64
    again = decide_again(request, policy, evidence, NOW, ID)
    assert (again.decision, again.model_differences) == (first.decision, ())


def test_it_goes_by_the_exposure_of_then():
    policy, request, _ = case()
    exposure = ExposureEvidence(
        version=4, positions=[ExposurePosition(lender="own", product="X", currency="CNY", drawn=15_000_000)]
    )
    first = decide(request, policy, NOW, ID, stored=Stored(exposure))
    again = decide_again(request, policy, first.evidence, NOW, ID)
    assert again.decision.offers[0].credit_limit.units == 50_000
    assert (again.decision, again.evidence, again.facts) == (first.decision, first.evidence, first.facts)


def test_by_a_policy_that_reads_what_was_not_recorded_it_is_unknown_not_nothing():
    policy, request, first = case()
    evidence = recorded(first.evidence)
    evidence.ClearField("exposure")
    again = decide_again(request, policy, evidence, NOW, ID)
    assert (outcome_name(again.decision), codes(again.decision)) == ("REFER", ["INSUFFICIENT_DATA"])
    assert set(again.decision.reasons[0].missing_inputs) == {"exposure.total", "exposure.lenders_12m"}
    assert not again.evidence.HasField("exposure")


ALERTED = """
decisions:
  checks:
    rules:
      - {id: P, when: alerts.suspend, then: verify, reason: R, ask for: FACE_CHECK}
      - {id: Q, when: account.missed_12m > 0, then: refer, reason: R, if unknown: pass}
outcome:
  rules: [checks]
"""
ALERT = AlertEvidence(alert_id="a", code="C", effect=AlertEffect.ALERT_EFFECT_SUSPEND)


@pytest.mark.parametrize(
    ("account", "outcome"),
    [
        (None, "APPROVE"),
        (AccountEvidence(alerts=[ALERT]), "VERIFY"),
        (AccountEvidence(figures=AccountFigures(missed_12m=1)), "REFER"),
        (AccountEvidence(alerts=[ALERT], alerts_unknown=True), "REFER"),
    ],
    ids=["no account", "alert", "figures", "not known"],
)
def test_it_goes_by_the_account_and_the_alerts_of_then(tmp_path, account, outcome):
    policy = tiny(tmp_path, ALERTED)
    request = DecideRequest(request_id="r", product="TINY")
    first = decide(request, policy, NOW, ID, stored=Stored(account=account))
    assert outcome_name(first.decision) == outcome
    assert first.evidence.account == (account or AccountEvidence())
    again = decide_again(request, policy, Evidence.FromString(first.evidence.SerializeToString()), NOW, ID)
    assert (again.decision, again.evidence) == (first.decision, first.evidence)


def test_by_a_policy_that_reads_an_account_that_was_not_recorded_nothing_of_it_is_known(tmp_path):
    policy, request = tiny(tmp_path, ALERTED), DecideRequest(request_id="r", product="TINY")
    again = decide_again(request, policy, Evidence(), NOW, ID)
    assert (outcome_name(again.decision), codes(again.decision)) == ("REFER", ["INSUFFICIENT_DATA"])
    assert again.decision.reasons[0].missing_inputs == ["alerts.suspend"]
    assert not again.evidence.HasField("account")


def test_a_policy_that_reads_neither_account_nor_alerts_records_none(tmp_path):
    policy = tiny(
        tmp_path,
        ALERTED.replace("alerts.suspend", "applicant.sanctioned").replace("account.missed_12m", "bureau.inquiries_7d"),
    )
    request = DecideRequest(request_id="r", product="TINY")
    first = decide(request, policy, NOW, ID, stored=Stored(account=AccountEvidence(alerts=[ALERT])))
    assert (policy.reads_account, first.evidence.HasField("account")) == (False, False)


def test_by_another_policy_it_decides_as_that_one_would(tmp_path):
    _, request, first = case()
    other = tiny(
        tmp_path,
        "decisions:\n  passing:\n    rules: [{id: P, when: 'true', then: decline, reason: R}]\n"
        "outcome:\n  rules: [passing]\n",
    )
    again = decide_again(request, other, first.evidence, NOW, ID)
    assert (outcome_name(again.decision), again.facts, again.model_differences) == ("DECLINE", None, ())


@settings(max_examples=60)
@given(st.integers(0, 10**6), st.sampled_from(["PERSONAL_CREDIT_LINE", "PAY_LATER"]), st.integers(0, 3 * 10**7))
def test_whatever_was_decided_is_decided_again(seed, product, drawn):
    policy = shipped().policy_for(product)
    request = DecideRequest(request_id="r", product=product, application=filled(Application, seed))
    exposure = ExposureEvidence(positions=[ExposurePosition(lender="a", product=product, currency="CNY", drawn=drawn)])
    first = decide(request, policy, NOW, ID, stored=Stored(exposure))
    again = decide_again(request, policy, Evidence.FromString(first.evidence.SerializeToString()), NOW, ID)
    assert (again.decision, again.evidence, again.facts) == (first.decision, first.evidence, first.facts)
    assert again.model_differences == ()
