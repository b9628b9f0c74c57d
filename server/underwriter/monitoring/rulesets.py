"""Monitors' rules as durable-rules knows them: rulesets over facts that hold whole numbers only.

The work is divided. What compares an event with the trigger alone is found out before (`facts.py`): which events are
candidates of which step, and whether the trigger stands in the way of a rule by itself. What ties one step to another
is the engine's: each step joins the event that bounds it, which is the trigger or the earliest event of the step that
it must come `before`. A fact has these properties, where N is the number that a step or an absence has in its ruleset:

- `id`: the event's place in the window; `sid`, `one`: always 1.
- `sN`: its place again, if it is a candidate of step N.
- `bN`, `eN`: where step N begins and ends if this event bounds it, that is the places of the earliest and the latest
  event that the step then takes; `NOWHERE` if there are too few. A candidate has them for all steps it can bound.
- On the trigger's fact alone: `go`; `tN` if rule N is to be tried; `aN`, the place of the latest event that fits
  absence N, which counts `since` a step only.

A rule captures its trigger, then each step's earliest event by the join `sN == bound.bN`, and where an absence counts
since a step of several events, its latest too, by `sN == bound.eN`. The engine is dangerous outside of a narrow path,
and this is the path: facts only; no text; whole numbers below 2^62; at most 60 captures a ruleset, 12 a rule and 20
joins a capture; every capture's last join is true of all facts, since a false one there reads out of bounds; a canary
fires on every trigger, since a state in which nothing ever fired frees memory that was never set.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from underwriter.events.key_kind import KeyKind
from underwriter.monitoring.definitions import Absence, Monitor, MonitorRule, Step
from underwriter.monitoring.engine_lines import CANARY

MOST_CAPTURES = 60
"""In a ruleset. Monitors with more rules of one trigger and key get several."""
MOST_CAPTURES_OF_RULE = 12
MOST_JOINS = 20
"""In a capture."""
NOWHERE = -1
"""A place that no event has."""

_TRUE_OF_ALL = {"$gte": {"one": {"c0": "one"}}}

Definition: TypeAlias = dict[str, object]


class RuleTooLarge(ValueError):
    """A rule has more steps or absences than the engine takes safely."""


@dataclass(frozen=True, slots=True)
class PlacedStep:
    """A step with its number in the ruleset, and the captures that it takes.

    `capture` is the number of its capture in the rule. `bound` is the place in the rule's steps of the step that it
    must come before, None if that is the trigger. `since` are the absences that count since it, with their numbers.
    """

    step: Step
    number: int
    capture: int
    bound: int | None
    since: tuple[tuple[int, Absence], ...]

    @property
    def ends_apart(self) -> bool:
        """Whether its latest event is captured too, since an absence counts from it."""
        return bool(self.since) and self.step.times > 1


@dataclass(frozen=True, slots=True)
class PlacedRule:
    """A rule, its monitor's name, its number in the ruleset, and those of its absences that count since no step."""

    monitor: str
    rule: MonitorRule
    number: int
    steps: tuple[PlacedStep, ...]
    unless: tuple[Absence, ...]


@dataclass(frozen=True, slots=True)
class Ruleset:
    """Rules of one key and kind of trigger. `number` is its own among all, by which the engine's process knows it."""

    number: int
    key: KeyKind
    trigger: int
    rules: tuple[PlacedRule, ...]

    @property
    def definition(self) -> str:
        """What `durable_rules_engine.create_ruleset` takes."""
        rules: Definition = {CANARY: {"all": [{"c0": {"go": 1}}]}}
        return json.dumps(rules | {str(rule.number): _rule_definition(rule) for rule in self.rules})


def rulesets_of(monitors: Sequence[Monitor]) -> tuple[Ruleset, ...]:
    """Return the rulesets of monitors, numbered from 0.

    Raises:
        RuleTooLarge: A rule needs more captures or joins than is safe.
    """
    rulesets: list[Ruleset] = []
    for (key, trigger), rules in _by_key_and_trigger(monitors).items():
        rulesets += [Ruleset(number, key, trigger, part) for number, part in enumerate(_parts(rules), len(rulesets))]
    return tuple(rulesets)


def check_size(rule: MonitorRule) -> None:
    """Raise `RuleTooLarge` if the engine can't take a rule safely; its text is for the rule's author."""
    captures, joins = captures_of(rule), max((_joins_of(rule, step) for step in rule.steps), default=0)
    if captures > MOST_CAPTURES_OF_RULE:
        counting = "a step counts 1, or 2 if it is of several events and an absence counts since it"
        most = f"that makes {captures - 1}, and {MOST_CAPTURES_OF_RULE - 1} is the most"
        raise RuleTooLarge(f"too many steps: {counting}; {most}")
    if joins > MOST_JOINS:
        raise RuleTooLarge(f"too many absences count since one step: {MOST_JOINS - 2} is the most")


def captures_of(rule: MonitorRule) -> int:
    """Return how many facts a match of the rule consists of, the trigger's included."""
    counted_from = {absence.since for absence in rule.unless if absence.since}
    return 1 + sum(2 if step.times > 1 and step.name in counted_from else 1 for step in rule.steps)


def _joins_of(rule: MonitorRule, step: Step) -> int:
    return 2 + sum(absence.since == step.name for absence in rule.unless if absence.since)


def _by_key_and_trigger(monitors: Sequence[Monitor]) -> dict[tuple[KeyKind, int], list[tuple[Monitor, MonitorRule]]]:
    found: dict[tuple[KeyKind, int], list[tuple[Monitor, MonitorRule]]] = {}
    for monitor in monitors:
        for rule in monitor.rules:
            found.setdefault((monitor.key, rule.trigger.kind), []).append((monitor, rule))
    return found


def _parts(rules: Iterable[tuple[Monitor, MonitorRule]]) -> Iterator[tuple[PlacedRule, ...]]:
    """Yield the rules of each ruleset, as many in turn as it has room for."""
    numbering = _Numbering()
    for monitor, rule in rules:
        check_size(rule)
        if numbering.placed and not numbering.has_room_for(rule):
            yield tuple(numbering.placed)
            numbering = _Numbering()
        numbering.place(monitor, rule)
    yield tuple(numbering.placed)


@dataclass
class _Numbering:
    """The rules of one ruleset so far, and the next numbers. The canary's capture is the first."""

    placed: list[PlacedRule] = field(default_factory=list)
    captures: int = 1
    steps: int = 0
    absences: int = 0

    def has_room_for(self, rule: MonitorRule) -> bool:
        """An absence counts as a capture does: a fact can have no more than 254 properties."""
        absences = sum(bool(absence.since) for absence in rule.unless)
        return self.captures + self.absences + captures_of(rule) + absences <= MOST_CAPTURES

    def place(self, monitor: Monitor, rule: MonitorRule) -> None:
        steps: list[PlacedStep] = []
        places: dict[str, int] = {}
        capture = 1
        for place, step in enumerate(rule.steps):
            bound = places[step.before] if step.before else None
            steps.append(PlacedStep(step, self.steps + place, capture, bound, self._since(rule, step)))
            capture += 2 if steps[-1].ends_apart else 1
            places[step.name] = place
        unless = tuple([absence for absence in rule.unless if not absence.since])
        self.placed.append(PlacedRule(monitor.name.text, rule, len(self.placed), tuple(steps), unless))
        self.captures += capture
        self.steps += len(steps)

    def _since(self, rule: MonitorRule, step: Step) -> tuple[tuple[int, Absence], ...]:
        """Return the absences that count since a step, numbered."""
        absences = [absence for absence in rule.unless if absence.since and absence.since == step.name]
        first, self.absences = self.absences, self.absences + len(absences)
        return tuple(enumerate(absences, first))


def _rule_definition(rule: PlacedRule) -> Definition:
    """Write a rule. One event may be in several steps, which the engine forbids unless it is told so (`dist`)."""
    captures: list[Mapping[str, object]] = [{"c0": {f"t{rule.number}": 1}}]
    for step in rule.steps:
        captures += _captures(step, 0 if step.bound is None else rule.steps[step.bound].capture)
    return {"all": captures, "dist": 0}


def _captures(step: PlacedStep, bound: int) -> Iterator[Mapping[str, object]]:
    own, capture = f"s{step.number}", step.capture
    begins: Definition = {own: {f"c{bound}": f"b{step.number}"}}
    ends: Definition = {own: {f"c{bound}": f"e{step.number}"}}
    nothing_since: list[Definition] = [{"$gte": {own: {"c0": f"a{number}"}}} for number, _ in step.since]
    if step.ends_apart:
        yield {f"c{capture}": {"$and": [begins, _TRUE_OF_ALL]}}
        yield {f"c{capture + 1}": {"$and": [ends, *nothing_since, _TRUE_OF_ALL]}}
    else:
        yield {f"c{capture}": {"$and": [begins, *nothing_since, _TRUE_OF_ALL]}}
