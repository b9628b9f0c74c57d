"""What is read of a key's events so that all windows from a time on are whole, however many events there are."""

from bisect import bisect_left
from collections.abc import Sequence
from typing import NamedTuple

from underwriter.accounts.event_book import EventBook
from underwriter.accounts.event_rows import StoredEvent
from underwriter.accounts.work_queue import Work
from underwriter.monitoring.views import MOST_BEFORE, Seen, View, look

MOST_STRETCH = 4096
"""The most events of a key before a time, and from it on, that are read at once."""


class Stretch(NamedTuple):
    """A key's events from a time on, and those before that count for them, in order.

    Of too many before, the newest were read: windows are whole from `whole_from_us` on. Of too many from the time on,
    the oldest were, so that events are known until `known_until_us`; the rest is to be looked at from `rest_from_us` on.
    """

    events: Sequence[StoredEvent]
    from_time_us: int
    whole_from_us: int
    known_until_us: int
    rest_from_us: int | None

    @property
    def event_ids(self) -> list[str]:
        """The ids of the events from the time on."""
        return [one.event.event_id for one in self.events if one.event_time_us >= self.from_time_us]

    def seen_by(self, view: View) -> Seen:
        """Return what a view shows of it."""
        return look(view, self.events, self.from_time_us, self.known_until_us, self.whole_from_us)


def read_stretch(events: EventBook, work: Work, views: Sequence[View], now_us: int) -> Stretch:
    """Read what views look at of a key that is due. Raises what `EventBook.stretch` raises.

    Triggers that wait for what follows them are looked at as long as they are not more than about MOST_STRETCH events
    back. Of more events than that at one and the same microsecond, the rest is not looked at.
    """
    ahead_us = max(view.reach_ahead_us for view in views)
    reach_us = ahead_us + max(view.reach_back_us for view in views)
    from_us, most_before = work.from_time_us, MOST_STRETCH if ahead_us else MOST_BEFORE
    found = events.stretch(work.key_kind, work.key, from_us, reach_us, most_before, MOST_STRETCH)
    before = bisect_left(found, from_us, key=lambda one: one.event_time_us)
    whole_from_us = found[MOST_BEFORE].event_time_us + 1 if before == MOST_STRETCH else 0
    if len(found) - before < MOST_STRETCH:
        return Stretch(found, from_us, whole_from_us, now_us, None)
    last_us = found[-1].event_time_us
    return Stretch(found, from_us, whole_from_us, min(now_us, last_us - 1), max(last_us, from_us + 1))
