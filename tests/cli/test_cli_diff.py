"""`underwriter diff`: the same, what changed, in each format, and folders that can't be compared."""

import json
import shutil
from pathlib import Path

import pytest

from .commands import Call, edit


@pytest.fixture
def changed(small_rules: Path, tmp_path: Path) -> Path:
    """A copy of the small rules with another age and another rate."""
    new = shutil.copytree(small_rules, tmp_path / "new")
    edit(new / "small" / "policy.yaml", "min_age: {value: 18", "min_age: {value: 21")
    edit(new / "small" / "policy.yaml", "annual_rate: 0.072", "annual_rate: 0.09")
    return new


def test_rules_that_mean_the_same_end_with_0(call: Call, small_rules: Path, tmp_path: Path) -> None:
    new = shutil.copytree(small_rules, tmp_path / "new")
    assert (call("diff", small_rules, new).code, call("diff", small_rules, new).out) == (0, "the rules mean the same\n")
    edit(new / "small" / "policy.yaml", "applicant.age < min_age", "(applicant.age  <  min_age)   # the young")
    ended = call("diff", small_rules, new)
    assert ended.code == 0
    assert ended.out.splitlines()[-1] == "the rules mean the same"


def test_changes_and_examples_are_shown_with_their_places(call: Call, small_rules: Path, changed: Path) -> None:
    ended = call("diff", small_rules, changed)
    assert ended.code == 1
    lines = ended.out.splitlines()
    assert lines[0] == "in small"
    assert "    value: 18 years -> 21 years (+16.7 %)" in lines
    assert f"    {changed}/small/policy.yaml:8:3" in lines
    assert "    annual rate: 0.072 -> 0.09 (+25.0 %)" in lines
    assert any(line.startswith("  APPROVE becomes DECLINE; now TOO_YOUNG: ") for line in lines)
    assert "      outcome: APPROVE -> DECLINE" in lines
    assert lines[-1].startswith("2 changes; ")


def test_an_example_in_json_has_all_that_it_takes_to_decide_on_it_again(
    call: Call, small_rules: Path, changed: Path, tmp_path: Path
) -> None:
    told = call("diff", small_rules, changed, "--format", "json").json
    (policy,) = told["policies"]
    example = next(each for each in policy["examples"] if "DECLINE" in each["kind"])
    file = tmp_path / "application.json"
    file.write_text(json.dumps({"product": "PERSONAL_CREDIT_LINE", "application": example["given"]}), "utf-8")
    for rules, outcome in ((small_rules, "APPROVE"), (changed, "DECLINE")):
        decided = call("decide", file, "--rules", rules, "--now", example["now"], "--format", "json").json
        assert outcome in json.dumps(decided)
    assert [change["part"] for change in policy["changes"]] == ["parameter min_age", "offer"]


def test_markdown_has_tables_for_a_pull_request(call: Call, small_rules: Path, changed: Path) -> None:
    lines = call("diff", small_rules, changed, "--format", "markdown").out.splitlines()
    assert lines[0] == "## What changes in the rules"
    assert "| part | field | was | is |" in lines
    assert "| parameter min_age | value | `18 years` | `21 years` (+16.7 %) |" in lines
    assert "### Decided differently: small" in lines


def test_folders_that_can_t_be_compared_end_with_2(
    call: Call, small_rules: Path, changed: Path, tmp_path: Path
) -> None:
    missing = call("diff", small_rules, tmp_path / "nowhere")
    assert (missing.code, "there is no rules folder" in missing.errors) == (2, True)
    edit(changed / "small" / "policy.yaml", "min_age\n        then", "mn_age\n        then")
    broken = call("diff", small_rules, changed)
    assert (broken.code, "did you mean 'min_age'?" in broken.errors) == (2, True)
    assert broken.out == ""
