"""What comes out of evaluating a DMN model: values by name, the warnings, and on request how they came about."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import NamedTuple

from underwriter.feel import EvaluationWarning, Value


@dataclass(frozen=True, slots=True)
class TableHits:
    """The rows of one decision table that matched, counted from 1, in one run of it or in several on end."""

    element: str
    rows: tuple[int, ...]


class ModelEvaluation(NamedTuple):
    """The values of what was asked for, by name, and why any of them is null.

    A traced evaluation also has the value of every decision that was computed, in order, and the rows that tables hit.
    """

    values: Mapping[str, Value]
    warnings: tuple[EvaluationWarning, ...] = ()
    computed: Mapping[str, Value] = MappingProxyType({})
    hits: tuple[TableHits, ...] = ()


class ModelTrace:
    """Collects what the traced twin of a model's function reports, by number."""

    def __init__(self) -> None:
        self.decisions: dict[int, Value] = {}
        self.rows: list[tuple[int, int]] = []

    def decision(self, number: int, value: Value) -> None:
        """Record a decision's value."""
        self.decisions[number] = value

    def row(self, number: int, row: int) -> None:
        """Record that a row of a table matched."""
        self.rows.append((number, row))

    def default(self, number: int) -> None:
        """Record nothing: where a table's default answers, no row was hit."""
