"""Decision tables as written (DMN 1.5, chapter 8): clauses, rows and the hit policy, every cell with its place."""

from dataclasses import dataclass

from underwriter.dmn.tables.hit_policy import HitRule
from underwriter.feel.source import Source


@dataclass(frozen=True, slots=True)
class InputClause:
    """An input column: its expression, and if they were stated its type and its allowed values, as unary tests."""

    expression: Source
    type_name: Source | None = None
    values: Source | None = None


@dataclass(frozen=True, slots=True)
class OutputClause:
    """An output column: its name, its type if it was stated, and its allowed values.

    Each of `values` is a text of unary tests; together they tell what is allowed, in order of priority.
    """

    name: Source
    values: tuple[Source, ...] = ()
    type_name: Source | None = None


@dataclass(frozen=True, slots=True)
class TableRow:
    """A row (a rule in DMN's words): unary tests, output expressions and a note for people."""

    number: int
    tests: tuple[Source, ...]
    outputs: tuple[Source, ...]
    source: Source
    note: str = ""


@dataclass(frozen=True, slots=True)
class DecisionTable:
    """A table: input expressions, output columns, rows, and what to answer when none or several match.

    `defaults` are none or one for each output, in order; outputs beyond them have none.
    """

    source: Source
    hit_rule: HitRule
    inputs: tuple[InputClause, ...]
    outputs: tuple[OutputClause, ...]
    rows: tuple[TableRow, ...]
    defaults: tuple[Source, ...] = ()
    type_name: Source | None = None
