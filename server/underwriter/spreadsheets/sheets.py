"""A decision table as a sheet: rows of texts, and what it was taken from."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from underwriter.dmn.tables.grid import DOUBLE_LINE
from underwriter.spreadsheets.written_tables import Groups, TableSettings, WrittenTable


@dataclass(frozen=True, slots=True)
class SheetOrigin:
    """The table that a sheet shows, and which version of it. `path` counts from the rules folder."""

    path: str
    decision: str
    settings: TableSettings
    version: str

    @property
    def name(self) -> str:
        """The table's name."""
        return f"{self.path}:{self.decision}"


@dataclass(frozen=True, slots=True)
class SheetRow:
    """A row with its number, as a spreadsheet counts it: from 1."""

    number: int
    cells: tuple[str, ...]

    def cell(self, column: int) -> str:
        """Return a cell's text; empty where the row has ended."""
        return self.cells[column] if column < len(self.cells) else ""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet. The first of `rows` is the header; `place` is how findings name the sheet."""

    title: str
    place: str
    origin: SheetOrigin
    rows: tuple[SheetRow, ...]

    def address(self, row: SheetRow, column: int) -> str:
        """Return the name of a cell, such as `B7 in sheet risk_grade`. Columns count from 0."""
        return f"{column_letters(column)}{row.number} in {self.place}"


@dataclass(frozen=True, slots=True)
class SheetFault:
    """What is wrong in a spreadsheet: where, what, and how to mend it."""

    place: str
    message: str
    help: str

    def __str__(self) -> str:
        return f"{self.place}: {self.message}\n    help: {self.help}"


class SpreadsheetRefused(ValueError):
    """A spreadsheet that can't be taken in. `faults` say why."""

    def __init__(self, faults: Sequence[SheetFault]) -> None:
        super().__init__("\n".join(map(str, faults)))
        self.faults = tuple(faults)


def origin_of(table: WrittenTable) -> SheetOrigin:
    """Return what a table's sheet tells of where it is from."""
    return SheetOrigin(table.path, table.decision, table.settings, table.version)


def sheet_lines(table: WrittenTable) -> Iterator[list[str]]:
    """Yield the header and the rows of a table; the double line is a column headed `||`."""
    yield in_one_line(table.header, DOUBLE_LINE)
    for row in table.rows:
        yield in_one_line(row, "")


def in_one_line(groups: Groups, between: str) -> list[str]:
    """Return the cells of all groups, with a text between each two groups."""
    cells = list(groups[0])
    for group in groups[1:]:
        cells += [between, *group]
    return cells


def column_letters(column: int) -> str:
    """Return a column's letters as spreadsheets have them: A, B, ... Z, AA. Columns count from 0."""
    more, last = divmod(column, 26)
    return (column_letters(more - 1) if more else "") + chr(ord("A") + last)


def filled_rows(rows: Sequence[SheetRow]) -> tuple[SheetRow, ...]:
    """Return the rows in which something stands besides the double line."""
    return tuple(row for row in rows if set(row.cells) - {"", DOUBLE_LINE})


def sheet_grid(sheet: Sheet) -> tuple[list[Groups], list[SheetFault]]:
    """Return the cells of a sheet in groups, the header's first, or what keeps them from being a table."""
    if not sheet.rows:
        return [], [SheetFault(sheet.place, "there is no header", "export the table anew")]
    header = sheet.rows[0]
    width = max((column + 1 for column, text in enumerate(header.cells) if text), default=0)
    if width and header.cells[width - 1] == DOUBLE_LINE:
        width += 1  # notes need no heading
    lines = [column for column in range(width) if header.cell(column) == DOUBLE_LINE]
    faults = [*_header_faults(sheet, header, width, lines), *_row_faults(sheet, width, lines)]
    if len(sheet.rows) == 1:
        faults.append(SheetFault(sheet.place, "the table has no rows", "give it one at least"))
    return [_groups(row, width, lines) for row in sheet.rows], faults


def _groups(row: SheetRow, width: int, lines: Sequence[int]) -> Groups:
    edges = [-1, *lines, width]
    return tuple(tuple(map(row.cell, range(left + 1, right))) for left, right in pairwise(edges))


def _header_faults(sheet: Sheet, header: SheetRow, width: int, lines: Sequence[int]) -> Iterator[SheetFault]:
    if len(lines) not in (1, 2) or not all(_groups(header, width, lines)):
        message = f"the header must have inputs, a column headed {DOUBLE_LINE}, and outputs"
        mend = f"a second {DOUBLE_LINE} may part notes; cells are parted by commas in CSV"
        yield SheetFault(sheet.address(header, 0), message, mend)
    for column in range(lines[1] if len(lines) > 1 else width):
        if not header.cell(column):
            yield SheetFault(sheet.address(header, column), "this column has no heading", "name it, or take it out")


def _row_faults(sheet: Sheet, width: int, lines: Sequence[int]) -> Iterator[SheetFault]:
    for row in sheet.rows:
        for column, text in enumerate(row.cells):
            if len(text.splitlines()) > 1:
                yield SheetFault(sheet.address(row, column), "the cell has a line break", "write it in one line")
            if text and column >= width:
                yield SheetFault(sheet.address(row, column), f"{text} stands outside of the table", "take it out")
            if column in lines and text not in (DOUBLE_LINE, ""):
                message = f"{text} stands in the column of the double line"
                yield SheetFault(sheet.address(row, column), message, "leave that column empty")
