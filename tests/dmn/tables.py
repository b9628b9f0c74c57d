"""A decision table compiled on its own, and the plain oracle that it must agree with."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, localcontext

from underwriter.dmn.code import Code
from underwriter.dmn.decision_table import DecisionTable, InputClause, OutputClause, TableRow
from underwriter.dmn.formulas import Formulas
from underwriter.dmn.hit_policy import HIT_RULES, Aggregation, HitPolicy
from underwriter.dmn.table_checker import CheckedTable, check_table
from underwriter.dmn.table_codegen import TABLE_RUNTIME, TableWriter
from underwriter.dmn.table_text import read_bars
from underwriter.feel import FEEL_CONTEXT, Environment, Frame, Scope, Source, Type, Value, Variable

ENVIRONMENT = Environment()
NUMBER = 7


def table_of(
    hit_policy: str,
    text: str,
    values: Mapping[str, Sequence[str]] | None = None,
    defaults: Sequence[str] = (),
) -> DecisionTable:
    """Return a table written between bars."""
    grid, faults = read_bars(Source(text, "table"))
    assert grid is not None, faults
    assert not faults
    outputs = tuple(
        OutputClause(cell, tuple(Source(value) for value in (values or {}).get(cell.text, ())))
        for cell in grid.header.groups[1]
    )
    rows = tuple(
        TableRow(number, line.groups[0], line.groups[1], line.source) for number, line in enumerate(grid.rows, 1)
    )
    return DecisionTable(
        Source(text, "table"),
        HIT_RULES[hit_policy],
        tuple(InputClause(cell) for cell in grid.header.groups[0]),
        outputs,
        rows,
        tuple(Source(default, "default") for default in defaults),
    )


@dataclass
class RecordedRows:
    """Takes the place of a trace."""

    rows: list[tuple[int, int]] = field(default_factory=list)

    def row(self, number: int, row: int) -> None:
        self.rows.append((number, row))


@dataclass(frozen=True)
class Answer:
    """What a table answers, and whether it broke its hit policy."""

    value: Value
    has_failed: bool = False


class CompiledTable:
    """A table turned into Python, once as it runs and once traced."""

    def __init__(self, table: DecisionTable, types: Mapping[str, Type]) -> None:
        formulas = Formulas(ENVIRONMENT, types)
        checked = check_table(table, formulas, Scope(types))
        assert checked is not None, [diagnostic.render() for diagnostic in formulas.diagnostics]
        self.checked: CheckedTable = checked
        self._names = tuple(types)
        generator = ENVIRONMENT.generator()
        self.python = "\n".join(self._function(is_traced, generator, types) for is_traced in (False, True))
        namespace = {**generator.namespace(), **TABLE_RUNTIME}
        exec(compile(self.python, "<table>", "exec"), namespace)  # noqa: S102 - what is under test
        self._functions = namespace["plain"], namespace["traced"]

    def _function(self, is_traced, generator, types):
        code = Code(is_traced=is_traced)
        variables = {(name,): Variable(f"v{index}", type_) for index, (name, type_) in enumerate(types.items())}
        with code.block(
            f"def {'traced' if is_traced else 'plain'}({', '.join(v.code for v in variables.values())}, trace):"
        ):
            code.line("failures, warnings = [], []")
            writer = TableWriter(code, generator, Frame(variables), "d7", NUMBER)
            writer.write(self.checked)
            code.line(f"return {writer.variables(self.checked, 'table')[('table',)].code}, failures")
        return str(code)

    def answer(self, values: Mapping[str, Value]) -> Answer:
        return self._run(self._functions[0], values, None)

    def traced(self, values: Mapping[str, Value]) -> tuple[Answer, list[int]]:
        trace = RecordedRows()
        answer = self._run(self._functions[1], values, trace)
        assert all(number == NUMBER for number, _ in trace.rows)
        return answer, [row for _, row in trace.rows]

    def _run(self, function, values, trace):
        with localcontext(FEEL_CONTEXT):
            value, failures = function(*(values[name] for name in self._names), trace)
        assert failures in ([], [NUMBER])
        return Answer(value, bool(failures))


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
        hits = sorted(hits, key=lambda row: [_rank(table, column, row) for column in range(len(table.outputs))])
    results = [_result(table, row.outputs, values) for row in hits]
    match table.hit_rule.policy:
        case HitPolicy.RULE_ORDER | HitPolicy.OUTPUT_ORDER | HitPolicy.COLLECT:
            return Answer(_aggregated(table.hit_rule.aggregation, results))
        case HitPolicy.UNIQUE if len(results) > 1:
            return Answer(_result(table, None, values), has_failed=True)
        case HitPolicy.ANY if any(result != results[0] for result in results):
            return Answer(_result(table, None, values), has_failed=True)
    return Answer(results[0] if results else _result(table, table.defaults or None, values))


def _value(source: Source, values: Mapping[str, Value]) -> Value:
    return ENVIRONMENT.evaluate(source.text, values).value


def _accepts(cell: Source, subject: Value, values: Mapping[str, Value]) -> bool:
    if cell.text == "-":
        return True
    if cell.text.startswith("not("):
        inner = cell.text.removeprefix("not").strip()
        return ENVIRONMENT.evaluate(f"subject in {inner}", {**values, "subject": subject}).value is False
    return ENVIRONMENT.evaluate(f"subject in ({cell.text})", {**values, "subject": subject}).value is True


def _rank(table: DecisionTable, column: int, row: TableRow) -> int:
    allowed = [value.text for value in table.outputs[column].values]
    return allowed.index(row.outputs[column].text) if allowed else 0


def _result(table: DecisionTable, cells: Sequence[Source] | None, values: Mapping[str, Value]) -> Value:
    found = [None] * len(table.outputs) if cells is None else [_value(cell, values) for cell in cells]
    if len(found) == 1:
        return found[0]
    return {clause.name.text: value for clause, value in zip(table.outputs, found, strict=True)}


def _aggregated(aggregation: Aggregation, results: list[Value]) -> Value:
    if aggregation is Aggregation.LIST:
        return results
    if aggregation is Aggregation.COUNT:
        return Decimal(len(results))
    if not results or not all(isinstance(result, Decimal) for result in results):
        return None
    total = Decimal(0)
    for result in results:
        total = FEEL_CONTEXT.add(total, result)
    return {Aggregation.SUM: total, Aggregation.MIN: min(results), Aggregation.MAX: max(results)}[aggregation]
