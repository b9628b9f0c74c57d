"""What stands in a cell of an XLSX file as the text of a FEEL cell, whatever a person typed there."""

import datetime
import re
from decimal import Decimal

from openpyxl.cell.cell import Cell, MergedCell

_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_LIKE_ESCAPED = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")


class NoFeelCell(ValueError):
    """A cell that says nothing that a table could hold. The text tells what it is; `help` what to do."""

    def __init__(self, message: str, mend: str) -> None:
        super().__init__(message)
        self.help = mend


def written_text(text: str) -> str:
    """Return a text as an XLSX file holds it: `_x0041_` would mean a character there (ECMA-376, 22.9.2.19)."""
    return _LIKE_ESCAPED.sub("_x005F_", text)


def cell_text(cell: Cell | MergedCell) -> str:
    """Return a cell's text, without blanks around it; numbers, truths and dates as FEEL literals.

    Raises NoFeelCell for formulas, and for what a formula came to that failed.
    """
    value = cell.value
    if cell.data_type == "f":
        raise NoFeelCell("the cell holds a formula of the spreadsheet", "write its value, as text")
    if cell.data_type == "e":
        raise NoFeelCell(f"the cell holds the error {value}", "write a value")
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case int():
            return str(value)
        case float():
            return format(Decimal(repr(value)), "f")
        case datetime.datetime() if _is_day(cell, value):
            return f'date("{value.date().isoformat()}")'
        case datetime.datetime():
            return f'date and time("{value.isoformat()}")'
        case datetime.date():
            return f'date("{value.isoformat()}")'
        case datetime.time():
            return f'time("{value.isoformat()}")'
        case datetime.timedelta():
            return _duration(value)
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), str(value)).strip()


def _is_day(cell: Cell | MergedCell, value: datetime.datetime) -> bool:
    """Tell whether a moment is meant as a day: it is midnight, and the cell's format shows no hours."""
    return value.time() == datetime.time() and "h" not in str(cell.number_format).lower()


def _duration(value: datetime.timedelta) -> str:
    sign = "-" if value < datetime.timedelta() else ""
    seconds = Decimal(abs(value) // datetime.timedelta(microseconds=1)).scaleb(-6).normalize()
    return f'duration("{sign}PT{seconds:f}S")'
