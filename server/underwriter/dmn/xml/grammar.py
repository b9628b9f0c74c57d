"""Which elements DMN has, and where they may stand (the XML schema of DMN 1.5; older versions have the same names)."""

from collections.abc import Iterator

from underwriter.dmn.xml import faults
from underwriter.dmn.xml.tree import Element
from underwriter.feel.diagnostics import Diagnostic

MODEL_NAMESPACES = (
    "https://www.omg.org/spec/DMN/20230324/MODEL/",  # 1.5
    "https://www.omg.org/spec/DMN/20211108/MODEL/",  # 1.4
    "https://www.omg.org/spec/DMN/20191111/MODEL/",  # 1.3
    "http://www.omg.org/spec/DMN/20180521/MODEL/",  # 1.2
    "http://www.omg.org/spec/DMN/20151101/dmn.xsd",  # 1.1
    "http://www.omg.org/spec/DMN/20151101/dmn11.xsd",  # 1.1, as early files have it
)

FEEL_NAMESPACES = (
    "https://www.omg.org/spec/DMN/20230324/FEEL/",
    "https://www.omg.org/spec/DMN/20211108/FEEL/",
    "https://www.omg.org/spec/DMN/20191111/FEEL/",
    "http://www.omg.org/spec/DMN/20180521/FEEL/",
    "http://www.omg.org/spec/FEEL/20140401",
)

EXPRESSIONS = (
    "literalExpression",
    "decisionTable",
    "context",
    "list",
    "relation",
    "invocation",
    "functionDefinition",
    "conditional",
    "filter",
    "for",
    "some",
    "every",
)

_BASIC = ("description", "extensionElements")
_TEXT = (*_BASIC, "text")
_EXPRESSION = (*_BASIC, *EXPRESSIONS)
_ITEM = (*_BASIC, "typeRef", "allowedValues", "typeConstraint", "itemComponent", "functionItem")
_REQUIREMENTS = ("knowledgeRequirement", "authorityRequirement")

CHILDREN = {
    "definitions": (
        *_BASIC,
        *("import", "itemDefinition", "decision", "inputData", "businessKnowledgeModel", "decisionService"),
        *("knowledgeSource", "elementCollection", "performanceIndicator", "organizationUnit"),
        *("group", "textAnnotation", "association"),
    ),
    "itemDefinition": _ITEM,
    "itemComponent": _ITEM,
    "functionItem": (*_BASIC, "parameters"),
    "allowedValues": _TEXT,
    "typeConstraint": _TEXT,
    "inputData": (*_BASIC, "variable"),
    "decision": (
        *("question", "allowedAnswers", "variable", "informationRequirement", *_REQUIREMENTS, "supportedObjective"),
        *("impactedPerformanceIndicator", "decisionMaker", "decisionOwner", "usingProcess", "usingTask"),
        *_EXPRESSION,
    ),
    "informationRequirement": (*_BASIC, "requiredDecision", "requiredInput"),
    "knowledgeRequirement": (*_BASIC, "requiredKnowledge"),
    "businessKnowledgeModel": (*_BASIC, "variable", "encapsulatedLogic", *_REQUIREMENTS),
    "encapsulatedLogic": ("formalParameter", *_EXPRESSION),
    "decisionService": (
        *_BASIC,
        *("variable", "outputDecision", "encapsulatedDecision", "inputDecision", "inputData"),
    ),
    "literalExpression": (*_TEXT, "importedValues"),
    "decisionTable": (*_BASIC, "input", "output", "annotation", "rule"),
    "input": (*_BASIC, "inputExpression", "inputValues"),
    "inputExpression": (*_TEXT, "importedValues"),
    "inputValues": _TEXT,
    "output": (*_BASIC, "outputValues", "defaultOutputEntry"),
    "outputValues": _TEXT,
    "defaultOutputEntry": (*_TEXT, "importedValues"),
    "rule": (*_BASIC, "inputEntry", "outputEntry", "annotationEntry"),
    "inputEntry": _TEXT,
    "outputEntry": (*_TEXT, "importedValues"),
    "annotationEntry": ("text",),
    "context": (*_BASIC, "contextEntry"),
    "contextEntry": ("variable", *_EXPRESSION),
    "list": _EXPRESSION,
    "relation": (*_BASIC, "column", "row"),
    "row": _EXPRESSION,
    "invocation": ("binding", *_EXPRESSION),
    "binding": ("parameter", *_EXPRESSION),
    "functionDefinition": ("formalParameter", *_EXPRESSION),
    "conditional": (*_BASIC, "if", "then", "else"),
    "filter": (*_BASIC, "in", "match"),
    "for": (*_BASIC, "in", "return"),
    "some": (*_BASIC, "in", "satisfies"),
    "every": (*_BASIC, "in", "satisfies"),
    **dict.fromkeys(("if", "then", "else", "in", "match", "return", "satisfies"), _EXPRESSION),
}
"""The children that an element may have; elements that are not listed have none that mean anything here."""


def unknown_elements(element: Element) -> Iterator[Diagnostic]:
    """Yield a finding for each element of DMN's namespace at a place where DMN has none of its name."""
    known = CHILDREN.get(element.name)
    if known is None:
        return
    for child in element.children:
        if child.namespace != element.namespace:
            continue
        if child.name in known:
            yield from unknown_elements(child)
        else:
            yield faults.unknown_element(child.source, child.name, element.name, known)


def is_feel(language: str) -> bool:
    """Tell whether the name of an expression language means FEEL, of whichever version."""
    return language in FEEL_NAMESPACES or language.casefold() == "feel"
