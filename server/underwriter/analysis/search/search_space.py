"""What an application that is looked for may hold: values for each input that a policy reads, near those that it tests.

An input in a list is a column: each item has the same value there, and the list has none, one or some items.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from functools import partial
from typing import Any, Final

from underwriter.analysis.domains.domain import Domain
from underwriter.analysis.domains.domains import Domains
from underwriter.analysis.domains.intervals import meet
from underwriter.analysis.domains.making import without_null
from underwriter.analysis.domains.structures import ContextDomain, ListDomain
from underwriter.analysis.regions.parameter_values import parameter_values
from underwriter.feel.nodes import Node, NumberLiteral, StringLiteral
from underwriter.feel.temporal import moment_of
from underwriter.feel.traversal import descendants
from underwriter.feel.types import DATE, DATE_TIME, NUMBER, STRING, ListType, plain
from underwriter.feel.values import Range, Value
from underwriter.policy.checked import CheckedPolicy, Path
from underwriter.policy.evaluation import ModelOutput
from underwriter.policy.model_interface import MODEL_OUTPUTS

MOMENT: Final = moment_of(datetime(2026, 1, 15, 12, tzinfo=UTC))
"""The time of applications that are looked for."""

_MOST_CANDIDATES = 48
_OUTPUTS = tuple(MODEL_OUTPUTS.fields)
_LENGTHS: tuple[Value, ...] = (Decimal(1), Decimal(0), Decimal(3), Decimal(12))
_SOME_NUMBERS = tuple(map(Decimal, (0, 1, 10, 100, 1_000, 10_000, 100_000)))

_TIMES: Mapping[Path, Value] = {("now",): MOMENT, ("today",): MOMENT.date}

Application = Mapping[Path, Value]
"""A value for each variable of the search: inputs, columns of lists, lengths of lists, outputs of models."""


@dataclass(frozen=True, slots=True)
class SearchSpace:
    """The variables of a search, each with the values that it is tried with."""

    candidates: Mapping[Path, tuple[Value, ...]]
    reads: tuple[Path, ...]
    models: tuple[str, ...]
    checked: CheckedPolicy

    def inputs(self, application: Application) -> tuple[object, ...]:
        """Return the values at the paths that the policy reads."""
        return tuple([self._value(path, application) for path in self.reads])

    def calls(self, application: Application) -> list[Callable[[Sequence[object]], ModelOutput]]:
        """Return the policy's models, saying what the application holds for them."""
        return [partial(_says, {output: application[name, output] for output in _OUTPUTS}) for name in self.models]

    def variables_of(self, paths: Iterable[Path], nodes: Iterable[str]) -> list[Path]:
        """Return the variables behind input paths, and those of the models among nodes."""
        found = [variable for path in sorted(paths) for variable in self._variables(path)]
        found += [variable for variable in self.candidates if variable[0] in self.models and variable[0] in set(nodes)]
        return [variable for variable in dict.fromkeys(found) if len(self.candidates.get(variable, ())) > 1]

    def _variables(self, path: Path) -> Iterator[Path]:
        root = list_root(self.checked, path)
        yield plain_path(path)
        if root is not None:
            yield length_of(root)

    def _value(self, path: Path, application: Application) -> Value:
        root = list_root(self.checked, path)
        value = application[plain_path(path)]
        if root is None:
            return value
        length = application[length_of(root)]
        if not isinstance(length, Decimal):
            return None
        position = next((int(step) for step in path[len(root) :] if step.isdecimal()), None)
        if position is not None:
            return value if position <= length else None
        return [value] * int(length)


def search_space(
    checked: CheckedPolicy, domains: Domains, reads: tuple[Path, ...], without: Path | None = None
) -> SearchSpace:
    """Return where to look; `without` is an input that is not sent."""
    constants = _Constants(checked)
    candidates: dict[Path, tuple[Value, ...]] = {}
    for path in reads:
        root = list_root(checked, path)
        if root is not None:
            candidates[length_of(root)] = (*_LENGTHS, None) if domains.of_path(root).can_be_null else _LENGTHS
        candidates[plain_path(path)] = _of_input(path, root, domains, constants)
    for name in checked.models:
        candidates |= _model_candidates(name, domains.of_path((name,)), constants)
    if without is not None:
        root = list_root(checked, without)
        candidates[without if root is None else length_of(root)] = (None,)
    return SearchSpace(candidates, reads, tuple(checked.models), checked)


def _of_input(path: Path, root: Path | None, domains: Domains, constants: "_Constants") -> tuple[Value, ...]:
    if path in _TIMES:
        return (_TIMES[path],)
    domain = domains.of_path(plain_path(path))
    if root is not None and isinstance(domain, ListDomain):
        domain = domain.item
    if isinstance(domain, ListDomain):
        return ([], None) if domain.can_be_null else ([],)
    return (None,) if isinstance(domain, ContextDomain) else _candidates(domain, constants.near(path))


def list_root(checked: CheckedPolicy, path: Path) -> Path | None:
    """Return the path of the list that a path leads through or into; None if it leads through none."""
    for end in range(1, len(path)):
        if isinstance(checked.input_type_at(path[:end]), ListType):
            return path[:end]
    return None


def plain_path(path: Path) -> Path:
    """Return a path without positions in lists."""
    return tuple(step for step in path if not step.isdecimal())


def length_of(root: Path) -> Path:
    """Return the variable for the number of items of a list."""
    return (*root, "*")


def _model_candidates(name: str, domain: Domain, constants: "_Constants") -> dict[Path, tuple[Value, ...]]:
    members = domain.members if isinstance(domain, ContextDomain) else {}
    near = constants.near((name,))
    return {(name, output): _candidates(without_null(member), near) for output, member in members.items()}


def _candidates(domain: Domain, near: Sequence[Value]) -> tuple[Value, ...]:
    """Return values of a domain, first those that formulas compare it with; null is the last."""
    found: list[Value] = []
    if domain.values is not None:
        found += sorted(domain.values, key=str)
    elif plain(domain.type) == NUMBER:
        found += (number for number in _numbers_near(near) if _is_number_in(number, domain))
    elif plain(domain.type) == STRING:
        found += (*(value for value in near if isinstance(value, str)), "x")
    elif plain(domain.type) in (DATE, DATE_TIME):
        found.append(MOMENT.date if plain(domain.type) == DATE else MOMENT)
    nulls = [None] if domain.can_be_null else []
    return (*list(dict.fromkeys(found))[:_MOST_CANDIDATES], *nulls)


def _is_number_in(number: Decimal, domain: Domain) -> bool:
    is_fine = number == number.to_integral_value() or not domain.is_whole
    return is_fine and meet(Range(number, number), domain.within) is not None


def _numbers_near(near: Sequence[Value]) -> Iterator[Decimal]:
    written = [value for value in near if isinstance(value, Decimal)]
    yield from written
    for value in written:
        yield from (value + 1, value - 1)
    yield from _SOME_NUMBERS


def _says(outputs: Mapping[str, Any], features: Sequence[object]) -> ModelOutput:
    del features
    return ModelOutput(**outputs, detail=None)


class _Constants:
    """The constants that stand near an input: in the nodes that read it, and in those that read these."""

    def __init__(self, checked: CheckedPolicy) -> None:
        self._checked = checked
        self._parameters = parameter_values(checked.definition)

    def near(self, path: Path) -> list[Value]:
        """Return the constants near an input or a model, the nearest first."""
        checked = self._checked
        first = [name for name in checked.order if path in checked.inputs[name] or path[0] in checked.requires[name]]
        second = [name for name in checked.order if not checked.requires[name].isdisjoint(first)]
        return list(dict.fromkeys(value for name in (*first, *second) for value in self._in(name)))

    def _in(self, node: str) -> Iterator[Value]:
        for text in self._checked.texts[node]:
            yield from (value for part in descendants(text.tree) for value in _literals(part))
        read = (self._parameters[name] for name in sorted(self._checked.requires[node]) if name in self._parameters)
        for value in read:
            yield from value if isinstance(value, list) else [value]


def _literals(node: Node) -> Iterator[Value]:
    if isinstance(node, NumberLiteral | StringLiteral):
        yield node.value
