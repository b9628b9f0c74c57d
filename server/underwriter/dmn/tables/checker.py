"""Checks decision tables: every cell's FEEL, the types of columns, and what the hit policy asks for."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import reduce

from underwriter.dmn.formulas import Formulas
from underwriter.dmn.tables import findings as findings
from underwriter.dmn.tables.cells import Misfit, fitted, rank_of_constant
from underwriter.dmn.tables.checked_table import CheckedInput, CheckedOutput, CheckedRow, CheckedTable
from underwriter.dmn.tables.constant_tests import constant_cell
from underwriter.dmn.tables.decision_table import DecisionTable, InputClause, OutputClause, TableRow
from underwriter.feel import Checked, Scope
from underwriter.feel.checking.errors import unexpected_type
from underwriter.feel.folding import NotConstant, fold
from underwriter.feel.nodes import Expression, UnaryTests
from underwriter.feel.source import Source
from underwriter.feel.types import ANY, NULL, STRING, ChoiceType, Type, is_acceptable, join

__all__ = ["CheckedTable", "TypeNamed", "check_table"]

TypeNamed = Callable[[str], Type | None]
"""Finds a type by its name, such as a type of FEEL or an item definition; None if there is none."""


def check_table(table: DecisionTable, formulas: Formulas, scope: Scope, type_named: TypeNamed) -> CheckedTable:
    """Check a table as far as it goes, with the findings left in `formulas`.

    What is wrong in it answers null at run time, with a warning: a text that could not be read, a row with too few or
    too many cells, an aggregation of several outputs.
    """
    return _TableChecker(table, formulas, scope, type_named).check()


class _TableChecker:
    def __init__(self, table: DecisionTable, formulas: Formulas, scope: Scope, type_named: TypeNamed) -> None:
        self._table = table
        self._formulas = formulas
        self._scope = scope
        self._type_named = type_named
        self._unreadable: set[int] = set()
        self._constants: dict[str, Checked[Expression]] = {}
        self._constant_tests: dict[tuple[str, Type], Checked[UnaryTests]] = {}

    def check(self) -> CheckedTable:
        table = self._table
        columns = tuple(self._column(clause) for clause in table.inputs)
        results = tuple(self._result(clause) for clause in table.outputs)
        rows = tuple(self._row(row, columns, results) for row in table.rows)
        defaults = self._defaults(results)
        self._formulas.diagnostics += findings.structure_findings(table)
        answers = [row.outputs for row in rows if row.outputs] + ([defaults] if defaults else [])
        return CheckedTable(
            table,
            columns,
            results,
            rows,
            defaults,
            tuple(_column_type(result, [cells[n] for cells in answers]) for n, result in enumerate(results)),
            frozenset(self._unreadable),
            findings.fault(table),
        )

    def _column(self, clause: InputClause) -> CheckedInput:
        stated = self._stated(clause.type_name)
        expression = self._expression(clause.expression)
        self._require_type(expression, stated)
        type_ = stated or expression.type
        allowed = self._formulas.check_tests(clause.values, self._scope, type_) if clause.values else None
        return CheckedInput(expression, type_, allowed)

    def _result(self, clause: OutputClause) -> CheckedOutput:
        stated = self._stated(clause.type_name)
        read = [self._formulas.check_tests(source, self._scope, stated or ANY) for source in clause.values]
        return CheckedOutput(clause.name.text, stated, tuple(part for tests in read if tests for part in _parts(tests)))

    def _stated(self, name: Source | None) -> Type | None:
        if name is None:
            return None
        type_ = self._type_named(name.text)
        if type_ is None:
            self._formulas.diagnostics.append(findings.unknown_type(name))
        return type_

    def _row(self, row: TableRow, columns: Sequence[CheckedInput], results: Sequence[CheckedOutput]) -> CheckedRow:
        if not findings.has_all_cells(row, self._table):
            self._unreadable.add(id(row.source))
            return CheckedRow(row, (), (), (0,) * len(results))
        tests = [self._tests(cell, column.type) for cell, column in zip(row.tests, columns, strict=True)]
        outputs = [self._expression(cell) for cell in row.outputs]
        return CheckedRow(row, tuple(tests), tuple(outputs), self._ranks(outputs, results))

    def _defaults(self, results: Sequence[CheckedOutput]) -> tuple[Checked[Expression], ...]:
        """Check the defaults. An output that has none among others that do has null."""
        sources = list(self._table.defaults[: len(results)])
        if not sources:
            return ()
        sources += [_null_at(self._table.source)] * (len(results) - len(sources))
        defaults = [self._expression(source) for source in sources]
        self._ranks(defaults, results)
        return tuple(defaults)

    def _ranks(self, cells: Sequence[Checked[Expression]], results: Sequence[CheckedOutput]) -> tuple[int | None, ...]:
        parts = zip(cells, results, self._table.outputs, strict=True)
        return tuple(self._rank(cell, result, clause) for cell, result, clause in parts)

    def _rank(self, cell: Checked[Expression], result: CheckedOutput, clause: OutputClause) -> int | None:
        """Return the place of an output among the allowed ones; report a type or a constant that is not allowed."""
        is_of_type = self._require_type(cell, result.stated)
        try:
            value = fitted(fold(cell.tree, cell.calls), result.stated)
            rank = rank_of_constant(value, result)
        except NotConstant:
            return None if result.allowed else 0
        except Misfit:
            if is_of_type:
                self._formulas.diagnostics.append(findings.output_not_allowed(cell.source, clause))
            return None
        if rank == len(result.allowed) > 0 and value is not None:
            self._formulas.diagnostics.append(findings.output_not_allowed(cell.source, clause))
        return rank

    def _require_type(self, cell: Checked[Expression], stated: Type | None) -> bool:
        """Report an expression whose value can't become what its column asks for."""
        if stated is None or is_acceptable(cell.type, stated):
            return True
        self._formulas.diagnostics.append(unexpected_type(cell.source, cell.tree.span, cell.type, stated))
        return False

    def _expression(self, source: Source) -> Checked[Expression]:
        """Check an expression; constants that stood before are not read again."""
        if source.text in self._constants:
            return replace(self._constants[source.text], source=source)
        checked = self._formulas.check(source, self._scope)
        if checked is None:
            self._unreadable.add(id(source))
            return replace(self._expression(_null_at(source)), source=source)
        if not checked.diagnostics and _is_constant(checked):
            self._constants[source.text] = checked
        return checked

    def _tests(self, source: Source, subject: Type) -> Checked[UnaryTests]:
        """Check a cell; constants that stood before in a column of the same type are not read again."""
        key = (source.text, subject)
        if key in self._constant_tests:
            return replace(self._constant_tests[key], source=source)
        checked = self._formulas.check_tests(source, self._scope, subject)
        if checked is None:
            self._unreadable.add(id(source))
            return replace(self._tests(_null_at(source), ANY), source=source)
        if not checked.diagnostics and constant_cell(checked, subject) is not None:
            self._constant_tests[key] = checked
        return checked


def _parts(tests: Checked[UnaryTests]) -> list[Checked[UnaryTests]]:
    """Return each of several tests on its own, in order; a negation is one."""
    if tests.tree.is_negated:
        return [tests]
    return [replace(tests, tree=UnaryTests((test,), span=test.span)) for test in tests.tree.tests]


def _is_constant(checked: Checked[Expression]) -> bool:
    try:
        fold(checked.tree, checked.calls)
    except NotConstant:
        return False
    return True


def _null_at(source: Source) -> Source:
    return Source("null", source.name, source.host, source.anchors[:1])


def _column_type(result: CheckedOutput, cells: Sequence[Checked[Expression]]) -> Type:
    if result.stated is not None:
        return result.stated
    type_ = reduce(join, (cell.type for cell in cells), NULL)
    return STRING if isinstance(type_, ChoiceType) else type_
