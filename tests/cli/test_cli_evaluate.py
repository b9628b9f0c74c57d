"""`underwriter evaluate`."""

import json
import shutil
from pathlib import Path

import pytest

from .commands import PROJECT, Call, edit, place_of

GIVEN = """\
Applicant:
  Monthly Income: 10000.50
  Grade: A
  Customer Since: 2020-01-31
Requested Limit: 70000
"""


@pytest.fixture
def model(tmp_path: Path) -> Path:
    """A small model that imports another; a test may break it."""
    folder = PROJECT / "tests" / "conformance" / "kit" / "compliance-level-3" / "0001-line-increase"
    return shutil.copytree(folder, tmp_path / "model") / "line-increase.dmn"


@pytest.fixture
def given(tmp_path: Path) -> Path:
    path = tmp_path / "given.yaml"
    path.write_text(GIVEN, "utf-8")
    return path


def test_all_decisions_are_shown_in_the_order_of_the_model(call: Call, model: Path, given: Path) -> None:
    ended = call("evaluate", model, "--input", given)
    assert (ended.code, ended.errors) == (0, "")
    assert ended.out == "Line Multiple: 6\nApproved Limit: 60003.00\nYears as Customer: 6\n"


def test_json_says_the_same_as_yaml(call: Call, model: Path, given: Path, tmp_path: Path) -> None:
    written = tmp_path / "given.json"
    applicant = {"Monthly Income": "10000.50", "Grade": "A", "Customer Since": "2020-01-31"}
    written.write_text(json.dumps({"Applicant": applicant, "Requested Limit": 70000}), "utf-8")
    assert call("evaluate", model, "--input", written).out == call("evaluate", model, "--input", given).out


def test_only_named_decisions_are_evaluated(call: Call, model: Path, given: Path) -> None:
    ended = call("evaluate", model, "--input", given, "--decision", "Years as Customer", "--decision", "Line Multiple")
    assert ended.out == "Years as Customer: 6\nLine Multiple: 6\n"


def test_a_service_takes_its_parameters(call: Call, model: Path, given: Path) -> None:
    given.write_text(GIVEN + "Line Multiple: 2\n", "utf-8")
    ended = call("evaluate", model, "--input", given, "--service", "Limit")
    assert (ended.code, ended.out) == (0, "Approved Limit: 20001.00\n")


def test_values_in_json_are_exact(call: Call, model: Path, given: Path) -> None:
    ended = call("evaluate", model, "--input", given, "--format", "json")
    assert ended.json == {
        "values": {"Line Multiple": 6, "Approved Limit": 60003, "Years as Customer": 6},
        "warnings": [],
        "findings": [],
    }
    assert '"Approved Limit": 60003.00,' in ended.out


def test_what_is_not_given_is_null_with_a_warning_at_its_place(call: Call, model: Path) -> None:
    ended = call("evaluate", model, "--decision", "Years as Customer")
    assert (ended.code, ended.out) == (0, "Years as Customer: null\n")
    place = place_of(model, '"Applicant" id').rpartition(":")[0]
    assert ended.errors.startswith(f"{place}:20: warning[missing-input]: there is no value for the input 'Applicant'\n")


def test_warnings_stand_in_the_json_too(call: Call, model: Path) -> None:
    ended = call("evaluate", model, "--decision", "Years as Customer", "--format", "json")
    assert ended.errors == ""
    assert {"kind": "missing-input", "message": "there is no value for the input 'Applicant'"}.items() <= ended.json[
        "warnings"
    ][0].items()


def test_all_faults_of_the_inputs_are_told_at_once(call: Call, model: Path, given: Path) -> None:
    edit(given, "Requested Limit", "Requested limit")
    edit(given, "2020-01-31", "2020-02-30")
    edit(given, "Grade: A", "Grade: D")
    ended = call("evaluate", model, "--input", given)
    assert (ended.code, ended.out) == (2, "")
    assert ended.errors == (
        f'{given}: Applicant.Grade: found "D"; allowed: A, B, C\n'
        f'{given}: Applicant.Customer Since: found "2020-02-30"; allowed: a date, such as "2026-01-31"\n'
        f"{given}: Requested limit: found an input that is not declared; "
        "allowed: Applicant, Requested Limit (did you mean 'Requested Limit'?)\n"
    )


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--decision", "Aproved Limit"), "there is no decision 'Aproved Limit'; did you mean 'Approved Limit'?"),
        (("--service", "Rate"), "there is no decision service 'Rate'; there are: Limit"),
        (("--input", "nosuch.yaml"), "nosuch.yaml: No such file or directory"),
    ],
)
def test_what_there_is_not_is_refused(call: Call, model: Path, arguments: tuple[str, ...], said: str) -> None:
    ended = call("evaluate", model, *arguments)
    assert (ended.code, ended.out, ended.errors) == (2, "", said + "\n")


@pytest.mark.parametrize(
    ("text", "said"), [("- 1\n", "inputs must be written as names and values"), ("a: [", "can't be used")]
)
def test_inputs_that_cannot_be_read_are_refused(call: Call, model: Path, given: Path, text: str, said: str) -> None:
    given.write_text(text, "utf-8")
    ended = call("evaluate", model, "--input", given)
    assert (ended.code, ended.out) == (2, "")
    assert said in ended.errors


def test_a_file_that_is_no_model_is_refused_with_the_place(call: Call, model: Path) -> None:
    model.write_text("<definitions", "utf-8")
    ended = call("evaluate", model)
    assert (ended.code, ended.out) == (2, "")
    assert ended.errors.startswith(f"{model}:1:1: error[xml-syntax]: ")


def test_a_model_with_errors_is_evaluated_and_the_errors_are_shown(call: Call, model: Path, given: Path) -> None:
    edit(model, "<text>min(Requested Limit", "<text>min(Requsted Limit")
    ended = call("evaluate", model, "--input", given)
    assert ended.code == 1
    assert "Line Multiple: 6\n" in ended.out
    assert "Approved Limit: null\n" in ended.out
    assert f"{place_of(model, 'Requsted')}: error[undeclared-words]: " in ended.errors


def test_findings_stand_in_the_json_with_line_and_column(call: Call, model: Path, given: Path) -> None:
    edit(model, "<text>Applicant.Grade", "<text>Aplicant.Grade")
    ended = call("evaluate", model, "--input", given, "--format", "json")
    assert (ended.code, ended.errors) == (1, "")
    path, line, column = place_of(model, "Aplicant").rsplit(":", 2)
    place = {"path": path, "line": int(line), "column": int(column)}
    assert place.items() <= ended.json["findings"][0].items()


def test_other_files_beside_the_model_do_not_matter(call: Call, model: Path, given: Path) -> None:
    (model.parent / "broken.dmn").write_bytes(b"\xff")
    (model.parent / "a.dmn").write_text("<definitions", "utf-8")
    assert call("evaluate", model, "--input", given).code == 0
