"""The wording of what is wrong with the rows and columns of a table, one function a mistake."""

from dataclasses import replace

from underwriter.dmn.tables.decision_table import DecisionTable
from underwriter.feel import Diagnostic, Severity, Source, Span


def table_gap(table: DecisionTable, example: str, row: str) -> Diagnostic:
    """No row matches an input."""
    return _at_table("table-gap", f"no row matches {example}", table, f"add a row such as {row}, or a default")


def table_overlap(second: Source, numbers: tuple[int, int], example: str) -> Diagnostic:
    """Two rows of a unique table match one input."""
    message = f"rows {numbers[0]} and {numbers[1]} both match {example}, which hit policy 'unique' does not allow"
    return _at("table-overlap", message, second, "let only one of them match it, or choose another hit policy")


def unequal_overlap(second: Source, numbers: tuple[int, int], example: str) -> Diagnostic:
    """Two rows of an any table match one input and answer differently."""
    message = f"rows {numbers[0]} and {numbers[1]} both match {example}, and answer differently"
    mend = "let them answer the same, as hit policy 'any' asks for, or let only one of them match it"
    return _at("table-overlap", message, second, mend)


def shadowed_row(row: Source, number: int, example: str, answering: int) -> Diagnostic:
    """All that a row matches is answered by earlier ones."""
    message = f"row {number} never answers: earlier rows match all that it matches; {example} is answered by row "
    return _at("shadowed-row", f"{message}{answering}", row, "move it up, or take it away")


def outranked_row(row: Source, number: int, example: str, answering: int) -> Diagnostic:
    """All that a row matches is answered by rows of higher priority."""
    message = f"row {number} never answers: rows of higher priority match all that it matches; {example} is answered by"
    return _at("shadowed-row", f"{message} row {answering}", row, "let the others match less, or take it away")


def row_never_matches(cell: Source, number: int, column: str, possible: str | None) -> Diagnostic:
    """No value that an input may have passes a cell."""
    message = f"row {number} never matches: nothing that {column} may be passes {cell.text}"
    mend = f"{column} may be: {possible}" if possible else "mend the cell, or take the row away"
    return _at("row-never-matches", message, cell, mend)


def unused_column(column: Source) -> Diagnostic:
    """Every cell of a column is `-`."""
    message = f"every cell of the column {_one_line(column)} is -, so it decides nothing"
    return _at("unused-column", message, column, "take the column away")


def table_too_tangled(table: DecisionTable) -> Diagnostic:
    """A table is too large, or its rows cross too often, for its gaps and shadowed rows to be told."""
    message = "the rows of this table cross so often that gaps and rows without effect could not all be looked for"
    return _at_table("table-too-tangled", message, table, "part it into tables that are simpler")


def with_more(finding: Diagnostic, what: str) -> Diagnostic:
    """Return the last finding of its kind that is told, saying that there are more."""
    return replace(finding, help=f"{finding.help} (there are more {what} than are told here)")


def _one_line(source: Source) -> str:
    return " ".join(source.text.split())


def _at(code: str, message: str, source: Source, mend: str) -> Diagnostic:
    return Diagnostic(code, message, source, source.whole, mend, Severity.WARNING)


def _at_table(code: str, message: str, table: DecisionTable, mend: str) -> Diagnostic:
    first_line = Span(0, len(table.source.text.partition("\n")[0]))
    return Diagnostic(code, message, table.source, first_line, mend, Severity.WARNING)
