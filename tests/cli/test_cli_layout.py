"""Columns and paragraphs, and decisions and traces laid out in them."""

import pytest
from google.type.decimal_pb2 import Decimal
from google.type.money_pb2 import Money

from underwriter.cli.decision_text import decision_lines
from underwriter.cli.layout import columns, paragraph
from underwriter.cli.trace_text import trace_lines
from underwriter.v1.application_pb2 import RepaymentMethod
from underwriter.v1.decision_pb2 import Decision, Fee, Offer, Outcome, Trace, TraceStep, TraceStepKind, TraceWarning


@pytest.mark.parametrize(
    ("rows", "right", "lines"),
    [
        ([], (), []),
        ([("a", "1"), ("bcd", "20")], (), ["a    1", "bcd  20"]),
        ([("a", "1"), ("bcd", "20")], (1,), ["a     1", "bcd  20"]),
        ([("信用", "x"), ("abcde", "y")], (), ["信用   x", "abcde  y"]),
        ([("a", ""), ("b", "c")], (), ["a", "b  c"]),
    ],
)
def test_columns_line_up_and_leave_no_trailing_blanks(
    rows: list[tuple[str, ...]], right: tuple[int, ...], lines: list[str]
) -> None:
    assert list(columns(rows, right=right)) == lines


def test_a_paragraph_breaks_between_words_and_never_within() -> None:
    assert paragraph("one two a_very_long_word", 10, first="- ", indent="  ") == ["- one two", "  a_very_long_word"]
    assert paragraph("", 10, first="- ") == ["-"]


def test_several_offers_stand_in_one_table_with_numbers_aligned() -> None:
    offers = [
        Offer(
            credit_limit=Money(currency_code="CNY", units=units, nanos=500_000_000),
            term_months=months,
            effective_annual_rate=Decimal(value=rate),
            repayment_method=RepaymentMethod.REPAYMENT_METHOD_FLAT_FEE,
            fees=[Fee(code="INSTALMENT_FEE", rate=Decimal(value=fee))],
        )
        for units, months, rate, fee in ((900, 3, "0.0921", "0.015"), (1234567, 12, "0.1104", "0.06"))
    ]
    decision = Decision(outcome=Outcome.OUTCOME_APPROVE, grade="B", offers=offers)
    assert list(decision_lines(decision, 100))[-3:] == [
        "               limit  months  a year  effective  repaid    fees",
        "          900.50 CNY       3  0.00 %     9.21 %  flat_fee  INSTALMENT_FEE 1.50 %",
        "    1,234,567.50 CNY      12  0.00 %    11.04 %  flat_fee  INSTALMENT_FEE 6.00 %",
    ]


def test_a_score_of_zero_points_is_shown() -> None:
    decision = Decision(outcome=Outcome.OUTCOME_REFER)
    decision.score.probability = 0.5
    assert next(decision_lines(decision, 100)) == "REFER, 0 points, default risk 50.00 %"


def test_a_long_value_goes_over_several_lines_with_its_place_below() -> None:
    decision = TraceStepKind.TRACE_STEP_KIND_DECISION
    trace = Trace(
        steps=[
            TraceStep(name="debts", kind=TraceStepKind.TRACE_STEP_KIND_INPUT, value="3"),
            TraceStep(name="short", kind=decision, value="12", source="a.yaml:1:2"),
            TraceStep(name="list", kind=decision, value="[100, 200, 300, 400]", source="a.yaml:3:4"),
            TraceStep(name="list/2", kind=TraceStepKind.TRACE_STEP_KIND_ROW, source="a.yaml:5:6"),
        ],
        warnings=[TraceWarning(message="divided by zero", source="a.yaml:7:8")],
    )
    assert list(trace_lines(trace, 42)) == [
        "  inputs",
        "    debts  3",
        "  steps",
        "    decision  short   12     a.yaml:1:2",
        "    decision  list    [100, 200, 300, 400]",
        "                      a.yaml:3:4",
        "    row       list/2         a.yaml:5:6",
        "  warning: divided by zero (a.yaml:7:8)",
    ]
