"""What monitors see of a key's events: which of them, in which windows, and until when they must wait to know more."""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, groupby
from typing import Generic, NamedTuple, TypeVar

from underwriter.accounts.event_rows import SealedEvent, StoredEvent
from underwriter.monitoring.definitions import Monitor
from underwriter.monitoring.window import MOST_EVENTS, Window, WindowEvent

Kept = TypeVar("Kept", bound=StoredEvent | SealedEvent)
MOST_BEFORE = MOST_EVENTS + 2
"""How many events before one tell whether its window overflows, and whether that of the event before it did."""


@dataclass(frozen=True, slots=True, eq=False)
class View:
    """Monitors of one key that see the same: they count amounts in one currency, and allow for the same lateness.

    `reach_back_us` is how far before a trigger any of them looks, and `reach_ahead_us` how long after one the last of
    their rules is known. `reaches` has the kinds of their triggers, each with how long after one its rules are known.
    `waits` has those of them that are not known at once, over all views of the key: a trigger that one of them looks at
    again is looked at by all, for what they find of it is settled together. The longest of these times is
    `longest_wait_us`.
    """

    monitors: tuple[Monitor, ...]
    currency: str
    lateness_us: int
    reach_back_us: int
    reach_ahead_us: int
    reaches: Mapping[int, set[int]]
    waits: Mapping[int, set[int]]
    longest_wait_us: int


class Seen(NamedTuple):
    """What a view shows: the windows of all triggers that are to be tried, and the next time that a rule waits for."""

    windows: list[Window]
    waits_until_us: int | None


def views_of(monitors: Collection[Monitor]) -> list[View]:
    """Return the views of a key's monitors."""

    def sight(monitor: Monitor) -> tuple[str, int]:
        return monitor.currency, monitor.lateness_us

    waits = {kind: reaches_us - {0} for kind, reaches_us in _reaches(monitors).items() if reaches_us != {0}}
    return [_view(tuple(alike), *seen, waits) for seen, alike in groupby(sorted(monitors, key=sight), sight)]


def look(
    view: View,
    stored: Sequence[Kept],
    read: Callable[[Kept, str], WindowEvent],
    from_time_us: int,
    known_until_us: int,
    whole_from_us: int = 0,
) -> Seen:
    """Look at all triggers from a time on, and at those before of which something was not known until then.

    `stored` are events in order. From `whole_from_us` on, the events before each reach back as far as the view does, or
    are `MOST_BEFORE`; triggers before that are not looked at. A window is also where it begins to overflow, be its
    event a trigger or not. What is in a window is read. An event that came later than the view allows for is not seen,
    whatever it is.
    """
    sight = _Sight(view, stored, read)
    windows = [
        sight.window(place, known_until_us) for place in sight.to_try(from_time_us, known_until_us, whole_from_us)
    ]
    return Seen(windows, min(sight.known_after(known_until_us), default=None))


class _Sight(Generic[Kept]):
    """The events that a view sees. `times` are theirs."""

    def __init__(self, view: View, stored: Sequence[Kept], read: Callable[[Kept, str], WindowEvent]) -> None:
        self._view = view
        self._read = read
        self._events = [one for one in stored if one.record_time_us - one.event_time_us <= view.lateness_us]
        self.times = [event.event_time_us for event in self._events]

    def to_try(self, from_time_us: int, known_until_us: int, whole_from_us: int) -> list[int]:
        """Return the places at which there may be something new, if events from a time on, and until another, are new.

        Those before `whole_from_us` are not among them.
        """
        waiting_from_us = from_time_us - self._view.longest_wait_us
        first, new = bisect_left(self.times, whole_from_us), bisect_left(self.times, from_time_us)
        waiting = range(max(first, bisect_left(self.times, waiting_from_us, hi=new)), new)
        waits = self._view.waits
        places = [
            place
            for place in waiting
            if self._events[place].kind in waits and self._is_known_now(place, from_time_us, known_until_us)
        ]
        places += range(max(first, new), len(self.times))
        return [place for place in places if self._events[place].kind in self._view.reaches or self._overflows(place)]

    def known_after(self, time_us: int) -> Iterator[int]:
        """Yield when rules that wait are known, for all triggers of which that is after a time."""
        first = bisect_right(self.times, time_us - self._view.reach_ahead_us)
        for event in self._events[first:]:
            for reach_us in self._view.reaches.get(event.kind, ()):
                if event.event_time_us + reach_us > time_us:
                    yield event.event_time_us + reach_us

    def window(self, place: int, known_until_us: int) -> Window:
        """Return the window of the event at a place."""
        start = place - min(self._reached(place), MOST_EVENTS)
        end = bisect_left(self.times, self.times[place] + self._view.reach_ahead_us + 1, lo=place)
        events = [self._read(event, self._view.currency) for event in self._events[start:end]]
        return Window(events, place - start, known_until_us, self._overflows(place))

    def _is_known_now(self, place: int, from_time_us: int, known_until_us: int) -> bool:
        """Tell whether a rule that waits for what follows a place has become known."""
        waits_us = self._view.waits[self._events[place].kind]
        return any(from_time_us <= self.times[place] + wait_us <= known_until_us for wait_us in waits_us)

    def _overflows(self, place: int) -> bool:
        """Tell whether a place is the first before which the rules look at too many events."""
        return self._reached(place) > MOST_EVENTS >= self._reached(place - 1)

    def _reached(self, place: int) -> int:
        """Return how many events before the one at a place the rules look at."""
        return place - bisect_left(self.times, self.times[place] - self._view.reach_back_us, hi=place)


def _view(monitors: tuple[Monitor, ...], currency: str, lateness_us: int, waits: Mapping[int, set[int]]) -> View:
    return View(
        monitors,
        currency,
        lateness_us,
        max(monitor.reach_back_us for monitor in monitors),
        max(monitor.reach_ahead_us for monitor in monitors),
        _reaches(monitors),
        waits,
        max(chain.from_iterable(waits.values()), default=0),
    )


def _reaches(monitors: Collection[Monitor]) -> dict[int, set[int]]:
    """Return the kinds of triggers, each with how long after one its rules are known."""
    reaches: dict[int, set[int]] = {}
    for rule in (rule for monitor in monitors for rule in monitor.rules):
        reaches.setdefault(rule.trigger.kind, set()).add(rule.reach_ahead_us)
    return reaches
