"""DMN files in a policy's graph: `include: [lending.dmn]`."""

from decimal import Decimal

import pytest
from hypothesis import given as given_values
from hypothesis.strategies import booleans, integers

from underwriter.dmn.models.model import load_model
from underwriter.feel.temporal import parse_date_time
from underwriter.policy import ModelOutput, StepKind, Trace, load_policy

from .dmn_files import calling, context, decision, definitions, given, imported, item, knowledge, table
from .lending import GIVEN, MONTHLY, POLICY, RATES, STRESS, including, loaded, model
from .surroundings import HEAD, SURROUNDINGS, Evaluator, decimal_of

NOON = parse_date_time("2026-01-31T12:00:00Z")
MODEL = load_model("lending.dmn", {"lending.dmn": model(), "rates.dmn": RATES}, SURROUNDINGS.environment)
EVALUATOR = Evaluator(loaded())


@pytest.mark.parametrize(
    ("changed", "letter", "share", "fired"),
    [
        ({}, "A", "0.124", []),
        ({"applicant__age": 20}, "B", "0.124", []),
        ({"bureau__found": False}, "A", "0.248", []),
        ({"applicant__monthly_income": 200}, "C", "0.62", [0]),
    ],
)
def test_rules_read_decisions_of_the_model(changed, letter, share, fired):
    evaluator = Evaluator(loaded())
    values = {**GIVEN, **changed}
    assert evaluator(**values).fired == fired
    decisions = evaluator.decisions(**values)
    assert decisions["Share Of Income"] == Decimal(share)
    assert decisions["Grade"]["letter"] == letter
    assert decisions["rates.Stress Rate"] == Decimal("0.24")


@given_values(
    age=integers(0, 100), income=integers(0, 5000), amount=integers(0, 5000), months=integers(1, 36), found=booleans()
)
def test_a_policy_gives_the_values_that_the_model_gives_by_itself(age, income, amount, months, found):
    inputs = {
        "applicant": {"age": age, "monthly_income": income},
        "request": {"amount": amount, "term_months": months},
        "Risk Factor": 1 if found else 2,
        "max_share": Decimal("0.5"),
    }
    names = ("Monthly Payment", "Share Of Income", "Grade")
    alone = MODEL.evaluate(decimal_of(inputs), names, moment=NOON).values
    values = (age, income, amount, months, found)
    included = EVALUATOR.decisions(**dict(zip(GIVEN, values, strict=True)))
    assert {name: included[name] for name in names} == alone


def test_only_what_the_policy_reads_is_computed():
    assert set(Evaluator(loaded()).decisions(**GIVEN)) == {
        "Risk Factor",
        "rates.Stress Rate",
        "Monthly Payment",
        "Share Of Income",
        "Grade",
    }


def test_the_policy_reads_only_the_members_that_the_model_reads_or_declares():
    assert [".".join(path) for path in loaded().reads] == [
        "applicant.age",
        "applicant.monthly_income",
        "bureau.found",
        "request.amount",
        "request.term_months",
    ]


def test_elements_are_nodes_of_the_graph_but_for_those_of_imports_that_nothing_reads():
    checked = loaded().checked
    assert set(checked.order) == {
        "Risk Factor",
        "checks",
        "Monthly Payment",
        "Share Of Income",
        "Grade",
        "Year",
        "Twice",
        "Doubled",
        "rates.Stress Rate",
        "rates.monthly",
    }
    assert checked.requires["Monthly Payment"] == {"Risk Factor", "rates.Stress Rate", "rates.monthly"}
    assert checked.requires["Grade"] == {"max_share", "Share Of Income"}
    assert checked.inputs["Monthly Payment"] == {("request", "amount"), ("request", "term_months")}
    assert checked.order.index("Risk Factor") < checked.order.index("Monthly Payment") < checked.order.index("checks")


FORMULAS = {
    "a decision of an import": ("rates.Stress Rate * 2", {}, Decimal("0.48")),
    "a knowledge model of an import": ("rates.monthly(100, 0.2, 12)", {}, Decimal(10)),
    "an import as a whole": ("count(get entries(rates)) > 1", {}, True),
    "a service": ("Twice({amount: 4, term_months: 1})", {}, Decimal(8)),
    "a decision of a service by itself": ("Doubled", {"request__amount": 3}, Decimal(6)),
    "a member of a table's answer": ("Grade.letter", GIVEN, "A"),
    "the decision's time": ("Year", {"now": parse_date_time("2026-03-02T09:00:00Z")}, Decimal(2026)),
}


@pytest.mark.parametrize("case", FORMULAS)
def test_formulas_read_elements_by_name(case):
    formula, values, expected = FORMULAS[case]
    rules = "[{id: Z, when: reader != null, then: decline, reason: R}]"
    policy = POLICY.replace("  checks:\n", f"  reader: {{expression: '{formula}'}}\n  checks:\n").replace(
        "outcome:\n  rules: [checks]", f"  shown: {{rules: {rules}}}\noutcome:\n  rules: [shown]"
    )
    rates = definitions("urn:rates", STRESS, MONTHLY)
    evaluator = Evaluator(loaded(policy, rates=rates))
    assert evaluator.decisions(**values)["reader"] == expected
    assert evaluator(**values).fired == [0]


NUMBER = item("tN", "number", ">= 0")
BOUND = {
    "an input as a whole": (
        "",
        (
            given("applicant"),
            knowledge("f", ["a"], "a.age"),
            decision("D", "f(applicant)", "input applicant", "knowledge f"),
        ),
        {"applicant": {"age": 5}},
    ),
    "a list, of which items are read whole": (
        "",
        (
            NUMBER,
            item("tLoan", balance="tN"),
            '<itemDefinition name="tLoans" isCollection="true"><typeRef>tLoan</typeRef></itemDefinition>',
            item("tBureau", loans="tLoans"),
            given("bureau", "tBureau"),
            decision("D", "sum(bureau.loans.balance)", "input bureau"),
        ),
        {"bureau__loans": [{"balance": 2}, {"balance": 3}]},
    ),
    "an input that a whole import has": (
        "",
        (
            imported("o", "urn:other"),
            decision("D", "o.applicant.age - o.Half", "input urn:other#applicant", "decision urn:other#Half"),
        ),
        {"applicant__age": 10},
    ),
    "a parameter": ("", (given("five"), decision("D", "five", "input five")), {}),
    "a decision": ("  income: {expression: '5'}\n", (given("income"), decision("D", "income", "input income")), {}),
    "a decision that fits after a conversion": (
        "  income: {expression: '[5]'}\n",
        (given("income", "number"), decision("D", "income", "input income")),
        {},
    ),
    "a scorecard": (
        "  card: {scorecard: {base: 5, attributes: [{name: a, value: '1', reason: R, missing: 0,"
        " bins: [{when: '-', points: 0}]}]}}\n",
        (NUMBER, item("tCard", points="tN"), given("card", "tCard"), decision("D", "card.points", "input card")),
        {},
    ),
    "a score model": (
        "",
        (
            NUMBER,
            item("tScore", score="tN"),
            given("risk", "tScore"),
            decision("D", "risk.score / 120", "input risk"),
        ),
        {"applicant__age": 30, "bureau__loans__monthly_payment": [1]},
    ),
    "a function": (
        "  plus: {function: {parameters: {n: number}, expression: n + 1}}\n",
        (given("plus"), decision("D", "plus(4)", "input plus")),
        {},
    ),
    "nothing, for functions that call each other": (
        "",
        (
            calling("Odd", knowledge("Even", ["n"], "if n = 0 then 5 else Odd(n - 1)")),
            calling("Even", knowledge("Odd", ["n"], "if n = 0 then 0 else Even(n - 1)")),
            decision("D", "Even(10)", "knowledge Even"),
        ),
        {},
    ),
}


@pytest.mark.parametrize("case", BOUND)
def test_input_data_are_bound_by_name(case):
    decisions, parts, values = BOUND[case]
    reader = "  reader: {rules: [{id: Z, when: D = 5, then: decline, reason: R}]}\n"
    head = "models: {risk: stub/1}\nparameters: {five: {value: 5}}\n"
    policy, lending = including(decisions + reader, *parts, head=head, outcome="rules: [reader]")
    other = definitions("urn:other", given("applicant"), decision("Half", "applicant.age / 2", "input applicant"))
    evaluator = Evaluator(loaded(policy, lending, **{"other.dmn": other}), scored)
    assert evaluator(**values).fired == [0]


def scored(_features):
    return ModelOutput(Decimal("0.1"), Decimal(600), Decimal(0), None)


def test_an_input_outside_the_models_allowed_values_is_null_with_a_warning():
    policy = loaded()
    evaluator = Evaluator(policy)
    values = {name.replace("__", "."): decimal_of(value) for name, value in {**GIVEN, "applicant__age": 130}.items()}
    warnings = []
    evaluation = policy.evaluate(evaluator.inputs(values), (), warnings)
    assert (evaluation.fired, evaluation.undetermined) == ([], [0])
    assert [(str(w.place).split(":")[0], w.kind) for w in warnings] == [("lending.dmn", "type-mismatch")]


def test_a_null_of_the_model_leaves_a_rule_undetermined_with_the_inputs_named():
    policy = loaded()
    evaluator = Evaluator(policy)
    assert evaluator(**{**GIVEN, "applicant__monthly_income": None}).undetermined == [0]
    (_, rule) = policy.rules[0]
    assert {".".join(path) for path in policy.inputs_of_formula(rule.when)} == {
        "applicant.age",
        "applicant.monthly_income",
        "bureau.found",
        "request.amount",
        "request.term_months",
    }


def test_a_broken_hit_policy_in_a_decision_is_a_failure_and_elsewhere_a_warning():
    rows = ((["-"], ["1"]), (["-"], ["2"]))
    broken = table("UNIQUE", ["applicant.age"], ["n"], *rows)
    policy, text = including(
        "  reader: {rules: [{id: Z, when: Broken > 1 or Inner.step > 1, then: decline, reason: R}]}\n",
        given("applicant"),
        decision("Broken", broken, "input applicant"),
        decision("Inner", context(step=broken), "input applicant"),
        outcome="rules: [passing, reader]",
    )
    policy = loaded(policy, text)
    warnings = []
    evaluation = policy.evaluate((Decimal(30),), (), warnings)
    assert [policy.checked.order[number] for number in evaluation.failures] == ["Broken"]
    assert [warning.kind for warning in warnings] == ["hit-policy"]


def test_rows_of_the_models_tables_are_traced_with_their_places():
    policy = loaded()
    evaluator = Evaluator(policy)
    trace = Trace()
    values = {name.replace("__", "."): decimal_of(value) for name, value in GIVEN.items()}
    policy.evaluate_traced(evaluator.inputs(values), (), [], trace)
    rows = [step for step in trace.steps if step.kind is StepKind.ROW]
    name, checked = policy.checked.tables[rows[0].number]
    assert (name, rows[0].part, len(rows)) == ("Grade", (2,), 1)
    assert checked.table.rows[1].source.location(0).startswith("lending.dmn:")


def test_two_included_models_and_one_that_both_import_are_one_graph():
    other = definitions(
        "urn:other",
        imported("rates", "urn:rates"),
        given("Monthly Payment", "number"),
        decision(
            "With Stress",
            "Monthly Payment * (1 + rates.Stress Rate)",
            "input Monthly Payment",
            "decision urn:rates#Stress Rate",
        ),
    )
    policy = POLICY.replace("[lending.dmn]", "[lending.dmn, other.dmn]").replace(
        "not(Grade.is affordable)", "With Stress > 200"
    )
    evaluator = Evaluator(loaded(policy, **{"other.dmn": other}))
    values = {name: GIVEN[name] for name in ("request__amount", "request__term_months", "bureau__found")}
    assert evaluator.decisions(**values)["With Stress"] == Decimal("153.76")


def test_the_files_of_a_model_belong_to_the_policy_and_its_version():
    policy = loaded(**{"unrelated.dmn": definitions("urn:unrelated")})
    assert sorted(policy.files.texts) == ["lending.dmn", "policy.yaml", "rates.dmn", "reasons.yaml"]
    assert policy.version == loaded().version
    assert policy.version != loaded(rates=RATES.replace("0.24", "0.25")).version
    assert policy.version != loaded(lending=model().replace("B", "D")).version
    assert load_policy(policy.files, policy.path, SURROUNDINGS).version == policy.version


def test_an_included_part_may_include_a_model():
    part = POLICY[POLICY.index("parameters") : POLICY.index("outcome")]
    texts = {"parts/more.yaml": f"include: [../lending.dmn]\n{part}"}
    policy = f"{HEAD}include: [parts/more.yaml, lending.dmn]\noutcome:\n  rules: [checks]\n"
    assert Evaluator(loaded(policy, **texts))(**GIVEN).fired == []
