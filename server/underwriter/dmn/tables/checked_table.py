"""A decision table whose cells have been read and typed: what the code generator works from."""

from dataclasses import dataclass
from functools import reduce

from underwriter.dmn.tables.decision_table import DecisionTable, TableRow
from underwriter.dmn.tables.hit_policy import Aggregation
from underwriter.feel import Checked
from underwriter.feel.nodes import Expression, UnaryTests
from underwriter.feel.source import Source
from underwriter.feel.types import ANY, NUMBER, ContextType, ListType, Type, join


@dataclass(frozen=True, slots=True)
class CheckedInput:
    """An input column: its expression, the type that its value is brought to, and its allowed values."""

    expression: Checked[Expression]
    type: Type
    allowed: Checked[UnaryTests] | None = None


@dataclass(frozen=True, slots=True)
class CheckedOutput:
    """An output column: its name, the type that was stated for it, and each of its allowed values in order."""

    name: str
    stated: Type | None = None
    allowed: tuple[Checked[UnaryTests], ...] = ()


@dataclass(frozen=True, slots=True)
class CheckedRow:
    """A row. `ranks` are the places of its outputs among their allowed values, None for one known at run time only."""

    row: TableRow
    tests: tuple[Checked[UnaryTests], ...]
    outputs: tuple[Checked[Expression], ...]
    ranks: tuple[int | None, ...]


@dataclass(frozen=True, slots=True)
class CheckedTable:
    """A table with the types of its outputs.

    `defaults` are none or one for each output. `unreadable` holds the `id` of each source that could not be read; what
    stands in its place is `null`. A table with a `fault` has no meaning as a whole.
    """

    table: DecisionTable
    columns: tuple[CheckedInput, ...]
    results: tuple[CheckedOutput, ...]
    rows: tuple[CheckedRow, ...]
    defaults: tuple[Checked[Expression], ...]
    output_types: tuple[Type, ...]
    unreadable: frozenset[int] = frozenset()
    fault: str = ""

    @property
    def inputs(self) -> tuple[Checked[Expression], ...]:
        """The input expressions."""
        return tuple(column.expression for column in self.columns)

    @property
    def output_names(self) -> tuple[str, ...]:
        """The names of the output columns."""
        return tuple(result.name for result in self.results)

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
        if self.fault:
            return ANY
        if not hit_rule.policy.is_multiple:
            return self.hit_type
        if hit_rule.aggregation is Aggregation.LIST:
            return ListType(item=self.hit_type)
        if hit_rule.aggregation in (Aggregation.MIN, Aggregation.MAX):
            return self.hit_type
        return reduce(join, (default.type for default in self.defaults), NUMBER)

    def is_readable(self, source: Source) -> bool:
        """Tell whether a text of the table could be read."""
        return id(source) not in self.unreadable
