"""A server under load is killed at random instants, again and again: nothing that was answered is lost or changed.

The database is kept over all rounds, so each recovers what the recoveries before left. `--log-cli-level=info` shows the
figures of each round.
"""

import logging
import os
import signal
import time
from collections.abc import Callable
from enum import Enum
from itertools import cycle, islice
from pathlib import Path
from random import Random
from typing import Any

import pytest

from ..storage.postgres_server import PostgresServer
from .conftest import PATIENCE_SECONDS
from .kept_record import KeptRecord
from .lending_load import LENDING_RULES, Correspondence, Line, Load, assert_unchanged, place_told

ROUNDS = 100 if os.environ.get("UNDERWRITER_SOAK") else 2
OLDER_ASKED_FOR = 100

StartServer = Callable[..., Any]
log = logging.getLogger(__name__)


class Blow(Enum):
    """What is killed."""

    SERVER = "the supervisor and all workers"
    WORKER = "one worker"
    BACKENDS = "all sessions of the database"
    DATABASE = "the server, and the database's server with it"


BLOWS = {
    "sqlite": (Blow.SERVER, Blow.WORKER, Blow.SERVER),
    "postgresql": (Blow.DATABASE, Blow.WORKER, Blow.BACKENDS, Blow.SERVER, Blow.WORKER, Blow.SERVER),
}


class KillRounds:
    """The rounds, and what clients sent and received in them."""

    def __init__(self, record: KeptRecord, start_server: StartServer, postgres: PostgresServer | None) -> None:
        self.record = record
        self.kept = Correspondence()
        self._postgres = postgres
        self._start = lambda: start_server(rules=LENDING_RULES, workers=2, checkpoint_seconds=0.2, **record.settings)
        self._server = self._start()
        self._places: dict[str, tuple[int, bytes]] = {}
        self._random = Random(record.is_postgres)  # noqa: S311 - it picks instants

    def run(self, number: int, blow: Blow) -> int:
        """Lend, strike, and look after everything that was ever received; return how many records there are."""
        before = set(self.kept.received)
        load = Load(self._server.address, self.kept, f"round-{number}", seconds=5)
        with load.running():
            load.wait_for_more(1)
            time.sleep(self._random.uniform(0.05, 1))
            self._strike(blow)
            if blow in (Blow.WORKER, Blow.BACKENDS):
                load.wait_for_more(20)
        self._mend(blow)
        older = self._random.sample(sorted(before), min(len(before), OLDER_ASKED_FOR))
        with Line(self._server.address) as line:
            self._answer_the_rest(line)
            assert_unchanged(line, self.kept, [*(self.kept.received.keys() - before), *older])
            self._keep_checkpoint(line)
        self._assert_places()
        size = self.record.assert_sound(self.kept.notes)
        assert size >= len(self.kept.received)
        return size

    def finish(self) -> None:
        """Ask for everything once more, and stop the server in order."""
        with Line(self._server.address) as line:
            assert_unchanged(line, self.kept, self.kept.received)
        assert self._server.stop() == 0
        self.record.assert_sound(self.kept.notes)

    def _strike(self, blow: Blow) -> None:
        if blow is Blow.WORKER:
            os.kill(self._random.choice(self._server.workers()), signal.SIGKILL)
        elif blow is Blow.BACKENDS:
            self._end_sessions()
        else:
            self._server.kill_all()
        if blow is Blow.DATABASE and self._postgres is not None:
            self._postgres.crash()

    def _mend(self, blow: Blow) -> None:
        """Start what is dead for good. A worker is replaced, and sessions are opened again, by the server itself."""
        if blow is Blow.DATABASE and self._postgres is not None:
            self._postgres.start()
        if blow in (Blow.SERVER, Blow.DATABASE):
            self._server = self._start()

    def _end_sessions(self) -> None:
        if self._postgres is not None:
            with self._postgres.connect() as connection:
                connection.execute(
                    "SELECT pg_terminate_backend(pid, 60000) FROM pg_stat_activity"
                    " WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()"
                )

    def _answer_the_rest(self, line: Line) -> None:
        """What got no answer gets one now: the record that is there, or a new one."""
        for request_id in self.kept.unanswered():
            assert self.kept.exchange(line, request_id, self.kept.sent[request_id]), self.kept.failures[-1]

    def _keep_checkpoint(self, line: Line) -> None:
        """The rounds to come are held to it, however fast clients were in this one."""
        end = time.monotonic() + PATIENCE_SECONDS
        while not self.kept.keep_checkpoint(line):
            assert time.monotonic() < end, "no checkpoint was signed"
            time.sleep(0.05)

    def _assert_places(self) -> None:
        """Every answer's record stands where the answer said, and no record is there that nobody asked for."""
        places = self.record.places()
        for request_id in self.kept.received.keys() - self._places.keys():
            self._places[request_id] = place_told(self.kept, request_id) or places[request_id]
        assert places == self._places


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_nothing_answered_is_lost_or_changed_whoever_is_killed(
    kind: str, request: pytest.FixtureRequest, start_server: StartServer, tmp_path: Path
) -> None:
    is_postgres = kind == "postgresql"
    record = KeptRecord(request.getfixturevalue("postgres_url" if is_postgres else "sqlite_url"), tmp_path)
    postgres = request.getfixturevalue("postgres_server") if is_postgres else None
    rounds = KillRounds(record, start_server, postgres)
    for number, blow in enumerate(islice(cycle(BLOWS[kind]), ROUNDS), start=1):
        size = rounds.run(number, blow)
        log.info("round %d: killed %s; %d records verified, %s", number, blow.value, size, rounds.kept.summary())
    rounds.finish()
    assert rounds.kept.notes
