"""What can't be taken in is refused with every fault, each named by its cell; what people type in Excel is FEEL."""

import datetime
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.formula import ArrayFormula

from underwriter.spreadsheets import ExtraMissing, SpreadsheetRefused, plan_import, read_spreadsheet, spreadsheet_file

from .ruled_folder import bars, exported, tables_in, write_rules

LINES = [("a", "x"), ("1", '"A"'), ("2", '"B"')]


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    return write_rules(tmp_path / "rules", bars(LINES))


def refusal(rules: Path, change: Callable[[Workbook], None]) -> str:
    file = exported(list(tables_in(rules).values()), rules.parent / "tables.xlsx")
    workbook = load_workbook(file)
    change(workbook)
    workbook.save(file)
    with pytest.raises(SpreadsheetRefused) as refused:
        plan_import(rules, read_spreadsheet(file))
    return str(refused.value)


def put(**cells: object) -> Callable[[Workbook], None]:
    """Return a change of cells: A2=... in the sheet `first`, about_A2=... in the sheet `about`."""

    def change(workbook: Workbook) -> None:
        for name, value in cells.items():
            title, _, address = name.rpartition("_")
            workbook[title or "first"][address] = value

    return change


def error(workbook: Workbook) -> None:
    workbook["first"]["A2"] = "#REF!"
    workbook["first"]["A2"].data_type = "e"


FAULTS = {
    "a formula": (put(A2="=1+1", C3="=A1"), ["A2 in sheet first: the cell holds a formula", "C3 in sheet first"]),
    "an array formula": (put(A2=ArrayFormula("A2:A3", "=1")), ["A2 in sheet first: the cell holds a formula"]),
    "an error": (error, ["A2 in sheet first: the cell holds the error #REF!"]),
    "merged cells": (lambda w: w["first"].merge_cells("A2:A3"), ["A2:A3 in sheet first: these cells are merged"]),
    "a bar": (put(A2="1 | 2", A3='"open'), ["A2 in sheet first: this can't stand", "A3 in sheet first: this can't"]),
    "dashes": (put(A2="---", C2="---"), ["row 2 in sheet first: a row of dashes"]),
    "a line break": (put(A2="1,\n2"), ["A2 in sheet first: the cell has a line break"]),
    "a line break of Unicode": (put(A2="1,\u20282"), ["A2 in sheet first: the cell has a line break"]),
    "a cell outside": (put(F2="note"), ["F2 in sheet first: note stands outside"]),
    "the double line's column": (put(B2="1"), ["B2 in sheet first: 1 stands in the column of the double line"]),
    "no double line": (put(B1="b"), ["A1 in sheet first: the header must have"]),
    "a column without heading": (put(A1=None), ["A1 in sheet first: this column has no heading"]),
    "no rows": (lambda w: w["first"].delete_rows(2, 2), ["sheet first: the table has no rows"]),
    "an empty sheet": (lambda w: w["first"].delete_rows(1, 3), ["sheet first: there is no header"]),
    "a sheet too many": (lambda w: w.create_sheet("new"), ["sheet new: the sheet about does not tell"]),
    "a sheet too few": (lambda w: w.remove(w["first"]), ["sheet about: there is no sheet first"]),
    "no about": (lambda w: w.remove(w["about"]), ["tables.xlsx: there is no sheet about"]),
    "another heading": (put(about_B1="path"), ["A1 in sheet about: the headings are not"]),
    "another policy": (put(about_D2="any"), ["sheet first: the hit policy, output values and default"]),
    "an unknown table": (put(about_C2="zeroth"), ["sheet first: there is no table part.yaml:zeroth"]),
    "another version": (put(about_G2="0"), ["sheet first: part.yaml:first was changed since the export"]),
    "a huge sheet": (put(XFD1048576="x"), ["sheet first: the sheet has more than 2,000,000 cells"]),
}


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_is_told_by_its_cell(name: str, rules: Path) -> None:
    change, told = FAULTS[name]
    text = refusal(rules, change)
    assert all(part in text for part in told), text
    assert text.count("help: ") == text.count("\n    ")


TYPED = {
    "750": 750,
    "0.072": 0.072,
    "-5": -5,
    "0.0000001": 1e-7,
    "100000000000000000000": 1e20,
    "true": True,
    'date("2026-01-01")': datetime.date(2026, 1, 1),
    'date and time("2026-01-01T09:30:00")': datetime.datetime(2026, 1, 1, 9, 30),  # noqa: DTZ001 - spreadsheets know no zones
    'time("09:30:00")': datetime.time(9, 30),
    'duration("PT90000S")': datetime.timedelta(hours=25),
    '"x"': ' "x" ',
}


@pytest.mark.parametrize("text", TYPED)
def test_what_people_type_is_a_literal(text: str, rules: Path) -> None:
    file = exported([tables_in(rules)["first"]], rules.parent / "typed.xlsx")
    workbook = load_workbook(file)
    cell = workbook["first"]["A2"]
    cell.number_format = "General"
    cell.value = TYPED[text]
    workbook.save(file)
    planned = plan_import(rules, read_spreadsheet(file))
    assert planned.tables[0].table.rows[0][0] == (text,)


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"a,||,b\n1,,2\n", "no line tells the table's file, decision"),
        (b'"open\n', "not valid CSV"),
        (b"\xff\xfe", "not UTF-8"),
    ],
)
def test_a_csv_file_that_is_no_export_is_refused(content: bytes, told: str, tmp_path: Path) -> None:
    file = tmp_path / "t.csv"
    file.write_bytes(content)
    with pytest.raises(SpreadsheetRefused, match=told):
        read_spreadsheet(file)


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"hello"])
def test_a_file_that_is_no_workbook_is_refused(content: bytes, tmp_path: Path) -> None:
    file = tmp_path / "t.xlsx"
    file.write_bytes(content)
    with pytest.raises(SpreadsheetRefused, match="not an XLSX file"):
        read_spreadsheet(file)


def test_other_endings_and_several_tables_in_csv_are_refused(rules: Path, tmp_path: Path) -> None:
    tables = list(tables_in(rules).values())
    for name, told in (("t.csv", "holds one table, not 2"), ("t.ods", "ends with .xlsx or .csv")):
        with pytest.raises(SpreadsheetRefused, match=told):
            spreadsheet_file(tables, tmp_path / name)
    with pytest.raises(SpreadsheetRefused, match="ends with"):
        read_spreadsheet(tmp_path / "t.ods")


def test_texts_that_xlsx_can_not_hold_are_refused(rules: Path, tmp_path: Path) -> None:
    (rules / "grid.csv").write_text(f'a,||,x\n1,,"{"9" * 32_768}"\n')
    with pytest.raises(SpreadsheetRefused, match="C2 in sheet second: an XLSX file can't hold this text"):
        spreadsheet_file([tables_in(rules)["second"]], tmp_path / "t.xlsx")


def test_without_the_extra_csv_still_works(rules: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "openpyxl", None)
    monkeypatch.delitem(sys.modules, "underwriter.spreadsheets.workbooks", raising=False)
    tables = [tables_in(rules)["first"]]
    assert spreadsheet_file(tables, tmp_path / "t.csv")
    with pytest.raises(ExtraMissing):
        spreadsheet_file(tables, tmp_path / "t.xlsx")
