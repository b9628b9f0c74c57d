"""Monitors, with the matcher that tries them, which is made when it is first needed."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import cache, partial
from threading import Lock
from typing import Protocol

from underwriter.events.key_kind import KeyKind
from underwriter.monitoring.definitions import Monitor
from underwriter.monitoring.engine import EngineMissing
from underwriter.monitoring.engine_child import EngineFailed
from underwriter.monitoring.monitor_set import MonitorSet
from underwriter.monitoring.rulesets import RuleTooLarge
from underwriter.monitoring.views import View, views_of
from underwriter.monitoring.window import Matcher


class ClosableMatcher(Matcher, Protocol):
    """A matcher that owns something, such as a process."""

    def close(self) -> None:
        """Give it up."""


MakeMatcher = Callable[[Sequence[Monitor], float], ClosableMatcher]
"""Makes a matcher of monitors that takes at most so many seconds for a window. Blocks meanwhile."""


class MonitorEngine:
    """Monitors and the means to try them. `deadline_s` is how long one window may take.

    `views` gives what the monitors of some names see, by what they look at. Raises KeyError for a name that none has.
    """

    def __init__(self, monitors: MonitorSet, make_matcher: MakeMatcher, deadline_s: float) -> None:
        self.monitors = monitors
        self.views = cache(partial(_views_of, monitors))
        self._make_matcher = make_matcher
        self._deadline_s = deadline_s
        self._matcher: ClosableMatcher | None = None
        self._making = Lock()

    @property
    def matcher(self) -> ClosableMatcher:
        """The matcher; made if there is none yet, which blocks. Raises what making one raises."""
        with self._making:
            if self._matcher is None:
                self._matcher = self._make_matcher(self.monitors.monitors, self._deadline_s)
            return self._matcher

    def of(self, monitors: MonitorSet) -> "MonitorEngine":
        """Return the same engine for other monitors: this one if they are the same."""
        if monitors == self.monitors or not (monitors.monitors or self.monitors.monitors):
            return self
        return MonitorEngine(monitors, self._make_matcher, self._deadline_s)

    def start(self) -> None:
        """Make the matcher if there is anything to match, so that the first application need not wait for it.

        If none can be made it is tried again when it is needed.
        """
        if self.monitors.monitors:
            with suppress(EngineMissing, EngineFailed, RuleTooLarge, OSError):
                _ = self.matcher

    def close(self) -> None:
        """End the matcher. Blocks until it has ended."""
        with self._making:
            if self._matcher is not None:
                self._matcher.close()


def _views_of(monitors: MonitorSet, names: tuple[str, ...]) -> list[tuple[KeyKind, View]]:
    known = {monitor.name.text: monitor for monitor in monitors.monitors}
    asked_for = [known[name] for name in names]
    return [
        (key_kind, view)
        for key_kind in KeyKind
        for view in views_of([monitor for monitor in asked_for if monitor.key is key_kind])
    ]
