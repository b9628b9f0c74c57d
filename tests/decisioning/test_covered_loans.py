"""Guarantors and concentrations: cover, caps, what the record keeps; on an example and on tiny policies."""

from fractions import Fraction
from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from underwriter.decisioning import Stored, decide, decide_again, explain, load_desk, run_policy_tests
from underwriter.decisioning.risk_shares import covered_parts
from underwriter.v1.decision_service_pb2 import DecideRequest
from underwriter.v1.record_pb2 import (
    TOTAL_KIND_CONCENTRATION,
    TOTAL_KIND_GUARANTOR,
    CountedShare,
    Evidence,
    NamedAmount,
)

from .desks import ID, NOW, ROOT, application, codes, decided, outcome_name, tiny

EXAMPLE = ROOT / "docs" / "examples" / "covered-loan"


@cache
def example():
    return load_desk(EXAMPLE, EXAMPLE / "no models").policy_for("COVERED_LOAN")


def stored(covered=0, at_own_risk=0):
    """What the fund covers and what is lent at one's own risk, in minor units."""
    fund, own = NamedAmount(name="guarantee-fund", amount=covered), NamedAmount(name="own-risk", amount=at_own_risk)
    return Stored(guarantees=[fund], concentrations=[own])


def asked(amount, stored_now=Stored.NOTHING):
    policy = example()
    given_values = {"applicant": {"subject_id": "s"}, "request": {"amount": amount}}
    request = DecideRequest(product=policy.product, application=application(policy, given_values))
    return request, decide(request, policy, NOW, ID, stored=stored_now)


def counted(facts):
    return [] if facts is None else list(facts.facility.counted)


def guarantor(name, share, cap=None):
    return CountedShare(kind=TOTAL_KIND_GUARANTOR, name=name, share=share, cap=cap)


def concentration(name, share, cap=None):
    return CountedShare(kind=TOTAL_KIND_CONCENTRATION, name=name, share=share, cap=cap)


def test_the_example_passes_its_own_tests():
    report = run_policy_tests(example(), EXAMPLE)
    assert [result.failures for result in report.failed] == []
    assert report.has_passed
    assert report.coverage.percent == 100


def test_an_offer_tells_its_cover_and_the_record_what_counts_with_caps():
    _, result = asked(100_000)
    (share,) = result.decision.offers[0].risk_shares
    assert (share.guarantor, share.amount.units, share.amount.currency_code) == ("guarantee-fund", 80_000, "CNY")
    assert (share.coverage.value, share.retained_loss.value, share.annual_price.value) == ("0.8", "0.02", "0.01")
    assert counted(result.facts) == [
        guarantor("guarantee-fund", "0.8", 100_000_000),
        concentration("own-risk", "0.2", 50_000_000),
    ]


@pytest.mark.parametrize(
    ("stored_now", "outcome", "shares"),
    [
        (stored(92_000_000, 48_000_000), "APPROVE", [("guarantee-fund", "0.8"), ("own-risk", "0.2")]),
        (stored(92_000_001, 40_000_000), "APPROVE", [("own-risk", "1")]),
        (stored(92_000_001, 40_000_001), "DECLINE", []),
        (stored(0, 48_000_001), "DECLINE", []),
    ],
)
def test_rules_go_by_what_the_totals_have_come_to(stored_now, outcome, shares):
    request, result = asked(100_000, stored_now)
    assert outcome_name(result.decision) == outcome
    assert [(one.name, one.share) for one in counted(result.facts)] == shares
    assert list(result.evidence.guarantees) == stored_now.guarantees
    assert list(result.evidence.concentrations) == stored_now.concentrations
    evidence = Evidence.FromString(result.evidence.SerializeToString())
    again = decide_again(request, example(), evidence, NOW, ID)
    assert (again.decision, again.evidence, again.facts) == (result.decision, result.evidence, result.facts)


def covering(cover="[]", concentrations="[]", more=""):
    return (
        "decisions:\n  passing:\n    rules: [{id: P, when: applicant.age < 18, then: decline, reason: R, if unknown:"
        " pass}]\n  no_cover: {expression: 'for f in [] return {guarantor: f, coverage: 1}'}\n"
        "outcome:\n  rules: [passing]\n  offer:\n    credit_limit: 100\n    annual_rate: 0.1\n"
        f"    cover: '{cover}'\n    concentrations: '{concentrations}'\n{more}"
    )


@pytest.mark.parametrize(
    ("cover", "problem"),
    [
        ('{guarantor: "a", coverage: 0}', "the coverage 0 of a is not above 0 and at most 1"),
        ('{guarantor: "a", coverage: -0.1}', "the coverage -0.1 of a is not above 0 and at most 1"),
        (
            '{guarantor: "a", coverage: 1.1}',
            "the coverage 1.1 of a is not above 0 and at most 1; the coverages sum to 1.1, to more than 1",
        ),
        (
            '{guarantor: "a", coverage: 0.6}, {guarantor: "b", coverage: 0.5}',
            "the coverages sum to 1.1, to more than 1",
        ),
        (
            '{guarantor: "a", coverage: 0.5, retained_loss: 1}',
            "the retained_loss 1 of a is not from 0 and below 1",
        ),
        (
            '{guarantor: "a", coverage: 0.5, retained_loss: -0.01}',
            "the retained_loss -0.01 of a is not from 0 and below 1",
        ),
        ('{guarantor: "a", coverage: 0.5, annual_price: -0.01}', "the annual_price -0.01 of a is below 0"),
        ('{guarantor: "a", coverage: 0.5, cap: -1}', "the cap of a is not an amount from 0"),
        ('{guarantor: "a", coverage: 0.3}, {guarantor: "a", coverage: 0.2}', "the guarantor a is named twice"),
        ('{guarantor: "", coverage: 0.5}', "a guarantor must be a text of 1 to 64 characters"),
        (f'{{guarantor: "{"x" * 65}", coverage: 0.5}}', "a guarantor must be a text of 1 to 64 characters"),
    ],
)
def test_cover_that_can_not_be_approves_nothing_and_is_told_in_words(tmp_path, cover, problem):
    policy = tiny(tmp_path, covering(f"[{cover}]"))
    assert_refused(policy, f"cover: {problem}", line=13)


@pytest.mark.parametrize(
    ("concentrations", "problem"),
    [
        ('{name: "a", share: -0.1}', "the share -0.1 of a is not from 0 to 1"),
        ('{name: "a", share: 1.1}', "the share 1.1 of a is not from 0 to 1"),
        ('{name: "a", share: 1, cap: -0.01}', "the cap of a is not an amount from 0"),
        ('{name: "a", share: 1}, {name: "a", share: 0}', "the name a is named twice"),
        ('{name: "", share: 1}', "a name must be a text of 1 to 64 characters"),
    ],
)
def test_concentrations_that_can_not_be_approve_nothing_and_are_told_in_words(tmp_path, concentrations, problem):
    policy = tiny(tmp_path, covering(concentrations=f"[{concentrations}]"))
    assert_refused(policy, f"concentrations: {problem}", line=14)


def assert_refused(policy, problem, line):
    result = decided(policy, {})
    assert (outcome_name(result.decision), codes(result.decision)) == ("REFER", ["EVALUATION_FAILED"])
    assert (result.problems, result.facts) == ((problem,), None)
    request = DecideRequest(product="TINY", application=application(policy, {}))
    (warning,) = explain(request, policy, NOW, ID).decision.trace.warnings
    assert (warning.kind, warning.message) == ("OFFER_REFUSED", problem)
    assert f"tiny/policy.yaml:{line}:" in warning.source


@pytest.mark.parametrize(
    "terms",
    [
        {"cover": "null"},
        {"cover": "[null]"},
        {"cover": '[{guarantor: "a", coverage: applicant.age}]'},
        {"cover": '[{guarantor: "a", coverage: 0.5, retained_loss: null}]'},
        {"cover": '[{guarantor: "a", coverage: 0.5, cap: applicant.age}]'},
        {"concentrations": "null"},
        {"concentrations": "[null]"},
        {"concentrations": '[{name: "n", share: applicant.age}]'},
        {"concentrations": '[{name: "n", share: 0.5, cap: null}]'},
    ],
    ids=str,
)
def test_what_is_not_known_of_them_approves_nothing(tmp_path, terms):
    result = decided(tiny(tmp_path, covering(**terms)), {})
    assert (outcome_name(result.decision), codes(result.decision)) == ("REFER", ["INSUFFICIENT_DATA"])
    assert result.facts is None


def test_an_empty_list_is_no_cover(tmp_path):
    result = decided(tiny(tmp_path, covering("no_cover")), {})
    assert outcome_name(result.decision) == "APPROVE"
    assert (list(result.decision.offers[0].risk_shares), counted(result.facts)) == ([], [])


def test_what_is_not_said_of_a_cover_is_nothing_and_without_a_cap_there_is_none(tmp_path):
    result = decided(tiny(tmp_path, covering('[{guarantor: "a", coverage: 1}]', '[{name: "n", share: 0.25}]')), {})
    (share,) = result.decision.offers[0].risk_shares
    assert (share.retained_loss.value, share.annual_price.value, share.amount.units) == ("0", "0", 100)
    assert counted(result.facts) == [guarantor("a", "1"), concentration("n", "0.25")]


def test_a_share_of_nothing_does_not_count(tmp_path):
    result = decided(tiny(tmp_path, covering(concentrations='[{name: "n", share: 0, cap: 0}]')), {})
    assert counted(result.facts) == []


def test_thirds_of_all_digits_are_kept_and_cover_the_whole(tmp_path):
    cover = 'for g in ["a", "b", "c"] return {guarantor: g, coverage: 1/3}'
    result = decided(tiny(tmp_path, covering(cover)), {})
    third = "0." + "3" * 34
    assert [one.share for one in counted(result.facts)] == [third] * 3
    amounts = [share.amount for share in result.decision.offers[0].risk_shares]
    assert [(money.units, money.nanos) for money in amounts] == [(33, 330_000_000)] * 3


def test_cover_is_of_the_principal_where_there_is_one(tmp_path):
    policy = tiny(tmp_path, covering('[{guarantor: "a", coverage: 0.5}]', more="    principal: 60.01\n"))
    (share,) = decided(policy, {}).decision.offers[0].risk_shares
    assert (share.amount.units, share.amount.nanos) == (30, 0)


@given(st.integers(0, 10**15), st.decimals("0.0001", 1, places=4))
def test_the_amount_covered_is_the_exact_share_rounded_half_to_even(amount, coverage):
    (part,) = covered_parts([{"guarantor": "a", "coverage": coverage}], amount, 2)
    assert part.amount == round(Fraction(amount) * Fraction(coverage))
