"""The DMN models that a policy includes, as parts of its graph: linked as one, named, and bound to what the policy has.

Elements of an included file are named as they are, those of a file that it imports as its own texts name them: with
the import's name and a point before. Input data are bound by their names to inputs, parameters and decisions.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain

from underwriter.dmn.boxes.checked_boxes import CheckedBox, CheckedText, texts_in
from underwriter.dmn.boxes.expressions import BoxedExpression
from underwriter.dmn.elements import Decision, DecisionService, Definitions, InputData, KnowledgeModel
from underwriter.dmn.formulas import NamePath
from underwriter.dmn.models.checker import CheckedModel, check_model
from underwriter.dmn.models.files import ModelFiles
from underwriter.dmn.models.linking import Element, Key, LinkedModel, link
from underwriter.dmn.models.member_names import member_names
from underwriter.feel import MOMENT, Environment
from underwriter.feel.diagnostics import Diagnostic
from underwriter.feel.source import Source
from underwriter.feel.types import ContextType, Type
from underwriter.policy import findings

_NO_FILE = Definitions(Source("", ""), "", Source("", ""))
"""Stands for the policy among the files of its models: it has no elements of its own."""


@dataclass(frozen=True, slots=True)
class IncludedDecision:
    """An element of an included model as a decision of the policy: its name and its logic, None if it has none."""

    name: Source
    logic: BoxedExpression | DecisionService | None


@dataclass(frozen=True)
class IncludedModels:
    """Checked models. `names` are those by which the policy's texts read elements; `own` are those of included files.

    `imports` are the names of imports that stand before others', each with its place in an included file.
    `member_names` are the names of all members that the models declare.
    """

    checked: CheckedModel
    names: Mapping[NamePath, Key]
    own: frozenset[Key]
    imports: Mapping[str, Source]
    member_names: frozenset[str]

    @cached_property
    def decisions(self) -> dict[str, IncludedDecision]:
        """The nodes with their logic."""
        return {name: _decision(self.element(key)) for name, key in self.nodes.items()}

    @cached_property
    def boxes(self) -> dict[str, CheckedBox]:
        """The checked logic of the nodes that have any."""
        return {name: self.checked.logic[key] for name, key in self.nodes.items() if key in self.checked.logic}

    @cached_property
    def nodes(self) -> dict[str, Key]:
        """The elements that are nodes of the policy's graph, by the names that tell them there."""
        named = {key: ".".join(path) for path, key in reversed(list(self.names.items()))}
        keys = [key for key in self.checked.order if not self.checked.is_a(key, InputData)]
        return {named.get(key, key): key for key in keys}

    @cached_property
    def node_names(self) -> dict[Key, str]:
        """The name of each node."""
        return {key: name for name, key in self.nodes.items()}

    @cached_property
    def types(self) -> dict[str, Type]:
        """The types of what the policy's texts may name; an import is a context of its elements."""
        types: dict[str, Type] = {}
        for path, key in self.names.items():
            type_ = self.checked.types[key]
            if len(path) == 1:
                types[path[0]] = type_
            else:
                known = types.get(path[0])
                members = known.fields if isinstance(known, ContextType) else {}
                types[path[0]] = ContextType(fields={**members, path[1]: type_})
        return types

    @cached_property
    def own_nodes(self) -> list[str]:
        """The nodes of included files: those of their imports are left out."""
        return [name for name, key in self.nodes.items() if key in self.own]

    @cached_property
    def declared_names(self) -> set[str]:
        """All names that the policy's texts may read of the models."""
        return {name for path in self.names for name in path} | self.member_names

    def clashes(self, taken: Mapping[str, findings.Taker]) -> Iterator[Diagnostic]:
        """Yield a finding on each element and import that has a name of something else, given what takes names."""
        elements = {path[0]: self.element(key).name for path, key in self.names.items() if len(path) == 1}
        for name, source in (*elements.items(), *self.imports.items()):
            if name in taken:
                yield findings.duplicate_name(source, taken[name])
        for name in elements.keys() & self.imports.keys():
            yield findings.duplicate_name(self.imports[name], findings.Taker("an element", elements[name]))

    def element(self, key: Key) -> Element:
        """Return an element as written."""
        return self.checked.linked.elements[key].element

    def required(self, key: Key) -> set[str]:
        """Return the nodes that a node reads, and the names of what the input data that it reads are bound to."""
        return {self._name(other) for other in self._required(key)}

    def required_before(self, key: Key) -> set[str]:
        """Return the same but for functions that come after the node: functions may call each other in a circle."""
        return {self._name(other) for other in self._required(key) if self._positions[other] < self._positions[key]}

    def inputs_needed(self, nodes: Iterable[str]) -> dict[Key, str]:
        """Return the input data that nodes need, each with its name."""
        needed = self.checked.needed([self.nodes[name] for name in nodes if name in self.nodes])
        return {key: self.element(key).name.text for key in needed if self.checked.is_a(key, InputData)}

    def texts(self, key: Key) -> Iterator[CheckedText]:
        """Yield the texts of a node; of a service those that it computes itself."""
        for reader in self.readers(key):
            yield from texts_in(self.checked.logic[reader])

    def inputs_read(self, key: Key) -> Iterator[tuple[Key | None, NamePath]]:
        """Yield what a node's texts read of input data, each with the members beyond; None for the moment."""
        given = self.checked.linked.services[key].parameters if key in self.checked.linked.services else ()
        for reader in self.readers(key):
            visible = self.checked.linked.elements[reader].visible
            inputs = {path: other for path, other in visible.items() if self.checked.is_a(other, InputData)}
            for reference in set(chain.from_iterable(text.references for text in texts_in(self.checked.logic[reader]))):
                if reference == (MOMENT,):
                    yield None, ()
                for path, other in inputs.items():
                    if other not in given and reference[: len(path)] == path[: len(reference)]:
                        yield other, reference[len(path) :]

    @cached_property
    def _positions(self) -> dict[Key, int]:
        return {key: index for index, key in enumerate(self.checked.order)}

    def _required(self, key: Key) -> list[Key]:
        reads = self.checked.needed([key]) if key in self.checked.linked.services else self.checked.reads[key]
        return [other for other in reads if other != key]

    def _name(self, key: Key) -> str:
        return self.node_names.get(key, self.element(key).name.text)

    def readers(self, key: Key) -> list[Key]:
        """Return the elements whose texts a node is made of."""
        if key not in self.checked.linked.services:
            return [key]
        within = self.checked.within(self.checked.linked.services[key])
        return [other for other in self.checked.order if other in within and self.checked.is_a(other, Decision)]


def check_models(
    included: Sequence[ModelFiles], environment: Environment, known: Mapping[str, Type]
) -> tuple[IncludedModels, list[Diagnostic]]:
    """Link and check the models that a policy includes.

    `known` are types of what the policy has, by name: they are those of input data that state none.
    """
    found: list[Diagnostic] = []
    files: dict[str, Definitions] = {}
    for file in chain.from_iterable(model.by_namespace.values() for model in included):
        first = files.setdefault(file.namespace, file)
        if first.source.name != file.source.name:
            found.append(findings.duplicate_namespace(file, first))
    linked, link_findings = link(_NO_FILE, files)
    mains = [files[model.main.namespace] for model in included if model.main is not None]
    names, name_findings = _names(mains, linked)
    inputs = {key: known[name] for key, name in _input_names(linked).items() if name in known}
    checked, check_findings = check_model(linked, environment, inputs)
    own = frozenset(key for key, element in linked.elements.items() if any(element.file is main for main in mains))
    members = frozenset(name for file in files.values() for name in member_names(file))
    imports = {import_.name.text: import_.name for main in mains for import_ in main.imports if import_.name.text}
    models = IncludedModels(checked, names, own, imports, members)
    return models, [*found, *link_findings, *name_findings, *check_findings]


def _decision(element: Element) -> IncludedDecision:
    match element:
        case Decision():
            return IncludedDecision(element.name, element.logic)
        case KnowledgeModel():
            return IncludedDecision(element.name, element.function)
        case DecisionService():
            return IncludedDecision(element.name, element)
    return IncludedDecision(element.name, None)


def _input_names(linked: LinkedModel) -> dict[Key, str]:
    elements = {key: element.element for key, element in linked.elements.items()}
    return {key: element.name.text for key, element in elements.items() if isinstance(element, InputData)}


def _names(mains: Sequence[Definitions], linked: LinkedModel) -> tuple[dict[NamePath, Key], list[Diagnostic]]:
    """Return the elements of files and of their imports by name; what has the name of another is reported."""
    names: dict[NamePath, Key] = {}
    found: list[Diagnostic] = []
    for main in mains:
        prefixes = {main.namespace: "", **{import_.namespace: import_.name.text for import_ in main.imports}}
        for key, element in linked.elements.items():
            prefix = prefixes.get(element.file.namespace)
            if prefix is None or isinstance(element.element, InputData):
                continue
            name = element.element.name
            path = (prefix, name.text) if prefix else (name.text,)
            first = names.setdefault(path, key)
            if first != key:
                other = linked.elements[first].element.name
                found.append(findings.duplicate_name(name, findings.Taker("an included model", other)))
    return names, found
