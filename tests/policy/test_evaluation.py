"""What a policy means when it runs: rules, decisions, tables, scorecards, functions, offers; traced as untraced."""

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from underwriter.credit import RepaymentMethod
from underwriter.feel import EvaluationWarning
from underwriter.policy import ModelOutput, OfferTerms, Outcome, StepKind, Trace
from underwriter.policy.inputs import choices
from underwriter.policy.outcome import LineAction
from underwriter.v1 import application_pb2, decision_pb2

from .surroundings import PASSING, Evaluator, loaded

D = Decimal


def evaluator(decisions, outcome="  rules: [passing]\n", head="", models=(), **files):
    return Evaluator(loaded(f"{head}decisions:\n{PASSING}{decisions}outcome:\n{outcome}", **files), *models)


def offers_of(evaluation):
    return [OfferTerms._make(values) for values in evaluation.offers]


# Rules ---------------------------------------------------------------------------------------------------------------

ONE_RULE = """
  checks:
    rules:
      - {{id: C, when: {when}, then: {then}, reason: R{unknown}}}
"""


@pytest.mark.parametrize("then", ["decline", "verify", "refer", "approve"])
@pytest.mark.parametrize("unknown", [None, "pass", "refer", "verify", "decline"])
@pytest.mark.parametrize(
    "when", ["applicant.verified", "applicant.age > 5", "applicant.verified and applicant.age > 5"]
)
def test_a_rule_fires_passes_or_is_undetermined(then, unknown, when):
    rule = ONE_RULE.format(when=when, then=then, unknown=f", if unknown: {unknown}" if unknown else "")
    run = evaluator(rule, "  rules: [checks]\n")
    true = {"applicant__verified": True, "applicant__age": 6}
    false = {"applicant__verified": False, "applicant__age": 5}
    null = {"applicant__verified": None, "applicant__age": None}
    read = [f"applicant__{path[1]}" for path in run.policy.reads]
    assert run(**{name: true[name] for name in read})[:3] == ([0], [], [])
    assert run(**{name: false[name] for name in read})[:3] == ([], [], [])
    assert run(**{name: null[name] for name in read})[:3] == ([], [] if unknown == "pass" else [0], [])
    expected = None if unknown == "pass" else Outcome[(unknown or "refer").upper()]
    assert run.policy.rules[0][1].if_unknown is expected
    assert run.policy.rules[0][1].then is Outcome[then.upper()]


def test_outcomes_are_ordered_by_severity():
    assert sorted(Outcome) == [Outcome.APPROVE, Outcome.REFER, Outcome.VERIFY, Outcome.DECLINE]


@pytest.mark.parametrize(
    ("names", "api"),
    [
        (Outcome.__members__, decision_pb2.Outcome.DESCRIPTOR),
        (LineAction.__members__, decision_pb2.LineAction.DESCRIPTOR),
        (RepaymentMethod.__members__, application_pb2.RepaymentMethod.DESCRIPTOR),
    ],
)
def test_what_rules_name_the_api_names_too(names, api):
    assert list(names) == list(choices(api).values())
    assert all(value in (name, number) for (name, value), number in zip(names.items(), choices(api), strict=True))


def test_all_rules_are_evaluated_in_the_order_of_the_outcome():
    run = evaluator(
        """
  first:
    rules:
      - {id: A1, when: applicant.age < 90, then: refer, reason: R}
      - {id: A2, when: applicant.age < 80, then: decline, reason: R}
  second:
    rules:
      - {id: B1, when: applicant.monthly_income < 10, then: decline, reason: R}
      - {id: B2, when: applicant.age < 0, then: decline, reason: R}
  left_out:
    rules:
      - {id: C1, when: applicant.age > 0, then: decline, reason: R}
""",
        "  rules: [second, first]\n",
    )
    assert [rule.id.text for _, rule in run.policy.rules] == ["B1", "B2", "A1", "A2"]
    assert run(applicant__age=50)[:2] == ([2, 3], [0])


def test_a_condition_that_is_no_boolean_at_run_time_is_undetermined():
    for item, expected in ((1, ([0], [], [])), (2, ([], [], [])), (3, ([], [0], [])), (4, ([], [0], []))):
        rule = ONE_RULE.format(when=f'"mixed[{item}]"', then="decline", unknown="")
        run = evaluator(rule, "  rules: [checks]\n", "parameters: {mixed: {value: [true, false, 1]}}\n")
        assert run()[:3] == expected


# Decisions -----------------------------------------------------------------------------------------------------------


def test_parameters_are_exact_decimals_texts_truths_and_lists():
    run = evaluator(
        "  all:\n    context: {a: p_decimal, b: p_text, c: p_truth, d: p_list, e: p_decimal * 3}\n",
        "  rules: [passing]\n  grade: 'string(all.a)'\n",
        """parameters:
  p_decimal: {value: 0.1000000000000000055511151231257827, unit: a year}
  p_text: {value: "0.10"}
  p_truth: {value: true}
  p_list: {value: [1, 2.50, x]}
""",
    )
    assert run().grade == "0.1000000000000000055511151231257827"
    assert run.decisions()["all"] == {
        "a": D("0.1000000000000000055511151231257827"),
        "b": "0.10",
        "c": True,
        "d": [D(1), D("2.50"), "x"],
        "e": D("0.3000000000000000166533453693773481"),
    }


def test_steps_of_a_context_see_those_before_and_hide_what_is_outside():
    run = evaluator(
        """
  age_group:
    table:
      hit policy: first
      rows: |
        | applicant.age || name  | rank |
        | < 30          || "low" | 1    |
        | -             || "top" | 2    |
  line:
    context:
      start: age_group.rank
      age_group: '{rank: 100}'
      total: start + age_group.rank
  sum_of_ranks: {expression: line.total + age_group.rank}
""",
        "  rules: [passing]\n  grade: string(sum_of_ranks)\n",
    )
    assert run(applicant__age=20).grade == "102"
    assert run.decisions(applicant__age=40)["line"] == {"start": D(2), "age_group": {"rank": D(100)}, "total": D(102)}


def test_a_step_named_like_a_decision_that_needs_the_context_makes_no_circle():
    run = evaluator(
        """
  line:
    context:
      rate: applicant.age
      double: rate * 2
  rate: {expression: line.double + 1}
""",
        "  rules: [passing]\n  grade: string(rate)\n",
    )
    assert run(applicant__age=5).grade == "11"


def test_functions_are_called_by_decisions_and_their_parameters_hide_what_is_outside():
    run = evaluator(
        """
  bonus: {expression: applicant.age}
  with_bonus:
    function:
      parameters: {bonus: number, factor: number}
      expression: bonus * factor + limit
  twice: {expression: "with_bonus(bonus + 1, 2) + with_bonus(factor: 1, bonus: 0)"}
  tower:
    function:
      parameters: {n: number}
      expression: with_bonus(n, n)
  limit: {expression: 100}
""",
        "  rules: [passing]\n  grade: string([twice, tower(3)])\n",
    )
    assert run(applicant__age=4).grade == "[210, 109]"
    assert run(applicant__age=None).grade == "[null, 109]"


def test_a_decision_may_bind_a_name_that_is_a_decision_of_its_own():
    run = evaluator(
        """
  loan: {expression: sum(for loan in bureau.loans return loan.balance)}
  balance: {expression: "count(bureau.loans[item.balance > 10])"}
""",
        "  rules: [passing]\n  grade: string([loan, balance])\n",
    )
    loans = [{"lender": "A", "monthly_payment": 1, "balance": 30}, {"lender": "B", "monthly_payment": 1, "balance": 5}]
    assert run(bureau__loans=loans).grade == "[35, 1]"


def test_rows_may_stand_in_a_csv_file():
    run = evaluator(
        "  grade:\n    table: {hit policy: first, rows: !csv grades.csv}\n",
        "  rules: [passing]\n  grade: grade\n",
        grades_csv='applicant.age,||,grade,||,note\n"< 18, > 90",||,"""low""",||,"young, or old"\n-,||,"""top""",||,\n',
    )
    assert (run(applicant__age=17).grade, run(applicant__age=18).grade) == ("low", "top")
    assert run(applicant__age=None).grade == "top"
    assert sorted(run.policy.files.texts) == ["grades.csv", "policy.yaml", "reasons.yaml"]


def test_parts_of_included_files_belong_to_the_policy_each_file_once():
    run = evaluator(
        "  grade: {expression: string(base + twice)}\n",
        "  rules: [passing]\n  grade: grade\n",
        "include: [one.yaml, two.yaml]\n",
        one="include: [base.yaml]\nparameters: {one: {value: 1}}\n",
        two="include: [base.yaml, one.yaml]\ndecisions: {twice: {expression: base * 2}}\n",
        base="decisions: {base: {expression: one + 4}}\n",
    )
    assert run().grade == "15"
    assert run.policy.checked.definition.files == ("policy.yaml", "one.yaml", "base.yaml", "two.yaml")


@pytest.mark.parametrize(
    ("hit_policy", "age", "failed", "grade"),
    [("unique", 5, False, "A"), ("unique", 15, True, None), ("any", 15, True, None), ("any", 25, False, "B")],
)
def test_a_table_that_breaks_its_hit_policy_is_a_failure_and_answers_null(hit_policy, age, failed, grade):
    run = evaluator(
        f"""
  grade:
    table:
      hit policy: {hit_policy}
      rows: |
        | applicant.age || grade |
        | < 20          || "A"   |
        | > 10          || "B"   |
        | > 22          || "B"   |
"""
        if hit_policy == "any"
        else """
  grade:
    table:
      hit policy: unique
      rows: |
        | applicant.age || grade |
        | < 20          || "A"   |
        | > 10          || "B"   |
""",
        "  rules: [passing]\n  grade: grade\n",
    )
    evaluation = run(applicant__age=age)
    number = run.policy.checked.order.index("grade")
    assert (evaluation.failures, evaluation.grade) == ([number] if failed else [], grade)


def test_a_failure_in_what_only_the_offer_needs_is_told_too():
    run = evaluator(
        """
  limit:
    table:
      hit policy: unique
      rows: |
        | applicant.age || limit |
        | > 10          || 1     |
        | > 20          || 2     |
""",
        "  rules: [passing]\n  offer: {credit_limit: limit, annual_rate: 0.1}\n",
    )
    assert run(applicant__age=30).failures == [run.policy.checked.order.index("limit")]
    assert run(applicant__age=15).failures == []


SCORECARD = """
  points:
    scorecard:
      base: 100
      attributes:
        - name: age
          value: applicant.age
          reason: R
          missing: -7
          bins:
            - {when: "< 30", points: 10.5}
            - {when: "[30..40]", points: 20}
            - {when: "> 35", points: 30}
        - name: job
          value: applicant.occupation
          reason: R
          missing: 0
          bins:
            - {when: '"STUDENT", "RETIRED"', points: -5}
            - {when: "-", points: 5}
"""


@pytest.mark.parametrize(
    ("age", "job", "points", "total"),
    [
        (20, "STUDENT", ("10.5", "-5"), "105.5"),
        (35, "EMPLOYED", ("20", "5"), "125"),
        (36, "RETIRED", ("20", "-5"), "115"),
        (41, None, ("30", "0"), "130"),
        (None, "EMPLOYED", ("-7", "5"), "98"),
        (None, None, ("-7", "0"), "93"),
    ],
)
def test_a_scorecard_adds_the_points_of_the_first_bin_that_fits_or_those_for_missing(age, job, points, total):
    run = evaluator(SCORECARD, "  rules: [passing]\n  grade: string(points.points)\n")
    evaluation = run(applicant__age=age, applicant__occupation=job)
    assert evaluation.grade == total
    assert evaluation.scorecards == {"points": tuple(map(D, points))}


# Models --------------------------------------------------------------------------------------------------------------


class Model:
    """A stub of a model: remembers what it was asked."""

    def __init__(self, output):
        self.output = output
        self.asked = []

    def __call__(self, features):
        self.asked.append(features)
        return self.output


SCORED = ModelOutput(D("0.02"), D(650), D(1), "detail")
FAILED = ModelOutput(None, None, None, RuntimeError("broken"))
TWO_MODELS = "models: {{one: stub/1, two: stub/1}}\ndecisions:\n{passing}outcome:\n{outcome}"


def test_a_model_gets_its_features_in_order_and_gives_its_outputs_to_rules():
    model = Model(SCORED)
    run = evaluator(
        ONE_RULE.format(
            when="risk.score < 700 and risk.probability > 0.01 and risk.missing = 1", then="decline", unknown=""
        ),
        "  rules: [checks]\n  score: risk\n",
        "models: {risk: stub/1}\n",
        [model],
    )
    evaluation = run(applicant__age=33, bureau__loans__monthly_payment=[30, 12])
    assert (evaluation.fired, evaluation.models) == ([0], (SCORED,))
    assert model.asked == [(D(33), D(42))] * 2  # by the traced twin too


def test_a_model_that_fails_is_a_failure_and_its_outputs_are_null():
    run = evaluator(
        ONE_RULE.format(when="risk.score < 700", then="decline", unknown=", if unknown: pass"),
        "  rules: [checks]\n",
        "models: {risk: stub/1}\n",
        [Model(FAILED)],
    )
    evaluation = run(applicant__age=33)
    assert evaluation.failures == [run.policy.checked.order.index("risk")]
    assert (evaluation.fired, evaluation.undetermined) == ([], [])


def test_a_model_that_nothing_needs_is_not_run_and_keeps_its_place():
    one, two = Model(FAILED), Model(SCORED)
    text = TWO_MODELS.format(passing=PASSING, outcome="  rules: [passing]\n  score: two\n")
    evaluation = Evaluator(loaded(text), one, two)(applicant__age=1)
    assert evaluation.models == (None, SCORED)
    assert (one.asked, len(two.asked), evaluation.failures) == ([], 2, [])


def test_a_model_that_only_the_offer_needs_runs_where_there_is_one():
    one, two = Model(SCORED), Model(SCORED)
    offer = "  rules: [rule]\n  score: two\n  offer: {credit_limit: one.score, annual_rate: 0.1}\n"
    rule = "  rule:\n    rules: [{id: A, when: applicant.age < 18, then: decline, reason: R}]\n"
    run = Evaluator(loaded(TWO_MODELS.format(passing=rule, outcome=offer)), one, two)
    assert run(applicant__age=17).models == (None, SCORED)
    assert one.asked == []
    evaluation = run(applicant__age=18)
    assert evaluation.models == (SCORED, SCORED)
    assert offers_of(evaluation)[0].credit_limit == D(650)


# Offers --------------------------------------------------------------------------------------------------------------

OFFER = """  rules: [checks]
  offer:
    credit_limit: limit
    annual_rate: 0.1
  caps:
    credit_limit: 5000
    effective_annual_rate: 0.24
"""
LIMIT = """
  limit: {expression: applicant.monthly_income * 3}
  checks:
    rules:
      - {id: A, when: applicant.age < 18, then: decline, reason: R}
      - {id: B, when: applicant.age > 60, then: approve, reason: R}
"""


def test_what_only_the_offer_needs_is_computed_only_for_an_offer():
    run = evaluator(LIMIT, OFFER)
    assert run(applicant__age=17, applicant__monthly_income=10).offers == []
    assert "limit" not in run.decisions(applicant__age=17)
    assert run.decisions(applicant__age=18, applicant__monthly_income=10)["limit"] == D(30)
    assert run(applicant__age=None, applicant__monthly_income=10).offers == []
    assert len(run(applicant__age=61, applicant__monthly_income=10).offers) == 1


def test_an_offer_has_the_terms_and_caps_that_are_stated():
    (offer,) = offers_of(evaluator(LIMIT, OFFER)(applicant__age=18, applicant__monthly_income=10))
    stated = {"credit_limit": D(30), "annual_rate": D("0.1")}
    caps = {"credit_limit_cap": D(5000), "effective_annual_rate_cap": D("0.24")}
    assert offer == OfferTerms(**dict.fromkeys(OfferTerms._fields) | stated | caps)


def test_a_null_in_a_term_stays_null():
    (offer,) = offers_of(evaluator(LIMIT, OFFER)(applicant__age=18))
    assert offer.credit_limit is None


def test_one_offer_is_made_for_each_item_of_a_list():
    run = evaluator(
        LIMIT,
        """  rules: [checks]
  offer:
    each: {term: "[3, 6, 12][item <= request.term_months]"}
    credit_limit: limit + term
    annual_rate: if term > 3 then 0.2 else 0.1
    term_months: term
""",
    )
    evaluation = run(applicant__age=18, applicant__monthly_income=1, request__term_months=6)
    assert [(o.credit_limit, o.annual_rate, o.term_months) for o in offers_of(evaluation)] == [
        (D(6), D("0.1"), D(3)),
        (D(9), D("0.2"), D(6)),
    ]
    assert run(applicant__age=18, request__term_months=1).offers == []


def test_items_of_each_may_be_contexts_and_hide_decisions_of_their_name():
    run = evaluator(
        """
  plan:
    table:
      hit policy: collect
      rows: |
        | applicant.age || months | rate |
        | > 0           || 3      | 0.01 |
        | > 10          || 6      | 0.02 |
""",
        """  rules: [passing]
  offer:
    each: {plan: plan}
    credit_limit: 100
    annual_rate: plan.rate
    term_months: plan.months
""",
    )
    evaluation = run(applicant__age=18)
    assert [(o.annual_rate, o.term_months) for o in offers_of(evaluation)] == [(D("0.01"), D(3)), (D("0.02"), D(6))]


# Traces --------------------------------------------------------------------------------------------------------------


def test_a_trace_holds_every_step_in_order():
    run = evaluator(
        SCORECARD
        + """
  grade:
    table:
      hit policy: first
      rows: |
        | points.points || grade |
        | > 120         || "A"   |
        | -             || "B"   |
  checks:
    rules:
      - {id: C1, when: grade = "A", then: approve, reason: R}
      - {id: C2, when: applicant.age > 90, then: decline, reason: R, if unknown: pass}
""",
        "  rules: [checks]\n  offer: {credit_limit: 1000, annual_rate: 0.1}\n  caps: {credit_limit: 5000}\n",
    )
    trace = Trace()
    inputs = run.inputs({"applicant.age": D(35), "applicant.occupation": None})
    run.policy.evaluate_traced(inputs, (), [], trace)
    number = run.policy.checked.order.index
    assert [(step.kind, step.number, step.part, step.value, step.name) for step in trace.steps] == [
        (StepKind.BIN, number("points"), (0, 1), None, ""),
        (StepKind.BIN, number("points"), (1, None), None, ""),
        (StepKind.DECISION, number("points"), (), {"points": D(120)}, ""),
        (StepKind.ROW, number("grade"), (2,), None, ""),
        (StepKind.DECISION, number("grade"), (), "B", ""),
        (StepKind.RULE, 0, (), False, ""),
        (StepKind.RULE, 1, (), False, ""),
        (StepKind.OFFER, -1, (), D(1000), "credit_limit"),
        (StepKind.OFFER, -1, (), D("0.1"), "annual_rate"),
        (StepKind.OFFER, -1, (), D(5000), "credit_limit_cap"),
    ]


def test_a_null_that_an_error_made_leaves_a_warning_with_its_place():
    run = evaluator(ONE_RULE.format(when="1 / applicant.age > 3", then="decline", unknown=""), "  rules: [checks]\n")
    warnings: list[EvaluationWarning] = []
    evaluation = run.policy.evaluate((D(0),), (), warnings)
    assert evaluation.undetermined == [0]
    (warning,) = warnings
    assert str(warning.place).startswith("policy.yaml:10:23")


MIXED = evaluator(
    SCORECARD
    + LIMIT
    + """
  payments: {expression: sum(bureau.loans.monthly_payment)}
  burden: {expression: payments / applicant.monthly_income}
  quality:
    table:
      hit policy: unique
      default: '"none"'
      rows: |
        | burden     | bureau.found || name   |
        | < 0.3      | true         || "good" |
        | [0.2..0.6] | -            || "fair" |
        | null       | -            || null   |
  more:
    rules:
      - {id: M1, when: burden > 0.5, then: decline, reason: R}
      - {id: M2, when: points.points < 100, then: verify, reason: R, if unknown: decline}
      - {id: M3, when: quality = "none", then: refer, reason: R, if unknown: pass}
      - {id: M4, when: 'some loan in bureau.loans satisfies loan.balance > 100', then: refer, reason: R}
""",
    OFFER.replace("[checks]", "[checks, more]").replace("0.1\n", "0.1 + burden / 10\n") + "  grade: quality\n",
)
NUMBERS = st.one_of(st.none(), st.integers(-1, 70).map(D), st.sampled_from([D("0.5"), D("1E+3")]))
LOANS = st.one_of(
    st.none(),
    st.lists(
        st.fixed_dictionaries({"lender": st.just("A"), "monthly_payment": NUMBERS, "balance": NUMBERS}), max_size=3
    ),
)


@settings(max_examples=200, deadline=None)
@given(
    age=NUMBERS,
    income=NUMBERS,
    job=st.sampled_from([None, "STUDENT", "EMPLOYED"]),
    found=st.sampled_from([None, True, False]),
    loans=LOANS,
)
def test_the_traced_twin_agrees_on_every_input(age, income, job, found, loans):
    MIXED(
        applicant__age=age,
        applicant__monthly_income=income,
        applicant__occupation=job,
        bureau__found=found,
        bureau__loans=loans,
    )


def test_a_chain_of_decisions_may_be_longer_than_the_stack():
    links = "".join(f"  d{number}: {{expression: d{number + 1} + 1}}\n" for number in range(1500))
    run = evaluator(f"{links}  d1500: {{expression: applicant.age}}\n", "  rules: [passing]\n  grade: string(d0)\n")
    assert run(applicant__age=1).grade == "1501"
    assert run.policy.inputs_of("d0") == {("applicant", "age")}
