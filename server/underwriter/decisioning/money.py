"""Decimal amounts and rates as the API's messages."""

from decimal import Decimal

from google.type.decimal_pb2 import Decimal as DecimalMessage
from google.type.money_pb2 import Money

_NANOS = Decimal(10) ** 9


def money_message(amount: Decimal, currency: str) -> Money:
    """Return an amount as `google.type.Money`; what is below a billionth is cut off."""
    units = int(amount)
    return Money(currency_code=currency, units=units, nanos=int((amount - units) * _NANOS) if amount != units else 0)


def decimal_message(value: Decimal) -> DecimalMessage:
    """Return a number as `google.type.Decimal`, in plain digits."""
    return DecimalMessage(value=format(value, "f"))
