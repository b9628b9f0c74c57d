"""Reloads under load: no call fails, every decision is by rules that belong together, and memory stays flat.

`--log-cli-level=info` shows the figures.
"""

import logging
import os
import random
import signal
import statistics
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import pytest

from underwriter.client import UnderwriterClient, UnderwriterError
from underwriter.v1.application_pb2 import Application
from underwriter.v1.decision_pb2 import Decision

from .changing_rules import EDITED, PATIENCE_SECONDS, ChangingRules, Reloads, outcome_of, rules_status, wait_until
from .conftest import StartServer

SOAK = pytest.mark.skipif("UNDERWRITER_SOAK" not in os.environ, reason="minutes of reloads: `make soak` runs it")
COUNTS = [pytest.param(4, id="short"), pytest.param(200, marks=[pytest.mark.slow, SOAK], id="long")]

MOST_GROWTH_MB = 24
"""How much memory a worker may take more after the last reload than after a tenth of them: what a heap is loose."""
log = logging.getLogger(__name__)


class Answered(NamedTuple):
    """A decision with the least and the last edition that may have made it, and how long it took."""

    age: int
    least: int
    last: int
    seconds: float
    decision: Decision


class Load:
    """Threads that decide in a loop, each over its own connection. `floor` and `ceiling` are editions in force."""

    def __init__(self, address: str, threads: int = 4) -> None:
        self.floor = self.ceiling = 0
        self.answered: list[Answered] = []
        self.errors: list[UnderwriterError] = []
        self._address = address
        self._is_over = threading.Event()
        self._threads = [threading.Thread(target=self._decide, args=(number,)) for number in range(threads)]

    @contextmanager
    def running(self) -> Iterator[None]:
        for thread in self._threads:
            thread.start()
        try:
            yield
        finally:
            self._is_over.set()
            for thread in self._threads:
                thread.join(PATIENCE_SECONDS)
                assert not thread.is_alive()

    def wait_for_more(self, count: int) -> None:
        """Wait until so many more calls have been answered."""
        target = len(self.answered) + count
        wait_until(lambda: len(self.answered) >= target)

    def _decide(self, number: int) -> None:
        ages = random.Random(number)  # noqa: S311 - it picks ages
        with UnderwriterClient(self._address, timeout=60) as client:
            while not self._is_over.is_set():
                age, least, began = ages.randint(18, 60), self.floor, time.perf_counter()
                application = Application(applicant={"subject_id": f"subject-{number}", "age": age})
                try:
                    decision = client.decide(application, product=EDITED)
                except UnderwriterError as error:
                    self.errors.append(error)
                else:
                    self.answered.append(Answered(age, least, self.ceiling, time.perf_counter() - began, decision))
                time.sleep(0.002)


def memory_mb(pid: int) -> float:
    """Return the memory that is a process's own, in megabytes."""
    fields = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    return sum(int(line.split()[1]) for line in fields if line.startswith("Private_")) / 1024


def percentile(values: list[float], share: float) -> float:
    return statistics.quantiles(values, n=1000)[round(share * 1000) - 1] * 1000


@pytest.mark.parametrize("count", COUNTS)
def test_reloads_under_load_fail_no_call_and_leave_no_decision_by_a_part_of_rules(
    start_server: StartServer, tmp_path: Path, count: int
) -> None:
    rules = ChangingRules(tmp_path / "rules")
    editions = {rules.versions()["policies/edited"]: 0}
    server = start_server(rules=rules.folder, workers=2)
    load, reloads = Load(server.address), Reloads(server.address)
    workers = server.workers()
    memory: list[float] = []
    seconds: list[float] = []
    with load.running():
        load.wait_for_more(200)
        quiet = len(load.answered)
        for number in range(1, count + 1):
            began = time.monotonic()
            edition, is_good = number, number % 3 != 0
            if is_good:
                load.ceiling = edition
                rules.write(edition)
                editions[rules.versions()["policies/edited"]] = edition
            else:
                rules.break_somehow(number)
            os.kill(server.process.pid, signal.SIGHUP)
            reload = reloads.next()
            assert reload.succeeded == is_good, reload
            if is_good:
                load.floor = edition
                seconds.append(time.monotonic() - began)
            memory.append(max(map(memory_mb, workers)))
            load.wait_for_more(20)
        assert {worker.generation for worker in rules_status(server.address).workers} == {1 + count - count // 3}
    assert server.workers() == workers
    assert not load.errors
    for one in load.answered:
        edition = editions[one.decision.policy.version]
        assert one.least <= edition <= one.last
        assert one.decision.outcome == outcome_of(edition, one.age)
    early = memory[max(count // 10 - 1, 0)]
    assert memory[-1] - early < MOST_GROWTH_MB
    still, busy = ([one.seconds for one in part] for part in (load.answered[:quiet], load.answered[quiet:]))
    for share in (0.5, 0.99):
        log.info("p%g: quiet %.2f ms, busy %.2f ms", share * 100, percentile(still, share), percentile(busy, share))
    log.info("%d decisions; reload %.2f s; memory %s MB", len(load.answered), statistics.median(seconds), memory[::10])
    assert server.stop() == 0, server.text
