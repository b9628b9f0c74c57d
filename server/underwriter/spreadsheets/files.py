"""Spreadsheets as files: which form a file has goes by its ending."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from underwriter.spreadsheets.csv_sheets import read_sheet_csv, sheet_csv
from underwriter.spreadsheets.sheets import Sheet, SheetFault, SpreadsheetRefused
from underwriter.spreadsheets.written_tables import WrittenTable


class ExtraMissing(Exception):
    """XLSX files are asked for, and the extra `authoring` is not installed."""


def spreadsheet_file(tables: Sequence[WrittenTable], file: Path) -> bytes:
    """Return what a spreadsheet of tables holds; `file` tells its form. CSV holds one table.

    Raises:
        SpreadsheetRefused: when the ending is another one, or the form can't hold these tables.
        ExtraMissing: when it is XLSX and that can't be written here.
    """
    match file.suffix.lower():
        case ".xlsx":
            with _needs_extra():
                from underwriter.spreadsheets.workbooks import workbook_file
            return workbook_file(tables)
        case ".csv" if len(tables) == 1:
            return sheet_csv(tables[0]).encode("utf-8-sig")  # the mark tells spreadsheets that it is UTF-8
        case ".csv":
            fault = f"a CSV file holds one table, not {len(tables)}"
            raise SpreadsheetRefused([SheetFault(str(file), fault, "name one table, or write to .xlsx")])
    raise _unknown_ending(file)


def read_spreadsheet(file: Path) -> list[Sheet]:
    """Return the sheets of a spreadsheet.

    Raises:
        OSError: when it can't be read.
        SpreadsheetRefused: with every fault in it.
        ExtraMissing: when it is XLSX and that can't be read here.
    """
    match file.suffix.lower():
        case ".xlsx":
            with _needs_extra():
                from underwriter.spreadsheets.workbooks import read_workbook
            return read_workbook(file.read_bytes(), file.name)
        case ".csv":
            try:
                return [read_sheet_csv(file.read_bytes().decode("utf-8-sig"), file.name)]
            except UnicodeDecodeError:
                fault = SheetFault(file.name, "not UTF-8", 'save it as "CSV UTF-8"')
                raise SpreadsheetRefused([fault]) from None
    raise _unknown_ending(file)


@contextmanager
def _needs_extra() -> Iterator[None]:
    """Tell by name if the library for XLSX files is not there."""
    try:
        yield
    except ModuleNotFoundError as missing:
        if str(missing.name).split(".")[0] != "openpyxl":
            raise
        raise ExtraMissing from None


def _unknown_ending(file: Path) -> SpreadsheetRefused:
    fault = "a spreadsheet's name ends with .xlsx or .csv"
    return SpreadsheetRefused([SheetFault(str(file), fault, "name it so")])
