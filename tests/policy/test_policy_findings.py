"""What is said of rule folders that are wrong: each folder in golden/ beside the findings that it must give.

Run with UNDERWRITER_REGENERATE_GOLDEN=1 to write the findings anew; then look at every caret in the difference.
"""

import os
from pathlib import Path

import pytest

from underwriter.policy import RuleFiles, read_rule_files

from .surroundings import policies_in

GOLDEN = Path(__file__).parent / "golden"
CASES = sorted(path for path in GOLDEN.iterdir() if path.is_dir())
FINDINGS = "findings.txt"


def findings_on(case: Path) -> str:
    reasons = {"reasons.yaml": (GOLDEN / "reasons.yaml").read_text("utf-8")}
    files = RuleFiles({**reasons, **read_rule_files(case).texts})
    _, diagnostics = policies_in(files)
    return "\n\n".join(diagnostic.render() for diagnostic in diagnostics) + "\n"


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_findings_are_told_with_place_line_caret_and_help(case):
    found = findings_on(case)
    expected = case / FINDINGS
    if os.environ.get("UNDERWRITER_REGENERATE_GOLDEN"):
        expected.write_text(found, "utf-8")
    assert found == expected.read_text("utf-8")


def test_every_case_has_findings():
    assert CASES
    assert all((case / FINDINGS).read_text("utf-8").strip() for case in CASES)
