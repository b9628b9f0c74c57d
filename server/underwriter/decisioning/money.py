"""Decimal amounts and rates as the API's messages."""

from decimal import Decimal

from google.type.decimal_pb2 import Decimal as DecimalMessage
from google.type.money_pb2 import Money


def set_minor_units(message: Money, amount: int, exponent: int, currency: str) -> None:
    """Fill a `google.type.Money` with an amount in minor units, from 0."""
    message.currency_code = currency
    message.units, rest = divmod(amount, 10**exponent)
    if rest:
        message.nanos = rest * 10 ** (9 - exponent)


def decimal_message(value: Decimal) -> DecimalMessage:
    """Return a number as `google.type.Decimal`, in plain digits."""
    return DecimalMessage(value=format(value, "f"))
