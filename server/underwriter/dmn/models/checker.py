"""Checks a linked model as a whole: every element's logic and type, after those that it requires."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

from underwriter.dmn import findings
from underwriter.dmn.boxes.checked_boxes import (
    CheckedBox,
    CheckedConditional,
    CheckedFunction,
    Coerced,
    NoValue,
    texts_in,
    unfolded,
)
from underwriter.dmn.boxes.checker import BoxedChecker, place_of
from underwriter.dmn.boxes.expressions import FunctionDefinition
from underwriter.dmn.elements import Decision, DecisionService, KnowledgeModel
from underwriter.dmn.formulas import Formulas, names_in
from underwriter.dmn.graph import CircularDecisions, evaluation_order
from underwriter.dmn.models.item_types import FileTypes, ItemTypes
from underwriter.dmn.models.linking import Element, Key, Linked, LinkedModel, ServiceParts
from underwriter.dmn.models.member_names import member_names
from underwriter.feel import Environment, Scope
from underwriter.feel.diagnostics import Diagnostic
from underwriter.feel.source import Source
from underwriter.feel.types import ANY, NULL, ContextType, FunctionType, Type


@dataclass(frozen=True, slots=True)
class CheckedModel:
    """A model of which every element has a type. Decisions and knowledge models have logic.

    `reads` are the elements that the texts of each element name, `order` puts each element after those.
    """

    linked: LinkedModel
    types: Mapping[Key, Type]
    logic: Mapping[Key, CheckedBox]
    reads: Mapping[Key, tuple[Key, ...]]
    order: tuple[Key, ...]

    def is_a(self, key: Key, kind: type[Element]) -> bool:
        """Tell whether an element is of a kind."""
        return isinstance(self.linked.elements[key].element, kind)

    def is_function(self, key: Key) -> bool:
        """Tell whether an element is called: a knowledge model or a service."""
        return isinstance(self.linked.elements[key].element, KnowledgeModel | DecisionService)

    def uses(self, key: Key) -> dict[Key, int | None]:
        """Return what a decision reads, each with the one branch of its conditional that reads it; None for others."""
        uses: dict[Key, int | None] = dict.fromkeys(self.reads[key])
        logic = self.logic[key]
        choice = logic.box if isinstance(logic, Coerced) else logic
        if not isinstance(choice, CheckedConditional):
            return uses
        parts = (choice.consequent, choice.alternative, choice.condition)
        for path, required in self.linked.elements[key].visible.items():
            readers = [index for index, part in enumerate(parts) if path[0] in _names_in(part)]
            if len(readers) == 1 and readers[0] < len(parts) - 1 and required in uses:
                uses[required] = readers[0]
        return uses

    def needed(self, roots: Iterable[Key], given: Collection[Key] = ()) -> list[Key]:
        """Return what the roots need to be computed, themselves included, in order; nothing of it for what is given.

        Of a service that is what its output decisions need when its parameters are given; those decisions themselves
        are left out, since they are computed within it.
        """
        found = self._reached(roots, given)
        waiting = [key for key in found if key in self.linked.services]
        while waiting:
            parts = self.linked.services[waiting.pop()]
            within = self.within(parts)
            further = {key for key in within if not self.is_a(key, Decision)} - found
            waiting += [key for key in further if key in self.linked.services]
            found |= further
        return [key for key in self.order if key in found]

    def within(self, service: ServiceParts) -> set[Key]:
        """Return what a service computes itself, with what that reads: its parameters are given to it."""
        return self._reached(service.outputs, service.parameters)

    def _reached(self, roots: Iterable[Key], given: Collection[Key]) -> set[Key]:
        """Return the roots and all that they read, without looking into services."""
        found: set[Key] = set()
        waiting = [key for key in roots if key not in given]
        while waiting:
            key = waiting.pop()
            if key not in found:
                found.add(key)
                waiting += [required for required in self.reads[key] if required not in given]
        return found


def check_model(
    linked: LinkedModel, environment: Environment, inputs: Mapping[Key, Type] = MappingProxyType({})
) -> tuple[CheckedModel, list[Diagnostic]]:
    """Check a model. What is wrong is reported, and has null for its value.

    `inputs` are types of input data that are known from outside; they count where the model states none.
    """
    checker = _ModelChecker(linked, environment, inputs)
    return checker.checked(), checker.diagnostics


class _ModelChecker:
    def __init__(self, linked: LinkedModel, environment: Environment, inputs: Mapping[Key, Type]) -> None:
        self._linked = linked
        self._inputs = inputs
        self._item_types = ItemTypes(linked.files, environment)
        self._environments = {
            namespace: environment.with_types(self._item_types.in_file(file))
            for namespace, file in linked.files.items()
        }
        self._members = {name for file in linked.files.values() for name in member_names(file)}
        self._types: dict[Key, Type] = {key: self._stated(element) for key, element in linked.elements.items()}
        self._logic: dict[Key, CheckedBox] = {}
        self._circular: set[Key] = set()
        self._found: list[Diagnostic] = []

    @property
    def diagnostics(self) -> list[Diagnostic]:
        return [*self._item_types.diagnostics, *self._found]

    def checked(self) -> CheckedModel:
        """Check every element after those that it requires."""
        order = self._order()
        for key in order:
            self._check(self._linked.elements[key])
        reads = {key: tuple(self._reads(linked)) for key, linked in self._linked.elements.items()}
        return CheckedModel(self._linked, self._types, self._logic, reads, order)

    def _order(self) -> tuple[Key, ...]:
        """Return an order of checking. Circles are opened; only those of decisions are wrong, functions may recur."""
        requires = {key: set(self._required(linked)) for key, linked in self._linked.elements.items()}
        while True:
            try:
                return tuple(evaluation_order(requires))
            except CircularDecisions as error:
                elements = [self._linked.elements[key].element for key in error.circle]
                if all(isinstance(element, Decision) for element in elements):
                    names = [element.name.text for element in elements]
                    self._found.append(findings.circular_decisions(names, elements[0].name))
                    self._circular.update(error.circle)
                requires[error.circle[0]].discard(error.circle[1])

    def _required(self, linked: Linked) -> Iterator[Key]:
        if linked.key in self._linked.services:
            yield from self._linked.services[linked.key].outputs
            yield from self._linked.services[linked.key].parameters
        yield from (key for key in linked.visible.values() if key != linked.key)

    def _check(self, linked: Linked) -> None:
        match linked.element:
            case Decision():
                self._check_decision(linked.element, linked)
            case KnowledgeModel():
                self._check_knowledge(linked.element, linked)
            case DecisionService():
                self._types[linked.key] = self._service_type(linked)

    def _check_decision(self, decision: Decision, linked: Linked) -> None:
        if linked.key in self._circular:
            self._logic[linked.key] = _no_value(decision.name, "circular-decisions", "the decision requires itself")
        elif decision.logic is None:
            self._found.append(findings.missing_logic(decision.name))
            self._logic[linked.key] = _no_value(decision.name, "missing-logic", "the decision has no logic")
        else:
            checker = self._checker(linked)
            box = checker.check(decision.logic, self._scope(linked))
            stated = self._types[linked.key]
            box = checker.of_type(box, stated, decision.name)
            self._logic[linked.key] = unfolded(box)
            self._types[linked.key] = _known(box.type) if stated == ANY else stated
            self._found += checker.formulas.diagnostics

    def _check_knowledge(self, knowledge: KnowledgeModel, linked: Linked) -> None:
        function = knowledge.function or FunctionDefinition((), None, knowledge.name)
        stated = self._types[linked.key]
        checker = self._checker(linked)
        box = checker.function(function, self._scope(linked))
        if isinstance(stated, FunctionType) and stated.parameters is not None:
            types = [type_ for _, type_ in stated.parameters]
            parameters = tuple(replace(p, type=type_) for p, type_ in zip(box.parameters, types, strict=True))
            body = unfolded(checker.of_type(box.body, stated.result, knowledge.name))
            box = CheckedFunction(parameters, body)
        self._logic[linked.key] = box
        self._types[linked.key] = box.type
        self._found += checker.formulas.diagnostics

    def _service_type(self, linked: Linked) -> FunctionType:
        """Return a service's type: a function of its inputs with the type that it states, or that follows (10.4)."""
        service = self._linked.services[linked.key]
        named = {key: self._linked.elements[key].element.name.text for key in (*service.parameters, *service.outputs)}
        outputs = {named[key]: self._types[key] for key in service.outputs}
        follows = next(iter(outputs.values())) if len(outputs) == 1 else ContextType(fields=outputs)
        stated = self._types[linked.key]
        result = stated.result if isinstance(stated, FunctionType) else stated
        parameters = tuple((named[key], self._types[key]) for key in service.parameters)
        return FunctionType(parameters=parameters, result=follows if result == ANY else result)

    def _checker(self, linked: Linked) -> BoxedChecker:
        names = [name for path in linked.visible for name in path]
        formulas = Formulas(self._environments[linked.file.namespace], [*names, *self._members])
        return BoxedChecker(formulas, FileTypes(self._item_types, linked.file))

    def _scope(self, linked: Linked) -> Scope:
        """Return the scope of an element's texts: what it requires, imported elements as members of the import."""
        names: dict[str, Type] = {}
        for path, key in linked.visible.items():
            if len(path) == 1:
                names[path[0]] = self._types[key]
        for prefix in {path[0] for path in linked.visible if len(path) > 1} - set(names):
            fields = {path[1]: self._types[key] for path, key in linked.visible.items() if path[0] == prefix}
            names[prefix] = ContextType(fields=fields)
        return Scope(names)

    def _reads(self, linked: Linked) -> Iterator[Key]:
        """Yield the elements that an element's texts read. An import that is read as a whole stands for all of it."""
        box = self._logic.get(linked.key)
        references = {path for text in texts_in(box) for path in text.references} if box else set()
        for path, key in linked.visible.items():
            if any(path[: len(reference)] == reference[: len(path)] for reference in references):
                yield key

    def _stated(self, linked: Linked) -> Type:
        """Return the type that an element states; of a knowledge model the function that it is known to be (6.3.9)."""
        element = linked.element
        if element.type_name is None and linked.key in self._inputs:
            return self._inputs[linked.key]
        stated = self._item_types.of(element.type_name, linked.file)
        if not isinstance(element, KnowledgeModel):
            return stated
        signature = stated if isinstance(stated, FunctionType) else FunctionType(result=stated)
        own = element.function.parameters if element.function else ()
        known = [type_ for _, type_ in signature.parameters or ()]
        known += [ANY] * (len(own) - len(known))
        types = [
            self._item_types.of(parameter.type_name, linked.file) if parameter.type_name else type_
            for parameter, type_ in zip(own, known, strict=False)
        ]
        parameters = tuple((p.name.text, type_) for p, type_ in zip(own, types, strict=True))
        return FunctionType(parameters=parameters, result=signature.result)


def _names_in(box: CheckedBox) -> set[str]:
    return {name for text in texts_in(box) for name in names_in(text.tree)}


def _known(type_: Type) -> Type:
    """Return an inferred type; one that was only seen to be null may become anything."""
    return ANY if type_ == NULL else type_


def _no_value(name: Source, kind: str, template: str) -> NoValue:
    return NoValue(place_of(name), kind, template)
