"""Applications on which two policies differ: found near what changed, and confirmed by deciding on them."""

from decimal import Decimal
from pathlib import Path

import pytest

from underwriter.decisioning import ActivePolicy, load_desk
from underwriter.workbench.comparison import PolicyChange, Side, compare_folders

from ..decisioning.desks import decided, outcome_name, write_rules

POLICY = """
parameters:
  min_age: {value: 18, unit: years}
  most_debt: {value: 0.5}
decisions:
  debt:
    expression: applicant.monthly_expenses / applicant.monthly_income
  eligibility:
    rules:
      - {id: E01, when: applicant.age < min_age, then: decline, reason: R}
      - {id: E02, when: debt > most_debt, then: refer, reason: S}
  rate:
    table:
      hit policy: unique
      rows: |
        | applicant.occupation || rate |
        | "EMPLOYED"           || 0.07 |
        | not("EMPLOYED")      || 0.08 |
outcome:
  rules: [eligibility]
  offer:
    credit_limit: applicant.monthly_income
    term_months: 12
    annual_rate: rate
    repayment_method: '"ANNUITY"'
    valid_days: 7
  caps: {effective_annual_rate: 0.24, credit_limit: 20000}
"""
TESTS = """
tests:
  - name: approved
    given:
      applicant: {subject_id: s, age: 40, monthly_income: 10000, monthly_expenses: 2000, occupation: EMPLOYED}
    expect: {outcome: APPROVE}
"""


def compared(folder: Path, old: str, new: str) -> tuple[PolicyChange, ActivePolicy, ActivePolicy]:
    models = folder / "models"
    models.mkdir()
    sides = [write_rules(folder / name, text, ("R", "S"), t=TESTS) for name, text in (("old", old), ("new", new))]
    (change,) = compare_folders(Side(sides[0], models), Side(sides[1], models)).policies
    first, second = (load_desk(side, models).policy_for("TINY") for side in sides)
    return change, first, second


@pytest.mark.parametrize(
    ("change", "kind", "path"),
    [
        (("value: 18", "value: 21"), "APPROVE becomes DECLINE; now R", "applicant.age"),
        (("value: 21", "value: 18"), "DECLINE becomes APPROVE; no longer R", "applicant.age"),
        (("most_debt: {value: 0.5}", "most_debt: {value: 0.3}"), "APPROVE becomes REFER; now S", "applicant.monthly"),
        (('not("EMPLOYED")      || 0.08', 'not("EMPLOYED")      || 0.09'), "annual rate is higher", "occupation"),
        (('"EMPLOYED"           || 0.07', '"EMPLOYED"           || 0.06'), "annual rate is lower", ""),
        (("monthly_income\n    term", "monthly_income * 0.9\n    term"), "credit limit is lower", ""),
    ],
)
def test_who_is_decided_on_differently_is_found_with_few_edits(
    change: tuple[str, str], kind: str, path: str, tmp_path: Path
) -> None:
    """Each example is decided on again, by policies loaded for themselves."""
    before = POLICY if change[0] in POLICY else POLICY.replace(change[1], change[0])
    found, old, new = compared(tmp_path, before, before.replace(*change))
    examples = {example.kind: example for example in found.trials.examples}
    example = examples[kind]
    assert [edit.path for edit in example.edits if path not in edit.path] == []
    assert len(example.edits) == (1 if path else 0)
    given, now = example.edited.given, example.edited.now
    was, is_ = (decided(policy, given, now).decision for policy in (old, new))
    told = {difference.part: (difference.old, difference.new) for difference in example.differences}
    assert (was.outcome != is_.outcome) == ("outcome" in told)
    if "outcome" in told:
        assert told["outcome"] == (outcome_name(was), outcome_name(is_))
    if "annual rate" in told and was.offers and is_.offers:
        rates = [Decimal(decision.offers[0].annual_rate.value) for decision in (was, is_)]
        assert tuple(map(Decimal, told["annual rate"])) == tuple(rates)


def test_what_means_the_same_is_tried_too_and_decided_the_same(tmp_path: Path) -> None:
    found, *_ = compared(tmp_path, POLICY, POLICY.replace("applicant.age < min_age", "(applicant.age) < min_age"))
    assert (found.changes, found.trials.tried, found.trials.differing) == ([], 1, 0)


def test_no_more_is_tried_than_is_asked_for(tmp_path: Path) -> None:
    models = tmp_path / "models"
    models.mkdir()
    old, new = (
        write_rules(tmp_path / name, POLICY.replace("value: 18", f"value: {age}"), ("R", "S"), t=TESTS)
        for name, age in (("old", 18), ("new", 30))
    )
    told: list[tuple[str, int, int]] = []
    comparison = compare_folders(
        Side(old, models), Side(new, models), 7, lambda name, done, total: told.append((name, done, total))
    )
    assert comparison.policies[0].trials.tried <= 7
    assert told[-1] == ("tiny", 7, 7)
