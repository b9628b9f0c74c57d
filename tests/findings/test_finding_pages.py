"""Every code has a page, whose example is what the check says today. UNDERWRITER_REGENERATE_GOLDEN=1 writes it anew."""

import os

import pytest

from underwriter.workbench.finding_codes import FINDING_CODES

from .broken_rules import NOT_IN_FILES
from .finding_pages import INDEX, PAGES, example_case, page_of, with_codes, with_example

CODES = sorted(FINDING_CODES)
ON_COMMENTS = {"suppression-without-reason", "unknown-suppression", "unused-suppression"}
"""Findings on the comments that allow findings: no comment allows these."""


def test_every_code_has_a_page_and_no_page_is_without_a_code() -> None:
    assert {path.stem for path in PAGES.glob("*.md")} == FINDING_CODES | {INDEX.stem}


@pytest.mark.parametrize("code", sorted(FINDING_CODES - NOT_IN_FILES))
def test_a_page_has_its_example_from_a_case_of_its_code(code: str) -> None:
    page = page_of(code).read_text("utf-8")
    assert page.startswith(f"# {code}\n\n")
    assert example_case(page).partition("--")[0] == code
    written = with_example(page)
    if os.environ.get("UNDERWRITER_REGENERATE_GOLDEN"):
        page_of(code).write_text(written, "utf-8")
    assert written == page_of(code).read_text("utf-8")


@pytest.mark.parametrize("code", CODES)
def test_a_page_tells_how_a_finding_is_allowed_if_it_can_be(code: str) -> None:
    page = page_of(code).read_text("utf-8")
    can_be_allowed = f": warning[{code}]: " in page and code not in ON_COMMENTS
    assert (f"# allow {code}: " in page) == can_be_allowed


def test_the_index_names_every_page() -> None:
    index = INDEX.read_text("utf-8")
    written = with_codes(index, {code: page_of(code).read_text("utf-8") for code in CODES})
    if os.environ.get("UNDERWRITER_REGENERATE_GOLDEN"):
        INDEX.write_text(written, "utf-8")
    assert written == INDEX.read_text("utf-8")
