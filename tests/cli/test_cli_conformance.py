"""`underwriter conformance`."""

import shutil
from pathlib import Path

import pytest

from .commands import PROJECT, Call, edit

FOLDER = "compliance-level-3/0001-line-increase"
FILE = f"{FOLDER}/line-increase-test-01"
TABLE = """\
folder                                 passed  failed  total
compliance-level-3/0001-line-increase       {0}       {1}      {2}
all                                         {0}       {1}      {2}
"""


@pytest.fixture
def kit(tmp_path: Path) -> Path:
    """A small kit of our own that a test may break."""
    return shutil.copytree(PROJECT / "tests" / "conformance" / "kit", tmp_path / "kit")


@pytest.fixture
def failing(kit: Path) -> Path:
    """The same with a case that fails."""
    edit(kit / f"{FILE}.xml", ">60003<", ">60004<")
    return kit


def test_a_kit_that_passes_ends_with_0(call: Call, kit: Path) -> None:
    ended = call("conformance", kit)
    assert (ended.code, ended.out, ended.errors) == (0, TABLE.format(3, 0, 3), "")


def test_a_failed_case_ends_with_1(call: Call, failing: Path) -> None:
    ended = call("conformance", failing)
    assert (ended.code, ended.out) == (1, TABLE.format(2, 1, 3))


@pytest.mark.parametrize("flag", ["-v", "--verbose"])
def test_failures_are_shown_on_request(call: Call, failing: Path, flag: str) -> None:
    ended = call("conformance", failing, flag)
    assert ended.out == (
        f"{FILE}/001: failed\n    Approved Limit: expected 60004, got 60003.00\n" + TABLE.format(2, 1, 3)
    )


def test_only_some_cases_are_run_on_request(call: Call, failing: Path) -> None:
    ended = call("conformance", failing, "--only", "0001-*/00[23]")
    assert (ended.code, ended.out) == (0, TABLE.format(2, 0, 2))


def test_the_results_are_written_as_the_kits_own_file(call: Call, failing: Path, tmp_path: Path) -> None:
    path = tmp_path / "tck_results.csv"
    call("conformance", failing, "--csv", path)
    first, *others = path.read_text("utf-8").splitlines()
    assert first == f'"{FOLDER}","line-increase-test-01","001","ERROR","Approved Limit: expected 60004, got 60003.00"'
    assert len(others) == 2


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("nosuch",), "there is no folder nosuch"),
        ((".", "--only", "nosuch"), ". has no test cases with 'nosuch' in their names"),
    ],
)
def test_without_cases_it_ends_with_2(
    call: Call, kit: Path, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...], said: str
) -> None:
    monkeypatch.chdir(kit)
    ended = call("conformance", *arguments)
    assert (ended.code, ended.out, ended.errors) == (2, "", said + "\n")


def test_a_file_that_cannot_be_read_ends_with_2_and_the_others_are_run(call: Call, kit: Path) -> None:
    broken = kit / FOLDER / "broken-test-01.xml"
    broken.write_text("<testCases>", "utf-8")
    ended = call("conformance", kit)
    assert (ended.code, ended.out) == (2, TABLE.format(3, 0, 3))
    assert ended.errors.startswith(f"{broken}:1:12: error[xml-syntax]: ")


def test_results_that_cannot_be_written_end_with_2(call: Call, kit: Path) -> None:
    ended = call("conformance", kit, "--csv", kit)
    assert ended.code == 2
    assert ended.errors == f"{kit} can't be written: Is a directory\n"
