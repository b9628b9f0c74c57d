"""The inputs and expected results of a case, as plain JSON values; read from test files of the DMN TCK."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

TCK = "{http://www.omg.org/spec/DMN/20160719/testcase}"
KIND = "{http://www.w3.org/2001/XMLSchema-instance}type"


@dataclass(frozen=True, slots=True)
class Case:
    """What goes in, by the name of the input, and what must come out, by the name of the decision."""

    inputs: Mapping[str, object]
    expected: Mapping[str, object]


def cases_of(file: Path) -> tuple[Case, ...]:
    """Return the cases of a test file of the kit."""
    root = ElementTree.parse(file).getroot()  # noqa: S314 - a file of the kit, which the user keeps
    return tuple(_case(element) for element in root.findall(f"{TCK}testCase"))


def _case(element: ElementTree.Element) -> Case:
    inputs = {node.get("name", ""): _value(node) for node in element.findall(f"{TCK}inputNode")}
    results = element.findall(f"{TCK}resultNode")
    expected = {node.get("name", ""): _value(node.find(f"{TCK}expected")) for node in results}
    return Case(inputs, expected)


def _value(element: ElementTree.Element | None) -> object:
    if element is None:
        return None
    if components := element.findall(f"{TCK}component"):
        return {component.get("name", ""): _value(component) for component in components}
    if (items := element.find(f"{TCK}list")) is not None:
        return [_value(item) for item in items.findall(f"{TCK}item")]
    if (written := element.find(f"{TCK}value")) is None:
        return None
    return READERS[written.get(KIND, "xsd:string")](written.text or "")


def _number(text: str) -> float:
    number = float(text)
    return int(number) if number.is_integer() else number


READERS: Mapping[str, Callable[[str], object]] = {
    "xsd:string": str,
    "xsd:boolean": lambda text: text == "true",
    "xsd:decimal": _number,
    "xsd:double": _number,
}
