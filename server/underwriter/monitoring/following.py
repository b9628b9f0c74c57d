"""Follows accounts: tries the rules on keys that are due, and makes their alerts what their events say.

What is done is settled in two transactions: first the alerts of a batch of keys, then the grades that follow from them
and that the keys are done. A process that dies between leaves the keys due, and doing all of it again changes nothing.
"""

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import structlog

from underwriter.accounts.alert import RaisedAlert
from underwriter.accounts.alert_book import AlertBook, Settlement
from underwriter.accounts.event_book import EventBook
from underwriter.accounts.warnings import Graded, WarningGrades
from underwriter.accounts.work_queue import NEVER, Finished, NextDue, Work, WorkQueue
from underwriter.events.key_kind import KeyKind
from underwriter.monitoring.monitor_set import MonitorSet
from underwriter.monitoring.raising import failure_alert, overflow_alert, raised_alerts
from underwriter.monitoring.stretch import ReadEvent, Stretch, reach_of, read_stretches, reading_once
from underwriter.monitoring.views import View, views_of
from underwriter.monitoring.window import Match, Matcher, Window
from underwriter.storage.database import Database
from underwriter.storage.errors import DatabaseUnavailable

MOST_KEYS = 256
"""The most keys that are taken on at once."""
MOST_FAILURES = 3
"""After so many failures in a row, a key's failing windows are given up and an alert says so."""


class Grading(NamedTuple):
    """An account's grade, and until when it is so if nothing happens: what it goes by is other then. None: for ever."""

    graded: Graded
    until_us: int | None


Grade = Callable[[Collection[bytes], int], Sequence[Grading]]
"""Returns the grades of early warning of subjects at a time in microseconds; those it can't tell are left out."""


class Stores(NamedTuple):
    """The tables that a follower works on, all in one database."""

    database: Database
    events: EventBook
    alerts: AlertBook
    queue: WorkQueue
    warnings: WarningGrades


class _Trial(NamedTuple):
    """A window that the rules were tried on, and what came of it."""

    window: Window
    found: list[Match] | Exception

    @property
    def trigger_id(self) -> str:
        return self.window.events[self.window.trigger].event_id


@dataclass(slots=True)
class _Look:
    """A look at a key: the ids of the events that were looked at, what came of it, and when there is more to see."""

    work: Work
    event_ids: set[str] = field(default_factory=set)
    trials: list[_Trial] = field(default_factory=list)
    waits: list[NextDue] = field(default_factory=list)

    @property
    def failed_ids(self) -> set[str]:
        return {trial.trigger_id for trial in self.trials if isinstance(trial.found, Exception)}

    @property
    def is_given_up(self) -> bool:
        return self.work.failures + 1 >= MOST_FAILURES

    @property
    def is_done(self) -> bool:
        return self.is_given_up or not self.failed_ids


class Follower:
    """Takes on keys that are due, a batch at a time, for `lease_us` at most: after that, others take them on.

    Any number of them may share a database, each in its process.
    """

    def __init__(self, monitors: MonitorSet, matcher: Matcher, stores: Stores, grade: Grade, lease_us: int) -> None:
        self._monitors = monitors
        self._views = {kind: views_of(monitors.of_key(kind)) for kind in KeyKind}
        self._matcher = matcher
        self._stores = stores
        self._grade = grade
        self._lease_us = lease_us
        self._log = structlog.get_logger()

    def step(self, now_us: int) -> bool:
        """Do what is due, a batch of it, and tell whether there was anything. Raises DatabaseUnavailable."""
        works = self._stores.queue.claim(now_us, self._lease_us, MOST_KEYS)
        if not works:
            return False
        try:
            self._settle(self._looks(works, now_us), now_us)
        except DatabaseUnavailable:
            raise
        except Exception:  # noqa: BLE001 - it is told below, with the key that it is about
            self._one_by_one(works, now_us)
        return True

    def _one_by_one(self, works: Sequence[Work], now_us: int) -> None:
        """Do what is due of each key by itself: one that can't be looked at must not hold up the others."""
        for work in works:
            try:
                self._settle(self._looks([work], now_us), now_us)
            except DatabaseUnavailable:
                raise
            except Exception as error:  # noqa: BLE001 - whatever it is; the text may quote an event
                is_given_up = work.failures + 1 >= MOST_FAILURES
                self._log.error("a key can't be followed", error=type(error).__name__, is_given_up=is_given_up)
                if is_given_up:
                    self._stores.queue.finish([Finished(work)])
                else:
                    self._stores.queue.fail(work, now_us)

    def _looks(self, works: Sequence[Work], now_us: int) -> list[_Look]:
        """Try the rules on all windows of the keys; those of one view go to the engine together."""
        looks = [_Look(work) for work in works]
        read = reading_once(self._stores.events)
        for kind, views in self._views.items():
            due = [look for look in looks if look.work.key_kind is kind and look.work.from_time_us != NEVER]
            if not views or not due:
                continue
            reaches = [reach_of(look.work, views) for look in due]
            stretches = list(zip(due, read_stretches(self._stores.events, reaches, now_us), strict=True))
            for look, stretch in stretches:
                look.event_ids.update(stretch.event_ids)
                if stretch.rest_from_us is not None:
                    look.waits.append(NextDue(stretch.rest_from_us, now_us))
            for view in views:
                self._try(view, stretches, read)
        return looks

    def _try(self, view: View, stretches: Sequence[tuple[_Look, Stretch]], read: ReadEvent) -> None:
        tried: list[tuple[_Look, Window]] = []
        for look, stretch in stretches:
            windows, waits_until_us = stretch.seen_by(view, read)
            tried += [(look, window) for window in windows]
            if waits_until_us is not None:
                look.waits.append(NextDue(waits_until_us, waits_until_us))
        found = self._matcher.matches(view.monitors, [window for _, window in tried])
        for (look, window), matches in zip(tried, found, strict=True):
            look.trials.append(_Trial(window, matches))

    def _settle(self, looks: Sequence[_Look], now_us: int) -> None:
        stores = self._stores
        with stores.database.writing() as connection:
            held = stores.queue.held([look.work for look in looks], connection)
            mine = [look for look in looks if look.work in held]
            stores.alerts.settle([self._settlement(look) for look in mine], now_us, connection)
        gradings = self._grade([look.work.key for look in mine if look.work.key_kind is KeyKind.ACCOUNT], now_us)
        until_us = {graded.subject: until_us for graded, until_us in gradings}
        finished = [Finished(look.work, _next_due(look, until_us.get(look.work.key))) for look in mine if look.is_done]
        with stores.database.writing() as connection:
            stores.warnings.set([grading.graded for grading in gradings], now_us, connection)
            stores.queue.finish(finished, connection)
            for look in mine:
                if not look.is_done:
                    stores.queue.fail(look.work, now_us, connection)

    def _settlement(self, look: _Look) -> Settlement:
        """Return what is known of a key's events now. Of those whose windows failed, nothing is."""
        failed = look.failed_ids
        if failed:
            self._log.error("windows failed", count=len(failed), is_given_up=look.is_given_up)
        tried = (look.event_ids | {trial.trigger_id for trial in look.trials}) - failed
        return Settlement(look.work.key_kind, look.work.key, tried, list(self._raised(look)))

    def _raised(self, look: _Look) -> Iterator[RaisedAlert]:
        for trial in look.trials:
            if isinstance(trial.found, Exception):
                if look.is_given_up:
                    yield failure_alert(trial.window)
                continue
            if trial.window.overflows:
                yield overflow_alert(trial.window)
            for match in trial.found:
                yield from raised_alerts(self._monitors, match, trial.window)


def _next_due(look: _Look, until_us: int | None) -> NextDue | None:
    """Return when a key is to be looked at again: when a rule that waits is known, or when its grade may be another."""
    waits = [*look.waits, *([] if until_us is None else [NextDue(NEVER, until_us)])]
    if not waits:
        return None
    return NextDue(min(wait.from_time_us for wait in waits), min(wait.due_time_us for wait in waits))
