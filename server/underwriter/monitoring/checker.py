"""Checks monitors: kinds, fields, conditions, names and limits. All findings are gathered, none stops the others."""

import re
from collections.abc import Iterable, Mapping, Sequence

from underwriter.events.key_kind import KeyKind
from underwriter.feel import Environment
from underwriter.feel.diagnostics import Diagnostic, has_errors
from underwriter.feel.source import Source
from underwriter.feel.types import plain
from underwriter.monitoring import findings
from underwriter.monitoring.condition_compiler import ConditionCompiler
from underwriter.monitoring.definitions import (
    Absence,
    EventPattern,
    Monitor,
    MonitorRule,
    Step,
)
from underwriter.monitoring.event_kinds import ACCOUNT, DEVICE_ID, KINDS_BY_NAME, KindOfEvent
from underwriter.monitoring.rulesets import RuleTooLarge, check_size
from underwriter.monitoring.written import (
    WrittenAbsence,
    WrittenComparison,
    WrittenMonitor,
    WrittenPattern,
    WrittenRule,
    WrittenStep,
)

MOST_RULES = 12
"""The most rules of a monitor."""

KEY_FIELDS = {KeyKind.ACCOUNT: ACCOUNT, KeyKind.DEVICE: DEVICE_ID}
"""The field that is the same in all events of a key."""

_MONITOR_NAME = re.compile(r"(?=.{1,64}$)[a-z0-9]+(-[a-z0-9]+)*")
_RULE_ID = re.compile("[A-Za-z0-9_-]{1,32}")
_STEP_NAME = re.compile("[a-z][a-z0-9_]{0,31}")


def check_monitor(written: WrittenMonitor, environment: Environment) -> tuple[Monitor | None, list[Diagnostic]]:
    """Return a monitor, None if anything of it is wrong, and what is."""
    checker = _MonitorChecker(written, environment)
    monitor = checker.monitor()
    return (None if has_errors(checker.found) else monitor), checker.found


def check_together(monitors: Iterable[WrittenMonitor]) -> list[Diagnostic]:
    """Return what is wrong with monitors beside each other: names and ids that stand twice."""
    found: list[Diagnostic] = []
    names: dict[str, Source] = {}
    ids: dict[str, Source] = {}
    for monitor in monitors:
        if names.setdefault(monitor.name.text, monitor.name) is not monitor.name:
            found.append(findings.duplicate_monitor(monitor.name, names[monitor.name.text]))
        for rule in monitor.rules:
            if ids.setdefault(rule.id.text, rule.id) is not rule.id:
                found.append(findings.duplicate_rule_id(rule.id, ids[rule.id.text]))
    return found


class _MonitorChecker:
    """Turns what is written into definitions. A part in error has something in its place, and a finding."""

    def __init__(self, written: WrittenMonitor, environment: Environment) -> None:
        self.found: list[Diagnostic] = []
        self._written = written
        self._conditions = ConditionCompiler(environment, written.currency)

    def monitor(self) -> Monitor:
        written = self._written
        allowed = "a-z, 0-9 and dashes, 64 at most"
        self._check_form(written.name, _MONITOR_NAME, "a monitor's name", allowed, "login-attack")
        if len(written.rules) > MOST_RULES:
            self.found.append(findings.too_many_rules(written.name, MOST_RULES))
        return Monitor(
            written.name,
            tuple(written.title.items()),
            written.key,
            written.currency,
            written.lateness_us,
            tuple([self._rule(rule) for rule in written.rules]),
        )

    def _rule(self, written: WrittenRule) -> MonitorRule:
        allowed = "letters, digits, dashes and underscores, 32 at most"
        self._check_form(written.id, _RULE_ID, "a rule's id", allowed, "ATO1")
        trigger = self._kind(written.trigger)
        steps: dict[str, Source] = {}
        rule = MonitorRule(
            written.id,
            tuple(written.title.items()),
            self._pattern(written.trigger, trigger),
            tuple([self._step(step, trigger, steps) for step in written.steps]),
            tuple([self._absence(absence, trigger, steps) for absence in written.unless]),
            tuple([self._absence(absence, trigger, steps) for absence in written.unless_followed]),
            written.alert,
        )
        try:
            check_size(rule)
        except RuleTooLarge as fault:
            self.found.append(findings.rule_too_large(written.id, fault))
        return rule

    def _step(self, written: WrittenStep, trigger: KindOfEvent | None, before: dict[str, Source]) -> Step:
        """Check a step. `before` are the steps before it, by name; it is added to them."""
        event, kind = written.event, self._kind(written.event.pattern)
        pattern = self._pattern(event.pattern, kind)
        self._check_comparisons(event, kind, trigger)
        if written.each is not None:
            self._check_each(written.each, written.times, kind)
        if written.before is not None:
            self._check_step_name(written.before, before)
        if written.name is not None:
            self._check_form(written.name, _STEP_NAME, "a step's name", "a-z, 0-9 and underscores", "reset")
            if before.setdefault(written.name.text, written.name) is not written.name:
                self.found.append(findings.duplicate_step(written.name, before[written.name.text]))
        return Step(
            _text(written.name),
            pattern,
            event.within_us,
            written.times,
            _text(written.each),
            _texts(event.same),
            _texts(event.different),
            _text(written.before),
        )

    def _absence(self, written: WrittenAbsence, trigger: KindOfEvent | None, steps: Mapping[str, Source]) -> Absence:
        event, kind = written.event, self._kind(written.event.pattern)
        pattern = self._pattern(event.pattern, kind)
        self._check_comparisons(event, kind, trigger)
        if written.since is not None:
            self._check_step_name(written.since, steps)
        return Absence(pattern, event.within_us, _texts(event.same), _texts(event.different), _text(written.since))

    def _kind(self, pattern: WrittenPattern) -> KindOfEvent | None:
        kind = KINDS_BY_NAME.get(pattern.kind.text)
        if kind is None:
            self.found.append(findings.unknown_kind(pattern.kind, KINDS_BY_NAME))
        return kind

    def _pattern(self, written: WrittenPattern, kind: KindOfEvent | None) -> EventPattern:
        if kind is None or written.where is None:
            return EventPattern(kind.number if kind else 0, None)
        condition, found = self._conditions.compile(written.where, kind)
        self.found += found
        return EventPattern(kind.number, condition)

    def _check_comparisons(
        self, event: WrittenComparison, kind: KindOfEvent | None, trigger: KindOfEvent | None
    ) -> None:
        seen: set[str] = set()
        for field in (*event.same, *event.different):
            if field.text in seen:
                self.found.append(findings.compared_twice(field))
            seen.add(field.text)
            if field.text == KEY_FIELDS[self._written.key]:
                self.found.append(findings.field_of_the_key(field, self._written.key.name.lower()))
            elif kind is not None and trigger is not None:
                self._check_comparable(field, kind, trigger)

    def _check_comparable(self, field: Source, kind: KindOfEvent, trigger: KindOfEvent) -> None:
        lacking = next((k for k in (kind, trigger) if field.text not in k.comparable), None)
        if lacking is not None:
            self.found.append(findings.unknown_field(field, lacking.name, lacking.comparable))
            return
        own, other = kind.comparable[field.text], trigger.comparable[field.text]
        if plain(own) != plain(other):
            self.found.append(findings.incomparable(field, kind.name, own, trigger.name, other))

    def _check_each(self, each: Source, times: int, kind: KindOfEvent | None) -> None:
        if times == 1:
            self.found.append(findings.each_without_times(each))
        if each.text == KEY_FIELDS[self._written.key]:
            self.found.append(findings.field_of_the_key(each, self._written.key.name.lower()))
        elif kind is not None and each.text not in kind.comparable:
            self.found.append(findings.unknown_field(each, kind.name, kind.comparable))

    def _check_step_name(self, name: Source, known: Mapping[str, Source]) -> None:
        if name.text not in known:
            self.found.append(findings.unknown_step(name, known))

    def _check_form(self, name: Source, form: re.Pattern[str], what: str, allowed: str, example: str) -> None:
        if not form.fullmatch(name.text):
            self.found.append(findings.bad_name(name, what, allowed, example))


def _text(name: Source | None) -> str:
    return name.text if name else ""


def _texts(names: Sequence[Source]) -> tuple[str, ...]:
    return tuple([name.text for name in names])
