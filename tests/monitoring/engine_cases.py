"""Parts of rules and events, as short as tests of the engine need them."""

from collections.abc import Sequence

from underwriter.events.key_kind import KeyKind
from underwriter.feel.source import Source
from underwriter.monitoring.definitions import (
    Absence,
    AlertTerms,
    Effect,
    EventKind,
    EventPattern,
    Monitor,
    MonitorRule,
    Severity,
    Step,
)
from underwriter.monitoring.window import Window, WindowEvent

LOGIN = EventKind.ACCOUNT_EVENT_KIND_LOGIN_FAILED
DEVICE = EventKind.ACCOUNT_EVENT_KIND_DEVICE_CHANGED
RESET = EventKind.ACCOUNT_EVENT_KIND_PASSWORD_RESET
DRAWDOWN = EventKind.ACCOUNT_EVENT_KIND_DRAWDOWN
ACCOUNT = b"\x01" * 16

_TERMS = AlertTerms("SEEN", Severity.ALERT_SEVERITY_LOW, Effect.ALERT_EFFECT_UNSPECIFIED, None)


def step(kind: int, within_us: int = 100, name: str = "", times: int = 1, before: str = "") -> Step:
    return Step(name, EventPattern(kind, None), within_us, times, before=before)


def absence(kind: int, since: str = "", within_us: int = 100) -> Absence:
    return Absence(EventPattern(kind, None), within_us, since=since)


def rule(
    rule_id: str,
    *steps: Step,
    trigger: int = DRAWDOWN,
    unless: Sequence[Absence] = (),
    followed: Sequence[Absence] = (),
) -> MonitorRule:
    pattern = EventPattern(trigger, None)
    return MonitorRule(Source(rule_id), (), pattern, steps, tuple(unless), tuple(followed), _TERMS)


def monitor(*rules: MonitorRule, name: str = "some", key: KeyKind = KeyKind.ACCOUNT) -> Monitor:
    return Monitor(Source(name), (), key, "CNY", 0, rules)


def window(*kinds: int) -> Window:
    """Return a window of an event each microsecond, whose trigger is the last."""
    events = [WindowEvent(place, f"event-{place}", kind, ACCOUNT, {}) for place, kind in enumerate(kinds)]
    return Window(events, len(events) - 1, known_until_us=10**6)
