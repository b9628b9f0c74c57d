"""Parameters with a history: which value holds when, what holds before the first, replay, tests that state them."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from underwriter.decisioning import explain, load_desk, policy_message, run_policy_tests
from underwriter.decisioning.desk import policy_from_bundle
from underwriter.decisioning.replaying import decide_again
from underwriter.feel import Source
from underwriter.feel.temporal import Date
from underwriter.policy.definitions import DatedParameter
from underwriter.v1 import decision_pb2
from underwriter.v1.decision_service_pb2 import DecideRequest

from .desks import ID, NOW, application, codes, decided, outcome_name, tiny, write_rules

POLICY = """parameters:
  macro_index: {history: {2026-04-01: -0.3, 2025-01-01: 0.2}, unit: points}
  least: {value: 18}
decisions:
  checks:
    rules:
      - {id: C1, when: macro_index < 0, then: decline, reason: R}
      - {id: C2, when: applicant.age < least, then: decline, reason: R}
outcome: {rules: [checks]}
"""
PERSON = {"applicant": {"age": 30}}
DAYS = st.dates(date(2024, 1, 1), date(2027, 12, 31))


@pytest.mark.parametrize(
    ("now", "outcome"),
    [
        ("2024-12-31T15:59:59Z", "REFER"),  # Shanghai is eight hours ahead
        ("2024-12-31T16:00:00Z", "APPROVE"),
        ("2026-03-31T15:59:59.999999Z", "APPROVE"),
        ("2026-03-31T16:00:00Z", "DECLINE"),
        ("2099-01-01T00:00:00Z", "DECLINE"),
    ],
)
def test_a_value_holds_from_its_day_in_the_time_zone_of_the_policy(tmp_path, now, outcome):
    assert outcome_name(decided(tiny(tmp_path, POLICY), PERSON, datetime.fromisoformat(now)).decision) == outcome


def test_before_the_first_day_it_is_missing_data(tmp_path):
    decision = decided(tiny(tmp_path, POLICY), PERSON, datetime(2020, 1, 1, tzinfo=UTC)).decision
    assert codes(decision) == ["INSUFFICIENT_DATA"]
    assert list(decision.reasons[0].missing_inputs) == ["macro_index"]


@given(st.dictionaries(DAYS, st.integers(-9, 9), min_size=1), DAYS)
def test_the_newest_day_that_is_not_after_today_counts(history, day):
    entries = tuple(sorted((Date(*day.timetuple()[:3]), Decimal(value)) for day, value in history.items()))
    known = [first for first in history if first <= day]
    expected = history[max(known)] if known else None
    assert DatedParameter(Source("x", "f"), entries).at(Date(*day.timetuple()[:3])) == expected


@pytest.mark.parametrize(
    ("values", "when"), [('GOOD, 2026-04-01: "BAD"', 'p = "BAD"'), ("false, 2026-04-01: true", "p")]
)
def test_texts_and_truths_have_histories_too(tmp_path, values, when):
    text = POLICY.replace("{2026-04-01: -0.3, 2025-01-01: 0.2}", f"{{2025-01-01: {values}}}")
    policy = tiny(tmp_path, text.replace("macro_index < 0", when.replace("p", "macro_index", 1)))
    outcomes = [outcome_name(decided(policy, PERSON, NOW + timedelta(days)).decision) for days in (0, 30)]
    assert outcomes == ["APPROVE", "DECLINE"]


def test_it_is_read_beside_the_time_and_what_is_stored(tmp_path):
    rule = "  - {id: C3, when: 'exposure.total > 0 or today > @\"2030-01-01\"', then: decline, reason: R}\n"
    policy = tiny(tmp_path, POLICY.replace("outcome:", f"    {rule}outcome:"))
    assert [path[0] for path in policy.policy.reads] == ["applicant", "exposure", "today", "macro_index"]
    assert outcome_name(decided(policy, PERSON).decision) == "APPROVE"


def test_a_trace_shows_it_as_an_input(tmp_path):
    policy = tiny(tmp_path, POLICY)
    request = DecideRequest(product="TINY", application=application(policy, PERSON))
    trace = explain(request, policy, NOW, ID).decision.trace
    inputs = {step.name: step.value for step in trace.steps if step.kind == decision_pb2.TRACE_STEP_KIND_INPUT}
    assert inputs == {"applicant.age": "30", "macro_index": "0.2"}


def test_a_replay_takes_the_value_of_the_day_and_another_policy_its_own(tmp_path):
    policy = tiny(tmp_path / "one", POLICY)
    worse = tiny(tmp_path / "two", POLICY.replace("0.2}", "-0.9}"))
    request = DecideRequest(product="TINY", application=application(policy, PERSON))
    made = decided(policy, PERSON)
    kept = policy_from_bundle(policy.bundle(), {})
    assert kept.version == policy.version != worse.version
    assert outcome_name(decide_again(request, kept, made.evidence, NOW, ID).decision) == "APPROVE"
    assert outcome_name(decide_again(request, worse, made.evidence, NOW, ID).decision) == "DECLINE"


def test_a_description_tells_its_history(tmp_path):
    plain, dated = policy_message(tiny(tmp_path, POLICY), with_files=False).parameters
    assert (plain.name, plain.value, len(plain.history)) == ("least", "18", 0)
    history = [(entry.date.year, entry.date.month, entry.date.day, entry.value) for entry in dated.history]
    assert (dated.name, dated.value, dated.unit) == ("macro_index", "", "points")
    assert history == [(2025, 1, 1, "0.2"), (2026, 4, 1, "-0.3")]


def test_a_policy_without_dated_parameters_reads_no_day(tmp_path):
    text = POLICY.replace("macro_index: {history: {2026-04-01: -0.3, 2025-01-01: 0.2}", "macro_index: {value: 1")
    assert tiny(tmp_path, text).read_dated is None


def failures(folder, parameters, policy=POLICY, outcome="DECLINE"):
    text = f"""tests:
  - name: a test
    given: {{applicant: {{subject_id: s, age: 30}}, parameters: {parameters}}}
    expect: {{outcome: {outcome}}}
"""
    rules = write_rules(folder, policy, a=text)
    (result,) = run_policy_tests(load_desk(rules, folder / "no models").policy_for("TINY"), rules).results
    return list(result.failures)


@pytest.mark.parametrize(("parameters", "outcome"), [("{macro_index: -1}", "DECLINE"), ("{}", "APPROVE")])
def test_a_test_may_state_them(tmp_path, parameters, outcome):
    assert failures(tmp_path, parameters, outcome=outcome) == []


@pytest.mark.parametrize(
    ("parameters", "fault"),
    [
        ("{least: 20}", "given parameters.least: found a parameter without a history; allowed: dated parameters only"),
        (
            "{makro_index: 1}",
            "given parameters.makro_index: found an unknown parameter; allowed: dated parameters: macro_index"
            " (did you mean 'macro_index'?)",
        ),
        ("{macro_index: high}", "given parameters.macro_index: found 'high'; allowed: a number"),
        ("{macro_index: [1]}", "given parameters.macro_index: found a list; allowed: a number"),
        ("{macro_index: true}", "given parameters.macro_index: found true; allowed: a number"),
        ("[1]", "given parameters: found a list; allowed: a mapping of names to values"),
    ],
)
def test_what_a_test_cannot_state_is_told(tmp_path, parameters, fault):
    assert failures(tmp_path, parameters) == [fault]


def test_a_dated_parameter_that_no_rule_reads_may_be_stated(tmp_path):
    assert failures(tmp_path, "{macro_index: -1}", POLICY.replace("macro_index < 0", "1 > 2"), "APPROVE") == []
