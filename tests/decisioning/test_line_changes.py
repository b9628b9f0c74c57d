"""What a policy that reviews lines answers: the change of the line, what is refused, traces, and tests beside rules."""

from decimal import Decimal

import pytest

from underwriter.decisioning import explain, load_desk, run_policy_tests
from underwriter.decisioning.replaying import decide_again
from underwriter.v1 import decision_pb2
from underwriter.v1.decision_service_pb2 import DecideRequest

from .desks import ID, NOW, application, codes, decided, outcome_name, tiny, write_rules

POLICY = """attributes: {action: string, limit: number, rate: number, days: number}
decisions:
  checks:
    rules:
      - {id: C1, when: applicant.age < 18, then: decline, reason: R}
outcome:
  rules: [checks]
  line_change:
    action: attributes.action
    credit_limit: attributes.limit
    annual_rate: attributes.rate
    notice_days: attributes.days
  caps:
    credit_limit: 20000
    effective_annual_rate: 0.24
"""
RAISE = {"action": "RAISE", "limit": 12000, "rate": Decimal("0.072"), "days": 30}


def given(age=30, **changed):
    return {"applicant": {"age": age}, "attributes": {**RAISE, **changed}}


def test_an_approval_carries_the_change_and_sets_nothing_aside(tmp_path):
    result = decided(tiny(tmp_path, POLICY), given(limit=Decimal("12000.567")))
    change = result.decision.line_change
    assert outcome_name(result.decision) == "APPROVE"
    assert decision_pb2.LineAction.Name(change.action) == "LINE_ACTION_RAISE"
    assert (change.credit_limit.units, change.credit_limit.nanos) == (12000, 560_000_000)
    assert (change.credit_limit.currency_code, change.annual_rate.value, change.notice_days) == ("CNY", "0.072", 30)
    assert (change.effective_date.year, change.effective_date.month, change.effective_date.day) == (2026, 4, 1)
    assert (len(result.decision.offers), result.facts, result.problems) == (0, None, ())
    assert not result.evidence.HasField("exposure")


@pytest.mark.parametrize("action", ["KEEP", "RAISE", "LOWER", "REPRICE", "FREEZE"])
def test_each_action_is_known(tmp_path, action):
    change = decided(tiny(tmp_path, POLICY), given(action=action, limit=0, rate=0, days=0)).decision.line_change
    assert decision_pb2.LineAction.Name(change.action) == f"LINE_ACTION_{action}"
    assert (change.effective_date.month, change.effective_date.day) == (3, 2)


def test_it_takes_effect_by_the_calendar_of_the_policy(tmp_path):
    late = NOW.replace(hour=16)  # midnight in Shanghai
    change = decided(tiny(tmp_path, POLICY), given(days=0), late).decision.line_change
    assert (change.effective_date.month, change.effective_date.day) == (3, 3)


def test_another_outcome_has_no_change(tmp_path):
    decision = decided(tiny(tmp_path, POLICY), given(age=17)).decision
    assert outcome_name(decision) == "DECLINE"
    assert not decision.HasField("line_change")


@pytest.mark.parametrize(
    ("changed", "reason", "problem"),
    [
        ({"action": None}, "INSUFFICIENT_DATA", ""),
        ({"rate": None}, "INSUFFICIENT_DATA", ""),
        ({"limit": Decimal("20000.01")}, "OFFER_ABOVE_CAP", ""),
        ({"rate": Decimal("0.23")}, "OFFER_ABOVE_CAP", ""),
        (
            {"action": "RAIZE"},
            "EVALUATION_FAILED",
            "action: is none of KEEP, RAISE, LOWER, REPRICE, FREEZE",
        ),
        ({"limit": -1}, "EVALUATION_FAILED", "credit_limit: is below 0"),
        ({"rate": -1}, "EVALUATION_FAILED", "the terms are not those of a line"),
        ({"days": -1}, "EVALUATION_FAILED", "notice_days: is no whole number from 0 to 3650"),
        ({"days": Decimal("1.5")}, "EVALUATION_FAILED", "notice_days: is no whole number from 0 to 3650"),
        ({"days": 3651}, "EVALUATION_FAILED", "notice_days: is no whole number from 0 to 3650"),
    ],
)
def test_terms_that_cannot_be_approved_are_referred(tmp_path, changed, reason, problem):
    policy = tiny(tmp_path, POLICY)
    result = decided(policy, given(**changed))
    assert outcome_name(result.decision) == "REFER"
    assert not result.decision.HasField("line_change")
    assert codes(result.decision) == [reason]
    assert result.decision.reasons[0].source == "outcome/line_change"
    assert result.problems == ((problem,) if problem else ())
    missing = [f"attributes.{name}" for name, value in changed.items() if value is None]
    assert list(result.decision.reasons[0].missing_inputs) == missing


@pytest.mark.parametrize("limit", [20000, 0])
def test_what_meets_a_cap_or_is_nothing_is_approved(tmp_path, limit):
    assert outcome_name(decided(tiny(tmp_path, POLICY), given(limit=limit)).decision) == "APPROVE"


def traced(policy, facts):
    request = DecideRequest(product="TINY", application=application(policy, facts))
    return explain(request, policy, NOW, ID).decision.trace


def test_a_trace_has_a_step_for_each_term_and_cap(tmp_path):
    steps = [
        (step.name, step.value)
        for step in traced(tiny(tmp_path, POLICY), given()).steps
        if step.kind == decision_pb2.TRACE_STEP_KIND_OFFER
    ]
    assert steps == [
        ("line_change/action", '"RAISE"'),
        ("line_change/credit_limit", "12000"),
        ("line_change/annual_rate", "0.072"),
        ("line_change/notice_days", "30"),
        ("line_change/credit_limit_cap", "20000"),
        ("line_change/effective_annual_rate_cap", "0.24"),
    ]


def test_a_trace_says_why_terms_were_refused_and_where_they_stand(tmp_path):
    (warning,) = traced(tiny(tmp_path, POLICY), given(action="RAIZE")).warnings
    assert warning.kind == "LINE_CHANGE_REFUSED"
    assert warning.source.endswith("tiny/policy.yaml:12:13")


def test_a_replay_comes_out_the_same(tmp_path):
    policy = tiny(tmp_path, POLICY)
    request = DecideRequest(request_id="r", product="TINY", application=application(policy, given()))
    made = decided(policy, given())
    assert decide_again(request, policy, made.evidence, NOW, ID).decision == made.decision


TEST = """tests:
  - name: a test
    given: {applicant: {subject_id: s, age: %d}, attributes: {action: RAISE, limit: 12000, rate: 0.072, days: 30}}
    expect: {%s}
"""


@pytest.mark.parametrize(
    ("age", "expect", "failures"),
    [
        (
            30,
            "line_change.action: RAISE, line_change.credit_limit: 12000, line_change.annual_rate: 0.072,"
            " line_change.notice_days: 30, line_change.effective_date: 2026-02-14",
            [],
        ),
        (30, "line_change.action: LOWER", ["line_change.action: expected LOWER, found RAISE"]),
        (17, "line_change.action: LOWER", ["line_change.action: the line is not changed"]),
        (
            30,
            "line_change.limit: 1",
            [
                "line_change.limit: unknown term of a line's change; known: action, credit_limit, annual_rate,"
                " notice_days, effective_date"
            ],
        ),
    ],
)
def test_tests_beside_rules_expect_the_terms(tmp_path, age, expect, failures):
    rules = write_rules(tmp_path, POLICY, a=TEST % (age, expect))
    (result,) = run_policy_tests(load_desk(rules, tmp_path / "none").policy_for("TINY"), rules).results
    assert list(result.failures) == failures
