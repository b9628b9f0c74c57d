"""Monitors as their files say them, checked: rules over several events of one key, and what a match raises.

A key's events stand in one order: by event time, then by event id. "Before" and "after" below mean that order, so that
the same events give the same matches in whatever order they came. A rule is tried for each event that is its trigger:

- Its steps are taken in the order written. The candidates of a step are the events before the trigger, not more than
  `within` earlier, of the step's kind, for which its condition is true, whose `same` fields are known and equal the
  trigger's, whose `different` fields are known and differ from the trigger's (which must be known too), and which
  come before the earliest event of the step named by `before`.
- A step takes the latest `times` of its candidates. With `each`, only the latest candidate of each known value of that
  field counts. Too few candidates: the rule does not match.
- An absence among `unless` breaks the match if any event before the trigger fits it, as a candidate of a step would;
  with `since`, only one after the latest event of that step.
- An absence among `unless_followed` breaks the match if any event after the trigger fits it, not more than `within`
  later. Until the longest of these times has passed, the match is not known.

A condition that is null is not true. So each trigger has at most one match a rule. An event that several steps take is
one event of the match.
"""

from dataclasses import dataclass

from underwriter.events.key_kind import KeyKind
from underwriter.feel.source import Source
from underwriter.monitoring.conditions import Condition
from underwriter.v1 import account_event_pb2, account_pb2

EventKind = account_event_pb2.AccountEventKind
Severity = account_pb2.AlertSeverity
Effect = account_pb2.AlertEffect


@dataclass(frozen=True, slots=True)
class EventPattern:
    """Events of a kind, for which a condition is true if there is one."""

    kind: int
    where: Condition | None


@dataclass(frozen=True, slots=True)
class Step:
    """Events that must come before the trigger. `name` is what other steps call it, empty if none does."""

    name: str
    pattern: EventPattern
    within_us: int
    times: int = 1
    each: str = ""
    same: tuple[str, ...] = ()
    different: tuple[str, ...] = ()
    before: str = ""


@dataclass(frozen=True, slots=True)
class Absence:
    """Events that must not have happened: before the trigger, since a step's if `since` names one, or after it."""

    pattern: EventPattern
    within_us: int
    same: tuple[str, ...] = ()
    different: tuple[str, ...] = ()
    since: str = ""


@dataclass(frozen=True, slots=True)
class AlertTerms:
    """What a match raises. The alert's effect ends `expires_after_us` after its event time; None: never by itself."""

    code: str
    severity: int
    effect: int
    expires_after_us: int | None


@dataclass(frozen=True, slots=True)
class MonitorRule:
    """A rule of a monitor. `title` is by language."""

    id: Source
    title: tuple[tuple[str, str], ...]
    trigger: EventPattern
    steps: tuple[Step, ...]
    unless: tuple[Absence, ...]
    unless_followed: tuple[Absence, ...]
    alert: AlertTerms

    @property
    def reach_back_us(self) -> int:
        """How far before its trigger the rule looks."""
        reaches = [step.within_us for step in self.steps] + [absence.within_us for absence in self.unless]
        return max(reaches, default=0)

    @property
    def reach_ahead_us(self) -> int:
        """How long after its trigger a match becomes known; 0 if at once."""
        return max((absence.within_us for absence in self.unless_followed), default=0)


@dataclass(frozen=True, slots=True)
class Monitor:
    """A monitor file. An event that comes more than `lateness_us` after it happened is kept but raises no alert."""

    name: Source
    title: tuple[tuple[str, str], ...]
    key: KeyKind
    currency: str
    lateness_us: int
    rules: tuple[MonitorRule, ...]

    @property
    def reach_back_us(self) -> int:
        """How far before a trigger any of its rules looks."""
        return max(rule.reach_back_us for rule in self.rules)

    @property
    def reach_ahead_us(self) -> int:
        """How long after a trigger the last of its rules is known."""
        return max(rule.reach_ahead_us for rule in self.rules)
