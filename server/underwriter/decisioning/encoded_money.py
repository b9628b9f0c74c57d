"""Encodes amounts of money, all in as many bytes: so a message that holds some has a length known beforehand."""

from collections.abc import Iterable
from functools import lru_cache

from google.type.money_pb2 import Money

from underwriter.decisioning.wire_format import lowest_groups, message_tag, number_tag, padded_varint, with_length

_CURRENCY = message_tag(Money.CURRENCY_CODE_FIELD_NUMBER)
_UNITS = number_tag(Money.UNITS_FIELD_NUMBER)
_NANOS = number_tag(Money.NANOS_FIELD_NUMBER)

_NANOS_DIGITS, _NANOS_SIZE = 9, 5
_HIGHEST_UNITS, _UNITS_SIZE = 2**63 - 1, 9
_LOW_SIZE = 2
_LOW_BITS = 7 * _LOW_SIZE
_LOW_MASK = (1 << _LOW_BITS) - 1
_LOW = [lowest_groups(low, _LOW_SIZE) for low in range(_LOW_MASK + 1)]
_ENDS_KEPT = 1 << 14

MONEY_SIZE = 1 + len(_CURRENCY + with_length(b"CNY") + _UNITS + _NANOS) + _UNITS_SIZE + _NANOS_SIZE
"""The bytes of an encoded amount, with its length before it."""


class MoneyEncoder:
    """Encodes amounts in minor units of `exponent` decimal places, each as a `google.type.Money` after its length.

    All begin with `start`. Methods raise ValueError for an amount that `google.type.Money` can't hold.
    """

    def __init__(self, exponent: int, currency: str) -> None:
        self.start = bytes((MONEY_SIZE - 1,)) + _CURRENCY + with_length(currency.encode()) + _UNITS
        minor_units: int = 10**exponent
        self._minor_units = minor_units
        self._nanos = [
            _NANOS + padded_varint(rest * 10 ** (_NANOS_DIGITS - exponent), _NANOS_SIZE) for rest in range(minor_units)
        ]
        highs = range(max(_ENDS_KEPT // minor_units, 1))
        self._ends = [_high_groups(high) + nanos for high in highs for nanos in self._nanos]

    def encoded(self, amount: int) -> bytes:
        """Return an amount encoded. Raises ValueError for one below 0 too."""
        if amount < 0:
            raise ValueError(f"an amount of {amount} is below 0")
        return self.start + self.after_start((amount,))[amount]

    def after_start(self, amounts: Iterable[int]) -> dict[int, bytes]:
        """Return amounts from 0, each with itself encoded without the start."""
        minor_units, ends = self._minor_units, self._ends
        try:
            return {
                amount: _LOW[(units := amount // minor_units) & _LOW_MASK]
                + ends[(units >> _LOW_BITS) * minor_units + amount % minor_units]
                for amount in amounts
            }
        except IndexError:  # an amount of millions
            return {amount: self._after_start(amount) for amount in amounts}

    def _after_start(self, amount: int) -> bytes:
        units, rest = divmod(amount, self._minor_units)
        if units > _HIGHEST_UNITS:
            raise ValueError(f"an amount of {units} is beyond what a message of money holds")
        return _LOW[units & _LOW_MASK] + _high_groups(units >> _LOW_BITS) + self._nanos[rest]


@lru_cache(maxsize=8)
def money_encoder(exponent: int, currency: str) -> MoneyEncoder:
    """Return the encoder of a currency's amounts."""
    return MoneyEncoder(exponent, currency)


def _high_groups(number: int) -> bytes:
    return padded_varint(number, _UNITS_SIZE - _LOW_SIZE)
