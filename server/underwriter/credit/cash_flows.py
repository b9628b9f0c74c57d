"""The payments of a loan of 1, month by month, and the rate at which payments are worth what was lent."""

import math
from collections.abc import Sequence
from decimal import Decimal

from underwriter.credit.annuity import annuity_ratio
from underwriter.credit.arithmetic import MONTHS_PER_YEAR, ONE, ZERO
from underwriter.credit.repayment_method import RepaymentMethod

_SMALL_STEP = 1e-12


def unit_payments(
    method: RepaymentMethod, annual_rate: Decimal, term_months: int, fee_rate: Decimal, grace_months: int = 0
) -> tuple[Decimal, ...]:
    """Return what is paid at the end of each month, before rounding, on a loan of 1 (decimal arithmetic of the caller).

    The fee, `fee_rate` of the principal over the whole term, is spread equally over the instalments. The first
    `grace_months` bear interest only.
    """
    monthly_rate = annual_rate / MONTHS_PER_YEAR
    fee = fee_rate / term_months
    grace = (monthly_rate + fee,) * grace_months
    repaying = term_months - grace_months
    match method:
        case RepaymentMethod.ANNUITY:
            payment, present_value = annuity_ratio(annual_rate, repaying)
            return grace + (payment / present_value + fee,) * repaying
        case RepaymentMethod.EQUAL_PRINCIPAL | RepaymentMethod.FLAT_FEE:
            part = ONE / repaying
            return grace + tuple(part + fee + part * left * monthly_rate for left in range(repaying, 0, -1))
        case RepaymentMethod.INTEREST_ONLY:
            payment = monthly_rate + fee
            return (payment,) * (term_months - 1) + (ONE + payment,)
        case RepaymentMethod.SINGLE_REPAYMENT:
            return (ZERO,) * (term_months - 1) + (ONE + monthly_rate * term_months + fee_rate,)


def present_value(payments: Sequence[Decimal], discount: Decimal) -> Decimal:
    """Return what payments at the end of each month are worth today, if 1 in a month is worth `discount` today."""
    value = ZERO
    for payment in reversed(payments):
        value = (value + payment) * discount
    return value


def internal_discount(advance: Decimal, payments: Sequence[Decimal]) -> Decimal:
    """Return the monthly discount factor v = 1/(1 + i) at which payments are worth `advance`: i is the internal rate.

    Needs an advance above zero and payments of zero or more that sum to at least the advance; then there is exactly
    one answer, 0 < v <= 1. It is found in binary floating point and then made exact to 20 digits by one step of
    Newton's method in decimal arithmetic, so that it is the same on every machine.
    """
    discount = Decimal(_approximate_discount([float(payment / advance) for payment in payments]))
    value = slope = ZERO
    for payment in reversed(payments):
        slope = slope * discount + value + payment
        value = (value + payment) * discount
    # `slope` is the derivative of `value` by the discount: Horner's rule, differentiated along.
    return min(discount - (value - advance) / slope, ONE)


def _approximate_discount(payments: Sequence[float]) -> float:
    """Return the discount factor at which the payments are worth 1, to about 12 digits.

    Newton's method on ln(present value) over the force of interest -ln(v). That curve is convex and nearly straight,
    so that steps from zero interest never pass the answer and few are needed, however high the rate.
    """
    force = 0.0
    step = math.inf
    while step > _SMALL_STEP:
        discount = math.exp(-force)
        value = slope = 0.0
        for payment in reversed(payments):
            slope = slope * discount + value + payment
            value = (value + payment) * discount
        step = math.log(value) * value / (slope * discount)
        force += step
    return math.exp(-force)
