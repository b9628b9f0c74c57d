"""The keys that monitors must look at: shared without loss, each with one process at a time."""

import threading
from dataclasses import dataclass, field
from typing import NamedTuple

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, select, text

from underwriter.accounts.work_queue import NEVER, DueKeys, Finished, NextDue, Work, WorkQueue
from underwriter.events.key_kind import KeyKind
from underwriter.storage import Database, DatabaseUnavailable, open_database
from underwriter.storage.schema import monitor_work

NOW_US = 1_790_000_000_000_000
LEASE_US = 1000
ACCOUNT, DEVICE = KeyKind.ACCOUNT, KeyKind.DEVICE

Key = tuple[KeyKind, bytes]


@pytest.fixture
def queue(database: Database) -> WorkQueue:
    return WorkQueue(database)


class Events:
    """Makes keys due as the recording of events does."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._due = DueKeys(database)

    def come(self, *due: tuple[KeyKind, bytes, int], now_us: int = NOW_US) -> None:
        with self._database.writing() as connection:
            self._due.add(connection.connection.cursor(), due, now_us)


@pytest.fixture
def events(database: Database) -> Events:
    return Events(database)


def left(database: Database) -> int:
    with database.reading() as connection:
        return len(connection.execute(select(monitor_work)).all())


def test_keys_are_taken_on_once_those_due_longest_first(queue: WorkQueue, events: Events) -> None:
    events.come((ACCOUNT, b"b", 50), (ACCOUNT, b"b", 40), (DEVICE, b"b", 60), now_us=NOW_US + 1)
    events.come((ACCOUNT, b"a", 70))
    assert queue.claim(NOW_US - 1, LEASE_US, 9) == []
    (first,) = queue.claim(NOW_US + 1, LEASE_US, 1)
    assert first == Work(ACCOUNT, b"a", 70, NOW_US, 1, 0)
    rest = queue.claim(NOW_US + 1, LEASE_US, 9)
    assert {work[:4] for work in rest} == {(ACCOUNT, b"b", 40, NOW_US + 1), (DEVICE, b"b", 60, NOW_US + 1)}
    assert queue.claim(NOW_US + 1, LEASE_US, 9) == []


def test_what_is_done_is_gone(queue: WorkQueue, events: Events, database: Database) -> None:
    events.come((ACCOUNT, b"a", 50), (DEVICE, b"d", 50))
    works = queue.claim(NOW_US, LEASE_US, 9)
    queue.finish([Finished(work) for work in works])
    assert left(database) == 0
    queue.finish([Finished(work, NextDue(1, 2)) for work in works])
    assert left(database) == 0


def test_a_time_to_look_again_is_kept(queue: WorkQueue, events: Events) -> None:
    events.come((ACCOUNT, b"a", 50))
    (work,) = queue.claim(NOW_US, LEASE_US, 9)
    queue.finish([Finished(work, NextDue(45, NOW_US + 500))])
    assert queue.claim(NOW_US + 499, LEASE_US, 9) == []
    (again,) = queue.claim(NOW_US + 500, LEASE_US, 9)
    assert again[:4] == (ACCOUNT, b"a", 45, NOW_US + 500)


def test_what_comes_meanwhile_is_still_to_be_done_and_no_more(queue: WorkQueue, events: Events) -> None:
    events.come((ACCOUNT, b"a", 50))
    (work,) = queue.claim(NOW_US, LEASE_US, 9)
    events.come((ACCOUNT, b"a", 90), now_us=NOW_US + 10)
    assert queue.claim(NOW_US + 10, LEASE_US, 9) == []
    queue.finish([Finished(work)])
    (again,) = queue.claim(NOW_US + 10, LEASE_US, 9)
    assert again[:4] == (ACCOUNT, b"a", 90, NOW_US + 10)


def test_what_comes_after_a_lease_has_ended_is_not_lost(queue: WorkQueue, events: Events) -> None:
    events.come((ACCOUNT, b"a", 50))
    (work,) = queue.claim(NOW_US, LEASE_US, 9)
    events.come((ACCOUNT, b"a", 90), now_us=NOW_US + 10 * LEASE_US)
    queue.finish([Finished(work, NextDue(95, NEVER - 1))])
    (again,) = queue.claim(NOW_US + 10 * LEASE_US, LEASE_US, 9)
    assert again.from_time_us == 90


def test_a_crashed_holders_work_comes_back_whole_when_its_lease_ends(queue: WorkQueue, events: Events) -> None:
    events.come((ACCOUNT, b"a", 50))
    (crashed,) = queue.claim(NOW_US, LEASE_US, 9)
    events.come((ACCOUNT, b"a", 90), now_us=NOW_US + 10)
    assert queue.claim(NOW_US + LEASE_US - 1, LEASE_US, 9) == []
    (work,) = queue.claim(NOW_US + LEASE_US, LEASE_US, 9)
    assert work.from_time_us == 50
    # It was not dead but slow: what it did is another's by now.
    queue.finish([Finished(crashed)])
    assert queue.fail(crashed, NOW_US) == 0
    assert queue.claim(NOW_US + LEASE_US, LEASE_US, 9) == []
    queue.finish([Finished(work)])
    assert queue.claim(NEVER - LEASE_US, LEASE_US, 9) == []


def test_a_holder_can_tell_whether_its_work_is_still_its_own(
    queue: WorkQueue, events: Events, database: Database
) -> None:
    events.come((ACCOUNT, b"a", 50), (DEVICE, b"a", 50))
    slow = queue.claim(NOW_US, LEASE_US, 9)
    with database.writing() as connection:
        assert queue.held(slow, connection) == set(slow)
    queue.finish([Finished(work) for work in slow if work.key_kind is DEVICE])
    taken = queue.claim(NOW_US + LEASE_US, LEASE_US, 9)
    with database.writing() as connection:
        assert queue.held([*slow, *taken], connection) == set(taken)
        assert queue.held([], connection) == set()


def test_work_that_failed_is_due_again_with_all_that_came_since(queue: WorkQueue, events: Events) -> None:
    events.come((ACCOUNT, b"a", 50))
    (work,) = queue.claim(NOW_US, LEASE_US, 9)
    events.come((ACCOUNT, b"a", 40), now_us=NOW_US + 1)
    assert queue.fail(work, NOW_US + 5) == 1
    assert queue.claim(NOW_US + 4, LEASE_US, 9) == []
    (again,) = queue.claim(NOW_US + 5, LEASE_US, 9)
    assert (again.from_time_us, again.failures) == (40, 1)
    assert queue.fail(again, NOW_US + 6) == 2
    (last,) = queue.claim(NOW_US + 6, LEASE_US, 9)
    queue.finish([Finished(last, NextDue(1, NOW_US + 7))])
    (after,) = queue.claim(NOW_US + 7, LEASE_US, 9)
    assert after.failures == 0


def test_a_clock_that_was_set_back_keeps_no_lease_alive(queue: WorkQueue, events: Events) -> None:
    events.come((ACCOUNT, b"a", 50))
    queue.claim(NOW_US + 3_600_000_000, LEASE_US, 9)
    assert queue.claim(NOW_US, LEASE_US, 9) == []
    events.come((ACCOUNT, b"a", 60))
    (work,) = queue.claim(NOW_US, LEASE_US, 9)
    assert work.from_time_us == 50


def test_the_key_that_waits_longest_tells_the_lag(queue: WorkQueue, events: Events) -> None:
    assert queue.oldest_due(NOW_US) is None
    events.come((ACCOUNT, b"a", 50), now_us=NOW_US - 70)
    events.come((ACCOUNT, b"b", 50), now_us=NOW_US - 60)
    assert queue.oldest_due(NOW_US) == NOW_US - 70
    assert queue.oldest_due(NOW_US - 100) is None
    queue.claim(NOW_US, LEASE_US, 1)
    assert queue.oldest_due(NOW_US) == NOW_US - 60


def test_work_of_an_erased_subject_does_not_come_back(queue: WorkQueue, events: Events, database: Database) -> None:
    events.come((ACCOUNT, b"a", 50))
    (work,) = queue.claim(NOW_US, LEASE_US, 9)
    with database.writing() as connection:
        connection.execute(delete(monitor_work))
    queue.finish([Finished(work, NextDue(1, 2))])
    assert queue.fail(work, NOW_US) == 0
    assert left(database) == 0


def test_a_transaction_that_fails_finishes_nothing(queue: WorkQueue, events: Events, database: Database) -> None:
    events.come((ACCOUNT, b"a", 50))
    (work,) = queue.claim(NOW_US, LEASE_US, 9)

    def finish_and_fail() -> None:
        with database.writing() as connection:
            queue.finish([Finished(work)], connection)
            connection.execute(text("SELECT * FROM nowhere"))

    with pytest.raises(DatabaseUnavailable):
        finish_and_fail()
    assert left(database) == 1
    assert queue.fail(work, NOW_US) == 1


class Step(NamedTuple):
    """Something that happens at a time: `key` counts keys, `chosen` the claims that nobody ended yet."""

    what: str
    key: int
    amount: int
    chosen: int


STEPS = st.lists(
    st.builds(
        Step,
        st.sampled_from(["event", "event", "event", "claim", "claim", "finish", "finish", "again", "fail", "wait"]),
        st.integers(0, 2),
        st.integers(1, 2 * LEASE_US),
        st.integers(0, 5),
    ),
    max_size=40,
)


@dataclass
class Claim:
    """Work that a process has, and what was to be done of its key when it took it on."""

    work: Work
    covered: set[tuple[int, int]]
    until_us: int


@dataclass
class Model:
    """What is to be done of each key by what has happened: the times to look from, each with when it is due."""

    now_us: int = NOW_US
    to_do: dict[Key, set[tuple[int, int]]] = field(default_factory=dict)
    newest: dict[Key, Claim] = field(default_factory=dict)
    claims: list[Claim] = field(default_factory=list)

    def due(self) -> set[Key]:
        """Keys that have something due and that nobody has."""
        free = {key for key in self.to_do if key not in self.newest or self.newest[key].until_us <= self.now_us}
        return {key for key in free if any(due_us <= self.now_us for _, due_us in self.to_do[key])}

    def claimed(self, works: list[Work]) -> None:
        assert {(work.key_kind, work.key) for work in works} == self.due()
        for work in works:
            key = work.key_kind, work.key
            assert work.from_time_us == min(from_us for from_us, _ in self.to_do[key])
            claim = Claim(work, set(self.to_do[key]), self.now_us + LEASE_US)
            self.newest[key] = claim
            self.claims.append(claim)

    def ended(self, claim: Claim, next_due: NextDue | None) -> None:
        key = claim.work.key_kind, claim.work.key
        if self.newest.get(key) is claim:
            self.to_do[key] -= claim.covered
            if next_due is not None:
                self.to_do[key].add(next_due)
            del self.newest[key]

    def failed(self, claim: Claim) -> None:
        key = claim.work.key_kind, claim.work.key
        if self.newest.get(key) is claim:
            self.to_do[key] = {(from_us, self.now_us) for from_us, _ in self.to_do[key]}
            del self.newest[key]


@settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(STEPS)
def test_nothing_is_lost_and_nothing_done_in_vain(
    queue: WorkQueue, events: Events, database: Database, steps: list[Step]
) -> None:
    with database.writing() as connection:
        connection.execute(delete(monitor_work))
    model, keys = Model(), [(ACCOUNT, b"a"), (ACCOUNT, b"b"), (DEVICE, b"a")]
    for step in steps:
        key = keys[step.key]
        match step.what:
            case "event":
                model.now_us += 1  # no event is like another that was looked at
                events.come((*key, step.amount), now_us=model.now_us)
                model.to_do.setdefault(key, set()).add((step.amount, model.now_us))
            case "wait":
                model.now_us += step.amount
            case "claim":
                model.claimed(queue.claim(model.now_us, LEASE_US, 9))
            case _ if model.claims:
                claim = model.claims.pop(step.chosen % len(model.claims))
                if step.what == "fail":
                    queue.fail(claim.work, model.now_us)
                    model.failed(claim)
                else:
                    again = NextDue(step.amount, model.now_us + step.amount) if step.what == "again" else None
                    queue.finish([Finished(claim.work, again)])
                    model.ended(claim, again)
    model.now_us += 10 * LEASE_US
    model.claimed(works := queue.claim(model.now_us, LEASE_US, 9))
    queue.finish([Finished(work) for work in works])
    assert left(database) == 0


def test_processes_share_the_work_without_overlap(database_url: str, events: Events, database: Database) -> None:
    events.come(*((ACCOUNT, bytes([number]), number) for number in range(200)))
    taken: list[list[Work]] = []

    def work() -> None:
        mine = open_database(database_url)
        queue = WorkQueue(mine)
        while works := queue.claim(NOW_US, LEASE_US, 7):
            taken.append(works)
            queue.finish([Finished(one) for one in works])
        mine.close()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    keys = [one.key for works in taken for one in works]
    assert sorted(keys) == [bytes([number]) for number in range(200)]
    assert left(database) == 0
