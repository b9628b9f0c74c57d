"""Tells of parts of several policies whether they are made of the same: what is found in one is found in all."""

from collections.abc import Callable, Iterable
from functools import cached_property

from underwriter.analysis.domains.domain import Domain
from underwriter.analysis.domains.shared_work import SharedWork
from underwriter.dmn.graph import reachable
from underwriter.feel.source import Source
from underwriter.policy.checked import CheckedPolicy, Path


class Bases:
    """Numbers what the parts of one policy are made of: equal numbers are given in policies that share their work.

    `find` gives the domain of an input or a model by its name.
    """

    def __init__(self, checked: CheckedPolicy, shared: SharedWork, find: Callable[[str], Domain | None]) -> None:
        self._checked = checked
        self._shared = shared
        self._find = find

    def of_part(self, written: Source, required: Iterable[str], paths: Iterable[Path]) -> int:
        """Return the number of what is written in one place, requires nodes and parameters and reads paths."""
        nodes = [(name, self._numbers[name]) for name in sorted(required) if name in self._numbers]
        return self._shared.number((id(written), *nodes, *self._domains({path[0] for path in paths})))

    @cached_property
    def _numbers(self) -> dict[str, int]:
        """The numbers of parameters and nodes, each made of those that the node requires."""
        definition = self._checked.definition
        values = {parameter.name.text: parameter.text for parameter in definition.parameters}
        numbers = {name: self._shared.number((name, value)) for name, value in values.items()}
        for name in self._checked.order:
            nodes = [name]
            if name in self._checked.included.nodes:  # functions of models may call each other in a circle
                nodes = sorted(reachable(nodes, self._checked.requires))
            numbers[name] = self._shared.number(tuple(self._parts(nodes, numbers)))
        return numbers

    def _parts(self, nodes: Iterable[str], numbers: dict[str, int]) -> Iterable[object]:
        """Yield what nodes are made of, by identities and numbers that were given before."""
        for name in nodes:
            decision = self._checked.decisions.get(name)
            yield name if decision is None else id(decision.name)
            yield from ((other, numbers.get(other)) for other in sorted(self._checked.requires[name]))
            yield from self._domains({path[0] for path in self._checked.inputs[name]})
            if name in self._checked.models:
                yield from self._domains([name])

    def _domains(self, names: Iterable[str]) -> list[tuple[str, int]]:
        return [(name, id(self._find(name))) for name in sorted(names)]
