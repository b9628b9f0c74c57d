"""Google's common types as Python values: amounts, days and moments."""

from decimal import Context, Decimal
from typing import Any

from underwriter.feel.temporal import UTC, Date, DateTime

NANOS_PER_UNIT = 10**9
_EXACT = Context(prec=34)
_NANO = Decimal("1E-9")

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


def day(date: Any) -> Date:
    """Return a full `google.type.Date`, which the calendar must have, as a date."""
    return Date(date.year, date.month, date.day)


def moment(timestamp: Any) -> DateTime:
    """Return a `google.protobuf.Timestamp` in UTC. Raises ValueError far outside time."""
    return DateTime.at(timestamp.seconds, timestamp.nanos, UTC)
