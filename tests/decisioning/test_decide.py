"""From rules to a decision: outcomes, reasons, offers, what fails; on tiny policies."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from underwriter.decisioning import explain
from underwriter.v1.decision_service_pb2 import DecideRequest

from .desks import ID, NOW, application, codes, decided, outcome_name, tiny

SEVERITY = ["APPROVE", "REFER", "VERIFY", "DECLINE"]
VERIFIED = {
    True: {"applicant": {"identity_verified": True}},
    False: {"applicant": {"identity_verified": False}},
    None: {},
}


def rule(number, when, then, unknown=None, reason="R", more=""):
    unknown = f", if unknown: {unknown}" if unknown else ""
    return f"      - {{id: C{number}, when: {when}, then: {then}, reason: {reason}{unknown}{more}}}\n"


def policy_text(*rules, rest=""):
    return f"decisions:\n  checks:\n    rules:\n{''.join(rules)}outcome:\n  rules: [checks]\n{rest}"


@pytest.mark.parametrize(
    ("value", "then", "unknown", "outcome", "reasons"),
    [
        (True, "decline", None, "DECLINE", ["R"]),
        (True, "verify", "decline", "VERIFY", ["R"]),
        (True, "refer", "pass", "REFER", ["R"]),
        (True, "approve", "decline", "APPROVE", ["R"]),
        (False, "decline", "decline", "APPROVE", []),
        (False, "approve", None, "APPROVE", []),
        (None, "decline", None, "REFER", ["INSUFFICIENT_DATA"]),
        (None, "approve", None, "REFER", ["INSUFFICIENT_DATA"]),
        (None, "decline", "refer", "REFER", ["INSUFFICIENT_DATA"]),
        (None, "decline", "verify", "VERIFY", ["INSUFFICIENT_DATA"]),
        (None, "approve", "decline", "DECLINE", ["INSUFFICIENT_DATA"]),
        (None, "decline", "pass", "APPROVE", []),
    ],
)
def test_the_outcome_of_one_rule(tmp_path, value, then, unknown, outcome, reasons):
    policy = tiny(tmp_path, policy_text(rule(1, "applicant.identity_verified", then, unknown)))
    decision = decided(policy, VERIFIED[value]).decision
    assert (outcome_name(decision), codes(decision)) == (outcome, reasons)
    if reasons == ["INSUFFICIENT_DATA"]:
        assert list(decision.reasons[0].missing_inputs) == ["applicant.identity_verified"]


CASES = st.tuples(
    st.sampled_from(["true", "false", "applicant.identity_verified"]),
    st.sampled_from(["decline", "verify", "refer", "approve"]),
    st.sampled_from([None, "pass", "refer", "verify", "decline"]),
)


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(cases=st.lists(CASES, min_size=1, max_size=7))
def test_the_most_severe_of_all_rules_wins_and_all_reasons_but_those_for_approving_are_told(tmp_path, cases):
    reasons = [f"R{number}" for number in range(len(cases))]
    rules = [rule(n, f"'{when}'", then, unknown, reasons[n]) for n, (when, then, unknown) in enumerate(cases)]
    decision = decided(tiny(tmp_path, policy_text(*rules), reasons), {}).decision
    says = []
    for number, (when, then, unknown) in enumerate(cases):
        if when == "true":
            says.append((then.upper(), reasons[number]))
        elif when != "false" and unknown != "pass":
            says.append(((unknown or "refer").upper(), "INSUFFICIENT_DATA"))
    says.sort(key=lambda said: -SEVERITY.index(said[0]))  # a stable sort: the file's order among equals
    assert outcome_name(decision) == (says[0][0] if says else "APPROVE")
    if says and says[0][0] != "APPROVE":
        says = [said for said in says if said[0] != "APPROVE"]
    expected = list(dict.fromkeys(reason for _, reason in says))
    assert codes(decision) == (expected[:4] if decision.outcome == 4 else expected)


def test_reasons_have_texts_sources_and_outcomes(tmp_path):
    policy = tiny(
        tmp_path, policy_text(rule(1, "true", "refer", reason="A"), rule(2, "true", "decline", reason="B")), ["A", "B"]
    )
    first, second = decided(policy, {}).decision.reasons
    assert (first.code, first.source, first.outcome, dict(first.text)) == (
        "B",
        "checks/C2",
        4,
        {"en": "B text.", "zh": "B文。"},
    )
    assert (second.code, second.source, second.outcome) == ("A", "checks/C1", 2)


def test_missing_inputs_of_several_rules_are_gathered_once_each(tmp_path):
    policy = tiny(
        tmp_path,
        policy_text(
            rule(1, "applicant.age < 18", "decline"),
            rule(2, "applicant.age < applicant.employment_months", "decline"),
            rule(3, "sum(bureau.loans.balance) > 10", "decline", "verify"),
        ),
    )
    decision = decided(policy, {"bureau": {"loans": [{"balance": 5}, {"lender": "A"}]}}).decision
    (reason,) = decision.reasons
    assert (outcome_name(decision), reason.source) == ("VERIFY", "checks/C3")
    assert list(reason.missing_inputs) == ["bureau.loans.balance", "applicant.age", "applicant.employment_months"]


def test_verification_lists_what_the_rules_that_verify_ask_for(tmp_path):
    policy = tiny(
        tmp_path,
        policy_text(
            rule(1, "true", "verify", more=", ask for: PAYSLIP"),
            rule(2, "true", "verify", more=", ask for: PAYSLIP"),
            rule(3, "true", "verify"),
            rule(4, "true", "refer", "verify", more=", ask for: NOT_THIS"),
            rule(5, "applicant.identity_verified", "decline", "verify", more=", ask for: ID_CARD"),
        ),
    )
    assert list(decided(policy, {}).decision.verification.required) == ["PAYSLIP", "R", "ID_CARD"]
    assert not tiny(tmp_path, policy_text(rule(1, "true", "refer"))).template.HasField("verification")


NEVER = rule(1, "false", "refer")
OFFER = """  offer:
    credit_limit: applicant.monthly_income * 2
    annual_rate: 0.12
    term_months: request.term_months
  caps:
    effective_annual_rate: 0.24
    credit_limit: 50000
"""


@pytest.mark.parametrize(
    ("given", "outcome", "reasons", "missing"),
    [
        ({"applicant": {"monthly_income": 5000}, "request": {"term_months": 6}}, "APPROVE", [], []),
        ({"applicant": {"monthly_income": 5000}}, "REFER", ["INSUFFICIENT_DATA"], ["request.term_months"]),
        ({}, "REFER", ["INSUFFICIENT_DATA"], ["applicant.monthly_income", "request.term_months"]),
        ({"applicant": {"monthly_income": 0}, "request": {"term_months": 6}}, "REFER", ["NO_OFFER"], []),
        ({"applicant": {"monthly_income": 25001}, "request": {"term_months": 6}}, "REFER", ["OFFER_ABOVE_CAP"], []),
        ({"applicant": {"monthly_income": 25000}, "request": {"term_months": 6}}, "APPROVE", [], []),
        ({"applicant": {"monthly_income": 5000}, "request": {"term_months": 0}}, "REFER", ["EVALUATION_FAILED"], []),
        ({"applicant": {"monthly_income": 5000}, "request": {"term_months": 601}}, "REFER", ["EVALUATION_FAILED"], []),
    ],
)
def test_an_approval_needs_an_offer_that_is_known_and_within_its_caps(tmp_path, given, outcome, reasons, missing):
    decision = decided(tiny(tmp_path, policy_text(NEVER, rest=OFFER)), given).decision
    assert (outcome_name(decision), codes(decision)) == (outcome, reasons)
    assert bool(decision.offers) == (outcome == "APPROVE")
    if missing:
        assert list(decision.reasons[0].missing_inputs) == missing


@pytest.mark.parametrize(
    ("terms", "reason"),
    [
        ("annual_rate: 0.25", "OFFER_ABOVE_CAP"),
        ("annual_rate: 0.217", None),
        ("annual_rate: 0.2171, term_months: 12", "OFFER_ABOVE_CAP"),
        ("annual_rate: 0.2, term_months: 12, fee_rate: 0.05", "OFFER_ABOVE_CAP"),
        ("annual_rate: 0.01, term_months: 12, fee_rate: 0.05", None),
        ("annual_rate: -0.01", "EVALUATION_FAILED"),
        ("annual_rate: 0.1, term_months: 12.5", "EVALUATION_FAILED"),
        ('annual_rate: 0.1, repayment_method: \'"NEV" + "ER"\'', "EVALUATION_FAILED"),
        ("annual_rate: 0.1, fee_rate: 1 / 0", "INSUFFICIENT_DATA"),
        ("annual_rate: 0.1, term_months: 6, grace_months: 5", None),
        ("annual_rate: 0.1, grace_months: 11", None),
        ("annual_rate: 0.1, grace_months: 12", "EVALUATION_FAILED"),
        ("annual_rate: 0.1, term_months: 6, grace_months: 6", "EVALUATION_FAILED"),
        ("annual_rate: 0.1, grace_months: -1", "EVALUATION_FAILED"),
        ("annual_rate: 0.1, grace_months: 1.5", "EVALUATION_FAILED"),
        ("annual_rate: 0, repayment_method: '\"FLAT_FEE\"', grace_months: 1", "EVALUATION_FAILED"),
        ("annual_rate: 0.1, grace_months: applicant.dependants", "INSUFFICIENT_DATA"),
    ],
)
def test_terms_outside_the_cap_or_outside_credit_arithmetic_are_not_approved(tmp_path, terms, reason):
    rest = f"  offer: {{credit_limit: 1000, {terms}}}\n  caps: {{effective_annual_rate: 0.24}}\n"
    decision = decided(tiny(tmp_path, policy_text(NEVER, rest=rest)), {}).decision
    assert codes(decision) == ([reason] if reason else [])
    assert outcome_name(decision) == ("REFER" if reason else "APPROVE")


EACH = """  offer:
    each: {term: "[3, 6, 12]"}
    credit_limit: 1000 * term
    annual_rate: 0.02 * term
    term_months: term
    principal: request.amount
    valid_days: 10
  caps:
    effective_annual_rate: 0.24
"""


def test_of_several_offers_those_above_a_cap_are_left_out(tmp_path):
    policy = tiny(tmp_path, policy_text(NEVER, rest=EACH))
    decision = decided(policy, {"request": {"amount": 900}}).decision
    assert outcome_name(decision) == "APPROVE"
    assert [(offer.term_months, offer.credit_limit.units) for offer in decision.offers] == [(3, 3000), (6, 6000)]
    assert all(Decimal(offer.effective_annual_rate.value) <= Decimal("0.24") for offer in decision.offers)


def test_an_offer_has_its_schedule_and_its_expiry(tmp_path):
    policy = tiny(tmp_path, policy_text(NEVER, rest=EACH))
    offer = decided(policy, {"request": {"amount": 900}}).decision.offers[0]
    assert offer.expire_time.seconds - int(NOW.timestamp()) == 10 * 24 * 3600
    assert [(i.due_date.month, i.due_date.day) for i in offer.instalments] == [(4, 2), (5, 2), (6, 2)]
    assert sum(i.principal.units + i.principal.nanos / 1e9 for i in offer.instalments) == pytest.approx(900)


def test_in_months_of_grace_only_interest_is_paid(tmp_path):
    terms = "credit_limit: 900, principal: 900, annual_rate: 0.12, term_months: 5, grace_months: 2"
    offer = decided(tiny(tmp_path, policy_text(NEVER, rest=f"  offer: {{{terms}}}\n")), {}).decision.offers[0]
    assert (offer.grace_months, offer.term_months) == (2, 5)
    assert offer.effective_annual_rate.value == "0.126825"
    assert [(row.payment.units, row.principal.units) for row in offer.instalments[:2]] == [(9, 0), (9, 0)]
    assert len({(row.payment.units, row.payment.nanos) for row in offer.instalments[2:4]}) == 1
    assert [row.balance.units for row in offer.instalments] == [900, 900, 602, 302, 0]


def test_equal_prices_of_other_months_of_grace_are_other_prices(tmp_path):
    offer = "{each: {months: '[0, 3, 0]'}, credit_limit: 900, annual_rate: 0.1, term_months: 12, grace_months: months}"
    offers = decided(tiny(tmp_path, policy_text(NEVER, rest=f"  offer: {offer}\n")), {}).decision.offers
    assert [offer.grace_months for offer in offers] == [0, 3, 0]


def test_instalments_count_from_the_day_in_the_time_zone_of_the_policy(tmp_path):
    policy = tiny(tmp_path, policy_text(NEVER, rest=EACH))
    late = datetime(2026, 3, 2, 20, 0, tzinfo=UTC)  # in Shanghai it is the third
    offer = decided(policy, {"request": {"amount": 900}}, late).decision.offers[0]
    assert offer.instalments[0].due_date.day == 3


def test_today_is_that_of_the_time_zone_of_the_policy(tmp_path):
    policy = tiny(tmp_path, policy_text(rule(1, '"today = date(2026, 3, 3)"', "refer")))
    assert outcome_name(decided(policy, {}, datetime(2026, 3, 2, 20, 0, tzinfo=UTC)).decision) == "REFER"
    assert outcome_name(decided(policy, {}, datetime(2026, 3, 2, 1, 0, tzinfo=UTC)).decision) == "APPROVE"


@pytest.mark.parametrize(
    "condition", ["now() = now and today() = today", "is(now(), now)", "today() = date(2026, 3, 3)"]
)
def test_the_functions_of_the_time_tell_the_time_of_the_decision(tmp_path, condition):
    policy = tiny(tmp_path, policy_text(rule(1, f'"{condition}"', "refer")))
    assert outcome_name(decided(policy, {}, datetime(2026, 3, 2, 20, 0, tzinfo=UTC)).decision) == "REFER"


def test_a_scorecard_explains_by_the_points_that_were_lost(tmp_path):
    text = f"""decisions:
  points:
    scorecard:
      attributes:
        - name: age
          value: applicant.age
          reason: AGE
          missing: 0
          bins: [{{when: '< 30', points: 5}}, {{when: '-', points: 9}}]
        - {{name: job, value: applicant.occupation, reason: JOB, missing: 2, bins: [{{when: '-', points: 20}}]}}
        - {{name: phone, value: applicant.phone_months, reason: PHONE, missing: 4, bins: [{{when: '-', points: 4}}]}}
  checks:
    rules:
{rule(1, "points.points < 30", "decline", more=", explained by: points")}outcome:
  rules: [checks]
"""
    decision = decided(tiny(tmp_path, text, ["R", "AGE", "JOB", "PHONE"]), {"applicant": {"age": 20}}).decision
    assert [(reason.code, reason.source) for reason in decision.reasons] == [
        ("R", "checks/C1"),
        ("JOB", "points/job"),
        ("AGE", "points/age"),
    ]


BROKEN = """decisions:
  grade:
    table:
      hit policy: {policy}
      rows: |
        | applicant.age || grade |
        | > 10          || "A"   |
        | > 20          || "B"   |
  checks:
    rules:
      - {{id: C1, when: grade = "B", then: approve, reason: R, if unknown: pass}}
outcome:
  rules: [checks]
  grade: grade
"""


@pytest.mark.parametrize("hit_policy", ["unique", "any"])
def test_a_table_that_breaks_its_hit_policy_refers(tmp_path, hit_policy):
    policy = tiny(tmp_path, BROKEN.format(policy=hit_policy))
    decision = decided(policy, {"applicant": {"age": 30}}).decision
    assert (outcome_name(decision), codes(decision)) == ("REFER", ["EVALUATION_FAILED"])
    assert (decision.reasons[0].source, decision.grade) == ("grade", "")
    assert outcome_name(decided(policy, {"applicant": {"age": 15}}).decision) == "APPROVE"
    request = DecideRequest(application=application(policy, {"applicant": {"age": 30}}))
    (warning,) = explain(request, policy, NOW, ID).decision.trace.warnings
    assert warning.kind == "HIT_POLICY_BROKEN"
    assert warning.source.endswith("tiny/policy.yaml:7:7")


def test_a_defect_refers_and_is_told_to_the_log_without_its_values(tmp_path):
    text = (
        f"parameters: {{mixed: {{value: [A, 1]}}}}\n{policy_text(rule(1, 'true', 'decline'), rest='  grade: mixed[2]')}"
    )
    result = decided(tiny(tmp_path, text), {})
    assert (outcome_name(result.decision), codes(result.decision)) == ("REFER", ["EVALUATION_FAILED"])
    assert result.decision.reasons[0].source == "policies/tiny"
    assert result.problems == ("TypeError",)


def test_a_decision_names_what_it_was_made_with(tmp_path):
    policy = tiny(tmp_path, policy_text(NEVER))
    decision = decided(policy, {}).decision
    assert (decision.name, decision.request_id, decision.product) == (f"decisions/{ID}", "r", "TINY")
    assert (decision.policy.name, decision.policy.version) == ("policies/tiny", policy.version)
    assert decision.decide_time.ToDatetime(tzinfo=UTC) == NOW
    nameless = explain(DecideRequest(), policy, NOW, ID).decision
    assert nameless.request_id == ID


def test_a_time_before_1970_is_kept_exactly(tmp_path):
    moment = datetime(1969, 12, 31, 23, 59, 59, 250000, tzinfo=UTC)
    decision = decided(tiny(tmp_path, policy_text(NEVER)), {}, moment).decision
    assert decision.decide_time.ToDatetime(tzinfo=UTC) == moment


def test_a_trace_tells_inputs_steps_and_places(tmp_path):
    policy = tiny(
        tmp_path,
        BROKEN.format(policy="first")
        + "  offer: {credit_limit: 1000, annual_rate: 0.1}\n  caps: {credit_limit: 2000}\n",
    )
    request = DecideRequest(application=application(policy, {"applicant": {"age": 30}}))
    steps = explain(request, policy, NOW, ID).decision.trace.steps
    told = [(step.name, step.kind, step.value, step.source.rpartition("policy.yaml:")[2]) for step in steps]
    assert told == [
        ("applicant.age", 1, "30", ""),
        ("grade/1", 4, "", "10:9"),
        ("grade", 2, '"A"', "5:3"),
        ("checks/C1", 3, "false", "14:14"),
        ("offer/credit_limit", 7, "1000", "18:25"),
        ("offer/annual_rate", 7, "0.1", "18:44"),
        ("offer/credit_limit_cap", 7, "2000", "19:24"),
    ]
