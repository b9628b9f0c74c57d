"""Times a monitor process: how many events a second it follows, and how long it takes from an event to its alert.

    python bench/monitoring_follow.py [--events 20000] [--rate 300] [--seconds 10] [--rules 20] [--url postgresql://...]

First events are followed as fast as it goes, in this process with the engine beside it: each is the tenth of its
account and is looked at alone, by the account and by the device. Then a process of its own follows events that come at
a steady rate, of which one in ten raises an alert; what is timed begins when the event is durable and ends when another
process can read the alert. Last, nothing happens. Beside the times stand their ratios to a yardstick of fixed work (see
`in_process.py`), which can be compared between machines. What many events do to its
memory is told by `monitoring_memory.py`.
"""

import argparse
import gc
import multiprocessing
import os
import re
import resource
import shutil
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import count, cycle
from multiprocessing.connection import Connection
from pathlib import Path
from random import Random
from statistics import median, quantiles

from in_process import yardstick
from monitoring_windows import account_event

from underwriter.accounts.alert_book import AlertBook
from underwriter.accounts.event_book import EventBook
from underwriter.ledger.keys.vault import Vault
from underwriter.policy import read_rule_files
from underwriter.service.monitoring.following import Following, open_following
from underwriter.service.monitoring.monitor_process import run_monitor
from underwriter.service.processes.reports import Ready
from underwriter.service.record_keys import make_missing_keys, open_keys
from underwriter.service.settings import Settings
from underwriter.storage import Database, open_database, upgrade
from underwriter.v1 import account_event_pb2 as pb

PROJECT = Path(__file__).resolve().parents[1]
GROUP = 256
EVENTS_BEFORE = 9
MINUTE_US = 60_000_000
EVENTS_A_BATCH = 64
ALERT_EVERY = 10
_numbers = count(1)


def rules_of(folder: Path, least_rules: int) -> Path:
    """Return a copy of the shipped rules, with monitors again under other names until there are enough rules."""
    rules = folder / "rules"
    shutil.copytree(PROJECT / "rules", rules)
    shipped = sorted((rules / "monitoring").glob("*.yaml"))
    rule_id = re.compile(r"^(  - id: )(\w+)$", re.MULTILINE)
    rule_count = sum(len(rule_id.findall(path.read_text())) for path in shipped)
    for number, path in enumerate(cycle(shipped)):
        if rule_count >= least_rules:
            return rules
        again, found = rule_id.subn(rf"\g<1>\g<2>N{number}", path.read_text())
        again = re.sub(r"^monitor: (.*)$", rf"monitor: \1-{number}", again, flags=re.MULTILINE)
        path.with_stem(f"{path.stem}_{number}").write_text(again)
        rule_count += found
    raise ValueError("there is no rule")


class Recorder:
    """Records events of accounts that nobody knew before, as a worker does."""

    def __init__(self, database: Database, settings: Settings) -> None:
        vault = Vault(database, open_keys(settings).master_keys)
        self.events, self.alerts = EventBook(database, vault), AlertBook(database)
        self._random = Random(6)  # noqa: S311 - no secret

    def begin(self) -> None:
        """Begin a group of accounts, to record events of."""
        self._accounts = [f"account-{next(_numbers)}" for _ in range(GROUP)]

    def round(self, events_each: int) -> None:
        """Record so many events of each account of the group, from a week ago on, one a minute."""
        now_us = time.time_ns() // 1000
        events = []
        for account in self._accounts:
            for number in range(events_each):
                event = account_event(self._random)
                place = number if events_each > 1 else EVENTS_BEFORE
                event.event_id, event.subject_id, event.device_id = f"event-{next(_numbers)}", account, f"of-{account}"
                event.event_time.FromMicroseconds(now_us - (60 - place) * MINUTE_US)
                events.append(event)
        for start in range(0, len(events), EVENTS_A_BATCH):
            self.events.record(events[start : start + EVENTS_A_BATCH], now_us)

    def attack(self, *, is_grave: bool) -> str:
        """Record a failed login of a new account; three of them at once if it `is_grave`. Return the last one's id."""
        now_us, account = time.time_ns() // 1000, f"account-{next(_numbers)}"
        events = []
        for number in range(3 if is_grave else 1):
            event = pb.AccountEvent(event_id=f"event-{next(_numbers)}", subject_id=account, device_id=f"of-{account}")
            event.login.succeeded = False
            event.event_time.FromMicroseconds(now_us - 3 + number)
            events.append(event)
        self.events.record(events, now_us)
        return events[-1].event_id


def rate(following: Following, recorder: Recorder, events: int) -> tuple[list[float], list[float]]:
    """Follow so many events; return what each of those took that are the tenth of their accounts, group by group.

    It is told in µs, and in µs of this process's processor time.
    """
    times, spent = [], []
    for _ in range(max(events // (GROUP * (EVENTS_BEFORE + 1)), 1)):
        recorder.begin()
        recorder.round(EVENTS_BEFORE)
        _catch_up(following)
        recorder.round(1)
        start, spent_before = time.perf_counter(), time.process_time()
        _catch_up(following)
        times.append((time.perf_counter() - start) / GROUP * 1e6)
        spent.append((time.process_time() - spent_before) / GROUP * 1e6)
    return times, spent


def _catch_up(following: Following) -> None:
    while following.follower.step(time.time_ns() // 1000):
        pass


def latencies(recorder: Recorder, a_second: float, seconds: float) -> list[float]:
    """Record events at a rate for some seconds; return the ms from event to alert of those that raise one."""
    durable_at: dict[str, float] = {}
    seen_at: dict[str, float] = {}
    is_over = threading.Event()

    def watch() -> None:
        newest = recorder.alerts.newest_change()
        while not is_over.is_set():
            for alert in recorder.alerts.changes_after(newest, 1000):
                seen_at.setdefault(alert.trigger_id, time.perf_counter())
                newest = alert.change_index
            time.sleep(0.002)

    watcher = threading.Thread(target=watch)
    watcher.start()
    begin = time.perf_counter()
    for number in range(round(a_second * seconds)):
        time.sleep(max(begin + number / a_second - time.perf_counter(), 0))
        is_grave = number % ALERT_EVERY == 0
        event_id = recorder.attack(is_grave=is_grave)
        if is_grave:
            durable_at[event_id] = time.perf_counter()
    took = time.perf_counter() - begin
    print(f"recorded at {a_second * seconds / took:.0f} a second")
    time.sleep(1)
    is_over.set()
    watcher.join()
    missing = durable_at.keys() - seen_at.keys()
    if missing:
        print(f"{len(missing)} of {len(durable_at)} alerts did not come in time")
    return [(seen_at[event_id] - at) * 1000 for event_id, at in durable_at.items() if event_id in seen_at]


@contextmanager
def monitor_process(settings: Settings) -> Iterator[int]:
    """Run a monitor process until the end of the block, which begins when it is ready; lend its id."""
    lifeline, held = os.pipe()
    reports, theirs = multiprocessing.Pipe(duplex=False)
    process = multiprocessing.get_context("fork").Process(target=_follow, args=(settings, theirs, lifeline, held))
    process.start()
    try:
        ready = reports.recv()
        if not isinstance(ready, Ready):
            sys.exit(f"the monitor process does not start: {ready}")
        yield process.pid or 0
    finally:
        process.terminate()
        process.join()


def _follow(settings: Settings, reports: Connection, lifeline: int, held: int) -> None:
    os.close(held)
    run_monitor(settings, read_rule_files(settings.rules), reports, lifeline)


def _processor_seconds(process_id: int) -> float:
    fields = Path(f"/proc/{process_id}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def resident_mb(process_id: int) -> float:
    """Return the memory of a process that is not swapped out, in MB."""
    return int(Path(f"/proc/{process_id}/statm").read_text().split()[1]) * resource.getpagesize() / 1e6


def _yardstick_us() -> float:
    times = []
    for _ in range(200):
        start = time.perf_counter()
        yardstick()
        times.append((time.perf_counter() - start) * 1e6)
    return median(times)


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure, and print what was found."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--events", type=int, default=20_000, help="how many events are followed as fast as it goes")
    parser.add_argument("--rate", type=float, default=300, help="how many events come a second")
    parser.add_argument("--seconds", type=float, default=10, help="for how long they come, and nothing happens after")
    add_place_arguments(parser)
    asked = parser.parse_args(arguments)
    with empty_database(asked) as settings:
        run(settings, asked)


def add_place_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options that `empty_database` goes by."""
    parser.add_argument("--rules", type=int, default=20, help="how many rules are tried, at least")
    parser.add_argument("--url", help="an empty PostgreSQL database, instead of an SQLite file")
    parser.add_argument("--directory", type=Path, default=Path(), help="where the SQLite file is made")


@contextmanager
def empty_database(asked: argparse.Namespace) -> Iterator[Settings]:
    """Make a database and rules in a folder that is gone after the block; lend the settings for them."""
    with tempfile.TemporaryDirectory(dir=asked.directory) as name:
        folder = Path(name).resolve()
        settings = Settings(
            rules=rules_of(folder, asked.rules),
            models=PROJECT / "models",
            database=asked.url or f"sqlite:///{folder}/bench.db",
            **({"master_key_file": None} if not asked.url else {}),
        )
        upgrade(settings.database)
        make_missing_keys(settings)
        yield settings


def run(settings: Settings, asked: argparse.Namespace) -> None:
    """Measure the three parts one after the other."""
    base = _yardstick_us()
    database = open_database(settings.database)
    recorder = Recorder(database, settings)
    with open_following(settings, read_rule_files(settings.rules)) as following:
        gc.collect()
        gc.freeze()  # as a monitor process does
        times, spent = rate(following, recorder, asked.events)
    found, processor = median(times), median(spent)
    print(f"{1e6 / found:,.0f} events a second: {found:.0f} µs an event, {found / base:.2f} × yardstick")
    print(f"of processor time, {processor:.0f} µs in this process, {processor / base:.2f} × yardstick")
    with monitor_process(settings) as process_id:
        took = latencies(recorder, asked.rate, asked.seconds)
        cuts = quantiles(took, n=100)
        print(f"from event to alert: p50 {cuts[49]:.1f} ms, p99 {cuts[98]:.1f} ms")
        before = _processor_seconds(process_id)
        time.sleep(asked.seconds)
        idle = (_processor_seconds(process_id) - before) / asked.seconds
        print(f"with nothing to do: {idle:.1%} of a core, {resident_mb(process_id):.0f} MB")
    database.close()


if __name__ == "__main__":
    main()
