"""What is said of tables, rules and scorecards: each folder in golden_logic/ beside the findings that it must give.

Those named sound must give none. Run with UNDERWRITER_REGENERATE_GOLDEN=1 to write the findings anew; then look at
every caret in the difference.
"""

import os
from pathlib import Path

import pytest

from underwriter.analysis.domains.domains import Domains
from underwriter.analysis.rules import looks_at_rules
from underwriter.analysis.tables import looks_at_tables
from underwriter.feel import in_file_order

from ..policy.surroundings import SURROUNDINGS, loaded

GOLDEN = Path(__file__).parent / "golden_logic"
CASES = sorted(path for path in GOLDEN.iterdir() if path.is_dir())
FINDINGS = "findings.txt"


def findings_on(case: Path) -> str:
    checked = loaded((case / "policy.yaml").read_text("utf-8")).checked
    domains = Domains(checked)
    looks = [
        *looks_at_tables(checked, domains, SURROUNDINGS.environment),
        *looks_at_rules(checked, domains, SURROUNDINGS.environment),
    ]
    found = [finding for look in looks for finding in look.findings]
    return "\n\n".join(diagnostic.render() for diagnostic in in_file_order(found)) + "\n"


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_findings_are_told_with_an_example_and_what_to_do(case):
    found = findings_on(case)
    expected = case / FINDINGS
    if os.environ.get("UNDERWRITER_REGENERATE_GOLDEN"):
        expected.write_text(found, "utf-8")
    assert found == expected.read_text("utf-8")


def test_what_is_sound_has_no_findings():
    assert CASES
    for case in CASES:
        assert bool((case / FINDINGS).read_text("utf-8").strip()) != case.name.startswith("sound")
