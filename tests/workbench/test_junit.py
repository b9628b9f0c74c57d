"""What each kind of result is in JUnit's words."""

from pathlib import Path
from xml.etree import ElementTree

import pytest

from underwriter.decisioning import run_policy_tests
from underwriter.workbench.junit import junit_text

from ..decisioning.desks import tiny, write_rules

POLICY = """
decisions:
  eligibility:
    rules:
      - {id: E01, when: applicant.age < 18, then: decline, reason: R}
outcome:
  rules: [eligibility]
"""
TESTS = """tests:
  - name: the young are declined
    given: {applicant: {subject_id: s, age: 17}}
    expect: {outcome: DECLINE}
  - name: others are approved
    given: {applicant: {subject_id: s, age: 18}}
    expect: {outcome: APPROVE}
"""


def suites(folder: Path, **tests: str) -> list[ElementTree.Element]:
    """Run a policy's tests from these files; return the suites of their XML."""
    policy = tiny(folder, POLICY)
    write_rules(folder, POLICY, **tests)
    root = ElementTree.fromstring(junit_text({"tiny": run_policy_tests(policy, folder)}))  # noqa: S314 - our own
    assert root.tag == "testsuites"
    for count in ("tests", "failures", "errors"):
        assert root.get(count) == str(sum(int(suite.get(count, "")) for suite in root))
    return list(root)


@pytest.mark.parametrize(
    ("tests", "counts", "percent"),
    [
        pytest.param({"age": TESTS}, ("2", "0", "0"), "100.0", id="all pass"),
        pytest.param({"age": TESTS.replace("APPROVE", "REFER")}, ("2", "1", "0"), "100.0", id="one fails"),
        pytest.param({"age": TESTS, "bad": "tests: 1\n"}, ("3", "0", "1"), "100.0", id="a file is no test file"),
        pytest.param({}, ("1", "0", "1"), "0.0", id="there is none"),
    ],
)
def test_suites_count_their_cases(
    tmp_path: Path, tests: dict[str, str], counts: tuple[str, str, str], percent: str
) -> None:
    (suite,) = suites(tmp_path, **tests)
    assert tuple(suite.get(count) for count in ("tests", "failures", "errors")) == counts
    assert [found.get("value") for found in suite.iter("property")] == [percent]


def test_a_failure_tells_its_place_and_all_that_was_not_as_expected(tmp_path: Path) -> None:
    wrong = TESTS.replace("{outcome: APPROVE}", "{outcome: REFER, grade: A}")
    (suite,) = suites(tmp_path, age=wrong)
    file = str(tmp_path / "tiny" / "tests" / "age.yaml")
    _, case = suite.iter("testcase")
    assert (case.get("classname"), case.get("name")) == ("tiny", "others are approved")
    assert (case.get("file"), case.get("line")) == (file, "5")
    (failure,) = case
    assert failure.get("message") == "outcome: expected REFER, found APPROVE"
    assert failure.text is not None
    assert failure.text.splitlines() == [
        f"{file}:5:11",
        "outcome: expected REFER, found APPROVE",
        "grade: expected A, found null",
    ]


def test_a_file_with_errors_is_a_case_with_the_findings_code(tmp_path: Path) -> None:
    (suite,) = suites(tmp_path, age=TESTS.replace("- name: others", "- nme: others"))
    errors = [(case.get("line"), error.get("type")) for case in suite.iter("testcase") for error in case.iter("error")]
    assert ("5", "unknown-key") in errors


def test_what_xml_can_not_write_is_replaced(tmp_path: Path) -> None:
    named = TESTS.replace("name: others are approved", 'name: "<& \\x07 \\uFFFF 好"')
    (suite,) = suites(tmp_path, age=named)
    assert [case.get("name") for case in suite.iter("testcase")][1] == "<& ? ? 好"
