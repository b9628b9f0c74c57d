"""A window's facts: what its events are to the rules that can be tried on it, in the whole numbers of `rulesets.py`.

All that compares an event with the trigger alone is settled here: conditions, times, fields that must be the same or
differ, absences that count since no step, and whether it is known already that nothing followed. A rule that fails by
these is not tried; the joins from step to step of those that are left are the engine's.
"""

from bisect import bisect_left
from collections.abc import Container, Iterable, Sequence
from typing import NamedTuple, TypeAlias

from underwriter.feel.values import Value
from underwriter.monitoring.conditions import Condition
from underwriter.monitoring.definitions import Absence, EventPattern, Step
from underwriter.monitoring.event_kinds import ACCOUNT
from underwriter.monitoring.rulesets import NOWHERE, PlacedRule, Ruleset
from underwriter.monitoring.window import MOST_EVENTS, Match, Window, WindowEvent

Places: TypeAlias = list[int]
"""Places in a window, in order."""


class WindowTooLong(ValueError):
    """A window has more events before its trigger than can be looked at."""


class Attempt(NamedTuple):
    """A rule that can be tried on a window, and the candidates of each of its steps."""

    placed: PlacedRule
    candidates: tuple[Places, ...]

    def match(self, captured: Sequence[int], window: Window) -> Match:
        """Return the match whose captured facts are of the events in these places, in the order of the captures."""
        begins = [captured[step.capture] for step in self.placed.steps]
        places = {window.trigger}
        for step, candidates in zip(self.placed.steps, self.candidates, strict=True):
            bound = window.trigger if step.bound is None else begins[step.bound]
            places.update(taken(step.step, candidates, bound, window.events))
        trigger, rule = window.events[window.trigger], self.placed.rule
        ids = tuple([window.events[place].event_id for place in sorted(places)])
        known_us = trigger.time_us + rule.reach_ahead_us
        return Match(self.placed.monitor, rule.id.text, trigger.event_id, ids, known_us)


class Trial(NamedTuple):
    """The rules of a ruleset that can be tried on a window, by their numbers, and the facts to try them on."""

    ruleset: Ruleset
    attempts: dict[int, Attempt]
    facts: str


def trial_of(ruleset: Ruleset, monitors: Container[str], window: Window) -> Trial | None:
    """Return what to try of a ruleset on a window; None if no rule of these monitors can match.

    Raises:
        WindowTooLong: More events come before the trigger than `MOST_EVENTS`.
        SealingError: An event that a rule looks into can't be opened.
    """
    if window.trigger > MOST_EVENTS:
        raise WindowTooLong(f"{window.trigger} events before the trigger; {MOST_EVENTS} is the most")
    sight = _Sight(window)
    attempts: dict[int, Attempt] = {}
    for placed in ruleset.rules:
        if placed.monitor in monitors:
            candidates = sight.candidates(placed)
            if candidates is not None:
                attempts[placed.number] = Attempt(placed, candidates)
    if not attempts:
        return None
    facts = _Facts(window.events)
    for attempt in attempts.values():
        facts.add(attempt, window.trigger, sight)
    return Trial(ruleset, attempts, facts.text(window.trigger))


def taken(step: Step, candidates: Places, bound: int, events: Sequence[WindowEvent]) -> Places:
    """Return the latest of the candidates before `bound` that the step takes, in order; none if there are too few."""
    end = bisect_left(candidates, bound)
    if not step.each:
        return candidates[end - step.times : end] if end >= step.times else []
    latest: dict[Value, int] = {}
    for place in reversed(candidates[:end]):
        value = _field(events[place], step.each)
        if value is not None:
            latest.setdefault(value, place)
            if len(latest) == step.times:
                return sorted(latest.values())
    return []


class _Sight:
    """A window as its trigger sees it."""

    def __init__(self, window: Window) -> None:
        self._events = window.events
        self._place = window.trigger
        self._trigger = window.events[window.trigger]
        self._known_until_us = window.known_until_us
        self._by_kind: dict[int, Places] = {}
        for place in range(window.trigger):
            self._by_kind.setdefault(window.events[place].kind, []).append(place)
        self._held: dict[tuple[str, int], bool] = {}

    def candidates(self, placed: PlacedRule) -> tuple[Places, ...] | None:
        """Return the candidates of each step; None if the rule can't match, however its steps stand to each other.

        What can be told without the events' values comes first: to read them may take opening the events.
        """
        if not self._has_enough(placed) or not self._can_be_tried(placed):
            return None
        found: list[Places] = []
        for step in placed.rule.steps:
            places = self._before(step)
            if len(places) < step.times:
                return None
            found.append(places)
        return tuple(found)

    def latest(self, absence: Absence) -> int:
        """Return the place of the latest event before the trigger that fits an absence."""
        places = self._before(absence)
        return places[-1] if places else NOWHERE

    def _has_enough(self, placed: PlacedRule) -> bool:
        """Tell whether there are enough events of the right kinds at the right times."""
        return all(len(self._in_time(step)) >= step.times for step in placed.rule.steps)

    def _can_be_tried(self, placed: PlacedRule) -> bool:
        return (
            _fits(placed.rule.trigger, self._trigger)
            and not any(map(self._before, placed.unless))
            and not any(map(self._may_have_followed, placed.rule.unless_followed))
        )

    def _before(self, part: Step | Absence) -> Places:
        """Return the places before the trigger of what fits a step or an absence."""
        places = self._in_time(part)
        if part.pattern.where is not None:
            places = [place for place in places if self._holds(part.pattern.where, place)]
        if not part.same and not part.different:
            return places
        return [place for place in places if _compares(part, self._events[place], self._trigger)]

    def _in_time(self, part: Step | Absence) -> Places:
        """Return the places of the events of the part's kind that came before the trigger, not too long."""
        events, earliest_us = self._events, self._trigger.time_us - part.within_us
        places = self._by_kind.get(part.pattern.kind, [])
        if places and events[places[0]].time_us < earliest_us:
            return places[bisect_left(places, earliest_us, key=lambda place: events[place].time_us) :]
        return places

    def _holds(self, where: Condition, place: int) -> bool:
        """Tell whether a condition is true at a place; one that several rules have is tried once."""
        key = (where.source.text, place)
        holds = self._held.get(key)
        if holds is None:
            holds = self._held[key] = where.holds(self._events[place].values)
        return holds

    def _may_have_followed(self, absence: Absence) -> bool:
        """Tell whether an event after the trigger fits an absence, or one that is not known yet may do so."""
        latest_us = self._trigger.time_us + absence.within_us
        return latest_us > self._known_until_us or any(
            event.time_us <= latest_us and _fits(absence.pattern, event) and _compares(absence, event, self._trigger)
            for event in self._events[self._place + 1 :]
        )


class _Facts:
    """Facts in the making: the properties of each event's fact but those that all facts have."""

    def __init__(self, events: Sequence[WindowEvent]) -> None:
        self._events = events
        self._properties: dict[int, list[str]] = {}

    def add(self, attempt: Attempt, trigger: int, sight: _Sight) -> None:
        """Add what the engine needs to try a rule."""
        placed = attempt.placed
        self._set(trigger, f"t{placed.number}", 1)
        for step, candidates in zip(placed.steps, attempt.candidates, strict=True):
            for place in candidates:
                self._set(place, f"s{step.number}", place)
            for bound in (trigger,) if step.bound is None else attempt.candidates[step.bound]:
                places = taken(step.step, candidates, bound, self._events)
                self._set(bound, f"b{step.number}", places[0] if places else NOWHERE)
                if step.ends_apart:
                    self._set(bound, f"e{step.number}", places[-1] if places else NOWHERE)
            for number, absence in step.since:
                self._set(trigger, f"a{number}", sight.latest(absence))

    def text(self, trigger: int) -> str:
        """Return all facts as the engine takes them, the trigger's last: if its canary fires, all were read."""
        self._set(trigger, "go", 1)
        others = [_fact(place, properties) for place, properties in self._properties.items() if place != trigger]
        return f"[{','.join([*others, _fact(trigger, self._properties[trigger])])}]"

    def _set(self, place: int, name: str, value: int) -> None:
        self._properties.setdefault(place, []).append(f'"{name}":{value}')


def _fact(place: int, properties: Iterable[str]) -> str:
    return f'{{"sid":1,"id":{place},"one":1,{",".join(properties)}}}'


def _compares(part: Step | Absence, event: WindowEvent, trigger: WindowEvent) -> bool:
    """Tell whether the fields that must be the same as the trigger's are, and those that must differ do."""
    for name in part.same:
        value = _field(event, name)
        if value is None or value != _field(trigger, name):
            return False
    for name in part.different:
        value, other = _field(event, name), _field(trigger, name)
        if value is None or other is None or value == other:
            return False
    return True


def _fits(pattern: EventPattern, event: WindowEvent) -> bool:
    return event.kind == pattern.kind and (pattern.where is None or pattern.where.holds(event.values))


def _field(event: WindowEvent, name: str) -> Value:
    return event.account if name == ACCOUNT else event.values.get(name)
