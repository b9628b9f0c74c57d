"""What is said of each kind of step on the path of a decision, and which steps differ between two."""

from collections.abc import Mapping

import pytest

from underwriter.decisioning import ActivePolicy, explain
from underwriter.v1.decision_pb2 import TRACE_STEP_KIND_DECISION, Trace, TraceStep
from underwriter.v1.decision_service_pb2 import DecideRequest
from underwriter.workbench.trying import ChangedStep, NearRow, StepNote, changed_steps, notes_on

from ..decisioning.desks import ID, NOW, application, tiny

POLICY = """
parameters:
  min_age: {value: 18, unit: years}
decisions:
  eligibility:
    rules:
      - {id: E01, when: applicant.age < min_age, then: decline, reason: R}
      - {id: E02, when: sums.twice + sums.points > 1000, then: decline, reason: R}
  grade:
    table:
      hit policy: first
      default: '"C"'
      rows: |
        | applicant.age | applicant.employment_months || grade |
        | >= 60         | >= 12                       || "A"   |
        | [30..60)      | >= 24                       || "B"   |
  points:
    scorecard:
      attributes:
        - name: tenure
          value: applicant.employment_months
          reason: R
          missing: -5
          bins:
            - {when: "< 12", points: 0}
            - {when: ">= 12", points: 10}
  sums:
    context:
      twice: applicant.age * 2
      points: points.points
outcome:
  rules: [eligibility]
  grade: grade
"""


@pytest.fixture(scope="module")
def policy(tmp_path_factory: pytest.TempPathFactory) -> ActivePolicy:
    return tiny(tmp_path_factory.mktemp("rules"), POLICY)


def trace_of(policy: ActivePolicy, **applicant: int) -> Trace:
    given = application(policy, {"applicant": {"subject_id": "s", **applicant}})
    return explain(DecideRequest(request_id="r", product="TINY", application=given), policy, NOW, ID).decision.trace


def noted(policy: ActivePolicy, **applicant: int) -> Mapping[str, StepNote]:
    """Return the notes on the steps by the steps' names."""
    trace = trace_of(policy, **applicant)
    return {trace.steps[place].name: note for place, note in notes_on(policy.policy, trace).items()}


AGE, MONTHS = "applicant.age", "applicant.employment_months"
OLD, MIDDLE = NearRow(1, AGE, ">= 60"), NearRow(2, MONTHS, ">= 24")


@pytest.mark.parametrize(
    ("age", "months", "row", "cells", "near"),
    [
        (61, 12, "1", {AGE: ">= 60", MONTHS: ">= 12"}, []),
        (61, 24, "1", {AGE: ">= 60", MONTHS: ">= 12"}, [NearRow(2, AGE, "[30..60)")]),
        (40, 24, "2", {AGE: "[30..60)", MONTHS: ">= 24"}, [OLD]),
        (40, 12, "default", {}, [OLD, MIDDLE]),
        (20, 0, "default", {}, []),
    ],
)
def test_a_row_tells_the_cells_that_matched_and_the_rows_that_nearly_did(
    policy: ActivePolicy, age: int, months: int, row: str, cells: dict[str, str], near: list[NearRow]
) -> None:
    note = noted(policy, age=age, employment_months=months)[f"grade/{row}"]
    assert note == StepNote({AGE: str(age), MONTHS: str(months)}, cells, near)


@pytest.mark.parametrize("age", [17, 18])
def test_a_rule_tells_what_its_condition_read(policy: ActivePolicy, age: int) -> None:
    note = noted(policy, age=age, employment_months=1)["eligibility/E01"]
    assert note == StepNote({AGE: str(age), "min_age": "18"}, {})


def test_a_bin_tells_what_its_attribute_read(policy: ActivePolicy) -> None:
    notes = noted(policy, age=30, employment_months=12)
    (bin_note,) = [note for name, note in notes.items() if name.startswith("points/tenure/")]
    assert bin_note == StepNote({MONTHS: "12"}, {})


def test_what_is_unknown_is_null(policy: ActivePolicy) -> None:
    notes = noted(policy, age=61)
    assert notes["grade/default"] == StepNote({AGE: "61", MONTHS: "null"}, {}, [NearRow(1, MONTHS, ">= 12")])


def test_only_steps_of_which_there_is_something_to_tell_have_a_note(policy: ActivePolicy) -> None:
    names = {name.split("/")[0] for name in noted(policy, age=61, employment_months=12)}
    assert names == {"eligibility", "grade", "points"}


def test_the_same_path_twice_has_no_changes(policy: ActivePolicy) -> None:
    trace = trace_of(policy, age=40, employment_months=30)
    assert changed_steps(trace, trace) == []


def test_changes_are_told_by_member_and_steps_not_taken_as_none(policy: ActivePolicy) -> None:
    before, after = (trace_of(policy, age=age, employment_months=30) for age in (40, 61))
    changed = {step.name: (step.before, step.after) for step in changed_steps(before, after)}
    assert changed[AGE] == ("40", "61")
    assert changed["sums.twice"] == ("80", "122")
    assert "sums.points" not in changed
    assert changed["grade/1"] == (None, "hit")
    assert changed["grade/2"] == ("hit", None)


@pytest.mark.parametrize(
    ("before", "after", "changes"),
    [
        ({}, {}, []),
        ({"a": "1"}, {"a": "1"}, []),
        ({"a": "1"}, {"a": "2"}, [ChangedStep("a", "1", "2")]),
        ({"a": "1"}, {}, [ChangedStep("a", "1", None)]),
        ({}, {"a": "1", "b": "2"}, [ChangedStep("a", None, "1"), ChangedStep("b", None, "2")]),
        ({"a": "{x: 1, y: 2}"}, {"a": "{x: 1, y: 3}"}, [ChangedStep("a.y", "2", "3")]),
        ({"a": "{x: 2026-01-02}"}, {"a": "{x: 2026-01-03}"}, [ChangedStep("a.x", "2026-01-02", "2026-01-03")]),
        ({"a": '{x: "2026-01-02"}'}, {"a": '{x: "2026-01-02"}'}, []),
    ],
)
def test_changes_stand_in_the_order_of_the_second_then_what_it_has_no_more(
    before: dict[str, str], after: dict[str, str], changes: list[ChangedStep]
) -> None:
    assert changed_steps(*map(_trace, (before, after))) == changes


def _trace(values: dict[str, str]) -> Trace:
    return Trace(
        steps=[TraceStep(name=name, kind=TRACE_STEP_KIND_DECISION, value=value) for name, value in values.items()]
    )
