"""Commits entries to a ledger and prints each one that was acknowledged: its request id, index and leaf hash.

    python commit_in_a_process.py URL NAME COUNT [SUBJECT]

It prints `ready` once the ledger is open and waits for a line. Then sixteen tasks commit at the same time; COUNT 0 goes
on until the process is killed. With SUBJECT all entries are on that subject: each is made from the version that stands
in its facts, and made anew when it turns out to be another. The master keys come from the
environment, as the server's do.
"""

import asyncio
import itertools
import os
import sys
import uuid
from collections.abc import Iterator

from sqlalchemy import select

from underwriter.ledger import Entry, EntryKind, Recorded, SqlLedger, SubjectChanged, open_ledger
from underwriter.ledger.keys import parse_master_keys
from underwriter.ledger.keys.master_keys import ENVIRONMENT_VARIABLE
from underwriter.storage.schema import subjects


def entry(request_id: str, subject_id: str, version: int | None) -> Entry:
    return Entry(
        kind=EntryKind.DECISION,
        entry_id=str(uuid.uuid4()),
        request_id=request_id,
        subject_id=subject_id,
        subject=b"",
        product="PERSONAL_CREDIT_LINE",
        outcome=1,
        policy_version="f" * 64,
        time_us=1,
        request=b"request" * 100,
        answer=b"answer" * 100,
        evidence=b"",
        facts=b"" if version is None else str(version).encode(),
        expected_version=version,
    )


def version_of(ledger: SqlLedger, subject_id: str) -> int:
    wanted = subjects.c.subject_ref == ledger.vault.subject_ref(subject_id)
    with ledger.database.reading() as connection:
        return connection.execute(select(subjects.c.version).where(wanted)).scalar() or 0


async def change(ledger: SqlLedger, request_id: str, subject_id: str) -> Recorded:
    while True:
        try:
            return await ledger.commit(entry(request_id, subject_id, version_of(ledger, subject_id)))
        except SubjectChanged:
            continue


async def commit_all(ledger: SqlLedger, request_ids: Iterator[str], subject_id: str) -> None:
    for request_id in request_ids:
        if subject_id:
            recorded = await change(ledger, request_id, subject_id)
        else:
            recorded = await ledger.commit(entry(request_id, f"subject of {request_id}", None))
        # One write a line, so that a kill can't tear one from the middle of another.
        sys.stdout.write(f"{request_id} {recorded.index} {recorded.leaf_hash.hex()}\n")
        sys.stdout.flush()


async def main(url: str, name: str, count: int, subject_id: str = "") -> None:
    numbers = range(count) if count else itertools.count()
    request_ids = (f"{name}-{number}" for number in numbers)
    with open_ledger(url, parse_master_keys(os.environ[ENVIRONMENT_VARIABLE])) as ledger:
        sys.stdout.write("ready\n")
        sys.stdout.flush()
        sys.stdin.readline()
        await asyncio.gather(*(commit_all(ledger, request_ids, subject_id) for _ in range(16)))


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], sys.argv[2], int(sys.argv[3]), *sys.argv[4:]))
