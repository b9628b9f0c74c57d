"""Tables as an XLSX workbook: a sheet each, with all cells as text, and a sheet `about` that says where they belong."""

import io
import re
import warnings
from collections.abc import Iterator, Sequence
from xml.etree.ElementTree import ParseError
from zipfile import BadZipFile

from openpyxl import Workbook, load_workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Border, Font, PatternFill, Side
from openpyxl.utils.exceptions import InvalidFileException
from openpyxl.worksheet.worksheet import Worksheet

from underwriter.dmn.tables.grid import DOUBLE_LINE
from underwriter.feel.diagnostics import terminal_width
from underwriter.spreadsheets.cell_values import NoFeelCell, cell_text, written_text
from underwriter.spreadsheets.sheets import (
    Sheet,
    SheetFault,
    SheetOrigin,
    SheetRow,
    SpreadsheetRefused,
    column_letters,
    filled_rows,
    origin_of,
    sheet_lines,
)
from underwriter.spreadsheets.written_tables import TableSettings, WrittenTable

ABOUT = "about"
_HEADINGS = ("sheet", "file", "decision", "hit policy", "output values", "default", "version")
_LONGEST_TITLE, _LONGEST_CELL, _WIDEST_COLUMN = 31, 32_767, 60
_MOST_CELLS = 2_000_000
"""Cells that a sheet may reach over: formats that were put on whole columns make sheets of millions of empty ones."""
_NO_TITLE = re.compile(r"[\[\]:*?/\\']")
_TEXT_FORMAT = "@"


def workbook_file(tables: Sequence[WrittenTable]) -> bytes:
    """Return tables as an XLSX file. Raises SpreadsheetRefused for texts that such a file can't hold."""
    workbook = Workbook()
    about = workbook.worksheets[0]
    about.title = ABOUT
    titles = _titles(tables)
    faults: list[SheetFault] = []
    for table, title in zip(tables, titles, strict=True):
        faults += _fill(workbook.create_sheet(title), list(sheet_lines(table)))
    told = [[title, *_told(origin_of(table))] for table, title in zip(tables, titles, strict=True)]
    faults += _fill(about, [list(_HEADINGS), *told])
    if faults:
        raise SpreadsheetRefused(faults)
    workbook.move_sheet(about, len(tables))
    workbook.active = 0
    about.sheet_view.tabSelected = False
    written = io.BytesIO()
    workbook.save(written)
    return written.getvalue()


def read_workbook(file: bytes, name: str) -> list[Sheet]:
    """Return the sheets of an XLSX file of which its sheet `about` tells where they belong.

    Raises SpreadsheetRefused, with every fault, when it is no such file, or when a cell says nothing that a table could
    hold. `name` is how findings name the file.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of parts that are not read here, such as drop-down lists
            workbook = load_workbook(io.BytesIO(file))
    except (BadZipFile, InvalidFileException, KeyError, ValueError, TypeError, ParseError, OSError):
        raise SpreadsheetRefused([SheetFault(name, "not an XLSX file", "save it as an Excel workbook")]) from None
    sheets = {sheet.title: _Reader(sheet) for sheet in workbook.worksheets}
    about = sheets.pop(ABOUT, None)
    if about is None:
        raise SpreadsheetRefused([SheetFault(name, f"there is no sheet {ABOUT}", "export the tables anew")])
    origins = _origins(about)
    read = [reader.sheet(origins[title]) for title, reader in sheets.items() if title in origins]
    faults = [fault for reader in (about, *sheets.values()) for fault in reader.faults]
    faults += [_untold(title) for title in sheets if title not in origins]
    faults += [_missing(title) for title in origins if title not in sheets]
    if faults:
        raise SpreadsheetRefused(faults)
    return read


def _titles(tables: Sequence[WrittenTable]) -> list[str]:
    """Return a title for each table's sheet: its decision's name as far as Excel allows, with a number if need be."""
    taken = {ABOUT, "history"}  # Excel keeps the latter for itself
    titles = []
    for table in tables:
        wanted = _NO_TITLE.sub(" ", table.decision)[:_LONGEST_TITLE].strip() or "table"
        title, number = wanted, 1
        while title.casefold() in taken:
            number += 1
            title = f"{wanted[: _LONGEST_TITLE - 1 - len(str(number))]} {number}"
        taken.add(title.casefold())
        titles.append(title)
    return titles


def _told(origin: SheetOrigin) -> list[str]:
    settings = origin.settings
    told = [origin.path, origin.decision, settings.hit_policy, settings.output_values, settings.default]
    return [*told, origin.version]


def _fill(sheet: Worksheet, lines: Sequence[Sequence[str]]) -> Iterator[SheetFault]:
    for row, line in enumerate(lines, 1):
        for column, text in enumerate(line, 1):
            if ILLEGAL_CHARACTERS_RE.search(text) or len(written_text(text)) > _LONGEST_CELL:
                place = f"{column_letters(column - 1)}{row} in sheet {sheet.title}"
                message = "an XLSX file can't hold this text: it is too long, or has a control character"
                yield SheetFault(place, message, "export to CSV instead")
            else:
                cell = sheet.cell(row, column)
                cell.value = written_text(text) or None
                if text:
                    cell.data_type = "s"  # whatever it looks like: =, #N/A and the like are texts too
                cell.number_format = _TEXT_FORMAT
    _lay_out(sheet, lines)


def _lay_out(sheet: Worksheet, lines: Sequence[Sequence[str]]) -> None:
    sheet.freeze_panes = "A2"
    for column, heading in enumerate(lines[0]):
        cells = [line[column] for line in lines]
        dimension = sheet.column_dimensions[column_letters(column)]
        dimension.width = min(3 + max(sum(map(terminal_width, text)) for text in cells), _WIDEST_COLUMN)
        dimension.number_format = _TEXT_FORMAT  # rows that are added are texts too
        header = sheet.cell(1, column + 1)
        header.font = Font(bold=True)
        header.fill = PatternFill("solid", fgColor="E8F1FB")
        if heading == DOUBLE_LINE:
            for row in range(1, len(lines) + 1):
                sheet.cell(row, column + 1).border = Border(left=Side("double"), right=Side("double"))


class _Reader:
    """Reads one sheet; `faults` gathers what can't be read of it."""

    def __init__(self, sheet: Worksheet) -> None:
        self.place = f"sheet {sheet.title}"
        self._title = sheet.title
        self.faults = [_merged(str(merged), self.place) for merged in sheet.merged_cells.ranges]
        self.rows: tuple[SheetRow, ...] = ()
        if sheet.max_row * sheet.max_column > _MOST_CELLS:
            self.faults.append(_too_large(self.place))
        elif not self.faults:
            self.rows = filled_rows(list(self._read(sheet)))

    def sheet(self, origin: SheetOrigin) -> Sheet:
        return Sheet(self._title, self.place, origin, self.rows)

    def _read(self, sheet: Worksheet) -> Iterator[SheetRow]:
        for number, row in enumerate(sheet.iter_rows(), 1):
            texts = []
            for column, cell in enumerate(row):
                try:
                    texts.append(cell_text(cell))
                except NoFeelCell as fault:
                    place = f"{column_letters(column)}{number} in {self.place}"
                    self.faults.append(SheetFault(place, str(fault), fault.help))
            yield SheetRow(number, tuple(texts))


def _origins(about: _Reader) -> dict[str, SheetOrigin]:
    if not about.rows or about.rows[0].cells[: len(_HEADINGS)] != _HEADINGS:
        about.faults.append(_changed_headings(about.place))
        return {}
    origins = {}
    for row in about.rows[1:]:
        title, path, decision, *settings, version = map(row.cell, range(len(_HEADINGS)))
        origins[title] = SheetOrigin(path, decision, TableSettings(*settings), version)
    return origins


def _merged(cells: str, place: str) -> SheetFault:
    return SheetFault(f"{cells} in {place}", "these cells are merged into one", "unmerge them; each cell needs a text")


def _too_large(place: str) -> SheetFault:
    return SheetFault(place, f"the sheet has more than {_MOST_CELLS:,} cells", "delete the empty rows and columns")


def _changed_headings(place: str) -> SheetFault:
    return SheetFault(f"A1 in {place}", f"the headings are not {', '.join(_HEADINGS)}", "export the tables anew")


def _untold(title: str) -> SheetFault:
    message = f"the sheet {ABOUT} does not tell which table this is"
    return SheetFault(f"sheet {title}", message, f"give it its name back, tell it in {ABOUT}, or delete it")


def _missing(title: str) -> SheetFault:
    mend = f"take its row out of {ABOUT} if the table is not to be imported"
    return SheetFault(f"sheet {ABOUT}", f"there is no sheet {title}", mend)
