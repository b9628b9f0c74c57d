"""Commits entries to a ledger and prints each one that was acknowledged: its request id, index and leaf hash.

    python commit_in_a_process.py URL NAME COUNT

It prints `ready` once the ledger is open and waits for a line. Then sixteen tasks commit at the same time; COUNT 0 goes
on until the process is killed.
"""

import asyncio
import itertools
import sys
import uuid
from collections.abc import Iterator

from underwriter.ledger import Entry, SqlLedger, open_ledger


def entry(request_id: str) -> Entry:
    return Entry(
        decision_id=str(uuid.uuid4()),
        request_id=request_id,
        request_digest=b"d" * 32,
        subject_id=f"subject of {request_id}",
        product="PERSONAL_CREDIT_LINE",
        outcome=1,
        policy_version="f" * 64,
        decide_time_us=1,
        request=b"request" * 100,
        decision=b"decision" * 100,
        evidence=b"",
    )


async def commit_all(ledger: SqlLedger, request_ids: Iterator[str]) -> None:
    for request_id in request_ids:
        recorded = await ledger.commit(entry(request_id))
        # One write a line, so that a kill can't tear one from the middle of another.
        sys.stdout.write(f"{request_id} {recorded.index} {recorded.leaf_hash.hex()}\n")
        sys.stdout.flush()


async def main(url: str, name: str, count: int) -> None:
    numbers = range(count) if count else itertools.count()
    request_ids = (f"{name}-{number}" for number in numbers)
    with open_ledger(url) as ledger:
        sys.stdout.write("ready\n")
        sys.stdout.flush()
        sys.stdin.readline()
        await asyncio.gather(*(commit_all(ledger, request_ids) for _ in range(16)))


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], sys.argv[2], int(sys.argv[3])))
