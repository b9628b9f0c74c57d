"""Encodes a schedule's instalments: a message object for each amount would take far longer.

In one schedule many amounts are alike, and in all schedules of a day the due dates: those are encoded once.
"""

from collections.abc import Iterable
from datetime import date
from functools import lru_cache
from itertools import chain, repeat

from google.type.date_pb2 import Date

from underwriter import credit
from underwriter.decisioning.encoded_money import MONEY_SIZE, MoneyEncoder
from underwriter.decisioning.wire_format import message_tag, varint, with_length
from underwriter.v1.decision_pb2 import Instalment, Offer

_INSTALMENT = message_tag(Offer.INSTALMENTS_FIELD_NUMBER)
_DUE_DATE = message_tag(Instalment.DUE_DATE_FIELD_NUMBER)
_TAGS = (
    message_tag(Instalment.PAYMENT_FIELD_NUMBER),
    message_tag(Instalment.PRINCIPAL_FIELD_NUMBER),
    message_tag(Instalment.INTEREST_FIELD_NUMBER),
    message_tag(Instalment.FEES_FIELD_NUMBER),
    message_tag(Instalment.BALANCE_FIELD_NUMBER),
)
_AMOUNTS_SIZE = len(_TAGS) * (1 + MONEY_SIZE)


def encoded_instalments(repayments: credit.Repayments, money: MoneyEncoder) -> bytes:
    """Return a schedule as the instalments of an offer. Raises ValueError for an amount that `money` can't encode."""
    due_dates, *parts, balances = repayments
    payments = [principal + interest + fees for principal, interest, fees in zip(*parts, strict=True)]
    amounts = (payments, *parts, balances)
    known = money.after_start(set().union(*amounts))
    columns: list[Iterable[bytes]] = [_heads(due_dates)]
    for tag, column in zip(_TAGS, amounts, strict=True):
        columns += [repeat(tag + money.start), map(known.__getitem__, column)]
    return b"".join(chain.from_iterable(zip(*columns)))  # noqa: B905 - the tags don't end


@lru_cache(maxsize=1024)
def _heads(due_dates: tuple[date, ...]) -> list[bytes]:
    """Return what stands before the amounts of each instalment."""
    return [_head(Date(year=day.year, month=day.month, day=day.day).SerializeToString()) for day in due_dates]


def _head(day: bytes) -> bytes:
    due_date = _DUE_DATE + with_length(day)
    return _INSTALMENT + varint(len(due_date) + _AMOUNTS_SIZE) + due_date
