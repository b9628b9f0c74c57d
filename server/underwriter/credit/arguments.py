"""The checks on what callers hand in, and the one error that names every fault at once.

Each check returns the fault that it found or None; `require` raises for all of them together.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import MAXYEAR, date
from decimal import Decimal

from underwriter.credit.arithmetic import DECIMAL128, MINOR_UNITS, ONE, ZERO
from underwriter.credit.repayment_method import RepaymentMethod

HIGHEST_AMOUNT = Decimal("1e18")
LOWEST_AMOUNT = -HIGHEST_AMOUNT
HIGHEST_ANNUAL_RATE = Decimal(10)
HIGHEST_FEE_RATE = ONE
HIGHEST_TERM_MONTHS = 600
HIGHEST_EXPONENT = len(MINOR_UNITS) - 1

_HIGHEST_MINOR_UNITS = int(HIGHEST_AMOUNT) * 10**HIGHEST_EXPONENT

_LAST_FIRST_YEAR = MAXYEAR - HIGHEST_TERM_MONTHS // 12 - 1

# Below this, (1 + rate/12)^n - 1 has too few of its 34 digits left to give a payment to the cent.
_LOWEST_RATE_ABOVE_ZERO = Decimal("1e-12")


@dataclass(frozen=True, slots=True)
class ArgumentFault:
    """One argument that can't be used: its name, what was found, what is allowed and what to do."""

    argument: str
    found: str
    allowed: str
    remedy: str

    def __str__(self) -> str:
        return f"{self.argument} is {self.found}; allowed is {self.allowed}: {self.remedy}"


class CreditArgumentError(ValueError):
    """Raised when arguments can't be used; `faults` has all of them, not only the first."""

    def __init__(self, faults: Sequence[ArgumentFault]) -> None:
        super().__init__("\n".join(map(str, faults)))
        self.faults = tuple(faults)


def require(*checks: ArgumentFault | None) -> None:
    """Raise CreditArgumentError for every check that found a fault."""
    if any(checks):
        raise CreditArgumentError([fault for fault in checks if fault])


def check_decimal(argument: str, value: object, lowest: Decimal, highest: Decimal) -> ArgumentFault | None:
    """Check for a finite Decimal from `lowest` to `highest`."""
    if isinstance(value, Decimal):
        if value.is_finite() and lowest <= value <= highest:
            return None
        remedy = "pass a number in this range"
    else:
        remedy = "pass a Decimal, made from a string or an integer, never a float"
    return ArgumentFault(argument, repr(value), f"a Decimal from {lowest} to {highest}", remedy)


def check_rate(argument: str, value: object) -> ArgumentFault | None:
    """Check for the rate of a year as a fraction: 0, or large enough to reckon with, up to 10 (1,000 %)."""
    fault = check_decimal(argument, value, ZERO, HIGHEST_ANNUAL_RATE)
    if fault is None and isinstance(value, Decimal) and ZERO < value < _LOWEST_RATE_ABOVE_ZERO:
        allowed = f"0, or a Decimal from {_LOWEST_RATE_ABOVE_ZERO} to {HIGHEST_ANNUAL_RATE}"
        return ArgumentFault(argument, repr(value), allowed, "pass 0 for no interest")
    return fault


def check_annual_rate(annual_rate: object, method: object) -> ArgumentFault | None:
    """Check for a loan's annual rate, which is 0 with FLAT_FEE."""
    fault = check_rate("annual_rate", annual_rate)
    if fault is None and method is RepaymentMethod.FLAT_FEE and annual_rate:
        remedy = "put the price into fee_rate, or choose a method with interest"
        return ArgumentFault("annual_rate", repr(annual_rate), "0 with FLAT_FEE", remedy)
    return fault


def check_fee_rate(fee_rate: object) -> ArgumentFault | None:
    """Check for a fee over the whole term as a fraction of the principal, at most 1."""
    return check_decimal("fee_rate", fee_rate, ZERO, HIGHEST_FEE_RATE)


def check_money(argument: str, value: object, exponent: object) -> ArgumentFault | None:
    """Check for an amount above zero in whole minor units of `exponent` decimal places."""
    places = exponent if isinstance(exponent, int) and 0 <= exponent <= HIGHEST_EXPONENT else HIGHEST_EXPONENT
    unit = MINOR_UNITS[places]
    fault = check_decimal(argument, value, unit, HIGHEST_AMOUNT)
    if fault is None and isinstance(value, Decimal) and value != value.quantize(unit, context=DECIMAL128):
        allowed = f"an amount in whole units of {unit}"
        return ArgumentFault(argument, repr(value), allowed, "round it to the currency's minor unit first")
    return fault


def check_minor_units(argument: str, value: object) -> ArgumentFault | None:
    """Check for an amount above zero as a number of minor units."""
    return _check_integer(argument, value, 1, _HIGHEST_MINOR_UNITS)


def check_term(term_months: object) -> ArgumentFault | None:
    """Check for a number of months from 1 to 600."""
    return _check_integer("term_months", term_months, 1, HIGHEST_TERM_MONTHS)


def check_grace(grace_months: object, term_months: object, method: object) -> ArgumentFault | None:
    """Check for a number of months from 0 that leaves at least one of the term to repay in; 0 with FLAT_FEE."""
    is_term = type(term_months) is int and 1 <= term_months <= HIGHEST_TERM_MONTHS
    longest = (term_months if is_term else HIGHEST_TERM_MONTHS) - 1  # type: ignore[operator]
    fault = _check_integer("grace_months", grace_months, 0, longest)
    if fault is None and method is RepaymentMethod.FLAT_FEE and grace_months:
        return ArgumentFault("grace_months", repr(grace_months), "0 with FLAT_FEE", "choose a method with interest")
    return fault


def check_exponent(exponent: object) -> ArgumentFault | None:
    """Check for a number of decimal places of a currency's minor unit, 0 to 4 (ISO 4217)."""
    return _check_integer("exponent", exponent, 0, HIGHEST_EXPONENT)


def _check_integer(argument: str, value: object, lowest: int, highest: int) -> ArgumentFault | None:
    if type(value) is int and lowest <= value <= highest:  # bool is an int too, but no number of months
        return None
    return ArgumentFault(
        argument, repr(value), f"an int from {lowest} to {highest}", "pass a whole number in this range"
    )


def check_method(method: object) -> ArgumentFault | None:
    """Check for a repayment method."""
    if isinstance(method, RepaymentMethod):
        return None
    allowed = "one of " + ", ".join(RepaymentMethod.__members__)
    return ArgumentFault("method", repr(method), allowed, "pass a member of RepaymentMethod")


def check_first_day(first_day: object) -> ArgumentFault | None:
    """Check for a date (no time of day) early enough for the longest term to end within the calendar."""
    if type(first_day) is not date:
        return ArgumentFault("first_day", repr(first_day), "a datetime.date", "pass a date without a time of day")
    if first_day.year > _LAST_FIRST_YEAR:
        return ArgumentFault("first_day", repr(first_day), f"a date up to {_LAST_FIRST_YEAR}", "pass an earlier date")
    return None
