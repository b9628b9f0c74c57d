"""What the events of a batch of records change."""

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from underwriter.accounts.commitment import Commitment
from underwriter.accounts.facility import Facility, apply
from underwriter.ledger.entry import Sealed
from underwriter.v1.record_pb2 import FACILITY_EVENT_KIND_RESERVED, FacilityEvent, RecordFacts


class RecordedEvent(NamedTuple):
    """An event of a facility, as a record tells it."""

    event: FacilityEvent
    subject: bytes
    time_us: int

    @property
    def is_new(self) -> bool:
        """Whether the facility begins with it."""
        return self.event.kind == FACILITY_EVENT_KIND_RESERVED


class Change(NamedTuple):
    """A facility before and after an event; None before the first."""

    before: Facility | None
    after: Facility

    def commitments(self) -> Iterator[tuple[Commitment, int]]:
        """Give by how much each total grows; those that do not change are left out."""
        before = dict(self.before.commitments()) if self.before is not None else {}
        for key, committed in self.after.commitments():
            if growth := committed - before.get(key, 0):
                yield key, growth


def event_of(entry: Sealed) -> RecordedEvent | None:
    """Return the event that a record tells, which must not be changed; None if its facts tell none of a facility."""
    event = _facility_event(entry.facts)
    return None if event is None else RecordedEvent(event, entry.subject, entry.time_us)


# A batch is asked about, and then applied.
@lru_cache(maxsize=256)
def _facility_event(content: bytes) -> FacilityEvent | None:
    facts = RecordFacts.FromString(content)
    return facts.facility if facts.HasField("facility") else None


def facilities_needed(events: Iterable[RecordedEvent]) -> Sequence[str]:
    """Return the UUIDs of facilities that were there before these events."""
    return list(dict.fromkeys(recorded.event.facility_id for recorded in events if not recorded.is_new))


class ChangedFacilities:
    """The facilities that a batch changes, as they stand after some of its events."""

    def __init__(self, facilities: Iterable[Facility]) -> None:
        self._facilities = {facility.facility_id: facility for facility in facilities}

    def __iter__(self) -> Iterator[Facility]:
        return iter(self._facilities.values())

    def change(self, recorded: RecordedEvent) -> Change:
        """Return what an event would change. Raises EventImpossible."""
        before = self._facilities.get(recorded.event.facility_id)
        return Change(before, apply(before, recorded.event, recorded.subject, recorded.time_us))

    def keep(self, change: Change) -> None:
        """Go on from what an event changes."""
        self._facilities[change.after.facility_id] = change.after
