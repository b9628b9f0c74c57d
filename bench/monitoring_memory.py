"""Tells what following many events does to the memory of a monitor process, its engine's process and a recorder.

    python bench/monitoring_memory.py [--events 1000000] [--rules 20] [--url postgresql://...] [--directory .]

Events of accounts that nobody knew before are recorded here, as a worker does, ten of each account one after the other,
while a monitor process of its own follows them: so each is looked at by the account and by the device, with up to nine
events before it. A line tells the memory of each process that is not swapped out after so many events.
"""

import argparse
import os
import time
from collections.abc import Iterator
from itertools import count
from pathlib import Path

from monitoring_follow import (
    EVENTS_BEFORE,
    GROUP,
    Recorder,
    add_place_arguments,
    empty_database,
    monitor_process,
    resident_mb,
)

from underwriter.accounts.work_queue import WorkQueue
from underwriter.service.settings import Settings
from underwriter.storage import open_database

MOST_BEHIND_US = 1_000_000
"""How far the monitor process may be behind before nothing more is recorded until it has caught up."""


def recorded(recorder: Recorder, events: int) -> Iterator[int]:
    """Record so many events, some at a time; yield how many there are by then."""
    for number in count(1):
        if number % (EVENTS_BEFORE + 1) == 1:
            recorder.begin()
        recorder.round(1)
        yield number * GROUP
        if number * GROUP >= events:
            return


def wait_until_followed(queue: WorkQueue, most_behind_us: int) -> None:
    """Wait until no event has waited for longer."""
    while True:
        now_us = time.time_ns() // 1000
        oldest_us = queue.oldest_due(now_us)
        if oldest_us is None or now_us - oldest_us <= most_behind_us:
            return
        time.sleep(0.02)


def engine_of(process_id: int) -> int:
    """Return the id of the engine's process that is at work, the first that a monitor process starts."""
    first, _spare = Path(f"/proc/{process_id}/task/{process_id}/children").read_text().split()
    return int(first)


def run(settings: Settings, events: int, every: int) -> None:
    """Follow so many events, and print the memory after each `every`."""
    database = open_database(settings.database)
    recorder, queue = Recorder(database, settings), WorkQueue(database)
    with monitor_process(settings) as process_id:
        print(f"{'events':>10} {'events/s':>9} {'monitor MB':>11} {'engine MB':>10} {'recorder MB':>12}", flush=True)
        start, told = time.monotonic(), 0
        for done in recorded(recorder, events):
            wait_until_followed(queue, MOST_BEHIND_US)
            if done >= told + every or done >= events:
                wait_until_followed(queue, 0)
                told, rate = done, done / (time.monotonic() - start)
                memory = [resident_mb(one) for one in (process_id, engine_of(process_id), os.getpid())]
                print(f"{done:10,} {rate:9.0f} {memory[0]:11.1f} {memory[1]:10.1f} {memory[2]:12.1f}", flush=True)
    database.close()


def main() -> None:
    """Measure, and print a line now and then."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--events", type=int, default=1_000_000, help="how many events are followed")
    parser.add_argument("--every", type=int, default=10_000, help="after how many events memory is told")
    add_place_arguments(parser)
    asked = parser.parse_args()
    with empty_database(asked) as settings:
        run(settings, asked.events, asked.every)


if __name__ == "__main__":
    main()
