"""Monitors, with the matcher that tries them one window after the other, made when it is first needed."""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from functools import cache, partial
from threading import Lock, Thread
from typing import Protocol

from underwriter.events.key_kind import KeyKind
from underwriter.monitoring.definitions import Monitor
from underwriter.monitoring.monitor_set import MonitorSet
from underwriter.monitoring.views import View, views_of
from underwriter.monitoring.window import Match, Matcher, Window
from underwriter.service.monitoring.application_events import KeyedView

TRIAL_SHARE = 0.4
"""How long a window may take the matcher's process, as a part of what a decision waits: so two may be asked in that.

Less would take a process that waits for a processor for one that hangs, and start another where processors are short.
"""


class ClosableMatcher(Matcher, Protocol):
    """A matcher that owns something, such as a process."""

    def close(self) -> None:
        """Give it up."""


MakeMatcher = Callable[[Sequence[Monitor], float], ClosableMatcher]
"""Makes a matcher of monitors that takes at most so many seconds to try a window, and tries it twice at most.

Blocks meanwhile.
"""


class EngineClosed(Exception):
    """The engine was closed: others have taken its place."""


class MonitorEngine:
    """Monitors and the means to try them, of which a decision waits `wait_seconds` for what they find.

    `views` gives what the monitors of some names see, by what they look at. Raises KeyError for a name that none has.
    """

    def __init__(self, monitors: MonitorSet, make_matcher: MakeMatcher, wait_seconds: float) -> None:
        self.monitors = monitors
        self.wait_seconds = wait_seconds
        self.views = cache(partial(_views_of, monitors))
        self._make_matcher = make_matcher
        self._matcher: ClosableMatcher | None = None
        self._is_closed = False
        self._matching = Lock()

    def of(self, monitors: MonitorSet) -> "MonitorEngine":
        """Return the same engine for other monitors: this one if they are the same."""
        if monitors == self.monitors or not (monitors.monitors or self.monitors.monitors):
            return self
        return MonitorEngine(monitors, self._make_matcher, self.wait_seconds)

    def start(self) -> None:
        """Make the matcher if there is anything to match, so that the first application need not wait for it.

        If it can't be made, the next application tries again. Blocks meanwhile.
        """
        if self.monitors.monitors:
            with suppress(Exception), self._matching:
                self._ready_matcher()

    def matches(self, view: View, windows: Sequence[Window]) -> Iterator[Match]:
        """Yield what the monitors of a view find in windows. Raises what keeps them from looking."""
        if not self._matching.acquire(timeout=self.wait_seconds):
            raise TimeoutError
        try:
            trials = self._ready_matcher().matches(view.monitors, windows)
        finally:
            self._matching.release()
        for found in trials:
            if isinstance(found, Exception):
                raise found
            yield from found

    def close(self) -> None:
        """End the matcher. Blocks until it has ended."""
        with self._matching:
            self._is_closed = True
            if self._matcher is not None:
                self._matcher.close()

    def close_later(self) -> None:
        """End the matcher once no decision waits any more that may have begun with it. Returns at once."""
        Thread(target=self._close_in_time, name="engine-closer", daemon=True).start()

    def _close_in_time(self) -> None:
        time.sleep(self.wait_seconds)
        self.close()

    def _ready_matcher(self) -> ClosableMatcher:
        if self._is_closed:
            raise EngineClosed
        if self._matcher is None:
            self._matcher = self._make_matcher(self.monitors.monitors, self.wait_seconds * TRIAL_SHARE)
        return self._matcher


def _views_of(monitors: MonitorSet, names: tuple[str, ...]) -> list[KeyedView]:
    known = {monitor.name.text: monitor for monitor in monitors.monitors}
    asked_for = [known[name] for name in names]
    return [
        (key_kind, view)
        for key_kind in KeyKind
        for view in views_of([monitor for monitor in asked_for if monitor.key is key_kind])
    ]
