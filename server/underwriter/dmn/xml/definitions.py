"""Reads a whole file: the elements of a model (DMN 1.5, chapters 6 and 7)."""

from collections.abc import Iterable, Iterator

from underwriter.dmn.elements import (
    Decision,
    DecisionService,
    Definitions,
    FunctionItem,
    Import,
    InputData,
    ItemDefinition,
    KnowledgeModel,
    Reference,
)
from underwriter.dmn.xml import faults
from underwriter.dmn.xml.boxes import find_expression, read_function
from underwriter.dmn.xml.grammar import MODEL_NAMESPACES, unknown_elements
from underwriter.dmn.xml.reading import MAX_FINDINGS, Reading, TooManyFindings, prefixes_of, renamed
from underwriter.dmn.xml.tree import Element, read_tree
from underwriter.feel.diagnostics import Diagnostic, in_file_order
from underwriter.feel.source import Source

MAX_CHILDREN = 20_000
"""How many decisions, types and other parts of its own a model may have."""

_FOREIGN_IMPORTS = ("http://www.w3.org/2001/XMLSchema", "http://www.dmg.org/PMML")
"""How the import types begin of what is not DMN: XML types and PMML models, which are not read."""


def read_model(text: str, name: str) -> tuple[Definitions | None, list[Diagnostic]]:
    """Read the text of a .dmn file; `name` is its path as it is shown.

    All findings are told at once. What is wrong is left out or read as null. There is no model only if the text is no
    XML, is not DMN, or is beyond the bounds of `underwriter.dmn.xml.tree`.
    """
    root, findings = read_tree(text, name)
    if root is None:
        return None, findings
    if root.name != "definitions" or root.namespace not in MODEL_NAMESPACES:
        return None, [faults.not_a_model(root.source, root.name, root.namespace)]
    if len(root.children) > MAX_CHILDREN:
        return None, [faults.too_many(root.source, root.source.whole, "decisions and other parts", MAX_CHILDREN)]
    imports = tuple(_imports(root))
    reading = Reading(
        root.attributes.get("expressionLanguage", "FEEL"),
        prefixes_of(root, {item.namespace: item.name.text for item in imports}),
    )
    try:
        model = _definitions(root, imports, reading)
        for finding in unknown_elements(root):
            reading.report(finding)
    except TooManyFindings:
        return None, in_file_order([*reading.findings, faults.too_many_findings(root.source, MAX_FINDINGS)])
    return model, in_file_order(reading.findings)


def _definitions(root: Element, imports: tuple[Import, ...], reading: Reading) -> Definitions:
    if "namespace" not in root.attributes:
        reading.report(faults.missing_attribute(root.source, "model", "namespace"))
    return Definitions(
        reading.name(root, "model"),
        root.attributes.get("namespace", ""),
        root.source,
        imports,
        tuple(_item(child, reading) for child in root.named("itemDefinition")),
        tuple(_input(child, reading) for child in root.named("inputData")),
        tuple(_decision(child, reading) for child in root.named("decision")),
        tuple(_knowledge_model(child, reading) for child in root.named("businessKnowledgeModel")),
        tuple(_service(child, reading) for child in root.named("decisionService")),
    )


def _imports(root: Element) -> Iterator[Import]:
    """Yield the imports of DMN models. In DMN 1.1 they have no name but the prefix of their namespace."""
    prefixes = {uri: prefix for prefix, uri in root.file.namespaces.items()}
    for child in root.named("import"):
        if child.attributes.get("importType", "").startswith(_FOREIGN_IMPORTS):
            continue
        namespace = child.attributes.get("namespace", "")
        tag = child.source
        prefix = Source(prefixes.get(namespace, ""), tag.name, tag.host, tag.anchors)
        name = renamed(child.attribute("name") or prefix)
        yield Import(name, namespace, child.attributes.get("locationURI"))


def _item(element: Element, reading: Reading) -> ItemDefinition:
    type_ref = element.first("typeRef")
    function = element.first("functionItem")
    return ItemDefinition(
        reading.name(element, "item definition"),
        reading.type_name(type_ref.text if type_ref else None),
        tuple(_item(child, reading) for child in element.named("itemComponent")),
        element.attributes.get("isCollection", "").strip() in ("true", "1"),
        reading.tests(element.first("allowedValues")),
        reading.tests(element.first("typeConstraint")),
        _function_item(function, reading) if function else None,
    )


def _function_item(element: Element, reading: Reading) -> FunctionItem:
    parameters = element.named("parameters")
    return FunctionItem(
        tuple((reading.name(child, "parameter"), reading.type_of(child)) for child in parameters),
        reading.type_of(element, "outputTypeRef"),
    )


def _input(element: Element, reading: Reading) -> InputData:
    name = reading.name(element, "input data")
    return InputData(_id(element), name, reading.variable_type(element, name))


def _decision(element: Element, reading: Reading) -> Decision:
    name = reading.name(element, "decision")
    required = (
        target
        for requirement in element.named("informationRequirement", "knowledgeRequirement")
        for target in requirement.named("requiredDecision", "requiredInput", "requiredKnowledge")
    )
    logic = find_expression(element, "decision", reading)
    return Decision(
        _id(element), name, logic, reading.variable_type(element, name), tuple(_references(required, reading))
    )


def _knowledge_model(element: Element, reading: Reading) -> KnowledgeModel:
    name = reading.name(element, "business knowledge model")
    function = element.first("encapsulatedLogic")
    required = (
        target
        for requirement in element.named("knowledgeRequirement")
        for target in requirement.named("requiredKnowledge")
    )
    return KnowledgeModel(
        _id(element),
        name,
        read_function(function, reading) if function else None,
        reading.variable_type(element, name),
        tuple(_references(required, reading)),
    )


def _service(element: Element, reading: Reading) -> DecisionService:
    name = reading.name(element, "decision service")
    roles = ("outputDecision", "encapsulatedDecision", "inputDecision", "inputData")
    references = (tuple(_references(element.named(role), reading)) for role in roles)
    return DecisionService(_id(element), name, reading.variable_type(element, name), *references)


def _references(elements: Iterable[Element], reading: Reading) -> Iterator[Reference]:
    for element in elements:
        href = element.attribute("href")
        if href is None:
            reading.report(faults.missing_attribute(element.source, element.name, "href"))
            continue
        namespace, mark, id_ = href.text.strip().rpartition("#")
        if mark and id_:
            yield Reference(namespace or None, id_, href)
        else:
            reading.report(faults.bad_reference(href))


def _id(element: Element) -> str:
    return element.attributes.get("id", "")
