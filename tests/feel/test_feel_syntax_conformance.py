"""Every FEEL text of the DMN TCK parses, but for those named here with the reason."""

import xml.etree.ElementTree as ET
from collections.abc import Iterator
from pathlib import Path

import pytest

from underwriter.feel.parsing.parser import Parser
from underwriter.feel.source import Source

TCK = Path(__file__).parents[3] / "shared" / "conformance" / "dmn-tck"
NAMED = (
    "inputData",
    "decision",
    "businessKnowledgeModel",
    "decisionService",
    "itemDefinition",
    "itemComponent",
    "formalParameter",
    "parameter",
    "variable",
    "import",
)
BUILT_INS = (
    "after",
    "context merge",
    "context put",
    "date and time",
    "day of week",
    "day of year",
    "distinct values",
    "ends with",
    "finished by",
    "get entries",
    "get value",
    "index of",
    "insert before",
    "is defined",
    "list contains",
    "list replace",
    "lower case",
    "met by",
    "month of year",
    "overlaps after",
    "overlaps before",
    "round down",
    "round half down",
    "round half up",
    "round up",
    "started by",
    "starts with",
    "string join",
    "string length",
    "substring after",
    "substring before",
    "upper case",
    "week of year",
    "years and months duration",
)
CELLS = ("inputEntry", "allowedValues", "inputValues", "outputValues", "typeConstraint")


def local(element: ET.Element) -> str:
    return element.tag.rpartition("}")[2]


def declared_names(path: Path) -> set[str]:
    """Return all names that the models of a folder declare: they import each other."""
    roots = [ET.parse(model).getroot() for model in path.parent.glob("*.dmn")]  # noqa: S314 - a pinned, published suite
    return {element.get("name", "") for root in roots for element in root.iter() if local(element) in NAMED}


def texts(root: ET.Element) -> Iterator[tuple[str, bool]]:
    """Yield each FEEL text and whether it is a cell of unary tests."""
    for parent in root.iter():
        if local(parent) == "textAnnotation":
            continue
        for child in parent:
            if local(child) == "text" and (child.text or "").strip():
                yield child.text or "", local(parent) in CELLS


def test_every_text_of_the_tck_parses() -> None:
    if not TCK.is_dir():
        pytest.skip("the DMN TCK is not at ../shared/conformance/dmn-tck")
    diagnostics = []
    count = 0
    for path in sorted(TCK.rglob("*.dmn")):
        parser = Parser([*declared_names(path), *BUILT_INS])
        for text, is_cell in texts(ET.parse(path).getroot()):  # noqa: S314 - as above
            count += 1
            source = Source(text, path.name)
            parse = parser.parse_unary_tests(source) if is_cell else parser.parse_expression(source)
            diagnostics += parse.diagnostics
    assert not diagnostics, "\n".join(diagnostic.render() for diagnostic in diagnostics)
    assert count > 4900
