"""Decision tables as the reader gives them."""

import pytest

from underwriter.dmn.tables.decision_table import DecisionTable
from underwriter.dmn.tables.hit_policy import Aggregation, HitPolicy

from .models import logic

INPUT = "<input><inputExpression typeRef='number'><text>score</text></inputExpression></input>"


def table(content: str, attributes: str = "") -> DecisionTable:
    read = logic(f"<decisionTable {attributes}>{content}</decisionTable>")
    assert isinstance(read, DecisionTable)
    return read


@pytest.mark.parametrize(
    ("attributes", "policy", "aggregation"),
    [
        ("", HitPolicy.UNIQUE, Aggregation.LIST),
        ('hitPolicy="RULE ORDER"', HitPolicy.RULE_ORDER, Aggregation.LIST),
        ('hitPolicy="OUTPUT ORDER"', HitPolicy.OUTPUT_ORDER, Aggregation.LIST),
        ('hitPolicy="COLLECT"', HitPolicy.COLLECT, Aggregation.LIST),
        ('hitPolicy="COLLECT" aggregation="SUM"', HitPolicy.COLLECT, Aggregation.SUM),
        ('hitPolicy="COLLECT" aggregation="COUNT"', HitPolicy.COLLECT, Aggregation.COUNT),
    ],
)
def test_hit_policies(attributes: str, policy: HitPolicy, aggregation: Aggregation) -> None:
    rule = table("<output/>", attributes).hit_rule
    assert (rule.policy, rule.aggregation) == (policy, aggregation)


def test_clauses_have_their_types_and_values() -> None:
    read = table(
        "<input><inputExpression typeRef='number'><text>a &lt; 1</text></inputExpression>"
        "<inputValues><text>[0..9]</text></inputValues></input>"
        "<output name='risk  grade' typeRef='tGrade'><outputValues><text>1, 2</text></outputValues>"
        "<defaultOutputEntry><text>2</text></defaultOutputEntry></output>"
        "<output name='reason'/>"
    )
    assert [(c.expression.text, c.type_name.text, c.values.text) for c in read.inputs] == [
        ("a < 1", "number", "[0..9]")
    ]
    grade, reason = read.outputs
    assert (grade.name.text, grade.type_name.text, [v.text for v in grade.values]) == ("risk grade", "tGrade", ["1, 2"])
    assert (reason.name.text, reason.type_name, reason.values) == ("reason", None, ())
    assert [default.text for default in read.defaults] == ["2", "null"]


def test_a_single_output_needs_no_name_and_a_table_no_default() -> None:
    read = table(f"{INPUT}<output/>")
    assert (read.outputs[0].name.text, read.defaults, read.rows) == ("", (), ())


@pytest.mark.parametrize(
    ("written", "text"),
    [
        ("<text>&lt; 3</text>", "< 3"),
        ("<text>-</text>", "-"),
        ("<text> \n </text>", "-"),
        ("<text/>", "-"),
        ("", "-"),
        ('<text>" "</text>', '" "'),
    ],
)
def test_an_empty_test_accepts_anything(written: str, text: str) -> None:
    rule = f"<rule><inputEntry>{written}</inputEntry><outputEntry><text>1</text></outputEntry></rule>"
    row = table(f"{INPUT}<output/>{rule}").rows[0]
    assert [test.text for test in row.tests] == [text]


def test_empty_allowed_values_allow_anything() -> None:
    clause = "<inputExpression><text>a</text></inputExpression><inputValues><text/></inputValues>"
    read = table(f"<input>{clause}</input><output><outputValues><text> </text></outputValues></output>")
    assert (read.inputs[0].values, read.outputs[0].values) == (None, ())


@pytest.mark.parametrize(
    ("content", "note"),
    [
        ("", ""),
        ("<description>old files</description>", "old files"),
        (
            "<annotationEntry><text> why </text></annotationEntry><annotationEntry><text>who</text></annotationEntry>",
            "why; who",
        ),
        ("<annotationEntry><text/></annotationEntry>", ""),
    ],
)
def test_annotations_become_the_note_of_a_row(content: str, note: str) -> None:
    read = table(f"<output/><annotation name='reason'/><rule><outputEntry><text>1</text></outputEntry>{content}</rule>")
    assert [(row.number, row.note) for row in read.rows] == [(1, note)]
