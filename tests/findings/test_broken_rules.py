"""Every finding on rules, as an author reads it: each folder in broken/ beside the text that it must give.

Run with UNDERWRITER_REGENERATE_GOLDEN=1 to write the texts anew; then look at every caret in the difference.
"""

import os

import pytest

from underwriter.workbench.finding_codes import FINDING_CODES

from .broken_rules import GOLDEN, NOT_IN_FILES, Case, cases, codes_in, printed_findings

BROKEN, CLEAN = cases("broken"), cases("clean")


def _name(case: Case) -> str:
    return case.name


@pytest.mark.parametrize("case", BROKEN, ids=_name)
def test_a_broken_file_is_told_with_its_place_and_what_to_do(case: Case) -> None:
    printed = printed_findings(case)
    if os.environ.get("UNDERWRITER_REGENERATE_GOLDEN"):
        (case.folder / GOLDEN).write_text(printed, "utf-8")
    assert printed == case.golden


@pytest.mark.parametrize("case", CLEAN, ids=_name)
def test_what_only_looks_broken_is_not_told(case: Case) -> None:
    assert printed_findings(case) == ""


def test_every_case_shows_the_code_that_it_is_named_after() -> None:
    assert [case.name for case in BROKEN if case.code not in codes_in(case.golden)] == []


def test_every_code_has_a_case() -> None:
    assert {case.code for case in BROKEN} == FINDING_CODES - NOT_IN_FILES


def test_every_finding_says_what_to_do() -> None:
    printed = [block for case in BROKEN for block in case.golden.strip("\n").split("\n\n")]
    assert [block for block in printed if codes_in(block) and "\n    help: " not in block] == []
