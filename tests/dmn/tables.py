"""A decision table compiled on its own, and the plain oracle that it must agree with."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, localcontext
from functools import reduce

from underwriter.dmn.code import Code
from underwriter.dmn.formulas import Formulas
from underwriter.dmn.tables.checker import check_table
from underwriter.dmn.tables.codegen import INDEXED_FROM, TABLE_RUNTIME, TableWriter
from underwriter.dmn.tables.decision_table import DecisionTable, InputClause, OutputClause, TableRow
from underwriter.dmn.tables.grid import read_bars
from underwriter.dmn.tables.hit_policy import HIT_RULES, Aggregation, HitPolicy
from underwriter.feel import (
    BOOLEAN,
    DATE,
    DATE_TIME,
    FEEL_CONTEXT,
    STRING,
    Environment,
    EvaluationWarning,
    Frame,
    ListType,
    Scope,
    Source,
    Type,
    Value,
    Variable,
)
from underwriter.feel import NUMBER as NUMBER_TYPE

ENVIRONMENT = Environment()
TYPES_BY_NAME: dict[str, Type] = {
    "number": NUMBER_TYPE,
    "string": STRING,
    "boolean": BOOLEAN,
    "date": DATE,
    "date and time": DATE_TIME,
    "numbers": ListType(item=NUMBER_TYPE),
}
NUMBER = 7


def table_of(
    hit_policy: str,
    text: str,
    values: Mapping[str, Sequence[str]] | None = None,
    defaults: Sequence[str] = (),
    *,
    input_types: Mapping[str, str] | None = None,
    input_values: Mapping[str, str] | None = None,
    output_types: Mapping[str, str] | None = None,
) -> DecisionTable:
    """Return a table written between bars; what is said of columns goes by their expressions and names."""
    grid, faults = read_bars(Source(text, "table"))
    assert grid is not None, faults
    assert not faults
    inputs = tuple(
        InputClause(cell, _said(input_types, cell), _said(input_values, cell)) for cell in grid.header.groups[0]
    )
    outputs = tuple(
        OutputClause(cell, tuple(map(Source, (values or {}).get(cell.text, ()))), _said(output_types, cell))
        for cell in grid.header.groups[1]
    )
    rows = tuple(
        TableRow(number, line.groups[0], line.groups[1], line.source) for number, line in enumerate(grid.rows, 1)
    )
    given = tuple(Source(default, "default") for default in defaults)
    return DecisionTable(Source(text, "table"), HIT_RULES[hit_policy], inputs, outputs, rows, given)


def _said(texts: Mapping[str, str] | None, column: Source) -> Source | None:
    text = (texts or {}).get(column.text)
    return None if text is None else Source(text, "clause")


@dataclass
class RecordedRows:
    """Takes the place of a trace."""

    rows: list[tuple[int, int]] = field(default_factory=list)

    def row(self, number: int, row: int) -> None:
        self.rows.append((number, row))

    def default(self, number: int) -> None:
        """No row is hit then."""


@dataclass(frozen=True)
class Answer:
    """What a table answers, and whether it broke its hit policy."""

    value: Value
    has_failed: bool = False


class CompiledTable:
    """A table turned into Python, once as it runs and once traced. `warnings` are those of the last answer."""

    def __init__(
        self,
        table: DecisionTable,
        types: Mapping[str, Type],
        indexed_from: int = INDEXED_FROM,
        *,
        has_failures: bool = True,
    ) -> None:
        formulas = Formulas(ENVIRONMENT, types)
        self.checked = check_table(table, formulas, Scope(types), TYPES_BY_NAME.get)
        self.findings = [finding.code for finding in formulas.diagnostics]
        self.warnings: list[EvaluationWarning] = []
        self._names = tuple(types)
        self._indexed_from = indexed_from
        self._has_failures = has_failures
        generator = ENVIRONMENT.generator()
        self.python = "\n".join(self._function(is_traced, generator, types) for is_traced in (False, True))
        namespace = {**generator.namespace(), **TABLE_RUNTIME}
        exec(compile(self.python, "<table>", "exec"), namespace)  # noqa: S102 - what is under test
        self.plain, self._traced = namespace["plain"], namespace["traced"]

    def _function(self, is_traced, generator, types):
        code = Code(is_traced=is_traced)
        variables = {(name,): Variable(f"v{index}", type_) for index, (name, type_) in enumerate(types.items())}
        parameters = ", ".join(variable.code for variable in variables.values())
        with code.block(f"def {'traced' if is_traced else 'plain'}({parameters}, warnings, trace):"):
            code.line("failures = []")
            frame, settings = (
                Frame(variables),
                {"indexed_from": self._indexed_from, "records_failures": self._has_failures},
            )
            writer = TableWriter(code, generator, frame, "d7", NUMBER, **settings)
            writer.write(self.checked)
            code.line(f"return {writer.variables(self.checked, 'table')[('table',)].code}, failures")
        return str(code)

    def answer(self, values: Mapping[str, Value]) -> Answer:
        return self._run(self.plain, values, None)

    def traced(self, values: Mapping[str, Value]) -> tuple[Answer, list[int]]:
        trace = RecordedRows()
        answer = self._run(self._traced, values, trace)
        assert all(number == NUMBER for number, _ in trace.rows)
        return answer, [row for _, row in trace.rows]

    def _run(self, function, values, trace):
        self.warnings = []
        with localcontext(FEEL_CONTEXT):
            value, failures = function(*(values[name] for name in self._names), self.warnings, trace)
        assert failures in ([], [NUMBER])
        has_failed = bool(failures) if self._has_failures else "hit-policy" in self.kinds
        return Answer(value, has_failed)

    @property
    def kinds(self) -> list[str]:
        """The kinds of the last answer's warnings."""
        return [warning.kind for warning in self.warnings]


def matching_rows(table: DecisionTable, values: Mapping[str, Value]) -> list[TableRow]:
    """Return the rows that match, each cell evaluated alone as an `in` test of its input."""
    subjects = [_value(clause.expression, values) for clause in table.inputs]
    return [
        row
        for row in table.rows
        if all(_accepts(cell, subject, values) for cell, subject in zip(row.tests, subjects, strict=True))
    ]


def oracle(table: DecisionTable, values: Mapping[str, Value]) -> Answer:
    """Return what DMN 1.5, 8.2.10 says that a table answers, worked out row by row."""
    hits = matching_rows(table, values)
    if table.hit_rule.policy.is_by_output:
        hits = sorted(hits, key=lambda row: _ranks(table, row, values))
    results = [_result(table, row.outputs, values) for row in hits]
    default = _result(table, table.defaults, values) if table.defaults else None
    match table.hit_rule.policy:
        case HitPolicy.RULE_ORDER | HitPolicy.OUTPUT_ORDER | HitPolicy.COLLECT:
            return Answer(_aggregated(table, results, default))
        case HitPolicy.UNIQUE if len(results) > 1:
            return Answer(None, has_failed=True)
        case HitPolicy.ANY if any(result != results[0] for result in results):
            return Answer(None, has_failed=True)
    return Answer(results[0] if results else default)


def _value(source: Source, values: Mapping[str, Value]) -> Value:
    return ENVIRONMENT.evaluate(source.text, values).value


def _accepts(cell: Source, subject: Value, values: Mapping[str, Value]) -> bool:
    if cell.text == "-":
        return True
    if cell.text.startswith("not("):
        inner = cell.text.removeprefix("not").strip()
        return ENVIRONMENT.evaluate(f"subject in {inner}", {**values, "subject": subject}).value is False
    return ENVIRONMENT.evaluate(f"subject in ({cell.text})", {**values, "subject": subject}).value is True


def _ranks(table: DecisionTable, row: TableRow, values: Mapping[str, Value]) -> list[int]:
    outputs = zip(table.outputs, row.outputs, strict=True)
    return [_rank(clause, _output(clause, cell, values)) for clause, cell in outputs]


def _rank(clause: OutputClause, value: Value) -> int:
    places = [place for place, test in enumerate(clause.values) if _accepts(test, value, {})]
    return places[0] if places else len(clause.values)


def _output(clause: OutputClause, cell: Source, values: Mapping[str, Value]) -> Value:
    """Return a cell's value, null if it is not allowed."""
    value = _value(cell, values)
    return None if clause.values and _rank(clause, value) == len(clause.values) else value


def _result(table: DecisionTable, cells: Sequence[Source], values: Mapping[str, Value]) -> Value:
    found = [_output(clause, cell, values) for clause, cell in zip(table.outputs, cells, strict=True)]
    if len(found) == 1:
        return found[0]
    return {clause.name.text: value for clause, value in zip(table.outputs, found, strict=True)}


def _aggregated(table: DecisionTable, results: list[Value], default: Value) -> Value:
    if not results and table.defaults:
        return [default] if table.hit_rule.aggregation is Aggregation.LIST else default
    match table.hit_rule.aggregation:
        case Aggregation.LIST:
            return results
        case Aggregation.COUNT:
            return Decimal(len(results))
    if not results or not all(isinstance(result, Decimal) for result in results):
        return None
    if table.hit_rule.aggregation is Aggregation.SUM:
        return reduce(FEEL_CONTEXT.add, results)
    return min(results) if table.hit_rule.aggregation is Aggregation.MIN else max(results)
