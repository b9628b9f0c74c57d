"""The level payment that repays a loan with interest."""

from decimal import Decimal
from functools import lru_cache

from underwriter.credit.arguments import check_exponent, check_money, check_rate, check_term, require
from underwriter.credit.arithmetic import MINOR_UNITS, MONTHS_PER_YEAR, ONE, decimal_arithmetic


def annuity_payment(principal: Decimal, annual_rate: Decimal, term_months: int, exponent: int = 2) -> Decimal:
    """Return the monthly payment that repays `principal` in `term_months` equal payments, the first after a month.

    Each month bears a twelfth of `annual_rate` (a fraction: 0.072 is 7.2 %). The payment is rounded half-even to
    `exponent` decimal places; what rounding leaves over is settled in a schedule's last instalment.
    Raises CreditArgumentError.
    """
    require(
        check_money("principal", principal, exponent),
        check_rate("annual_rate", annual_rate),
        check_term(term_months),
        check_exponent(exponent),
    )
    with decimal_arithmetic():
        payment, present_value = annuity_ratio(annual_rate, term_months)
        return (principal * payment / present_value).quantize(MINOR_UNITS[exponent])


@lru_cache(maxsize=4096)
def annuity_ratio(annual_rate: Decimal, term_months: int) -> tuple[Decimal, Decimal]:
    """Return a level payment and the principal that it repays.

    With r the annual rate and n the term, their quotient is i(1 + i)^n / ((1 + i)^n - 1) for the monthly rate i = r/12.
    Both come multiplied by 12 * 12^n, to divide only once: so short terms are exact, and half a cent is exactly that.
    """
    if not annual_rate:
        return ONE, Decimal(term_months)
    with decimal_arithmetic():
        growth = (MONTHS_PER_YEAR + annual_rate) ** term_months
        return annual_rate * growth, MONTHS_PER_YEAR * (growth - MONTHS_PER_YEAR**term_months)
