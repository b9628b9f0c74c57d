"""Bins of scorecards that no value falls into, and values that fall into none."""

from collections.abc import Iterator, Mapping
from itertools import islice

from underwriter.analysis import scorecard_wording as wording
from underwriter.analysis.domains.domains import Domains
from underwriter.analysis.regions.cell_runs import CellRuns
from underwriter.analysis.regions.cell_text import known_text, literal_text, set_text
from underwriter.analysis.regions.value_space import ValueSpace
from underwriter.dmn.tables.constant_tests import constant_cell
from underwriter.feel import Diagnostic, Environment, Value
from underwriter.policy.checked import CheckedPolicy
from underwriter.policy.definitions import ScorecardAttribute, ScorecardLogic

_MOST_TRIED = 64


def scorecard_findings(
    logic: ScorecardLogic,
    checked: CheckedPolicy,
    domains: Domains,
    names: Mapping[str, Value],
    environment: Environment,
) -> Iterator[Diagnostic]:
    """Yield the findings on a scorecard; `names` are the values of the policy's parameters."""
    for attribute in logic.attributes:
        yield from _AttributeAnalysis(attribute, checked, domains, names, environment).findings()


class _AttributeAnalysis:
    """The bins of an attribute: for each the values that surely fall into it, and those that may. Null never does."""

    def __init__(
        self,
        attribute: ScorecardAttribute,
        checked: CheckedPolicy,
        domains: Domains,
        names: Mapping[str, Value],
        environment: Environment,
    ) -> None:
        self._attribute = attribute
        value = checked.formula(attribute.value)
        self._runs = CellRuns([value.type], names, environment)
        self._tests = [checked.formula(bin_.when) for bin_ in attribute.bins]
        cells = [constant_cell(tests, value.type, names) for tests in self._tests]
        self._space = ValueSpace(value.type, domains.of(value), [cell for cell in cells if cell is not None])
        self._values: int = self._space.possible & self._space.values
        self._known = [number for number, cell in enumerate(cells) if cell is not None]
        accepted = [None if cell is None else self._space.axis.accepted(cell) & self._values for cell in cells]
        self._sure = [positions or 0 for positions in accepted]
        self._perhaps = [self._values if positions is None else positions for positions in accepted]

    def findings(self) -> Iterator[Diagnostic]:
        if not self._space.is_testable or not self._values:
            return
        taken = 0
        for number, positions in enumerate(self._perhaps):
            if not positions:
                yield from self._never_fitting(number)
            elif not positions & ~taken:
                yield from self._shadowed(number, positions)
            taken |= self._sure[number]
        yield from self._gap()

    def _never_fitting(self, number: int) -> Iterator[Diagnostic]:
        tried = islice(self._space.examples(self._values), _MOST_TRIED)
        if not any(self._fits(number, value) for _, value in tried):
            possible = known_text(self._space)
            yield wording.bin_never_fits(self._attribute.bins[number], self._attribute, possible)

    def _shadowed(self, number: int, positions: int) -> Iterator[Diagnostic]:
        for position, value in islice(self._space.examples(positions), 1):
            earlier = next(other for other, taken in enumerate(self._sure) if taken >> position & 1)
            if self._fits(earlier, value):
                example = f"{wording.value_text(self._attribute)} = {literal_text(value)}"
                bins = self._attribute.bins
                yield wording.shadowed_bin(bins[number], example, bins[earlier])

    def _gap(self) -> Iterator[Diagnostic]:
        left = self._values
        for positions in self._perhaps:
            left &= ~positions
        for _, value in islice(self._space.examples(left), 1):
            if not any(self._fits(number, value) for number in self._known):
                example = f"{wording.value_text(self._attribute)} = {literal_text(value)}"
                yield wording.scorecard_gap(self._attribute, example, set_text(self._space, left))

    def _fits(self, number: int, value: Value) -> bool:
        return self._runs.accept([(0, self._tests[number])], {0: value})[0]
