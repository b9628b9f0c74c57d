"""Joint loans: shares, caps, funders passed over; on the example of the documentation and on tiny policies."""

from decimal import Decimal
from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from underwriter.decisioning import Stored, decide, explain, load_desk, run_policy_tests
from underwriter.v1.decision_service_pb2 import DecideRequest
from underwriter.v1.record_pb2 import FunderAmount

from .desks import ID, NOW, ROOT, application, codes, decided, outcome_name, tiny

EXAMPLE = ROOT / "docs" / "examples" / "joint-loan"


@cache
def example():
    return load_desk(EXAMPLE, EXAMPLE / "no models").policy_for("JOINT_LOAN")


def asked(amount, **committed):
    """Decide on the example with what funders have committed, in minor units."""
    policy = example()
    given_values = {"applicant": {"subject_id": "s"}, "request": {"amount": amount}}
    request = DecideRequest(product=policy.product, application=application(policy, given_values))
    funders = [FunderAmount(funder=name.replace("_", "-"), amount=value) for name, value in committed.items()]
    return decide(request, policy, NOW, ID, stored=Stored(funders=funders))


def shares_of(decision):
    return [(part.funder, part.share.value, part.amount.units) for part in decision.offers[0].funding_shares]


def parts_of(facts):
    return [(p.funder, p.amount, p.cap if p.HasField("cap") else None) for p in facts.facility.parts]


def test_the_example_passes_its_own_tests():
    report = run_policy_tests(example(), EXAMPLE)
    assert [result.failures for result in report.failed] == []
    assert report.has_passed
    assert report.coverage.percent == 100


def test_an_offer_tells_its_shares_and_the_record_keeps_them_with_caps():
    result = asked(100_000)
    assert shares_of(result.decision) == [
        ("north-bank", "0.5", 50_000),
        ("south-bank", "0.3", 30_000),
        ("own", "0.2", 20_000),
    ]
    assert parts_of(result.facts) == [
        ("north-bank", 5_000_000, 100_000_000),
        ("south-bank", 3_000_000, 40_000_000),
        ("own", 2_000_000, None),
    ]
    assert result.facts.facility.terms.expected_loss == 100_000


def test_what_funders_have_committed_is_evidence_where_the_policy_reads_it():
    result = asked(100_000, north_bank=5, own=0)
    assert [(funder.funder, funder.amount) for funder in result.evidence.funders] == [("north-bank", 5), ("own", 0)]


@pytest.mark.parametrize(
    ("committed", "funders"),
    [
        ({}, ["north-bank", "south-bank", "own"]),
        ({"south_bank": 30_000_000}, ["north-bank", "south-bank", "own"]),
        ({"south_bank": 30_000_001}, ["north-bank", "own"]),
        ({"south_bank": 40_000_000, "north_bank": 100_000_000}, ["own"]),
        ({"own": 10**15}, ["north-bank", "south-bank", "own"]),
    ],
)
def test_a_funder_whose_cap_would_be_passed_is_passed_over(committed, funders):
    result = asked(100_000, **committed)
    assert [part[0] for part in parts_of(result.facts)] == funders


@given(st.integers(100_000, 10**9), st.integers(0, 10**8), st.integers(0, 4 * 10**7))
def test_parts_sum_to_the_limit_and_stay_within_caps(amount, north, south):
    result = asked(Decimal(amount) / 100, north_bank=north, south_bank=south)
    committed = {"north-bank": north, "south-bank": south, "own": 0}
    assert sum(part[1] for part in parts_of(result.facts)) == amount
    for funder, part, cap in parts_of(result.facts):
        assert cap is None or committed[funder] + part <= cap
    shown = [part.amount for part in result.decision.offers[0].funding_shares]
    assert [money.units * 100 + money.nanos // 10**7 for money in shown] == [p[1] for p in parts_of(result.facts)]


def funded(funding, more=""):
    return (
        "decisions:\n  passing:\n    rules: [{id: P, when: 'false', then: refer, reason: R}]\n"
        "outcome:\n  rules: [passing]\n  offer:\n    credit_limit: 100\n    annual_rate: 0.1\n"
        f"    funding: '{funding}'\n{more}"
    )


@pytest.mark.parametrize(
    ("funding", "problem"),
    [
        ('[{funder: "a", share: 0.9}]', "funding: the shares sum to 0.9, not to 1"),
        (
            '[{funder: "a", share: 1.5}, {funder: "b", share: -0.5}]',
            "funding: the share -0.5 is not more than 0",
        ),
        (
            '[{funder: "a", share: 0.5}, {funder: "a", share: 0.5}]',
            "funding: the funder a is named twice",
        ),
        (
            '[{funder: "a", share: 0.5}, {funder: "a", share: 0}]',
            "funding: the share 0 is not more than 0; the shares sum to 0.5, not to 1; the funder a is named twice",
        ),
        ('[{funder: "", share: 1}]', "funding: a funder must be a text of 1 to 64 characters"),
        ('[{funder: "a", share: 1, cap: -1}]', "funding: the cap of a is not an amount from 0"),
    ],
)
def test_shares_that_are_not_a_whole_approve_nothing_and_are_told_in_words(tmp_path, funding, problem):
    policy = tiny(tmp_path, funded(funding))
    result = decided(policy, {})
    assert (outcome_name(result.decision), codes(result.decision)) == ("REFER", ["EVALUATION_FAILED"])
    assert result.problems == (problem,)
    assert result.facts is None
    request = DecideRequest(product="TINY", application=application(policy, {}))
    (warning,) = explain(request, policy, NOW, ID).decision.trace.warnings
    assert (warning.kind, warning.message) == ("OFFER_REFUSED", problem)
    assert warning.source.endswith("tiny/policy.yaml:12:15")


@pytest.mark.parametrize(
    "funding",
    [
        "null",
        "[null]",
        '[{funder: "a", share: applicant.age}]',
        '[{funder: "a", share: 1, cap: applicant.age}]',
        '[{funder: "a", share: 1, cap: null}]',
    ],
)
def test_what_is_not_known_of_a_funding_approves_nothing(tmp_path, funding):
    result = decided(tiny(tmp_path, funded(funding)), {})
    assert (outcome_name(result.decision), codes(result.decision)) == ("REFER", ["INSUFFICIENT_DATA"])
    assert result.facts is None


def test_an_offer_that_nobody_funds_is_not_made(tmp_path):
    result = decided(tiny(tmp_path, funded("for f in [] return {funder: f, share: 1}")), {})
    assert (outcome_name(result.decision), codes(result.decision)) == ("REFER", ["NO_OFFER"])


def test_shares_are_of_the_principal_where_there_is_one(tmp_path):
    policy = tiny(tmp_path, funded('[{funder: "a", share: 0.5}, {funder: "b", share: 0.5}]', "    principal: 60.01\n"))
    result = decided(policy, {})
    assert parts_of(result.facts) == [("a", 3001, None), ("b", 3000, None)]
    assert result.decision.offers[0].credit_limit.units == 100


def test_three_thirds_are_a_whole(tmp_path):
    funding = 'for f in ["a", "b", "c"] return {funder: f, share: 1/3}'
    assert [part[1] for part in parts_of(decided(tiny(tmp_path, funded(funding)), {}).facts)] == [3334, 3333, 3333]
