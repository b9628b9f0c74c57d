"""Reads the grid of a decision table from text between bars or from CSV.

Both forms have a header line with the input expressions, then `||` (the double line of a DMN table), then the names of
the outputs, and optionally `||` again and a column of notes. In CSV the double line is a column headed `||`.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from underwriter.feel.diagnostics import Diagnostic
from underwriter.feel.source import Source

DOUBLE_LINE = "||"


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a grid, its cells in groups: inputs, outputs and, where there are, notes."""

    source: Source
    groups: tuple[tuple[Source, ...], ...]

    @property
    def shape(self) -> tuple[int, ...]:
        """How many cells each group has."""
        return tuple(len(group) for group in self.groups)


@dataclass(frozen=True, slots=True)
class Grid:
    """A table's cells: the header and the rows, all of the header's shape."""

    header: Line
    rows: tuple[Line, ...]


def read_bars(source: Source) -> tuple[Grid | None, list[Diagnostic]]:
    """Read a grid of lines such as `| a | b || c |`. A line of dashes under the header is passed over."""
    lines = [bar_line(part) for part in _lines(source) if part.text.strip()]
    return _grid(source, [line for line in lines if not is_rule(line)])


def read_csv(source: Source) -> tuple[Grid | None, list[Diagnostic]]:
    """Read a grid from comma-separated values (RFC 4180), one record a line."""
    parts = [part for part in _lines(source) if part.text.strip()]
    records = [_csv_cells(part) for part in parts]
    bars = [index for index, cell in enumerate(records[0]) if cell.text == DOUBLE_LINE] if records else []
    lines = [Line(part, _groups_at(cells, bars)) for part, cells in zip(parts, records, strict=True)]
    grid, faults = _grid(source, lines)
    return grid, faults + [_double_line_fault(cells[bar]) for cells in records for bar in bars if _is_stray(cells, bar)]


def _grid(source: Source, lines: list[Line]) -> tuple[Grid | None, list[Diagnostic]]:
    if not lines:
        return None, [_empty_table("the table has no header and no rows", source)]
    header, *rows = lines
    if len(header.groups) not in (2, 3) or not all(header.groups):
        message = "the header must name inputs and outputs, parted by ||"
        mend = "write it like | applicant.age || grade |, with a note column after a second || if you like"
        return None, [Diagnostic("table-header", message, header.source, header.source.whole, mend)]
    faults = [_shape_fault(header, row) for row in rows if row.shape != header.shape]
    if not rows:
        faults.append(_empty_table("the table has no rows", header.source))
    return Grid(header, tuple(row for row in rows if row.shape == header.shape)), faults


def _is_stray(cells: list[Source], bar: int) -> bool:
    return bar < len(cells) and cells[bar].text not in (DOUBLE_LINE, "")


def _double_line_fault(cell: Source) -> Diagnostic:
    message = f"'{cell.text}' stands in the column of the double line"
    return Diagnostic("table-shape", message, cell, cell.whole, f"write {DOUBLE_LINE} there, or nothing")


def _shape_fault(header: Line, row: Line) -> Diagnostic:
    wanted, found = (" || ".join(str(count) for count in line.shape) for line in (header, row))
    message = f"this row has {found} cells, the header has {wanted}"
    mend = "every row needs a cell for each column; write - where any input will do"
    return Diagnostic("table-shape", message, row.source, row.source.whole, mend)


def _lines(source: Source) -> Iterator[Source]:
    start = 0
    for line in source.text.split("\n"):
        yield source.part(start, start + len(line.rstrip("\r")))
        start += len(line) + 1


def bar_line(line: Source) -> Line:
    """Return the cells of a line between bars, whatever its shape."""
    bars = bar_places(line.text)
    groups: list[tuple[Source, ...]] = []
    cells: list[Source] = []
    for left, right in pairwise(bars):
        if right == left + 1:
            groups.append(tuple(cells))
            cells = []
        else:
            cells.append(_trimmed(line, left + 1, right))
    return Line(_trimmed(line, 0, len(line.text)), (*groups, tuple(cells)))


def bar_places(text: str) -> list[int]:
    """Return the places of the bars outside string literals; a first or last one that is missing is taken as there."""
    places: list[int] = []
    in_string = is_escaped = False
    for index, character in enumerate(text):
        if is_escaped:
            is_escaped = False
        elif in_string and character == "\\":
            is_escaped = True
        elif character == '"':
            in_string = not in_string
        elif character == "|" and not in_string:
            places.append(index)
    first = [] if text.lstrip().startswith("|") else [-1]
    last = [] if text.rstrip().endswith("|") else [len(text)]
    return [*first, *places, *last]


def is_rule(line: Line) -> bool:
    """Tell whether a line only parts the header from the rows, such as `|---||---|`."""
    cells = [cell.text for group in line.groups for cell in group]
    return bool(cells) and all(len(cell) > 2 and set(cell) <= {"-", ":"} for cell in cells)


def _trimmed(source: Source, start: int, end: int) -> Source:
    text = source.text[start:end]
    return source.part(start + len(text) - len(text.lstrip()), max(end - (len(text) - len(text.rstrip())), start))


def _csv_cells(line: Source) -> list[Source]:
    cells: list[Source] = []
    start = 0
    in_quotes = False
    for index, character in enumerate(line.text + ","):
        if character == '"':
            in_quotes = not in_quotes
        elif character == "," and not in_quotes:
            cells.append(_csv_cell(line, start, index))
            start = index + 1
    return cells


def _csv_cell(line: Source, start: int, end: int) -> Source:
    cell = _trimmed(line, start, end)
    if len(cell.text) < 2 or cell.text[0] != '"':
        return cell
    inner = cell.part(1, len(cell.text) - 1)
    return Source(inner.text.replace('""', '"'), inner.name, inner.host, inner.anchors)


def _groups_at(cells: list[Source], bars: list[int]) -> tuple[tuple[Source, ...], ...]:
    edges = [-1, *bars, len(cells)]
    return tuple(tuple(cells[left + 1 : right]) for left, right in pairwise(edges))


def _empty_table(message: str, source: Source) -> Diagnostic:
    return Diagnostic(
        "empty-table", message, source, source.whole, "write a header, || between inputs and outputs, and rows"
    )
