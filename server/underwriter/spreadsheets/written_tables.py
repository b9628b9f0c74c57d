"""Finds the decision tables of a rules folder: what they say, and in which lines of which file their rows stand."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from hashlib import sha256

from underwriter.dmn.tables.grid import Grid, Line, read_bars, read_csv
from underwriter.feel.diagnostics import Diagnostic
from underwriter.feel.source import Source
from underwriter.policy.documents import Data, Fields, Text, read_document
from underwriter.policy.rule_files import YAML_ENDINGS, RuleFiles, resolve

_CSV_TAG = "!csv"
_VERSION_LENGTH = 16
"""Hexadecimal digits of a table's version: enough to notice a change, short enough for a cell."""

Groups = tuple[tuple[str, ...], ...]
"""The texts of a line's cells: inputs, outputs and, where there are, notes."""


class GridForm(Enum):
    """How the rows of a table are written: in the rule file between bars, or in a CSV file beside it."""

    BARS = "bars"
    CSV = "csv"


@dataclass(frozen=True, slots=True)
class TableSettings:
    """What a rule file says of a table besides its rows, as it is written there; empty where nothing is said."""

    hit_policy: str
    output_values: str
    default: str


@dataclass(frozen=True, slots=True)
class WrittenTable:
    """A decision table in its place.

    `path` is the rule file with the decision and `lines` the decision's lines there, counted from 0. The rows stand in
    the file `grid_path`, which is the same one unless they have a CSV file of their own. Paths count from the rules
    folder.
    """

    path: str
    decision: str
    settings: TableSettings
    grid: Grid
    grid_path: str
    form: GridForm
    lines: range

    @property
    def name(self) -> str:
        """The name by which no other table is called: `common/risk_grade.yaml:risk_grade`."""
        return f"{self.path}:{self.decision}"

    @property
    def header(self) -> Groups:
        """The texts of the header's cells."""
        return texts_of(self.grid.header)

    @property
    def rows(self) -> tuple[Groups, ...]:
        """The texts of the rows' cells."""
        return tuple(map(texts_of, self.grid.rows))

    @property
    def version(self) -> str:
        """A digest of all that the table says. How it is laid out does not count."""
        said = [self.settings.hit_policy, self.settings.output_values, self.settings.default, self.header, self.rows]
        return sha256(json.dumps(said).encode()).hexdigest()[:_VERSION_LENGTH]


def texts_of(line: Line) -> Groups:
    """Return the texts of a line's cells."""
    return tuple(tuple(cell.text for cell in cells) for cells in line.groups)


def written_tables(files: RuleFiles) -> tuple[list[WrittenTable], list[Diagnostic]]:
    """Return the decision tables in the YAML files of a rules folder, by path and then in the files' order.

    What keeps a file or a table from being read is told; whether its formulas are right is not looked at.
    """
    tables: list[WrittenTable] = []
    found: list[Diagnostic] = []
    for path in sorted(files.texts):
        if path.endswith(YAML_ENDINGS):
            document, diagnostics = read_document(files.shown(path), files.texts[path])
            found += diagnostics
            for decision, data in _decisions(document):
                grid = _Grid(files, path, found)
                table = grid.table(decision, data)
                tables += [table] if table else []
    return tables, found


def _decisions(document: Data | None) -> Iterator[tuple[Text, Fields]]:
    decisions = document.get("decisions") if isinstance(document, Fields) else None
    if isinstance(decisions, Fields):
        for name, decision in decisions:
            table = decision.get("table") if isinstance(decision, Fields) else None
            if isinstance(table, Fields):
                yield name, table


class _Grid:
    """Reads tables out of one file."""

    def __init__(self, files: RuleFiles, path: str, found: list[Diagnostic]) -> None:
        self._files = files
        self._path = path
        self._found = found

    def table(self, decision: Text, table: Fields) -> WrittenTable | None:
        rows = table.get("rows")
        if not isinstance(rows, Text):
            return None
        form = GridForm.CSV if rows.tag == _CSV_TAG else GridForm.BARS
        path = resolve(self._path, rows.text) if form is GridForm.CSV else self._path
        if path is None or path not in self._files.texts:
            message = f"there is no file {rows.text}"
            self._found.append(Diagnostic("missing-file", message, rows.source, rows.source.whole))
            return None
        source = Source(self._files.texts[path], self._files.shown(path)) if form is GridForm.CSV else rows.source
        grid, diagnostics = (read_csv if form is GridForm.CSV else read_bars)(source)
        self._found += diagnostics
        if grid is None or diagnostics:
            return None
        first = decision.source.position(0).line
        last = table.source.position(len(table.source.text)).line
        settings = TableSettings(*(_said(table.get(key)) for key in ("hit policy", "output values", "default")))
        return WrittenTable(self._path, decision.text, settings, grid, path, form, range(first, last + 1))


def _said(data: Data | None) -> str:
    """Return what is written in one line, so that it fits a cell."""
    return "" if data is None else " ".join(data.source.text.split())
