"""What one subject owes and may still draw, by lender, as evaluations read it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple, Self

from underwriter.accounts.facility import Facility, FacilityState
from underwriter.ledger.subject_version import NEW_SUBJECT, version_after
from underwriter.v1.record_pb2 import ExposureEvidence, ExposurePosition, LenderTime


class Position(NamedTuple):
    """What a subject can owe something under."""

    lender: str
    product: str
    currency: str


class Amounts(NamedTuple):
    """What is set aside, owed, and may still be drawn of facilities in use; in minor units."""

    reserved: int = 0
    drawn: int = 0
    undrawn: int = 0

    @property
    def total(self) -> int:
        """All of it."""
        return sum(self)

    def plus(self, more: "Amounts") -> "Amounts":
        """Return the sums."""
        return Amounts(self.reserved + more.reserved, self.drawn + more.drawn, self.undrawn + more.undrawn)


@dataclass(frozen=True)
class ExposureState:
    """What is stored on a subject at one version: positions that are not 0, and when each lender last reserved.

    The mappings must not be changed.
    """

    version: int = NEW_SUBJECT
    positions: Mapping[Position, Amounts] = field(default_factory=dict)
    lenders: Mapping[str, int] = field(default_factory=dict)

    def advanced(self, before: Facility | None, after: Facility, entry_id: str) -> Self:
        """Return the state after one event of the subject's facility, given before (None if new) and after it.

        `entry_id` is that of the event's record.
        """
        positions = dict(self.positions)
        if before is not None:
            _add(positions, before, -1)
        _add(positions, after, 1)
        lenders = self.lenders if before is not None else _lenders_with(self.lenders, after)
        return type(self)(version_after(self.version, entry_id), positions, lenders)

    def evidence(self) -> ExposureEvidence:
        """Return the state as the record keeps it, sorted. The message is shared and must not be changed."""
        return self._evidence

    @cached_property
    def _evidence(self) -> ExposureEvidence:
        return ExposureEvidence(
            version=self.version,
            positions=[
                ExposurePosition(
                    lender=position.lender,
                    product=position.product,
                    currency=position.currency,
                    reserved=amounts.reserved,
                    drawn=amounts.drawn,
                    undrawn=amounts.undrawn,
                )
                for position, amounts in sorted(self.positions.items())
            ],
            lenders=[LenderTime(lender=lender, time_us=time_us) for lender, time_us in sorted(self.lenders.items())],
        )


NOTHING_STORED = ExposureState()
"""The state of a subject that nothing is stored on."""


def amounts_of(state: FacilityState, drawn: int, undrawn: int) -> Amounts:
    """Return what a funder's part counts for: what a reservation has not drawn yet is set aside."""
    return Amounts(undrawn, 0, 0) if state is FacilityState.RESERVED else Amounts(0, drawn, undrawn)


def _add(positions: dict[Position, Amounts], facility: Facility, sign: int) -> None:
    for funder, _, drawn, undrawn in facility.parts:
        position = Position(funder, facility.product, facility.currency)
        change = amounts_of(facility.state, sign * drawn, sign * undrawn)
        known = positions.get(position)
        sums = known.plus(change) if known else change
        if any(sums):
            positions[position] = sums
        else:
            positions.pop(position, None)


def _lenders_with(lenders: Mapping[str, int], facility: Facility) -> dict[str, int]:
    """Return when each lender last reserved, with one more reservation. The clock may have gone back since the last."""
    times = dict(lenders)
    for part in facility.parts:
        times[part.funder] = max(times.get(part.funder, facility.approve_time_us), facility.approve_time_us)
    return times
