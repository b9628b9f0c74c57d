"""Repayment schedules to the cent: what is paid when, and what of it is principal, interest and fees."""

from calendar import isleap
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_EVEN, Decimal
from functools import lru_cache
from itertools import accumulate
from operator import sub
from typing import NamedTuple

from underwriter.credit.annuity import annuity_ratio
from underwriter.credit.arguments import (
    ArgumentFault,
    check_annual_rate,
    check_exponent,
    check_fee_rate,
    check_first_day,
    check_grace,
    check_method,
    check_minor_units,
    check_money,
    check_term,
    require,
)
from underwriter.credit.arithmetic import DECIMAL128, ZERO
from underwriter.credit.money import minor_units
from underwriter.credit.repayment_method import RepaymentMethod

_DAYS_OF_MONTH = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_FEBRUARY = 1  # counted from 0
_MONTHS_PER_YEAR = 12
_ANY_DAY = date(2000, 1, 1)


@dataclass(frozen=True, slots=True)
class Instalment:
    """One payment: `payment` is `principal` + `interest` + `fees`; `balance` is the principal left then."""

    due_date: date
    payment: Decimal
    principal: Decimal
    interest: Decimal
    fees: Decimal
    balance: Decimal


class Repayments(NamedTuple):
    """A schedule in whole minor units, by column: each has an entry for every instalment.

    What is paid is `principal` + `interest` + `fees`; `balance` is the principal left then.
    """

    due_dates: tuple[date, ...]
    principal: list[int]
    interest: list[int]
    fees: list[int]
    balance: list[int]


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
    faults = _faults(annual_rate, term_months, method, first_day, fee_rate, exponent, grace_months)
    require(check_money("principal", principal, exponent), *faults)
    units = minor_units(principal, exponent)
    repayments = _repayments(units, annual_rate, term_months, method, first_day, fee_rate, grace_months)
    return tuple(_instalments(repayments, exponent))


def repayments_of(
    principal: int,
    annual_rate: Decimal,
    term_months: int,
    method: RepaymentMethod,
    first_day: date,
    fee_rate: Decimal = ZERO,
    grace_months: int = 0,
) -> Repayments:
    """Return the same as `repayment_schedule`, of a principal in minor units. Raises CreditArgumentError."""
    own = check_minor_units("principal", principal), check_first_day(first_day)
    if own != (None, None) or not _are_terms(annual_rate, term_months, method, fee_rate, grace_months):
        require(own[0], *_faults(annual_rate, term_months, method, first_day, fee_rate, 0, grace_months))
    return _repayments(principal, annual_rate, term_months, method, first_day, fee_rate, grace_months)


# A lender has few prices and terms, and many loans.
@lru_cache(maxsize=4096, typed=True)
def _are_terms(
    annual_rate: Decimal, term_months: int, method: RepaymentMethod, fee_rate: Decimal, grace_months: int
) -> bool:
    return not any(_faults(annual_rate, term_months, method, _ANY_DAY, fee_rate, 0, grace_months))


def _faults(
    annual_rate: Decimal,
    term_months: int,
    method: RepaymentMethod,
    first_day: date,
    fee_rate: Decimal,
    exponent: int,
    grace_months: int,
) -> tuple[ArgumentFault | None, ...]:
    return (
        check_annual_rate(annual_rate, method),
        check_term(term_months),
        check_method(method),
        check_first_day(first_day),
        check_fee_rate(fee_rate),
        check_exponent(exponent),
        check_grace(grace_months, term_months, method),
    )


def _repayments(
    principal: int,
    annual_rate: Decimal,
    term_months: int,
    method: RepaymentMethod,
    first_day: date,
    fee_rate: Decimal,
    grace_months: int,
) -> Repayments:
    due_dates = monthly_due_dates(first_day, term_months)
    months_each = 1
    if method is RepaymentMethod.SINGLE_REPAYMENT:
        due_dates, months_each, grace_months = due_dates[-1:], term_months, 0
    count = len(due_dates)
    if method is RepaymentMethod.ANNUITY:
        parts, interest = _annuity(principal, annual_rate, count, grace_months)
        balances = list(accumulate(parts, sub, initial=principal))
    else:
        parts = [0] * grace_months + _principal_parts(principal, count - grace_months, method)
        balances = list(accumulate(parts, sub, initial=principal))
        interest = _interest(balances[:-1], annual_rate, months_each)
    fees = _equal_parts(_whole(DECIMAL128.multiply(Decimal(principal), fee_rate)), count) if fee_rate else [0] * count
    return Repayments(due_dates, parts, interest, fees, balances[1:])


@lru_cache(maxsize=1024)
def monthly_due_dates(first_day: date, term_months: int) -> tuple[date, ...]:
    """Return the same day of each of the next months, or a shorter month's last: 31 January, 28 February, 31 March."""
    first_month = first_day.year * 12 + first_day.month - 1
    return tuple(_day_in_month(first_month + number, first_day.day) for number in range(1, term_months + 1))


def _day_in_month(months_since_year_0: int, day: int) -> date:
    year, month = divmod(months_since_year_0, 12)
    last_day = 29 if month == _FEBRUARY and isleap(year) else _DAYS_OF_MONTH[month]
    return date(year, month + 1, min(day, last_day))


def _principal_parts(principal: int, count: int, method: RepaymentMethod) -> list[int]:
    if method in (RepaymentMethod.EQUAL_PRINCIPAL, RepaymentMethod.FLAT_FEE):
        return _equal_parts(principal, count)
    return [0] * (count - 1) + [principal]


def _annuity(principal: int, annual_rate: Decimal, count: int, grace_months: int) -> tuple[list[int], list[int]]:
    """Return what each level payment leaves for principal after interest, and the interest.

    The last part of principal is whatever is left.
    """
    payment, present_value = annuity_ratio(annual_rate, count - grace_months)
    level = _whole(DECIMAL128.divide(DECIMAL128.multiply(Decimal(principal), payment), present_value))
    numerator, divisor = _interest_ratio(annual_rate, 1)
    parts = [0] * grace_months
    interest = [_quotient(principal * numerator, divisor)] * grace_months
    left = principal
    for _ in range(count - grace_months - 1):
        due = _quotient(left * numerator, divisor)
        part = min(level - due, left)  # a payment that was rounded up may be done early
        left -= part
        parts.append(part)
        interest.append(due)
    return [*parts, left], [*interest, _quotient(left * numerator, divisor)]


def _equal_parts(total: int, count: int) -> list[int]:
    """Return a total in equal rounded parts; the last is whatever is left, and none is negative."""
    level = _quotient(total, count)
    full = min(count - 1, total // level) if level else count - 1
    return [level] * full + [total - full * level] + [0] * (count - 1 - full)


def _interest(balances: list[int], annual_rate: Decimal, months: int) -> list[int]:
    if not annual_rate:
        return [0] * len(balances)
    numerator, divisor = _interest_ratio(annual_rate, months)
    return [_quotient(balance * numerator, divisor) for balance in balances]


@lru_cache(maxsize=4096)
def _interest_ratio(annual_rate: Decimal, months: int) -> tuple[int, int]:
    """Return the interest of some months on a balance as a fraction: divided last, half a cent is exactly that."""
    numerator, divisor = annual_rate.as_integer_ratio()
    return numerator * months, divisor * _MONTHS_PER_YEAR


def _quotient(dividend: int, divisor: int) -> int:
    """Return the quotient of whole numbers from 0, rounded half to even."""
    quotient, rest = divmod(dividend, divisor)
    twice = 2 * rest
    return quotient + 1 if twice > divisor or (twice == divisor and quotient & 1) else quotient


def _whole(amount: Decimal) -> int:
    return int(amount.to_integral_value(ROUND_HALF_EVEN))


def _instalments(repayments: Repayments, exponent: int) -> Iterator[Instalment]:
    for due_date, *parts, balance in zip(*repayments, strict=True):
        units = (sum(parts), *parts, balance)
        yield Instalment(due_date, *[Decimal(amount).scaleb(-exponent, DECIMAL128) for amount in units])
