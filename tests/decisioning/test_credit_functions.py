"""Credit arithmetic as rules call it."""

import pytest

from underwriter.decisioning.functions import CREDIT_FUNCTIONS
from underwriter.feel import Environment, EvaluationWarning
from underwriter.feel.value_text import feel_text

LANGUAGE = Environment().extended(CREDIT_FUNCTIONS)


@pytest.mark.parametrize("function", CREDIT_FUNCTIONS, ids=lambda function: function.name)
def test_the_example_of_a_function_holds(function):
    evaluated = LANGUAGE.evaluate(function.example)
    assert (evaluated.value, evaluated.warnings, evaluated.diagnostics) == (True, (), ())


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("annuity payment(principal: 1200, annual rate: 0, term months: 12)", "100.00"),
        ("annuity payment(1200, 0, 12.0)", "100.00"),
        ("affordable principal(100, 0, 12)", "1200.00"),
        ('effective annual rate("ANNUITY", 0, 12, 0) = 0', "true"),
        ('effective annual rate("FLAT_FEE", 0, 12, 0.06) > 0.11', "true"),
        ('highest annual rate(0.24, "ANNUITY", 12, 0.5)', "null"),
        ("annuity payment(null, 0.1, 12)", "null"),
        ("affordable principal(100, 0, 12, 2)", "1000.00"),
        ('effective annual rate("EQUAL_PRINCIPAL", 0.12, 24, 0, 23)', "0.126825"),
        ('effective annual rate("ANNUITY", 0.12, 12, 0, null)', "null"),
        ('highest annual rate(0.24, "ANNUITY", 12, 0.05, 6) > highest annual rate(0.24, "ANNUITY", 12, 0.05)', "true"),
    ],
)
def test_what_functions_give(text, expected):
    assert feel_text(LANGUAGE.evaluate(text).value) == expected


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("annuity payment(1000, 0.1, 12.5)", "12.5 is not a whole number of months"),
        ("annuity payment(1000, 0.1, 0)", "term_months is 0; allowed is"),
        ("annuity payment(1000, -0.1, 12)", "allowed is a Decimal from 0 to 10"),
        ("affordable principal(1000, 11, 12)", "allowed is a Decimal from 0 to 10"),
        ('effective annual rate("NEVER", 0.1, 12, 0)', "there is no repayment method"),
        ('highest annual rate(0.24, "ANNUITY", 601, 0)', "term_months is 601; allowed is"),
        ('highest annual rate(0.24, "ANNUITY", 6, 0, 6)', "grace_months is 6; allowed is an int from 0 to 5"),
        ('effective annual rate("FLAT_FEE", 0, 6, 0.1, 1)', "allowed is 0 with FLAT_FEE"),
        ("affordable principal(1000, 0.1, 12, 1.5)", "1.5 is not a whole number of months"),
    ],
)
def test_arguments_that_cannot_be_used_give_null_and_a_warning(text, message):
    evaluated = LANGUAGE.evaluate(text)
    warning: EvaluationWarning
    (warning,) = evaluated.warnings
    assert evaluated.value is None
    assert warning.kind == "invalid-argument"
    assert message in warning.message


def test_a_wrong_type_of_argument_is_told_by_the_checker():
    assert [finding.code for finding in LANGUAGE.evaluate('annuity payment("a", 0.1, 12)').diagnostics] == [
        "type-mismatch"
    ]
