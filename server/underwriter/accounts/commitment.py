"""The totals that a facility counts towards, for as long as it is set aside, owed or still to be drawn.

A funder's total grows by its part of the facility. The other totals, of guarantors and of concentrations, grow by a
share of all that is committed, rounded: so what one facility adds never grows after it was reserved.
"""

from decimal import Decimal, InvalidOperation
from typing import NamedTuple

from underwriter.accounts.errors import EventImpossible
from underwriter.accounts.total_kind import TotalKind
from underwriter.credit import share_of
from underwriter.v1.record_pb2 import TOTAL_KIND_CONCENTRATION, TOTAL_KIND_GUARANTOR, FacilityEvent
from underwriter.v1.record_pb2 import CountedShare as CountedShareMessage

_SHARED = (TOTAL_KIND_GUARANTOR, TOTAL_KIND_CONCENTRATION)


class Commitment(NamedTuple):
    """A total, by what it is of, its name and its currency."""

    kind: TotalKind
    name: str
    currency: str


class CountedShare(NamedTuple):
    """The share of a facility that counts towards a total other than a funder's, as a decimal text such as "0.8"."""

    kind: TotalKind
    name: str
    share: str

    def of(self, committed: int) -> int:
        """Return what counts of an amount in minor units, rounded half to even."""
        return share_of(committed, Decimal(self.share))


def counted_shares(event: FacilityEvent) -> tuple[CountedShare, ...]:
    """Return what a reservation counts towards, sorted. Raises EventImpossible for what can't count."""
    if not event.counted:
        return ()
    counted = sorted(_counted(event, told) for told in event.counted)
    if len({share[:2] for share in counted}) < len(counted):
        raise EventImpossible(event.facility_id, "it counts twice towards one total")
    return tuple(counted)


def caps_of(event: FacilityEvent) -> dict[tuple[int, str], int]:
    """Return the caps that a reservation must keep to, in minor units, by kind and name."""
    caps = {(TotalKind.FUNDER, part.funder): part.cap for part in event.parts if part.HasField("cap")}
    return caps | {(told.kind, told.name): told.cap for told in event.counted if told.HasField("cap")}


def _counted(event: FacilityEvent, told: CountedShareMessage) -> CountedShare:
    if told.kind not in _SHARED:
        raise EventImpossible(event.facility_id, f"it counts towards a total of kind {told.kind}")
    try:
        is_share = 0 <= Decimal(told.share) <= 1
    except InvalidOperation:
        is_share = False
    if not is_share:
        raise EventImpossible(event.facility_id, "what it counts is no share")
    return CountedShare(TotalKind(told.kind), told.name, told.share)
