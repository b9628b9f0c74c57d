"""What is wrong with a table as a whole, in words: one function a mistake, and the checks that ask for them."""

from collections import Counter
from collections.abc import Iterator

from underwriter.dmn.tables.checked_table import CheckedTable
from underwriter.dmn.tables.decision_table import DecisionTable, OutputClause, TableRow
from underwriter.dmn.tables.hit_policy import Aggregation, HitPolicy
from underwriter.feel.checking.errors import unexpected_type
from underwriter.feel.diagnostics import Diagnostic
from underwriter.feel.source import Source, Span
from underwriter.feel.types import ANY, NULL, join, plain


def structure_findings(table: DecisionTable) -> Iterator[Diagnostic]:
    """Say where the table lacks what its hit policy asks for, or its parts do not go together."""
    if not table.outputs:
        yield no_outputs(table)
    if table.hit_rule.policy.is_by_output and not any(clause.values for clause in table.outputs):
        yield missing_output_values(table)
    if _aggregates_several(table):
        yield too_many_outputs(table)
    names: set[str] = set()
    for clause in table.outputs:
        if not clause.name.text and len(table.outputs) > 1:
            yield unnamed_output(clause)
        elif clause.name.text in names:
            yield duplicate_output(clause)
        names.add(clause.name.text)
    yield from (wrong_cell_count(row, table) for row in table.rows if not has_all_cells(row, table))
    if len(table.defaults) > len(table.outputs):
        yield too_many_defaults(table)


def fault(table: DecisionTable) -> str:
    """Say why the table has no meaning as a whole (DMN 1.5, 8.2.11); nothing if it has."""
    if not table.outputs:
        return no_outputs(table).message
    return too_many_outputs(table).message if _aggregates_several(table) else ""


def has_all_cells(row: TableRow, table: DecisionTable) -> bool:
    """Tell whether a row has a cell for each column and no more."""
    return (len(row.tests), len(row.outputs)) == (len(table.inputs), len(table.outputs))


def output_type_findings(checked: CheckedTable) -> Iterator[Diagnostic]:
    """Say which outputs are of another type than most of their column."""
    answers = [*(row.outputs for row in checked.rows if row.outputs), *([checked.defaults] if checked.defaults else [])]
    for column, result in enumerate(checked.results):
        cells = [(cells[column], plain(cells[column].type)) for cells in answers]
        known = Counter(type_ for _, type_ in cells if type_ not in (ANY, NULL))
        if result.stated is not None or not known:
            continue
        wanted = known.most_common(1)[0][0]
        for cell, type_ in cells:
            if type_ not in (ANY, NULL) and join(type_, wanted) == ANY:
                yield unexpected_type(cell.source, cell.tree.span, cell.type, wanted)


def no_outputs(table: DecisionTable) -> Diagnostic:
    """A table answers nothing."""
    return _finding("no-outputs", "this table has no output", table.source, "give it an output column")


def missing_output_values(table: DecisionTable) -> Diagnostic:
    """A table is to be ordered by outputs that have no order."""
    mend = "state them in order under `output values:`, such as output values: {grade: ['\"A\"', '\"B\"']}"
    policy: HitPolicy = table.hit_rule.policy
    message = f"hit policy '{policy}' needs the allowed values of an output, in order of priority"
    return _finding("missing-output-values", message, table.source, mend)


def too_many_outputs(table: DecisionTable) -> Diagnostic:
    """Several outputs can't be aggregated."""
    message = f"collect {table.hit_rule.aggregation} needs exactly one output, this table has {len(table.outputs)}"
    return _finding("too-many-outputs", message, table.source, "split the table, or use plain collect")


def unnamed_output(clause: OutputClause) -> Diagnostic:
    """One of several outputs has no name."""
    return _finding("output-name", "this output has no name", clause.name, "name it in the header")


def duplicate_output(clause: OutputClause) -> Diagnostic:
    """Two outputs have the same name."""
    message = f"the output '{clause.name.text}' stands here twice"
    return _finding("duplicate-output", message, clause.name, "give each output a name of its own")


def wrong_cell_count(row: TableRow, table: DecisionTable) -> Diagnostic:
    """A row has fewer or more cells than there are columns."""
    found, wanted = f"{len(row.tests)} and {len(row.outputs)}", f"{len(table.inputs)} and {len(table.outputs)}"
    message = f"this row has {found} cells for inputs and outputs, the table has {wanted} columns"
    return _finding("table-shape", message, row.source, "give it a cell for each column")


def too_many_defaults(table: DecisionTable) -> Diagnostic:
    """There are defaults for outputs that do not exist."""
    message = f"there are {len(table.defaults)} defaults for {len(table.outputs)} outputs"
    return _finding("table-shape", message, table.defaults[len(table.outputs)], "give one for each output")


def unknown_type(name: Source) -> Diagnostic:
    """A column's type is none that is known."""
    return _finding("unknown-type", f"there is no type '{name.text}'", name, "name a type of FEEL or of the model")


def output_not_allowed(cell: Source, clause: OutputClause) -> Diagnostic:
    """A cell gives what its column does not allow."""
    allowed = ", ".join(source.text for source in clause.values)
    message = f"{cell.text} is not an allowed value of output '{clause.name.text}'"
    return Diagnostic("output-not-allowed", message, cell, cell.whole, f"write one of {allowed}")


def _aggregates_several(table: DecisionTable) -> bool:
    return table.hit_rule.aggregation is not Aggregation.LIST and len(table.outputs) > 1


def _finding(code: str, message: str, source: Source, mend: str) -> Diagnostic:
    return Diagnostic(code, message, source, Span(0, len(source.text.partition("\n")[0])), mend)
