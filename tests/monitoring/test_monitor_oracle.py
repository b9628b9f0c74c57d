"""The oracle of rules: rows of what they mean, and that random rules try all parts of it."""

from collections import Counter
from decimal import Decimal
from random import Random

import pytest

from underwriter.events.key_kind import KeyKind
from underwriter.feel.source import Source
from underwriter.monitoring.conditions import Condition
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
from underwriter.monitoring.window import WindowEvent

from .oracle import OracleMatcher, windows_of
from .random_monitors import random_moment_known, random_monitors, random_timeline

FAILED, RESET, DRAWN = (
    EventKind.ACCOUNT_EVENT_KIND_LOGIN_FAILED,
    EventKind.ACCOUNT_EVENT_KIND_PASSWORD_RESET,
    EventKind.ACCOUNT_EVENT_KIND_DRAWDOWN,
)
_KINDS = {"f": FAILED, "r": RESET, "d": DRAWN}
_LARGE = Condition(Source("amount > 5"), lambda values: (values.get("amount") or 0) > 5)


def rule(trigger: EventPattern, *steps: Step, unless=(), followed=()) -> MonitorRule:
    terms = AlertTerms("SEEN", Severity.ALERT_SEVERITY_LOW, Effect.ALERT_EFFECT_UNSPECIFIED, None)
    return MonitorRule(Source("R"), (), trigger, steps, unless, followed, terms)


def pattern(kind: int, where: Condition | None = None) -> EventPattern:
    return EventPattern(kind, where)


def event(text: str) -> WindowEvent:
    """Return the event that words describe: kind and time, then its device, its amount and its account, - for none."""
    what, device, amount, account = (*text.split(), *"---")[:4]
    values = {"device_id": None if device == "-" else device, "amount": None if amount == "-" else Decimal(amount)}
    return WindowEvent(int(what[1:]), what, _KINDS[what[0]], account.encode(), values)


def matched(tried: MonitorRule, *events: str, known: int = 1000) -> list[tuple[tuple[str, ...], int]]:
    """Return the events of all matches of a rule in a timeline, and the time of each."""
    monitor = Monitor(Source("m"), (), KeyKind.ACCOUNT, "CNY", 0, (tried,))
    found = OracleMatcher().matches([monitor], windows_of([event(text) for text in events], known))
    return [(match.event_ids, match.event_time_us) for matches in found for match in matches]


DRAWDOWN = pattern(DRAWN)
RECENT = Step("", pattern(FAILED), 10)
TWICE = Step("", pattern(FAILED), 10, times=2)
EACH = Step("", pattern(FAILED), 10, times=2, each="device_id")
SAME = Step("", pattern(FAILED), 10, same=("device_id",))
DIFFERENT = Step("", pattern(FAILED), 10, different=("device_id",))
BEFORE = (Step("a", pattern(FAILED), 10, times=2), Step("b", pattern(RESET), 10, before="a"))
QUIET = Absence(pattern(RESET), 10)
SINCE = Absence(pattern(RESET), 10, since="a")


@pytest.mark.parametrize(
    ("tried", "events", "expected"),
    [
        (rule(DRAWDOWN), ["d1", "f2", "d3"], ["d1", "d3"]),
        (rule(pattern(DRAWN, _LARGE)), ["d1", "d2 - 5", "d3 - 6"], ["d3"]),
        (rule(DRAWDOWN, RECENT), ["f1", "d11"], ["f1 d11"]),
        (rule(DRAWDOWN, RECENT), ["f1", "d12"], []),
        (rule(DRAWDOWN, RECENT), ["f1", "f2", "d3"], ["f2 d3"]),
        (rule(DRAWDOWN, RECENT), ["d3", "f3"], []),
        (rule(pattern(FAILED), Step("", DRAWDOWN, 10)), ["d3", "f3"], ["d3 f3"]),
        (rule(DRAWDOWN, RECENT), ["f4", "d3"], []),
        (rule(DRAWDOWN, TWICE), ["f1", "d3"], []),
        (rule(DRAWDOWN, TWICE), ["f1", "f2", "f3", "d4"], ["f2 f3 d4"]),
        (rule(DRAWDOWN, EACH), ["f1 x", "f2 y", "f3 y", "d4"], ["f1 f3 d4"]),
        (rule(DRAWDOWN, EACH), ["f1", "f2", "f3 y", "d4"], []),
        (rule(DRAWDOWN, SAME), ["f1 x", "f2 y", "d4 x"], ["f1 d4"]),
        (rule(DRAWDOWN, SAME), ["f1", "d4"], []),
        (rule(DRAWDOWN, DIFFERENT), ["f1 x", "f2 y", "d4 x"], ["f2 d4"]),
        (rule(DRAWDOWN, DIFFERENT), ["f1 x", "f2", "d4 x"], []),
        (rule(DRAWDOWN, DIFFERENT), ["f1 x", "d4"], []),
        (rule(DRAWDOWN, Step("", pattern(FAILED), 10, different=("account",))), ["f1 - - a", "d2 - - b"], ["f1 d2"]),
        (rule(DRAWDOWN, *BEFORE), ["r1", "f2", "r3", "f4", "d5"], ["r1 f2 f4 d5"]),
        (rule(DRAWDOWN, *BEFORE), ["f2", "r3", "f4", "d5"], []),
        (rule(DRAWDOWN, RECENT, Step("", pattern(FAILED), 5)), ["f2", "d5"], ["f2 d5"]),
        (rule(DRAWDOWN, unless=(QUIET,)), ["r1", "d11", "d12"], ["d12"]),
        (rule(DRAWDOWN, Step("a", pattern(FAILED), 10), unless=(SINCE,)), ["r1", "f2", "d3"], ["f2 d3"]),
        (rule(DRAWDOWN, Step("a", pattern(FAILED), 10), unless=(SINCE,)), ["f1", "r2", "d3"], []),
        (rule(DRAWDOWN, Step("a", pattern(FAILED), 10), unless=(SINCE,)), ["f1", "r2", "f2", "d3"], []),
    ],
)
def test_a_rule_matches_these_events(tried: MonitorRule, events: list[str], expected: list[str]) -> None:
    assert [" ".join(ids) for ids, _ in matched(tried, *events)] == expected


@pytest.mark.parametrize(
    ("events", "known", "expected"),
    [
        (["d1"], 10, []),
        (["d1"], 11, [(("d1",), 11)]),
        (["d1", "r11"], 1000, []),
        (["d1", "r12"], 1000, [(("d1",), 11)]),
        (["d1", "r1"], 1000, []),
    ],
)
def test_what_nothing_followed_is_known_when_its_time_has_passed(
    events: list[str], known: int, expected: list[tuple[tuple[str, ...], int]]
) -> None:
    assert matched(rule(DRAWDOWN, followed=(QUIET,)), *events, known=known) == expected


def test_random_rules_match_often_and_use_every_part() -> None:
    counts: Counter[str] = Counter()
    for seed in range(200):
        random = Random(seed)  # noqa: S311 - no secret
        monitors, events = random_monitors(random), random_timeline(random)
        rules = {rule.id.text: rule for monitor in monitors for rule in monitor.rules}
        windows = windows_of(events, random_moment_known(random, events))
        for match in (match for matches in OracleMatcher().matches(monitors, windows) for match in matches):
            counts.update(_parts(rules[match.rule]))
    assert all(counts[part] >= 10 for part in ("", "times", "each", "same", "different", "before", "since", "followed"))


def _parts(tried: MonitorRule) -> set[str]:
    """Return which parts of the language a rule uses; the empty text stands for the rule itself."""
    parts = {"", "times" if any(step.times > 1 for step in tried.steps) else ""}
    for name in ("each", "same", "different", "before"):
        parts |= {name} if any(getattr(step, name) for step in tried.steps) else set()
    parts |= {"since"} if any(absence.since for absence in tried.unless) else set()
    return parts | ({"followed"} if tried.unless_followed else set())
