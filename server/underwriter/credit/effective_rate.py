"""The effective annual rate: the yearly cost of a loan with all interest and fees, compounded.

It is the rate at which all payments, discounted by twelve equal months a year, are worth what the borrower received:
the basic equation in the annex of Directive (EU) 2023/2225 on consumer credit that tells how the annual percentage
rate of charge is calculated, and the annualised rate by the internal rate of return, with all costs, that
announcement [2021] No. 3 of the People's Bank of China asks lenders to show. With i the monthly internal rate of
return it is (1 + i)^12 - 1, a fraction: 0.24 is 24 %.
"""

from collections.abc import Sequence
from decimal import Decimal
from functools import lru_cache

from underwriter.credit.arguments import (
    HIGHEST_AMOUNT,
    HIGHEST_TERM_MONTHS,
    ArgumentFault,
    check_annual_rate,
    check_decimal,
    check_fee_rate,
    check_grace,
    check_method,
    check_term,
    require,
)
from underwriter.credit.arithmetic import MONTHS_PER_YEAR, ONE, ZERO, decimal_arithmetic
from underwriter.credit.cash_flows import internal_discount, unit_payments
from underwriter.credit.repayment_method import RepaymentMethod

_SIX_PLACES = Decimal("0.000001")

# A monthly rate of 9,900 %: beyond it the yearly rate doesn't fit into 34 digits.
_LOWEST_DISCOUNT = Decimal("0.01")
_SMALLEST_AMOUNT = Decimal("1e-18")


def effective_annual_rate(principal: Decimal, payments: Sequence[Decimal], upfront_fee: Decimal = ZERO) -> Decimal:
    """Return the effective annual rate of a loan from what is paid at the end of each month, rounded to 6 places.

    `payments[0]` is paid a month after the loan is; a month without a payment is 0. `upfront_fee` is kept back when
    the loan is paid out, so the borrower receives `principal - upfront_fee`. All are amounts of one currency.
    Raises CreditArgumentError; also where the payments together are below what the borrower received.
    """
    require(
        check_decimal("principal", principal, _SMALLEST_AMOUNT, HIGHEST_AMOUNT),
        check_decimal("upfront_fee", upfront_fee, ZERO, HIGHEST_AMOUNT),
        _check_number_of_payments(payments),
        *(check_decimal(f"payments[{index}]", payment, ZERO, HIGHEST_AMOUNT) for index, payment in enumerate(payments)),
    )
    with decimal_arithmetic():
        advance = principal - upfront_fee
        require(_check_advance(upfront_fee, advance))
        require(_check_total(sum(payments, ZERO), advance))
        discount = internal_discount(advance, payments)
        require(_check_discount(discount))
        return _annual_rate_at(discount)


def effective_annual_rate_of(
    method: RepaymentMethod,
    annual_rate: Decimal,
    term_months: int,
    fee_rate: Decimal = ZERO,
    grace_months: int = 0,
) -> Decimal:
    """Return the effective annual rate of a loan from its terms, rounded to 6 places.

    It doesn't depend on the principal: the payments are taken before they are rounded to the cent. Each month bears
    a twelfth of `annual_rate`; SINGLE_REPAYMENT bears simple interest. The fee is `fee_rate` of the principal over the
    whole term, spread equally over the instalments. In the first `grace_months` no principal is repaid, as in
    `repayment_schedule`: interest alone costs the same then, a fee costs less. Raises CreditArgumentError.
    """
    require(
        check_method(method),
        check_annual_rate(annual_rate, method),
        check_term(term_months),
        check_fee_rate(fee_rate),
        check_grace(grace_months, term_months, method),
    )
    return _effective_annual_rate_of(method, annual_rate, term_months, fee_rate, grace_months)


@lru_cache(maxsize=4096)
def _effective_annual_rate_of(
    method: RepaymentMethod, annual_rate: Decimal, term_months: int, fee_rate: Decimal, grace_months: int
) -> Decimal:
    with decimal_arithmetic():
        monthly_rate = annual_rate / MONTHS_PER_YEAR
        if method is RepaymentMethod.SINGLE_REPAYMENT:
            cost = ONE + monthly_rate * term_months + fee_rate
            return (cost ** (MONTHS_PER_YEAR / term_months) - ONE).quantize(_SIX_PLACES)
        if not fee_rate:  # interest alone, paid as it falls due, returns the monthly rate
            return ((ONE + monthly_rate) ** 12 - ONE).quantize(_SIX_PLACES)
        payments = unit_payments(method, annual_rate, term_months, fee_rate, grace_months)
        return _annual_rate_at(internal_discount(ONE, payments))


def _annual_rate_at(discount: Decimal) -> Decimal:
    return (discount**-12 - ONE).quantize(_SIX_PLACES)


def _check_number_of_payments(payments: Sequence[Decimal]) -> ArgumentFault | None:
    if 1 <= len(payments) <= HIGHEST_TERM_MONTHS:
        return None
    allowed = f"1 to {HIGHEST_TERM_MONTHS} payments"
    return ArgumentFault(
        "payments", f"{len(payments)} payments", allowed, "pass one payment for each month of the term"
    )


def _check_advance(upfront_fee: Decimal, advance: Decimal) -> ArgumentFault | None:
    if advance > ZERO:
        return None
    return ArgumentFault("upfront_fee", repr(upfront_fee), "less than the principal", "pass the fee, not the principal")


def _check_total(total: Decimal, advance: Decimal) -> ArgumentFault | None:
    if total >= advance:
        return None
    allowed = f"at least the {advance} that the borrower received"
    return ArgumentFault("payments", f"{total} in all", allowed, "pass the payments of the whole term")


def _check_discount(discount: Decimal) -> ArgumentFault | None:
    if discount >= _LOWEST_DISCOUNT:
        return None
    allowed = "payments at a monthly rate of at most 99"
    remedy = "pass payments and principal in the same currency and unit"
    return ArgumentFault("payments", "far above the principal", allowed, remedy)
