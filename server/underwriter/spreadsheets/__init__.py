"""Takes decision tables to CSV and XLSX files and back, without loss."""

from underwriter.spreadsheets.cell_places import PlacedTable, place_in_sheets
from underwriter.spreadsheets.files import ExtraMissing, read_spreadsheet, spreadsheet_file
from underwriter.spreadsheets.importing import TableImport, plan_import
from underwriter.spreadsheets.sheets import Sheet, SheetFault, SpreadsheetRefused
from underwriter.spreadsheets.written_tables import WrittenTable, written_tables

__all__ = [
    "ExtraMissing",
    "PlacedTable",
    "Sheet",
    "SheetFault",
    "SpreadsheetRefused",
    "TableImport",
    "WrittenTable",
    "place_in_sheets",
    "plan_import",
    "read_spreadsheet",
    "spreadsheet_file",
    "written_tables",
]
