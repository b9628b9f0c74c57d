"""Who funds an offer: the funders' shares that the rules gave, as parts of the amount."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import NamedTuple

from underwriter import credit
from underwriter.decisioning.list_terms import TermInvalid, TermItems

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
    items = TermItems(_TERM, _KEY, funding)
    shares, caps = items.numbers("share"), items.caps(exponent)
    faults = [*credit.share_faults(shares), *items.twice_faults()]
    if faults:
        raise TermInvalid(_TERM, *faults)
    return list(map(FundedPart, items.names, shares, credit.funded_amounts(amount, shares), caps))
