"""The most that a loan may cost, and the highest price within it."""

from bisect import bisect_right
from collections.abc import Callable
from decimal import Decimal
from functools import lru_cache

from underwriter.credit.arguments import (
    HIGHEST_ANNUAL_RATE,
    HIGHEST_FEE_RATE,
    ArgumentFault,
    check_fee_rate,
    check_grace,
    check_method,
    check_rate,
    check_term,
    require,
)
from underwriter.credit.arithmetic import MONTHS_PER_YEAR, ONE, ZERO, decimal_arithmetic
from underwriter.credit.cash_flows import present_value, unit_payments
from underwriter.credit.repayment_method import RepaymentMethod

_STEPS_PER_UNIT = 10_000

# What a loan of 1 may be worth at the cap's rate: a price exactly at the cap is not lost to an error in the last digit.
_HIGHEST_VALUE = ONE + Decimal("1e-20")


def highest_annual_rate(
    effective_cap: Decimal,
    term_months: int,
    method: RepaymentMethod,
    fee_rate: Decimal = ZERO,
    grace_months: int = 0,
) -> Decimal | None:
    """Return the highest nominal annual rate, rounded down to 4 places, whose effective annual rate is within the cap.

    The effective rate is compared before it is rounded. None where the fee alone costs more than the cap; at most
    10 (1,000 %). In the first `grace_months` no principal is repaid. FLAT_FEE has no annual rate: see
    `highest_fee_rate`. Raises CreditArgumentError.
    """
    require(
        check_rate("effective_cap", effective_cap),
        check_term(term_months),
        check_method(method) or _check_bears_interest(method),
        check_fee_rate(fee_rate),
        check_grace(grace_months, term_months, method),
    )
    return _highest_annual_rate(effective_cap, term_months, method, fee_rate, grace_months)


def highest_fee_rate(effective_cap: Decimal, term_months: int) -> Decimal:
    """Return the highest FLAT_FEE rate, rounded down to 4 places, whose effective annual rate is within the cap.

    The rate is the fee over the whole term as a fraction of the principal, at most 1. The effective rate is compared
    before it is rounded. Raises CreditArgumentError.
    """
    require(check_rate("effective_cap", effective_cap), check_term(term_months))
    return _highest_fee_rate(effective_cap, term_months)


@lru_cache(maxsize=4096)
def _highest_annual_rate(
    effective_cap: Decimal, term_months: int, method: RepaymentMethod, fee_rate: Decimal, grace_months: int
) -> Decimal | None:
    def payments_at(annual_rate: Decimal) -> tuple[Decimal, ...]:
        return unit_payments(method, annual_rate, term_months, fee_rate, grace_months)

    too_high = _first_step_above(effective_cap, HIGHEST_ANNUAL_RATE, payments_at)
    return _rate_at(too_high - 1) if too_high else None


@lru_cache(maxsize=4096)
def _highest_fee_rate(effective_cap: Decimal, term_months: int) -> Decimal:
    def payments_at(fee_rate: Decimal) -> tuple[Decimal, ...]:
        return unit_payments(RepaymentMethod.FLAT_FEE, ZERO, term_months, fee_rate)

    # Without a fee the loan costs nothing, so the first step is never above the cap.
    return _rate_at(_first_step_above(effective_cap, HIGHEST_FEE_RATE, payments_at) - 1)


def _first_step_above(
    effective_cap: Decimal, highest: Decimal, payments_at: Callable[[Decimal], tuple[Decimal, ...]]
) -> int:
    """Return how many steps of 0.0001 from zero, up to `highest`, cost no more than the cap: search, as cost rises.

    A loan of 1 is within the cap if its payments, discounted at the cap, are worth no more than 1.
    """
    with decimal_arithmetic():
        discount = (ONE + effective_cap) ** (-ONE / MONTHS_PER_YEAR)
        steps = range(int(highest * _STEPS_PER_UNIT) + 1)
        return bisect_right(
            steps, _HIGHEST_VALUE, key=lambda step: present_value(payments_at(_rate_at(step)), discount)
        )


def _rate_at(step: int) -> Decimal:
    return Decimal(step).scaleb(-4)


def _check_bears_interest(method: RepaymentMethod) -> ArgumentFault | None:
    if method is not RepaymentMethod.FLAT_FEE:
        return None
    return ArgumentFault("method", "FLAT_FEE", "a method with interest", "ask highest_fee_rate for the highest fee")
