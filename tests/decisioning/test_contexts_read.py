"""What rules read of a list's contexts is bound, by whatever way the contexts get to the formula that reads it."""

from pathlib import Path

import pytest

from .desks import application, codes, decided, outcome_name, tiny

LOANS = [{"lender": "A", "balance": 100, "monthly_payment": 10}, {"lender": "B", "balance": 700, "monthly_payment": 70}]
GIVEN = {"applicant": {"subject_id": "s"}, "bureau": {"loans": LOANS}}
NEVER = "{id: N1, when: count(bureau.loans) > 100, then: decline, reason: R}"


@pytest.mark.parametrize(
    ("decisions", "value"),
    [
        ("read: {expression: 'sum(bureau.loans.balance)'}", "read"),
        ("one: {expression: 'bureau.loans[1]'}\n  read: {expression: one.balance + 700}", "read"),
        ("few: {expression: 'bureau.loans[lender = \"B\"]'}\n  read: {expression: 'few[1].balance + 100'}", "read"),
        ("steps: {context: {worst: 'bureau.loans[lender = \"B\"]', read: 'worst[1].balance + 100'}}", "steps.read"),
        ("steps: {context: {all: bureau.loans}}\n  read: {expression: 'sum(steps.all.balance)'}", "read"),
        (
            "whole: {expression: bureau}\n  few: {expression: 'count(bureau.loans[lender = \"B\"])'}\n"
            "  read: {expression: 'sum(whole.loans.balance) + few - 1'}",
            "read",
        ),
        (
            "total: {function: {parameters: {of: number}, expression: of}}\n"
            "  pick: {expression: 'function() bureau.loans[1]'}\n  read: {expression: pick().balance + total(700)}",
            "read",
        ),
    ],
)
def test_a_member_is_bound_however_it_is_reached(tmp_path: Path, decisions: str, value: str) -> None:
    policy = tiny(
        tmp_path,
        f"decisions:\n  {decisions}\n  checks:\n    rules:\n      - {NEVER}\n"
        f"      - {{id: C1, when: {value} = 800, then: verify, reason: R}}\noutcome: {{rules: [checks]}}\n",
    )
    decision = decided(policy, GIVEN).decision
    assert (outcome_name(decision), codes(decision)) == ("VERIFY", ["R"])


def test_a_member_is_bound_for_offers_made_from_each_item(tmp_path: Path) -> None:
    policy = tiny(
        tmp_path,
        f"decisions: {{checks: {{rules: [{NEVER}]}}}}\noutcome:\n  rules: [checks]\n"
        "  offer: {each: {loan: bureau.loans}, credit_limit: loan.balance, annual_rate: 0.1}\n",
    )
    decision = decided(policy, GIVEN).decision
    assert [offer.credit_limit.units for offer in decision.offers] == [100, 700]


def test_a_member_is_bound_for_the_grade(tmp_path: Path) -> None:
    policy = tiny(
        tmp_path,
        f"decisions: {{checks: {{rules: [{NEVER}]}}}}\noutcome:\n  rules: [checks]\n"
        "  grade: 'bureau.loans[balance > 500][1].lender'\n",
    )
    assert decided(policy, GIVEN).decision.grade == "B"


def test_members_that_nothing_mentions_are_not_bound(tmp_path: Path) -> None:
    policy = tiny(
        tmp_path,
        "decisions:\n  checks:\n    rules:\n"
        "      - {id: C1, when: 'count(bureau.loans[balance > 500]) > 9', then: verify, reason: R}\n"
        "outcome: {rules: [checks]}\n",
    )
    assert [list(loan) for loan in policy.binder.bind(application(policy, GIVEN))[0]] == [["balance"], ["balance"]]  # type: ignore[attr-defined]


def test_a_rate_is_shown_as_the_rules_gave_it_whatever_was_decided_before(tmp_path: Path) -> None:
    policy = tiny(
        tmp_path,
        f"decisions: {{checks: {{rules: [{NEVER}]}}}}\noutcome:\n  rules: [checks]\n"
        "  offer: {each: {rate: '[0.070, 0.07, 0.0700]'}, credit_limit: 100, annual_rate: rate, term_months: 12}\n",
    )
    decision = decided(policy, GIVEN).decision
    assert [offer.annual_rate.value for offer in decision.offers] == ["0.070", "0.07", "0.0700"]
