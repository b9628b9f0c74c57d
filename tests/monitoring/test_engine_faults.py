"""Whatever befalls the engine's process, another goes on with its windows, and nothing is left behind."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import repeat
from pathlib import Path
from random import Random
from typing import NoReturn

import pytest

from underwriter.feel.values import Value
from underwriter.ledger.keys.errors import PayloadDamaged
from underwriter.monitoring import engine, engine_child
from underwriter.monitoring.engine import DurableMatcher, EngineMissing, WindowFailed
from underwriter.monitoring.engine_child import EngineChild, EngineFailed
from underwriter.monitoring.engine_lines import READY, Captured, request_line, settings_line
from underwriter.monitoring.facts import trial_of
from underwriter.monitoring.rulesets import rulesets_of
from underwriter.monitoring.window import MOST_EVENTS, Match, Window, WindowEvent

from .engine_cases import ACCOUNT, DRAWDOWN, LOGIN, monitor, rule, step, window
from .oracle import OracleMatcher, windows_of
from .random_monitors import random_monitors, random_timeline

SOAK = bool(os.environ.get("UNDERWRITER_SOAK"))
FAULTS = 50 if SOAK else 3
"""How many times the process is killed, and how many times it is made to hang."""
WINDOWS_BETWEEN = 25
WINDOWS_FOR_MEMORY = 200_000 if SOAK else 6_000
MOST_GROWTH_KB = 1024
PATIENCE_S = 30

SOME = monitor(rule("R", step(LOGIN)))
KINDS = (LOGIN, DRAWDOWN)
TRUE_OF_ALL = '{"$gte":{"one":{"c0":"one"}}}'
EVERY_COMBINATION = ",".join(f'{{"c{n}":{{"$and":[{{"s0":1}},{TRUE_OF_ALL}]}}}}' for n in range(1, 6))
EXPLODING = f'{{"canary":{{"all":[{{"c0":{{"go":1}}}}]}},"0":{{"all":[{{"c0":{{"t0":1}}}},{EVERY_COMBINATION}]}}}}'
"""A ruleset off the safe path: it takes hours over some dozens of equal facts."""
MANY_FACTS = ",".join(f'{{"sid":1,"id":{place},"one":1,"s0":1}}' for place in range(200))
EXPLOSION = request_line([(0, f'[{MANY_FACTS},{{"sid":1,"id":200,"one":1,"t0":1,"go":1}}]')])
HARMLESS = request_line([(0, '[{"sid":1,"id":7,"one":1,"go":1}]')])


class Ambush(list[Window]):
    """Windows, some of which are not handed out before something has been done to the process."""

    def __init__(self, windows: Sequence[Window], strike: Callable[[int], None]) -> None:
        super().__init__(windows)
        self._strike = strike

    def __iter__(self) -> Iterator[Window]:
        for place, one in enumerate(super().__iter__()):
            if place % WINDOWS_BETWEEN == WINDOWS_BETWEEN - 10:
                self._strike(place)
            yield one


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGSTOP], ids=["killed", "hung"])
def test_all_windows_are_right_when_the_process_fails_amid_them(number: signal.Signals) -> None:
    windows = [one for _ in range(FAULTS) for one in repeat(window(LOGIN, LOGIN, DRAWDOWN), WINDOWS_BETWEEN)]
    (wanted,) = OracleMatcher().matches([SOME], windows[:1])
    struck: set[int] = set()
    deadline_s = 0.5 if number is signal.SIGSTOP else PATIENCE_S
    with DurableMatcher([SOME], deadline_s, has_spare=True) as matcher:

        def strike_the_one_at_work(_: int) -> None:
            struck.add(process_of(matcher))
            os.kill(process_of(matcher), number)

        assert matcher.matches([SOME], Ambush(windows, strike_the_one_at_work)) == [wanted] * len(windows)
        assert struck.isdisjoint(matcher.process_ids)
    assert len(struck) == FAULTS


AT_WORK, SPARE = 0, 1


def strike(process: int, number: signal.Signals) -> None:
    """Kill or stop a process; if it is killed, it is dead then."""
    os.kill(process, number)
    if number is signal.SIGKILL:
        wait_until(lambda: has_ended(process))


@pytest.mark.parametrize(
    ("struck", "number"),
    [
        ([AT_WORK], signal.SIGKILL),
        ([AT_WORK], signal.SIGSTOP),
        ([SPARE], signal.SIGKILL),
        ([SPARE], signal.SIGSTOP),
        ([AT_WORK, SPARE], signal.SIGKILL),
    ],
    ids=["killed", "hung", "spare killed", "spare hung", "both killed"],
)
def test_what_was_struck_while_idle_is_replaced(
    monkeypatch: pytest.MonkeyPatch, struck: list[int], number: signal.Signals
) -> None:
    monkeypatch.setattr(engine_child, "SPARE_PAUSE_S", 0)
    with DurableMatcher([SOME], deadline_s=0.5, has_spare=True) as matcher:
        before = matcher.process_ids
        for place in struck:
            strike(before[place], number)
        assert matched(matcher)
        after = matcher.process_ids
        assert len(after) == 2
        # A hung process that nothing is asked of is not noticed.
        unnoticed = {before[SPARE]} if struck == [SPARE] and number is signal.SIGSTOP else set()
        assert {before[place] for place in struck} & set(after) == unnoticed
    assert all(has_ended(process) for process in [*before, *after])


def test_a_window_that_its_process_died_in_is_answered_by_the_spare() -> None:
    child = EngineChild([EXPLODING], deadline_s=PATIENCE_S, has_spare=True)
    process, spare = child.process_ids
    os.kill(process, signal.SIGSTOP)  # so that the window is in it unanswered

    def requests() -> Iterator[bytes]:
        yield HARMLESS
        os.kill(process, signal.SIGKILL)
        yield HARMLESS

    assert list(child.answers(requests())) == [[], []]
    assert child.process_ids[AT_WORK] == spare
    child.close()


@pytest.mark.parametrize(
    ("struck", "pause_s", "started"),
    [(SPARE, 0, 1), (SPARE, 3600, 0), (AT_WORK, 3600, 1)],
    ids=["later", "at once", "it was needed"],
)
def test_a_spare_that_does_not_stay_alive_is_not_started_again_and_again(
    monkeypatch: pytest.MonkeyPatch, struck: int, pause_s: float, started: int
) -> None:
    monkeypatch.setattr(engine_child, "SPARE_PAUSE_S", pause_s)
    with DurableMatcher([SOME], PATIENCE_S, has_spare=True) as matcher:
        before = matcher.process_ids
        strike(before[struck], signal.SIGKILL)
        assert matched(matcher)
        assert len(set(matcher.process_ids) - set(before)) == started


class Damaged(dict[str, Value]):
    """The values of an event that can't be opened."""

    def get(self, *_: object) -> NoReturn:
        raise PayloadDamaged("events/damaged")


def test_other_windows_are_right_when_an_event_cannot_be_opened() -> None:
    one = monitor(rule("R", replace(step(LOGIN), same=("device_id",))))
    login, drawn = (WindowEvent(n, f"event-{n}", kind, ACCOUNT, {"device_id": "a"}) for n, kind in enumerate(KINDS))
    windows = [Window([first, drawn], 1, 10) for first in (login, login._replace(values=Damaged()), login)]
    with DurableMatcher([one], PATIENCE_S) as matcher:
        before = matcher.process_ids
        found = matcher.matches([one], windows)
        assert (matcher.process_ids, found[0]) == (before, found[2])
    assert isinstance(found[1], WindowFailed)
    assert found[0] == OracleMatcher().matches([one], windows[:1])[0] != []


def process_of(matcher: DurableMatcher) -> int:
    return matcher.process_ids[0]


def matched(matcher: DurableMatcher) -> bool:
    return matcher.matches([SOME], [window(LOGIN, DRAWDOWN)]) == [
        [Match("some", "R", "event-1", ("event-0", "event-1"), 1)]
    ]


@pytest.mark.parametrize(
    ("broken", "reason"),
    [
        (
            b'0\t[{"sid":1,"id":0,"one":1,"s0":0},{oops},{"sid":1,"id":1,"go":1,"t0":1,"b0":0}]\n',
            "not read to their end",
        ),
        (b'0\t[{"sid":1,"id":0,"one":1,"go":1},{"sid":1,"id":0,"one":1,"go":1}]\n', "fault 2, state 1"),
        (b'0\t[{"sid":1,"id":0,"one":1,"other":1},{"sid":1,"id":1,"one":1,"go":1}]\n', "fault 1, state 1"),
        (b'0\t[{"sid":2,"id":0,"one":1,"go":1},{"sid":1,"id":1,"one":1,"go":1}]\n', "state 2"),
        (b"0\t[\n", "facts were not taken"),
        (b"0\n", "zip()"),
        (b"what?\t[]\n", "invalid literal"),
        (b"\xff\t[]\n", "ascii"),
    ],
)
def test_malformed_facts_fail_their_window_only(broken: bytes, reason: str) -> None:
    definitions = [one.definition for one in rulesets_of([SOME])]
    good = request_line([(0, '[{"sid":1,"id":3,"one":1,"s0":3},{"sid":1,"id":4,"one":1,"t0":1,"b0":3,"go":1}]')])
    child = EngineChild(definitions, deadline_s=PATIENCE_S)
    first, second, third = child.answers([good, broken, good])
    child.close()
    assert first == third == [Captured(0, 0, [4, 3])]
    assert isinstance(second, EngineFailed)
    assert reason in str(second)


@pytest.mark.parametrize("has_spare", [True, False])
def test_a_window_that_takes_two_processes_too_long_is_given_up(*, has_spare: bool) -> None:
    child = EngineChild([EXPLODING], deadline_s=0.3, has_spare=has_spare)
    before = child.process_ids
    first, second, third = child.answers([HARMLESS, EXPLOSION, HARMLESS])
    assert not set(before) & set(child.process_ids)
    child.close()
    assert first == third == []
    assert str(second) == "the rule engine did not answer in 0.3 s"


def test_a_process_that_nobody_watches_gives_up_by_itself() -> None:
    ours, theirs = socket.socketpair()
    with ours, ours.makefile("rb") as answers:
        with theirs:
            process = subprocess.Popen([sys.executable, "-m", "underwriter.monitoring.engine_process"], stdin=theirs)
        ours.sendall(settings_line(0.2, [EXPLODING]) + EXPLOSION)
        assert answers.readline() == READY
        assert process.wait(PATIENCE_S) == -signal.SIGALRM


def test_a_process_that_does_not_start_is_told_of() -> None:
    with pytest.raises(
        EngineFailed, match=r"^the rule engine did not start: Could not create ruleset, error code: \d+$"
    ):
        EngineChild(['{"0": 1}'], deadline_s=PATIENCE_S)


@pytest.mark.parametrize(
    ("command", "reason"),
    [
        ((sys.executable, "-c", "raise SystemExit(3)"), "the rule engine's process ended with 3"),
        (("no such program",), "the rule engine can't be started: No such file or directory"),
    ],
    ids=["ends at once", "is not there"],
)
@pytest.mark.parametrize("has_spare", [True, False])
def test_windows_fail_while_no_process_starts(
    monkeypatch: pytest.MonkeyPatch, command: tuple[str, ...], reason: str, *, has_spare: bool
) -> None:
    windows = [window(LOGIN, DRAWDOWN)] * 20
    with DurableMatcher([SOME], PATIENCE_S, has_spare=has_spare) as matcher:
        with monkeypatch.context() as patch:
            patch.setattr(engine_child, "_COMMAND", command)
            for process in matcher.process_ids:
                strike(process, signal.SIGKILL)
            found = matcher.matches([SOME], windows)
        assert all(isinstance(one, WindowFailed) for one in found)
        assert {str(one) for one in found} == {reason}
        assert matched(matcher)


def test_who_goes_away_amid_answers_leaves_none_behind() -> None:
    child = EngineChild([EXPLODING], deadline_s=PATIENCE_S)
    answers = child.answers([HARMLESS] * 20)
    assert next(answers) == []
    answers.close()
    assert child.process_ids == []
    assert list(child.answers([HARMLESS])) == [[]]
    child.close()


def test_windows_that_are_too_long_are_not_tried() -> None:
    long = window(*[LOGIN] * (MOST_EVENTS + 1), DRAWDOWN)
    with DurableMatcher([SOME], PATIENCE_S) as matcher:
        failed, found = matcher.matches([SOME], [long, window(LOGIN, DRAWDOWN)])
    assert str(failed) == "257 events before the trigger; 256 is the most"
    assert isinstance(failed, WindowFailed)
    assert found == [Match("some", "R", "event-1", ("event-0", "event-1"), 1)]


def test_ctrl_c_is_for_the_process_that_started_it() -> None:
    with DurableMatcher([SOME], PATIENCE_S) as matcher:
        process = process_of(matcher)
        os.kill(process, signal.SIGINT)
        assert matched(matcher)
        assert process_of(matcher) == process


STARTER = """
import sys
from tests.monitoring.engine_cases import LOGIN, monitor, rule, step
from underwriter.monitoring.engine import DurableMatcher
print(*DurableMatcher([monitor(rule("R", step(LOGIN)))], has_spare=True).process_ids, flush=True)
sys.stdin.read()
"""


def test_it_ends_with_the_process_that_started_it() -> None:
    command = [sys.executable, "-c", STARTER]
    folder = Path(__file__).parents[2]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, cwd=folder, stdin=pipe, stdout=pipe, stderr=pipe, text=True) as starter:
        assert starter.stdout is not None
        assert starter.stderr is not None
        processes = [int(process) for process in starter.stdout.readline().split()]
        assert [has_ended(process) for process in processes] == [False, False]
        starter.kill()
        assert starter.stderr.read() == ""  # which is at its end when they are
    wait_until(lambda: all(has_ended(process) for process in processes))


def has_ended(process: int) -> bool:
    """Tell whether there is no such process any more, or nothing but its entry."""
    try:
        status = Path(f"/proc/{process}/stat").read_text()
    except FileNotFoundError:
        return True
    return status.rpartition(")")[2].split()[0] == "Z"


def wait_until(is_so: Callable[[], bool]) -> None:
    for _ in range(PATIENCE_S * 100):
        if is_so():
            return
        time.sleep(0.01)
    raise AssertionError("it never came to be")


def test_without_the_engine_it_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    assert engine.is_available()
    monkeypatch.setattr(engine, "_ENGINE", "no_such_engine")
    assert not engine.is_available()
    with pytest.raises(EngineMissing, match="durable-rules is not installed"):
        DurableMatcher([SOME])


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="memory is read from /proc")
def test_memory_stays_flat() -> None:
    monitors = random_monitors(Random(4), most_rules=20)  # noqa: S311 - a seed to repeat
    child = EngineChild([one.definition for one in rulesets_of(monitors)], deadline_s=PATIENCE_S)
    requests = list(random_requests(Random(5), 500))  # noqa: S311 - a seed to repeat
    (process,) = child.process_ids
    answers = list(child.answers(requests))
    before = memory_kb(process)
    for _ in range(WINDOWS_FOR_MEMORY // len(requests)):
        assert list(child.answers(requests)) == answers
    assert memory_kb(process) - before < MOST_GROWTH_KB
    child.close()


def random_requests(random: Random, count: int) -> Iterator[bytes]:
    monitors = random_monitors(Random(4), most_rules=20)  # noqa: S311 - a seed to repeat
    rulesets, names = rulesets_of(monitors), {one.name.text for one in monitors}
    while count > 0:
        for one in windows_of(random_timeline(random), 10**17):
            trials = [trial for ruleset in rulesets if (trial := trial_of(ruleset, names, one))]
            if trials:
                count -= 1
                yield request_line((trial.ruleset.number, trial.facts) for trial in trials)


def memory_kb(process: int) -> int:
    pages = Path(f"/proc/{process}/statm").read_text().split()[1]
    return int(pages) * os.sysconf("SC_PAGE_SIZE") // 1024
