"""Suggested tests reach what is left, and pass."""

import shutil
from pathlib import Path

from underwriter.decisioning import run_policy_tests
from underwriter.workbench.suggest import suggest_for
from underwriter.workbench.suggesting.givens import difference, leaves, with_value
from underwriter.workbench.suggesting.test_file import add_to_file

from ..decisioning.desks import RULES, shipped

KEPT = ("line.yaml", "affordability.yaml", "people.yaml", "pricing.yaml", "credit_history.yaml")


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


def test_a_difference_put_over_the_base_gives_the_same() -> None:
    base = {"a": {"b": 1, "c": 2}, "d": 3}
    given = with_value(with_value(base, ("a", "b"), None), ("e", "f"), 4)
    assert given == {"a": {"c": 2}, "d": 3, "e": {"f": 4}}
    assert difference(base, given) == {"a": {"b": None}, "e": {"f": 4}}
    assert leaves(given) == [("a", "c"), ("d",), ("e", "f")]
