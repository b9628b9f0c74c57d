"""Turns a checked decision table into straight-line Python (DMN 1.5, chapter 8)."""

from collections.abc import Sequence

from underwriter.dmn.code import Code
from underwriter.dmn.tables.cells import CellWriter
from underwriter.dmn.tables.checked_table import CheckedInput, CheckedRow, CheckedTable
from underwriter.dmn.tables.hits import HitWriter, TableResult
from underwriter.dmn.tables.index import Cells, ColumnIndex, are_disjoint, column_index, constant_columns
from underwriter.dmn.tables.lookup import FoundRow, LookupWriter
from underwriter.dmn.tables.runtime import TABLE_RUNTIME
from underwriter.dmn.tables.scan import ScannedRow, ScanWriter
from underwriter.feel import Frame, Generator, Place, Variable
from underwriter.feel.types import surely_conforms

__all__ = ["INDEXED_FROM", "TABLE_RUNTIME", "TableWriter"]

INDEXED_FROM = 32
"""Tables with so many rows or more are looked up in an index instead of scanned."""


class TableWriter:
    """Writes one table into generated code.

    The generated lines leave the answer of the row that was hit in one variable an output (`output`), or with a hit
    policy that answers with several rows, the whole answer in `target`. They read a local list `warnings`. `number`
    names the table in traces; without one it is not traced. A broken hit policy answers null: with `records_failures`
    the number is then appended to the local list `failures`, otherwise a warning is left.
    """

    def __init__(
        self,
        code: Code,
        generator: Generator,
        frame: Frame,
        target: str,
        number: int | None = None,
        *,
        records_failures: bool = True,
        indexed_from: int = INDEXED_FROM,
    ) -> None:
        self._code = code
        self._generator = generator
        self._frame = frame
        self._target = target
        self._number = number
        self._records_failures = records_failures and number is not None
        self._indexed_from = indexed_from

    def write(self, checked: CheckedTable) -> None:
        """Write the table's lines."""
        result = self._result(checked)
        result.write_start(self._code)
        if checked.fault:
            place = self._generator.constant(Place(checked.table.source, checked.table.source.whole))
            self._code.line(f"meaningless(warnings, {place}, {checked.fault!r})")
            result.write_null(self._code)
            return
        subjects = [self._subject(checked, column) for column in checked.columns]
        allowed = [self._allowed(*pair) for pair in zip(checked.columns, subjects, strict=True) if pair[0].allowed]
        if not allowed:
            self._write_rows(checked, result, subjects)
            return
        with self._code.block(f"if {' and '.join(allowed)}:"):
            self._write_rows(checked, result, subjects)
        with self._code.block("else:"):
            result.write_null(self._code)

    def variables(self, checked: CheckedTable, name: str) -> dict[tuple[str, ...], Variable]:
        """Return where the table's answer lives, by the paths under which rules read it."""
        if checked.table.hit_rule.policy.is_multiple or len(checked.output_names) <= 1:
            return {(name,): Variable(self._target, checked.type)}
        columns = zip(checked.output_names, checked.output_types, strict=True)
        places = {column: Variable(self.output(index), type_) for index, (column, type_) in enumerate(columns)}
        whole = ", ".join(f"{column!r}: {variable.code}" for column, variable in places.items())
        return {
            (name,): Variable(f"(None if {self._missed} else {{{whole}}})", checked.type),
            **{(name, column): variable for column, variable in places.items()},
        }

    def output(self, index: int) -> str:
        """Return the variable that holds an output column of the row that was hit."""
        return f"{self._target}_{index}"

    def _result(self, checked: CheckedTable) -> TableResult:
        is_whole = checked.table.hit_rule.policy.is_multiple or len(checked.results) <= 1
        outputs = range(len(checked.results))
        if is_whole:
            return TableResult((self._target,), None, self._number, self._records_failures)
        return TableResult(tuple(map(self.output, outputs)), self._missed, self._number, self._records_failures)

    @property
    def _missed(self) -> str:
        return f"{self._target}_missed"

    def _subject(self, checked: CheckedTable, column: CheckedInput) -> Variable:
        """Return the variable of a column's input, of its type."""
        source = column.expression.source
        place = Place(source, column.expression.tree.span)
        if checked.is_readable(source):
            text = self._generator.expression(column.expression, self._frame)
        else:
            text = f"unreadable(warnings, {self._generator.constant(place)})"
        if not surely_conforms(column.expression.type, column.type):
            wanted = self._generator.constant(column.type)
            text = f"coerced({text}, {wanted}, warnings, {self._generator.constant(place)})"
        if text.isidentifier():
            return Variable(text, column.type)
        name = self._code.name("input")
        self._code.line(f"{name} = {text}", source)
        return Variable(name, column.type)

    def _allowed(self, column: CheckedInput, subject: Variable) -> str:
        """Return whether an input is one of its allowed values. Null is: it says that there is no value."""
        if column.allowed is None:
            return "True"
        place = self._generator.constant(Place(column.expression.source, column.expression.tree.span))
        test = self._generator.test(column.allowed, self._frame, subject)
        return f"({subject.code} is None or {test} or input_refused({subject.code}, warnings, {place}))"

    def _write_rows(self, checked: CheckedTable, result: TableResult, subjects: Sequence[Variable]) -> None:
        rows = _by_priority(checked)
        columns = constant_columns(checked, rows)
        cells = CellWriter(checked, self._generator, self._frame, subjects)
        indexes = [column_index(column) for column in columns] if len(rows) >= self._indexed_from else []
        is_disjoint = len(rows) < INDEXED_FROM and are_disjoint(columns, len(rows))
        hits = HitWriter(self._code, cells, checked, result, is_disjoint=is_disjoint)
        if any(indexes):
            found = [_found(cells, hits, row, columns, indexes, place) for place, row in enumerate(rows)]
            used = [(index, subject) for index, subject in zip(indexes, subjects, strict=True) if index]
            LookupWriter(self._code, self._generator, hits).write(found, used)
        else:
            scanned = [_scanned(cells, row, columns, place) for place, row in enumerate(rows)]
            ScanWriter(self._code, hits, is_disjoint=is_disjoint and hits.is_first).write(scanned)


def _found(
    cells: CellWriter,
    hits: HitWriter,
    row: CheckedRow,
    columns: Sequence[Cells],
    indexes: Sequence[ColumnIndex | None],
    place: int,
) -> FoundRow:
    undecided = [number for number, index in enumerate(indexes) if index is None or columns[number][place] is None]
    tests = cells.tests(row, sorted(undecided, key=lambda number: columns[number][place] is None))
    return FoundRow(row, tuple(tests), hits.item(row))


def _scanned(cells: CellWriter, row: CheckedRow, columns: Sequence[Cells], place: int) -> ScannedRow:
    sure = [number for number, column in enumerate(columns) if column[place] is not None]
    others = [number for number, column in enumerate(columns) if column[place] is None]
    return ScannedRow(row, tuple(cells.tests(row, sure)), tuple(cells.tests(row, others)))


def _by_priority(checked: CheckedTable) -> list[CheckedRow]:
    """Return the rows in the order in which their hits count: by the ranks of outputs if these decide and are known."""
    ranks = [row.ranks for row in checked.rows]
    if not checked.table.hit_rule.policy.is_by_output or any(None in rank for rank in ranks):
        return list(checked.rows)
    return sorted(checked.rows, key=lambda row: [rank or 0 for rank in row.ranks])
