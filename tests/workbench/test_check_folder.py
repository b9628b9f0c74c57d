"""One check of a whole folder: policies, monitors, analysis, and what is allowed; and the same as a SARIF log."""

from pathlib import Path

import pytest

from underwriter.workbench.check import FolderCheck, check_folder
from underwriter.workbench.sarif import sarif_log

from ..decisioning.desks import MODELS, RULES, write_rules

POLICY = """parameters:
  spare: {value: 1}
decisions:
  # A comment.
  grade:
    table:
      hit policy: unique
      rows: |
        | applicant.age || grade |
        | < 30          || "A"   |
        | >= 30         || "B"   |
  checks:
    rules: [{id: C1, when: 'grade = "A" and applicant.age > 40', then: refer, reason: R}]
outcome:
  rules: [checks]
"""
ALLOWED = POLICY.replace("  # A comment.", "  # allow table-gap: a person without an age is referred").replace(
    "  spare: {value: 1}", "  spare: {value: 1}  # allow unused-parameter: for the next change"
)


def _check(folder: Path, policy: str, **files: str) -> FolderCheck:
    return check_folder(write_rules(folder, policy), folder / "no models", files)


def _codes(check: FolderCheck) -> list[str]:
    return [finding.code for finding in check.findings]


def test_the_shipped_rules_are_clean_and_say_what_they_allow() -> None:
    check = check_folder(RULES, MODELS)
    assert list(check.findings) == []
    assert {allowed.finding.code for allowed in check.suppressed} == {"table-gap"}
    assert all(allowed.reason for allowed in check.suppressed)


def test_what_the_analysis_finds_is_told_and_what_is_allowed_is_not(tmp_path: Path) -> None:
    assert "unused-parameter" in _codes(_check(tmp_path, POLICY))
    check = _check(tmp_path, ALLOWED)
    assert "unused-parameter" not in _codes(check)
    assert "for the next change" in [allowed.reason for allowed in check.suppressed]


def test_files_stand_over_those_of_the_folder(tmp_path: Path) -> None:
    rules = write_rules(tmp_path, POLICY)
    broken = {"tiny/policy.yaml": (rules / "tiny/policy.yaml").read_text("utf-8").replace("applicant", "aplicant")}
    assert "unknown-name" in _codes(check_folder(rules, tmp_path, broken))
    assert "unknown-name" not in _codes(check_folder(rules, tmp_path))


def test_monitors_are_checked_too(tmp_path: Path) -> None:
    rules = write_rules(tmp_path, POLICY)
    check = check_folder(rules, tmp_path, {"monitoring/odd.yaml": "monitor: Odd Name\n"})
    assert any(finding.source.name.endswith("monitoring/odd.yaml") for finding in check.findings)


def test_with_an_error_nobody_is_told_that_a_part_is_unused(tmp_path: Path) -> None:
    codes = _codes(_check(tmp_path, POLICY.replace("reason: R", "reason: S")))
    assert "unknown-reason" in codes
    assert "unused-parameter" not in codes


@pytest.mark.parametrize(
    ("path", "text", "place"),
    [
        ("more.yaml", "# Why.\n---\n\nparameters: {}\n", (3, 0)),
        ("more.yml", "parameters: {}", (0, 0)),
        ("more.yaml", "a: [never closed", (0, 0)),
        ("more.yaml", "# Nothing but this.\n", (0, 0)),
        ("more.yaml", "", (0, 0)),
        ("more.csv", "", (0, 0)),
        ("tiny/reasons/more.yaml", "reasons: {}", (0, 0)),
    ],
)
def test_a_file_that_nothing_reads_is_told_where_it_begins(
    tmp_path: Path, path: str, text: str, place: tuple[int, int]
) -> None:
    check = check_folder(write_rules(tmp_path, POLICY), tmp_path, {path: text})
    told = [finding for finding in check.findings if finding.code == "unused-file"]
    assert [(finding.source.name, finding.position) for finding in told] == [(f"{tmp_path}/{path}", place)]
    assert "did you mean" not in told[0].help


def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="there is no rules folder"):
        check_folder(tmp_path / "none", tmp_path)


def test_a_sarif_log_has_rules_places_and_what_is_allowed(tmp_path: Path) -> None:
    check = _check(tmp_path, ALLOWED.replace("reason: R", "reason: R, if unknown: pass"))
    log = sarif_log(check)
    assert log["version"] == "2.1.0"
    (run,) = log["runs"]  # type: ignore[misc]
    driver, results = run["tool"]["driver"], run["results"]
    assert driver["name"] == "underwriter"
    assert [rule["id"] for rule in driver["rules"]] == sorted({result["ruleId"] for result in results})
    assert len(results) == len(check.findings) + len(check.suppressed)
    for result in results:
        assert driver["rules"][result["ruleIndex"]]["id"] == result["ruleId"]
        assert result["level"] in ("error", "warning")
        assert result["message"]["text"]
        (location,) = result["locations"]
        physical = location["physicalLocation"]
        assert physical["artifactLocation"]["uri"].startswith("file:///")
        region = physical["region"]
        assert (1, 1) <= (region["startLine"], region["startColumn"]) <= (region["endLine"], region["endColumn"])
    allowed = [result["suppressions"] for result in results if "suppressions" in result]
    assert [{"kind": "inSource", "justification": "for the next change"}] in allowed
