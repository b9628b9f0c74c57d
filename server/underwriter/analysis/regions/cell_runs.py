"""Runs cells of a table on the values of examples, by the code that decides with them."""

from collections.abc import Callable, Mapping, Sequence
from decimal import localcontext
from typing import Any

from underwriter.feel import FEEL_CONTEXT, Checked, Environment, Frame, Generator, Type, Value, Variable
from underwriter.feel.nodes import UnaryTests
from underwriter.feel.values import type_of

Cell = tuple[int, Checked[UnaryTests]]
"""A cell with the number of its column."""


class CellRuns:
    """The cells of one table, each compiled when it is first run. They read no other names than those given."""

    def __init__(self, types: Sequence[Type], names: Mapping[str, Value], environment: Environment) -> None:
        """Take the types of the columns, and the values of the names that are known."""
        self._types = types
        self._names = names
        self._environment = environment
        self._compiled: dict[tuple[int, int], Callable[..., object]] = {}

    def accept(self, cells: Sequence[Cell], values: Mapping[int, Value]) -> list[bool]:
        """Tell of each cell whether it accepts the value of its column, of values by column."""
        missing = {_key(cell): cell for cell in cells if _key(cell) not in self._compiled}
        if missing:
            self._compiled.update(zip(missing, self._functions(list(missing.values())), strict=True))
        with localcontext(FEEL_CONTEXT):
            return [bool(self._compiled[_key(cell)](values[cell[0]], [])) for cell in cells]

    def _functions(self, cells: Sequence[Cell]) -> list[Callable[..., object]]:
        generator = self._environment.generator()
        lines = "".join(f"    lambda subject, warnings: {self._test(cell, generator)},\n" for cell in cells)
        namespace: dict[str, Any] = generator.namespace()
        exec(compile(f"cells = [\n{lines}]\n", "<cells>", "exec"), namespace)  # noqa: S102 - our own text, of checked parts
        functions: list[Callable[..., object]] = namespace["cells"]
        return functions

    def _test(self, cell: Cell, generator: Generator) -> str:
        column, tests = cell
        known = {path[0]: self._names[path[0]] for path in tests.references if path[0] in self._names}
        frame = Frame(
            {
                (name,): Variable(generator.constant(value), type_of(value), nullable=False)
                for name, value in known.items()
            }
        )
        return generator.test(tests, frame, Variable("subject", self._types[column]))


def _key(cell: Cell) -> tuple[int, int]:
    return cell[0], id(cell[1].tree)
