"""Measures one workload on several engines in turns, so that a slow moment of the machine hits them all."""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from math import isclose
from statistics import median

from conversation import Conversation, Refused
from engines import Engine
from environments import NotInstalled, command_of
from workloads import Workload

TOLERANCE = 1e-9
"""Relative; engines that count in binary are as right as they can be."""


@dataclass(frozen=True, slots=True)
class Timed:
    """An engine that gave the right answers.

    `p50_us` and `best_us` are over the turns, of which each gives the mean of its evaluations; `first_ms` is what it
    takes to read the work and do it once.
    """

    p50_us: float
    best_us: float
    first_ms: float
    evaluations: int


@dataclass(frozen=True, slots=True)
class NotTimed:
    """An engine that did not do the work, and why."""

    reason: str


Outcome = Timed | NotTimed


def measured(workload: Workload, engines: Iterable[Engine], rounds: int, turn_seconds: float) -> dict[str, Outcome]:
    """Return what came of a workload by the name of the engine."""
    outcomes: dict[str, Outcome] = {}
    with ExitStack() as running:
        turns: dict[str, _Turns] = {}
        for engine in engines:
            try:
                turns[engine.name] = _ready(workload, engine, turn_seconds, running)
            except (NotInstalled, Refused) as failure:
                outcomes[engine.name] = NotTimed(str(failure))
        for _ in range(rounds):
            for taken in turns.values():
                taken.take_one()
        outcomes |= {name: taken.outcome() for name, taken in turns.items()}
    return outcomes


class _Turns:
    def __init__(self, conversation: Conversation, first_seconds: float, turn_seconds: float) -> None:
        self._conversation = conversation
        self._first_seconds = first_seconds
        self._count = self._warmed_up(turn_seconds)
        self._times: list[float] = []

    def _warmed_up(self, turn_seconds: float) -> int:
        """Return how many evaluations fill a turn, found by doing more and more of them."""
        count = 1
        while self._conversation.seconds(count) < turn_seconds:
            count *= 2
        return count

    def take_one(self) -> None:
        self._times.append(self._conversation.seconds(self._count) / self._count * 1e6)

    def outcome(self) -> Timed:
        return Timed(
            p50_us=round(median(self._times), 2),
            best_us=round(min(self._times), 2),
            first_ms=round(self._first_seconds * 1000, 1),
            evaluations=self._count * len(self._times),
        )


def _ready(workload: Workload, engine: Engine, turn_seconds: float, running: ExitStack) -> _Turns:
    """Return an engine that has given the right answers and is warm."""
    if reason := engine.cannot.get(workload.name):
        raise Refused(reason)
    conversation = running.enter_context(Conversation(*command_of(engine)))
    first_seconds = conversation.load(workload)
    _check(workload, conversation.answers())
    return _Turns(conversation, first_seconds, turn_seconds)


def _check(workload: Workload, answers: Sequence[Mapping[str, object]]) -> None:
    for case, answer in zip(workload.cases, answers, strict=True):
        for name, expected in case.expected.items():
            given = answer.get(name)
            if not agrees(given, expected):
                raise Refused(f"wrong answer: {name} is {str(given)[:60]}, expected {str(expected)[:60]}")


def agrees(given: object, expected: object) -> bool:
    """Return whether a plain value is the expected one, numbers within the tolerance."""
    match given, expected:
        case bool(), _:
            return given is expected
        case int() | float(), int() | float():
            return not isinstance(expected, bool) and isclose(given, expected, rel_tol=TOLERANCE)
        case list(), list():
            return len(given) == len(expected) and all(map(agrees, given, expected))
        case dict(), dict():
            return given.keys() == expected.keys() and all(agrees(given[name], expected[name]) for name in given)
    return given == expected
