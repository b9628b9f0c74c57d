"""Comments that allow a finding: what they cover, and what is said of those that allow nothing."""

import pytest

from underwriter.feel.diagnostics import Diagnostic, Severity
from underwriter.feel.source import Source
from underwriter.policy import RuleFiles
from underwriter.workbench.suppressions import suppress, suppressions_in

FILE = """# allow table-gap: the next key is of a parameter
parameters:
  least: {value: 18}  # allow unused-parameter: kept for next year
decisions:
  # What a grade is worth.
  # allow table-gap: grade F is not lent to
  # allow shadowed-row: told twice on purpose
  grade:
    table:
      hit policy: unique
      rows: !csv ../grades.csv
  other:
    expression: '"# allow table-overlap: no comment"'
  rules:
    rules:
      # allow rule-never-fires: law
      - id: R1
        when: false
      - id: R2
        when: |
          # allow rule-always-fires: no comment either
          true
"""
PATH, TABLE = "grades/policy.yaml", "grades.csv"


def _finding(code: str, line: int, path: str = PATH, severity: Severity = Severity.WARNING) -> Diagnostic:
    """Return a finding on a line that counts from 1."""
    offset = len("\n".join(FILE.split("\n")[: line - 1])) + 1 if line > 1 else 0
    source = Source(FILE, f"rules/{path}").part(offset, offset)
    return Diagnostic(code, f"on line {line}", source, source.whole, "", severity)


def _left(findings: list[Diagnostic], text: str = FILE, *, is_complete: bool = False) -> list[str]:
    left, _ = suppress(findings, RuleFiles({PATH: text, TABLE: "a,,b\n"}, "rules"), is_complete=is_complete)
    return [f"{finding.code} {finding.position.line + 1}" for finding in left]


@pytest.mark.parametrize(
    ("code", "line", "path", "is_allowed"),
    [
        ("unused-parameter", 3, PATH, True),
        ("unused-parameter", 2, PATH, False),
        ("unused-decision", 3, PATH, False),
        ("table-gap", 8, PATH, True),
        ("table-gap", 10, PATH, True),
        ("table-gap", 11, PATH, True),
        ("shadowed-row", 10, PATH, True),
        ("table-gap", 1, TABLE, True),
        ("table-gap", 1, "other.csv", False),
        ("table-gap", 12, PATH, False),
        ("table-gap", 3, PATH, True),
        ("rule-never-fires", 17, PATH, True),
        ("rule-never-fires", 18, PATH, True),
        ("rule-never-fires", 19, PATH, False),
        ("table-overlap", 13, PATH, False),
        ("rule-always-fires", 22, PATH, False),
    ],
)
def test_a_comment_covers_its_line_or_what_begins_on_the_next(
    code: str, line: int, path: str, is_allowed: bool
) -> None:
    assert _left([_finding(code, line, path)]) == ([] if is_allowed else [f"{code} {line}"])


def test_errors_cannot_be_allowed() -> None:
    assert _left([_finding("unused-parameter", 3, severity=Severity.ERROR)]) == ["unused-parameter 3"]


def test_what_is_allowed_is_kept_with_its_reason() -> None:
    finding = _finding("unused-parameter", 3)
    _, allowed = suppress([finding], RuleFiles({PATH: FILE}, "rules"), is_complete=False)
    assert [(one.finding, one.reason) for one in allowed] == [(finding, "kept for next year")]


@pytest.mark.parametrize(
    ("comment", "expected"),
    [
        ("# allow table-gap", ["suppression-without-reason 1"]),
        ("# allow table-gap:", ["suppression-without-reason 1"]),
        ("# allow table-gapp: meant", ["unknown-suppression 1"]),
        ("# allow table-gap: meant", ["unused-suppression 1"]),
        ("# allow people to pay later", []),
        ("# allowances of staff: none", []),
    ],
)
def test_comments_that_allow_nothing_are_told(comment: str, expected: list[str]) -> None:
    assert _left([], f"{comment}\nparameters: {{}}\n", is_complete=True) == expected


def test_a_comment_that_could_still_allow_something_is_not_told_of() -> None:
    assert _left([], "# allow table-gap: meant\nparameters: {}\n") == []


def test_the_nearest_code_is_named() -> None:
    left, _ = suppress([], RuleFiles({PATH: "a: 1  # allow table-gaps: x\n"}), is_complete=True)
    assert left[0].help == "did you mean 'table-gap'?"


@pytest.mark.parametrize(
    ("path", "text"), [("a.csv", "# allow table-gap: x"), ("a.yaml", "# allow x: y\na: ["), ("a.yaml", "")]
)
def test_only_yaml_that_can_be_read_has_comments(path: str, text: str) -> None:
    assert list(suppressions_in(path, RuleFiles({path: text}))) == []
