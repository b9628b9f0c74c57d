"""Who funds an offer: the funders' shares that the rules gave, as parts of the amount."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import NamedTuple

from underwriter import credit

LONGEST_FUNDER = 64


class FundingInvalid(ValueError):
    """Shares that no loan can be made of; `str()` says in words what is wrong with them, for the log."""


class FundedPart(NamedTuple):
    """A funder's part of an amount, in minor units, and the most that it may have committed in all, if it says."""

    funder: str
    share: Decimal
    amount: int
    cap: int | None


def is_unknown(funding: object) -> bool:
    """Tell whether a funding, or anything in it, came out null."""
    if isinstance(funding, list):
        return any(map(is_unknown, funding))
    if isinstance(funding, dict):
        return None in funding.values()
    return funding is None


def funded_parts(funding: Sequence[Mapping[str, object]], amount: int, exponent: int) -> list[FundedPart]:
    """Return each funder's part of an amount in minor units; they sum to it exactly.

    Raises:
        FundingInvalid: when the shares do not make up a whole, a funder is named twice, or a value is of a wrong kind.
    """
    funders, shares, caps = zip(*[_read(item) for item in funding], strict=True)
    faults = credit.share_faults(shares)
    faults += [f"the funder {funder} is named twice" for funder in sorted({f for f in funders if funders.count(f) > 1})]
    if faults:
        raise FundingInvalid(f"funding: {'; '.join(faults)}")
    amounts = credit.funded_amounts(amount, shares)
    whole_caps = [None if cap is None else credit.minor_units(cap, exponent) for cap in caps]
    return list(map(FundedPart, funders, shares, amounts, whole_caps))


def _read(item: Mapping[str, object]) -> tuple[str, Decimal, Decimal | None]:
    """Return funder, share and cap of one part."""
    if not isinstance(item, Mapping):
        raise FundingInvalid("funding: an item is not a context of funder, share and cap")
    funder, share, cap = item.get("funder"), item.get("share"), item.get("cap")
    if not (isinstance(funder, str) and 0 < len(funder) <= LONGEST_FUNDER):
        raise FundingInvalid(f"funding: a funder must be a text of 1 to {LONGEST_FUNDER} characters")
    if not isinstance(share, Decimal):
        raise FundingInvalid(f"funding: the share of {funder} is not a number")
    if not (cap is None or (isinstance(cap, Decimal) and cap >= 0)):
        raise FundingInvalid(f"funding: the cap of {funder} is not an amount from 0")
    return funder, share, cap
