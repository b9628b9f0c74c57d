"""The runner on a small kit of our own: what passes, what fails and why, and the kit's file of results."""

import io
import shutil
from pathlib import Path

import pytest

from underwriter.conformance import FolderCount, by_folder, find_test_files, run_test_file, write_csv
from underwriter.feel.temporal import parse_date_time

NOON = parse_date_time("2026-01-31T12:00:00Z")
FOLDER = "compliance-level-3/0001-line-increase"
NAME = "line-increase-test-01"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A test file that a test may break, with its models beside it."""
    kit = shutil.copytree(Path(__file__).parent / "kit", tmp_path / "kit")
    return kit / FOLDER / f"{NAME}.xml"


def replace(path: Path, old: str, new: str) -> None:
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")


def failures(path: Path) -> dict[str, tuple[str, ...]]:
    return {result.case: result.failures for result in run_test_file(path, NOON).results if result.failures}


def test_all_cases_of_our_own_kit_pass(file: Path) -> None:
    report = run_test_file(file, NOON)
    assert report.findings == ()
    assert [(result.name, result.failures) for result in report.results] == [
        (f"{FOLDER}/{NAME}/{case}", ()) for case in ("001", "002", "003")
    ]


def test_files_of_cases_are_xml_files_beside_models(file: Path) -> None:
    (file.parent.parent / "schema.xml").write_text("<schema/>", "utf-8")
    assert find_test_files(file.parents[2]) == [file]


def test_only_cases_that_fit_the_pattern_are_run(file: Path) -> None:
    assert [result.case for result in run_test_file(file, NOON, "*/00[13]").results] == ["001", "003"]
    assert run_test_file(file, NOON, "*/0002-*").results == ()


@pytest.mark.parametrize(
    ("old", "new", "case", "failure"),
    [
        (">60003<", ">60004<", "001", "Approved Limit: expected 60004, got 60003.00"),
        (
            'name="Years as Customer" type="decision">',
            'name="Year" type="decision">',
            "001",
            "Year: there is no such decision",
        ),
        ('invocableName="Limit"', 'invocableName="Limits"', "003", "there is no decision service 'Limits'"),
        ("<value>2</value>", "<value>3</value>", "003", "Approved Limit: expected 2000, got 3000"),
    ],
)
def test_a_case_fails_with_what_was_expected_and_what_was_got(
    file: Path, old: str, new: str, case: str, failure: str
) -> None:
    replace(file, old, new)
    assert failures(file) == {case: (failure,)}


def test_an_expected_error_is_null_and_nothing_else(file: Path) -> None:
    replace(
        file,
        '<resultNode name="Approved Limit" type="decision">',
        '<resultNode name="Approved Limit" errorResult="true">',
    )
    assert failures(file) == {"001": ("Approved Limit: expected null, got 60003.00",)}


def test_without_its_model_every_case_fails(file: Path) -> None:
    replace(file, "line-increase.dmn", "other.dmn")
    assert failures(file) == dict.fromkeys(
        ("001", "002", "003"), ("there is no model 'other.dmn' beside the test file",)
    )


def test_with_a_model_that_is_no_xml_every_case_fails_and_says_where(file: Path) -> None:
    (file.parent / "line-increase.dmn").write_text("<definitions", "utf-8")
    found = failures(file)
    assert len(found) == 3
    assert found["001"][0].startswith("the model can't be read: line-increase.dmn:1:1: error[xml-syntax]: ")


@pytest.mark.parametrize(
    ("old", "new", "code", "count"),
    [
        ("<testCases", "<testCases <", "xml-syntax", 0),
        ("/20160719/", "/20160720/", "not-a-test-file", 0),
        ("<modelName>line-increase.dmn</modelName>", "", "missing-element", 0),
        (">10000.50<", ">much<", "unreadable-value", 2),
        ('type="decisionService"', 'type="bkm"', "unreadable-value", 2),
    ],
)
def test_what_cannot_be_read_is_a_finding_and_the_rest_is_run(
    file: Path, old: str, new: str, code: str, count: int
) -> None:
    replace(file, old, new)
    report = run_test_file(file, NOON)
    assert [finding.code for finding in report.findings] == [code]
    assert len(report.results) == count


def test_results_are_counted_by_folder(file: Path) -> None:
    replace(file, ">60003<", ">60004<")
    (count,) = by_folder(run_test_file(file, NOON).results)
    assert (count, count.failed) == (FolderCount(FOLDER, 2, 3), 1)


def test_the_file_of_results_is_as_the_kits_own_runner_writes_it(file: Path) -> None:
    replace(file, ">60003<", ">60004<")
    written = io.StringIO()
    write_csv(run_test_file(file, NOON).results, written)
    assert written.getvalue() == (
        f'"{FOLDER}","{NAME}","001","ERROR","Approved Limit: expected 60004, got 60003.00"\n'
        f'"{FOLDER}","{NAME}","002","SUCCESS",""\n'
        f'"{FOLDER}","{NAME}","003","SUCCESS",""\n'
    )
