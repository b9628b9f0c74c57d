"""What a borrower can afford to borrow."""

from decimal import ROUND_FLOOR, Decimal
from functools import lru_cache

from underwriter.credit.annuity import annuity_ratio
from underwriter.credit.arguments import (
    HIGHEST_AMOUNT,
    LOWEST_AMOUNT,
    ArgumentFault,
    check_decimal,
    check_exponent,
    check_grace,
    check_rate,
    check_term,
    require,
)
from underwriter.credit.arithmetic import DECIMAL128, MINOR_UNITS, ZERO
from underwriter.credit.repayment_method import RepaymentMethod


def affordable_principal(
    monthly_room: Decimal, annual_rate: Decimal, term_months: int, exponent: int = 2, grace_months: int = 0
) -> Decimal:
    """Return the largest principal, in whole minor units, whose level payment before rounding is within `monthly_room`.

    So the payment that `annuity_payment` rounds is within the room too, if the room is in whole minor units.
    Without room (zero or negative, when expenses are above income) it is zero. Each month bears a twelfth of
    `annual_rate`. With `grace_months` the level payments are those after them; interest alone is less in every one of
    these. Raises CreditArgumentError.
    """
    room_fault = check_decimal("monthly_room", monthly_room, LOWEST_AMOUNT, HIGHEST_AMOUNT)
    if room_fault or not _are_terms(annual_rate, term_months, exponent, grace_months):
        require(room_fault, *_faults(annual_rate, term_months, exponent, grace_months))
    payment, present_value = annuity_ratio(annual_rate, term_months - grace_months)
    principal = DECIMAL128.divide(DECIMAL128.multiply(max(monthly_room, ZERO), present_value), payment)
    return principal.quantize(MINOR_UNITS[exponent], ROUND_FLOOR, DECIMAL128)


# A lender has few prices and terms, and many borrowers.
@lru_cache(maxsize=4096, typed=True)
def _are_terms(annual_rate: Decimal, term_months: int, exponent: int, grace_months: int) -> bool:
    return not any(_faults(annual_rate, term_months, exponent, grace_months))


def _faults(
    annual_rate: Decimal, term_months: int, exponent: int, grace_months: int
) -> tuple[ArgumentFault | None, ...]:
    return (
        check_rate("annual_rate", annual_rate),
        check_term(term_months),
        check_exponent(exponent),
        check_grace(grace_months, term_months, RepaymentMethod.ANNUITY),
    )
