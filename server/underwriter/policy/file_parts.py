"""Reads the parts that a rule file gives to policies: parameters, models, attributes and decisions."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache

from underwriter.feel.diagnostics import Diagnostic
from underwriter.policy.definitions import (
    AttributeDefinition,
    DatedParameter,
    DecisionDefinition,
    ModelDefinition,
    ParameterDefinition,
)
from underwriter.policy.documents import Data, Fields, Text
from underwriter.policy.logic_loader import CSV_TAG, LogicLoader
from underwriter.policy.parameter_loader import load_parameter
from underwriter.policy.reading import Reading
from underwriter.policy.rule_files import RuleFiles


@dataclass(frozen=True, slots=True)
class FileParts:
    """What one file gives, without what it includes. `tables` are the paths of its tables in files of their own.

    `left_out` are the names of parts that can't be understood, and `unread` the sections of which none can.
    """

    parameters: list[ParameterDefinition] = field(default_factory=list)
    dated_parameters: list[DatedParameter] = field(default_factory=list)
    attributes: list[AttributeDefinition] = field(default_factory=list)
    models: list[ModelDefinition] = field(default_factory=list)
    decisions: list[DecisionDefinition] = field(default_factory=list)
    tables: list[str] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)
    unread: list[str] = field(default_factory=list)
    diagnostics: list[Diagnostic] = field(default_factory=list)

    def add(self, other: "FileParts") -> None:
        """Add the parts of another file behind those that are here, but for its tables and findings."""
        self.parameters.extend(other.parameters)
        self.dated_parameters.extend(other.dated_parameters)
        self.attributes.extend(other.attributes)
        self.models.extend(other.models)
        self.decisions.extend(other.decisions)
        self.left_out.extend(other.left_out)
        self.unread.extend(other.unread)


def read_parts(files: RuleFiles, path: str, fields: Fields) -> FileParts:
    """Read the parts out of the document of a file. Policies that include the file are given the same parts."""
    others = tuple(files.texts.items()) if CSV_TAG in files.texts[path] else ()
    return _read(path, fields, others, files.label)


@lru_cache(maxsize=128)  # as for documents, by which the parts are kept
def _read(path: str, fields: Fields, others: tuple[tuple[str, str], ...], label: str) -> FileParts:
    reader = _PartsReader(LogicLoader(reading := Reading(), RuleFiles(dict(others), label), path), reading)
    reader.read(fields)
    return reader.parts


class _PartsReader:
    def __init__(self, logic: LogicLoader, reading: Reading) -> None:
        self.parts = FileParts(tables=logic.used, diagnostics=reading.diagnostics)
        self._logic = logic
        self._reading = reading

    def read(self, fields: Fields) -> None:
        sections: dict[str, Callable[[Text, Data], None]] = {
            "parameters": self._parameter,
            "models": self._model,
            "attributes": self._attribute,
            "decisions": self._decision,
        }
        for section, read in sections.items():
            data = fields.get(section)
            entries = self._reading.mapping(data, section, fields.source) if data else None
            if data and entries is None:
                self.parts.unread.append(section)
            for key, value in entries or ():
                read(key, value)

    def _parameter(self, key: Text, data: Data) -> None:
        match load_parameter(self._reading, key, data):
            case ParameterDefinition() as parameter:
                self.parts.parameters.append(parameter)
            case DatedParameter() as dated:
                self.parts.dated_parameters.append(dated)
            case None:
                self.parts.left_out.append(key.text)

    def _model(self, key: Text, data: Data) -> None:
        source = self._reading.source(data, "a model")
        if source is None:
            self.parts.left_out.append(key.text)
        else:
            self.parts.models.append(ModelDefinition(key.source, source))

    def _attribute(self, key: Text, data: Data) -> None:
        type_ = self._logic.type_named(data, "an attribute's type")
        self.parts.attributes.append(AttributeDefinition(key.source, type_))

    def _decision(self, key: Text, data: Data) -> None:
        logic = self._logic.logic(data, key.source)
        if logic is None:
            self.parts.left_out.append(key.text)
        else:
            self.parts.decisions.append(DecisionDefinition(key.source, logic))
