"""Links the files of a model: references by id, and the names that each element sees (DMN 1.5, 6.3 and 13.3.2)."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from underwriter.dmn import findings
from underwriter.dmn.elements import Decision, DecisionService, Definitions, InputData, KnowledgeModel, Reference
from underwriter.dmn.formulas import NamePath
from underwriter.feel.diagnostics import Diagnostic

Element: TypeAlias = InputData | Decision | KnowledgeModel | DecisionService
Key: TypeAlias = str
"""Tells an element among those of all files: `namespace#id`."""


@dataclass(frozen=True, slots=True)
class Linked:
    """An element with its file, and by name those that its texts may read: the ones that it requires."""

    key: Key
    element: Element
    file: Definitions
    visible: Mapping[NamePath, Key]


@dataclass(frozen=True, slots=True)
class ServiceParts:
    """What a decision service is made of. Its parameters are the input data, then the input decisions (10.4)."""

    outputs: tuple[Key, ...]
    parameters: tuple[Key, ...]


@dataclass(frozen=True, slots=True)
class LinkedModel:
    """A main file and, by namespace, all files that belong to it."""

    main: Definitions
    files: Mapping[str, Definitions]
    elements: Mapping[Key, Linked]
    services: Mapping[Key, ServiceParts]

    def of_main(self, kind: type[Element]) -> dict[str, Key]:
        """Return the main file's elements of a kind, by name."""
        return {
            linked.element.name.text: key
            for key, linked in self.elements.items()
            if linked.file is self.main and isinstance(linked.element, kind)
        }


def link(main: Definitions, files: Mapping[str, Definitions]) -> tuple[LinkedModel, list[Diagnostic]]:
    """Link a file with those that it imports, given by namespace. What leads nowhere is reported and left out."""
    linker = _Linker({**files, main.namespace: main})
    elements = {key: linker.linked(key) for key in linker.index}
    services = {
        key: linker.parts(linked.element, linked.file)
        for key, linked in elements.items()
        if isinstance(linked.element, DecisionService)
    }
    return LinkedModel(main, linker.files, elements, services), linker.diagnostics


class _Linker:
    def __init__(self, files: Mapping[str, Definitions]) -> None:
        self.files = files
        self.diagnostics: list[Diagnostic] = []
        self.index: dict[Key, tuple[Element, Definitions]] = {}
        for file in files.values():
            self._add_elements(file)

    def linked(self, key: Key) -> Linked:
        """Return an element with the names of what it requires."""
        element, file = self.index[key]
        requires = element.requires if isinstance(element, Decision | KnowledgeModel) else ()
        visible: dict[NamePath, Key] = {}
        for reference in requires:
            required = self._resolve(reference, file)
            if required is not None:
                visible.setdefault(self._path(required, reference, file), required)
        if isinstance(element, KnowledgeModel):
            visible.setdefault((element.name.text,), key)  # a function may call itself
        return Linked(key, element, file, visible)

    def parts(self, service: DecisionService, file: Definitions) -> ServiceParts:
        """Return a service's outputs and parameters."""
        outputs = self._of_kind(service.output_decisions, Decision, "a decision", file)
        inputs = self._of_kind(service.input_data, InputData, "an input", file)
        decisions = self._of_kind(service.input_decisions, Decision, "a decision", file)
        self._of_kind(service.encapsulated_decisions, Decision, "a decision", file)
        return ServiceParts(outputs, (*inputs, *decisions))

    def _add_elements(self, file: Definitions) -> None:
        names: dict[str, Element] = {}
        elements: tuple[Element, ...] = (*file.inputs, *file.decisions, *file.knowledge_models, *file.services)
        for element in elements:
            first = names.setdefault(element.name.text, element)
            if first is not element:
                self.diagnostics.append(findings.duplicate_name(element.name, first.name))
            key = f"{file.namespace}#{element.id or element.name.text}"
            if key in self.index:
                self.diagnostics.append(findings.duplicate_id(element.name, self.index[key][0].name))
            else:
                self.index[key] = element, file

    def _of_kind(
        self, references: tuple[Reference, ...], kind: type[Element], wanted: str, file: Definitions
    ) -> tuple[Key, ...]:
        return tuple(self._keys_of_kind(references, kind, wanted, file))

    def _keys_of_kind(
        self, references: tuple[Reference, ...], kind: type[Element], wanted: str, file: Definitions
    ) -> Iterator[Key]:
        for reference in references:
            key = self._resolve(reference, file)
            if key is not None and not isinstance(self.index[key][0], kind):
                self.diagnostics.append(findings.misplaced_reference(reference, wanted))
            elif key is not None:
                yield key

    def _resolve(self, reference: Reference, file: Definitions) -> Key | None:
        key = f"{reference.namespace or file.namespace}#{reference.id}"
        if key in self.index:
            return key
        self.diagnostics.append(findings.unknown_reference(reference))
        return None

    def _path(self, required: Key, reference: Reference, file: Definitions) -> NamePath:
        """Return how a file's texts name an element: an import without a name adds none (6.3.3)."""
        element, owner = self.index[required]
        name = element.name.text
        if owner is file:
            return (name,)
        imports = [import_ for import_ in file.imports if import_.namespace == owner.namespace]
        if not imports:
            self.diagnostics.append(findings.not_imported(reference))
        prefix = imports[0].name.text if imports else ""
        return (prefix, name) if prefix else (name,)
