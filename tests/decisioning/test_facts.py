"""What the record keeps beside a decision: its evidence, and what it sets aside."""

from dataclasses import replace
from datetime import timedelta

import pytest

from underwriter.decisioning import ENGINE_VERSION, Stored, decide
from underwriter.v1.application_pb2 import PURPOSE_EDUCATION
from underwriter.v1.decision_service_pb2 import DecideRequest
from underwriter.v1.record_pb2 import (
    FACILITY_EVENT_KIND_RESERVED,
    Evidence,
    ExposureEvidence,
    ExposurePosition,
    FacilityEvent,
    FacilityTerms,
    FunderAmount,
    NamedAmount,
    RecordFacts,
)

from .desks import ID, NOW, application, decided, outcome_name, shipped, tiny

RULES = """
  passing:
    rules:
      - {id: P, when: applicant.age < 18, then: decline, reason: R, if unknown: pass}
"""
OFFER = "  offer: {credit_limit: 1000.505, annual_rate: 0.0700, valid_days: 7}\n"
OWING = ExposureEvidence(
    version=3, positions=[ExposurePosition(lender="own", product="TINY", currency="CNY", drawn=5_000)]
)
STORED = Stored(
    OWING,
    [FunderAmount(funder="own", amount=5_000)],
    [NamedAmount(name="fund", amount=6_000)],
    [NamedAmount(name="partners", amount=7_000)],
)


def policy_text(outcome=OFFER, head="", decisions=""):
    return f"{head}decisions:{RULES}{decisions}outcome:\n  rules: [passing]\n{outcome}"


def made(policy, given_values=None, stored=Stored.NOTHING):
    request = DecideRequest(product=policy.product, application=application(policy, given_values or {}))
    return decide(request, policy, NOW, ID, stored=stored)


def test_an_approval_sets_its_limit_aside_in_whole_minor_units(tmp_path):
    policy = tiny(
        tmp_path,
        policy_text(f"  grade: '\"A\"'\n  user_group: '\"YOUNG\"'\n{OFFER}", "lender: bank-1\n"),
    )
    result = decided(policy, {"request": {"purpose": "EDUCATION"}})
    expire = NOW.replace(microsecond=0) + timedelta(days=7)
    assert result.facts == RecordFacts(
        facility=FacilityEvent(
            facility_id=ID,
            kind=FACILITY_EVENT_KIND_RESERVED,
            parts=[FunderAmount(funder="bank-1", amount=100_050)],
            terms=FacilityTerms(
                product="TINY",
                currency="CNY",
                revolving=True,
                purpose=PURPOSE_EDUCATION,
                user_group="YOUNG",
                grade="A",
                annual_rate="0.0700",
                expire_time_us=int(expire.timestamp()) * 1_000_000,
            ),
        )
    )
    assert (result.decision.offers[0].credit_limit.units, result.decision.offers[0].credit_limit.nanos) == (
        1000,
        500_000_000,
    )


def test_without_a_word_on_it_the_lender_is_oneself_and_nothing_is_told_of_groups_and_losses(tmp_path):
    facility = decided(tiny(tmp_path, policy_text()), {}).facts.facility
    assert [part.funder for part in facility.parts] == ["own"]
    assert not facility.parts[0].HasField("cap")
    assert not facility.terms.HasField("expected_loss")
    assert (facility.terms.user_group, facility.terms.grade, facility.terms.term_months) == ("", "", 0)


@pytest.mark.parametrize(
    ("given_values", "outcome", "offer"),
    [
        ({"applicant": {"age": 17}}, "DECLINE", OFFER),
        ({}, "APPROVE", ""),
        ({}, "REFER", "  offer: {credit_limit: 0, annual_rate: 0.1}\n"),
        ({}, "REFER", "  offer: {credit_limit: 0.009, annual_rate: 0.1}\n"),
        ({}, "REFER", "  offer: {credit_limit: applicant.monthly_income, annual_rate: 0.1}\n"),
    ],
)
def test_what_offers_nothing_sets_nothing_aside(tmp_path, given_values, outcome, offer):
    result = decided(tiny(tmp_path, policy_text(offer)), given_values)
    assert (outcome_name(result.decision), result.facts) == (outcome, None)


def test_a_loan_sets_its_principal_aside_and_is_not_drawn_again(tmp_path):
    offer = "  offer: {credit_limit: 500, principal: 120.555, annual_rate: 0, term_months: 6, expected_loss: 1.005}\n"
    facility = decided(tiny(tmp_path, policy_text(offer)), {}).facts.facility
    assert [part.amount for part in facility.parts] == [12_056]
    assert (facility.terms.revolving, facility.terms.term_months, facility.terms.annual_rate) == (False, 6, "0")
    assert facility.terms.expected_loss == 100


def test_of_several_offers_the_first_of_the_largest_counts(tmp_path):
    offer = "  offer: {each: {n: '[1, 3, 2, 3]'}, credit_limit: 100 * n, annual_rate: 0.1 * n, term_months: n}\n"
    result = decided(tiny(tmp_path, policy_text(offer)), {})
    facility = result.facts.facility
    assert len(result.decision.offers) == 4
    assert ([part.amount for part in facility.parts], facility.terms.term_months) == ([30_000], 3)


def test_a_loss_that_is_not_known_approves_nothing(tmp_path):
    offer = "  offer: {credit_limit: 5, annual_rate: 0.1, expected_loss: 0.01 * applicant.monthly_income}\n"
    result = decided(tiny(tmp_path, policy_text(offer)), {})
    assert outcome_name(result.decision) == "REFER"
    assert result.decision.reasons[0].missing_inputs == ["applicant.monthly_income"]


def test_the_exposure_is_evidence_of_an_approval_even_if_no_rule_reads_it(tmp_path):
    result = made(tiny(tmp_path, policy_text()), stored=STORED)
    assert result.evidence == Evidence(
        engine_version=ENGINE_VERSION,
        exposure=OWING,
        funders=STORED.funders,
        guarantees=STORED.guarantees,
        concentrations=STORED.concentrations,
    )


def test_of_a_declined_applicant_it_is_kept_only_where_it_was_read(tmp_path):
    minor = {"applicant": {"age": 17}}
    assert made(tiny(tmp_path, policy_text()), minor, STORED).evidence == Evidence(engine_version=ENGINE_VERSION)
    reading = tiny(tmp_path / "reading", policy_text(OFFER.replace("1000.505", "exposure.total")))
    assert (reading.reads_exposure, reading.totals_read) == (True, frozenset())
    assert made(reading, minor, STORED).evidence == Evidence(engine_version=ENGINE_VERSION, exposure=OWING)
    assert made(reading, minor).evidence.HasField("exposure")


@pytest.mark.parametrize("name", ["funders", "guarantees", "concentrations"])
def test_of_a_declined_applicant_only_the_totals_that_were_read_are_kept(tmp_path, name):
    reading = tiny(tmp_path, policy_text(OFFER.replace("1000.505", f"100 * count({name})")))
    assert reading.totals_read == {name}
    evidence = made(reading, {"applicant": {"age": 17}}, STORED).evidence
    assert evidence == Evidence(engine_version=ENGINE_VERSION, **{name: getattr(STORED, name)})


def test_what_is_stored_is_read_shown_and_named_when_it_is_missing(tmp_path):
    policy = tiny(tmp_path, policy_text("  offer: {credit_limit: exposure.total * count(funders), annual_rate: 0.1}\n"))
    assert made(policy, stored=STORED).decision.offers[0].credit_limit.units == 50
    foreign = ExposureEvidence(positions=[ExposurePosition(currency="USD", drawn=1)])
    refused = made(policy, stored=Stored(foreign, STORED.funders)).decision
    assert (outcome_name(refused), list(refused.reasons[0].missing_inputs)) == ("REFER", ["exposure.total"])


def test_a_defect_leaves_what_was_stored_as_evidence_and_sets_nothing_aside(tmp_path):
    def fail(_stored, _now):
        raise ZeroDivisionError

    reading = tiny(tmp_path, policy_text(OFFER.replace("1000.505", "exposure.total")))
    result = made(replace(reading, read_stored=fail), stored=STORED)
    assert (outcome_name(result.decision), result.facts, result.problems) == ("REFER", None, ("ZeroDivisionError",))
    assert result.evidence == Evidence(engine_version=ENGINE_VERSION, exposure=OWING)


def test_models_that_ran_are_evidence_with_what_they_said():
    policy = shipped().policy_for("PERSONAL_CREDIT_LINE")
    known = {"behaviour": {"statements": [{"billed": 100, "paid": 100, "days_late": 0}]}}
    request = DecideRequest(product=policy.product, application=application(policy, known))
    result = decide(request, policy, NOW, ID)
    (entry,) = result.evidence.models
    assert entry.model == result.decision.models[0]
    assert (entry.probability, entry.points) == (result.decision.score.probability, result.decision.score.points)
    assert not entry.failed


def test_a_score_of_nothing_known_is_evidence_and_not_shown():
    policy = shipped().policy_for("PERSONAL_CREDIT_LINE")
    request = DecideRequest(product=policy.product, application=application(policy, {"applicant": {"age": 30}}))
    result = decide(request, policy, NOW, ID)
    assert not result.decision.HasField("score")
    assert result.evidence.models[0].points > 0
