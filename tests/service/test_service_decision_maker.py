"""Two DecisionMakers on one real database: calls in any order, commits that fail, callers that go and come again."""

import asyncio
import os
import random
import shutil
import tempfile
from collections.abc import Awaitable, Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from functools import cache
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from underwriter.accounts import ChangedTooOften, Commitments, Exposures, FacilityBook, FacilityRefused
from underwriter.accounts.account_book import AccountBook
from underwriter.accounts.alert_book import AlertBook
from underwriter.accounts.audit import audit
from underwriter.decisioning import ActivePolicy
from underwriter.ledger import Entry, EntryKind, MakeEntry, Recorded, SqlLedger, ledger_in
from underwriter.ledger.keys import MasterKeys
from underwriter.service.accounts.account_reading import AccountReading
from underwriter.service.deciding import DecisionMaker
from underwriter.service.facility_service import FacilityService
from underwriter.storage import DatabaseUnavailable, open_database
from underwriter.v1.decision_pb2 import OUTCOME_APPROVE, Decision
from underwriter.v1.decision_service_pb2 import DecideRequest

from .joint_lending import JointLog, facility_request, joint_policy, loan_request

SOAK = bool(os.environ.get("UNDERWRITER_SOAK"))
CALLS = 80
MOST_CENTS = 15_000_00
MOST_TRIES = 60


class ClientGone(Exception):
    """A client gave up its call."""


FAILURES = (DatabaseUnavailable, ChangedTooOften, ClientGone)


@cache
def policy() -> ActivePolicy:
    return joint_policy(Path(__file__).parent / "no models")


class FaultyLedger:
    """Commits to a ledger, and fails now and then: before anything is written, or after, when the answer is lost."""

    def __init__(self, ledger: SqlLedger, rng: random.Random) -> None:
        self._ledger = ledger
        self._rng = rng
        self.fault_share = 0.0

    async def commit(self, entry: Entry) -> Recorded:
        return await self._answer(lambda: self._ledger.commit(entry))

    async def commit_in_turn(self, make: MakeEntry) -> Recorded:
        return await self._answer(lambda: self._ledger.commit_in_turn(make))

    async def _answer(self, commit: Callable[[], Awaitable[Recorded]]) -> Recorded:
        fate = self._rng.random()
        if fate < self.fault_share / 2:
            raise DatabaseUnavailable("the database is away")
        recorded = await commit()
        if fate < self.fault_share:
            raise DatabaseUnavailable("the answer was lost")
        return recorded

    async def find_by_request_id(self, kind: EntryKind, request_id: str) -> Recorded | None:
        return await self._ledger.find_by_request_id(kind, request_id)


class Worker:
    """What a worker of the server has to decide and to change facilities, on a connection of its own."""

    def __init__(self, ledger: SqlLedger, book: FacilityBook, rng: random.Random) -> None:
        self.ledger = FaultyLedger(ledger, rng)
        vault = ledger.vault
        self.exposures = Exposures(
            lambda subject_id, connection=None: book.exposure(vault.subject_ref(subject_id), connection),
            most_subjects=4,
        )
        accounts = AccountReading(AccountBook(ledger.database), vault, None)
        self.maker = DecisionMaker(self.ledger, self.exposures, Commitments(book.commitments), accounts)
        self.facilities = FacilityService(self.ledger, book, ledger.vault, AlertBook(ledger.database))

    async def decide(self, received: bytes) -> Decision:
        recorded = await self.maker.decide(DecideRequest.FromString(received), received, policy(), None)
        assert recorded.payload is not None
        return Decision.FromString(recorded.payload.answer)


class Office:
    """Clients of two workers, who go away without a word, and ask again until they get an answer."""

    def __init__(self, workers: list[Worker], rng: random.Random, leaving_share: float) -> None:
        self._workers = workers
        self._rng = rng
        self._leaving_share = leaving_share
        self.answers: dict[str, Decision] = {}

    async def serve(self, calls: int, in_flight: int) -> None:
        room = asyncio.Semaphore(in_flight)

        async def one(number: int) -> None:
            async with room:
                await self._borrow(f"loan-{number}")

        await asyncio.gather(*map(one, range(calls)))

    async def _borrow(self, request_id: str) -> None:
        received = loan_request(self._rng, request_id, MOST_CENTS).SerializeToString()
        decision = await self._insist(lambda worker: worker.decide(received))
        self.answers[request_id] = decision
        if decision.outcome == OUTCOME_APPROVE and self._rng.random() < 0.5:
            for method, request in facility_request(self._rng, decision):
                with suppress(FacilityRefused):
                    await self._insist(lambda worker: getattr(worker.facilities, method)(request))  # noqa: B023

    async def _insist(self, call: Callable[[Worker], Awaitable[object]]) -> object:
        for _ in range(MOST_TRIES):
            with suppress(*FAILURES):
                return await self._call(call(self._rng.choice(self._workers)))
            await asyncio.sleep(self._rng.random() * 0.002)
        raise AssertionError(f"no answer in {MOST_TRIES} tries")

    async def _call(self, answer: Awaitable[object]) -> object:
        task = asyncio.ensure_future(answer)
        if self._rng.random() < self._leaving_share:
            await asyncio.wait({task}, timeout=self._rng.random() * 0.004)
            task.cancel()
        await asyncio.wait({task})
        if task.cancelled():
            raise ClientGone
        return task.result()


@contextmanager
def workers_on(file: Path, rng: random.Random) -> Iterator[list[Worker]]:
    keys = MasterKeys.generate()
    with ExitStack() as stack:
        workers = []
        for _ in range(2):
            database = open_database(f"sqlite:///{file}")
            book = FacilityBook(database)
            ledger = stack.enter_context(ledger_in(database, keys, projections=(book,)))
            workers.append(Worker(ledger, book, rng))
        yield workers


def check_log(worker: Worker, answers: dict[str, Decision]) -> JointLog:
    """Fold the log; each answer that was given is the one recorded."""
    log, ledger = JointLog(policy()), worker.ledger._ledger
    for entry in ledger.entries.stored_in_order("decisions"):
        recorded = ledger.entries.find(entry.sealed.entry_id)
        assert recorded is not None
        log.take(recorded)
    assert log.decisions == answers
    assert audit(ledger.database).differences == ()
    return log


@settings(max_examples=200 if SOAK else 6, deadline=None)
@given(
    seed=st.integers(0, 2**32),
    fault_share=st.sampled_from([0, 0.02, 0.3]),
    leaving_share=st.sampled_from([0, 0.1, 0.4]),
    in_flight=st.sampled_from([1, 8, 64, CALLS]),
)
def test_no_fault_leads_to_a_wrong_decision_and_memory_recovers(
    sqlite_template: Path, seed: int, fault_share: float, leaving_share: float, in_flight: int
) -> None:
    rng = random.Random(seed)  # noqa: S311 - no secret
    with tempfile.TemporaryDirectory() as folder:
        file = Path(shutil.copy(sqlite_template, folder))
        with workers_on(file, rng) as workers:
            for worker in workers:
                worker.ledger.fault_share = fault_share
            office = Office(workers, rng, leaving_share)
            asyncio.run(office.serve(CALLS, in_flight))
            check_log(workers[0], office.answers)
