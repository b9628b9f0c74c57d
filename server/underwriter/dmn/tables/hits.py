"""Writes what becomes of the rows that match (DMN 1.5, 8.2.10): which of them answer, and how they are put together."""

from dataclasses import dataclass

from underwriter.dmn.code import Code
from underwriter.dmn.tables.cells import Answer, CellWriter
from underwriter.dmn.tables.checked_table import CheckedRow, CheckedTable
from underwriter.dmn.tables.hit_policy import Aggregation, HitPolicy
from underwriter.dmn.tables.runtime import AGGREGATES
from underwriter.feel import Builtin
from underwriter.feel.builtins.entry import select
from underwriter.feel.types import ListType


@dataclass(frozen=True, slots=True)
class TableResult:
    """Where a table's answer goes: with a single-hit policy a variable for each output, otherwise one variable in all.

    Several outputs have a variable more, `missed`: whether no row answered, so that the answer as a whole is null.
    `number` names the table in traces, and with `records_failures` in the local list `failures` if its hit policy is
    broken; otherwise that leaves a warning. A table without a number is not traced.
    """

    variables: tuple[str, ...]
    missed: str | None
    number: int | None
    records_failures: bool

    @property
    def target(self) -> str:
        """All variables, as the left side of an assignment."""
        return ", ".join(self.variables)

    def write_start(self, code: Code) -> None:
        """Write that no row has been missed yet."""
        if self.missed is not None:
            code.line(f"{self.missed} = False")

    def write_null(self, code: Code) -> None:
        """Write that the answer is null."""
        if self.missed is None:
            code.line(f"{self.target} = None")
        else:
            code.line(f"{self.target}, {self.missed} = {', '.join('None' for _ in self.variables)}, True")


class HitWriter:
    """Writes hits and what they come to.

    Where `is_first`, the first row that matches answers at once. Otherwise hits are gathered in a list: for unique and
    any the row's number and its outputs; for other policies its answer, followed by its ranks where these are known at
    run time only.
    """

    def __init__(
        self, code: Code, cells: CellWriter, checked: CheckedTable, result: TableResult, *, is_disjoint: bool
    ) -> None:
        policy = checked.table.hit_rule.policy
        self._is_ranked = policy.is_by_output and any(None in row.ranks for row in checked.rows)
        is_sorted = policy is HitPolicy.FIRST or (policy is HitPolicy.PRIORITY and not self._is_ranked)
        self.is_first = is_sorted or (is_disjoint and not policy.is_multiple)
        self.is_single = policy in (HitPolicy.UNIQUE, HitPolicy.ANY)
        self._is_best = self._is_ranked and not self.is_first and not policy.is_multiple
        self._hits = code.name("hits")
        self._code = code
        self._cells = cells
        self._checked = checked
        self._result = result

    def item(self, row: CheckedRow) -> Answer:
        """Return what a row adds to the hits, or what it answers where the first one does."""
        outputs = self._cells.outputs(row.outputs)
        if self.is_first:
            return self._cells.row(outputs)
        if self._is_ranked:
            return self._ranked(row, outputs)
        if self.is_single:
            return self._cells.row([self._cells.constant(row.row.number), *outputs])
        return self._cells.together(outputs)

    def write_start(self) -> None:
        """Write that there are no hits yet."""
        self._code.line(f"{self._hits} = []")

    def write_hit(self, item: str, number: str) -> None:
        """Write what is done when a row matches, inside of a loop that is left at the first hit where that answers."""
        if self.is_first:
            self.write_answer(item, number)
            self._code.line("break")
        else:
            self._code.line(f"{self._hits}.append({item})")
            if not self._is_best:
                self._write_trace(number)

    def write_answer(self, item: str, number: str) -> None:
        """Write that the first row that matches answers."""
        self._code.line(f"{self._result.target} = {item}")
        self._write_trace(number)

    def write_only(self, item: str, number: str) -> None:
        """Write that the only row that matches answers, where several would break the hit policy."""
        self._code.line(f"_, {self._result.target} = {item}")
        self._write_trace(number)

    def write_default(self) -> None:
        """Write the answer where no row matches."""
        if self._checked.defaults:
            self._trace_default()
            self._code.line(f"{self._result.target} = {self._default()}")
        else:
            self._result.write_null(self._code)

    def write_choice(self) -> None:
        """Write what the hits come to."""
        if self._checked.table.hit_rule.policy.is_multiple:
            self._code.line(f"{self._result.target} = {self._collected()}")
            if self._checked.defaults and self._code.is_traced:
                with self._code.block(f"if not {self._hits}:"):
                    self._trace_default()
        elif self._is_best:
            self._write_best()
        else:
            self._write_single()

    def _write_best(self) -> None:
        """Write that of the hits with their ranks the one of the highest priority answers."""
        with self._code.block(f"if {self._hits}:"):
            self._code.line(f"{self._hits} = min({self._hits}, key=ranks_of)")
            self.write_answer(f"{self._hits}[0]", f"{self._hits}[2]")
        with self._code.block("else:"):
            self.write_default()

    def _write_trace(self, number: str) -> None:
        if self._result.number is not None:
            self._code.trace(f"trace.row({self._result.number}, {number})")

    def _trace_default(self) -> None:
        if self._result.number is not None:
            self._code.trace(f"trace.default({self._result.number})")

    def _write_single(self) -> None:
        policy = self._checked.table.hit_rule.policy
        place = self._cells.place(self._checked.table.source)
        disagree = f" and not agree({self._hits})" if policy is HitPolicy.ANY else ""
        with self._code.block(f"if len({self._hits}) > 1{disagree}:"):
            if self._result.records_failures:
                self._code.line(f"failures.append({self._result.number})")
            else:
                self._code.line(f"broken({self._hits}, {policy.value!r}, warnings, {place})")
            self._result.write_null(self._code)
        with self._code.block(f"elif {self._hits}:"):
            self._code.line(f"_, {self._result.target} = {self._hits}[0]")
        with self._code.block("else:"):
            self.write_default()

    def _ranked(self, row: CheckedRow, outputs: list[Answer]) -> Answer:
        """Return a row's answer and its ranks, and its number where one row is chosen.

        The outputs are named, since answer and ranks both read them.
        """
        names = [self._cells.temporary() for _ in outputs]
        named = [Answer(f"({name} := {output.text})") for name, output in zip(names, outputs, strict=True)]
        ranks = self._cells.ranks(row, names)
        if self._is_best:
            return Answer(f"({self._cells.row(named).text}, {ranks}, {row.row.number})")
        return Answer(f"({self._cells.together(named).text}, {ranks})")

    def _collected(self) -> str:
        aggregation = self._checked.table.hit_rule.aggregation
        if aggregation is not Aggregation.LIST:
            total = self._aggregated(AGGREGATES[aggregation])
            return f"{total} if {self._hits} else {self._default()}" if self._checked.defaults else total
        hits = f"[answer for answer, _ in sorted({self._hits}, key=ranks_of)]" if self._is_ranked else self._hits
        return f"{hits} or [{self._default()}]" if self._checked.defaults else hits

    def _aggregated(self, function: Builtin) -> str:
        """Return a call of a function on the hits, without checks where their type is known to fit."""
        place = self._cells.place(self._checked.table.source)
        selection = select(function, [ListType(item=self._checked.hit_type)], [None])
        if selection is None or not selection.is_sure:
            return f"aggregated({self._cells.constant(function).text}, {self._hits}, warnings, {place})"
        implementation = self._cells.constant(selection.signature.implementation).text
        return f"attempt({implementation}, warnings, {place}, {self._hits})"

    def _default(self) -> str:
        is_multiple = self._checked.table.hit_rule.policy.is_multiple
        whole = self._cells.together if is_multiple else self._cells.row
        return whole(self._cells.outputs(self._checked.defaults)).text
