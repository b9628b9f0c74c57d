"""A policy in order: every formula checked, every name resolved, the decisions in an order that works."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from operator import eq
from typing import Any

from underwriter.dmn.formulas import members_in
from underwriter.dmn.tables.checker import CheckedTable
from underwriter.feel import MOMENT, Checked
from underwriter.feel.source import Source
from underwriter.feel.types import ANY, BOOLEAN, ContextType, FunctionType, ListType, Type
from underwriter.policy.definitions import FunctionLogic, Logic, PolicyDefinition, formulas_of
from underwriter.policy.model_interface import ModelInterface

Path = tuple[str, ...]


@dataclass(frozen=True)
class CheckedPolicy:
    """What the code generator needs, and what tells people about the graph.

    `order` holds decisions and models, each after what it requires. `requires` names for each node the decisions,
    models and parameters that it reads, `inputs` the input paths that it reads itself.
    """

    definition: PolicyDefinition
    input_type: ContextType
    models: Mapping[str, ModelInterface]
    order: tuple[str, ...]
    types: Mapping[str, Type]
    tables: Mapping[str, CheckedTable]
    requires: Mapping[str, frozenset[str]]
    inputs: Mapping[str, frozenset[Path]]
    formulas: Mapping[int, Checked[Any]] = field(repr=False)

    def formula(self, source: Source) -> Checked[Any]:
        """Return the checked form of a formula of this policy."""
        return self.formulas[id(source)]

    def logic(self, name: str) -> Logic | None:
        """Return a decision's logic, None for a model."""
        return next((d.logic for d in self.definition.decisions if d.name.text == name), None)

    def input_type_at(self, path: Path) -> Type:
        """Return the type of an input by its path, which may lead through a list by position or by member."""
        type_: Type = self.input_type
        for step in path:
            if isinstance(type_, ListType):
                type_ = type_.item if step.isdecimal() else ListType(item=_member(type_.item, step))
            else:
                type_ = _member(type_, step)
        return type_

    def members_read(self, path: Path) -> frozenset[str]:
        """Return the members that the contexts of the list at an input path may be read for.

        These are all that is mentioned by a decision which reads contexts of the list, or reads another decision that
        may hand them on: a context may pass from formula to formula by a step's name. A function may be called with
        one, and an offer be made for each; what these and the grade mention counts too.
        """
        holders: set[str] = set()
        grade = self.definition.outcome.grade
        mentioned = self._members_in([*self.offer_sources(), *([grade] if grade else [])])
        for name in self.order:
            logic = self.logic(name)
            is_reader = self._reads_contexts(name, path) or not holders.isdisjoint(self.requires[name])
            if logic and (is_reader or isinstance(logic, FunctionLogic)):
                mentioned |= self._members_in(source for source, _ in formulas_of(logic))
            if is_reader and _may_hold_contexts(self.types.get(name, BOOLEAN)):  # rules have no value
                holders.add(name)
        return frozenset(mentioned)

    def _reads_contexts(self, name: str, path: Path) -> bool:
        """Tell whether a decision reads contexts of the list at a path: the list, an item, or what holds the list."""
        related = [read for read in self.inputs[name] if all(map(eq, read, path))]
        return any(_may_hold_contexts(self.input_type_at(read)) for read in related)

    def _members_in(self, sources: Iterable[Source]) -> set[str]:
        return {member for source in sources for member in members_in(self.formula(source).tree)}

    def names_read(self, sources: Iterable[Source]) -> set[str]:
        """Return the first names of all that formulas read."""
        return {path[0] for source in sources for path in paths_read(self.formula(source))}

    def always(self) -> set[str]:
        """Return the decisions and models that the outcome itself names: those needed whatever comes out."""
        outcome = self.definition.outcome
        named = {name.text for name in outcome.rules} | ({outcome.score.text} if outcome.score else set())
        return named | (self.names_read([outcome.grade]) if outcome.grade else set())

    def offer_sources(self) -> Iterator[Source]:
        """Yield the formulas of the offer and its caps."""
        offer = self.definition.outcome.offer
        if offer is not None:
            yield from offer.terms.values()
            yield from ([offer.each[1]] if offer.each else [])
        yield from self.definition.outcome.caps.values()


def paths_read(formula: Checked[Any]) -> set[Path]:
    """Return what a formula reads from outside; the time that `now()` and `today()` tell is that of the input `now`."""
    return {("now",) if path == (MOMENT,) else path for path in formula.references}


def path_text(path: Path) -> str:
    """Return a path as rules write it: `behaviour.statements[1].billed`."""
    return path[0] + "".join(f"[{step}]" if step.isdecimal() else f".{step}" for step in path[1:])


def _may_hold_contexts(type_: Type) -> bool:
    return (
        type_ == ANY
        or isinstance(type_, ContextType | FunctionType)
        or (isinstance(type_, ListType) and _may_hold_contexts(type_.item))
    )


def _member(type_: Type, name: str) -> Type:
    return type_.fields[name] if isinstance(type_, ContextType) else ANY
