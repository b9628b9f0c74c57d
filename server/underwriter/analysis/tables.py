"""Gaps and overlaps of decision tables, and rows and columns that do nothing (DMN 1.5, 8.2.10): each with an example.

An input column is taken to vary on its own, unless another has the same expression. A cell that is not constant may
match anything or nothing: no finding rests on it.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial
from itertools import islice

from underwriter.analysis import table_wording as wording
from underwriter.analysis.domains.domain import Domain
from underwriter.analysis.domains.domains import Domains
from underwriter.analysis.domains.making import whole
from underwriter.analysis.looks import Look
from underwriter.analysis.regions.cell_runs import Cell, CellRuns
from underwriter.analysis.regions.cell_text import cell_text, known_text, literal_text
from underwriter.analysis.regions.parameter_values import parameter_values
from underwriter.analysis.regions.regions import Region, RegionSet, TooTangled, Work, common, size
from underwriter.analysis.regions.table_regions import accepts_anything, never_matching, table_regions
from underwriter.dmn.tables.checked_table import CheckedInput, CheckedRow, CheckedTable
from underwriter.dmn.tables.hit_policy import Aggregation, HitPolicy
from underwriter.dmn.tables.runtime import first_row, rows_of
from underwriter.feel import Checked, Diagnostic, Environment, Value
from underwriter.feel.comparison import equal
from underwriter.feel.folding import NotConstant, fold
from underwriter.feel.nodes import Expression
from underwriter.policy.checked import CheckedPolicy

MOST_TOLD = 5
"""How many findings of one kind are told of a table."""

MOST_WORK = 2_000_000
"""How many looks at a row in a column the search for gaps and shadowed rows of a table may take, about a second."""

_MOST_TRIED = 64
_NULL_FROM_NOTHING = (Aggregation.SUM, Aggregation.MIN, Aggregation.MAX)

Example = Mapping[int, Value]
"""A value for each input that tests tell apart, by the number of its dimension."""


def looks_at_tables(checked: CheckedPolicy, domains: Domains, environment: Environment) -> Iterator[Look]:
    """Yield what is found in each node of a policy that has tables."""
    names = parameter_values(checked.definition)
    tables: dict[str, list[tuple[int, CheckedTable]]] = {}
    for number, (node, table) in checked.tables.items():
        tables.setdefault(node, []).append((number, table))

    def findings(node: str) -> list[Diagnostic]:
        found: list[Diagnostic] = []
        for number, table in tables[node]:
            # In a table within other boxes, or of a model, a parameter's name may be that of a step around it.
            is_free = number < len(checked.order) and node not in checked.included.nodes
            given = [_domain(checked, column, domains) for column in table.columns]
            found += findings_of_table(table, given, names if is_free else {}, environment)
        return found

    for node in tables:
        yield domains.look_at_node(node, partial(findings, node))


def findings_of_table(
    table: CheckedTable, domains: Sequence[Domain], names: Mapping[str, Value], environment: Environment
) -> list[Diagnostic]:
    """Return the findings on one table.

    `domains` are those of its inputs, by column; `names` are the values of the names in its cells that are known.
    """
    if table.fault or table.unreadable or not table.rows:
        return []
    return list(_TableAnalysis(table, domains, names, environment).findings())


class _TableAnalysis:
    def __init__(
        self, table: CheckedTable, domains: Sequence[Domain], names: Mapping[str, Value], environment: Environment
    ) -> None:
        self._table = table
        self._names = names
        self._runs = CellRuns([column.type for column in table.columns], names, environment)
        self._regions = table_regions(table, domains, names)
        self._work = Work(MOST_WORK)

    def findings(self) -> Iterator[Diagnostic]:
        if not size(self._regions.possible):
            return
        policy = self._table.table.hit_rule.policy
        yield from self._unused_columns()
        yield from _few(self._never_matching(), "such rows")
        if policy in (HitPolicy.UNIQUE, HitPolicy.ANY):
            yield from _few(self._overlaps(), "overlaps")
        if policy in (HitPolicy.FIRST, HitPolicy.PRIORITY):
            yield from _few(self._as_far_as_told(self._shadowed()), "such rows")
        if self._needs_a_match:
            yield from _few(self._as_far_as_told(self._gaps()), "gaps")

    def _as_far_as_told(self, findings: Iterator[Diagnostic]) -> Iterator[Diagnostic]:
        try:
            yield from findings
        except TooTangled:
            yield wording.table_too_tangled(self._table.table)

    @property
    def _needs_a_match(self) -> bool:
        """Whether an input that no row matches gets null: an empty list and a count of 0 are answers."""
        hit_rule = self._table.table.hit_rule
        is_null = not hit_rule.policy.is_multiple or hit_rule.aggregation in _NULL_FROM_NOTHING
        return is_null and not self._table.defaults

    def _unused_columns(self) -> Iterator[Diagnostic]:
        for number, column in enumerate(self._table.columns):
            is_unused = all(accepts_anything(row.tests[number].tree) for row in self._table.rows)
            if is_unused and column.allowed is None:
                yield wording.unused_column(column.expression.source)

    def _never_matching(self) -> Iterator[Diagnostic]:
        for row, axis in never_matching(self._regions).items():
            dimension = self._regions.dimensions[axis]
            cells = self._known_cells(row, [axis])
            tried = (value for _, value in dimension.space.examples(dimension.space.possible))
            if not any(self._pass(cells, {axis: value}) for value in islice(tried, _MOST_TRIED)):
                column, cell = cells[-1]
                possible = known_text(dimension.space)
                yield wording.row_never_matches(cell.source, self._number(row), self._input_text(column), possible)

    def _overlaps(self) -> Iterator[Diagnostic]:
        is_unique = self._table.table.hit_rule.policy is HitPolicy.UNIQUE
        sure = [common(region, self._regions.allowed) for region in self._regions.sure]
        for first, second in self._meeting_pairs(sure):
            if not is_unique and not self._differ(first, second):
                continue
            example = self._example(common(sure[first], sure[second]))
            cells = [*self._known_cells(first), *self._known_cells(second)]
            if example is None or not self._pass(cells, example):
                continue
            numbers = (self._number(first), self._number(second))
            say = wording.table_overlap if is_unique else wording.unequal_overlap
            yield say(self._table.rows[second].row.source, numbers, self._example_text(example))

    def _meeting_pairs(self, regions: Sequence[Region]) -> Iterator[tuple[int, int]]:
        """Yield pairs of regions that meet, by the number of the second and then of the first."""
        index = RegionSet(regions, self._regions.sizes)
        for number, region in enumerate(regions):
            if size(region):
                yield from ((other, number) for other in rows_of(index.meeting(region) & (1 << number) - 1))

    def _differ(self, first: int, second: int) -> bool:
        """Tell whether it is known that two rows answer differently."""
        pairs = zip(self._table.rows[first].outputs, self._table.rows[second].outputs, strict=True)
        return any(self._values_differ(*pair) for pair in pairs)

    def _values_differ(self, one: Checked[Expression], other: Checked[Expression]) -> bool:
        try:
            values = [fold(cell.tree, cell.calls, self._names) for cell in (one, other)]
        except NotConstant:
            return False
        return equal(*values) is not True

    def _shadowed(self) -> Iterator[Diagnostic]:
        """Yield the rows that never answer. The order of rows is that in which they answer."""
        order = _answering_order(self._table)
        sure = [self._regions.sure[row] for row in order]
        index = RegionSet(sure, self._regions.sizes)
        for place, row in enumerate(order):
            region = self._regions.perhaps[row]
            earlier = index.meeting(region) & (1 << place) - 1
            if size(region) and index.cover(region, earlier, self._work):
                yield from self._told_shadowed(row, region, order, index)

    def _told_shadowed(self, row: int, region: Region, order: Sequence[int], index: RegionSet) -> Iterator[Diagnostic]:
        example = self._example(region)
        if example is None:
            return
        answering = order[first_row(index.meeting(self._point(region)))]
        if not self._pass([*self._known_cells(row), *self._known_cells(answering)], example):
            return
        is_first = self._table.table.hit_rule.policy is HitPolicy.FIRST
        say = wording.shadowed_row if is_first else wording.outranked_row
        source = self._table.rows[row].row.source
        yield say(source, self._number(row), self._example_text(example), self._number(answering))

    def _gaps(self) -> Iterator[Diagnostic]:
        wanted = self._regions.wanted
        covers = [common(region, wanted) for region in self._regions.perhaps]
        index = RegionSet([region for region in covers if size(region)], self._regions.sizes)
        for gap in index.gaps(wanted, index.everything, self._work):
            example = self._example(gap)
            if example is not None and not self._matches_any(example, gap):
                yield wording.table_gap(self._table.table, self._example_text(example), self._row_text(gap, example))

    def _matches_any(self, example: Example, gap: Region) -> bool:
        """Run of each row the cells that should refuse an example, and tell whether they do not."""
        refusing = [self._refusing_cells(row, gap) for row in range(len(self._table.rows))]
        answers = iter(self._accepted([cell for cells in refusing for cell in cells], example))
        return any(all(list(islice(answers, len(cells)))) for cells in refusing)

    def _refusing_cells(self, row: int, gap: Region) -> list[Cell]:
        parts = zip(self._regions.perhaps[row], gap, strict=True)
        return self._known_cells(row, [axis for axis, (one, other) in enumerate(parts) if not one & other][:1])

    def _known_cells(self, row: int, axes: Iterable[int] | None = None) -> list[Cell]:
        """Return the constant cells of a row, each with its column; of some dimensions only if these are given."""
        found = []
        for axis in range(len(self._regions.dimensions)) if axes is None else axes:
            dimension = self._regions.dimensions[axis]
            columns = zip(dimension.columns, dimension.cells, strict=True)
            found += [column for column, cells in columns if dimension.space.is_testable and cells[row] is not None]
        return [(column, self._table.rows[row].tests[column]) for column in found]

    def _pass(self, cells: Sequence[Cell], example: Example) -> bool:
        return all(self._accepted(cells, example))

    def _accepted(self, cells: Sequence[Cell], example: Example) -> list[bool]:
        """Run cells on an example."""
        dimensions = self._regions.dimensions
        values = {column: value for axis, value in example.items() for column in dimensions[axis].columns}
        return self._runs.accept(cells, values)

    def _example(self, region: Region) -> Example | None:
        """Return a value of each dimension of which values can be told; None if there is one that has none."""
        found: dict[int, Value] = {}
        for axis, positions in enumerate(region):
            space = self._regions.dimensions[axis].space
            if not space.is_testable:
                continue
            example = next(space.examples(positions), None)
            if example is None:
                return None
            found[axis] = example[1]
        return found

    def _point(self, region: Region) -> Region:
        """Return the region of a region's example alone."""
        spaces = [dimension.space for dimension in self._regions.dimensions]
        return tuple(
            1 << next(space.examples(positions))[0] if space.is_testable else positions & -positions
            for space, positions in zip(spaces, region, strict=True)
        )

    def _example_text(self, example: Example) -> str:
        texts = [
            f"{self._input_text(self._regions.dimensions[axis].columns[0])} = {literal_text(value)}"
            for axis, value in example.items()
        ]
        return ", ".join(texts) or "what comes in"

    def _row_text(self, gap: Region, example: Example) -> str:
        """Return the tests of a row that would match a gap, or where they would be long, its example."""
        cells = ["-"] * len(self._table.columns)
        for axis, positions in enumerate(gap):
            dimension = self._regions.dimensions[axis]
            if axis in example:
                cells[dimension.columns[0]] = cell_text(dimension.space, positions, dimension.wanted) or literal_text(
                    example[axis]
                )
        return f"| {' | '.join(cells)} |"

    def _input_text(self, column: int) -> str:
        return " ".join(self._table.columns[column].expression.source.text.split())

    def _number(self, row: int) -> int:
        return self._table.rows[row].row.number


def _domain(checked: CheckedPolicy, column: CheckedInput, domains: Domains) -> Domain:
    """Return what the input of a column may be.

    What depends on parameters alone may be anything, since they are tuned, and so may what depends on one that changes
    with the days.
    """
    names = {path[0] for path in column.expression.references}
    is_tuned = names <= {parameter.name.text for parameter in checked.definition.parameters}
    if is_tuned or not names.isdisjoint(checked.dated_parameters):
        return whole(column.type)
    return domains.of(column.expression)


def _answering_order(table: CheckedTable) -> list[int]:
    """Return the rows in the order in which they answer, without those whose priority is known at run time only."""
    rows = list(range(len(table.rows)))
    if table.table.hit_rule.policy is HitPolicy.FIRST:
        return rows
    known = [(_ranks(table.rows[row]), row) for row in rows]
    return [row for ranks, row in sorted((ranks, row) for ranks, row in known if ranks is not None)]


def _ranks(row: CheckedRow) -> tuple[int, ...] | None:
    ranks = tuple(rank for rank in row.ranks if rank is not None)
    return ranks if len(ranks) == len(row.ranks) else None


def _few(findings: Iterator[Diagnostic], what: str) -> Iterator[Diagnostic]:
    """Yield the first of many findings; the last of them says that there are more."""
    told = list(islice(findings, MOST_TOLD + 1))
    if len(told) > MOST_TOLD:
        told = [*told[: MOST_TOLD - 1], wording.with_more(told[MOST_TOLD - 1], what)]
    yield from told
