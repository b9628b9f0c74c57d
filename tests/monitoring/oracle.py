"""What rules mean, tried event by event as their definitions say: the measure for the engine that is quick."""

from collections.abc import Iterator, Sequence
from itertools import pairwise

from underwriter.feel.values import Value
from underwriter.monitoring.definitions import Absence, EventPattern, Monitor, MonitorRule, Step
from underwriter.monitoring.window import Match, Window, WindowEvent

Places = dict[str, list[int]]
"""The places in the window of the events that named steps took."""


class OracleMatcher:
    """Tries each rule on each window by nested loops; it has no state and cannot fail."""

    def matches(self, monitors: Sequence[Monitor], windows: Sequence[Window]) -> list[list[Match] | Exception]:
        """Return the matches in each window, sorted by monitor and rule."""
        return [sorted(matches_in(monitors, window)) for window in windows]


def matches_in(monitors: Sequence[Monitor], window: Window) -> Iterator[Match]:
    """Yield the match of each rule that has one in the window."""
    _assert_in_order(window)
    for monitor in monitors:
        for rule in monitor.rules:
            places = _places(rule, window)
            if places is not None:
                trigger = window.events[window.trigger]
                ids = tuple(window.events[place].event_id for place in sorted({*places, window.trigger}))
                known_us = trigger.time_us + max([absence.within_us for absence in rule.unless_followed], default=0)
                yield Match(monitor.name.text, rule.id.text, trigger.event_id, ids, known_us)


def windows_of(events: Sequence[WindowEvent], known_until_us: int) -> list[Window]:
    """Return the window around each event, all with all events; they are put in order."""
    ordered = sorted(events, key=lambda event: (event.time_us, event.event_id))
    return [Window(ordered, trigger, known_until_us) for trigger in range(len(ordered))]


def _assert_in_order(window: Window) -> None:
    for earlier, later in pairwise(window.events):
        assert (earlier.time_us, earlier.event_id) < (later.time_us, later.event_id)


def _places(rule: MonitorRule, window: Window) -> list[int] | None:
    """Return the places of all events that the rule's steps take; None if it does not match."""
    trigger = window.events[window.trigger]
    if not _fits(rule.trigger, trigger):
        return None
    if any(trigger.time_us + absence.within_us > window.known_until_us for absence in rule.unless_followed):
        return None
    named: Places = {}
    taken: list[int] = []
    for step in rule.steps:
        places = _taken_by(step, named, window)
        if places is None:
            return None
        named[step.name] = places
        taken += places
    if any(_has_come_before(absence, named, window) for absence in rule.unless):
        return None
    if any(_has_followed(absence, window) for absence in rule.unless_followed):
        return None
    return taken


def _taken_by(step: Step, named: Places, window: Window) -> list[int] | None:
    """Return the places of the latest candidates, as many as the step asks for; None if there are too few."""
    end = min(named[step.before]) if step.before else window.trigger
    candidates = [place for place in range(end) if _is_candidate(step, place, window)]
    chosen: list[int] = []
    seen: list[Value] = []
    for place in reversed(candidates):
        value = _field(window.events[place], step.each) if step.each else place
        if value is not None and value not in seen and len(chosen) < step.times:
            chosen.append(place)
            seen.append(value)
    return chosen if len(chosen) == step.times else None


def _has_come_before(absence: Absence, named: Places, window: Window) -> bool:
    start = max(named[absence.since]) + 1 if absence.since else 0
    return any(_is_candidate(absence, place, window) for place in range(start, window.trigger))


def _has_followed(absence: Absence, window: Window) -> bool:
    trigger = window.events[window.trigger]
    for event in window.events[window.trigger + 1 :]:
        is_soon = event.time_us <= trigger.time_us + absence.within_us
        if is_soon and _fits(absence.pattern, event) and _compares(absence, event, trigger):
            return True
    return False


def _is_candidate(part: Step | Absence, place: int, window: Window) -> bool:
    event, trigger = window.events[place], window.events[window.trigger]
    is_recent = event.time_us >= trigger.time_us - part.within_us
    return is_recent and _fits(part.pattern, event) and _compares(part, event, trigger)


def _compares(part: Step | Absence, event: WindowEvent, trigger: WindowEvent) -> bool:
    """Tell whether the fields that must be the same as the trigger's are, and those that must differ do."""
    for name in (*part.same, *part.different):
        own, other = _field(event, name), _field(trigger, name)
        if own is None or other is None or (own == other) != (name in part.same):
            return False
    return True


def _fits(pattern: EventPattern, event: WindowEvent) -> bool:
    return event.kind == pattern.kind and (pattern.where is None or pattern.where.holds(event.values))


def _field(event: WindowEvent, name: str) -> Value:
    return event.account if name == "account" else event.values.get(name)
