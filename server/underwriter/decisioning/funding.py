"""Who funds an offer: the funders' shares that the rules gave, as parts of the amount."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import NamedTuple

from underwriter import credit
from underwriter.decisioning.list_terms import TermInvalid, items_of, twice_faults

_TERM, _KEY = "funding", "funder"


class FundedPart(NamedTuple):
    """A funder's part of an amount, in minor units, and the most that it may have committed in all, if it says."""

    funder: str
    share: Decimal
    amount: int
    cap: int | None


def funded_parts(funding: Sequence[Mapping[str, object]], amount: int, exponent: int) -> list[FundedPart]:
    """Return each funder's part of an amount in minor units; they sum to it exactly.

    Raises:
        TermInvalid: when the shares do not make up a whole, a funder is named twice, or a value is of a wrong kind.
    """
    read = [(item.name, item.number("share"), item.cap(exponent)) for item in items_of(_TERM, _KEY, funding)]
    funders, shares, caps = zip(*read, strict=True)
    faults = [*credit.share_faults(shares), *twice_faults(_KEY, funders)]
    if faults:
        raise TermInvalid(_TERM, *faults)
    return list(map(FundedPart, funders, shares, credit.funded_amounts(amount, shares), caps))
