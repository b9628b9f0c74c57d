"""Who bears losses besides the lenders: the cover of guarantors that the rules gave, as parts of the amount."""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any, NamedTuple

from underwriter import credit
from underwriter.decisioning.list_terms import TermInvalid, TermItems

ZERO, ONE = Decimal(0), Decimal(1)
_TERM, _KEY = "cover", "guarantor"


class CoveredPart(NamedTuple):
    """A guarantor's cover of an amount, in minor units, and the most that it may cover in all, if it says.

    `coverage` is the part of a loss above `retained_loss` of the loan that the guarantor bears, `annual_price` what
    that costs a year, as a fraction of the amount covered.
    """

    guarantor: str
    coverage: Decimal
    retained_loss: Decimal
    annual_price: Decimal
    cap: int | None
    amount: int


def covered_parts(cover: Sequence[Mapping[str, object]], amount: int, exponent: int) -> list[CoveredPart]:
    """Return each guarantor's cover of an amount in minor units, `coverage` of it rounded half to even.

    Raises:
        TermInvalid: when a fraction is out of its range, more than the whole is covered, a guarantor is named twice, or
            a value is of a wrong kind.
    """
    items = TermItems(_TERM, _KEY, cover)
    coverages, caps = items.numbers("coverage"), items.caps(exponent)
    retained, prices = items.numbers("retained_loss", ZERO), items.numbers("annual_price", ZERO)
    faults = [*_faults(items.names, coverages, retained, prices), *items.twice_faults()]
    if faults:
        raise TermInvalid(_TERM, *faults)
    amounts = [credit.share_of(amount, coverage) for coverage in coverages]
    return list(map(CoveredPart, items.names, coverages, retained, prices, caps, amounts))


def _faults(*columns: Sequence[Any]) -> Iterator[str]:
    coverages = columns[1]
    for guarantor, coverage, retained_loss, annual_price in zip(*columns, strict=True):
        if not ZERO < coverage <= ONE:
            yield f"the coverage {coverage} of {guarantor} is not above 0 and at most 1"
        if not ZERO <= retained_loss < ONE:
            yield f"the retained_loss {retained_loss} of {guarantor} is not from 0 and below 1"
        if annual_price < ZERO:
            yield f"the annual_price {annual_price} of {guarantor} is below 0"
    total = sum(coverages, ZERO)
    if total > ONE + credit.SHARE_TOLERANCE:
        yield f"the coverages sum to {total}, to more than 1"
