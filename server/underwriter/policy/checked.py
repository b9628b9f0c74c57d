"""A policy in order: every formula checked, every name resolved, the decisions in an order that works."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from operator import eq
from typing import Any

from underwriter.dmn.boxes.checked_boxes import CheckedBox, CheckedText, Coerced, boxes_in
from underwriter.dmn.boxes.expressions import FunctionDefinition
from underwriter.dmn.elements import DecisionService
from underwriter.dmn.formulas import members_in
from underwriter.dmn.graph import reachable
from underwriter.dmn.tables.checked_table import CheckedTable
from underwriter.feel import MOMENT, Checked
from underwriter.feel.source import Source
from underwriter.feel.types import ANY, BOOLEAN, ContextType, FunctionType, ListType, Type
from underwriter.policy.definitions import DatedParameter, DecisionDefinition, PolicyDefinition, RulesLogic
from underwriter.policy.included_models import IncludedDecision, IncludedModels
from underwriter.policy.model_interface import ModelInterface

Path = tuple[str, ...]


@dataclass(frozen=True)
class CheckedPolicy:
    """What the code generator needs, and what tells people about the graph.

    `order` holds the nodes of the graph, each after what it requires: decisions, models, and the elements of included
    DMN models. `paths` names the nodes and parameters by how texts read them. `requires` names for each node those that
    it reads, `inputs` the input paths that it reads itself, `texts` all its formulas. `boxes` has the logic of each
    decision that is a boxed expression.
    """

    definition: PolicyDefinition
    input_type: ContextType
    models: Mapping[str, ModelInterface]
    included: IncludedModels
    decisions: Mapping[str, DecisionDefinition | IncludedDecision]
    order: tuple[str, ...]
    types: Mapping[str, Type]
    paths: Mapping[Path, str]
    boxes: Mapping[str, CheckedBox]
    texts: Mapping[str, Sequence[CheckedText]]
    requires: Mapping[str, frozenset[str]]
    inputs: Mapping[str, frozenset[Path]]
    formulas: Mapping[int, Checked[Any]] = field(repr=False)

    def formula(self, source: Source) -> Checked[Any]:
        """Return the checked form of a formula of this policy."""
        return self.formulas[id(source)]

    @cached_property
    def free_formulas(self) -> frozenset[int]:
        """The `id` of each formula that stands in no box: conditions of rules, and what the outcome is made of."""
        return frozenset(map(id, self.formulas.values()))

    @cached_property
    def offer_formulas(self) -> frozenset[int]:
        """The `id` of each formula that is a term of an offer."""
        offer = self.definition.outcome.offer
        return frozenset(id(self.formula(source)) for source in (offer.terms.values() if offer else ()))

    @cached_property
    def own_values(self) -> tuple[str, ...]:
        """The decisions of the policy's own files that have a value, in order."""
        own = (name for name in self.order if name not in self.included.nodes and name not in self.models)
        return tuple(name for name in own if not isinstance(self.decisions[name].logic, RulesLogic))

    @cached_property
    def tables(self) -> dict[int, tuple[str, CheckedTable]]:
        """The tables by the numbers under which they are traced, each with the node that it stands in.

        The table that is a whole decision has the decision's number; those within others have numbers beyond these.
        """
        within = ((name, box) for name in self.order if name in self.boxes for box in boxes_in(self.boxes[name]))
        found = [(name, box) for name, box in within if isinstance(box, CheckedTable)]
        whole = {name: uncoerced(box) for name, box in self.boxes.items()}
        numbers = {name: number for number, name in enumerate(self.order)}
        inner = [(name, table) for name, table in found if table is not whole[name]]
        tables = {numbers[name]: (name, table) for name, table in found if table is whole[name]}
        return {**tables, **dict(enumerate(inner, len(self.order)))}

    @cached_property
    def dated_parameters(self) -> dict[str, DatedParameter]:
        """The dated parameters, by name. What is read of them is an input of the evaluation."""
        return {parameter.name.text: parameter for parameter in self.definition.dated_parameters}

    @cached_property
    def paths_read(self) -> frozenset[Path]:
        """The paths of all inputs that may be read."""
        grade = self.definition.outcome.grade
        sources = (*self.approval_sources(), *self.counter_offer_sources(), *([grade] if grade else []))
        read = {path for name in self.used for path in self.inputs[name]}
        read |= {path for source in sources for path in paths_read(self.formula(source))}
        return frozenset(path for path in read if path[0] in self.input_type.fields)

    @cached_property
    def used(self) -> set[str]:
        """The nodes that the outcome, an offer or a counter-offer needs."""
        roots = self.always() | self.nodes_read((*self.approval_sources(), *self.counter_offer_sources()))
        return reachable(roots, self.requires)

    @cached_property
    def evaluated(self) -> set[str]:
        """The nodes that may be evaluated: those that are used, and decisions that a used service computes itself."""
        keys = [self.included.nodes[name] for name in self.used if name in self.included.nodes]
        return self.used | {self.included.node_names[inner] for key in keys for inner in self.included.readers(key)}

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
        sources = (*self.approval_sources(), *self.counter_offer_sources(), *([grade] if grade else []))
        ends = [self.formula(source) for source in sources]
        mentioned = _members_in(ends) | self.included.member_names
        for name in self.order:
            is_reader = self._reads_contexts(name, path) or not holders.isdisjoint(self.requires[name])
            if name in self.decisions and (is_reader or self._is_function(name)):
                mentioned |= _members_in(self.texts[name])
            if is_reader and _may_hold_contexts(self.types.get(name, BOOLEAN)):  # rules have no value
                holders.add(name)
        return frozenset(mentioned)

    def _reads_contexts(self, name: str, path: Path) -> bool:
        """Tell whether a decision reads contexts of the list at a path: the list, an item, or what holds the list."""
        related = [read for read in self.inputs[name] if all(map(eq, read, path))]
        return any(_may_hold_contexts(self.input_type_at(read)) for read in related)

    def _is_function(self, name: str) -> bool:
        return isinstance(self.decisions[name].logic, FunctionDefinition | DecisionService)

    def nodes_read(self, sources: Iterable[Source]) -> set[str]:
        """Return the nodes and parameters that formulas read."""
        paths = {path for source in sources for path in paths_read(self.formula(source))}
        return {node for path in paths for node in nodes_at(path, self.paths)}

    def inputs_of(self, names: Collection[str]) -> set[Path]:
        """Return the input paths that nodes read, themselves or through others."""
        return {path for name in reachable(names, self.requires) for path in self.inputs[name]}

    def inputs_of_formula(self, source: Source) -> set[Path]:
        """Return the input paths that one formula reads, itself or through nodes."""
        own = {path for path in paths_read(self.formula(source)) if path[0] in self.input_type.fields}
        return own | self.inputs_of(self.nodes_read([source]))

    def always(self) -> set[str]:
        """Return the decisions and models that the outcome itself names: those needed whatever comes out."""
        outcome = self.definition.outcome
        named = {name.text for name in outcome.rules} | ({outcome.score.text} if outcome.score else set())
        return named | (self.nodes_read([outcome.grade]) if outcome.grade else set())

    def approval_sources(self) -> Iterator[Source]:
        """Yield the formulas that only an approval needs: of the offer or line change, the caps and the user group."""
        yield from self.offer_sources()
        if self.definition.outcome.user_group:
            yield self.definition.outcome.user_group

    def offer_sources(self) -> Iterator[Source]:
        """Yield the formulas of the offer, or of the line change, and of the caps."""
        outcome = self.definition.outcome
        if outcome.offer is not None:
            yield from outcome.offer.terms.values()
            yield from ([outcome.offer.each[1]] if outcome.offer.each else [])
        if outcome.line_change is not None:
            yield from outcome.line_change.terms.values()
        yield from outcome.caps.values()

    def counter_offer_sources(self) -> Iterator[Source]:
        """Yield the formulas that say between what a counter-offer is looked for."""
        counter = self.definition.outcome.counter_offer
        if counter is not None:
            yield from counter.bounds.values()


def nodes_at(path: Path, nodes: Mapping[Path, str]) -> Iterator[str]:
    """Yield the nodes that a path leads to: of an import that is read as a whole, all its elements."""
    found = nodes.get(path[:1]) or nodes.get(path[:2])
    if found is not None:
        yield found
    elif len(path) == 1:
        yield from (node for known, node in nodes.items() if known[0] == path[0])


def uncoerced(box: CheckedBox) -> CheckedBox:
    """Return the box whose value is made one of a stated type."""
    return uncoerced(box.box) if isinstance(box, Coerced) else box


def paths_read(formula: CheckedText) -> set[Path]:
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


def _members_in(texts: Iterable[CheckedText]) -> set[str]:
    return {member for text in texts for member in members_in(text.tree)}


def _member(type_: Type, name: str) -> Type:
    return type_.fields[name] if isinstance(type_, ContextType) else ANY
