"""What the engine is told of a window, and what is not worth telling it."""

import json
from collections.abc import Sequence

import pytest

from underwriter.monitoring.definitions import MonitorRule
from underwriter.monitoring.engine_lines import (
    Captured,
    EngineFault,
    answer_line,
    fault_line,
    read_answer,
    read_request,
    read_settings,
    request_line,
    settings_line,
)
from underwriter.monitoring.facts import Trial, trial_of
from underwriter.monitoring.rulesets import rulesets_of

from .engine_cases import DEVICE, DRAWDOWN, LOGIN, RESET, absence, monitor, rule, step, window

TAKEOVER = rule(
    "ATO1",
    step(RESET, name="reset"),
    step(DEVICE, before="reset", times=2),
    unless=[absence(LOGIN, since="reset")],
)


def trial(tried: MonitorRule, kinds: Sequence[int]) -> Trial | None:
    (ruleset,) = rulesets_of([monitor(tried)])
    return trial_of(ruleset, {"some"}, window(*kinds))


def test_facts_are_candidates_and_where_the_steps_begin_that_they_bound() -> None:
    found = trial(TAKEOVER, [DEVICE, RESET, DEVICE, LOGIN, RESET, DRAWDOWN])
    assert found is not None
    assert json.loads(found.facts) == [
        {"sid": 1, "id": 1, "one": 1, "s0": 1, "b1": -1},
        {"sid": 1, "id": 4, "one": 1, "s0": 4, "b1": 0},
        {"sid": 1, "id": 0, "one": 1, "s1": 0},
        {"sid": 1, "id": 2, "one": 1, "s1": 2},
        {"sid": 1, "id": 5, "one": 1, "t0": 1, "b0": 4, "a0": 3, "go": 1},
    ]


@pytest.mark.parametrize(
    ("tried", "kinds"),
    [
        (TAKEOVER, [DEVICE, DEVICE, RESET, LOGIN]),
        (TAKEOVER, [DEVICE, RESET, DRAWDOWN]),
        (TAKEOVER, [DEVICE, DEVICE, DRAWDOWN]),
        (rule("U", unless=[absence(LOGIN)]), [LOGIN, DRAWDOWN]),
        (rule("W", followed=[absence(LOGIN, within_us=10**9)]), [DRAWDOWN]),
        (rule("N", step(LOGIN, within_us=1)), [LOGIN, RESET, DRAWDOWN]),
    ],
    ids=["other trigger", "too few", "none", "an absence that happened", "too early to know", "too long ago"],
)
def test_rules_that_cannot_match_are_not_tried(tried: MonitorRule, kinds: Sequence[int]) -> None:
    assert trial(tried, kinds) is None


def test_rules_of_other_monitors_are_not_tried() -> None:
    (ruleset,) = rulesets_of([monitor(rule("A"), name="a"), monitor(rule("B"), name="b")])
    found = trial_of(ruleset, {"b"}, window(DRAWDOWN))
    assert found is not None
    assert [attempt.placed.rule.id.text for attempt in found.attempts.values()] == ["B"]


def test_lines_are_read_as_they_were_written() -> None:
    captured = [Captured(0, 3, [7, 5]), Captured(2, 0, [7])]
    assert read_settings(settings_line(1.5, ["{}", '{"0": 1}'])) == (1.5, ["{}", '{"0": 1}'])
    assert list(read_request(request_line([(0, "[1]"), (12, "[2]")]))) == [(0, "[1]"), (12, "[2]")]
    assert read_answer(answer_line(captured)) == captured
    assert read_answer(answer_line([])) == []
    with pytest.raises(EngineFault, match=r"^two lines \\xe9$"):
        read_answer(fault_line("two\n lines é"))
