"""Times large decision tables inside one process: looked up in their index, and scanned, in the same run.

Run as a script, it prints for each table the processor time of one evaluation both ways, and how many times the look-up
is faster: the median over rounds in which both take turns, so that what else the machine does falls on both.
"""

import time
from collections.abc import Callable, Mapping
from decimal import Decimal, localcontext
from statistics import median

from underwriter.dmn.code import Code
from underwriter.dmn.formulas import Formulas
from underwriter.dmn.tables.checker import check_table
from underwriter.dmn.tables.codegen import INDEXED_FROM, TABLE_RUNTIME, TableWriter
from underwriter.dmn.tables.decision_table import DecisionTable, InputClause, OutputClause, TableRow
from underwriter.dmn.tables.grid import read_bars
from underwriter.dmn.tables.hit_policy import HIT_RULES
from underwriter.feel import FEEL_CONTEXT, NUMBER, STRING, Environment, Frame, Scope, Source, Type, Value, Variable

ROUNDS = 15
NEVER = 10**9

Evaluate = Callable[..., Value]


def bands(rows: int) -> tuple[str, Mapping[str, Type], tuple[Value, ...]]:
    """Return a table of neighbouring ranges of a number, its inputs' types, and inputs that hit a row late in it."""
    lines = [f"| [{row * 10}..{row * 10 + 10}) || {row}.5 |" for row in range(rows)]
    return "\n".join(["| amount || rate |", *lines]), {"amount": NUMBER}, (Decimal(rows * 8 + 3),)


def grid(rows: int) -> tuple[str, Mapping[str, Type], tuple[Value, ...]]:
    """Return a table of regions, scores and terms, as price lists have them, its inputs' types and inputs that hit."""
    lines = [_grid_line(row % 50, row // 50 % 10 * 10, row // 500, row) for row in range(rows)]
    types = {"region": STRING, "score": NUMBER, "term": NUMBER}
    last = rows * 4 // 5
    values = (f"R{last % 50}", Decimal(last // 50 % 10 * 10 + 5), Decimal(last // 500))
    return "\n".join(["| region | score | term || rate | plan |", *lines]), types, values


def _grid_line(region: int, score: int, term: int, row: int) -> str:
    return f'| "R{region}" | [{score}..{score + 10}) | {term} || {row}.5 | "P{row % 7}" |'


def table_times() -> dict[str, dict[str, float]]:
    """Return for each table the µs of one evaluation by index and by scan, their ratio, and the seconds to load it."""
    found = {}
    for rows in (200, 5000):
        for make in (bands, grid):
            text, types, values = make(rows)
            start = time.process_time()
            indexed = _compiled(text, types, INDEXED_FROM)
            seconds = time.process_time() - start
            found[f"{make.__name__}, {rows} rows"] = {
                **_compared(indexed, _compiled(text, types, NEVER), values),
                "load_s": round(seconds, 2),
            }
    return found


def _compiled(text: str, types: Mapping[str, Type], indexed_from: int) -> Evaluate:
    environment = Environment()
    formulas = Formulas(environment, types)
    checked = check_table(_table(text), formulas, Scope(types), lambda _: None)
    if formulas.diagnostics:
        raise ValueError(str(formulas.diagnostics[0]))
    generator = environment.generator()
    variables: dict[tuple[str, ...], Variable] = {
        (name,): Variable(f"v{index}", type_) for index, (name, type_) in enumerate(types.items())
    }
    code = Code(is_traced=False)
    with code.block(f"def evaluate({', '.join(variable.code for variable in variables.values())}, warnings):"):
        writer = TableWriter(code, generator, Frame(variables), "d", indexed_from=indexed_from)
        writer.write(checked)
        code.line(f"return {writer.variables(checked, 'table')[('table',)].code}")
    namespace = {**generator.namespace(), **TABLE_RUNTIME}
    exec(str(code), namespace)  # noqa: S102 - our own text
    return namespace["evaluate"]  # type: ignore[return-value]


def _table(text: str) -> DecisionTable:
    whole = Source(text, "table")
    lines, faults = read_bars(whole)
    if lines is None:
        raise ValueError(str(faults[0]))
    inputs, outputs = lines.header.groups
    rows = (TableRow(number, line.groups[0], line.groups[1], line.source) for number, line in enumerate(lines.rows, 1))
    clauses = tuple(map(InputClause, inputs)), tuple(map(OutputClause, outputs))
    return DecisionTable(whole, HIT_RULES["unique"], *clauses, tuple(rows))


def _compared(indexed: Evaluate, scanned: Evaluate, values: tuple[Value, ...]) -> dict[str, float]:
    with localcontext(FEEL_CONTEXT):
        if indexed(*values, []) != scanned(*values, []):
            raise ValueError("the index and the scan give different answers")
        rounds = [(_one(indexed, values, 2000), _one(scanned, values, 20)) for _ in range(ROUNDS)]
    return {
        "index_us": round(median(by_index for by_index, _ in rounds), 2),
        "scan_us": round(median(by_scan for _, by_scan in rounds), 2),
        "ratio": round(median(by_scan / by_index for by_index, by_scan in rounds), 1),
    }


def _one(evaluate: Evaluate, values: tuple[Value, ...], times: int) -> float:
    start = time.process_time_ns()
    for _ in range(times):
        evaluate(*values, [])
    return (time.process_time_ns() - start) / times / 1000


if __name__ == "__main__":
    for name, figures in table_times().items():
        print(name, *(f"{figure} {value}" for figure, value in figures.items()), sep="  ")
