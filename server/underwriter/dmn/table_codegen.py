"""Turns a checked decision table into straight-line Python (DMN 1.5, 8.2.10 for what each hit policy answers)."""

from decimal import Decimal

from underwriter.dmn.code import Code
from underwriter.dmn.hit_policy import Aggregation, HitPolicy
from underwriter.dmn.table_checker import CheckedRow, CheckedTable
from underwriter.feel import Checked, Frame, Generator, Variable
from underwriter.feel.comparison import equal
from underwriter.feel.nodes import AnyTest, Expression, UnaryTests

Value = object


def sum_of(values: list[Value]) -> Value:
    """Aggregate by summing; null if there is nothing to sum, a value is not a number or the sum is beyond FEEL's."""
    total = sum(_numbers(values), Decimal(0))
    return total if _numbers(values) and total.is_finite() else None


def least_of(values: list[Value]) -> Value:
    """Aggregate by taking the least value; null if there is none or a value is not a number."""
    return min(_numbers(values), default=None)


def greatest_of(values: list[Value]) -> Value:
    """Aggregate by taking the greatest value; null if there is none or a value is not a number."""
    return max(_numbers(values), default=None)


def count_of(values: list[Value]) -> Value:
    """Aggregate by counting."""
    return Decimal(len(values))


def agree(hits: list[Value]) -> bool:
    """Tell whether all hits answer the same, by FEEL's equality; a hit with several outputs is a tuple."""
    answers = [list(hit) if isinstance(hit, tuple) else hit for hit in hits]
    return all(equal(answer, answers[0]) is True for answer in answers)


AGGREGATES = {
    Aggregation.SUM: sum_of,
    Aggregation.MIN: least_of,
    Aggregation.MAX: greatest_of,
    Aggregation.COUNT: count_of,
}

TABLE_RUNTIME: dict[str, object] = {function.__name__: function for function in (agree, *AGGREGATES.values())}
"""The names, beside those of the FEEL generator's namespace, that generated tables read."""


class TableWriter:
    """Writes one table into generated code.

    The generated lines leave the answer of the row that was hit in one variable an output (`outputs`), or with a hit
    policy that answers with several rows, the whole answer in `target`. `number` names the table in traces; a table
    whose hit policy is broken appends that number to the local list `failures`, and answers null.
    """

    def __init__(self, code: Code, generator: Generator, frame: Frame, target: str, number: int) -> None:
        self._code = code
        self._generator = generator
        self._frame = frame
        self._target = target
        self._number = number

    def write(self, checked: CheckedTable) -> None:
        """Write the table's lines."""
        subjects = [self._subject(column) for column in checked.inputs]
        rows = [(row, self._condition(row, subjects), self._answer(row.outputs)) for row in _by_priority(checked)]
        default = self._answer(checked.defaults) if checked.defaults else self._null(checked)
        policy = checked.table.hit_rule.policy
        if policy in (HitPolicy.FIRST, HitPolicy.PRIORITY):
            self._write_first(rows, default)
        else:
            self._write_all(rows)
            self._write_choice(checked, default)
        if not policy.is_multiple and len(checked.output_names) > 1:
            names = ", ".join(self.output(index) for index in range(len(checked.output_names)))
            self._code.line(f"{names} = {self._target}")

    def variables(self, checked: CheckedTable, name: str) -> dict[tuple[str, ...], Variable]:
        """Return where the table's answer lives, by the paths under which rules read it."""
        if checked.table.hit_rule.policy.is_multiple or len(checked.output_names) == 1:
            return {(name,): Variable(self._target, checked.type)}
        places = {column: self.output(index) for index, column in enumerate(checked.output_names)}
        whole = ", ".join(f"{column!r}: {place}" for column, place in places.items())
        return {
            (name,): Variable("{" + whole + "}", checked.type, nullable=False),
            **{
                (name, column): Variable(place, type_)
                for (column, place), type_ in zip(places.items(), checked.output_types, strict=True)
            },
        }

    def output(self, index: int) -> str:
        """Return the variable that holds an output column of the row that was hit."""
        return f"{self._target}_{index}"

    def _subject(self, column: Checked[Expression]) -> Variable:
        place = self._code.name("s")
        self._code.line(f"{place} = {self._generator.expression(column, self._frame)}", column.source)
        return Variable(place, column.type)

    def _condition(self, row: CheckedRow, subjects: list[Variable]) -> str:
        tests = [
            self._generator.test(test, self._frame, subject)
            for test, subject in zip(row.tests, subjects, strict=True)
            if not _accepts_anything(test)
        ]
        return " and ".join(f"({test})" for test in tests) or "True"

    def _answer(self, cells: tuple[Checked[Expression], ...]) -> str:
        texts = [self._generator.expression(cell, self._frame) for cell in cells]
        return texts[0] if len(texts) == 1 else f"({', '.join(texts)})"

    def _null(self, checked: CheckedTable) -> str:
        count = len(checked.output_names)
        return "None" if count == 1 else f"({', '.join(['None'] * count)})"

    def _write_first(self, rows: list[tuple[CheckedRow, str, str]], default: str) -> None:
        with self._code.block("while True:"):  # left at the first hit; flat where elif would nest
            for row, condition, answer in rows:
                with self._code.block(f"if {condition}:", row.row.source):
                    self._code.line(f"{self._target} = {answer}")
                    self._code.trace(f"trace.row({self._number}, {row.row.number})")
                    self._code.line("break")
            self._code.line(f"{self._target} = {default}")
            self._code.line("break")

    def _write_all(self, rows: list[tuple[CheckedRow, str, str]]) -> None:
        self._code.line(f"{self._target}_hits = []")
        for row, condition, answer in rows:
            with self._code.block(f"if {condition}:", row.row.source):
                self._code.line(f"{self._target}_hits.append({answer})")
                self._code.trace(f"trace.row({self._number}, {row.row.number})")

    def _write_choice(self, checked: CheckedTable, default: str) -> None:
        policy, aggregation = checked.table.hit_rule.policy, checked.table.hit_rule.aggregation
        hits = f"{self._target}_hits"
        if policy.is_multiple:
            self._code.line(f"{self._target} = {self._collected(checked, hits, aggregation)}")
            return
        broken = f"len({hits}) > 1"
        if policy is HitPolicy.ANY:
            broken += f" and not agree({hits})"
        with self._code.block(f"if {broken}:"):
            self._code.line(f"failures.append({self._number})")
            self._code.line(f"{hits} = [{self._null(checked)}]")
        self._code.line(f"{self._target} = {hits}[0] if {hits} else {default}")

    def _collected(self, checked: CheckedTable, hits: str, aggregation: Aggregation) -> str:
        if aggregation is not Aggregation.LIST:
            return f"{AGGREGATES[aggregation].__name__}({hits})"
        if len(checked.output_names) == 1:
            return hits
        return f"[dict(zip({checked.output_names!r}, hit)) for hit in {hits}]"


def _by_priority(checked: CheckedTable) -> list[CheckedRow]:
    """Return the rows in the order in which their hits count: by rank of output if the hit policy says so."""
    if not checked.table.hit_rule.policy.is_by_output:
        return list(checked.rows)
    return sorted(checked.rows, key=lambda row: row.rank)


def _accepts_anything(test: Checked[UnaryTests]) -> bool:
    tree = test.tree
    return not tree.is_negated and any(isinstance(t, AnyTest) for t in tree.tests)


def _numbers(values: list[Value]) -> list[Decimal]:
    numbers = [value for value in values if isinstance(value, Decimal)]
    return numbers if len(numbers) == len(values) else []
