"""Measures the ledger's group commit in one process: rate and latency by number in flight, and its cost.

    python bench/ledger_commit.py [--seconds 3] [--work-us 0] [--directory .]

Every task commits, waits for its record, and commits again. `--work-us` has each keep the event loop busy for as long
before a commit, as a handler would.
"""

import argparse
import asyncio
import os
import tempfile
import threading
import time
import uuid
from pathlib import Path
from statistics import quantiles

import uuid_utils

from underwriter.ledger import Entry, SqlLedger, open_ledger, upgrade

PAYLOAD = os.urandom(1500)


def new_entry() -> Entry:
    """Make an entry of the size of a personal loan's."""
    return Entry(
        decision_id=str(uuid_utils.uuid7()),
        request_id=str(uuid.uuid4()),
        request_digest=PAYLOAD[:32],
        subject_id=uuid.uuid4().hex,
        product="PERSONAL_CREDIT_LINE",
        outcome=1,
        policy_version="f" * 64,
        decide_time_us=time.time_ns() // 1000,
        request=PAYLOAD,
        decision=PAYLOAD,
        evidence=b"",
    )


def keep_busy(seconds: float) -> None:
    """Hold the event loop, as the work of a handler does."""
    end = time.perf_counter() + seconds
    while time.perf_counter() < end:
        pass


async def closed_loop(ledger: SqlLedger, in_flight: int, seconds: float, work: float) -> list[float]:
    """Return the latency of every commit, in seconds."""
    latencies: list[float] = []
    end = time.perf_counter() + seconds

    async def commit_again_and_again() -> None:
        while time.perf_counter() < end:
            keep_busy(work)
            entry = new_entry()
            start = time.perf_counter()
            await ledger.commit(entry)
            latencies.append(time.perf_counter() - start)

    await asyncio.gather(*(commit_again_and_again() for _ in range(in_flight)))
    return latencies


def row_of_table(ledger: SqlLedger, in_flight: int, seconds: float, work: float) -> str:
    """Run one load and describe it in a line."""
    writer = next(thread for thread in threading.enumerate() if thread.name == "ledger-writer")
    clock = time.pthread_getcpuclockid(writer.ident or 0)
    cpu_before = time.clock_gettime(clock)
    latencies = asyncio.run(closed_loop(ledger, in_flight, seconds, work))
    cpu = (time.clock_gettime(clock) - cpu_before) / len(latencies)
    cuts = quantiles(latencies, n=100)
    rate = len(latencies) / seconds
    return f"{in_flight:>9} {rate:>9,.0f} {cuts[49] * 1e3:>8.2f} {cuts[98] * 1e3:>8.2f} {cpu * 1e6:>22.0f}"


async def cost_of_calling(ledger: SqlLedger, count: int = 256) -> float:
    """Return how long a call of commit holds the event loop before it waits, in seconds."""
    entries = [new_entry() for _ in range(count)]
    start = time.perf_counter()
    calls = [(call := ledger.commit(entry), call.send(None)) for entry in entries]
    cost = (time.perf_counter() - start) / count
    await asyncio.gather(*(waited_for for _, waited_for in calls))
    return cost


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=3, help="how long each load lasts")
    parser.add_argument("--work-us", type=float, default=0, help="how long a task holds the loop before it commits")
    parser.add_argument("--directory", type=Path, default=Path(), help="where to keep the database meanwhile")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=options.directory) as folder:
        url = f"sqlite:///{folder}/ledger.db"
        upgrade(url)
        with open_ledger(url) as ledger:
            print("in flight  commits/s   p50 ms   p99 ms  writer's CPU us/record")
            for in_flight in (1, 2, 4, 16, 64):
                print(row_of_table(ledger, in_flight, options.seconds, options.work_us * 1e-6))
            cost = asyncio.run(cost_of_calling(ledger))
            print(f"a call of commit holds the event loop for {cost * 1e6:.1f} us before it waits")


if __name__ == "__main__":
    main()
