"""How rules are handed to workers in two steps when workers refuse, hang or die; with real processes."""

import os
import signal
import time
from collections.abc import Callable, Iterator
from multiprocessing.connection import Connection, wait
from pathlib import Path

import pytest

from underwriter.service.processes.process_place import ProcessPlace
from underwriter.service.processes.reports import Drop, Prepare, Prepared, RulesVersions, TakeUp, WorkerStatus
from underwriter.service.reload.handover import Handover

OLD, NEW = 1, 2
NUMBER = 7
PREPARE = Prepare(NUMBER, NEW, Path("rules.json"), RulesVersions({}, ""))
LONG = 60.0
Behave = Callable[[Connection], None]


def willing(pipe: Connection) -> None:
    """Be a worker that does what it is told, and tells what it decides by."""
    while True:
        match pipe.recv():
            case Prepare():
                pipe.send(Prepared(NUMBER))
            case TakeUp():
                pipe.send(WorkerStatus(NEW, 0, {}))
            case Drop():
                pipe.send(WorkerStatus(OLD, 0, {}))


def begun_anew(pipe: Connection) -> None:
    """Be a worker that started with the new rules."""
    pipe.send(WorkerStatus(NEW, 0, {}))
    time.sleep(LONG)


def unwilling(pipe: Connection) -> None:
    pipe.recv()
    pipe.send(Prepared(NUMBER, "no room"))
    time.sleep(LONG)


def hanging(_: Connection) -> None:
    time.sleep(LONG)


def hanging_once_prepared(pipe: Connection) -> None:
    pipe.recv()
    pipe.send(Prepared(NUMBER))
    time.sleep(LONG)


def dying(pipe: Connection) -> None:
    pipe.recv()
    os.kill(os.getpid(), signal.SIGKILL)


class Place:
    """A place whose processes behave one after the other as told, the last way again and again."""

    def __init__(self, title: str, *ways: Behave) -> None:
        self.generation = OLD
        self.answers = 0
        self.process = ProcessPlace(title, lambda pipe: self._way(pipe))
        self._ways = list(ways)
        self._way = ways[0]

    def start_if_due(self) -> bool:
        self._way = self._ways[0]
        is_started = self.process.start_if_due()
        if is_started and len(self._ways) > 1:
            del self._ways[0]
        return is_started


@pytest.fixture
def hand_over() -> Iterator[Callable[..., tuple[Handover, list[int]]]]:
    """Do as the supervisor does until a handover is over; return it with what each worker said last of itself."""
    places: list[Place] = []

    def run(*ways: tuple[Behave, ...], answers: int | None = None) -> tuple[Handover, list[int]]:
        """The time is over once so many answers have come, if that is told: before none is late, however slow."""
        places.extend(Place(f"worker {number}", *each) for number, each in enumerate(ways, 1))
        for place in places:
            place.start_if_due()
        handover = Handover(PREPARE, [place.process for place in places], LONG)
        over_at = None
        while over_at is None or (time.monotonic() < over_at and {place.generation for place in places} == {OLD, NEW}):
            handover.go_on()
            _look_after(places, handover)
            if sum(place.answers for place in places) == answers:
                handover.due_at = time.monotonic()
            over_at = over_at or (time.monotonic() + LONG if handover.is_over else None)
        return handover, [place.generation for place in places]

    yield run
    for place in places:
        place.process.end()


def _look_after(places: list[Place], handover: Handover) -> None:
    wait([thing for place in places for thing in place.process.things_to_wait_for()], 0.02)
    for place in places:
        for message in place.process.hear():
            place.answers += 1
            handover.heard(place.process, message)
            if isinstance(message, WorkerStatus):
                place.generation = message.generation
        if place.process.take_exit_code() is not None:
            handover.died(place.process)
        if place.start_if_due():
            handover.started(place.process)


HandOver = Callable[..., tuple[Handover, list[int]]]


def test_all_take_the_rules_up(hand_over: HandOver) -> None:
    handover, generations = hand_over((willing,), (willing,), (willing,))
    assert (handover.is_decided, handover.problem, generations) == (True, "", [NEW] * 3)


@pytest.mark.parametrize(
    ("second", "answers", "problem"),
    [
        ((unwilling,), None, "worker 2: no room"),
        ((hanging,), 2, "worker 2 did not get ready within 60 s"),
        ((dying,), None, "worker 2 died again and again"),
    ],
    ids=["can't", "hangs", "dies again and again"],
)
def test_none_takes_them_up_if_one_does_not_get_ready(
    hand_over: HandOver, second: tuple[Behave, ...], answers: int | None, problem: str
) -> None:
    handover, generations = hand_over((willing,), second, (willing,), answers=answers)
    assert (handover.is_decided, handover.problem, generations) == (False, problem, [OLD] * 3)


def test_one_that_dies_is_asked_again_once_it_is_back(hand_over: HandOver) -> None:
    handover, generations = hand_over((willing,), (dying, willing))
    assert (handover.is_decided, generations) == (True, [NEW] * 2)


def test_one_that_does_not_take_them_up_is_replaced_by_one_that_starts_with_them(hand_over: HandOver) -> None:
    handover, generations = hand_over((willing,), (hanging_once_prepared, begun_anew), answers=3)
    assert (handover.is_decided, handover.problem, generations) == (True, "", [NEW] * 2)
