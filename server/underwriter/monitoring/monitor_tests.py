"""Reads the tests that stand beside monitors: a timeline in, the alerts that it must raise out."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from underwriter.decisioning.rule_tests.files import documents_beside_rules
from underwriter.feel.diagnostics import Diagnostic, nearest
from underwriter.feel.source import Source
from underwriter.monitoring import shapes
from underwriter.monitoring.definitions import Monitor
from underwriter.monitoring.timelines import Timeline, moment_us, read_timeline
from underwriter.policy.documents import Data, Fields
from underwriter.policy.reading import DEFAULT_CURRENCY, Reading

_AFTER = re.compile(r"(?P<event>.*\S) +(?P<later>\+.*)")


@dataclass(frozen=True, slots=True)
class ExpectedAlert:
    """An alert that a timeline must raise: its rule and events say which, the rest what it must be like.

    `events` are the events' names, as a set: their order follows from their times.
    """

    source: Source
    rule: str
    events: frozenset[str]
    code: str | None
    time_us: int | None


@dataclass(frozen=True, slots=True)
class MonitorTest:
    """One test. `monitors` are those that look at the events; `known_until_us` None: for ever."""

    name: str
    source: Source
    monitors: tuple[Monitor, ...]
    timeline: Timeline
    known_until_us: int | None
    alerts: tuple[ExpectedAlert, ...]


def load_monitor_tests(
    folder: Path, shown: str, monitors: Sequence[Monitor]
) -> tuple[list[MonitorTest], list[Diagnostic]]:
    """Read the tests beside the monitors of a folder, and what is wrong with them. `shown` names it in findings."""
    reading = Reading()
    tests: list[MonitorTest] = []
    for document in documents_beside_rules(folder, shown, reading):
        tests += tests_in(document, reading, monitors)
    return tests, reading.diagnostics


def tests_in(document: Data, reading: Reading, monitors: Sequence[Monitor]) -> list[MonitorTest]:
    """Return the tests of one file; what is wrong with them is left in `reading`."""
    return _TestReader(reading, {monitor.name.text: monitor for monitor in monitors}).tests(document)


class _TestReader:
    """Reads one file's tests; what is wrong with a test is left in `reading`, and the test left out."""

    def __init__(self, reading: Reading, monitors: Mapping[str, Monitor]) -> None:
        self._reading = reading
        self._monitors = monitors
        self._currency = DEFAULT_CURRENCY

    def tests(self, document: Data) -> list[MonitorTest]:
        fields = self._reading.fields(document, shapes.TEST_FILE, document.source)
        if fields is None:
            return []
        only = self._reading.choice(fields.get("monitor"), "monitor", self._monitors)
        if only is not None:
            self._monitors = {only: self._monitors[only]}
            self._currency = self._monitors[only].currency
        tests = [self._test(item) for item in self._reading.items(fields.get("tests"), "tests")]
        return [test for test in tests if test]

    def _test(self, data: Data) -> MonitorTest | None:
        before = len(self._reading.diagnostics)
        fields = self._reading.fields(data, shapes.TEST, data.source)
        name = self._reading.text(fields.get("name"), "name") if fields else None
        if fields is None or name is None:
            return None
        timeline = read_timeline(self._reading, fields.get("events"), self._currency)
        until = self._reading.text(fields.get("until"), "until")
        known_until_us = moment_us(self._reading, until, timeline.end_us) if until else None
        alerts = [self._alert(item, timeline) for item in self._reading.items(fields.get("alerts"), "alerts")]
        if len(self._reading.diagnostics) > before:
            return None
        expected = tuple([alert for alert in alerts if alert])
        return MonitorTest(name.text, name.source, tuple(self._monitors.values()), timeline, known_until_us, expected)

    def _alert(self, data: Data, timeline: Timeline) -> ExpectedAlert | None:
        fields = self._reading.fields(data, shapes.TEST_ALERT, data.source)
        if fields is None:
            return None
        rules = [rule.id.text for monitor in self._monitors.values() for rule in monitor.rules]
        rule = self._reading.choice(fields.get("rule"), "rule", rules)
        items = self._reading.items(fields.get("events"), "events")
        names = [self._event(item, timeline) for item in items]
        code = self._reading.text(fields.get("alert"), "alert")
        time_us = self._time_us(fields, timeline)
        events = frozenset([name for name in names if name])
        return ExpectedAlert(fields.source, rule or "", events, code.text if code else None, time_us)

    def _event(self, data: Data, timeline: Timeline) -> str | None:
        return self._reading.choice(data, "an event of an alert", timeline.names.values())

    def _time_us(self, fields: Fields, timeline: Timeline) -> int | None:
        """Read `<event>`, `<event> +<duration>` or a time."""
        text = self._reading.text(fields.get("at"), "at")
        if text is None:
            return None
        at_event = timeline.time_us(text.text)
        later = _AFTER.fullmatch(text.text)
        if at_event is not None or later is None:
            return at_event if at_event is not None else moment_us(self._reading, text, timeline.end_us)
        base = timeline.time_us(later["event"])
        if base is None:
            names = timeline.names.values()
            message = f"there is no event '{later['event']}'"
            mend = nearest(later["event"], names) or f"there are: {', '.join(names)}"
            self._reading.report("unknown-value", message, text.source.part(*later.span("event")), mend)
            return None
        return moment_us(self._reading, text.part(*later.span("later")), base)
