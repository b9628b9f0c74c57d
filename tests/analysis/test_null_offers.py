"""Inputs whose absence makes an offer null and of which no rule speaks."""

import pytest

from .folders import OUTCOME, codes, findings

POLICY = """attributes: {{tier: number}}
decisions:
  checks:
    rules: {rules}
  limit: {{expression: "{limit}"}}
{outcome}  offer: {{credit_limit: limit, annual_rate: 0.1}}
"""
SILENT = "[{id: C1, when: applicant.age < 18, then: decline, reason: R}]"


def _policy(limit: str, rules: str = SILENT) -> str:
    return POLICY.format(limit=limit, rules=rules, outcome=OUTCOME)


@pytest.mark.parametrize(
    ("limit", "path"),
    [
        ("applicant.monthly_income * 3", "applicant.monthly_income"),
        ("min(applicant.monthly_income * 3, 10000)", "applicant.monthly_income"),
        ("sum(bureau.loans.balance)", "bureau.loans"),
        ("attributes.tier * 1000", "attributes.tier"),
        ("{months: 3, limit: months * applicant.monthly_income}.limit", "applicant.monthly_income"),
    ],
)
def test_an_input_that_no_rule_asks_for_is_told(limit: str, path: str) -> None:
    (finding,) = [one for one in findings(_policy(limit)) if one.code == "null-reaches-offer"]
    assert finding.message.startswith(f"without {path} the term 'credit_limit' is null")
    assert finding.source.text == "limit"


@pytest.mark.parametrize(
    ("limit", "rules"),
    [
        ("if applicant.monthly_income = null then 0 else applicant.monthly_income * 3", SILENT),
        ("applicant.age * 3", SILENT),
        (
            "applicant.monthly_income * 3",
            "[{id: C1, when: applicant.monthly_income = null, then: verify, reason: R}]",
        ),
        ("applicant.monthly_income * 3", "[{id: C1, when: applicant.monthly_income < 100, then: decline, reason: R}]"),
        ("applicant.monthly_income * 3", "[{id: C1, when: limit < 100, then: decline, reason: R}]"),
        ("sum(concatenate([0], bureau.loans.balance))", SILENT),
        ("count(bureau.loans)", SILENT),
    ],
)
def test_an_input_that_a_rule_or_a_branch_asks_for_is_fine(limit: str, rules: str) -> None:
    assert "null-reaches-offer" not in codes(_policy(limit, rules))


def test_a_rule_that_lets_the_unknown_pass_does_not_ask() -> None:
    rules = "[{id: C1, when: applicant.monthly_income < 100, then: decline, reason: R, if unknown: pass}]"
    assert "null-reaches-offer" in codes(_policy("applicant.monthly_income * 3", rules))
