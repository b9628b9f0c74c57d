"""Rows are written back into files of all shapes; lines of rows that stay are not touched."""

from pathlib import Path

import pytest
from openpyxl import load_workbook

from underwriter.spreadsheets import SpreadsheetRefused, plan_import, read_spreadsheet

from .ruled_folder import CSV_GRID, HEAD, TAIL, bars, exported, tables_in, write_rules

LINES = [("a", "x"), ("1", '"A"'), ("2", '"B"'), ("3", '"A"')]


def imported(rules: Path, changes: dict[str, object], decision: str = "first") -> dict[str, str]:
    """Return the changed files after cells of a table's sheet were written anew."""
    file = exported([tables_in(rules)[decision]], rules.parent / "tables.xlsx")
    workbook = load_workbook(file)
    for address, value in changes.items():
        workbook[decision][address] = value
    workbook.save(file)
    return dict(plan_import(rules, read_spreadsheet(file)).after)


def test_a_line_of_dashes_and_empty_lines_stay(tmp_path: Path) -> None:
    grid = bars(LINES[:1]) + "        |---||---|\n" + bars(LINES[1:2]) + "\n" + bars(LINES[2:])
    rules = write_rules(tmp_path / "rules", grid)
    after = imported(rules, {"A3": ">= 20"})["part.yaml"]
    assert after.removeprefix(HEAD).removesuffix(TAIL).split("\n") == [
        "        | a     || x   |",
        "        | ----- || --- |",
        '        | 1     || "A" |',
        "",
        '        | >= 20 || "B" |',
        '        | 3     || "A" |',
        "",
    ]


def test_a_changed_header_keeps_the_line_of_dashes_below_it(tmp_path: Path) -> None:
    rules = write_rules(tmp_path / "rules", bars(LINES[:1]) + "        |---||---|\n" + bars(LINES[1:]))
    grid = imported(rules, {"A1": "b", "A2": "9"})["part.yaml"].removeprefix(HEAD).split("\n")
    assert [row.split()[1] if "-" not in row else "-" for row in grid[:3]] == ["b", "-", "9"]


def test_a_column_of_notes_can_be_added_in_the_sheet(tmp_path: Path) -> None:
    rules = write_rules(tmp_path / "rules", bars(LINES))
    after = imported(rules, {"D1": "||", "E1": "why", "E3": "since it is so"})["part.yaml"]
    assert '| 2 || "B" || since it is so |' in after
    assert '| 3 || "A" ||                |' in after


def test_ends_of_lines_and_the_byte_order_mark_stay(tmp_path: Path) -> None:
    rules = write_rules(tmp_path / "rules", bars(LINES))
    for path in (rules / "part.yaml", rules / "grid.csv"):
        path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b"\n", b"\r\n"))
    after = imported(rules, {"A2": 7})["part.yaml"]
    rows = ["| a || x   |", '| 7 || "A" |', '| 2 || "B" |', '| 3 || "A" |']
    wanted = HEAD + "".join(f"        {row}\n" for row in rows) + TAIL
    assert after == "\ufeff" + wanted.replace("\n", "\r\n")
    grid = imported(rules, {"C3": 3}, "second")["grid.csv"]
    assert grid == "\ufeff" + CSV_GRID.replace("-,||,2,,", "-,,3,,").replace("\n", "\r\n")


def test_rows_of_a_csv_file_that_stay_keep_their_quotes(tmp_path: Path) -> None:
    rules = write_rules(tmp_path / "rules", bars(LINES))
    assert imported(rules, {"C3": '"new"'}, "second")["grid.csv"] == CSV_GRID.replace("-,||,2,,", '-,,"""new""",,')


def test_several_tables_of_one_file_are_written_together(tmp_path: Path) -> None:
    rules = write_rules(tmp_path / "rules", bars(LINES))
    part = rules / "part.yaml"
    part.write_text(HEAD + bars(LINES) + "  third:\n    table:\n      hit policy: first\n      rows: |\n" + bars(LINES))
    file = exported(list(tables_in(rules).values()), tmp_path / "tables.xlsx")
    workbook = load_workbook(file)
    for title in ("first", "third"):
        workbook[title].delete_rows(3)
        workbook[title].append(["40", None, '"B"'])
        workbook[title].append(["50", None, '"B"'])
    workbook.save(file)
    for path, content in plan_import(rules, read_spreadsheet(file)).contents.items():
        path.write_bytes(content)
    for title in ("first", "third"):
        assert [row[0] for row in tables_in(rules)[title].rows] == [("1",), ("3",), ("40",), ("50",)]


def test_rows_that_are_no_block_are_refused(tmp_path: Path) -> None:
    rules = write_rules(tmp_path / "rules", bars(LINES))
    text = HEAD.replace("rows: |\n", 'rows: "| a || x |\\n| 1 || 2 |"\n') + TAIL
    (rules / "part.yaml").write_text(text)
    with pytest.raises(SpreadsheetRefused, match="write them as a block there"):
        imported(rules, {"A2": "5"})


def test_two_tables_on_the_same_csv_file_must_agree(tmp_path: Path) -> None:
    rules = write_rules(tmp_path / "rules", bars(LINES))
    part = rules / "part.yaml"
    part.write_text(part.read_text() + "  third: {table: {hit policy: unique, rows: !csv grid.csv}}\n")
    file = exported(list(tables_in(rules).values()), tmp_path / "tables.xlsx")
    workbook = load_workbook(file)
    workbook["second"]["C3"] = 5
    workbook.save(file)
    with pytest.raises(SpreadsheetRefused, match="sheet third: another sheet says something else of the same rows"):
        plan_import(rules, read_spreadsheet(file))
    workbook["third"]["C3"] = 5
    workbook.save(file)
    planned = plan_import(rules, read_spreadsheet(file))
    assert dict(planned.after) == {"grid.csv": CSV_GRID.replace("-,||,2,,", "-,,5,,")}


def test_a_carriage_return_within_a_line_is_told(tmp_path: Path) -> None:
    rules = write_rules(tmp_path / "rules", bars(LINES))
    part = rules / "part.yaml"
    part.write_bytes(part.read_bytes().replace(b"another comment\n", b"another\r  # comment\n"))
    with pytest.raises(SpreadsheetRefused, match=r"part\.yaml: the file changed while it was read, or has carriage"):
        imported(rules, {"A2": "5"})
