"""Writes the cells of one table as Python expressions: tests of inputs, and outputs fitted to their columns."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from underwriter.dmn.tables.checked_table import CheckedOutput, CheckedRow, CheckedTable
from underwriter.dmn.tables.constant_tests import accepts_value
from underwriter.feel import Checked, Frame, Generator, Place, Source, Value, Variable
from underwriter.feel.coercion import MISFIT, fit
from underwriter.feel.folding import NotConstant, fold
from underwriter.feel.nodes import AnyTest, Expression, UnaryTests
from underwriter.feel.types import ANY, Type, surely_conforms


@dataclass(frozen=True, slots=True)
class Answer:
    """Python for a value; where it is known before run time, also the value."""

    text: str
    value: Value = None
    is_constant: bool = False


class CellWriter:
    """Writes the cells of a table whose names live in a frame. `subjects` are the variables of the input columns."""

    def __init__(self, checked: CheckedTable, generator: Generator, frame: Frame, subjects: Sequence[Variable]) -> None:
        self._checked = checked
        self._generator = generator
        self._frame = frame
        self._subjects = subjects

    def tests(self, row: CheckedRow, columns: Sequence[int]) -> list[str]:
        """Return the tests of some columns, but for those that accept anything; a broken row matches nothing."""
        if not self._checked.is_readable(row.row.source):
            return [self._unreadable(row.row.source)]
        tests = [self._test(row.tests[column], self._subjects[column]) for column in columns]
        return [test for test in tests if test is not None]

    def _test(self, test: Checked[UnaryTests], subject: Variable) -> str | None:
        if not self._checked.is_readable(test.source):
            return self._unreadable(test.source)
        return None if _accepts_anything(test.tree) else self._generator.test(test, self._frame, subject)

    def outputs(self, cells: tuple[Checked[Expression], ...]) -> list[Answer]:
        """Return the values of a row, or of the defaults, one for each output."""
        if not cells:
            return [self.constant(None) for _ in self._checked.results]
        return [self._output(cell, result) for cell, result in zip(cells, self._checked.results, strict=True)]

    def together(self, outputs: list[Answer]) -> Answer:
        """Return what a row answers in a list of answers: the only output, or a context of all."""
        if len(outputs) == 1:
            return outputs[0]
        named = dict(zip(self._checked.output_names, outputs, strict=True))
        if all(output.is_constant for output in outputs):
            return self.constant({name: output.value for name, output in named.items()})
        return Answer(_display(named))

    def row(self, outputs: list[Answer]) -> Answer:
        """Return outputs side by side, as a tuple if they are several."""
        if len(outputs) == 1:
            return outputs[0]
        text = f"({', '.join(output.text for output in outputs)})"
        return Answer(text, tuple(output.value for output in outputs), all(output.is_constant for output in outputs))

    def constant(self, value: Value) -> Answer:
        """Return a value that is known now."""
        return Answer(self._generator.constant(value), value, is_constant=True)

    def temporary(self) -> str:
        """Return a name that no generated text uses."""
        return self._generator.temporary()

    def place(self, source: Source) -> str:
        """Return the constant that tells where a text stands, by its first line."""
        return self._generator.constant(Place(source, source.part(0, len(source.text.partition("\n")[0])).whole))

    def ranks(self, row: CheckedRow, outputs: list[str]) -> str:
        """Return the places of a row's outputs among their allowed values, as a tuple; the outputs are plain names."""
        places = zip(row.ranks, self._checked.results, outputs, strict=True)
        return f"({''.join(f'{self._rank(rank, result, name)}, ' for rank, result, name in places)})"

    def _rank(self, rank: int | None, result: CheckedOutput, name: str) -> str:
        if rank is not None:
            return str(rank)
        tests = self._allowed_tests(result, name)
        return "".join(f"{place} if {test} else " for place, test in enumerate(tests)) + str(len(tests))

    def _output(self, cell: Checked[Expression], result: CheckedOutput) -> Answer:
        if not self._checked.is_readable(cell.source):
            return Answer(self._unreadable(cell.source))
        try:
            value = fitted(fold(cell.tree, cell.calls), result.stated)
            if value is None or not result.allowed or rank_of_constant(value, result) < len(result.allowed):
                return self.constant(value)
        except (NotConstant, Misfit):
            pass  # run time tells why it is null
        return Answer(self._fitted(cell, result))

    def _fitted(self, cell: Checked[Expression], result: CheckedOutput) -> str:
        text = self._generator.expression(cell, self._frame)
        place = self._generator.constant(self._place_of(cell))
        if result.stated is not None and not surely_conforms(cell.type, result.stated):
            text = f"coerced({text}, {self._generator.constant(result.stated)}, warnings, {place})"
        if not result.allowed:
            return text
        name = self._generator.temporary()
        accepted = " or ".join([f"({name} := {text}) is None", *self._allowed_tests(result, name)])
        return f"({name} if {accepted} else output_refused({name}, warnings, {place}))"

    def _allowed_tests(self, result: CheckedOutput, name: str) -> list[str]:
        subject = Variable(name, result.stated or ANY)
        return [self._generator.test(test, self._frame, subject) for test in result.allowed]

    def _place_of(self, cell: Checked[Expression]) -> Place:
        return Place(cell.source, cell.tree.span)

    def _unreadable(self, source: Source) -> str:
        return f"unreadable(warnings, {self.place(source)})"


class Misfit(Exception):
    """A constant that is no value of its column's type."""


def fitted(value: Value, stated: Type | None) -> Value:
    """Return a constant as a value of the type that is stated for its column.

    Raises:
        Misfit: when it can't be one.
    """
    found = value if value is None or stated is None else fit(value, stated)
    if found is MISFIT:
        raise Misfit
    return found


def rank_of_constant(value: Value, result: CheckedOutput) -> int:
    """Return the place of a value among the allowed ones of its output, their number if it is none of them.

    Raises:
        NotConstant: when that is not known before run time.
    """
    return next((place for place, test in enumerate(result.allowed) if accepts_value(test, value)), len(result.allowed))


def _accepts_anything(tests: UnaryTests) -> bool:
    return not tests.is_negated and any(isinstance(test, AnyTest) for test in tests.tests)


def _display(answers: Mapping[str, Answer]) -> str:
    return "{" + ", ".join(f"{name!r}: {answer.text}" for name, answer in answers.items()) + "}"
