"""The engine finds what the rules' meaning says, in whatever order events came: no more, no less."""

import os
from collections.abc import Sequence
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from underwriter.monitoring.definitions import Monitor
from underwriter.monitoring.engine import DurableMatcher
from underwriter.monitoring.window import MOST_EVENTS, Match, Window, WindowEvent

from .engine_cases import DEVICE, DRAWDOWN, LOGIN, RESET, absence, monitor, rule, step, window
from .oracle import OracleMatcher, windows_of
from .random_monitors import random_moment_known, random_monitors, random_timeline

SOAK = bool(os.environ.get("UNDERWRITER_SOAK"))
LEAST_CHECKS = 1_000_000 if SOAK else 25_000
"""How many times a rule is tried on a window."""
LEAST_MATCHES = LEAST_CHECKS // 30
TIMELINES_OF_MONITORS = 20
EXAMPLES = 150 if SOAK else 15
PATIENCE_S = 60.0


def compare(matcher: DurableMatcher, monitors: Sequence[Monitor], windows: Sequence[Window]) -> int:
    """Check the matches in some windows against the oracle's, and return how many there are."""
    wanted = OracleMatcher().matches(monitors, windows)
    assert matcher.matches(monitors, windows) == wanted
    return sum(len(found) for found in wanted if isinstance(found, list))


@pytest.mark.slow
def test_random_rules_match_as_the_oracle_says() -> None:
    random = Random(2028)  # noqa: S311 - a seed to repeat
    checks = matches = 0
    while checks < LEAST_CHECKS:
        monitors = random_monitors(random)
        with DurableMatcher(monitors, PATIENCE_S) as matcher:
            for _ in range(TIMELINES_OF_MONITORS):
                events = random_timeline(random)
                windows = windows_of(events, random_moment_known(random, events))
                matches += compare(matcher, monitors, windows)
                checks += len(windows) * sum(len(one.rules) for one in monitors)
    assert matches > LEAST_MATCHES


@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.randoms(use_true_random=False))
def test_rules_of_any_kind_match_as_the_oracle_says(random: Random) -> None:
    monitors = random_monitors(random)
    with DurableMatcher(monitors, PATIENCE_S) as matcher:
        for _ in range(4):
            events = random_timeline(random)
            compare(matcher, monitors, windows_of(events, random_moment_known(random, events)))


def test_the_order_in_which_events_came_does_not_matter() -> None:
    random = Random(3)  # noqa: S311 - a seed to repeat
    monitors = random_monitors(random)
    found = 0
    with DurableMatcher(monitors, PATIENCE_S) as matcher:
        for _ in range(10):
            events = random_timeline(random)
            first = matcher.matches(monitors, windows_of(events, 10**17))
            for _ in range(5):
                random.shuffle(events)
                assert matcher.matches(monitors, windows_of(events, 10**17)) == first
            found += sum(map(len, first))
    assert found > 10


def test_monitors_are_tried_apart() -> None:
    drawdowns, logins = monitor(rule("D"), name="drawdowns"), monitor(rule("L", step(LOGIN)), name="logins")
    windows = [window(LOGIN, DRAWDOWN)]
    with DurableMatcher([drawdowns, logins], PATIENCE_S) as matcher:
        assert rules_found(matcher, [drawdowns, logins], windows) == ["D", "L"]
        assert rules_found(matcher, [logins], windows) == ["L"]
        assert rules_found(matcher, [], windows) == []


def rules_found(matcher: DurableMatcher, monitors: Sequence[Monitor], windows: Sequence[Window]) -> list[str]:
    return [match.rule for found in matcher.matches(monitors, windows) for match in found]


def test_rules_of_several_rulesets_match_together() -> None:
    some = monitor(*[rule(f"R{number:03}", step(LOGIN), step(DEVICE)) for number in range(70)])
    with DurableMatcher([some], PATIENCE_S) as matcher:
        assert compare(matcher, [some], [window(LOGIN, DEVICE, LOGIN, DRAWDOWN)]) == 70


def test_one_event_may_be_in_several_steps() -> None:
    some = monitor(rule("R", step(LOGIN, times=2), step(LOGIN), step(LOGIN, within_us=1)))
    with DurableMatcher([some], PATIENCE_S) as matcher:
        (found,) = matcher.matches([some], [window(LOGIN, LOGIN, DRAWDOWN)])
    assert found == [Match("some", "R", "event-2", ("event-0", "event-1", "event-2"), 2)]


def test_steps_may_hang_on_steps_in_a_long_chain() -> None:
    kinds = (LOGIN, DEVICE, RESET)
    names = [f"s{number}" for number in range(11)]
    steps = [step(kinds[n % 3], name=name, before=names[n - 1] if n else "") for n, name in enumerate(names)]
    some = monitor(rule("R", *steps))
    chain = [kinds[number % 3] for number in reversed(range(11))]
    with DurableMatcher([some], PATIENCE_S) as matcher:
        assert compare(matcher, [some], [window(*chain, DRAWDOWN)]) == 1
        assert compare(matcher, [some], [window(*chain[1:], DRAWDOWN)]) == 0
        assert compare(matcher, [some], [window(*chain[:5], *chain[6:], DRAWDOWN)]) == 0


@pytest.mark.parametrize(("kinds", "count"), [((LOGIN, LOGIN, DEVICE, RESET), 0), ((LOGIN, DEVICE, LOGIN, RESET), 1)])
def test_an_absence_counts_since_a_steps_latest_event(kinds: Sequence[int], count: int) -> None:
    some = monitor(rule("R", step(LOGIN, name="logins", times=2), unless=[absence(DEVICE, since="logins")]))
    with DurableMatcher([some], PATIENCE_S) as matcher:
        assert compare(matcher, [some], [window(*kinds, DRAWDOWN)]) == count


def test_a_window_may_hold_many_equal_events() -> None:
    """The engine alone would find every combination of them."""
    steps = [step(LOGIN, 10**6, name="a", times=100), step(LOGIN, 10**6, name="b", times=50, before="a"), step(LOGIN)]
    some = monitor(rule("R", *steps))
    full = window(*[LOGIN] * MOST_EVENTS, DRAWDOWN)
    assert len(full.events) == 257
    with DurableMatcher([some], PATIENCE_S) as matcher:
        (found,) = matcher.matches([some], [full])
    places = range(MOST_EVENTS - 150, MOST_EVENTS + 1)
    ids = tuple(f"event-{place}" for place in places)
    assert found == [Match("some", "R", "event-256", ids, 256)]


@pytest.mark.slow
def test_long_windows_match_as_the_oracle_says() -> None:
    random = Random(257)  # noqa: S311 - a seed to repeat
    matches = 0
    for _ in range(20 if SOAK else 1):
        monitors = random_monitors(random, most_rules=4)
        events = long_timeline(random)
        windows = [one._replace(events=one.events[:257]) for one in windows_of(events, 10**17)[240:257]]
        with DurableMatcher(monitors, PATIENCE_S) as matcher:
            matches += compare(matcher, monitors, windows)
    assert matches > 0


def long_timeline(random: Random) -> list[WindowEvent]:
    """Return many events within few moments, each with an id of its own."""
    parts = [random_timeline(random)[0] for _ in range(260)]
    return [
        event._replace(event_id=f"event-{number:03}", time_us=event.time_us % 10**6)
        for number, event in enumerate(parts)
    ]
