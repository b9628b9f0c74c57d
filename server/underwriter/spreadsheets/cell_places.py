"""Names findings on rule files by the cells of the spreadsheet that the rows came from."""

from collections.abc import Sequence
from dataclasses import dataclass

from underwriter.dmn.tables.grid import Line
from underwriter.feel.diagnostics import Diagnostic
from underwriter.spreadsheets.sheets import Sheet, SheetRow
from underwriter.spreadsheets.written_tables import WrittenTable


@dataclass(frozen=True, slots=True)
class PlacedTable:
    """A table as it stands after the import, and the sheet that it is from. Paths as findings show them."""

    table: WrittenTable
    sheet: Sheet
    shown_path: str
    shown_grid_path: str

    def place_of(self, finding: Diagnostic) -> str:
        """Return where in the spreadsheet a finding is, such as `B7 in sheet risk_grade`; else nothing."""
        position = finding.position
        if finding.source.name == self.shown_grid_path:
            lines = (self.table.grid.header, *self.table.grid.rows)
            for line, row in zip(lines, self.sheet.rows, strict=True):
                if line.source.position(0).line == position.line:
                    return self._cell(line, row, position.column)
        is_here = finding.source.name == self.shown_path and position.line in self.table.lines
        return self.sheet.place if is_here else ""

    def _cell(self, line: Line, row: SheetRow, place: int) -> str:
        column = -1
        found = None
        for cells in line.groups:
            for cell in cells:
                column += 1
                if cell.position(0).column <= place:
                    found = column
            column += 1  # the double line's own column
        return f"row {row.number} in {self.sheet.place}" if found is None else self.sheet.address(row, found)


def place_in_sheets(finding: Diagnostic, tables: Sequence[PlacedTable]) -> str:
    """Return where in the spreadsheet a finding is; nothing if it is in none of its tables."""
    return next((place for table in tables if (place := table.place_of(finding))), "")
