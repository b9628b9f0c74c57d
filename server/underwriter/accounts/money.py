"""Whole minor units as the API's money, and back."""

from google.type.money_pb2 import Money

from underwriter.accounts.errors import AmountTooFine
from underwriter.credit.money import minor_unit_exponent

_NANO_PLACES = 9


def money_message(amount: int, currency: str) -> Money:
    """Return an amount of minor units, from 0, as `google.type.Money`."""
    places = minor_unit_exponent(currency)
    units, minor = divmod(amount, 10**places)
    return Money(currency_code=currency, units=units, nanos=minor * 10 ** (_NANO_PLACES - places))


def minor_units_of(money: Money) -> int:
    """Return a `google.type.Money` from 0 in minor units. Raises AmountTooFine for one that has a part of a unit."""
    places = minor_unit_exponent(money.currency_code)
    minor, rest = divmod(money.nanos, 10 ** (_NANO_PLACES - places))
    if rest:
        raise AmountTooFine(money.currency_code, places)
    amount: int = money.units * 10**places + minor
    return amount
