"""Small models for tests of the reader."""

from underwriter.dmn.elements import Definitions
from underwriter.dmn.xml import read_model

NAMESPACE = "https://www.omg.org/spec/DMN/20230324/MODEL/"


def model(content: str, attributes: str = "") -> str:
    """Return the text of a model with this content."""
    return f'<definitions xmlns="{NAMESPACE}" name="m" namespace="urn:m" {attributes}>\n{content}\n</definitions>'


def read(content: str, attributes: str = "") -> Definitions:
    """Return a model that has no faults."""
    definitions, findings = read_model(model(content, attributes), "m.dmn")
    assert findings == []
    assert definitions is not None
    return definitions


def faults(content: str) -> list[str]:
    """Return what the reader has to say of a model's content, with lines counted from its first."""
    definitions, findings = read_model(model(content), "m.dmn")
    assert definitions is not None
    return [
        f"{finding.position.line}:{finding.position.column} {finding.code}: {finding.message}" for finding in findings
    ]


def logic(content: str) -> object:
    """Return the logic of a model's only decision, given what stands in it."""
    return read(f'<decision name="d">{content}</decision>').decisions[0].logic
