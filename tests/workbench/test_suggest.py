"""Suggested tests reach what is left, and pass."""

import shutil
from pathlib import Path

import pytest

from underwriter.decisioning import load_desk, run_policy_tests
from underwriter.workbench.suggest import suggest_for
from underwriter.workbench.suggesting.givens import difference, leaves, with_value
from underwriter.workbench.suggesting.test_file import add_to_file

from ..decisioning.desks import RULES, shipped, write_rules

KEPT = ("line.yaml", "affordability.yaml", "people.yaml", "pricing.yaml", "credit_history.yaml")
RULE = """decisions:
  asked:
    rules:
      - {id: A01, when: "CONDITION", then: refer, reason: R}
outcome: {rules: [asked]}
"""
TEST = """tests:
  - name: nothing is known
    given: {applicant: {subject_id: s, age: 30}}
    expect: {outcome: REFER}
"""


def untold(_done: int, _total: int) -> None:
    """Nobody watches the progress."""


def test_of_what_removed_tests_reached_nearly_all_is_reached_again(tmp_path: Path) -> None:
    policy = shipped().policy_for("PERSONAL_CREDIT_LINE")
    rules = shutil.copytree(RULES, tmp_path / "rules")
    for file in (rules / "personal_credit" / "tests").glob("*.yaml"):
        if file.name not in KEPT:
            file.unlink()
    before = run_policy_tests(policy, rules)
    left = len(before.coverage.uncovered)
    assert left >= 10
    found = suggest_for(policy, rules, untold)
    add_to_file(found, rules / "personal_credit")
    after = run_policy_tests(policy, rules)
    assert after.has_passed
    assert len(after.coverage.uncovered) <= left * 0.05
    assert {spot.what for spot in found.unreached} == {spot.what for spot in after.coverage.uncovered}


@pytest.mark.parametrize(
    "condition",
    [
        "applicant.dependants + applicant.phone_months > 100",
        "applicant.dependants * applicant.phone_months > 100 and applicant.age > 20",
        "min(applicant.dependants, applicant.phone_months) > 5",
    ],
)
def test_two_inputs_that_must_change_together_are_found(condition: str, tmp_path: Path) -> None:
    """Of which neither is given: as long as one is missing, all that is asked for is null."""
    rules = write_rules(tmp_path, RULE.replace("CONDITION", condition), line=TEST)
    policy = load_desk(rules, tmp_path / "no models").policy_for("TINY")
    found = suggest_for(policy, rules, untold)
    assert found.unreached == []
    add_to_file(found, rules / "tiny")
    after = run_policy_tests(policy, rules)
    assert (after.has_passed, after.coverage.percent) == (True, 100)


def test_a_difference_put_over_the_base_gives_the_same() -> None:
    base = {"a": {"b": 1, "c": 2}, "d": 3}
    given = with_value(with_value(base, ("a", "b"), None), ("e", "f"), 4)
    assert given == {"a": {"c": 2}, "d": 3, "e": {"f": 4}}
    assert difference(base, given) == {"a": {"b": None}, "e": {"f": 4}}
    assert leaves(given) == [("a", "c"), ("d",), ("e", "f")]
