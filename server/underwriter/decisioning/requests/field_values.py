"""Google's common types as Python values: amounts, days and moments."""

import datetime
from decimal import Context, Decimal
from typing import Any

NANOS_PER_UNIT = 10**9
_EXACT = Context(prec=34)
_NANO = Decimal("1E-9")
_EPOCH = datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC)

CENTS = {cents * 10**7: Decimal(cents).scaleb(-2) for cents in range(-99, 100) if cents}
"""The fractions of an amount that are whole cents, by their nanos."""

add_exactly = _EXACT.add
"""Adds two amounts without rounding, whatever the caller's decimal context is."""


def amount(money: Any) -> Decimal:
    """Return the amount of a `google.type.Money`: whole units without decimals, cents with two, else what it needs."""
    units, nanos = money.units, money.nanos
    if not nanos:
        return Decimal(units)
    if nanos in CENTS:
        return add_exactly(Decimal(units), CENTS[nanos])
    return _EXACT.multiply(Decimal(units * NANOS_PER_UNIT + nanos), _NANO).normalize(_EXACT)


def day(date: Any) -> datetime.date:
    """Return a full `google.type.Date` as a date. Raises ValueError if there is no such day."""
    return datetime.date(date.year, date.month, date.day)


def moment(timestamp: Any) -> datetime.datetime:
    """Return a `google.protobuf.Timestamp` in UTC, cut to the microsecond. Raises OverflowError far outside time."""
    return _EPOCH + datetime.timedelta(seconds=timestamp.seconds, microseconds=timestamp.nanos // 1000)
