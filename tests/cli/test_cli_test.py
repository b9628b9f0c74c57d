"""`underwriter test`."""

import os
import signal
import subprocess
import threading
from collections.abc import Iterable
from pathlib import Path
from xml.etree import ElementTree

import pytest

from .commands import COMMAND, PROJECT, Call, edit, environment, place_of, run

# All by default, in the long form.
TESTED = [] if os.environ.get("UNDERWRITER_SOAK") else ["early-warning", "monitoring"]


def test_the_shipped_rules_pass_and_every_branch_row_and_bin_is_reached() -> None:
    """Whether the tests of all policies pass is asked of each policy elsewhere, without the command."""
    ended = run("test", *TESTED, "--fail-under", "100")
    assert (ended.returncode, ended.stderr) == (0, ""), ended.stdout
    lines = ended.stdout.splitlines()
    folders = [path.parent.name.replace("_", "-") for path in (PROJECT / "rules").glob("*/policy.yaml")]
    assert [line.split()[0] for line in lines] == (TESTED or [*sorted(folders), "monitoring"])
    assert all("passed  0 failed  100.0 %  of " in line for line in lines)


def test_what_no_test_reached_is_shown_with_its_place(call: Call, small_rules: Path) -> None:
    ended = call("test")
    policy = small_rules / "small" / "policy.yaml"
    assert (ended.code, ended.errors) == (0, "")
    assert ended.out == (
        f"{place_of(policy, 'E02')}: not reached: rule eligibility/E02\n"
        f"{place_of(policy, 'E02')}: not reached: rule eligibility/E02 not fired\n"
        "small  2 passed  0 failed  50.0 %  of 4 branches, rows and bins reached\n"
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
    assert (report["policy"], report["passed"], report["coverage_percent"]) == ("small", 0, 25.0)
    assert report["failed"] == [
        {
            "test": "others are approved",
            "place": place_of(tests, "others are"),
            "failures": ["outcome: expected REFER, found APPROVE"],
        }
    ]
    assert {finding["code"] for finding in report["findings"]} == {"unknown-key", "missing-key"}
    assert [spot["what"] for spot in report["not_reached"]] == [
        "rule eligibility/E01",
        "rule eligibility/E02",
        "rule eligibility/E02 not fired",
    ]


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


def test_junit_tells_of_every_test_with_its_place_and_failures(call: Call, small_rules: Path, tmp_path: Path) -> None:
    tests = small_rules / "small" / "tests" / "age.yaml"
    edit(tests, "{outcome: APPROVE}", "{outcome: REFER}")
    edit(tests, "name: others are approved", 'name: "<others> \\x07"')
    file = tmp_path / "results.xml"
    assert call("test", "--junit", file).code == 1
    (suite,) = ElementTree.parse(file).getroot()  # noqa: S314 - our own
    assert (suite.get("name"), suite.get("tests"), suite.get("failures"), suite.get("errors")) == (
        "small",
        "2",
        "1",
        "0",
    )
    passed, failed = suite.findall("testcase")
    assert passed.find("failure") is None
    assert failed.get("name", "").startswith("<others> ?")
    assert (failed.get("file"), failed.get("line")) == (str(tests), "6")
    (failure,) = failed
    assert failure.get("message") == "outcome: expected REFER, found APPROVE"
    assert list(tmp_path.glob(".results*")) == []


def test_a_junit_file_that_cannot_be_written_is_told_and_nothing_is_left(call: Call, tmp_path: Path) -> None:
    ended = call("test", "--junit", tmp_path / "nowhere" / "results.xml")
    assert ended.code == 2
    assert "can't be written" in ended.errors


@pytest.mark.parametrize("options", [("--write",), ("--watch", "--suggest"), ("--suggest", "--format", "json")])
def test_options_that_do_not_go_together_are_refused(options: tuple[str, ...], call: Call) -> None:
    assert call("test", *options).code == 2


def test_suggested_tests_reach_the_rest_and_pass(call: Call) -> None:
    shown = call("test", "--suggest")
    assert (shown.code, shown.errors) == (0, "")
    assert "suggested: rule eligibility/E02: REFER" in shown.out
    assert call("test", "--suggest").out == shown.out
    written = call("test", "--suggest", "--write")
    assert (written.code, written.out) == (0, "")
    ended = call("test", "--fail-under", "100")
    assert ended.code == 0
    assert ended.out == "small  4 passed  0 failed  100.0 %  of 4 branches, rows and bins reached\n"
    assert "the tests reach everything" in call("test", "--suggest").errors


def test_more_suggestions_go_after_those_that_a_person_has_kept(call: Call, small_rules: Path) -> None:
    call("test", "--suggest", "--write")
    file = small_rules / "small" / "tests" / "suggested.yaml"
    kept = file.read_text("utf-8").rpartition("  - name:")[0] + "  # looked at\n"
    file.write_text(kept, "utf-8")
    assert call("test", "--suggest", "--write").code == 0
    assert file.read_text("utf-8").startswith(kept.rstrip())
    assert call("test", "--fail-under", "100").code == 0


def test_watching_tests_again_what_a_change_concerns_until_ctrl_c(small_rules: Path, no_models: Path) -> None:
    command = [COMMAND, "test", "--watch", "--rules", small_rules, "--models", no_models]
    tests = small_rules / "small" / "tests" / "age.yaml"
    with subprocess.Popen(command, env=environment(), stdout=subprocess.PIPE, text=True) as process:
        too_long = threading.Timer(180, process.kill)
        too_long.start()
        try:
            assert process.stdout is not None
            assert _until(process.stdout, "; waiting for changes").startswith("2 tests passed;")
            edit(tests, "{outcome: APPROVE}", "{outcome: REFER}")
            _until(process.stdout, "1 failed; not in order: small; waiting for changes")
            edit(small_rules / "small" / "policy.yaml", "reason: TOO_YOUNG", "reason: TOO_YUNG")
            assert "1 failed" in _until(process.stdout, "; waiting for changes")
            process.send_signal(signal.SIGINT)
            assert process.wait(60) == 130
        finally:
            too_long.cancel()
            process.kill()


def _until(output: Iterable[str], text: str) -> str:
    """Return the first line with the text. A file is seen half-written at times: what is said of it comes before."""
    for line in output:
        if text in line:
            return line
    raise AssertionError(f"{text!r} was not printed")
