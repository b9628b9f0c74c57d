"""What monitors see of a key's events: whole windows, in time, and until when they wait."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from underwriter.accounts.event_rows import SealedEvent
from underwriter.monitoring.definitions import EventKind, Monitor, MonitorRule
from underwriter.monitoring.views import MOST_BEFORE, Seen, View, look, views_of
from underwriter.monitoring.window import MOST_EVENTS, WindowEvent

from .engine_cases import ACCOUNT, DEVICE, DRAWDOWN, LOGIN, absence, monitor, rule, step

LATENESS_US = 50
BACK = rule("BACK", step(LOGIN, within_us=10))
AHEAD = rule("AHEAD", trigger=LOGIN, followed=[absence(DRAWDOWN, within_us=20)])
LONGER = rule("LONGER", trigger=LOGIN, followed=[absence(DRAWDOWN, within_us=30)])
NOW_US = 1000


def view_of(*rules: MonitorRule) -> View:
    (view,) = views_of([replace(monitor(*rules), lateness_us=LATENESS_US)])
    return view


def kept(place: int, time_us: int, kind: int, late_us: int = 0) -> SealedEvent:
    return SealedEvent(place, ACCOUNT, None, kind, time_us, time_us + late_us, f"event-{place}", b"", b"", "")


def read(one: SealedEvent, currency: str) -> WindowEvent:
    return WindowEvent(one.event_time_us, one.event_id, one.kind, one.subject, {"currency": currency})


def seen(view: View, *happened: tuple[int, ...], from_us: int = 0, known_until_us: int = NOW_US) -> Seen:
    """Look at events, each told by its time, its kind, and how late it came."""
    return look(view, [kept(place, *event) for place, event in enumerate(happened)], read, from_us, known_until_us)


def shown(found: Seen) -> list[tuple[list[int], int]]:
    """Return the times of the events of each window, and that of its trigger."""
    return [
        ([event.time_us for event in window.events], window.events[window.trigger].time_us) for window in found.windows
    ]


@pytest.mark.parametrize(
    ("view", "happened", "from_us", "windows"),
    [
        (view_of(BACK), [], 0, []),
        (view_of(BACK), [(100, DEVICE), (100, LOGIN)], 0, []),
        (view_of(BACK), [(100, LOGIN), (105, DRAWDOWN)], 0, [([100, 105], 105)]),
        (view_of(BACK), [(94, LOGIN), (95, LOGIN), (105, DRAWDOWN)], 0, [([95, 105], 105)]),
        (view_of(BACK), [(100, DRAWDOWN), (100, DRAWDOWN)], 0, [([100, 100], 100), ([100, 100], 100)]),
        # Only triggers from the time on, with what is before them.
        (view_of(BACK), [(100, DRAWDOWN), (104, DRAWDOWN), (105, DRAWDOWN)], 105, [([100, 104, 105], 105)]),
        # What came later than the view allows for is no trigger and in no window.
        (view_of(BACK), [(100, LOGIN, 51), (101, LOGIN, 50), (105, DRAWDOWN)], 0, [([101, 105], 105)]),
        (view_of(BACK), [(105, DRAWDOWN, 51)], 0, []),
        # Rules that wait see what follows, as far as any of them reaches.
        (view_of(AHEAD), [(100, LOGIN), (120, DEVICE), (121, DEVICE)], 0, [([100, 120], 100)]),
        (view_of(AHEAD), [(100, LOGIN), (120, DRAWDOWN)], 120, [([100, 120], 100)]),
        (view_of(AHEAD), [(100, LOGIN), (121, DRAWDOWN)], 121, []),
        # A trigger that waits for nothing is not looked at again for what follows it.
        (view_of(AHEAD, BACK), [(100, DRAWDOWN), (100, LOGIN), (105, DEVICE)], 105, [([100, 100, 105], 100)]),
    ],
)
def test_windows_hold_what_rules_look_at(
    view: View, happened: Sequence[tuple[int, ...]], from_us: int, windows: list[tuple[list[int], int]]
) -> None:
    assert shown(seen(view, *happened, from_us=from_us)) == windows


@pytest.mark.parametrize(
    ("view", "happened", "known_until_us", "waits_until_us"),
    [
        (view_of(BACK), [(100, DRAWDOWN)], 100, None),
        (view_of(AHEAD), [(100, LOGIN)], 100, 120),
        (view_of(AHEAD), [(100, LOGIN)], 119, 120),
        (view_of(AHEAD), [(100, LOGIN)], 120, None),
        (view_of(AHEAD, LONGER), [(100, LOGIN)], 119, 120),
        (view_of(AHEAD, LONGER), [(100, LOGIN)], 120, 130),
        (view_of(AHEAD), [(100, LOGIN), (90, LOGIN, 51), (95, LOGIN)], 105, 115),
    ],
)
def test_the_next_time_that_a_rule_waits_for_is_told(
    view: View, happened: Sequence[tuple[int, ...]], known_until_us: int, waits_until_us: int | None
) -> None:
    in_order = sorted(happened)
    assert seen(view, *in_order, known_until_us=known_until_us).waits_until_us == waits_until_us
    # It does not go by what is new.
    assert seen(view, *in_order, from_us=104, known_until_us=known_until_us).waits_until_us == waits_until_us


def test_windows_know_what_is_known() -> None:
    (window,) = seen(view_of(AHEAD), (100, LOGIN), known_until_us=110).windows
    assert window.known_until_us == 110
    assert window.events[0].values == {"currency": "CNY"}


def test_of_too_many_events_the_newest_are_seen_and_where_that_began_is_told() -> None:
    for kind in (DRAWDOWN, DEVICE):
        happened = [(100, LOGIN)] * MOST_EVENTS + [(101, kind)] * 3 + [(102, DRAWDOWN)]
        windows = seen(view_of(BACK), *happened).windows
        assert all(window.trigger <= MOST_EVENTS for window in windows)
        # The first event with 256 before it has room for them; the next one has not, be it a trigger or not.
        assert [window.events[window.trigger].event_id for window in windows if window.overflows] == ["event-257"]
        assert windows[-1].events[0].event_id == "event-3"


def test_an_overflow_is_told_the_same_from_as_few_events_as_are_read() -> None:
    happened = [(100 + place // 100, LOGIN) for place in range(600)]
    of_all = seen(view_of(BACK), *happened).windows
    assert [window.events[window.trigger].event_id for window in of_all if window.overflows] == ["event-257"]
    for first in range(MOST_BEFORE, 300):
        from_us = happened[first][0]
        before = sum(time_us < from_us for time_us, _ in happened)
        some = happened[max(before - MOST_BEFORE, 0) :]
        assert len(seen(view_of(BACK), *some, from_us=from_us).windows) == sum(
            window.events[window.trigger].time_us >= from_us for window in of_all
        )


def test_triggers_without_all_that_is_before_them_are_not_looked_at() -> None:
    events = [kept(place, time_us, LOGIN) for place, time_us in enumerate((100, 105, 110))]
    found = look(view_of(AHEAD), events, read, 111, NOW_US, whole_from_us=105)
    assert [window.events[window.trigger].time_us for window in found.windows] == [105, 110]


def test_monitors_that_see_the_same_share_a_view() -> None:
    def named(name: str, currency: str, lateness_us: int) -> Monitor:
        return replace(monitor(BACK, name=name), currency=currency, lateness_us=lateness_us)

    monitors = [named("a", "CNY", 5), named("b", "EUR", 5), named("c", "CNY", 5), named("d", "CNY", 6)]
    views = views_of(monitors)
    assert [[one.name.text for one in view.monitors] for view in views] == [["a", "c"], ["d"], ["b"]]
    assert [(view.currency, view.lateness_us) for view in views] == [("CNY", 5), ("CNY", 6), ("EUR", 5)]
    assert views_of([]) == []


def test_a_view_reaches_as_far_as_its_monitors() -> None:
    view = view_of(BACK, AHEAD, LONGER)
    assert (view.reach_back_us, view.reach_ahead_us) == (10, 30)
    assert view.reaches == {EventKind.ACCOUNT_EVENT_KIND_DRAWDOWN: {0}, LOGIN: {20, 30}}


def test_a_trigger_that_one_view_looks_at_again_is_looked_at_by_all() -> None:
    """What they find of it is settled together: what one did not look at would be taken back."""
    soon, late = monitor(rule("SOON"), name="a"), monitor(rule("LATE", followed=[absence(LOGIN)]), name="b")
    views = views_of([soon, replace(late, lateness_us=LATENESS_US)])
    assert len(views) == 2
    for view in views:
        assert shown(seen(view, (100, DRAWDOWN), from_us=200)) == [([100], 100)]
        assert shown(seen(view, (100, DRAWDOWN), from_us=201)) == []
