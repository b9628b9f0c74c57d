"""Puts a schedule's instalments into an offer, encoded here: a message object for each amount would take far longer.

In one schedule many amounts are alike, and in all schedules of a day the due dates: those are encoded once.
"""

from collections.abc import Iterator
from datetime import date
from functools import lru_cache

from google.type.date_pb2 import Date
from google.type.money_pb2 import Money

from underwriter import credit
from underwriter.decisioning.wire_format import message_tag, number_tag, varint, with_length
from underwriter.v1.decision_pb2 import Instalment, Offer

_NANOS_DIGITS = 9
_HIGHEST_UNITS = 2**63 - 1  # of a google.type.Money

_INSTALMENT = message_tag(Offer.INSTALMENTS_FIELD_NUMBER)
_DUE_DATE = message_tag(Instalment.DUE_DATE_FIELD_NUMBER)
_PAYMENT = message_tag(Instalment.PAYMENT_FIELD_NUMBER)
_PRINCIPAL = message_tag(Instalment.PRINCIPAL_FIELD_NUMBER)
_INTEREST = message_tag(Instalment.INTEREST_FIELD_NUMBER)
_FEES = message_tag(Instalment.FEES_FIELD_NUMBER)
_BALANCE = message_tag(Instalment.BALANCE_FIELD_NUMBER)
_CURRENCY = message_tag(Money.CURRENCY_CODE_FIELD_NUMBER)
_UNITS = number_tag(Money.UNITS_FIELD_NUMBER)
_NANOS = number_tag(Money.NANOS_FIELD_NUMBER)


def add_instalments(offer: Offer, repayments: credit.Repayments, exponent: int, currency: str) -> None:
    """Add the instalments of a schedule in minor units of `exponent` decimal places to an offer.

    Raises ValueError for an amount that `google.type.Money` can't hold.
    """
    offer.MergeFromString(b"".join(_encoded(repayments, _Amounts(exponent, currency))))


def _encoded(repayments: credit.Repayments, money: "_Amounts") -> Iterator[bytes]:
    for due_date, principal, interest, fees, balance in zip(*repayments, strict=True):
        instalment = b"".join(
            (
                _due_date(due_date),
                _PAYMENT,
                money[principal + interest + fees],
                _PRINCIPAL,
                money[principal],
                _INTEREST,
                money[interest],
                _FEES,
                money[fees],
                _BALANCE,
                money[balance],
            )
        )
        yield _INSTALMENT + with_length(instalment)


class _Amounts(dict[int, bytes]):
    """Amounts in minor units, each as a `google.type.Money` with its length before it."""

    def __init__(self, exponent: int, currency: str) -> None:
        self._before_units = _CURRENCY + with_length(currency.encode()) + _UNITS
        self._minor_units = 10**exponent
        self._nanos = _nanos_fields(exponent)

    def __missing__(self, amount: int) -> bytes:
        units, rest = divmod(amount, self._minor_units)
        if units > _HIGHEST_UNITS:
            raise ValueError(f"an amount of {units} is beyond what a message of money holds")
        encoded = self[amount] = with_length(self._before_units + varint(units) + self._nanos[rest])
        return encoded


@lru_cache(maxsize=8)
def _nanos_fields(exponent: int) -> list[bytes]:
    """Return the field of the billionths for every number of minor units less than a whole unit."""
    return [_NANOS + varint(rest * 10 ** (_NANOS_DIGITS - exponent)) for rest in range(10**exponent)]


@lru_cache(maxsize=4096)
def _due_date(day: date) -> bytes:
    return _DUE_DATE + with_length(Date(year=day.year, month=day.month, day=day.day).SerializeToString())
