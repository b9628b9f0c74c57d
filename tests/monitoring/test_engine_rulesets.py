"""Rulesets stay on the path on which the engine is safe."""

import json
from collections.abc import Iterator, Sequence
from itertools import product
from random import Random
from typing import Any

import pytest

from underwriter.events.key_kind import KeyKind
from underwriter.monitoring.definitions import MonitorRule
from underwriter.monitoring.facts import Trial, trial_of
from underwriter.monitoring.rulesets import MOST_CAPTURES, RuleTooLarge, captures_of, rulesets_of
from underwriter.monitoring.window import MOST_EVENTS

from .engine_cases import DEVICE, DRAWDOWN, LOGIN, RESET, absence, monitor, rule, step, window
from .oracle import windows_of
from .random_monitors import random_monitors, random_timeline

TRUE_OF_ALL = {"$gte": {"one": {"c0": "one"}}}


def definition(*rules: MonitorRule) -> Any:
    (ruleset,) = rulesets_of([monitor(*rules)])
    return json.loads(ruleset.definition)


def test_steps_join_what_bounds_them() -> None:
    takeover = rule(
        "ATO1",
        step(RESET, name="reset"),
        step(DEVICE, name="device", before="reset", times=2),
        unless=[absence(LOGIN), absence(LOGIN, since="reset"), absence(RESET, since="device")],
    )
    assert definition(takeover) == {
        "canary": {"all": [{"c0": {"go": 1}}]},
        "0": {
            "all": [
                {"c0": {"t0": 1}},
                {"c1": {"$and": [{"s0": {"c0": "b0"}}, {"$gte": {"s0": {"c0": "a0"}}}, TRUE_OF_ALL]}},
                {"c2": {"$and": [{"s1": {"c1": "b1"}}, TRUE_OF_ALL]}},
                {"c3": {"$and": [{"s1": {"c1": "e1"}}, {"$gte": {"s1": {"c0": "a1"}}}, TRUE_OF_ALL]}},
            ],
            "dist": 0,
        },
    }


def test_a_rule_without_steps_captures_its_trigger() -> None:
    assert definition(rule("ONE"))["0"] == {"all": [{"c0": {"t0": 1}}], "dist": 0}


def test_rulesets_are_by_key_and_trigger() -> None:
    monitors = [
        monitor(rule("A1"), rule("A2", trigger=LOGIN), name="accounts"),
        monitor(rule("D1"), name="devices", key=KeyKind.DEVICE),
        monitor(rule("A3"), name="more accounts"),
    ]
    found = [(one.number, one.key, one.trigger, [r.rule.id.text for r in one.rules]) for one in rulesets_of(monitors)]
    assert found == [
        (0, KeyKind.ACCOUNT, DRAWDOWN, ["A1", "A3"]),
        (1, KeyKind.ACCOUNT, LOGIN, ["A2"]),
        (2, KeyKind.DEVICE, DRAWDOWN, ["D1"]),
    ]


def test_many_rules_get_several_rulesets() -> None:
    rules = [rule(f"R{number}", step(LOGIN), step(DEVICE)) for number in range(45)]
    rulesets = rulesets_of([monitor(*rules)])
    assert [len(one.rules) for one in rulesets] == [19, 19, 7]
    assert [placed.rule for one in rulesets for placed in one.rules] == rules
    assert [one.number for one in rulesets] == [0, 1, 2]


@pytest.mark.parametrize(
    ("refused", "message"),
    [
        (
            rule("R", *[step(LOGIN)] * 12),
            "too many steps: a step counts 1, or 2 if it is of several events and an absence counts since it; "
            "that makes 12, and 11 is the most",
        ),
        (
            rule("R", step(LOGIN, name="a", times=2), *[step(LOGIN)] * 10, unless=[absence(DEVICE, since="a")]),
            "too many steps: a step counts 1, or 2 if it is of several events and an absence counts since it; "
            "that makes 12, and 11 is the most",
        ),
        (
            rule("R", step(LOGIN, name="a"), unless=[absence(DEVICE, since="a")] * 19),
            "too many absences count since one step: 18 is the most",
        ),
    ],
    ids=["steps", "steps with ends", "absences"],
)
def test_rules_that_are_too_large_are_refused(refused: MonitorRule, message: str) -> None:
    with pytest.raises(RuleTooLarge) as raised:
        rulesets_of([monitor(refused)])
    assert str(raised.value) == message


def test_the_largest_rule_stays_within_what_a_fact_can_hold() -> None:
    names = [f"s{number}" for number in range(11)]
    steps = [step(LOGIN, name=name) for name in names]
    largest = rule("R", *steps, unless=[absence(DEVICE, since=name) for name in names * 18])
    (ruleset,) = rulesets_of([monitor(largest)])
    trial = trial_of(ruleset, {"some"}, window(LOGIN, DRAWDOWN))
    assert trial is not None
    assert len(json.loads(trial.facts)[-1]) == 3 + 1 + 1 + 11 + 11 * 18
    assert len(json.loads(trial.facts)[-1]) < 255


def test_random_rules_stay_on_the_safe_path() -> None:
    random = Random(60)  # noqa: S311 - a seed to repeat
    for _ in range(60):
        monitors = random_monitors(random, most=4, most_rules=60)
        for ruleset in rulesets_of(monitors):
            rules = json.loads(ruleset.definition)
            assert sum(len(one["all"]) for one in rules.values()) <= MOST_CAPTURES
            for one in rules.values():
                assert len(one["all"]) <= 12
                for capture in one["all"][1:]:
                    ((_, joins),) = capture.items()
                    assert joins["$and"][-1] == TRUE_OF_ALL
                    assert len(joins["$and"]) <= 20


def test_what_is_counted_is_what_is_written() -> None:
    random = Random(61)  # noqa: S311 - a seed to repeat
    rules = [one for _ in range(50) for some in random_monitors(random) for one in some.rules]
    for one in rules:
        assert captures_of(one) == len(definition(one)["0"]["all"])


def test_facts_are_small_whole_numbers_and_the_last_is_the_triggers() -> None:
    trials = list(random_trials(Random(62), sets=100))  # noqa: S311 - a seed to repeat
    assert len(trials) > 200
    for trial, trigger in trials:
        facts = json.loads(trial.facts)
        assert all(type(value) is int and abs(value) < 2**62 for fact in facts for value in fact.values())
        assert [fact["id"] for fact in facts if "go" in fact] == [trigger] == [facts[-1]["id"]]
        assert list(_missing(trial.ruleset.definition, facts)) == []


def random_trials(random: Random, sets: int) -> Iterator[tuple[Trial, int]]:
    """Yield what is to be tried on random windows, and each window's trigger."""
    for _ in range(sets):
        monitors = random_monitors(random)
        names = {some.name.text for some in monitors}
        windows = windows_of(random_timeline(random), known_until_us=10**17)
        for ruleset, one in product(rulesets_of(monitors), windows):
            trial = trial_of(ruleset, names, one)
            if trial is not None:
                yield trial, one.trigger


def _missing(definition: str, facts: Sequence[dict[str, int]]) -> Iterator[str]:
    """Yield the properties that a join may read of a fact but that the fact does not have: it would not match."""
    for name, one in json.loads(definition).items():
        if name == "canary" or not any(f"t{name}" in fact for fact in facts):
            continue
        captures = {key: value for capture in one["all"] for key, value in capture.items()}
        for joins in (captured["$and"] for captured in list(captures.values())[1:]):
            ((own, bound),) = joins[0].items()
            ((capture, wanted),) = bound.items()
            tag = f"t{name}" if capture == "c0" else next(iter(captures[capture]["$and"][0]))
            yield from (f"{own} joins {wanted}" for fact in facts if tag in fact and wanted not in fact)


def test_no_two_names_or_ids_are_one_to_the_engine() -> None:
    """It compares names and ids by a 32-bit hash, FNV-1a."""
    names = [f"{letter}{number}" for letter in "sbeat" for number in range(200)]
    names += ["id", "sid", "one", "go", "$s", "canary"]
    captures = [f"c{number}" for number in range(12)]
    ids = [str(place) for place in range(MOST_EVENTS + 1)] + ["sid-1"]
    for texts in (names, captures, ids):
        assert len({_fnv1a(text) for text in texts}) == len(texts)


def _fnv1a(text: str) -> int:
    hashed = 0x811C9DC5
    for byte in text.encode():
        hashed = (hashed ^ byte) * 16777619 & 0xFFFFFFFF
    return hashed
