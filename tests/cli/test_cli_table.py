"""`underwriter table`: tables to a spreadsheet and back, with nothing half-done."""

import json
import sys
from pathlib import Path

import pytest
from openpyxl import load_workbook

from .commands import Call, edit, place_of

TABLE = """\

  # Who asks for how much.
  band:
    table:
      hit policy: unique
      rows: |
        | applicant.age || band |
        | < 30          || "A"  |
        | >= 30, null   || "B"  |
"""


@pytest.fixture
def policy(small_rules: Path) -> Path:
    """A policy with a table that a rule reads."""
    path = small_rules / "small" / "policy.yaml"
    edit(path, "\noutcome:\n", f"{TABLE}\noutcome:\n")
    edit(path, "when: applicant.sanctioned\n", 'when: applicant.sanctioned and band = "A"\n')
    return path


@pytest.fixture
def workbook(call: Call, policy: Path, tmp_path: Path) -> Path:  # noqa: ARG001 - the policy has to be there
    path = tmp_path / "tables.xlsx"
    assert call("table", "export", path).out == f"wrote {path}: 1 table\n"
    return path


def type_into(workbook: Path, **cells: object) -> None:
    opened = load_workbook(workbook)
    for address, value in cells.items():
        opened["band"][address] = value
    opened.save(workbook)


def test_tables_are_listed(call: Call, policy: Path) -> None:
    assert policy.exists()
    assert "small/policy.yaml:band  unique         2  band" in call("table", "list").out
    (table,) = call("table", "list", "--format", "json").json
    assert (table["decision"], table["inputs"], table["rows"]) == ("band", ["applicant.age"], 2)


def test_rows_come_back_and_all_else_stays(call: Call, policy: Path, workbook: Path) -> None:
    before = policy.read_text()
    assert "nothing to change" in call("table", "import", workbook).out
    assert policy.read_text() == before
    policy.chmod(0o640)
    type_into(workbook, A2="< 25", A3=">= 25, null")
    shown = call("table", "import", workbook, "--dry-run")
    assert (shown.code, policy.read_text()) == (0, before)
    assert '-        | < 30          || "A"  |\n' in shown.out
    assert '+        | < 25          || "A"  |\n' in shown.out
    assert shown.out.endswith(f"would change {policy}\n")
    ended = call("table", "import", workbook)
    assert (ended.code, ended.out) == (0, f"changed {policy}\n")
    assert policy.read_text() == before.replace("30", "25")
    assert policy.stat().st_mode & 0o777 == 0o640
    assert [path for path in policy.parent.iterdir() if path.name.startswith(".")] == []


def test_errors_are_named_by_cell_and_nothing_is_written(call: Call, policy: Path, workbook: Path) -> None:
    before = policy.read_text()
    type_into(workbook, A2="< 30 + nosuch", C3='"B')
    ended = call("table", "import", workbook)
    assert (ended.code, policy.read_text()) == (2, before)
    assert "C3 in sheet band: this can't stand between bars" in ended.errors
    type_into(workbook, C3='"B"')
    ended = call("table", "import", workbook)
    assert (ended.code, policy.read_text()) == (1, before)
    line, column = place_of(policy, "< 30").split(":")[1:]
    assert f"A2 in sheet band:\n{policy}:{line}:{int(column) + 7}: error[unknown-name]" in ended.errors
    assert "nothing was imported" in ended.errors


def test_warnings_are_named_by_sheet_and_do_not_refuse(call: Call, policy: Path, workbook: Path) -> None:
    type_into(workbook, A3=">= 35, null")
    ended = call("table", "import", workbook)
    assert ended.code == 0
    assert "in sheet band:\n" in ended.errors or "sheet band:\n" in ended.errors
    assert "warning[table-gap]" in ended.errors
    assert ">= 35, null" in policy.read_text()


def test_a_table_that_was_changed_meanwhile_is_imported_by_force_only(call: Call, policy: Path, workbook: Path) -> None:
    edit(policy, '"B"  |', '"C"  |')
    type_into(workbook, A2="< 29", A3=">= 29, null")
    ended = call("table", "import", workbook)
    assert ended.code == 2
    assert "sheet band: small/policy.yaml:band was changed since the export" in ended.errors
    assert call("table", "import", workbook, "--force").code == 0
    assert '| >= 29, null   || "B"  |' in policy.read_text()


def test_one_table_as_csv_is_named_by_line(call: Call, policy: Path, tmp_path: Path) -> None:
    file = tmp_path / "band.csv"
    assert call("table", "export", file, "band").code == 0
    file.write_text(file.read_text("utf-8").replace("< 30", "< thirty"), "utf-8")
    ended = call("table", "import", file)
    assert ended.code == 1
    assert "A8 in band.csv:\n" in ended.errors
    file.write_text(file.read_text("utf-8").replace("< thirty", "< 29").replace(">= 30", ">= 29"), "utf-8")
    assert call("table", "import", file).code == 0
    assert "| < 29          ||" in policy.read_text()


def test_what_can_not_be_done_is_said(
    call: Call, policy: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    missing = call("table", "export", tmp_path / "t.xlsx", "nosuch", "bands")
    assert missing.code == 2
    assert "there is no table nosuch\nthere is no table bands; did you mean 'band'?\n" in missing.errors
    assert call("table", "import", tmp_path / "nosuch.xlsx").code == 2
    file = tmp_path / "no" / "folder.csv"
    assert call("table", "export", file).errors == f"nothing was written: {file}: No such file or directory\n"
    monkeypatch.setitem(sys.modules, "openpyxl", None)
    monkeypatch.delitem(sys.modules, "underwriter.spreadsheets.workbooks", raising=False)
    assert "underwriter[authoring]" in call("table", "export", tmp_path / "t.xlsx").errors
    assert not list(tmp_path.glob("*.xlsx"))
    edit(policy, '| < 30          || "A"  |', "| < 30 |")
    broken = call("table", "list")
    assert broken.code == 1
    assert "error[table-shape]" in broken.errors


def test_json_is_one_document(call: Call) -> None:
    assert json.loads(call("table", "list", "--format", "json").out) == []
