"""Who bears losses besides the lenders: the cover of guarantors that the rules gave, as parts of the amount."""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import NamedTuple

from underwriter import credit
from underwriter.decisioning.list_terms import TermInvalid, items_of, twice_faults

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
    parts = [
        CoveredPart(
            item.name,
            item.number("coverage"),
            item.number("retained_loss", ZERO),
            item.number("annual_price", ZERO),
            item.cap(exponent),
            0,
        )
        for item in items_of(_TERM, _KEY, cover)
    ]
    faults = [*_faults(parts), *twice_faults(_KEY, [part.guarantor for part in parts])]
    if faults:
        raise TermInvalid(_TERM, *faults)
    return [part._replace(amount=credit.share_of(amount, part.coverage)) for part in parts]


def _faults(parts: Sequence[CoveredPart]) -> Iterator[str]:
    for part in parts:
        if not ZERO < part.coverage <= ONE:
            yield f"the coverage {part.coverage} of {part.guarantor} is not above 0 and at most 1"
        if not ZERO <= part.retained_loss < ONE:
            yield f"the retained_loss {part.retained_loss} of {part.guarantor} is not from 0 and below 1"
        if part.annual_price < ZERO:
            yield f"the annual_price {part.annual_price} of {part.guarantor} is below 0"
    total = sum((part.coverage for part in parts), ZERO)
    if total > ONE + credit.SHARE_TOLERANCE:
        yield f"the coverages sum to {total}, to more than 1"
