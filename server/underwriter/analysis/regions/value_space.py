"""The values that an input may have, told apart as far as the tests on it tell them apart.

Sets of values are sets of positions on an `Axis` (see `dmn.tables.constant_tests`): a cut, a stretch between two cuts,
or null. The ends of the domain are cuts too, so a position lies in the domain as a whole or not at all.
"""

from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import Any

from underwriter.analysis.domains.domain import Domain
from underwriter.analysis.domains.making import whole
from underwriter.analysis.regions.between import WORDS, between, is_empty
from underwriter.dmn.tables.constant_tests import TESTABLE, Axis, ConstantCell, ConstantTest, axis_of
from underwriter.dmn.tables.runtime import rows_of
from underwriter.feel.types import ANY, BOOLEAN, NUMBER, STRING, ConstrainedType, Type, plain
from underwriter.feel.values import Range, Value, kind_of

EVERY_VALUE = ConstantCell((ConstantTest((Range(None, None),), of_null=True),))
"""The cell that accepts anything."""


class ValueSpace:
    """The values of a type that lie in a domain, cut up by the constants of all tests on them.

    `possible` is the set of those that may come, null among them if it may.
    """

    def __init__(self, type_: Type, domain: Domain, cells: Iterable[ConstantCell]) -> None:
        if domain.type == ANY or (plain(type_) == BOOLEAN and domain.values is None):
            domain = whole(type_, can_be_null=domain.can_be_null)
        self._type = type_
        self._kind = plain(type_)
        self.is_whole: bool = domain.is_whole
        self.is_testable: bool = self._kind in TESTABLE
        self.is_text: bool = self._kind == STRING
        within = _cell_of(domain, self._kind) if self.is_testable else EVERY_VALUE
        self.axis: Axis = axis_of([*cells, within])
        lying_within = self.axis.accepted(within) & self.values
        self.possible: int = self._not_empty(lying_within)
        if domain.can_be_null:
            self.possible |= self.axis.null

    @property
    def values(self) -> int:
        """The set of all positions but null."""
        return self.axis.null - 1

    @cached_property
    def is_listed(self) -> bool:
        """Whether the space is one of single values, with no stretch between any two."""
        return not any(position % 2 == 0 for position in rows_of(self.possible & self.values))

    def value_at(self, position: int) -> Value:
        """Return a value at a position; None for null, and where there is no value that could be written."""
        if 1 << position == self.axis.null:
            return None
        low, high = self.ends(position)
        if position % 2:
            return low
        return between(self._kind, low, high, is_whole=self.is_whole)

    def ends(self, position: int) -> tuple[Any, Any]:
        """Return the cuts around a stretch, or a cut twice; None for an end that there is not."""
        cuts, index = self.axis.cuts, position // 2
        if position % 2:
            return cuts[index], cuts[index]
        return (cuts[index - 1] if index else None), (cuts[index] if index < len(cuts) else None)

    def examples(self, positions: int) -> Iterator[tuple[int, Value]]:
        """Yield positions of a set, each with a value: those at cuts first, null last.

        Of other texts the first is a word, if one is among them.
        """
        cuts = [position for position in rows_of(positions & self.values) if position % 2]
        stretches = [position for position in rows_of(positions & self.values) if position % 2 == 0]
        if self.is_text:
            stretches.sort(key=lambda position: self.value_at(position) not in WORDS)
        for position in [*cuts, *stretches]:
            value = self.value_at(position)
            if value is not None and self._is_allowed(value):
                yield position, value
        if positions & self.axis.null:
            yield self.axis.size - 1, None

    def _not_empty(self, positions: int) -> int:
        """Return those of some positions at which there are values: between numbers there always are more."""
        if not self.is_testable or (self._kind == NUMBER and not self.is_whole):
            return positions
        return sum(1 << position for position in rows_of(positions) if not self._is_empty(position))

    def _is_empty(self, position: int) -> bool:
        """Tell whether there is no value at a position, such as a whole one."""
        low, high = self.ends(position)
        if position % 2:
            return self.is_whole and low != low.to_integral_value()
        return is_empty(self._kind, low, high, is_whole=self.is_whole)

    def _is_allowed(self, value: Value) -> bool:
        return not isinstance(self._type, ConstrainedType) or self._type.accepts(value)


def _cell_of(domain: Domain, kind: Type) -> ConstantCell:
    """Return the cell that accepts the values of a domain, or everything if it is not one of this kind."""
    if domain.values is not None and all(kind_of(value) == kind for value in domain.values):
        ranges = tuple(Range(value, value) for value in domain.values)
    else:
        ends = (domain.within.low, domain.within.high)
        is_known = all(end is None or kind_of(end) == kind for end in ends)
        ranges = (domain.within if is_known else Range(None, None),)
    return ConstantCell((ConstantTest(ranges, of_null=None),))
