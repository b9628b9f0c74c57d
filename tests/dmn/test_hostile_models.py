"""Files that are broken or ask for too much: they are refused, or evaluated within the bounds; nothing is raised."""

import os

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from underwriter.dmn.models.model import Model, load_model
from underwriter.dmn.xml.tree import MAX_ATTRIBUTE, MAX_NAME, MAX_TEXTS
from underwriter.feel import Environment
from underwriter.feel.temporal import parse_date_time

NAMESPACE = "https://www.omg.org/spec/DMN/20230324/MODEL/"
NOON = parse_date_time("2026-01-31T12:00:00Z")
ENVIRONMENT = Environment()
EXAMPLES = 3_000 if os.environ.get("UNDERWRITER_SOAK") else 60


def model(body: str, attributes: str = "") -> str:
    return f'<definitions xmlns="{NAMESPACE}" name="m" namespace="n" {attributes}>{body}</definitions>'


def decision(name: str, text: str, required: str = "") -> str:
    needs = (
        f'<informationRequirement><requiredDecision href="#{required}"/></informationRequirement>' if required else ""
    )
    expression = f"<literalExpression><text>{text}</text></literalExpression>"
    return f'<decision id="{name}" name="{name}"><variable name="{name}"/>{needs}{expression}</decision>'


TABLE = model(
    '<inputData id="x" name="x"><variable name="x" typeRef="number"/></inputData>'
    '<itemDefinition name="tRisk"><typeRef>string</typeRef><allowedValues><text>"low", "high"</text></allowedValues>'
    '</itemDefinition><decision id="t" name="risk"><variable name="risk" typeRef="tRisk"/><informationRequirement>'
    '<requiredInput href="#x"/></informationRequirement><decisionTable hitPolicy="FIRST"><input><inputExpression>'
    "<text>x</text></inputExpression></input><output/><rule><inputEntry><text>&lt; 10</text></inputEntry><outputEntry>"
    '<text>"low"</text></outputEntry></rule><rule><inputEntry><text>-</text></inputEntry><outputEntry><text>"high"</text>'
    "</outputEntry></rule></decisionTable></decision>"
    + decision("after", 'for i in [risk] return {a: i, "b c": upper case(i)}', "t")
)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (model(f'<decision id="d" name="{"n" * (MAX_ATTRIBUTE + 1)}"/>'), "xml-too-long"),
        (model(f"<{'n' * (MAX_NAME + 1)}/>"), "xml-too-long"),
        (model("\n" * (MAX_TEXTS + 1)), "xml-too-long"),
        (model("<description>" + "&lt;a" * (MAX_TEXTS // 2 + 1) + "</description>"), "xml-too-long"),
        (model("<decision/>" * 20_001), "xml-too-long"),
        (model("<wrong/>" * 2_000), "too-many-errors"),
        (model("\0"), "xml-syntax"),
    ],
    ids=["long value", "long name", "many lines", "many entities", "many decisions", "many errors", "null byte"],
)
def test_files_beyond_the_bounds_are_refused(text: str, code: str) -> None:
    refused = load_model("m.dmn", {"m.dmn": text}, ENVIRONMENT)
    assert not isinstance(refused, Model)
    assert code in {diagnostic.code for diagnostic in refused.diagnostics}
    assert all(len(diagnostic.message) < 300 for diagnostic in refused.diagnostics)


def test_values_doubled_from_decision_to_decision_stay_small() -> None:
    chain = [decision("d0", "[1]")] + [decision(f"d{n}", f"[d{n - 1}, d{n - 1}]", f"d{n - 1}") for n in range(1, 60)]
    loaded = load_model("m.dmn", {"m.dmn": model("".join(chain) + decision("last", "d59 = d59", "d59"))}, ENVIRONMENT)
    assert isinstance(loaded, Model)
    assert loaded.evaluate({}, ["last"], moment=NOON).values == {"last": True}


def test_the_work_of_many_decisions_counts_together() -> None:
    many = "".join(decision(f"d{n}", "count(for x in 1..99000 return x)") for n in range(300))
    loaded = load_model("m.dmn", {"m.dmn": model(many)}, ENVIRONMENT)
    assert isinstance(loaded, Model)
    evaluation = loaded.evaluate({}, moment=NOON)
    assert set(evaluation.values.values()) == {None}
    assert [warning.kind for warning in evaluation.warnings] == ["too-much-work"]


@pytest.mark.parametrize(
    "name", ["a'b", "a{b}", "__class__", "{0}", "%s", "a\\b", "x # y", "a&#10;b", "ﬁ", "None", "i0"]
)
def test_names_of_a_model_are_only_data(name: str) -> None:
    text = model(decision(name, f'"{name}"'.replace("\\", "\\\\")))
    loaded = load_model(f"{name}.dmn\nraise SystemExit", {f"{name}.dmn\nraise SystemExit": text}, ENVIRONMENT)
    assert isinstance(loaded, Model)
    (given,) = loaded.evaluate({}, moment=NOON).values
    assert given == name.replace("&#10;", " ")


@st.composite
def broken(draw: st.DrawFn, text: str) -> str:
    """Return a file with some stretches of it taken out, doubled, or replaced by another part of it."""
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, len(text)))
        end = draw(st.integers(start, min(len(text), start + 40)))
        other = draw(st.integers(0, len(text)))
        part = draw(st.sampled_from(["", text[start:end] * 2, text[other : other + 30], "x", "&lt;", '"', "0", " "]))
        text = text[:start] + part + text[end:]
    return text


@pytest.mark.slow
@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))
@given(broken(TABLE), st.sampled_from([None, 1, "text", [], {}]))
def test_broken_files_raise_nothing(text: str, value: object) -> None:
    loaded = load_model("m.dmn", {"m.dmn": text}, ENVIRONMENT)
    assert all(diagnostic.render() for diagnostic in getattr(loaded, "diagnostics", ()))
    if isinstance(loaded, Model):
        evaluation = loaded.evaluate({"x": value}, moment=NOON)
        assert all(map(str, evaluation.warnings))
