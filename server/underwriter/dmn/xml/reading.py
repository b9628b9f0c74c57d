"""What all parts of the reader share: names, types and texts of elements, and the findings."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from underwriter.dmn.xml import faults
from underwriter.dmn.xml.grammar import FEEL_NAMESPACES, is_feel
from underwriter.dmn.xml.tree import Element
from underwriter.feel.diagnostics import Diagnostic, Severity
from underwriter.feel.parsing.names import normalized
from underwriter.feel.source import Source

ChoiceT = TypeVar("ChoiceT")

MAX_FINDINGS = 1_000
"""How many errors are told of one file before it is read no further."""


class TooManyFindings(Exception):
    """Ends the reading of a file that has more errors than anybody would read."""


@dataclass(slots=True)
class Reading:
    """Gathers findings while a model is read, and knows what its root says of all elements.

    `prefixes` stands for what a prefix of a type's name is replaced by; `language` is the expression language of texts
    that name none.
    """

    language: str = "FEEL"
    prefixes: Mapping[str, str] = field(default_factory=dict)
    findings: list[Diagnostic] = field(default_factory=list)
    errors: int = 0

    def report(self, finding: Diagnostic) -> None:
        """Add a finding; raise `TooManyFindings` past the bound on errors."""
        self.findings.append(finding)
        self.errors += finding.severity is Severity.ERROR
        if self.errors > MAX_FINDINGS:
            raise TooManyFindings

    def name(self, element: Element, what: str) -> Source:
        """Return the name of an element; an empty one at its start tag if it has none."""
        return self.named_by(element, "name", what)

    def named_by(self, element: Element, attribute: str, what: str) -> Source:
        """Return a name that stands in an attribute, every run of blanks in it as one space (DMN 1.5, 10.3.1.3)."""
        value = element.attribute(attribute)
        if value is not None and not value.text.isspace() and value.text:
            return renamed(value)
        self.report(faults.missing_attribute(element.source, what, attribute))
        return element.source.part(0, 0)

    def type_of(self, element: Element, attribute: str = "typeRef") -> Source | None:
        """Return the type that an attribute of an element names."""
        return self.type_name(element.attribute(attribute))

    def type_name(self, written: Source | None) -> Source | None:
        """Return the name of a type; the prefixes that DMN 1.1 has there are replaced."""
        if written is None or not (name := renamed(written)).text:
            return None
        prefix, colon, local = name.text.partition(":")
        if not colon or prefix not in self.prefixes:
            return name
        after = name.part(len(prefix) + 1, len(name.text))
        return Source(self.prefixes[prefix] + local, after.name, after.host, after.anchors)

    def variable_type(self, element: Element, name: Source | None = None) -> Source | None:
        """Return the type of an element's variable, which must be named like the element."""
        variable = element.first("variable")
        if variable is None:
            return None
        written = variable.attribute("name")
        if name is not None and written is not None and normalized(written.text) not in ("", name.text):
            self.report(faults.other_variable_name(written, name.text))
        return self.type_of(variable)

    def tests(self, element: Element | None) -> Source | None:
        """Return the unary tests that an element holds, None if it is empty."""
        text = _text(element) if element else None
        return text if text is not None and text.text else None

    def formula(self, element: Element, what: str) -> Source:
        """Return the FEEL text of an element; null where there is none."""
        text = _text(element)
        if text is not None and text.text:
            return text
        if (imported := element.first("importedValues")) is not None:
            self.report(faults.imported_values(imported.source))
        else:
            self.report(faults.empty_text(element.source, what))
        return null_at(element)

    def foreign_language(self, element: Element) -> str | None:
        """Return the language of an expression if it is not FEEL."""
        language = element.attributes.get("expressionLanguage", self.language).strip()
        return None if not language or is_feel(language) else language

    def choice(self, element: Element, attribute: str, choices: Mapping[str, ChoiceT], default: ChoiceT) -> ChoiceT:
        """Return what the value of an attribute stands for."""
        value = element.attribute(attribute)
        if value is None:
            return default
        if value.text.strip() not in choices:
            self.report(faults.unknown_value(value, attribute, choices))
        return choices.get(value.text.strip(), default)

    def child(self, element: Element, name: str, what: str) -> Element | None:
        """Return a child that must be there."""
        child = element.first(name)
        if child is None:
            self.report(faults.missing_child(element.source, what, name))
        return child


def renamed(written: Source) -> Source:
    """Return a name with every run of blanks in it as one space and none around it."""
    name = normalized(written.text)
    if written.text == name:
        return written
    start = len(written.text) - len(written.text.lstrip())
    part = written.part(start, len(written.text))
    return Source(name, part.name, part.host, part.anchors)


def null_at(element: Element) -> Source:
    """Return `null`, at the place of an element."""
    tag = element.source
    return Source("null", tag.name, tag.host, tag.anchors)


def prefixes_of(root: Element, import_names: Mapping[str, str]) -> dict[str, str]:
    """Return what prefixes of types' names mean: nothing for FEEL's types and the model's, else an import's name."""
    replacements = {uri: f"{name}." if name else "" for uri, name in import_names.items()}
    replacements |= dict.fromkeys((*FEEL_NAMESPACES, root.attributes.get("namespace", "")), "")
    declared = root.file.namespaces.items()
    return {prefix: replacements[uri] for prefix, uri in declared if prefix and uri in replacements}


def _text(element: Element) -> Source | None:
    text = element.first("text")
    return text.text if text else None
