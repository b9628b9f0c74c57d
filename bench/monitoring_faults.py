"""Times Decide before and while processes that try monitors are killed and hang; counts what is lost or doubled.

    python bench/monitoring_faults.py [--rounds 50] [--seconds 3] [--rate 60] [--events 100] [--url postgresql://...]

A server on the shipped rules gets applications and events at a steady rate, well below what it could do. Each round
is a quiet stretch and one that begins with a blow, so that a slow moment of the machine hits both alike; what is
compared are the medians of the rounds' p50 and p99. In the end all events that were answered must be stored, and the
alerts must be those that a plain evaluation of the rules finds in them.
"""

import argparse
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from itertools import cycle, islice
from pathlib import Path
from statistics import median, quantiles
from typing import NamedTuple

from applications import MODELS, PAY_LATER, PERSONAL, ROOT, RULES, typical_for
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.progress import track
from rich.table import Table

from underwriter.accounts.work_queue import WorkQueue
from underwriter.decisioning import load_desk

sys.path.insert(0, str(ROOT))  # the faults and the loads are those of the tests

from tests.service.accounts_world import Tables, now_us, opened
from tests.service.conftest import RunningServer
from tests.service.decide_load import Decided, DecideLoad
from tests.service.kept_record import KeptRecord
from tests.service.monitoring_faults import Balance, Blow, EventLoad, balance, engine_of, is_done, strike, wait_until

WATCHED = "YOUNG_PERSON_LINE"
PRODUCTS = (WATCHED, PERSONAL, PAY_LATER)
ROWS = {"others": (PERSONAL, PAY_LATER), "watched": (WATCHED,), "all": PRODUCTS}
"""What the table tells apart: decisions that monitors look at, and the others."""
LEASE_SECONDS = 1
MOST_LAG_US = 1_000_000
TITLE = "how long Decide takes in peace and when struck, ms"


class Stretch(NamedTuple):
    """A time under load, on the monotonic clock."""

    start: float
    end: float

    def times_ms(self, decided: Sequence[Decided], products: Collection[str]) -> list[float]:
        """Return how long the decisions on some products took that were begun in it."""
        return [one.seconds * 1000 for one in decided if self.start <= one.began < self.end and one.product in products]


class Round(NamedTuple):
    """A stretch in peace, and the one that a blow began."""

    blow: Blow
    before: Stretch
    during: Stretch


class Figures(NamedTuple):
    """What the decisions of a stretch took, in milliseconds."""

    p50: float
    p99: float


class Faults:
    """A server under both loads. Its engines are struck in rounds."""

    def __init__(self, server: RunningServer, tables: Tables, asked: argparse.Namespace) -> None:
        desk = load_desk(RULES, MODELS)
        now = datetime.now(UTC)
        typical = [(product, typical_for(product, desk, now).request.application) for product in PRODUCTS]
        self._server, self._seconds = server, asked.seconds
        self._queue = WorkQueue(tables.database)
        self.events = EventLoad(server.address, "attacked", asked.events)
        self.decisions = DecideLoad(server.address, "applicant", typical, asked.rate)

    def rounds(self, count: int) -> list[Round]:
        """Return when what happened; both loads go on meanwhile."""
        blows = list(islice(cycle(Blow), count))
        with self.events, self.decisions:
            self._stretch()  # so that all is warm
            return [self._round(blow) for blow in track(blows, "blows", console=Console(stderr=True), transient=True)]

    def _round(self, blow: Blow) -> Round:
        wait_until(self._has_recovered)
        before = self._stretch()
        start = time.monotonic()
        strike(self._server, blow)
        return Round(blow, before, Stretch(start, self._stretch().end))

    def _has_recovered(self) -> bool:
        """Tell whether the last blow left nothing undone."""
        oldest_us = self._queue.oldest_due(now_us())
        return engine_of(self._server) is not None and (oldest_us is None or now_us() - oldest_us < MOST_LAG_US)

    def _stretch(self) -> Stretch:
        start = time.monotonic()
        time.sleep(self._seconds)
        return Stretch(start, time.monotonic())


def figures(stretches: Sequence[Stretch], decided: Sequence[Decided], products: Collection[str]) -> Figures:
    """Return the medians of what each stretch's decisions on some products took."""
    cuts = [quantiles(stretch.times_ms(decided, products), n=100, method="inclusive") for stretch in stretches]
    return Figures(median(cut[49] for cut in cuts), median(cut[98] for cut in cuts))


def table_of(rounds: Sequence[Round], decided: Sequence[Decided]) -> Table:
    """Return the figures as a table, a row for each blow and kind of product, and for all blows together."""
    table = Table("blow", "rounds", "product", "p50", "struck", "p99", "struck", "×", title=TITLE, box=SIMPLE_HEAD)
    by_blow: dict[str, list[Round]] = defaultdict(list)
    for one in rounds:
        by_blow[one.blow.value].append(one)
    for blow, some in [*by_blow.items(), ("any", rounds)]:
        for name, products in ROWS.items():
            before = figures([one.before for one in some], decided, products)
            during = figures([one.during for one in some], decided, products)
            times = [f"{ms:.1f}" for ms in (before.p50, during.p50, before.p99, during.p99)]
            ratio = f"{during.p99 / before.p99:.2f}"
            table.add_row(blow, str(len(some)), name, *times, ratio)
    return table


def not_known(stretches: Sequence[Stretch], decided: Sequence[Decided]) -> str:
    """Tell in how many of the decisions begun in these stretches it was not known which alerts stand."""
    some = [one for one in decided if any(stretch.start <= one.began < stretch.end for stretch in stretches)]
    count = sum(reason.code == "ALERTS_NOT_KNOWN" for one in some for reason in one.decision.reasons)
    return f"{count} of {len(some):,}"


@contextmanager
def serving(folder: Path, url: str) -> Iterator[tuple[RunningServer, Tables]]:
    """Serve on a new record, with its tables beside."""
    record = KeptRecord(url, folder)
    settings = {"rules": RULES, "models": MODELS, "port": 0, "workers": 1, "monitors": 1, **record.settings}
    server = RunningServer(folder, settings | {"monitoring_lease_seconds": LEASE_SECONDS}, is_fresh=True)
    try:
        server.wait_for("underwriter is ready")
        with opened(record.url, record.master_key_file) as tables:
            yield server, tables
    finally:
        server.stop()


def main() -> None:
    """Measure, and print what was found."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=50, help="how many blows are dealt, of each kind in turn")
    parser.add_argument("--seconds", type=float, default=3, help="how long a stretch is, before and after a blow")
    parser.add_argument("--rate", type=float, default=60, help="how many applications come a second")
    parser.add_argument("--events", type=float, default=100, help="how many events come a second")
    parser.add_argument("--url", help="an empty PostgreSQL database, instead of an SQLite file")
    parser.add_argument("--directory", type=Path, default=Path(), help="where the keys and the SQLite file are made")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=asked.directory) as name:
        folder = Path(name).resolve()
        with serving(folder, asked.url or f"sqlite:///{folder}/bench.db") as (server, tables):
            faults = Faults(server, tables, asked)
            rounds = faults.rounds(asked.rounds)
            wait_until(lambda: is_done(tables))
            found = balance(tables, RULES, faults.events.acknowledged)
    report(rounds, faults.decisions.decided, found)


def report(rounds: Sequence[Round], decided: Sequence[Decided], found: Balance) -> None:
    """Print it."""
    console = Console()
    console.print(table_of(rounds, decided))
    before, during = [one.before for one in rounds], [one.during for one in rounds]
    console.print(f"alerts not known: {not_known(before, decided)} before, {not_known(during, decided)} during")
    console.print(f"{found.events:,} events, {found.events_lost} lost")
    console.print(f"{found.alerts:,} alerts, {found.alerts_lost} lost, {found.alerts_too_many} doubled or false")


if __name__ == "__main__":
    main()
