"""What the rows of a table match, as regions of the values that its inputs may have."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from underwriter.analysis.domains.domain import Domain
from underwriter.analysis.domains.making import whole
from underwriter.analysis.regions.regions import Region, size
from underwriter.analysis.regions.value_space import EVERY_VALUE, ValueSpace
from underwriter.dmn.tables.checked_table import CheckedInput, CheckedTable
from underwriter.dmn.tables.constant_tests import ConstantCell, constant_cell
from underwriter.feel import Checked
from underwriter.feel.nodes import AnyTest, NullLiteral, UnaryTests, ValueTest
from underwriter.feel.types import surely_conforms
from underwriter.feel.values import Value

Names = Mapping[str, Value]
Cells = tuple[ConstantCell | None, ...]


@dataclass(frozen=True, slots=True)
class Dimension:
    """The columns that have one and the same input, their cells a row for each column, and the values of the input.

    `allowed` are the values that surely reach the rows, `wanted` those that a row should be there for: null only if the
    author wrote of it.
    """

    columns: tuple[int, ...]
    cells: tuple[Cells, ...]
    space: ValueSpace
    allowed: int
    wanted: int

    def sure(self, row: int) -> int:
        """Return the values that surely pass the cells of a row."""
        return self._passing(row, 0)

    def perhaps(self, row: int) -> int:
        """Return the values that may pass the cells of a row: all, where these are not constant."""
        return self._passing(row, self.space.axis.everything)

    def _passing(self, row: int, otherwise: int) -> int:
        passing = self.space.possible
        for column in self.cells:
            cell = column[row]
            passing &= otherwise if cell is None else self.space.axis.accepted(cell)
        return passing


@dataclass(frozen=True, slots=True)
class TableRegions:
    """The regions of a table: for each row what it surely matches and what it may match, and that of all inputs.

    `wanted` is the region that rows should cover, `allowed` that of the inputs that surely reach the rows.
    """

    dimensions: tuple[Dimension, ...]
    sure: tuple[Region, ...]
    perhaps: tuple[Region, ...]
    wanted: Region
    allowed: Region
    possible: Region

    @property
    def sizes(self) -> list[int]:
        """How many positions each axis has."""
        return [dimension.space.axis.size for dimension in self.dimensions]


def table_regions(table: CheckedTable, domains: Sequence[Domain], names: Names) -> TableRegions:
    """Return the regions of a table of which every text can be read.

    `domains` are those of the inputs, by column; `names` are the values of what is known beforehand.
    """
    dimensions = tuple(_dimension(table, columns, domains, names) for columns in _columns_by_input(table))
    rows = range(len(table.rows))
    return TableRegions(
        dimensions,
        tuple(tuple(dimension.sure(row) for dimension in dimensions) for row in rows),
        tuple(tuple(dimension.perhaps(row) for dimension in dimensions) for row in rows),
        tuple(dimension.wanted for dimension in dimensions),
        tuple(dimension.allowed for dimension in dimensions),
        tuple(dimension.space.possible for dimension in dimensions),
    )


def never_matching(regions: TableRegions) -> dict[int, int]:
    """Return the rows that match nothing, each with the dimension that keeps it from that."""
    empty = {row: region for row, region in enumerate(regions.perhaps) if not size(region)}
    return {row: region.index(0) for row, region in empty.items()}


def accepts_anything(tests: UnaryTests) -> bool:
    """Tell whether a cell holds `-`."""
    return not tests.is_negated and any(isinstance(test, AnyTest) for test in tests.tests)


def _columns_by_input(table: CheckedTable) -> list[tuple[int, ...]]:
    """Return the columns that have the same input together: what one of them tests, the others test too."""
    found: dict[object, list[int]] = {}
    for number, column in enumerate(table.columns):
        found.setdefault((column.expression.tree, str(column.type)), []).append(number)
    return [tuple(columns) for columns in found.values()]


def _dimension(table: CheckedTable, columns: tuple[int, ...], domains: Sequence[Domain], names: Names) -> Dimension:
    first = table.columns[columns[0]]
    cells = tuple(_cells(table, column, names) for column in columns)
    limits = [table.columns[column].allowed for column in columns]
    allowed = [_cell(tests, first, names) for tests in limits if tests is not None]
    known = [cell for cell in (*(cell for column in cells for cell in column), *allowed) if cell is not None]
    space = ValueSpace(first.type, _domain(first, domains[columns[0]]), dict.fromkeys(known))
    accepted = space.possible
    for cell in allowed:
        accepted &= space.axis.null | (0 if cell is None else space.axis.accepted(cell))
    names_null = any(_names_null(row.tests[column].tree) for row in table.rows for column in columns)
    return Dimension(columns, cells, space, accepted, accepted if names_null else accepted & space.values)


def _domain(column: CheckedInput, domain: Domain) -> Domain:
    """Return the domain of a column's values, which may be others than its input's where they are made of its type."""
    return domain if surely_conforms(column.expression.type, column.type) else whole(column.type)


def _cells(table: CheckedTable, column: int, names: Names) -> Cells:
    read: dict[int, ConstantCell | None] = {}  # constants that stand in several rows have one tree
    for row in table.rows:
        tests = row.tests[column]
        if id(tests.tree) not in read:
            read[id(tests.tree)] = _cell(tests, table.columns[column], names)
    return tuple(read[id(row.tests[column].tree)] for row in table.rows)


def _cell(tests: Checked[UnaryTests], column: CheckedInput, names: Names) -> ConstantCell | None:
    return EVERY_VALUE if accepts_anything(tests.tree) else constant_cell(tests, column.type, names)


def _names_null(tests: UnaryTests) -> bool:
    return any(isinstance(test, ValueTest) and isinstance(test.value, NullLiteral) for test in tests.tests)
