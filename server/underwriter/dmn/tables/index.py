"""Which rows of a table a value may match, looked up instead of tried one by one.

A set of rows is a number whose bit i stands for row i, so that columns are combined by `&`. For each position of a
column (see `constant_tests`) the set of its rows is worked out beforehand. A row whose cell is not constant is in every
set of its column: its test is left to be run.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

from underwriter.dmn.tables.checked_table import CheckedRow, CheckedTable
from underwriter.dmn.tables.constant_tests import Axis, ConstantCell, axis_of, constant_cell
from underwriter.dmn.tables.runtime import rows_of

MAXIMUM_BITS = 1 << 29
"""The most that the sets of one column may take, 64 MiB. A column that needs more is not indexed."""

Cells = tuple[ConstantCell | None, ...]


@dataclass(frozen=True, slots=True)
class ColumnIndex:
    """The set of rows of each position, that of null last."""

    axis: Axis
    rows: tuple[int, ...]

    @property
    def is_useful(self) -> bool:
        """Whether any value is told from another."""
        return len(set(self.rows)) > 1

    @property
    def is_by_value(self) -> bool:
        """Whether all values that are no cuts match the same rows."""
        return len(set(self.rows[:-1:2])) == 1

    @property
    def by_value(self) -> Mapping[Any, int]:
        """The rows of each cut, and of null."""
        return {**dict(zip(self.axis.cuts, self.rows[1:-1:2], strict=True)), None: self.rows[-1]}


def constant_columns(checked: CheckedTable, rows: Sequence[CheckedRow]) -> list[Cells]:
    """Return the cells of each column as constant tests, None for a cell that is not constant."""
    return [_constant_cells(checked, rows, number) for number in range(len(checked.columns))]


def column_index(cells: Cells) -> ColumnIndex | None:
    """Return the index of a column; None if it would tell nothing, or be too large."""
    axis = axis_of(cell for cell in cells if cell is not None)
    if axis.size * len(cells) > MAXIMUM_BITS:
        return None
    index = ColumnIndex(axis, _rows_by_position(axis, cells))
    return index if index.is_useful else None


def are_disjoint(columns: Sequence[Cells], count: int) -> bool:
    """Tell whether it is sure that no two of `count` rows match the same inputs."""
    accepted = [_accepted(axis_of(cell for cell in cells if cell is not None), cells) for cells in columns]
    return all(
        any(not column[one] & column[other] for column in accepted) for one, other in combinations(range(count), 2)
    )


def _constant_cells(checked: CheckedTable, rows: Sequence[CheckedRow], column: int) -> Cells:
    read: dict[int, ConstantCell | None] = {}  # constants that stand in several rows have one tree

    def cell(row: CheckedRow) -> ConstantCell | None:
        if not checked.is_readable(row.row.source) or not checked.is_readable(row.tests[column].source):
            return None
        tests = row.tests[column]
        if id(tests.tree) not in read:
            read[id(tests.tree)] = constant_cell(tests, checked.columns[column].type)
        return read[id(tests.tree)]

    return tuple(map(cell, rows))


def _accepted(axis: Axis, cells: Cells) -> list[int]:
    return [axis.everything if cell is None else axis.accepted(cell) for cell in cells]


def _rows_by_position(axis: Axis, cells: Cells) -> tuple[int, ...]:
    """Go along the axis, with the rows that begin and end to match at each position."""
    changes = [0] * (axis.size + 1)
    for row, accepted in enumerate(_accepted(axis, cells)):
        for position in rows_of(accepted ^ accepted << 1):
            changes[position] ^= 1 << row
    rows = 0
    same: dict[int, int] = {}  # most stretches between cuts match the same rows: they are kept once
    found = []
    for change in changes[: axis.size]:
        rows ^= change
        found.append(same.setdefault(rows, rows))
    return tuple(found)
