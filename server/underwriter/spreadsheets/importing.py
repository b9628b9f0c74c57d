"""Takes the rows of sheets back into the rule files that they were exported from."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import unified_diff
from pathlib import Path

from underwriter.policy.rule_files import RuleFiles, read_rule_files
from underwriter.spreadsheets.cell_places import PlacedTable
from underwriter.spreadsheets.row_edits import NoBlock, RowEdit, row_edit, stands_between_bars, with_edits
from underwriter.spreadsheets.sheets import Sheet, SheetFault, SpreadsheetRefused, sheet_grid
from underwriter.spreadsheets.written_tables import GridForm, Groups, WrittenTable, written_tables

_BYTE_ORDER_MARK = "\ufeff"


@dataclass(frozen=True, slots=True)
class TableImport:
    """What an import would make of a rules folder; nothing is written yet.

    `texts` are the changed files by their paths below the rules folder, as rules are read; `tables` are all tables of
    the spreadsheet in their new places.
    """

    rules: Path
    before: Mapping[str, str]
    after: Mapping[str, str]
    tables: Sequence[PlacedTable]

    @property
    def texts(self) -> Mapping[str, str]:
        """The changed files as rules are read: without a byte order mark, lines ended by newlines alone."""
        return {path: _as_read(text) for path, text in self.after.items()}

    @property
    def contents(self) -> Mapping[Path, bytes]:
        """What is to be written, by file."""
        return {self.rules / path: text.encode() for path, text in self.after.items()}

    def diff(self) -> Iterator[str]:
        """Yield the lines of a unified diff of all changed files."""
        for path in self.after:
            before, after = (_as_read(texts[path]).split("\n") for texts in (self.before, self.after))
            yield from unified_diff(before, after, f"{self.rules}/{path}", f"{self.rules}/{path}", lineterm="")


def plan_import(rules: Path, sheets: Sequence[Sheet], *, force: bool = False) -> TableImport:
    """Return what an import of sheets changes in a rules folder: the rows of their tables, and nothing else.

    With `force` it does not matter whether a table has changed since the export. Whether the rules are right afterwards
    is not looked at.

    Raises:
        SpreadsheetRefused: with every fault that keeps a sheet from being taken back.
        OSError: when the rules can't be read.
        UnicodeDecodeError: when a file is not UTF-8.
    """
    files = read_rule_files(rules)
    tables = {table.name: table for table in written_tables(files)[0]}
    faults: list[SheetFault] = []
    wanted: list[tuple[WrittenTable, Sheet, list[Groups]]] = []
    for sheet in sheets:
        table = tables.get(sheet.origin.name)
        rows, found = sheet_grid(sheet)
        found = [*found, *_origin_faults(sheet, table, force=force)]
        if table is not None and not found and table.form is GridForm.BARS:
            found += _bar_faults(sheet, rows)
        if table is not None and not found:
            wanted.append((table, sheet, rows))
        faults += found
    if faults:
        raise SpreadsheetRefused(faults)
    before, after = _changed_files(rules, files, wanted)
    return TableImport(rules, before, after, _placed(files, after, wanted))


def _changed_files(
    rules: Path, files: RuleFiles, wanted: Sequence[tuple[WrittenTable, Sheet, list[Groups]]]
) -> tuple[dict[str, str], dict[str, str]]:
    """Return the files that change, as they are and as they are to be."""
    before: dict[str, str] = {}
    edits: dict[str, list[RowEdit]] = {}
    said: dict[tuple[str, int], list[Groups]] = {}
    faults: list[SheetFault] = []
    for table, sheet, rows in wanted:
        path, place = table.grid_path, (table.grid_path, table.grid.header.source.position(0).line)
        if said.get(place, rows) != rows:
            message = f"another sheet says something else of the same rows of {path}"
            faults.append(SheetFault(sheet.place, message, "change both alike, or take one out of the sheet about"))
        elif place not in said and rows != [table.header, *table.rows]:
            text = before.setdefault(path, (rules / path).read_bytes().decode())
            try:
                edits.setdefault(path, []).append(_edit(table, rows, text, files))
            except NoBlock:
                message = f"the rows of {table.name} do not stand line by line in the rule file"
                faults.append(SheetFault(sheet.place, message, "write them as a block there: `rows: |`"))
        said.setdefault(place, rows)
    if faults:
        raise SpreadsheetRefused(faults)
    return before, {path: _edited(before[path], listed) for path, listed in edits.items()}


def _edit(table: WrittenTable, rows: Sequence[Groups], text: str, files: RuleFiles) -> RowEdit:
    if _as_read(text) != files.texts[table.grid_path]:
        message = "the file changed while it was read, or has carriage returns within lines"
        raise SpreadsheetRefused([SheetFault(table.grid_path, message, "import again, or take them out")])
    return row_edit(table, rows, text.removeprefix(_BYTE_ORDER_MARK).split("\n"))


def _edited(text: str, edits: Sequence[RowEdit]) -> str:
    mark = _BYTE_ORDER_MARK if text.startswith(_BYTE_ORDER_MARK) else ""
    return mark + "\n".join(with_edits(text.removeprefix(_BYTE_ORDER_MARK).split("\n"), edits))


def _placed(
    files: RuleFiles, after: Mapping[str, str], wanted: Sequence[tuple[WrittenTable, Sheet, list[Groups]]]
) -> list[PlacedTable]:
    """Return the tables in their new places, once it is sure that they read as the sheets say."""
    changed = files.with_files({path: _as_read(text) for path, text in after.items()})
    tables = {table.name: table for table in written_tables(changed)[0]}
    placed = []
    faults = []
    for old, sheet, rows in wanted:
        table = tables.get(old.name)
        if table is None or [table.header, *table.rows] != rows:
            message = "written into the rule file, these cells would not read as they stand here"
            faults.append(SheetFault(sheet.place, message, "look for control characters and open strings"))
        else:
            placed.append(PlacedTable(table, sheet, files.shown(table.path), files.shown(table.grid_path)))
    if faults:
        raise SpreadsheetRefused(faults)
    return placed


def _origin_faults(sheet: Sheet, table: WrittenTable | None, *, force: bool) -> Iterator[SheetFault]:
    origin = sheet.origin
    if table is None:
        mend = "export it anew; `underwriter table list` tells what there is, `underwriter check` what can't be read"
        yield SheetFault(sheet.place, f"there is no table {origin.name} that can be read", mend)
    elif not force and origin.version != table.version:
        message = f"{origin.name} was changed since the export"
        yield SheetFault(sheet.place, message, "export it anew, or take the sheet as it is by --force")
    elif not force and origin.settings != table.settings:
        message = "the hit policy, output values and default are told here, but stand in the rule file"
        yield SheetFault(sheet.place, message, f"change them in {origin.path}")


def _bar_faults(sheet: Sheet, rows: Sequence[Groups]) -> Iterator[SheetFault]:
    for row, groups in zip(sheet.rows, rows, strict=True):
        alone = [
            column
            for column, text in enumerate(row.cells)
            if not stands_between_bars((("-",), (text,))) and text not in ("", "||")
        ]
        message = "this can't stand between bars: it has a bar outside of a string, or a string without its end"
        for column in alone:
            yield SheetFault(sheet.address(row, column), message, 'write strings as "text", and no | outside of them')
        if not alone and not stands_between_bars(groups):
            yield SheetFault(f"row {row.number} in {sheet.place}", "a row of dashes is no row", "write one -")


def _as_read(text: str) -> str:
    return text.removeprefix(_BYTE_ORDER_MARK).replace("\r\n", "\n")
