"""Measures the ledger in one process: rate and latency of commits by number in flight, what they cost, and reading.

    python bench/ledger_commit.py [--seconds 3] [--work-us 0] [--directory . | --url postgresql://...]

Every task commits, waits for its record, and commits again. `--work-us` has each keep the event loop busy for as long
before a commit, as a handler would. `--url` names an empty PostgreSQL database to use instead of an SQLite file.
"""

import argparse
import asyncio
import os
import tempfile
import threading
import time
import uuid
from collections.abc import Iterable
from pathlib import Path
from statistics import median, quantiles

import uuid_utils

from underwriter.ledger import Entry, EntryKind, SqlLedger, open_ledger
from underwriter.ledger.entry_writer import EntryWriter
from underwriter.ledger.keys import MasterKeys
from underwriter.storage import upgrade

PAYLOAD = os.urandom(1500)


def new_entry() -> Entry:
    """Make an entry of the size of a personal loan's, on a subject of its own."""
    return Entry(
        kind=EntryKind.DECISION,
        entry_id=str(uuid_utils.uuid7()),
        request_id=str(uuid.uuid4()),
        subject_id=uuid.uuid4().hex,
        subject=b"",
        product="PERSONAL_CREDIT_LINE",
        outcome=1,
        policy_version="f" * 64,
        time_us=time.time_ns() // 1000,
        request=PAYLOAD[:700],
        answer=PAYLOAD,
        evidence=PAYLOAD[:300],
        facts=b"",
        expected_version=0,
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


def cost_of_a_batch(ledger: SqlLedger, records: int, batches: int = 100) -> str:
    """Describe in a line what writing a batch takes, when nothing else runs."""
    writer = EntryWriter(ledger.database, "batches", ledger.vault)
    elapsed, cpu = [], []
    for _ in range(batches):
        entries = [new_entry() for _ in range(records)]
        start, cpu_start = time.perf_counter(), time.thread_time()
        writer.write(entries)
        elapsed.append((time.perf_counter() - start) / records)
        cpu.append((time.thread_time() - cpu_start) / records)
    return f"{records:>9} {median(elapsed) * 1e6:>12,.0f} {median(cpu) * 1e6:>15,.0f}"


def rate_of(records: Iterable[object]) -> str:
    """Read all of the records and tell how many a second."""
    start = time.perf_counter()
    count = sum(1 for _ in records)
    return f"{count:,} records, {count / (time.perf_counter() - start):,.0f} a second"


def fsync_time(folder: Path, count: int = 200) -> float:
    """Return how long the disk takes to make 8 KiB durable, in seconds, the median."""
    times = []
    with tempfile.TemporaryFile(dir=folder) as file:
        for _ in range(count):
            file.write(bytes(8192))
            file.flush()
            start = time.perf_counter()
            os.fdatasync(file.fileno())
            times.append(time.perf_counter() - start)
    return median(times)


def measure(ledger: SqlLedger, seconds: float, work: float) -> None:
    """Print all figures of one ledger."""
    print("in flight  commits/s   p50 ms   p99 ms  writer's CPU us/record")
    for in_flight in (1, 2, 4, 16, 64):
        print(row_of_table(ledger, in_flight, seconds, work))
    cost = asyncio.run(cost_of_calling(ledger))
    print(f"a call of commit holds the event loop for {cost * 1e6:.1f} us before it waits")
    print("\na batch of   us/record   CPU us/record")
    for records in (1, 16, 64):
        print(cost_of_a_batch(ledger, records))
    print("\nin order, sealed:", rate_of(ledger.entries.stored_in_order(ledger.log)))
    print("in order, opened:", rate_of(map(ledger.entries.open, ledger.entries.stored_in_order(ledger.log))))


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=3, help="how long each load lasts")
    parser.add_argument("--work-us", type=float, default=0, help="how long a task holds the loop before it commits")
    parser.add_argument("--directory", type=Path, default=Path(), help="where to keep the database meanwhile")
    parser.add_argument("--url", help="the PostgreSQL database to use instead")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=options.directory) as folder:
        print(f"the disk makes 8 KiB durable in {fsync_time(Path(folder)) * 1e3:.2f} ms (p50)\n")
        url = options.url or f"sqlite:///{folder}/ledger.db"
        upgrade(url)
        with open_ledger(url, MasterKeys.generate()) as ledger:
            measure(ledger, options.seconds, options.work_us * 1e-6)


if __name__ == "__main__":
    main()
