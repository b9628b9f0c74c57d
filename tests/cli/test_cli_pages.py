"""`underwriter pages`."""

from pathlib import Path

import pytest

from .commands import Call, edit


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "docs" / "shelf"


@pytest.mark.usefixtures("small_rules")
def test_pages_are_written_once_and_then_up_to_date(folder: Path, call: Call) -> None:
    assert call("pages", folder, "--check").code == 1
    assert not folder.exists()
    first, second = call("pages", folder), call("pages", folder)
    assert (first.code, second.code) == (0, 0)
    assert "3 files" in first.out
    assert "3 of them written now" in first.out
    assert "0 of them written now" in second.out
    assert sorted(path.name for path in folder.iterdir()) == ["small.md", "small.svg"]
    assert "(shelf/small.md)" in folder.with_name("shelf.md").read_text("utf-8")
    assert call("pages", folder, "--check").code == 0


def test_a_change_of_a_rule_is_found_and_written(folder: Path, call: Call, small_rules: Path) -> None:
    call("pages", folder)
    edit(small_rules / "small" / "policy.yaml", "applicant.age < min_age", "applicant.age <= min_age")
    checked = call("pages", folder, "--check")
    assert checked.code == 1
    assert f"{folder / 'small.md'} is out of date" in checked.errors.replace("\n", " ")
    assert "1 of them written now" in call("pages", folder).out
    assert "applicant.age <= min_age" in (folder / "small.md").read_text("utf-8")


@pytest.mark.usefixtures("small_rules")
def test_a_page_of_no_product_is_named_and_kept(folder: Path, call: Call) -> None:
    call("pages", folder)
    left_over = folder / "gone.md"
    left_over.write_text("mine", "utf-8")
    assert call("pages", folder).code == 0
    checked = call("pages", folder, "--check")
    assert checked.code == 1
    assert "gone.md belongs to no product" in checked.errors.replace("\n", " ")
    assert left_over.read_text("utf-8") == "mine"


@pytest.mark.usefixtures("small_rules")
def test_a_place_that_can_not_be_written_is_refused(tmp_path: Path, call: Call) -> None:
    (tmp_path / "file").write_text("", "utf-8")
    ended = call("pages", tmp_path / "file" / "shelf")
    assert (ended.code, ended.out) == (2, "")
    assert ended.errors.startswith("the pages can't be written")


def test_rules_with_errors_are_refused(folder: Path, call: Call, small_rules: Path) -> None:
    edit(small_rules / "small" / "policy.yaml", "applicant.age < min_age", "applicant.aeg < min_age")
    assert call("pages", folder).code == 1
    assert not folder.exists()
