"""Checks decision tables: every cell's FEEL, the types of columns, and what the hit policy asks for."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from typing import TypeVar

from underwriter.dmn.decision_table import DecisionTable, OutputClause, TableRow
from underwriter.dmn.formulas import Formulas
from underwriter.dmn.hit_policy import Aggregation, HitPolicy
from underwriter.feel import Checked, Scope
from underwriter.feel.diagnostics import Diagnostic
from underwriter.feel.nodes import Expression, UnaryTests
from underwriter.feel.source import Source, Span
from underwriter.feel.types import NUMBER, STRING, ChoiceType, ContextType, ListType, Type, join

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class CheckedRow:
    """A row whose cells are all in order. `rank` is its output's place among the allowed values."""

    row: TableRow
    tests: tuple[Checked[UnaryTests], ...]
    outputs: tuple[Checked[Expression], ...]
    rank: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class CheckedTable:
    """A table that is in order, with the types of its outputs."""

    table: DecisionTable
    inputs: tuple[Checked[Expression], ...]
    rows: tuple[CheckedRow, ...]
    defaults: tuple[Checked[Expression], ...]
    output_types: tuple[Type, ...]

    @property
    def output_names(self) -> tuple[str, ...]:
        """The names of the output columns."""
        return tuple(clause.name.text for clause in self.table.outputs)

    @property
    def hit_type(self) -> Type:
        """The type of what one row answers: the value of the only output, or a context of all."""
        if len(self.output_types) == 1:
            return self.output_types[0]
        return ContextType(fields=dict(zip(self.output_names, self.output_types, strict=True)))

    @property
    def type(self) -> Type:
        """The type of the whole table's answer under its hit policy."""
        hit_rule = self.table.hit_rule
        if not hit_rule.policy.is_multiple:
            return self.hit_type
        return ListType(item=self.hit_type) if hit_rule.aggregation is Aggregation.LIST else NUMBER


def check_table(table: DecisionTable, formulas: Formulas, scope: Scope) -> CheckedTable | None:
    """Check a table; None if anything in it is wrong, with the findings left in `formulas`."""
    findings = len(formulas.diagnostics)
    inputs = [formulas.check(clause.expression, scope) for clause in table.inputs]
    ranks = [_Ranks(clause, formulas) for clause in table.outputs]
    rows = [_check_row(row, inputs, ranks, formulas, scope) for row in table.rows]
    defaults = [formulas.check(source, scope) for source in table.defaults]
    formulas.diagnostics += [*_policy_findings(table), *_name_findings(table)]
    if len(formulas.diagnostics) > findings:
        return None
    sound_rows, sound_defaults = _sound(rows), _sound(defaults)
    answers = [row.outputs for row in sound_rows] + ([sound_defaults] if sound_defaults else [])
    types = tuple(_column_type(column) for column in zip(*answers, strict=True))
    return CheckedTable(table, _sound(inputs), sound_rows, sound_defaults, types)


class _Ranks:
    """The allowed values of an output column, and the place of a cell's value among them."""

    def __init__(self, clause: OutputClause, formulas: Formulas) -> None:
        self._clause = clause
        self._formulas = formulas
        self._values: list[Expression | None] = [formulas.expression(source) for source in clause.values]

    def of(self, cell: Source) -> int:
        """Return the place of the cell's value, 0 for columns without allowed values."""
        tree = self._formulas.expression(cell)
        if not self._values or tree is None:
            return 0
        if tree in self._values:
            return self._values.index(tree)
        allowed = ", ".join(source.text for source in self._clause.values)
        message = f"{cell.text} is not an allowed value of output '{self._clause.name.text}'"
        self._formulas.diagnostics.append(
            Diagnostic("output-not-allowed", message, cell, cell.whole, f"write one of {allowed}")
        )
        return 0


def _check_row(
    row: TableRow,
    inputs: Sequence[Checked[Expression] | None],
    ranks: Sequence[_Ranks],
    formulas: Formulas,
    scope: Scope,
) -> CheckedRow | None:
    tests = [
        formulas.check_tests(cell, scope, column.type) if column else None
        for cell, column in zip(row.tests, inputs, strict=True)
    ]
    outputs = [formulas.check(cell, scope) for cell in row.outputs]
    rank = tuple(column.of(cell) for column, cell in zip(ranks, row.outputs, strict=True))
    if None in tests or None in outputs:
        return None
    return CheckedRow(row, _sound(tests), _sound(outputs), rank)


def _sound(items: Sequence[T | None]) -> tuple[T, ...]:
    return tuple(item for item in items if item is not None)


def _column_type(cells: Sequence[Checked[Expression]]) -> Type:
    type_ = reduce(join, (cell.type for cell in cells))
    return STRING if isinstance(type_, ChoiceType) else type_


def _policy_findings(table: DecisionTable) -> list[Diagnostic]:
    """Say where the table lacks what its hit policy asks for, or has what the policy can't use."""
    policy, aggregation = table.hit_rule.policy, table.hit_rule.aggregation
    findings = []
    if policy.is_by_output and not any(clause.values for clause in table.outputs):
        mend = "state them in order under `output values:`, such as output values: {grade: ['\"A\"', '\"B\"']}"
        message = f"hit policy '{policy}' needs the allowed values of an output, in order of priority"
        findings.append(_finding("missing-output-values", message, table.source, mend))
    if policy is HitPolicy.COLLECT and aggregation is not Aggregation.LIST and len(table.outputs) > 1:
        message = f"collect {aggregation} needs exactly one output, this table has {len(table.outputs)}"
        findings.append(_finding("too-many-outputs", message, table.source, "split the table, or use plain collect"))
    if policy.is_multiple and table.defaults:
        message = f"hit policy '{policy}' has no use for a default: where no row matches, nothing is collected"
        findings.append(_finding("useless-default", message, table.defaults[0], "take the default away"))
    return findings


def _name_findings(table: DecisionTable) -> list[Diagnostic]:
    """Say which output columns have no name, or another's."""
    findings = []
    names: set[str] = set()
    for clause in table.outputs:
        if not clause.name.text:
            findings.append(_finding("output-name", "this output has no name", clause.name, "name it in the header"))
        elif clause.name.text in names:
            message = f"the output '{clause.name.text}' stands here twice"
            findings.append(_finding("duplicate-output", message, clause.name, "give each output a name of its own"))
        names.add(clause.name.text)
    return findings


def _finding(code: str, message: str, source: Source, mend: str) -> Diagnostic:
    return Diagnostic(code, message, source, _first_line(source), mend)


def _first_line(source: Source) -> Span:
    return Span(0, len(source.text.partition("\n")[0]))
