"""A sheet as a CSV file (RFC 4180): lines that begin with `#` say where it belongs, then the header and the rows."""

import csv
import io
from collections.abc import Mapping

from underwriter.spreadsheets.sheets import (
    Sheet,
    SheetFault,
    SheetOrigin,
    SheetRow,
    SpreadsheetRefused,
    filled_rows,
    origin_of,
    sheet_lines,
)
from underwriter.spreadsheets.written_tables import TableSettings, WrittenTable

_MARK = "# "
_KEYS = ("file", "decision", "hit policy", "output values", "default", "version")


def sheet_csv(table: WrittenTable) -> str:
    """Return a table as a CSV file's text."""
    origin = origin_of(table)
    settings = origin.settings
    values = (origin.path, origin.decision, settings.hit_policy, settings.output_values, settings.default)
    written = io.StringIO()
    writer = csv.writer(written, lineterminator="\n")
    writer.writerows([f"{_MARK}{key}: {value}"] for key, value in zip(_KEYS, (*values, origin.version), strict=True))
    writer.writerows(sheet_lines(table))
    return written.getvalue()


def read_sheet_csv(text: str, name: str) -> Sheet:
    """Return the sheet that a CSV file holds; `name` is how findings name the file.

    Raises SpreadsheetRefused when it is no CSV, or does not say where it belongs.
    """
    try:
        records = list(csv.reader(io.StringIO(text, newline=""), strict=True))
    except csv.Error as error:
        raise SpreadsheetRefused([SheetFault(name, f"not valid CSV: {error}", "save it as CSV again")]) from None
    said: dict[str, str] = {}
    rows: list[SheetRow] = []
    for number, record in enumerate(records, 1):
        if record and record[0].startswith(_MARK.strip()) and not rows:
            key, _, value = record[0].removeprefix(_MARK).partition(":")
            said[key] = value.strip()
        elif any(cell.strip() for cell in record):
            rows.append(SheetRow(number, tuple(cell.strip() for cell in record)))
    return Sheet(said.get("decision", ""), name, _origin(said, name), filled_rows(rows))


def _origin(said: Mapping[str, str], name: str) -> SheetOrigin:
    if missing := [key for key in _KEYS if key not in said]:
        message = f"no line tells the table's {', '.join(missing)}"
        mend = "keep the lines at the top that begin with #, as the export has them"
        raise SpreadsheetRefused([SheetFault(name, message, mend)])
    path, decision, *settings, version = (said[key] for key in _KEYS)
    return SheetOrigin(path, decision, TableSettings(*settings), version)
