"""What an offer counts towards besides its funders and guarantors: the concentrations that the rules name."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import NamedTuple

from underwriter.decisioning.list_terms import TermInvalid, TermItems

ZERO, ONE = Decimal(0), Decimal(1)
_TERM, _KEY = "concentrations", "name"


class Concentration(NamedTuple):
    """A share of the amount that counts towards a total, and the most that this may come to, in minor units."""

    name: str
    share: Decimal
    cap: int | None


def concentrations_of(concentrations: Sequence[Mapping[str, object]], exponent: int) -> list[Concentration]:
    """Return what counts; a share of 0 does not.

    Raises:
        TermInvalid: when a share is not from 0 to 1, a name stands twice, or a value is of a wrong kind.
    """
    items = TermItems(_TERM, _KEY, concentrations)
    counted = list(map(Concentration, items.names, items.numbers("share"), items.caps(exponent)))
    faults = [
        f"the share {share} of {name} is not from 0 to 1" for name, share, _ in counted if not ZERO <= share <= ONE
    ]
    faults += items.twice_faults()
    if faults:
        raise TermInvalid(_TERM, *faults)
    return [one for one in counted if one.share]
