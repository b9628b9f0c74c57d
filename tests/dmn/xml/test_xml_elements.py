"""The elements of a model as the reader gives them."""

import pytest

from underwriter.dmn.boxes.expressions import (
    BoxedContext,
    BoxedFilter,
    BoxedIterator,
    BoxedList,
    Conditional,
    FunctionDefinition,
    FunctionKind,
    Invocation,
    IteratorKind,
    LiteralExpression,
    Relation,
)
from underwriter.dmn.xml import read_model
from underwriter.dmn.xml.grammar import MODEL_NAMESPACES

from .models import NAMESPACE, logic, model, read

ONE = "<literalExpression><text>1</text></literalExpression>"
TWO = "<literalExpression><text>2</text></literalExpression>"


def said(expression: object) -> object:
    """Return what a tree of literal expressions says."""
    assert isinstance(expression, LiteralExpression)
    return expression.text.text


@pytest.mark.parametrize("namespace", MODEL_NAMESPACES)
def test_all_versions_are_read(namespace: str) -> None:
    definitions, findings = read_model(model('<inputData name="a"/>').replace(NAMESPACE, namespace), "m.dmn")
    assert findings == []
    assert [item.name.text for item in definitions.inputs] == ["a"]


def test_a_byte_order_mark_and_an_encoding_are_passed_over() -> None:
    definitions, findings = read_model('\ufeff<?xml version="1.0" encoding="UTF-16"?>' + model(""), "m.dmn")
    assert (definitions.name.text, findings) == ("m", [])


def test_prefixes_extensions_and_diagrams_do_not_matter() -> None:
    text = f"""<dmn:definitions xmlns:dmn="{NAMESPACE}" xmlns:v="urn:vendor" name="m" namespace="urn:m">
    <dmn:extensionElements><v:decision name="x"/></dmn:extensionElements>
    <v:decision name="y"/><dmn:decision name="d" v:name="z"><v:literalExpression/></dmn:decision>
    </dmn:definitions>"""
    definitions, findings = read_model(text, "m.dmn")
    assert findings == []
    assert [(decision.name.text, decision.logic) for decision in definitions.decisions] == [("d", None)]


def test_a_decision_has_its_id_type_and_requirements() -> None:
    decision = read(
        '<decision name=" risk  grade " id="_1"><variable name="risk grade" typeRef="tGrade"/>'
        '<informationRequirement><requiredInput href="#_2"/></informationRequirement>'
        '<informationRequirement><requiredDecision href="urn:other#_3"/></informationRequirement>'
        '<knowledgeRequirement><requiredKnowledge href="#_4"/></knowledgeRequirement>'
        '<authorityRequirement><requiredAuthority href="#_5"/></authorityRequirement></decision>'
    ).decisions[0]
    assert (decision.id, decision.name.text, decision.type_name.text) == ("_1", "risk grade", "tGrade")
    assert [(required.namespace, required.id) for required in decision.requires] == [
        (None, "_2"),
        ("urn:other", "_3"),
        (None, "_4"),
    ]


def test_a_service_keeps_its_references_by_role() -> None:
    service = read(
        '<decisionService name="s"><outputDecision href="#o"/><encapsulatedDecision href="#e"/>'
        '<inputDecision href="#i"/><inputData href="#d"/></decisionService>'
    ).services[0]
    roles = (service.output_decisions, service.encapsulated_decisions, service.input_decisions, service.input_data)
    assert [[reference.id for reference in role] for role in roles] == [["o"], ["e"], ["i"], ["d"]]


def test_a_knowledge_model_is_a_function() -> None:
    model_ = read(
        '<businessKnowledgeModel name="f"><encapsulatedLogic><formalParameter name="a" typeRef="number"/>'
        f"{ONE}</encapsulatedLogic></businessKnowledgeModel>"
    ).knowledge_models[0]
    assert model_.function is not None
    assert [(item.name.text, item.type_name.text) for item in model_.function.parameters] == [("a", "number")]
    assert said(model_.function.body) == "1"


def test_item_definitions_nest_and_keep_their_constraints() -> None:
    first, second, third = read(
        '<itemDefinition name="tGrade"><typeRef>string</typeRef>'
        '<allowedValues><text>"A", "B"</text></allowedValues></itemDefinition>'
        '<itemDefinition name="tLoans" isCollection="true"><itemComponent name="monthly payment">'
        "<typeRef> number </typeRef></itemComponent></itemDefinition>"
        '<itemDefinition name="tFunction"><functionItem outputTypeRef="number"><parameters name="a" typeRef="string"/>'
        "</functionItem></itemDefinition>"
    ).items
    assert (first.type_name.text, first.allowed_values.text, first.is_collection) == ("string", '"A", "B"', False)
    assert second.is_collection
    assert [(item.name.text, item.type_name.text) for item in second.components] == [("monthly payment", "number")]
    assert third.function.result.text == "number"
    assert [(name.text, type_.text) for name, type_ in third.function.parameters] == [("a", "string")]


def test_type_constraints_stand_beside_allowed_values() -> None:
    item = read(
        '<itemDefinition name="t" isCollection="true"><typeRef>number</typeRef><allowedValues><text>&gt; 0</text>'
        "</allowedValues><typeConstraint><text>count(?) &lt; 3</text></typeConstraint></itemDefinition>"
    ).items[0]
    assert (item.allowed_values.text, item.type_constraint.text) == ("> 0", "count(?) < 3")


@pytest.mark.parametrize(
    ("written", "name"),
    [("feel:number", "number"), ("own:tLoan", "tLoan"), ("lib:tLoan", "library.tLoan"), ("other:tLoan", "other:tLoan")],
)
def test_prefixes_of_types_as_in_dmn_1_1_are_replaced(written: str, name: str) -> None:
    attributes = (
        'xmlns:feel="http://www.omg.org/spec/FEEL/20140401" xmlns:own="urn:m" xmlns:lib="urn:lib" xmlns:x="urn:x"'
    )
    definitions = read(
        '<import name="library" namespace="urn:lib" importType="urn:dmn"/>'
        f'<inputData name="a"><variable name="a" typeRef="{written}"/></inputData>',
        attributes,
    )
    assert definitions.inputs[0].type_name.text == name


def test_imports_of_other_things_than_models_are_left_out() -> None:
    imports = read(
        f'<import name="a b" namespace="urn:a" locationURI="a.dmn" importType="{NAMESPACE}"/>'
        '<import name="x" namespace="urn:x" importType="http://www.w3.org/2001/XMLSchema"/>'
        f'<import namespace="urn:p" importType="{NAMESPACE}"/>',
        'xmlns:p="urn:p"',
    ).imports
    assert [(item.name.text, item.namespace, item.location) for item in imports] == [
        ("a b", "urn:a", "a.dmn"),
        ("p", "urn:p", None),
    ]


def test_a_context_has_entries_and_a_result() -> None:
    context = logic(
        '<context><contextEntry><variable name="a  b" typeRef="number"/>' + ONE + "</contextEntry>"
        f"<contextEntry>{TWO}</contextEntry></context>"
    )
    assert isinstance(context, BoxedContext)
    named, result = context.entries
    assert (named.name.text, named.type_name.text, said(named.value)) == ("a b", "number", "1")
    assert (result.name, said(result.value)) == (None, "2")


def test_lists_and_relations_keep_their_order() -> None:
    list_ = logic(f'<list typeRef="tList">{ONE}{TWO}</list>')
    assert isinstance(list_, BoxedList)
    assert ([said(item) for item in list_.items], list_.type_name.text) == (["1", "2"], "tList")
    relation = logic(
        f'<relation><column name="a"/><column name="b"/><row>{ONE}{TWO}</row><row>{TWO}{ONE}</row></relation>'
    )
    assert isinstance(relation, Relation)
    assert [column.text for column in relation.columns] == ["a", "b"]
    assert [[said(cell) for cell in row] for row in relation.rows] == [["1", "2"], ["2", "1"]]


def test_an_invocation_binds_by_name() -> None:
    invocation = logic(
        "<invocation><literalExpression><text>f</text></literalExpression>"
        f'<binding><parameter name="a"/>{ONE}</binding><binding><parameter name="b"/></binding></invocation>'
    )
    assert isinstance(invocation, Invocation)
    assert said(invocation.function) == "f"
    assert [(item.parameter.text, said(item.value)) for item in invocation.bindings] == [("a", "1"), ("b", "null")]


def test_conditionals_filters_and_iterators_have_their_parts() -> None:
    conditional = logic(f"<conditional><if>{ONE}</if><then>{TWO}</then><else>{ONE}</else></conditional>")
    assert isinstance(conditional, Conditional)
    assert [said(part) for part in (conditional.condition, conditional.consequent, conditional.alternative)] == list(
        "121"
    )
    filter_ = logic(f"<filter><in>{ONE}</in><match>{TWO}</match></filter>")
    assert isinstance(filter_, BoxedFilter)
    assert (said(filter_.operand), said(filter_.condition)) == ("1", "2")
    for kind, body in (("for", "return"), ("some", "satisfies"), ("every", "satisfies")):
        iterator = logic(f'<{kind} iteratorVariable="x"><in>{ONE}</in><{body}>{TWO}</{body}></{kind}>')
        assert isinstance(iterator, BoxedIterator)
        assert (iterator.kind, iterator.variable.text) == (IteratorKind(kind), "x")
        assert (said(iterator.domain), said(iterator.body)) == ("1", "2")


@pytest.mark.parametrize(("kind", "wanted"), [("", FunctionKind.FEEL), ('kind="Java"', FunctionKind.JAVA)])
def test_functions_keep_their_kind(kind: str, wanted: FunctionKind) -> None:
    function = logic(f'<functionDefinition {kind}><formalParameter name="a"/>{ONE}</functionDefinition>')
    assert isinstance(function, FunctionDefinition)
    assert (function.kind, said(function.body)) == (wanted, "1")


@pytest.mark.parametrize(
    ("of_model", "of_expression", "language"),
    [
        ("", "", None),
        ("", 'expressionLanguage="https://www.omg.org/spec/DMN/20211108/FEEL/"', None),
        ("", 'expressionLanguage="feel"', None),
        ("", 'expressionLanguage="groovy"', "groovy"),
        ('expressionLanguage="groovy"', "", "groovy"),
        ('expressionLanguage="groovy"', 'expressionLanguage="feel"', None),
    ],
)
def test_texts_in_other_languages_say_so(of_model: str, of_expression: str, language: str | None) -> None:
    content = f'<decision name="d"><literalExpression {of_expression}><text>1</text></literalExpression></decision>'
    expression = read(content, of_model).decisions[0].logic
    assert isinstance(expression, LiteralExpression)
    assert expression.language == language
