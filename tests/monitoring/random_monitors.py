"""Random monitors and timelines, of so few kinds and values and such short times that many rules match.

All is drawn from a `random.Random`: one with a seed for many at once, or Hypothesis's `st.randoms()` where what fails
is to be made small.
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from random import Random

from underwriter.events.key_kind import KeyKind
from underwriter.feel.source import Source
from underwriter.feel.values import Value
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

KINDS = (EventKind.ACCOUNT_EVENT_KIND_LOGIN_FAILED, EventKind.ACCOUNT_EVENT_KIND_DRAWDOWN)
SPAN_US = 12
"""How far after the first moment events happen."""

FIELD_VALUES: Mapping[str, Sequence[Value]] = {
    "device_id": (None, "phone", "tablet"),
    "amount": (None, Decimal(1), Decimal("1.0"), Decimal(2)),
    "usual_location": (None, True, False),
}
FIELDS = (*FIELD_VALUES, "account")
ACCOUNTS = (b"\x01" * 16, b"\x02" * 16)
MOMENTS_US = (0, 1_780_000_000_000_000)
"""First moments of timelines: one with small numbers, one of our days."""


def _condition(name: str, value: Value) -> Condition:
    return Condition(Source(f"{name} = {value}"), lambda values: values.get(name) == value)


_CONDITIONS = tuple(_condition(name, value) for name, values in FIELD_VALUES.items() for value in values[-1:])
_TERMS = AlertTerms("SEEN", Severity.ALERT_SEVERITY_LOW, Effect.ALERT_EFFECT_UNSPECIFIED, None)


def random_monitors(random: Random, most: int = 3, most_rules: int = 6) -> list[Monitor]:
    """Return monitors of one key, each with some rules."""
    key = random.choice(list(KeyKind))
    return [_monitor(random, number, key, most_rules) for number in range(random.randint(1, most))]


def random_timeline(random: Random, most: int = 14) -> list[WindowEvent]:
    """Return events, many at the same moment, in any order; the order of their ids is not that of their times."""
    start = random.choice(MOMENTS_US)
    ids = [f"event-{number}" for number in range(random.randint(1, most))]
    random.shuffle(ids)
    return [_event(random, event_id, start) for event_id in ids]


def random_moment_known(random: Random, events: Sequence[WindowEvent]) -> int:
    """Return a time up to which events may be known: from the first of them to long after the last."""
    return min(event.time_us for event in events) + random.choice((random.randint(0, 3 * SPAN_US), 5 * SPAN_US))


def _monitor(random: Random, number: int, key: KeyKind, most_rules: int) -> Monitor:
    name = f"monitor-{number}"
    rules = [_rule(random, f"M{number}R{index}") for index in range(random.randint(1, most_rules))]
    return Monitor(Source(name), (("en", name),), key, "CNY", SPAN_US, tuple(rules))


def _rule(random: Random, rule_id: str) -> MonitorRule:
    count = random.choice((0, 1, 1, 2, 2, 3))
    return MonitorRule(
        id=Source(rule_id),
        title=(("en", rule_id),),
        trigger=_pattern(random),
        steps=tuple([_step(random, number) for number in range(count)]),
        unless=tuple([_absence(random, count) for _ in range(_few(random))]),
        unless_followed=tuple([_absence(random, 0) for _ in range(_few(random))]),
        alert=_TERMS,
    )


def _few(random: Random) -> int:
    return random.choice((0, 0, 0, 0, 1, 2))


def _step(random: Random, number: int) -> Step:
    """Return a step that may name one of those before it."""
    same, different = _comparisons(random)
    return Step(
        name=f"step{number}",
        pattern=_pattern(random),
        within_us=_within(random),
        times=random.choice((1, 1, 1, 2, 3)),
        each=random.choice((*FIELDS, *[""] * len(FIELDS))),
        same=same,
        different=different,
        before=random.choice(("", *(f"step{earlier}" for earlier in range(number)))),
    )


def _absence(random: Random, steps: int) -> Absence:
    same, different = _comparisons(random)
    since = random.choice(("", *(f"step{number}" for number in range(steps))))
    return Absence(_pattern(random), random.randint(0, SPAN_US // 2), same, different, since)


def _within(random: Random) -> int:
    return random.choice((random.randint(0, SPAN_US // 2), random.randint(0, SPAN_US), 2 * SPAN_US))


def _comparisons(random: Random) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return fields to be the same and others to differ; mostly none."""
    same = tuple(random.sample(FIELDS, random.choice((0, 0, 0, 1, 2))))
    others = [name for name in FIELDS if name not in same]
    return same, tuple(random.sample(others, random.choice((0, 0, 0, 1))))


def _pattern(random: Random) -> EventPattern:
    return EventPattern(random.choice(KINDS), random.choice((None, None, None, random.choice(_CONDITIONS))))


def _event(random: Random, event_id: str, start_us: int) -> WindowEvent:
    return WindowEvent(
        time_us=start_us + random.randint(0, SPAN_US),
        event_id=event_id,
        kind=random.choice(KINDS),
        account=random.choice(ACCOUNTS),
        values={name: random.choice(values) for name, values in FIELD_VALUES.items()},
    )
