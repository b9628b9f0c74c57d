"""Loans worked out a second time, with exact fractions and a search by halving: nothing here is the package's own.

Amounts are whole minor units (int), rates are fractions of a year.
"""

from calendar import monthrange
from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal, localcontext
from fractions import Fraction
from functools import lru_cache
from typing import NamedTuple

DIGITS = 50
HALVINGS = 100
SIX_PLACES = Decimal("0.000001")


class Loan(NamedTuple):
    """A loan's terms; `method` is the name of a repayment method."""

    principal: int
    annual_rate: Fraction
    term: int
    method: str
    fee_rate: Fraction = Fraction(0)
    grace: int = 0


class Due(NamedTuple):
    """One instalment."""

    day: date
    principal: int
    interest: int
    fee: int
    balance: int


def instalments(loan: Loan, first_day: date) -> list[Due]:
    """Work out the schedule; every amount is rounded half-even, as Python's round() rounds a Fraction."""
    months = [loan.term] if loan.method == "SINGLE_REPAYMENT" else range(1, loan.term + 1)
    fees = equal_parts(round(loan.principal * loan.fee_rate), len(months))
    rows, balance = [], loan.principal
    for month, part, fee in zip(months, principal_parts(loan), fees, strict=True):
        interest = round(balance * loan.annual_rate * (loan.term if len(months) == 1 else 1) / 12)
        balance -= part
        rows.append(Due(months_later(first_day, month), part, interest, fee, balance))
    return rows


def principal_parts(loan: Loan) -> list[int]:
    repaying = loan.term - loan.grace
    match loan.method:
        case "SINGLE_REPAYMENT":
            return [loan.principal]
        case "INTEREST_ONLY":
            return [0] * (loan.term - 1) + [loan.principal]
        case "ANNUITY":
            return [0] * loan.grace + list(annuity_parts(loan.principal, loan.annual_rate / 12, repaying))
        case _:
            return [0] * loan.grace + equal_parts(loan.principal, repaying)


def annuity_parts(principal: int, monthly: Fraction, term: int) -> Iterator[int]:
    level = round(level_payment(monthly, term) * principal)
    left = principal
    for _ in range(term - 1):
        part = min(level - round(left * monthly), left)
        yield part
        left -= part
    yield left


def level_payment(monthly: Fraction, term: int) -> Fraction:
    """What repays a loan of 1 in equal payments: one over the sum of the discount factors, a geometric series."""
    if not monthly:
        return Fraction(1, term)
    return monthly / (1 - (1 + monthly) ** -term)


def equal_parts(total: int, count: int) -> list[int]:
    level, parts = round(Fraction(total, count)), []
    for _ in range(count - 1):
        parts.append(min(level, total - sum(parts)))
    return [*parts, total - sum(parts)]


def months_later(day: date, months: int) -> date:
    """The same day of a later month, or that month's last."""
    year, month = day.year, day.month + months
    while month > 12:
        year, month = year + 1, month - 12
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def unrounded_payments(loan: Loan) -> list[Fraction]:
    """What a loan of 1 pays at the end of each month, before rounding."""
    monthly, repaying = loan.annual_rate / 12, loan.term - loan.grace
    if loan.method == "SINGLE_REPAYMENT":
        return [Fraction(0)] * (loan.term - 1) + [1 + monthly * loan.term + loan.fee_rate]
    owed, payments = Fraction(1), []
    for month in range(1, loan.term + 1):
        interest = owed * monthly
        if loan.method == "INTEREST_ONLY":
            part = Fraction(month == loan.term)
        elif month <= loan.grace:
            part = Fraction(0)
        elif loan.method == "ANNUITY":
            part = level_payment(monthly, repaying) - interest
        else:
            part = Fraction(1, repaying)
        payments.append(part + interest + loan.fee_rate / loan.term)
        owed -= part
    return payments


@lru_cache(maxsize=4096)
def effective_rate(loan: Loan) -> Decimal:
    """The yearly cost of a loan by its terms, to six places."""
    return internal_rate(Fraction(1), unrounded_payments(loan))


def internal_rate(advance: Fraction, payments: Sequence[Fraction]) -> Decimal:
    """Return (1 + i)^12 - 1 to six places; i is the monthly rate at which monthly payments are worth the advance.

    It is searched for by halving, month by month, in decimal arithmetic of fifty digits.
    """
    with localcontext(prec=DIGITS):
        amounts = [_decimal(payment / advance) for payment in payments]
        low, high = Decimal(0), Decimal(1)
        while _value(amounts, high) > 1:
            low, high = high, 2 * high
        for _ in range(HALVINGS):
            middle = (low + high) / 2
            low, high = (middle, high) if _value(amounts, middle) > 1 else (low, middle)
        return ((1 + high) ** 12 - 1).quantize(SIX_PLACES)


def _value(amounts: Sequence[Decimal], monthly: Decimal) -> Decimal:
    value, discount = Decimal(0), Decimal(1)
    for amount in amounts:
        discount /= 1 + monthly
        value += amount * discount
    return value


def _decimal(fraction: Fraction) -> Decimal:
    return Decimal(fraction.numerator) / Decimal(fraction.denominator)
