"""`underwriter test`."""

from pathlib import Path

import pytest

from .commands import PROJECT, Call, edit, place_of, run


def test_the_shipped_rules_pass_and_every_rule_row_and_bin_is_reached() -> None:
    ended = run("test", "--fail-under", "100")
    assert (ended.returncode, ended.stderr) == (0, ""), ended.stdout
    lines = ended.stdout.splitlines()
    folders = [path.parent.name.replace("_", "-") for path in (PROJECT / "rules").glob("*/policy.yaml")]
    assert [line.split()[0] for line in lines] == [*sorted(folders), "monitoring"]
    assert all("passed  0 failed  100.0 %  of " in line for line in lines)


def test_what_no_test_reached_is_shown_with_its_place(call: Call, small_rules: Path) -> None:
    ended = call("test")
    policy = small_rules / "small" / "policy.yaml"
    assert (ended.code, ended.errors) == (0, "")
    assert ended.out == (
        f"{place_of(policy, 'E02')}: not reached: rule eligibility/E02\n"
        "small  2 passed  0 failed  50.0 %  of 2 rules, rows and bins reached\n"
    )


@pytest.mark.parametrize(("least", "code"), [("50", 0), ("50.1", 1)])
def test_coverage_must_not_be_below_the_least(least: str, code: int, call: Call) -> None:
    ended = call("test", "small", "--fail-under", least)
    assert ended.code == code
    assert (f"small: coverage is below {least} %\n" in ended.out) is bool(code)


def test_a_failure_is_shown_with_its_place_what_was_expected_and_what_was_found(call: Call, small_rules: Path) -> None:
    tests = small_rules / "small" / "tests" / "age.yaml"
    edit(tests, "{outcome: APPROVE}", "{outcome: REFER, offer.term_months: 6, grade: A}")
    ended = call("test")
    assert ended.code == 1
    assert (
        f"{place_of(tests, 'others are')}: failed: others are approved\n"
        "    outcome: expected REFER, found APPROVE\n"
        "    offer.term_months: expected 6, found 12\n"
        "    grade: expected A, found null\n"
    ) in ended.out
    assert "small  1 passed  1 failed" in ended.out


def test_json_tells_all_that_the_text_tells(call: Call, small_rules: Path) -> None:
    tests = small_rules / "small" / "tests" / "age.yaml"
    edit(tests, "{outcome: APPROVE}", "{outcome: REFER}")
    edit(tests, "name: E01", "nme: E01")
    ended = call("test", "--format", "json")
    assert ended.code == 1
    (report,) = ended.json
    assert (report["policy"], report["passed"], report["coverage_percent"]) == ("small", 0, 0.0)
    assert report["failed"] == [
        {
            "test": "others are approved",
            "place": place_of(tests, "others are"),
            "failures": ["outcome: expected REFER, found APPROVE"],
        }
    ]
    assert {finding["code"] for finding in report["findings"]} == {"unknown-key", "missing-key"}
    assert [spot["what"] for spot in report["not_reached"]] == ["rule eligibility/E01", "rule eligibility/E02"]


def test_a_wrong_test_file_is_a_finding(call: Call, small_rules: Path) -> None:
    tests = small_rules / "small" / "tests" / "age.yaml"
    edit(tests, "name: E01", "nme: E01")
    ended = call("test")
    assert ended.code == 1
    assert f"{place_of(tests, 'nme')}: error[unknown-key]" in ended.out


def test_a_policy_without_tests_fails(call: Call, small_rules: Path) -> None:
    (small_rules / "small" / "tests" / "age.yaml").unlink()
    ended = call("test")
    assert ended.code == 1
    assert "small has no tests\n" in ended.out


def test_an_unknown_policy_is_answered_with_those_there_are(call: Call) -> None:
    ended = call("test", "smal")
    assert (ended.code, ended.errors) == (2, "there is no policy 'smal'; there are: small\n")


def test_rules_with_errors_are_not_tested(call: Call, small_rules: Path) -> None:
    edit(small_rules / "small" / "policy.yaml", "reason: TOO_YOUNG", "reason: TOO_YUNG")
    ended = call("test")
    assert (ended.code, ended.out) == (1, "")
    assert "error[unknown-reason]" in ended.errors
    assert ended.errors.endswith("1 finding; nothing was done\n")


def test_a_test_file_that_is_no_text_is_a_finding(call: Call, small_rules: Path) -> None:
    tests = small_rules / "small" / "tests" / "age.yaml"
    tests.write_bytes(b"\xff\xfe")
    ended = call("test")
    assert ended.code == 1
    assert ended.out.startswith(f"{tests}:1:1: error[")
