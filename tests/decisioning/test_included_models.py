"""Policies that include DMN models, from the application to the decision's trace."""

import pytest

from underwriter.decisioning import explain, policy_message
from underwriter.decisioning.desk import policy_from_bundle
from underwriter.decisioning.rule_tests.coverage import Coverage
from underwriter.policy import Trace
from underwriter.v1.decision_service_pb2 import DecideRequest

from .desks import ID, NOW, application, codes, decided, outcome_name, tiny

MODEL = """<definitions xmlns="https://www.omg.org/spec/DMN/20230324/MODEL/" name="lending" namespace="urn:lending">
  <itemDefinition name="tLoan">
    <itemComponent name="monthly_payment"><typeRef>number</typeRef></itemComponent>
    <itemComponent name="balance"><typeRef>number</typeRef></itemComponent>
  </itemDefinition>
  <itemDefinition name="tLoans" isCollection="true"><typeRef>tLoan</typeRef></itemDefinition>
  <itemDefinition name="tBureau">
    <itemComponent name="loans"><typeRef>tLoans</typeRef></itemComponent>
  </itemDefinition>
  <itemDefinition name="tIncome">
    <typeRef>number</typeRef><allowedValues><text>&gt;= 0</text></allowedValues>
  </itemDefinition>
  <itemDefinition name="tApplicant">
    <itemComponent name="age"><typeRef>number</typeRef></itemComponent>
    <itemComponent name="monthly_income"><typeRef>tIncome</typeRef></itemComponent>
  </itemDefinition>
  <inputData id="applicant" name="applicant"><variable name="applicant" typeRef="tApplicant"/></inputData>
  <inputData id="bureau" name="bureau"><variable name="bureau" typeRef="tBureau"/></inputData>
  <businessKnowledgeModel id="total" name="total">
    <variable name="total"/>
    <encapsulatedLogic><formalParameter name="loans" typeRef="tLoans"/>
      <literalExpression><text>sum(for loan in loans return loan.monthly_payment)</text></literalExpression>
    </encapsulatedLogic>
  </businessKnowledgeModel>
  <decision id="burden" name="Debt Burden">
    <variable name="Debt Burden" typeRef="number"/>
    <informationRequirement><requiredInput href="#applicant"/></informationRequirement>
    <informationRequirement><requiredInput href="#bureau"/></informationRequirement>
    <knowledgeRequirement><requiredKnowledge href="#total"/></knowledgeRequirement>
    <literalExpression><text>total(bureau.loans) / applicant.monthly_income</text></literalExpression>
  </decision>
  <decision id="level" name="Level">
    <variable name="Level"/>
    <informationRequirement><requiredDecision href="#burden"/></informationRequirement>
    <decisionTable hitPolicy="UNIQUE">
      <input><inputExpression><text>Debt Burden</text></inputExpression></input>
      <output name="level"/>
      <rule><inputEntry><text>&lt;= 0.5</text></inputEntry><outputEntry><text>"low"</text></outputEntry></rule>
      <rule><inputEntry><text>&gt; 0.5</text></inputEntry><outputEntry><text>"high"</text></outputEntry></rule>
    </decisionTable>
  </decision>
  <decision id="unused" name="Unused">
    <variable name="Unused"/>
    <informationRequirement><requiredInput href="#applicant"/></informationRequirement>
    <decisionTable hitPolicy="UNIQUE">
      <input><inputExpression><text>applicant.age</text></inputExpression></input>
      <output name="any"/>
      <rule><inputEntry><text>-</text></inputEntry><outputEntry><text>1</text></outputEntry></rule>
    </decisionTable>
  </decision>
</definitions>
"""
POLICY = """include: [lending.dmn]
decisions:
  burden:
    rules:
      - {id: B1, when: Debt Burden > 0.8, then: decline, reason: R}
      - {id: B2, when: Level = "high", then: decline, reason: R}
outcome:
  rules: [burden]
"""
FIRED = ["rule burden/B1", "rule burden/B2"]
BURDEN = ["rule burden/B1", "rule burden/B1 not fired", "rule burden/B2", "rule burden/B2 not fired"]
LEVELS = ["Level row 1", "Level row 2"]
LOANS = {"loans": [{"monthly_payment": "300 CNY"}, {"monthly_payment": "400 CNY"}]}


@pytest.fixture
def policy(tmp_path):
    (tmp_path / "tiny").mkdir()
    (tmp_path / "tiny" / "lending.dmn").write_text(MODEL, "utf-8")
    return tiny(tmp_path, POLICY)


def given(income):
    return {"applicant": {"monthly_income": income} if income else {}, "bureau": LOANS}


@pytest.mark.parametrize(
    ("income", "outcome", "reasons"),
    [
        ("2000 CNY", "APPROVE", []),
        ("1000 CNY", "DECLINE", ["R"]),
        (None, "REFER", ["INSUFFICIENT_DATA"]),
    ],
)
def test_the_model_decides_on_an_application(policy, income, outcome, reasons):
    decision = decided(policy, given(income)).decision
    assert (outcome_name(decision), codes(decision)) == (outcome, reasons)


def test_a_missing_input_of_the_model_is_named(policy):
    (reason,) = decided(policy, given(None)).decision.reasons
    assert "applicant.monthly_income" in reason.missing_inputs


def test_the_trace_shows_what_the_model_did_and_where_that_stands(policy):
    request = DecideRequest(request_id="r", product="TINY", application=application(policy, given("1000 CNY")))
    steps = explain(request, policy, NOW, ID).decision.trace.steps
    shown = {step.name: (step.value, step.source.rpartition("/")[2]) for step in steps}
    assert shown["Debt Burden"] == ("0.7", "lending.dmn:25:31")
    assert shown["Level/2"] == ("", "lending.dmn:39:7")
    assert shown["Level"][0] == '"high"'
    assert "Unused" not in shown


def test_the_graph_shows_the_models_decisions_with_their_kinds(policy):
    nodes = {node.name: (node.kind, list(node.requires)) for node in policy_message(policy, with_files=False).decisions}
    assert nodes == {
        "total": ("function", []),
        "Debt Burden": ("expression", ["applicant.age", "applicant.monthly_income", "bureau.loans", "total"]),
        "Level": ("table", ["Debt Burden"]),
        "Unused": ("table", ["applicant.age", "applicant.monthly_income"]),
        "burden": ("rules", ["Debt Burden", "Level"]),
    }


def test_coverage_counts_the_rows_of_tables_that_the_policy_reads(policy):
    coverage = Coverage.of(policy.policy)
    assert [spot.what for spot in coverage.uncovered] == [*BURDEN, *LEVELS]
    trace = Trace()
    inputs = policy.bind(application(policy, given("2000 CNY")), NOW)
    policy.policy.evaluate_traced(inputs, policy.calls, [], trace)
    coverage.add(trace)
    assert [spot.what for spot in coverage.uncovered] == [*FIRED, LEVELS[1]]


def test_a_bundle_brings_the_model_along(policy):
    again = policy_from_bundle(policy.bundle(), {})
    assert again.version == policy.version
    assert decided(again, given("1000 CNY")).decision == decided(policy, given("1000 CNY")).decision
