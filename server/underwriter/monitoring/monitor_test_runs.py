"""Runs the tests beside monitors, and tells which rules no test reaches."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import perf_counter
from typing import NamedTuple

from underwriter.decisioning.rule_tests.coverage import Coverage, Uncovered
from underwriter.events.key_kind import KeyKind
from underwriter.feel.diagnostics import Diagnostic
from underwriter.monitoring.definitions import Monitor
from underwriter.monitoring.event_values import window_event
from underwriter.monitoring.monitor_set import MonitorSet
from underwriter.monitoring.monitor_tests import ExpectedAlert, MonitorTest, load_monitor_tests
from underwriter.monitoring.window import Match, Matcher, Window, WindowEvent
from underwriter.policy.rule_files import MONITOR_FOLDER
from underwriter.v1.account_event_pb2 import AccountEvent

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_FOR_EVER_US = 2**60


@dataclass(frozen=True, slots=True)
class MonitorTestResult:
    """How a test went: every alert that is missing, not expected, or not as expected; and how long it took."""

    test: MonitorTest
    failures: tuple[str, ...]
    seconds: float = 0.0

    @property
    def has_passed(self) -> bool:
        """Whether all came out as expected."""
        return not self.failures


@dataclass(frozen=True, slots=True)
class MonitorReport:
    """How the tests of all monitors went. `diagnostics` are what is wrong with the test files themselves."""

    results: Sequence[MonitorTestResult]
    coverage: Coverage
    diagnostics: Sequence[Diagnostic]

    @property
    def failed(self) -> list[MonitorTestResult]:
        """The tests that failed."""
        return [result for result in self.results if not result.has_passed]

    @property
    def has_passed(self) -> bool:
        """Whether there are tests, all in order, and all passed."""
        return bool(self.results) and not self.failed and not self.diagnostics


class RaisedAlert(NamedTuple):
    """An alert that a rule raised, with the names of its events in order."""

    rule: str
    events: tuple[str, ...]
    code: str
    time_us: int

    def __str__(self) -> str:
        return f"{self.rule} of {', '.join(self.events)}"


def run_monitor_tests(monitors: MonitorSet, rules: Path, matcher: Matcher) -> MonitorReport:
    """Run the tests beside the monitors of a rules folder. A rule is reached when it raises an alert."""
    folder = rules / MONITOR_FOLDER
    tests, diagnostics = load_monitor_tests(folder, str(folder), monitors.monitors)
    coverage = Coverage(dict(_spots(monitors)))
    return MonitorReport([_run(test, matcher, coverage) for test in tests], coverage, diagnostics)


def _spots(monitors: MonitorSet) -> Iterator[tuple[str, Uncovered]]:
    for monitor in monitors.monitors:
        for rule in monitor.rules:
            yield rule.id.text, Uncovered(f"rule {monitor.name.text}/{rule.id.text}", rule.id.location(0))


def _run(test: MonitorTest, matcher: Matcher, coverage: Coverage) -> MonitorTestResult:
    begun = perf_counter()
    raised: list[RaisedAlert] = []
    failures: list[str] = []
    for monitor in test.monitors:
        windows = list(_windows(test, monitor))
        for found in matcher.matches([monitor], windows):
            if isinstance(found, Exception):
                failures.append(f"{monitor.name.text} could not be tried: {found}")
            else:
                raised += [_raised(match, monitor, test) for match in found]
    coverage.reached.update(alert.rule for alert in raised)
    differences = _differences(test.alerts, raised)
    return MonitorTestResult(test, (*failures, *differences), perf_counter() - begun)


def _windows(test: MonitorTest, monitor: Monitor) -> Iterator[Window]:
    """Yield the window around each event, of the events of its account or device."""
    known_until_us = _FOR_EVER_US if test.known_until_us is None else test.known_until_us
    for key in dict.fromkeys(_key(event, monitor.key) for event in test.timeline.events):
        own = [event for event in test.timeline.events if _key(event, monitor.key) == key]
        seen = sorted((_seen(event, monitor) for event in own), key=lambda event: (event.time_us, event.event_id))
        yield from (Window(seen, place, known_until_us) for place in range(len(seen)) if key)


def _key(event: AccountEvent, kind: KeyKind) -> str:
    """Return what holds an event together with others; empty for one without a device."""
    return event.device_id if kind is KeyKind.DEVICE else event.subject_id


def _seen(event: AccountEvent, monitor: Monitor) -> WindowEvent:
    return window_event(event, event.subject_id.encode(), monitor.currency)


def _raised(match: Match, monitor: Monitor, test: MonitorTest) -> RaisedAlert:
    names = tuple([test.timeline.names[event_id] for event_id in match.event_ids])
    rule = next(rule for rule in monitor.rules if rule.id.text == match.rule)
    return RaisedAlert(match.rule, names, rule.alert.code, match.event_time_us)


def _differences(expected: Sequence[ExpectedAlert], raised: Sequence[RaisedAlert]) -> Iterator[str]:
    """Yield what is missing, what differs, and what nobody expected."""
    left = {(alert.rule, frozenset(alert.events)): alert for alert in raised}
    for wanted in expected:
        alert = left.pop((wanted.rule, wanted.events), None)
        place = wanted.source.location(0)
        if alert is None:
            same_rule = [str(other) for other in raised if other.rule == wanted.rule]
            got = "; ".join(same_rule) or f"no alert of {wanted.rule}"
            yield f"{place}: expected {wanted.rule} of {', '.join(sorted(wanted.events))}; got {got}"
            continue
        if wanted.code not in (None, alert.code):
            yield f"{place}: expected the alert {wanted.code}; got {alert.code}"
        if wanted.time_us not in (None, alert.time_us):
            yield f"{place}: expected it at {_shown(wanted.time_us)}; got {_shown(alert.time_us)}"
    for alert in left.values():
        yield f"expected no such alert; got {alert}, {alert.code}, at {_shown(alert.time_us)}"


def _shown(time_us: int) -> str:
    return (_EPOCH + timedelta(microseconds=time_us)).isoformat().replace("+00:00", "Z")
