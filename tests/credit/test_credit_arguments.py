"""Wrong arguments: every fault at once, each with what was found, what is allowed and what to do."""

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal

import pytest

from underwriter.credit import (
    CreditArgumentError,
    RepaymentMethod,
    affordable_principal,
    annuity_payment,
    effective_annual_rate_of,
    highest_annual_rate,
    highest_fee_rate,
    repayment_schedule,
)

GOOD = {
    "principal": Decimal(1000),
    "annual_rate": Decimal("0.12"),
    "term_months": 12,
    "method": RepaymentMethod.ANNUITY,
    "first_day": date(2025, 1, 31),
    "fee_rate": Decimal("0.01"),
    "exponent": 2,
    "grace_months": 3,
}

BAD = [
    ("principal", Decimal(0)),
    ("principal", Decimal(-1)),
    ("principal", Decimal("0.005")),
    ("principal", Decimal("10.001")),
    ("principal", Decimal("1.1e18")),
    ("principal", Decimal("NaN")),
    ("principal", Decimal("sNaN")),
    ("principal", Decimal("Infinity")),
    ("principal", 1000.0),
    ("principal", 1000),
    ("principal", "1000"),
    ("principal", None),
    ("annual_rate", Decimal("-0.01")),
    ("annual_rate", Decimal("10.1")),
    ("annual_rate", Decimal("1e-13")),
    ("annual_rate", Decimal("-Infinity")),
    ("annual_rate", Decimal("sNaN")),
    ("annual_rate", 0.12),
    ("term_months", 0),
    ("term_months", -3),
    ("term_months", 601),
    ("term_months", 12.0),
    ("term_months", True),
    ("term_months", None),
    ("method", "ANNUITY"),
    ("method", 1),
    ("first_day", datetime(2025, 1, 31)),  # noqa: DTZ001  # the wrong type is the point
    ("first_day", date(9949, 1, 1)),
    ("first_day", "2025-01-31"),
    ("fee_rate", Decimal("-0.01")),
    ("fee_rate", Decimal("1.01")),
    ("fee_rate", Decimal("NaN")),
    ("fee_rate", 0.01),
    ("exponent", -1),
    ("exponent", 5),
    ("exponent", 2.0),
    ("exponent", None),
    ("grace_months", -1),
    ("grace_months", 12),
    ("grace_months", 2.0),
    ("grace_months", True),
    ("grace_months", None),
]


@pytest.mark.parametrize(("argument", "value"), BAD, ids=[f"{argument}={value!r}" for argument, value in BAD])
def test_each_fault_is_named(argument: str, value: object) -> None:
    with pytest.raises(CreditArgumentError) as caught:
        repayment_schedule(**{**GOOD, argument: value})
    [fault] = caught.value.faults
    assert fault.argument == argument
    assert fault.found == repr(value)
    assert fault.allowed
    assert fault.remedy


def test_all_faults_at_once() -> None:
    with pytest.raises(CreditArgumentError) as caught:
        repayment_schedule(Decimal(0), 0.12, 0, "ANNUITY", None, Decimal(2), 9, -1)
    assert [fault.argument for fault in caught.value.faults] == [
        "principal",
        "annual_rate",
        "term_months",
        "method",
        "first_day",
        "fee_rate",
        "exponent",
        "grace_months",
    ]


def test_the_text_says_what_where_and_how_to_mend() -> None:
    with pytest.raises(CreditArgumentError) as caught:
        annuity_payment(1000.0, Decimal("-0.01"), 601)
    assert str(caught.value).splitlines() == [
        "principal is 1000.0; allowed is a Decimal from 0.01 to 1E+18: "
        "pass a Decimal, made from a string or an integer, never a float",
        "annual_rate is Decimal('-0.01'); allowed is a Decimal from 0 to 10: pass a number in this range",
        "term_months is 601; allowed is an int from 1 to 600: pass a whole number in this range",
    ]


@pytest.mark.parametrize("call", [repayment_schedule, effective_annual_rate_of])
def test_a_flat_fee_comes_without_interest(call: Callable[..., object]) -> None:
    names = ["principal", "first_day"] if call is repayment_schedule else []
    arguments = {name: GOOD[name] for name in [*names, "annual_rate", "term_months", "fee_rate"]}
    with pytest.raises(CreditArgumentError, match=r"^annual_rate is Decimal\('0.12'\); allowed is 0 with FLAT_FEE"):
        call(**arguments, method=RepaymentMethod.FLAT_FEE)


@pytest.mark.parametrize("call", [repayment_schedule, effective_annual_rate_of])
def test_a_flat_fee_pays_for_no_months_of_grace(call: Callable[..., object]) -> None:
    names = ["principal", "first_day"] if call is repayment_schedule else []
    arguments = {name: GOOD[name] for name in [*names, "term_months", "fee_rate", "grace_months"]}
    with pytest.raises(CreditArgumentError, match=r"^grace_months is 3; allowed is 0 with FLAT_FEE"):
        call(**arguments, annual_rate=Decimal(0), method=RepaymentMethod.FLAT_FEE)


@pytest.mark.parametrize("annual_rate", [Decimal("NaN"), Decimal("sNaN"), Decimal(-1), Decimal("0.12"), 0.12, None])
def test_a_flat_fee_hides_no_other_fault(annual_rate: object) -> None:
    with pytest.raises(CreditArgumentError) as caught:
        effective_annual_rate_of(RepaymentMethod.FLAT_FEE, annual_rate, 12, Decimal(2))
    assert [fault.argument for fault in caught.value.faults] == ["annual_rate", "fee_rate"]


def test_the_last_first_day_carries_the_longest_term() -> None:
    arguments = {**GOOD, "first_day": date(9948, 12, 31), "term_months": 600}
    assert repayment_schedule(**arguments)[-1].due_date == date(9998, 12, 31)


@pytest.mark.parametrize(
    ("call", "arguments"),
    [
        (lambda: annuity_payment(Decimal("NaN"), Decimal(11), 0, 7), 4),
        (lambda: affordable_principal(Decimal("NaN"), Decimal(11), 0, 7, -1), 5),
        (lambda: effective_annual_rate_of("FLAT_FEE", Decimal(11), 0, Decimal(-1), -1), 5),
        (lambda: highest_annual_rate(Decimal(11), 0, "ANNUITY", Decimal(-1), -1), 5),
        (lambda: highest_fee_rate(Decimal("sNaN"), 0), 2),
    ],
)
def test_every_function_names_all_faults(call: Callable[[], object], arguments: int) -> None:
    with pytest.raises(CreditArgumentError) as caught:
        call()
    assert len({fault.argument for fault in caught.value.faults}) == arguments


@pytest.mark.parametrize(("exponent", "principal"), [(0, "100.5"), (2, "100.005"), (3, "100.0005"), (4, "100.00005")])
def test_a_principal_finer_than_the_minor_unit_is_refused(exponent: int, principal: str) -> None:
    with pytest.raises(CreditArgumentError, match="round it to the currency's minor unit"):
        repayment_schedule(**{**GOOD, "principal": Decimal(principal), "exponent": exponent})


def test_trailing_zeros_are_no_finer_amount() -> None:
    with_zeros = repayment_schedule(**{**GOOD, "principal": Decimal("1000.0000")})
    assert with_zeros == repayment_schedule(**GOOD)


def test_a_wrong_type_is_refused_even_where_an_equal_value_was_answered_before() -> None:
    effective_annual_rate_of(RepaymentMethod.ANNUITY, Decimal("0.25"), 12)
    with pytest.raises(CreditArgumentError):
        effective_annual_rate_of(RepaymentMethod.ANNUITY, 0.25, 12)
    with pytest.raises(CreditArgumentError):
        effective_annual_rate_of("ANNUITY", Decimal("0.25"), 12)
