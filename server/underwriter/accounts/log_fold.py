"""Folds the record's events into facilities, what they count towards, and totals: what the tables should say."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from operator import add
from typing import NamedTuple

from google.protobuf.message import DecodeError

from underwriter.accounts.commitment import Commitment
from underwriter.accounts.errors import EventImpossible
from underwriter.accounts.facility import Facility, FacilityState, apply
from underwriter.accounts.lending_total import LendingKey, LendingRow, LendingSums
from underwriter.v1.record_pb2 import FACILITY_EVENT_KIND_RESERVED, FacilityEvent, RecordFacts


class LoggedFacts(NamedTuple):
    """What the fold needs of a record: nothing of it is encrypted, so records of erased subjects count like others."""

    log: str
    log_index: int
    entry_id: str
    subject: bytes
    time_us: int
    facts: bytes


_NOTHING = LendingSums(0, 0, 0, 0, 0, 0)


class FactsImpossible(Exception):
    """A record's facts can't be read, or tell of what can't have happened after the records before it."""


class LogFold:
    """The facilities as the records taken so far leave them; those that are over are given back and forgotten."""

    def __init__(self) -> None:
        self._living: dict[str, Facility] = {}
        self._committed: Counter[Commitment] = Counter()
        self._sums: defaultdict[LendingKey, LendingSums] = defaultdict(lambda: _NOTHING)

    def take(self, record: LoggedFacts) -> Facility | None:
        """Apply a record's facts; return the facility if nothing more can happen to it. Raises FactsImpossible."""
        event = _event_of(record)
        before = self._living.get(event.facility_id)
        try:
            after = apply(before, event, record.subject, record.time_us)
        except EventImpossible as error:
            raise FactsImpossible(str(error)) from error
        self._commit(before, -1)
        self._commit(after, 1)
        if after.state in (FacilityState.RESERVED, FacilityState.OPEN):
            self._living[after.facility_id] = after
            return None
        self._living.pop(after.facility_id, None)
        self._sum_up(after)
        return after

    def rest(self) -> Iterable[Facility]:
        """Yield the facilities that are set aside or in use. Call it once, after the last record."""
        for facility in self._living.values():
            self._sum_up(facility)
            yield facility

    def committed(self) -> dict[Commitment, int]:
        """Return what every funder, guarantor and concentration has come to, where that is not 0."""
        return {key: amount for key, amount in self._committed.items() if amount}

    def rows(self) -> list[LendingRow]:
        """Return the rows of the totals by all dimensions. Ask for them once the rest is out."""
        return list(self._sums.items())

    def _commit(self, facility: Facility | None, sign: int) -> None:
        if facility is not None:
            for key, committed in facility.commitments():
                self._committed[key] += sign * committed

    def _sum_up(self, facility: Facility) -> None:
        told = facility.expected_loss is not None
        for part in facility.parts:
            lends_alone = part.credit_limit == facility.credit_limit
            key = LendingKey(
                currency=facility.currency,
                state=facility.state,
                annual_rate=facility.annual_rate,
                product=facility.product,
                purpose=facility.purpose,
                term_months=facility.term_months,
                user_group=facility.user_group,
                funder=part.funder,
                grade=facility.grade,
                share=1 if lends_alone else part.credit_limit,
                whole=1 if lends_alone else facility.credit_limit,
            )
            more = (1, part.credit_limit, part.drawn, part.undrawn, facility.expected_loss or 0, int(told))
            self._sums[key] = LendingSums(*map(add, self._sums[key], more))


def _event_of(record: LoggedFacts) -> FacilityEvent:
    try:
        facts = RecordFacts.FromString(record.facts)
    except DecodeError:
        raise FactsImpossible("its facts can't be read") from None
    if not facts.HasField("facility"):
        raise FactsImpossible("its facts tell of nothing")
    event: FacilityEvent = facts.facility
    if event.kind == FACILITY_EVENT_KIND_RESERVED and event.facility_id != record.entry_id:
        raise FactsImpossible(f"facility {event.facility_id} is not named for the decision that approved it")
    return event
