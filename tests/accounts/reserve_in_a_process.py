"""Makes reservations as a worker of the server does, in a process of its own, for the tests to start.

    python reserve_in_a_process.py URL CALLS IN_FLIGHT SEED

It prints `ready` once the ledger is open and waits for a line. The master keys come from the environment.

Each call asks for an amount for one of few subjects. It is approved if what the subject has and asks for stays within
SUBJECT_CAP as far as the worker knows, and set aside with a bank's part under BANK_CAP. Each record tells, in place of
a policy's version, what the worker took the subject to have. What became of the calls is printed as a JSON object of
counts.
"""

import asyncio
import json
import os
import random
import sys
import time
from collections import Counter

from uuid_utils import uuid7

from underwriter.accounts import CapReached, Commitments, Exposures, FacilityBook, TotalKind
from underwriter.ledger import Entry, EntryKind, SqlLedger, SubjectChanged
from underwriter.ledger.keys import Vault
from underwriter.ledger.keys.master_keys import ENVIRONMENT_VARIABLE, parse_master_keys
from underwriter.storage import open_database
from underwriter.v1.record_pb2 import (
    FACILITY_EVENT_KIND_RESERVED,
    FacilityEvent,
    FacilityTerms,
    FunderAmount,
    RecordFacts,
)

SUBJECTS = 5
SUBJECT_CAP = 1000
BANK_CAP = 3500
MOST_ATTEMPTS = 4
CURRENCY = "CNY"


class Worker:
    """Decides by what it remembers, and goes on from it at once, as if every commit would succeed."""

    def __init__(self, ledger: SqlLedger, book: FacilityBook) -> None:
        self._ledger = ledger
        self._exposures = Exposures(lambda subject_id: book.exposure(ledger.vault.subject_ref(subject_id)))
        self._commitments = Commitments(book.commitments)

    async def ask(self, subject_id: str, amount: int) -> str:
        """Return what became of a call."""
        for _ in range(MOST_ATTEMPTS):
            try:
                return await self._attempt(subject_id, amount)
            except SubjectChanged:
                await self._exposures.refresh(subject_id)
            except CapReached:
                await self._exposures.refresh(subject_id)
                await self._commitments.refresh(time.monotonic())
        return "changed too often"

    async def _attempt(self, subject_id: str, amount: int) -> str:
        line = self._exposures.line(subject_id) or await self._exposures.settled_line(subject_id)
        state = line.state
        owed = sum(amounts.total for amounts in state.positions.values())
        committed = dict(self._commitments.known().of(TotalKind.FUNDER, CURRENCY))
        bank = amount // 2
        has_room = owed + amount <= SUBJECT_CAP and committed.get("bank", 0) + bank <= BANK_CAP
        time_us = time.time_ns() // 1000
        event = _event(bank, amount - bank)
        if has_room:
            line.advance(event, time_us)
            self._commitments.advance(event)
        is_recorded = False
        try:
            await self._ledger.commit(_entry(subject_id, event if has_room else None, time_us, state.version, owed))
            is_recorded = True
        finally:
            if not is_recorded:
                self._exposures.forget(subject_id, line)
            if has_room:
                self._commitments.settle(event, is_recorded=is_recorded)
        return "approved" if has_room else "declined"


def _event(bank: int, own: int) -> FacilityEvent:
    return FacilityEvent(
        facility_id=str(uuid7()),
        kind=FACILITY_EVENT_KIND_RESERVED,
        parts=[FunderAmount(funder="bank", amount=bank, cap=BANK_CAP), FunderAmount(funder="own", amount=own)],
        terms=FacilityTerms(product="LINE", currency=CURRENCY, revolving=True, expire_time_us=2**62),
    )


def _entry(subject_id: str, event: FacilityEvent | None, time_us: int, version: int, owed: int) -> Entry:
    entry_id = event.facility_id if event else str(uuid7())
    return Entry(
        kind=EntryKind.DECISION,
        entry_id=entry_id,
        request_id=entry_id,
        subject_id=subject_id,
        subject=b"",
        product="LINE",
        outcome=1 if event else 4,
        policy_version=str(owed),
        time_us=time_us,
        request=b"request",
        answer=b"answer",
        evidence=b"",
        facts=RecordFacts(facility=event).SerializeToString() if event else b"",
        expected_version=version,
    )


async def _run(worker: Worker, calls: int, in_flight: int, choose: random.Random) -> Counter[str]:
    room = asyncio.Semaphore(in_flight)

    async def call() -> str:
        async with room:
            amount = choose.choice([1, 2, 5, 20, 300])
            return await worker.ask(f"subject-{choose.randrange(SUBJECTS)}", amount)

    return Counter(await asyncio.gather(*[call() for _ in range(calls)]))


def main(url: str, calls: str, in_flight: str, seed: str) -> None:
    database = open_database(url, busy_timeout_s=30)
    book = FacilityBook(database)
    vault = Vault(database, parse_master_keys(os.environ[ENVIRONMENT_VARIABLE]))
    with SqlLedger(database, "decisions", vault, [book]) as ledger:
        vault.prepare()
        print("ready", flush=True)  # noqa: T201 - the test waits for it
        sys.stdin.readline()
        choose = random.Random(int(seed))  # noqa: S311 - which calls come, not a secret
        outcomes = asyncio.run(_run(Worker(ledger, book), int(calls), int(in_flight), choose))
    json.dump(outcomes, sys.stdout)


if __name__ == "__main__":
    main(*sys.argv[1:])
