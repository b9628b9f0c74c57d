"""Repayment schedules against published and worked tables, and numpy-financial; see also test_independent_loans.py."""

from datetime import date
from decimal import ROUND_UP, Decimal, localcontext

import numpy_financial
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from underwriter.credit import Instalment, RepaymentMethod, annuity_payment, repayment_schedule

METHODS = list(RepaymentMethod)
FIRST_DAY = date(2025, 1, 31)

methods = st.sampled_from(METHODS)
exponents = st.sampled_from([0, 2, 3])
rates = st.decimals(min_value=0, max_value=1, places=4)
terms = st.integers(min_value=1, max_value=120)
days = st.dates(min_value=date(2000, 1, 1), max_value=date(2100, 1, 1))


@st.composite
def loans(draw: st.DrawFn) -> dict[str, object]:
    """Any loan whose terms fit together: a fee instead of interest, and no grace, with FLAT_FEE."""
    method, exponent, term_months = draw(methods), draw(exponents), draw(terms)
    is_flat = method is RepaymentMethod.FLAT_FEE
    return {
        "principal": Decimal(draw(st.integers(min_value=1, max_value=10**10))).scaleb(-exponent),
        "annual_rate": Decimal(0) if is_flat else draw(rates),
        "term_months": term_months,
        "method": method,
        "first_day": draw(days),
        "fee_rate": draw(rates),
        "exponent": exponent,
        "grace_months": 0 if is_flat else draw(st.integers(min_value=0, max_value=term_months - 1)),
    }


def rows(schedule: tuple[Instalment, ...]) -> list[str]:
    return [f"{row.due_date} {row.payment} {row.principal} {row.interest} {row.fees} {row.balance}" for row in schedule]


# Tables worked by hand: 1,000.00 for three months at 12 % a year, so 1 % a month; 3 % as the fee of FLAT_FEE.
WORKED = {
    RepaymentMethod.ANNUITY: [
        "2025-02-28 340.02 330.02 10.00 0.00 669.98",
        "2025-03-31 340.02 333.32 6.70 0.00 336.66",
        "2025-04-30 340.03 336.66 3.37 0.00 0.00",
    ],
    RepaymentMethod.EQUAL_PRINCIPAL: [
        "2025-02-28 343.33 333.33 10.00 0.00 666.67",
        "2025-03-31 340.00 333.33 6.67 0.00 333.34",
        "2025-04-30 336.67 333.34 3.33 0.00 0.00",
    ],
    RepaymentMethod.INTEREST_ONLY: [
        "2025-02-28 10.00 0.00 10.00 0.00 1000.00",
        "2025-03-31 10.00 0.00 10.00 0.00 1000.00",
        "2025-04-30 1010.00 1000.00 10.00 0.00 0.00",
    ],
    RepaymentMethod.SINGLE_REPAYMENT: [
        "2025-04-30 1030.00 1000.00 30.00 0.00 0.00",
    ],
    RepaymentMethod.FLAT_FEE: [
        "2025-02-28 343.33 333.33 0.00 10.00 666.67",
        "2025-03-31 343.33 333.33 0.00 10.00 333.34",
        "2025-04-30 343.34 333.34 0.00 10.00 0.00",
    ],
}


@pytest.mark.parametrize("method", METHODS)
def test_worked_tables(method: RepaymentMethod) -> None:
    flat = method is RepaymentMethod.FLAT_FEE
    annual_rate, fee_rate = ("0", "0.03") if flat else ("0.12", "0")
    schedule = repayment_schedule(Decimal(1000), Decimal(annual_rate), 3, method, FIRST_DAY, Decimal(fee_rate))
    assert rows(schedule) == WORKED[method]


# The same loan over five months, of which the first two bear interest only.
WORKED_WITH_GRACE = {
    RepaymentMethod.ANNUITY: [
        "2025-02-28 10.00 0.00 10.00 0.00 1000.00",
        "2025-03-31 10.00 0.00 10.00 0.00 1000.00",
        "2025-04-30 340.02 330.02 10.00 0.00 669.98",
        "2025-05-31 340.02 333.32 6.70 0.00 336.66",
        "2025-06-30 340.03 336.66 3.37 0.00 0.00",
    ],
    RepaymentMethod.EQUAL_PRINCIPAL: [
        "2025-02-28 10.00 0.00 10.00 0.00 1000.00",
        "2025-03-31 10.00 0.00 10.00 0.00 1000.00",
        "2025-04-30 343.33 333.33 10.00 0.00 666.67",
        "2025-05-31 340.00 333.33 6.67 0.00 333.34",
        "2025-06-30 336.67 333.34 3.33 0.00 0.00",
    ],
}


@pytest.mark.parametrize("method", WORKED_WITH_GRACE)
def test_worked_tables_with_months_of_grace(method: RepaymentMethod) -> None:
    schedule = repayment_schedule(Decimal(1000), Decimal("0.12"), 5, method, FIRST_DAY, grace_months=2)
    assert rows(schedule) == WORKED_WITH_GRACE[method]


@pytest.mark.parametrize("method", [RepaymentMethod.INTEREST_ONLY, RepaymentMethod.SINGLE_REPAYMENT])
def test_grace_changes_nothing_where_principal_is_repaid_at_the_end(method: RepaymentMethod) -> None:
    plain = repayment_schedule(Decimal(1000), Decimal("0.12"), 5, method, FIRST_DAY, Decimal("0.01"))
    assert repayment_schedule(Decimal(1000), Decimal("0.12"), 5, method, FIRST_DAY, Decimal("0.01"), 2, 4) == plain


def test_a_fee_is_spread_over_months_of_grace_too() -> None:
    schedule = repayment_schedule(
        Decimal(1000), Decimal(0), 4, RepaymentMethod.ANNUITY, FIRST_DAY, Decimal("0.02"), grace_months=2
    )
    assert [(str(row.payment), str(row.fees)) for row in schedule] == [("5.00", "5.00")] * 2 + [("505.00", "5.00")] * 2


def test_published_mortgage_table() -> None:
    """The opening of a university course's table: 150,000 over 360 months at 3.625 % (Math 352, theory of interest).

    It rounds its first interest, 453.125, half up; ours is half-even, so that interest and balance differ by a cent.
    """
    published = [
        ("684.08", "453.13", "149769.05"),
        ("684.08", "452.43", "149537.40"),
        ("684.08", "451.73", "149305.05"),
        ("684.08", "451.03", "149072.00"),
        ("684.08", "450.32", "148838.24"),
        ("684.08", "449.62", "148603.78"),
        ("684.08", "448.91", "148368.61"),
        ("684.08", "448.20", "148132.73"),
    ]
    schedule = repayment_schedule(Decimal(150_000), Decimal("0.03625"), 360, RepaymentMethod.ANNUITY, FIRST_DAY)
    for row, (payment, interest, balance) in zip(schedule, published, strict=False):
        assert row.payment == Decimal(payment)
        assert abs(row.interest - Decimal(interest)) <= Decimal("0.01")
        assert abs(row.balance - Decimal(balance)) <= Decimal("0.01")


@pytest.mark.parametrize(
    ("principal", "annual_rate", "term_months"),
    [
        ("10000", "0.072", 12),
        ("200000", "0.24", 36),
        ("3456.78", "0.153", 24),
        ("1000", "0.108", 6),
        ("500", "0.36", 3),
    ],
)
def test_annuity_agrees_with_numpy_financial(principal: str, annual_rate: str, term_months: int) -> None:
    """Every row is within the cents that rounding can make; the last row's payment settles what is left over."""
    schedule = repayment_schedule(
        Decimal(principal), Decimal(annual_rate), term_months, RepaymentMethod.ANNUITY, FIRST_DAY
    )
    rate, loan = float(annual_rate) / 12, -float(principal)
    for number, row in enumerate(schedule, start=1):
        assert float(row.interest) == pytest.approx(numpy_financial.ipmt(rate, number, term_months, loan), abs=0.02)
        if number < term_months:
            assert float(row.principal) == pytest.approx(
                numpy_financial.ppmt(rate, number, term_months, loan), abs=0.02
            )
            assert float(row.payment) == pytest.approx(numpy_financial.pmt(rate, term_months, loan), abs=0.0051)
        else:
            assert float(row.payment) == pytest.approx(numpy_financial.pmt(rate, term_months, loan), abs=0.5)


@settings(deadline=None)
@given(loans())
def test_sums_and_order(loan: dict) -> None:
    schedule = repayment_schedule(**loan)
    assert sum(row.principal for row in schedule) == loan["principal"]
    assert sum(row.fees for row in schedule) == round(loan["principal"] * loan["fee_rate"], loan["exponent"])
    assert schedule[-1].balance == 0
    balance = loan["principal"]
    for row in schedule:
        assert row.payment == row.principal + row.interest + row.fees
        assert min(row.principal, row.interest, row.fees, row.balance) >= 0
        assert row.balance == balance - row.principal
        balance = row.balance
    due_dates = [row.due_date for row in schedule]
    assert due_dates == sorted(set(due_dates))
    assert due_dates[0] > loan["first_day"]


@settings(deadline=None)
@given(loans())
def test_every_amount_shows_the_minor_unit(loan: dict) -> None:
    for row in repayment_schedule(**loan):
        for amount in (row.payment, row.principal, row.interest, row.fees, row.balance):
            assert amount.as_tuple().exponent == -loan["exponent"]
            assert not amount.is_signed()


@settings(deadline=None)
@given(loans())
def test_number_of_instalments(loan: dict) -> None:
    single = loan["method"] is RepaymentMethod.SINGLE_REPAYMENT
    assert len(repayment_schedule(**loan)) == (1 if single else loan["term_months"])


@settings(deadline=None)
@given(loans())
def test_callers_decimal_context_changes_nothing(loan: dict) -> None:
    expected = repayment_schedule(**loan)
    with localcontext(prec=4, rounding=ROUND_UP):
        assert repayment_schedule(**loan) == expected


@given(st.integers(min_value=1, max_value=10**9), rates, st.integers(min_value=2, max_value=60))
def test_level_payments_are_those_of_annuity_payment(cents: int, annual_rate: Decimal, term_months: int) -> None:
    principal = Decimal(cents).scaleb(-2)
    schedule = repayment_schedule(principal, annual_rate, term_months, RepaymentMethod.ANNUITY, FIRST_DAY)
    level = annuity_payment(principal, annual_rate, term_months)
    assert all(row.payment == level for row in schedule[:-1] if row.balance > 0)


@pytest.mark.parametrize("method", METHODS)
def test_one_month_is_one_payment(method: RepaymentMethod) -> None:
    flat = method is RepaymentMethod.FLAT_FEE
    annual_rate, fee_rate = ("0", "0.01") if flat else ("0.12", "0")
    [row] = repayment_schedule(Decimal("99.99"), Decimal(annual_rate), 1, method, FIRST_DAY, Decimal(fee_rate))
    assert (row.due_date, row.payment, row.principal) == (date(2025, 2, 28), Decimal("100.99"), Decimal("99.99"))


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("term_months", [12, 360])
def test_one_cent_is_repaid_once(method: RepaymentMethod, term_months: int) -> None:
    schedule = repayment_schedule(Decimal("0.01"), Decimal(0), term_months, method, FIRST_DAY)
    assert [row.payment for row in schedule if row.payment] == [Decimal("0.01")]


def test_payments_rounded_up_never_repay_more_than_is_owed() -> None:
    """0.07 over twelve months is 0.0058 a month, rounded to 0.01: done after seven, and nothing is left to pay."""
    schedule = repayment_schedule(Decimal("0.07"), Decimal(0), 12, RepaymentMethod.ANNUITY, FIRST_DAY)
    assert [row.payment for row in schedule] == [Decimal("0.01")] * 7 + [Decimal("0.00")] * 5


def test_half_a_unit_of_interest_goes_to_the_even_one() -> None:
    """480 at 16.25 % bear exactly 6.5 a month, though a twelfth of the rate has no end: 6, not 7."""
    [first, _] = repayment_schedule(
        Decimal(480), Decimal("0.1625"), 2, RepaymentMethod.INTEREST_ONLY, FIRST_DAY, exponent=0
    )
    assert first.interest == 6


def test_yen_have_no_decimal_places() -> None:
    schedule = repayment_schedule(
        Decimal(100_000), Decimal("0.15"), 3, RepaymentMethod.EQUAL_PRINCIPAL, FIRST_DAY, exponent=0
    )
    assert rows(schedule) == [
        "2025-02-28 34583 33333 1250 0 66667",
        "2025-03-31 34166 33333 833 0 33334",
        "2025-04-30 33751 33334 417 0 0",
    ]


@pytest.mark.parametrize("method", [method for method in METHODS if method is not RepaymentMethod.FLAT_FEE])
def test_a_fee_beside_interest_is_spread_over_the_instalments(method: RepaymentMethod) -> None:
    plain = repayment_schedule(Decimal(1000), Decimal("0.12"), 3, method, FIRST_DAY)
    with_fee = repayment_schedule(Decimal(1000), Decimal("0.12"), 3, method, FIRST_DAY, Decimal("0.01"))
    fees = ["10.00"] if len(plain) == 1 else ["3.33", "3.33", "3.34"]
    assert [str(row.fees) for row in with_fee] == fees
    assert [row.payment - row.fees for row in with_fee] == [row.payment for row in plain]


@pytest.mark.parametrize(
    ("first_day", "due_dates"),
    [
        (date(2025, 1, 31), ["2025-02-28", "2025-03-31", "2025-04-30", "2025-05-31"]),
        (date(2024, 1, 31), ["2024-02-29", "2024-03-31", "2024-04-30", "2024-05-31"]),
        (date(2024, 1, 29), ["2024-02-29", "2024-03-29", "2024-04-29", "2024-05-29"]),
        (date(2023, 1, 29), ["2023-02-28", "2023-03-29", "2023-04-29", "2023-05-29"]),
        (date(2024, 2, 29), ["2024-03-29", "2024-04-29", "2024-05-29", "2024-06-29"]),
        (date(2025, 10, 15), ["2025-11-15", "2025-12-15", "2026-01-15", "2026-02-15"]),
        (date(2099, 11, 30), ["2099-12-30", "2100-01-30", "2100-02-28", "2100-03-30"]),
    ],
)
def test_due_dates(first_day: date, due_dates: list[str]) -> None:
    schedule = repayment_schedule(Decimal(100), Decimal(0), 4, RepaymentMethod.EQUAL_PRINCIPAL, first_day)
    assert [str(row.due_date) for row in schedule] == due_dates


def test_thirty_years_keep_to_the_anchor_day() -> None:
    schedule = repayment_schedule(Decimal(10**6), Decimal("0.049"), 360, RepaymentMethod.ANNUITY, date(2024, 2, 29))
    assert schedule[11].due_date == date(2025, 2, 28)
    assert schedule[47].due_date == date(2028, 2, 29)
    assert schedule[-1].due_date == date(2054, 2, 28)
    assert abs(schedule[-1].payment - schedule[0].payment) < 5
