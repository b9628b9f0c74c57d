"""What the reader says of files with faults: all at once, each at its place; and of files that would do harm."""

import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from underwriter.dmn.boxes.expressions import Conditional
from underwriter.dmn.tables.decision_table import DecisionTable
from underwriter.dmn.xml import read_model
from underwriter.dmn.xml.tree import MAX_DEPTH, MAX_ELEMENTS, MAX_LENGTH

from .models import NAMESPACE, faults, model


@pytest.mark.parametrize(
    ("content", "finding"),
    [
        ("<inputData/>", "1:0 missing-attribute: the input data has no name"),
        ('<inputData name=" "/>', "1:0 missing-attribute: the input data has no name"),
        ('<decison name="a"/>', "1:0 unknown-element: DMN has no <decison> in <definitions>"),
        ('<decision name="a"><expression/></decision>', "1:19 unknown-element: DMN has no <expression> in <decision>"),
        (
            '<decision name="a"><variable name="b"/></decision>',
            "1:35 variable-name: the variable is named 'b', its element 'a'; the element's name counts",
        ),
        (
            '<decision name="a"><informationRequirement><requiredInput href="b"/></informationRequirement></decision>',
            "1:64 bad-reference: 'b' is no reference to an element",
        ),
        (
            '<decisionService name="a"><outputDecision/></decisionService>',
            "1:26 missing-attribute: the outputDecision has no href",
        ),
        (
            '<decision name="a"><literalExpression/></decision>',
            "1:19 empty-expression: the literal expression is empty",
        ),
        (
            '<decision name="a"><list/><list/></decision>',
            "1:26 second-expression: the decision has a second expression; only the first is used",
        ),
        (
            '<decision name="a"><for iteratorVariable="x"><in><list/></in></for></decision>',
            "1:19 missing-element: the for has no <return>",
        ),
        (
            '<decision name="a"><filter><in/><match><list/></match></filter></decision>',
            "1:27 missing-expression: the in has no expression",
        ),
        (
            '<decision name="a"><some><in><list/></in><satisfies><list/></satisfies></some></decision>',
            "1:19 missing-attribute: the some has no iteratorVariable",
        ),
        (
            '<decision name="a"><context><contextEntry><variable/><list/></contextEntry></context></decision>',
            "1:42 missing-attribute: the variable of a context entry has no name",
        ),
        (
            '<decision name="a"><relation><column name="b"/><row/></relation></decision>',
            "1:47 row-shape: this row has 0 expressions, the relation has 1 columns",
        ),
        (
            '<decision name="a"><functionDefinition kind="Jave"><list/></functionDefinition></decision>',
            "1:45 unknown-value: kind can't be 'Jave'",
        ),
        (
            '<decision name="a"><literalExpression><importedValues/></literalExpression></decision>',
            "1:38 imported-values: expressions from other files (importedValues) are not read; this gives null",
        ),
    ],
)
def test_a_fault_is_told_at_its_place(content: str, finding: str) -> None:
    assert faults(content) == [finding]


def in_table(content: str, attributes: str = "") -> list[str]:
    found = faults(f'<decision name="a">\n<decisionTable {attributes}>\n{content}\n</decisionTable></decision>')
    return [finding.partition(" ")[2] if not finding.startswith("3:") else finding for finding in found]


@pytest.mark.parametrize(
    ("content", "attributes", "finding"),
    [
        ("", "", "missing-element: the decision table has no <output>"),
        ("<output/>", 'hitPolicy="UNIQE"', "unknown-value: hitPolicy can't be 'UNIQE'"),
        ("<output/>", 'hitPolicy="COLLECT" aggregation="AVG"', "unknown-value: aggregation can't be 'AVG'"),
        (
            "<output/>",
            'hitPolicy="FIRST" aggregation="SUM"',
            "useless-aggregation: a table with hit policy first does not aggregate; the aggregation has no effect",
        ),
        ("<input/><output/>", "", "3:0 missing-element: the input column has no <inputExpression>"),
        ("<output name='a'/><output/>", "", "3:18 missing-attribute: the output column has no name"),
        ("<output/><rule><outputEntry/></rule>", "", "3:15 empty-output: the output entry is empty, which gives null"),
        ("<output/><rule/>", "", "3:9 row-shape: this rule has 0 output entries, the table has 1 output columns"),
        (
            "<output/><rule><inputEntry/><outputEntry><text>1</text></outputEntry></rule>",
            "",
            "3:9 row-shape: this rule has 1 input entries, the table has 0 input columns",
        ),
    ],
)
def test_a_fault_of_a_table_is_told(content: str, attributes: str, finding: str) -> None:
    assert in_table(content, attributes) == [finding]


def test_all_faults_are_told_at_once_in_the_order_of_the_file() -> None:
    found = faults('<inputData/>\n<decision name="a"><conditional/></decision>\n<desision/>')
    assert [finding.partition(":")[0] for finding in found] == ["1", "2", "2", "2", "3"]


def test_what_is_missing_is_read_as_null_and_what_does_not_fit_is_left_out() -> None:
    definitions, _ = read_model(
        model(
            '<decision name="a"><conditional/></decision>'
            '<decision name="b"><decisionTable><output/><rule/><rule><outputEntry><text>1</text></outputEntry></rule>'
            "</decisionTable></decision>"
        ),
        "m.dmn",
    )
    conditional, table = (decision.logic for decision in definitions.decisions)
    assert isinstance(conditional, Conditional)
    assert conditional.condition.text.text == "null"
    assert isinstance(table, DecisionTable)
    assert [row.number for row in table.rows] == [2]


def test_help_names_what_was_meant() -> None:
    _, (finding,) = read_model(model('<decison name="a"/>'), "m.dmn")
    assert finding.render() == (
        "m.dmn:2:1: error[unknown-element]: DMN has no <decison> in <definitions>\n"
        '    <decison name="a"/>\n'
        "    ^^^^^^^^^^^^^^^^^^^\n"
        "    help: did you mean 'decision'?"
    )


@pytest.mark.parametrize(
    ("text", "place", "code"),
    [
        ("", "1:1", "xml-syntax"),
        ("not xml", "1:1", "xml-syntax"),
        (f'<definitions xmlns="{NAMESPACE}">', "1:67", "xml-syntax"),
        (model("\n a < b"), "3:5", "xml-syntax"),
        (model("&nbsp;"), "2:1", "xml-syntax"),
        ("<html/>", "1:1", "not-a-dmn-file"),
        ('<definitions xmlns="urn:other" name="m"/>', "1:1", "not-a-dmn-file"),
        ("<definitions/>", "1:1", "not-a-dmn-file"),
        (f'\n<!DOCTYPE definitions SYSTEM "file:///etc/passwd">{model("")}', "2:1", "xml-document-type"),
        (f'<!DOCTYPE d [<!ENTITY a "b"><!ENTITY c "&a;&a;">]>{model("&c;")}', "1:1", "xml-document-type"),
        (model("<list>" * MAX_DEPTH), f"2:{(MAX_DEPTH - 1) * len('<list>') + 1}", "xml-too-deep"),
        (model("<list>" * 10_000), f"2:{(MAX_DEPTH - 1) * len('<list>') + 1}", "xml-too-deep"),
        (model("<a/>" * MAX_ELEMENTS), f"2:{(MAX_ELEMENTS - 1) * len('<a/>') + 1}", "xml-too-long"),
        (model(" " * MAX_LENGTH), "1:1", "xml-too-long"),
    ],
    ids=range(14),
)
def test_a_file_that_is_no_model_is_refused(text: str, place: str, code: str) -> None:
    definitions, (finding,) = read_model(text, "m.dmn")
    assert definitions is None
    assert (str(finding.position), finding.code) == (place, code)


def test_nesting_up_to_the_bound_is_read() -> None:
    depth = (MAX_DEPTH - 2) // 2
    inner = "<literalExpression><text>1</text></literalExpression>"
    content = "<context><contextEntry>" * (depth - 1) + inner + "</contextEntry></context>" * (depth - 1)
    definitions, findings = read_model(model(f'<decision name="d">{content}</decision>'), "m.dmn")
    assert findings == []
    assert definitions is not None


KIT = Path(__file__).parents[2] / "conformance" / "kit"
WHOLE = (KIT / "compliance-level-3" / "0001-line-increase" / "line-increase.dmn").read_text("utf-8")
TAGS = sorted(match.span() for match in re.finditer(r"<(\w+)(?: [^>]*)?(?:/>|>[^<]*</\1>)", WHOLE))


@settings(deadline=None)
@given(st.integers(0, len(WHOLE)), st.integers(0, 40), st.text(max_size=10))
def test_a_file_with_any_stretch_replaced_is_read_or_refused(start: int, length: int, instead: str) -> None:
    definitions, findings = read_model(WHOLE[:start] + instead + WHOLE[start + length :], "m.dmn")
    assert definitions is not None or findings


@settings(deadline=None)
@given(st.sets(st.sampled_from(TAGS), min_size=1, max_size=8))
def test_a_file_without_some_of_its_innermost_elements_is_read(taken_out: set[tuple[int, int]]) -> None:
    text = WHOLE
    for start, end in sorted(taken_out, reverse=True):
        text = text[:start] + text[end:]
    definitions, findings = read_model(text, "m.dmn")
    assert definitions is not None
    assert all(text.split("\n")[finding.position.line] in finding.render() for finding in findings)
