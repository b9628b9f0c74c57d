"""Rates that can pass the cap on the effective annual rate: found with an application, and only where one is."""

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from underwriter import credit
from underwriter.analysis.rate_caps import cost_of

from .folders import OUTCOME, RULES, codes, findings

POLICY = """parameters:
  cap: {{value: 0.24}}
  margin: {{value: 0.05}}
attributes: {{wish: number}}
decisions:{rules}{decisions}{outcome}  offer: {{credit_limit: 100, term_months: 12, annual_rate: '{rate}'{terms}}}
  caps: {{effective_annual_rate: cap}}
"""
GRADES = """
  grade_rate:
    table:
      hit policy: first
      rows: |
        | applicant.age || rate |
        | < 30          || {highest} |
        | -             || 0.10 |
"""
MAKE = """
  step: {expression: 'min(0.02, wish_rate - now_rate)'}
  wish_rate: {expression: 'min(attributes.wish, highest annual rate(cap, "ANNUITY", 12, 0))'}
  now_rate: {expression: 'min(0.1, highest annual rate(cap, "ANNUITY", 12, 0))'}
  plans: {expression: '[{months: 3, fee: 0.01}, {months: 6, fee: 0.2}]'}
  kept: {expression: 'plans[effective annual rate("FLAT_FEE", 0, months, fee) <= cap]'}
"""

METHOD = "\n  method: {expression: '\"INTEREST_ONLY\"'}\n"


def _policy(rate: str, decisions: str = "", terms: str = "") -> str:
    return POLICY.format(rules=RULES, decisions=decisions, outcome=OUTCOME, rate=rate, terms=terms)


@pytest.mark.parametrize(
    ("rate", "decisions", "terms"),
    [
        ("0.20", "", ""),
        ("grade_rate", GRADES.format(highest="0.21"), ""),
        ('min(attributes.wish, highest annual rate(cap, "ANNUITY", 12, 0))', "", ""),
        ('min(attributes.wish, highest annual rate(cap, "ANNUITY", 36, 0))', "", ""),
        ("if attributes.wish > 1 then null else min(attributes.wish, 0.2)", "", ""),
        ("now_rate + step", MAKE, ""),
        ("max(0.05, min(attributes.wish, 0.2))", "", ""),
        (
            "highest annual rate(cap, method, 12, 0) - margin",
            "\n  method: {expression: '\"INTEREST_ONLY\"'}\n",
            ", repayment_method: method",
        ),
        ("0", MAKE, ", repayment_method: '\"FLAT_FEE\"', each: {plan: kept}, fee_rate: plan.fee"),
    ],
)
def test_a_rate_that_is_kept_within_the_cap_is_fine(rate: str, decisions: str, terms: str) -> None:
    policy = _policy(rate, decisions, terms)
    if "each" in terms:
        policy = policy.replace("term_months: 12", "term_months: plan.months")
    assert "rate-above-cap" not in codes(policy)


@pytest.mark.parametrize(
    ("rate", "decisions", "terms", "cost", "example"),
    [
        ("0.30", "", "", "0.344889", ""),
        ("grade_rate", GRADES.format(highest="0.36"), "", "0.425761", "applicant.age = 29"),
        ("0.20", "", ", fee_rate: 0.05", "0.326671", ""),
        ('max(attributes.wish, highest annual rate(cap, "ANNUITY", 12, 0))', "", "", None, "attributes.wish = "),
        ('min(attributes.wish, highest annual rate(0.36, "ANNUITY", 12, 0))', "", "", None, "attributes.wish = "),
        ('highest annual rate(cap, "SINGLE_REPAYMENT", 60, 0)', "", "", None, ""),
    ],
)
def test_a_rate_that_passes_the_cap_is_shown(
    rate: str, decisions: str, terms: str, cost: str | None, example: str
) -> None:
    (finding,) = [one for one in findings(_policy(rate, decisions, terms)) if one.code == "rate-above-cap"]
    assert finding.source.text == rate
    assert "more than the cap of 0.24; no such offer is made, the case is referred" in finding.message
    assert cost is None or f"costs {cost} a year" in finding.message
    assert example in finding.help


def test_a_rate_that_only_the_declined_would_get_is_fine() -> None:
    rules = "\n  checks:\n    rules: [{id: C1, when: applicant.age < 30, then: decline, reason: R}]\n"
    policy = _policy("grade_rate", GRADES.format(highest="0.36")).replace(RULES, rules)
    assert "rate-above-cap" not in codes(policy)


def test_the_rate_of_a_changed_line_is_looked_at_too() -> None:
    change = "  line_change: {action: '\"REPRICE\"', credit_limit: 100, annual_rate: 0.3, notice_days: 30}\n"
    policy = _policy("0").replace("  offer: {credit_limit: 100, term_months: 12, annual_rate: '0'}\n", change)
    assert "rate-above-cap" in codes(policy)


@settings(max_examples=40, deadline=None)
@given(
    st.sampled_from(["ANNUITY", "EQUAL_PRINCIPAL", "INTEREST_ONLY", "SINGLE_REPAYMENT"]),
    st.decimals("0.001", "0.6", places=4),
    st.integers(1, 60),
    st.integers(1, 60),
    st.decimals(0, "0.1", places=3),
    st.integers(0, 12),
)
def test_costs_are_as_the_proof_takes_them_to_be(
    method: str, rate: Decimal, term: int, other: int, fee: Decimal, grace: int
) -> None:
    """A shorter term and no grace cost no less; without a fee neither grace nor, for most methods, the term matters."""
    short, long = sorted((term, other))
    grace = min(grace, long - 1)
    cost, highest = cost_of(method, rate, long, fee, grace), cost_of(method, rate, short, fee)
    assert cost is not None
    assert highest is not None
    assert cost <= highest + Decimal("0.000001")
    if method != credit.RepaymentMethod.SINGLE_REPAYMENT:
        assert abs(_cost(method, rate, long, grace) - _cost(method, rate, short)) <= Decimal("0.000001")
    assert _cost(method, rate, long, grace) == _cost(method, rate, long)


def _cost(method: str, rate: Decimal, term: int, grace: int = 0) -> Decimal:
    cost = cost_of(method, rate, term, Decimal(0), grace)
    assert cost is not None
    return cost
