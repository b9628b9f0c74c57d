"""What is read of keys' events so that all windows from a time on are whole, however many events there are."""

from bisect import bisect_left
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from underwriter.accounts.event_book import EventBook, Reach
from underwriter.accounts.event_rows import SealedEvent
from underwriter.accounts.work_queue import Work
from underwriter.feel.values import Value
from underwriter.monitoring.event_values import LazyValues, event_values
from underwriter.monitoring.views import MOST_BEFORE, Seen, View, look
from underwriter.monitoring.window import WindowEvent

MOST_STRETCH = 4096
"""The most events of a key before a time, and from it on, that are read at once."""

ReadEvent = Callable[[SealedEvent, str], WindowEvent]
"""Returns an event as the monitors of a currency see it. It is opened when a value of it is first asked for."""


class Stretch(NamedTuple):
    """A key's events from a time on, and those before that count for them, in order.

    Of too many before, the newest were read: windows are whole from `whole_from_us` on. Of too many from the time on,
    the oldest were: events are known until `known_until_us`, and to be looked at from `rest_from_us` on, None if all
    were read.
    """

    events: Sequence[SealedEvent]
    from_time_us: int
    whole_from_us: int
    known_until_us: int
    rest_from_us: int | None

    @property
    def event_ids(self) -> list[str]:
        """The ids of the events from the time on."""
        return [one.event_id for one in self.events if one.event_time_us >= self.from_time_us]

    def seen_by(self, view: View, read: ReadEvent) -> Seen:
        """Return what a view shows of it."""
        return look(view, self.events, read, self.from_time_us, self.known_until_us, self.whole_from_us)


def reach_of(work: Work, views: Sequence[View]) -> Reach:
    """Return what views look at of a key that is due.

    Triggers that wait for what follows them are looked at as long as they are not more than about MOST_STRETCH events
    back. Of more events than that at one and the same microsecond, the rest is not looked at.
    """
    ahead_us = max(view.reach_ahead_us for view in views)
    back_us = ahead_us + max(view.reach_back_us for view in views)
    most_before = MOST_STRETCH if ahead_us else MOST_BEFORE
    return Reach(work.key_kind, work.key, work.from_time_us, back_us, most_before)


def read_stretches(events: EventBook, reaches: Sequence[Reach], now_us: int) -> list[Stretch]:
    """Read what is to be looked at of keys, all at once. Raises DatabaseUnavailable."""
    found = events.stretches(reaches, MOST_STRETCH)
    return [_stretch(reach.from_us, read, now_us) for reach, read in zip(reaches, found, strict=True)]


def reading_once(events: EventBook) -> ReadEvent:
    """Return what reads each event once, whatever windows it is in."""
    known: dict[tuple[int, str], WindowEvent] = {}

    def read(sealed: SealedEvent, currency: str) -> WindowEvent:
        key = sealed.sequence, currency
        event = known.get(key)
        if event is None:
            event = known[key] = sealed_event(events, sealed, currency)
        return event

    return read


def sealed_event(events: EventBook, sealed: SealedEvent, currency: str) -> WindowEvent:
    """Return an event as the monitors of a currency see it, to be opened when a value of it is first asked for."""

    def read() -> Mapping[str, Value]:
        return event_values(events.opened(sealed).event, sealed.kind, currency)

    return WindowEvent(sealed.event_time_us, sealed.event_id, sealed.kind, sealed.subject, LazyValues(read))


def _stretch(from_us: int, found: Sequence[SealedEvent], now_us: int) -> Stretch:
    before = bisect_left(found, from_us, key=lambda one: one.event_time_us)
    whole_from_us = found[MOST_BEFORE].event_time_us + 1 if before == MOST_STRETCH else 0
    if len(found) - before < MOST_STRETCH:
        return Stretch(found, from_us, whole_from_us, now_us, None)
    last_us = found[-1].event_time_us
    return Stretch(found, from_us, whole_from_us, min(now_us, last_us - 1), max(last_us, from_us + 1))
