"""Amounts of money in whole minor units (cents), by currency."""

from decimal import ROUND_HALF_EVEN, Decimal
from functools import lru_cache

from underwriter.credit.arguments import (
    HIGHEST_AMOUNT,
    LOWEST_AMOUNT,
    ArgumentFault,
    check_decimal,
    check_exponent,
    require,
)
from underwriter.credit.arithmetic import DECIMAL128, MINOR_UNITS, ZERO

# ISO 4217, list one: the currencies whose minor unit is not a hundredth.
_CURRENCIES_BY_EXPONENT = {
    0: "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF",
    3: "BHD IQD JOD KWD LYD OMR TND",
    4: "CLF UYW",
}
_EXPONENTS = {code: exponent for exponent, codes in _CURRENCIES_BY_EXPONENT.items() for code in codes.split()}


@lru_cache(maxsize=256)
def minor_unit_exponent(currency: str) -> int:
    """Return the decimal places of a currency's minor unit, by its ISO 4217 code: CNY 2, JPY 0, KWD 3.

    A code that the standard doesn't list with another number has 2. Raises CreditArgumentError for what
    is not three capital letters.
    """
    if not (len(currency) == 3 and currency.isascii() and currency.isalpha() and currency.isupper()):
        remedy = "pass the currency's ISO 4217 code"
        require(ArgumentFault("currency", repr(currency), "three capital letters, such as CNY", remedy))
    return _EXPONENTS.get(currency, 2)


def round_money(amount: Decimal, exponent: int = 2) -> Decimal:
    """Return an amount rounded half-even to `exponent` decimal places, which it then shows: 1 becomes 1.00.

    Raises CreditArgumentError for an amount that is not finite or beyond 1e18, or an exponent outside 0 to 4.
    """
    require(check_decimal("amount", amount, LOWEST_AMOUNT, HIGHEST_AMOUNT), check_exponent(exponent))
    return amount.quantize(MINOR_UNITS[exponent], context=DECIMAL128)


def rounded_minor_units(amount: Decimal, exponent: int) -> int:
    """Return an amount in whole minor units, rounded half-even: 12.345 of exponent 2 is 1234.

    Raises CreditArgumentError for an amount that is not finite or beyond 1e18, or an exponent outside 0 to 4.
    """
    require(check_decimal("amount", amount, LOWEST_AMOUNT, HIGHEST_AMOUNT), check_exponent(exponent))
    return int(amount.scaleb(exponent, DECIMAL128).to_integral_value(ROUND_HALF_EVEN))


def minor_units(amount: Decimal, exponent: int) -> int:
    """Return an amount in whole minor units, 12.345 of exponent 2 as 1234; what is below one is cut off."""
    return int(amount.scaleb(exponent, DECIMAL128))


def amount_of(units: int, exponent: int) -> Decimal:
    """Return whole minor units as an amount, with decimal places only if it is not whole: 1200 of exponent 2 is 12."""
    if not units:
        return ZERO
    whole, rest = divmod(units, 10**exponent)
    return Decimal(units).scaleb(-exponent, DECIMAL128) if rest else Decimal(whole)
