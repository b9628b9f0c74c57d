"""Repayment schedules to the cent: what is paid when, and what of it is principal, interest and fees."""

from calendar import isleap
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache

from underwriter.credit.annuity import annuity_ratio
from underwriter.credit.arguments import (
    check_annual_rate,
    check_exponent,
    check_fee_rate,
    check_first_day,
    check_grace,
    check_method,
    check_money,
    check_term,
    require,
)
from underwriter.credit.arithmetic import MINOR_UNITS, MONTHS_PER_YEAR, ZERO, decimal_arithmetic
from underwriter.credit.repayment_method import RepaymentMethod

_DAYS_OF_MONTH = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_FEBRUARY = 1  # counted from 0


@dataclass(frozen=True, slots=True)
class Instalment:
    """One payment: `payment` is `principal` + `interest` + `fees`; `balance` is the principal left then."""

    due_date: date
    payment: Decimal
    principal: Decimal
    interest: Decimal
    fees: Decimal
    balance: Decimal


def repayment_schedule(
    principal: Decimal,
    annual_rate: Decimal,
    term_months: int,
    method: RepaymentMethod,
    first_day: date,
    fee_rate: Decimal = ZERO,
    exponent: int = 2,
    grace_months: int = 0,
) -> tuple[Instalment, ...]:
    """Return the instalments that repay a loan paid out on `first_day`.

    Due dates are the same day of each later month, or the last day of a shorter month; SINGLE_REPAYMENT has one
    instalment, at the end. Every month bears a twelfth of `annual_rate` (a fraction) on the balance, whatever its
    number of days; SINGLE_REPAYMENT bears as much simple interest as it has months. The fee is `fee_rate` of the
    principal over the whole term, spread equally over the instalments; FLAT_FEE has it instead of interest.

    In the first `grace_months` only interest and fees are paid, and no principal; then the method repays it over the
    months that are left. INTEREST_ONLY and SINGLE_REPAYMENT repay it at the end in any case, so grace changes nothing
    there; FLAT_FEE takes none, as its fee would pay for no time.

    Amounts have `exponent` decimal places, rounded half-even. What rounding leaves over is settled in the last
    instalment, so the parts of principal sum to the principal exactly and the last balance is zero. At high rates
    over long terms a rounded level payment leaves over more than a few cents. Raises CreditArgumentError.
    """
    require(
        check_money("principal", principal, exponent),
        check_annual_rate(annual_rate, method),
        check_term(term_months),
        check_method(method),
        check_first_day(first_day),
        check_fee_rate(fee_rate),
        check_exponent(exponent),
        check_grace(grace_months, term_months, method),
    )
    unit = MINOR_UNITS[exponent]
    with decimal_arithmetic():
        due_dates = monthly_due_dates(first_day, term_months)
        months_each = 1
        if method is RepaymentMethod.SINGLE_REPAYMENT:
            due_dates, months_each, grace_months = due_dates[-1:], term_months, 0
        count = len(due_dates)
        parts = [ZERO.quantize(unit)] * grace_months
        parts += _principal_parts(principal, annual_rate, count - grace_months, method, unit)
        fees = _equal_parts((principal * fee_rate).quantize(unit), count, unit)
        return tuple(_instalments(due_dates, parts, fees, principal.quantize(unit), annual_rate * months_each))


@lru_cache(maxsize=1024)
def monthly_due_dates(first_day: date, term_months: int) -> tuple[date, ...]:
    """Return the same day of each of the next months, or a shorter month's last: 31 January, 28 February, 31 March."""
    first_month = first_day.year * 12 + first_day.month - 1
    return tuple(_day_in_month(first_month + number, first_day.day) for number in range(1, term_months + 1))


def _day_in_month(months_since_year_0: int, day: int) -> date:
    year, month = divmod(months_since_year_0, 12)
    last_day = 29 if month == _FEBRUARY and isleap(year) else _DAYS_OF_MONTH[month]
    return date(year, month + 1, min(day, last_day))


def _principal_parts(
    principal: Decimal, annual_rate: Decimal, count: int, method: RepaymentMethod, unit: Decimal
) -> list[Decimal]:
    match method:
        case RepaymentMethod.ANNUITY:
            return _annuity_parts(principal, annual_rate, count, unit)
        case RepaymentMethod.EQUAL_PRINCIPAL | RepaymentMethod.FLAT_FEE:
            return _equal_parts(principal, count, unit)
        case RepaymentMethod.INTEREST_ONLY | RepaymentMethod.SINGLE_REPAYMENT:
            return [ZERO.quantize(unit)] * (count - 1) + [principal.quantize(unit)]


def _annuity_parts(principal: Decimal, annual_rate: Decimal, count: int, unit: Decimal) -> list[Decimal]:
    """Return what each level payment leaves for principal after interest; the last part is whatever is left."""
    payment, present_value = annuity_ratio(annual_rate, count)
    level = (principal * payment / present_value).quantize(unit)
    parts = []
    left = principal.quantize(unit)
    for _ in range(count - 1):
        interest = (left * annual_rate / MONTHS_PER_YEAR).quantize(unit)
        part = min(level - interest, left)  # a payment that was rounded up may be done early
        left -= part
        parts.append(part)
    return [*parts, left]


def _equal_parts(total: Decimal, count: int, unit: Decimal) -> list[Decimal]:
    """Return a total in equal rounded parts; the last is whatever is left, and none is negative."""
    level = (total / count).quantize(unit)
    parts = []
    left = total.quantize(unit)
    for _ in range(count - 1):
        part = min(level, left)
        left -= part
        parts.append(part)
    return [*parts, left]


def _instalments(
    due_dates: tuple[date, ...], parts: list[Decimal], fees: list[Decimal], principal: Decimal, rate: Decimal
) -> Iterator[Instalment]:
    """Yield the instalments; each bears a twelfth of `rate`, divided last so that half a cent is exactly that."""
    balance = principal
    for due_date, part, fee in zip(due_dates, parts, fees, strict=True):
        interest = (balance * rate / MONTHS_PER_YEAR).quantize(balance)  # to the balance's own decimal places
        balance -= part
        yield Instalment(due_date, part + interest + fee, part, interest, fee, balance)
