"""Rule files with tables, written to a folder, and what an import leaves in them."""

import csv
import io
from collections.abc import Sequence
from pathlib import Path

from openpyxl import load_workbook

from underwriter.policy import read_rule_files
from underwriter.spreadsheets import Sheet, WrittenTable, read_spreadsheet, spreadsheet_file, written_tables

HEAD = """\
# What stands around a table stays as it is.
decisions:
  first:   # a comment at the end of a line
    table:
      hit policy: unique
      output values: {x: ['"A"',   '"B"']}
      default: '"B"'
      rows: |
"""
TAIL = """

  # another comment
  second: {table: {hit policy: first, rows: !csv grid.csv}}   # after it
"""
CSV_GRID = 'a,||,x,||,note\n"""k"", ""l""",,1,,"Two, of them"\n\n-,||,2,,\n'


def bars(lines: Sequence[Sequence[str]]) -> str:
    """Return a grid with one input, one output and notes, as an author might write it."""
    return "".join(f"        | {' || '.join(line)}   |\n" for line in lines)


def write_rules(folder: Path, grid: str) -> Path:
    """Write a part with a table between bars, and one in a CSV file."""
    folder.mkdir(exist_ok=True)
    (folder / "part.yaml").write_bytes((HEAD + grid + TAIL).encode())
    (folder / "grid.csv").write_bytes(CSV_GRID.encode())
    return folder


def tables_in(rules: Path) -> dict[str, WrittenTable]:
    """Return the tables of a folder by the names of their decisions."""
    tables, findings = written_tables(read_rule_files(rules))
    assert not findings
    return {table.decision: table for table in tables}


def exported(tables: Sequence[WrittenTable], file: Path) -> Path:
    file.write_bytes(spreadsheet_file(tables, file))
    return file


def saved_again(file: Path) -> Path:
    """Save a spreadsheet by another program."""
    if file.suffix == ".xlsx":
        load_workbook(file).save(file)
    else:  # some fill all rows to the same length, end lines otherwise, and quote everything
        rows = list(csv.reader(io.StringIO(file.read_bytes().decode("utf-8-sig"), newline="")))
        width = max(map(len, rows))
        written = io.StringIO()
        writer = csv.writer(written, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
        writer.writerows([*row, *[""] * (width - len(row))] for row in rows)
        file.write_bytes(written.getvalue().encode())
    return file


def sheets_of(tables: Sequence[WrittenTable], folder: Path, ending: str) -> list[Sheet]:
    """Return the sheets of tables after they went through a file and another program."""
    file = folder / f"tables{ending}"
    return read_spreadsheet(saved_again(exported(tables, file)))
